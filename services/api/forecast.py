"""The end of a year foreseen, for the client."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators.backtest import METHODS
from layers.indicators.catalogue import Indicator
from layers.indicators.forecast import REASONS, Forecast
from layers.indicators.targets import PLANS, Target
from services.api.parts import BooksNow, Boundary, IndicatorOf, brief, cached, number
from services.errors import NotFound
from services.forecasts import foreseen, probability

router = APIRouter()


@router.get("/indicators/{code}/forecast")
async def get_forecast(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    boundary: Boundary,
    area: Annotated[str, Query(description="code of the area")] = "VN",
    year: Annotated[int | None, Query(ge=1990, le=2100, description="empty: the newest year with figures")] = None,
) -> Response:
    """How a year will end and how likely it reaches its target, with the error that the method made in past years.

    `expected` carries the pace so far on (`method` base) or goes by the same months of past years (seasonal), whichever
    did better before, its usual error taken out; `low` and `high` hold four of five past years. `needed_per_month` is an
    amount where months add up (`manner` sum, cumulative), the level of each month where they are averaged (mean), a
    change of a stock (last). Where something cannot be told it is null and `reason` says why. `plans` tells the same of
    each plan; the first one stands at the top.
    """
    place = books.places.find(area, boundary)

    async def make() -> dict[str, Any]:
        found = await foreseen(books, one, place, year)
        if found is None:
            raise NotFound(
                f"Chỉ tiêu {one.code} chưa có số liệu ở {place.full_name}.",
                f"The indicator {one.code} has no figures in {place.name_en}.",
            )
        plans = [_plan(one, target, made) for target, made in found.plans]
        return {
            "indicator": one.code,
            "area": brief(place),
            "year": found.year.in_year,
            "until": found.until.key if found.until else None,
            "unit": one.unit,
            "decimals": one.decimals,
            "direction": one.direction,
            "sample": found.sample,
            **plans[0],
            "plans": plans,
        }

    return await cached(request, ("areas", "observations"), make)


def _plan(one: Indicator, target: Target | None, made: Forecast) -> dict[str, Any]:
    aim = target.value if target else one.target_low if one.target_low is not None else one.target_high
    chance = probability(one, target, made)
    reason = made.reason if chance is None or made.reason == "over" else None
    plan = target.plan if target else ""
    return {
        "plan": plan,
        "title": PLANS.get(plan, (plan, plan))[0],
        "title_en": PLANS.get(plan, (plan, plan))[1],
        "target": number(target.value, one.decimals) if target else None,
        "decision": target.decision if target else "",
        "reached": number(made.reached, one.decimals),
        "manner": made.manner,
        "months_left": round(made.months_left, 2),
        "needed_per_month": None if aim is None else _needed(one, aim, made),
        "probability": None if chance is None else round(chance, 3),
        "expected": number(made.expected, one.decimals),
        "low": number(made.low, one.decimals),
        "high": number(made.high, one.decimals),
        "method": made.method,
        "method_text": METHODS[made.method][0] if made.method else None,
        "method_text_en": METHODS[made.method][1] if made.method else None,
        "backtest": _backtest(one, made),
        "reason": reason,
        "reason_text": REASONS[reason][0] if reason else None,
        "reason_text_en": REASONS[reason][1] if reason else None,
    }


def _needed(one: Indicator, aim: float, made: Forecast) -> float | None:
    """What each month has to bring, of a limit may bring; nothing more once a sum is reached."""
    needed = made.needed(aim)
    done = one.direction == "up" and made.manner in ("sum", "cumulative")
    return number(max(0.0, needed) if done and needed is not None else needed, one.decimals)


def _backtest(one: Indicator, made: Forecast) -> dict[str, Any] | None:
    """The usual miss of the year's result, in its unit where that is a rate, else in per cent."""
    if made.error is None:
        return None
    error = made.error if made.rate else made.error * 100
    return {"error": round(error, 2), "unit": one.unit if made.rate else "%", "cases": made.cases, "years": made.years}
