"""Indicators for the client: the catalogue, one period of many areas, classes, and one value with all that explains it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from boundaries.vintages import Vintage, vintage_on
from layers.indicators.catalogue import Indicator, load
from layers.indicators.periods import Period
from layers.indicators.store import KINDS
from layers.indicators.terms import terms
from services.api.parts import (
    Boundary,
    FiguresNow,
    PlacesNow,
    cached,
    indicator,
    numbers,
    period,
)
from services.errors import BadParameter, NotFound
from services.figures import Figures, Holding, Slice
from services.gazetteer import Area, Places
from styles import classes as classification

router = APIRouter()

Level = Annotated[Literal["province", "commune"], Query(description="level of the areas the values are for")]
Within = Annotated[str, Query(description="code of the area whose children are shown; VN is the country")]
METHODS = ("quantile", "natural", "equal")


@router.get("/indicators")
async def list_indicators(request: Request, figures: FiguresNow) -> Response:
    """The whole catalogue by module, with what figures exist."""

    async def make() -> dict[str, Any]:
        held = await figures.holdings()
        modules, listed = load()
        return {
            "modules": [{"id": m.id, "title": m.title, "title_en": m.title_en} for m in modules],
            "indicators": [_summary(one, held.get(one.code, [])) for one in listed],
            "terms": dict(terms()),
        }

    return await cached(request, ("observations",), make)


def _summary(one: Indicator, held: list[Holding]) -> dict[str, Any]:
    last: dict[str, str] = {}
    for holding in sorted(held, key=lambda h: h.last.end):
        last[holding.level] = holding.last.key
    return {
        "code": one.code,
        "module": one.module,
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "decimals": one.decimals,
        "period": one.period,
        "direction": one.direction,
        "lowest_level": one.lowest_level,
        "sample": any(holding.sample for holding in held),
        "levels": [level for level in ("province", "commune") if level in last],
        "last": last,
    }


@router.get("/indicators/{code}")
async def get_indicator(request: Request, code: str, figures: FiguresNow) -> Response:
    """One indicator: its definition and the periods that exist at each level."""
    one = indicator(code)

    async def make() -> dict[str, Any]:
        held = (await figures.holdings()).get(one.code, [])
        formula = (
            {"numerator": one.numerator_name, "denominator": one.denominator_name, "scale": one.scale}
            if one.is_ratio
            else None
        )
        return {
            **_summary(one, held),
            "formula": formula,
            "space_rule": one.space_rule,
            "time_rule": one.time_rule,
            "source_system": one.source_system,
            "owner": one.owner,
            "basis": one.basis,
            "data": [
                {
                    "level": holding.level,
                    "boundary": holding.boundary.isoformat(),
                    "kind": holding.last.kind,
                    "periods": [p.key for p in holding.periods],
                    "within": list(holding.within),
                    "sample": holding.sample,
                }
                for holding in sorted(held, key=lambda h: (h.level, h.boundary))
            ],
        }

    return await cached(request, ("observations",), make)


async def _choose(
    figures: Figures, one: Indicator, level: str, within: str, asked: str | None, boundary: Vintage | None
) -> tuple[Vintage, Period]:
    """Return the vintage and period to show: those asked for, else the newest there are."""
    held = [
        h
        for h in (await figures.holdings()).get(one.code, [])
        if h.level == level and (within == "VN" or within in h.within)
    ]
    if boundary:
        held = [h for h in held if h.boundary == boundary.start]
    if asked is None:
        if not held:
            raise NotFound(
                f"Chỉ tiêu {one.code} chưa có số liệu ở cấp này.",
                f"The indicator {one.code} has no figures at this level yet.",
            )
        newest = max(held, key=lambda h: h.last.end)
        return vintage_on(newest.boundary), newest.last
    wanted = period(asked)
    match = [h for h in held if wanted in h.periods]
    return (
        vintage_on(max(match, key=lambda h: h.boundary).boundary) if match else boundary or vintage_on(wanted.last_day)
    ), wanted


@router.get("/indicators/{code}/values")
async def get_values(
    request: Request,
    code: str,
    places: PlacesNow,
    figures: FiguresNow,
    boundary: Boundary,
    level: Level = "province",
    within: Within = "VN",
    period: Annotated[str | None, Query(description="2026, 2026-Q3, 2026-10 …; empty: the newest")] = None,
    classes: Annotated[
        Literal["value", "target"], Query(description="target: also the state against the target")
    ] = "value",
) -> Response:
    """One period of one indicator over the children of an area, as parallel arrays of area number and value."""
    one = indicator(code)
    parent = places.find(within, boundary)

    async def make() -> dict[str, Any]:
        vintage, at = await _choose(figures, one, level, parent.code, period, boundary)
        found = _whole(await figures.slice(one, level, parent.code, vintage, at), places, level, parent, vintage)
        body: dict[str, Any] = {
            "indicator": one.code,
            "period": at.key,
            "level": level,
            "within": parent.code,
            "boundary": vintage.id,
            "sample": found.sample,
            "ids": found.ids.tolist(),
            "values": numbers(found.values, one.decimals),
            "blanks": found.blanks,
            "warnings": found.warnings,
        }
        if classes == "target":
            body["states"] = await _states(figures, one, at, found)
        return body

    return await cached(request, ("areas", "observations"), make)


def _whole(found: Slice, places: Places, level: str, parent: Area, vintage: Vintage) -> Slice:
    """Add the areas that have no row at all, each a blank: what is missing is told, never left out."""
    inside = places.all(level, vintage) if parent.level == "country" else places.children(parent, vintage)
    missing = sorted({area.id for area in inside if area.level == level} - set(found.ids.tolist()))
    return Slice(
        np.concatenate([found.ids, np.array(missing, dtype=np.int64)]),
        np.concatenate([found.values, np.full(len(missing), np.nan)]),
        {**found.blanks, **{str(area_id): "no_data" for area_id in missing}},
        found.warnings,
        found.sample,
    )


async def _states(figures: Figures, one: Indicator, at: Period, found: Slice) -> list[int | None]:
    targets = await figures.targets(one, found.ids.tolist(), at)
    states: list[int | None] = []
    for area_id, value in zip(found.ids.tolist(), found.values.tolist(), strict=True):
        target = targets.get(area_id)
        states.append(
            classification.target_state(value, target[0], one.direction, one.unit == "%")
            if target and np.isfinite(value)
            else None
        )
    return states


@router.get("/indicators/{code}/legend")
async def get_legend(
    request: Request,
    code: str,
    places: PlacesNow,
    figures: FiguresNow,
    boundary: Boundary,
    level: Level = "province",
    within: Within = "VN",
    method: Annotated[Literal["target", "quantile", "natural", "equal"], Query()] = "quantile",
    classes: Annotated[int, Query(ge=3, le=7)] = 5,
    period: Annotated[str | None, Query()] = None,
) -> Response:
    """The classes of the map: made from all periods, so that they stay put while time plays."""
    one = indicator(code)
    parent = places.find(within, boundary)

    async def make() -> dict[str, Any]:
        vintage, at = await _choose(figures, one, level, parent.code, period, boundary)
        possible = [*(["target"] if await figures.has_targets(one) else []), *METHODS]
        if method not in possible:
            raise BadParameter(
                "method",
                f"Chỉ tiêu {one.code} chưa có kế hoạch để so sánh.",
                f"The indicator {one.code} has no targets to compare with.",
            )
        if method == "target":
            made = classification.target_classes()
        else:
            pool = await figures.pool(one, level, parent.code, vintage, KINDS[at.kind])
            made = classification.legend_classes(classification.breaks(pool, method, classes), one.decimals)
        return {
            "method": method,
            "methods": possible,
            "classes": made,
            "blanks": classification.blanks(),
            "unit": one.unit,
            "decimals": one.decimals,
        }

    return await cached(request, ("areas", "observations"), make)
