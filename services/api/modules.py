"""Modules for the client: what each holds, and where all its indicators stand in one area."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators.catalogue import Indicator, Module, load
from layers.indicators.periods import Period
from layers.indicators.states import Judged
from layers.indicators.targets import PLANS
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.parts import BooksNow, Boundary, KnownOn, brief, cached, number
from services.api.parts import period as parse
from services.errors import NotFound
from services.states import OverPlan, Standing

router = APIRouter()

SPARK = 24  # periods of the small curve


@router.get("/modules")
async def list_modules(request: Request, viewer: ViewerOf) -> Response:
    """The modules in menu order, each with its indicators in their hand-set order and the one that leads it."""

    async def make() -> list[dict[str, Any]]:
        return [_module(one, _members(one, viewer)) for one in load()[0]]

    return await cached(request, ("observations",), make, viewer.role)


@router.get("/modules/{id}/states")
async def get_states(
    request: Request,
    id: str,
    books: BooksNow,
    boundary: Boundary,
    viewer: ViewerOf,
    area: Annotated[str, Query(description="code of the area")] = "VN",
    period: Annotated[
        str | None,
        Query(description="2026, 2026-Q3, 2026-10 …: each indicator in its newest period by then; empty: the newest"),
    ] = None,
    known: KnownOn = None,
) -> Response:
    """Every indicator of a module in one area: value, change, target, state, rank and a small curve."""
    module = _found(id)
    place = books.places.find(area, boundary)
    until = parse(period) if period else None

    async def make() -> dict[str, Any]:
        found = await books.states.of_area(place, _members(module, viewer), until, known)
        ranks = await books.states.ranks(books.places, place, found, known)
        rows = [{**row(standing), "rank": ranks.get(standing.indicator.code)} for standing in found]
        return {"module": module.id, "area": brief(place), "rows": rows}

    return await cached(request, ("areas", "observations"), make, viewer.role)


def row(standing: Standing) -> dict[str, Any]:
    """Return where an indicator stands, as JSON."""
    one, line, at = standing.indicator, standing.line, standing.period
    value = standing.value
    spark = line.before(at, SPARK) if line and at else []
    return {
        "code": one.code,
        "period": at.key if at else None,
        "value": number(value, one.decimals),
        "blank": None if value is not None else line.blank(at) if line and at else "no_data",
        "unit": one.unit,
        "decimals": one.decimals,
        "direction": one.direction,
        "sample": bool(line and line.sample),
        "previous": _previous(standing),
        "target": target(standing.judged[0], one) if standing.judged else None,
        "state": standing.state,
        "plans": [over_plan(over, one) for over in standing.plans],
        "spark": {"periods": [p.key for p, _ in spark], "values": [number(v, one.decimals) for _, v in spark]},
    }


def target(judged: Judged, one: Indicator) -> dict[str, Any]:
    """Return what was asked of a value and how it stands against it, as JSON; `low` and `high` where a band is asked."""
    told, due = judged.target, judged.due
    plan = told.plan if told else ""
    return {
        "value": number(told.value, one.decimals) if told else None,
        "due": number(due.value, one.decimals) if due else None,
        "plan": plan,
        "title": PLANS.get(plan, (plan, plan))[0],
        "title_en": PLANS.get(plan, (plan, plan))[1],
        "decision": told.decision if told else "",
        "decided_on": told.decided_on.isoformat() if told and told.decided_on else None,
        "rule": told.rule if told else "level",
        "sample": bool(told and told.sample),
        "state": judged.state,
        "low": None if told else one.target_low,
        "high": None if told else one.target_high,
    }


def over_plan(over: OverPlan, one: Indicator) -> dict[str, Any]:
    """An amount over one plan: the share with its denominator, and the indicator of that share where there is one."""
    amount = one if one.plans else over.planned
    return {
        "plan": over.plan,
        "title": over.planned.name,
        "title_en": over.planned.name_en,
        "code": over.rate.code if over.rate else None,
        "planned": over.planned.code,
        "value": number(over.value, amount.decimals),
        "reached": number(over.reached, amount.decimals),
        "unit": over.planned.unit,
        "percent": round(over.reached / over.value * 100, 2) if over.value else None,
        "state": over.state,
    }


def _previous(standing: Standing) -> dict[str, Any] | None:
    line, at, one = standing.line, standing.period, standing.indicator
    before: Period | None = at.previous() if at else None
    was = line.value(before) if line and before else None
    if before is None or was is None:
        return None
    change = None if standing.value is None else standing.value - was
    return {"period": before.key, "value": number(was, one.decimals), "change": number(change, one.decimals)}


def _members(module: Module, viewer: Viewer) -> list[Indicator]:
    return [one for one in load()[1] if one.module == module.id and (one.public or viewer.staff)]


def _module(module: Module, members: list[Indicator]) -> dict[str, Any]:
    codes = [one.code for one in members]
    return {
        "id": module.id,
        "title": module.title,
        "title_en": module.title_en,
        "group": module.group,
        "lead": module.lead if module.lead in codes else next(iter(codes), None),
        "indicators": codes,
    }


def _found(id: str) -> Module:
    found = next((one for one in load()[0] if one.id == id), None)
    if found is None:
        raise NotFound(f"Không có nhóm chỉ tiêu “{id}”.", f"There is no module “{id}”.")
    return found
