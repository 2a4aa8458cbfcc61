"""One value with all that explains it: change, rank, the parts of a ratio, target, source and its series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from boundaries.links import System
from boundaries.vintages import Vintage
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, restore
from services.api.modules import over_plan, target
from services.api.parts import (
    Boundary,
    CarriedNow,
    FiguresNow,
    PlacesNow,
    StatesNow,
    brief,
    cached,
    indicator,
    number,
    period,
    vintage_for,
)
from services.carried import Carried, History, explained
from services.errors import NotFound
from services.figures import STATUS_OF, Figures
from services.gazetteer import Area, Places
from services.states import States

router = APIRouter()

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


@router.get("/indicators/{code}/card")
async def get_card(
    request: Request,
    code: str,
    places: PlacesNow,
    figures: FiguresNow,
    carried: CarriedNow,
    states: StatesNow,
    boundary: Boundary,
    area: Annotated[str, Query(description="code of the area")] = "VN",
    period: Annotated[str | None, Query()] = None,
) -> Response:
    """One value with all that explains it: change, rank, parts of a ratio, target, source and its series."""
    one = indicator(code)
    place = places.find(area, boundary)

    async def make() -> dict[str, Any]:
        return await _card(places, figures, carried, states, one, place, period, boundary)

    return await cached(request, ("areas", "observations"), make)


async def _card(
    places: Places,
    figures: Figures,
    carried: Carried,
    states: States,
    one: Indicator,
    place: Area,
    asked: str | None,
    boundary: Vintage | None,
) -> dict[str, Any]:
    at = period(asked) if asked else await _newest(figures, one, place)
    rows = await figures.series(one, place, at.letter)
    series = {restore(at.letter, row[0]).key: row for row in rows}
    system = System(place.kind if place.level == "region" else place.vintage, place.level)
    history = None  # the country is the same on any boundaries
    if place.level != "country":
        history = await carried.history(places, one, at.letter, system, [place.id])
    brought = _brought(history, place, at.letter, series)
    series = dict(
        sorted({**series, **{key: _as_row(one_, history) for key, one_ in brought.items()}}.items(), key=_start)
    )
    row = series.get(at.key)
    value = row[1] if row else None
    vintage = vintage_for(place, boundary, at)
    (standing,) = await states.of_area(place, [one], at)
    judged = standing.at(at)
    return {
        "area": brief(place),
        "indicator": one.code,
        "value": number(value, one.decimals),
        "blank": None if value is not None else row[2] if row else "no_data",
        "warning": row[3] if row else None,
        "unit": one.unit,
        "decimals": one.decimals,
        "period": at.key,
        "previous": _change(series, at.previous(), value, one),
        "last_year": _change(series, at.last_year(), value, one) if at.kind != "year" else None,
        "rank": await _rank(places, figures, one, place, vintage, at, value),
        "numerator": _part(one.numerator_name, one.numerator_name_en, row[4], one.numerator_unit)
        if row and one.is_ratio
        else None,
        "denominator": _part(one.denominator_name, one.denominator_name_en, row[5], one.denominator_unit)
        if row and one.is_ratio
        else None,
        "weight": _part(one.weight, one.weight_en, row[5], one.weight_unit)
        if row and one.space_rule == "weighted_mean"
        else None,
        "target": target(judged[0], one) if judged else None,
        "plans": [over_plan(over, one) for over in standing.plans] if standing.period == at else [],
        "children": {"with_value": row[6], "of": row[7]} if row and row[6] is not None else None,
        "rolls_up": one.space_rule != "latest",
        "source": row[11] if row else None,
        "known_at": row[9].astimezone(VIET_NAM).isoformat(timespec="minutes") if row and row[9] else None,
        "status": STATUS_OF.get(row[8]) if row and not row[10] else None,  # a sample is neither estimate nor final
        "sample": bool(row[10]) if row else any(r[10] for r in rows),
        "carried": explained(history, brought[at.key], places, at) if history and at.key in brought else None,
        "series": _series(series, brought, one),
    }


def _brought(history: History | None, place: Area, kind: str, series: dict[str, Any]) -> dict[str, Any]:
    """The carried rows of the periods an area has no figure of its own for, by period."""
    if history is None:
        return {}
    mine = history.rows[history.rows.area_id == place.id]
    rows: Iterator[tuple[str, Any]] = ((restore(kind, cast(date, row.period)).key, row) for row in mine.itertuples())
    return {key: row for key, row in rows if key not in series}


def _as_row(carried: Any, history: History | None) -> tuple[Any, ...]:
    """A carried figure in the columns of `Figures.series`."""
    value, top, bottom = (_finite(part) for part in (carried.value, carried.numerator, carried.denominator))
    sample = history is not None and history.sample
    return (carried.period, value, carried.blank, None, top, bottom, None, None, None, None, sample, None)


def _start(entry: tuple[str, tuple[Any, ...]]) -> Any:
    return entry[1][0]


def _series(series: dict[str, Any], brought: dict[str, Any], one: Indicator) -> dict[str, Any]:
    """The whole time line: own figures and, where there are none, carried ones with their bands."""
    bands = [
        (_finite(brought[key].low), _finite(brought[key].high)) if key in brought else (None, None) for key in series
    ]
    return {
        "periods": list(series),
        "values": [number(row[1], one.decimals) for row in series.values()],
        "carried": [key in brought for key in series],
        "low": [number(low, one.decimals) for low, _ in bands],
        "high": [number(high, one.decimals) for _, high in bands],
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


async def _newest(figures: Figures, one: Indicator, place: Area) -> Period:
    held = (await figures.holdings()).get(one.code, [])
    own = [h for h in held if place.level == "country" or (h.level == place.level and h.boundary == place.vintage)]
    if not (own or held):
        raise NotFound(f"Chỉ tiêu {one.code} chưa có số liệu.", f"The indicator {one.code} has no figures yet.")
    return max(own or held, key=lambda h: h.last.end).last


def _change(series: dict[str, Any], before: Period, value: float | None, one: Indicator) -> dict[str, Any] | None:
    row = series.get(before.key)
    if row is None or row[1] is None:
        return None
    change = None if value is None else value - row[1]
    return {
        "period": before.key,
        "value": number(row[1], one.decimals),
        "change": number(change, one.decimals),
        "change_percent": round(change / abs(row[1]) * 100, 2) if change is not None and row[1] else None,
    }


def _part(name: str, name_en: str, value: float | None, unit: str) -> dict[str, Any] | None:
    return None if value is None else {"name": name, "name_en": name_en, "value": round(value, 2), "unit": unit}


PEERS = {
    "phuong": ("phường", "wards"),
    "xa": ("xã", "communes"),
    "dac_khu": ("đặc khu", "special zones"),
    "thi_tran": ("thị trấn", "townships"),
    "huyen": ("huyện", "districts"),
    "quan": ("quận", "urban districts"),
    "thi_xa": ("thị xã", "towns"),
    "tinh": ("tỉnh, thành phố", "provinces"),
    "thanh_pho": ("tỉnh, thành phố", "provinces"),
}


async def _rank(
    places: Places,
    figures: Figures,
    one: Indicator,
    place: Area,
    vintage: Vintage,
    at: Period,
    value: float | None,
) -> dict[str, Any] | None:
    """Rank among peers: wards with wards, communes with communes of their parent; provinces with all provinces."""
    if value is None or place.level in ("country", "region"):
        return None
    parent = places.by_id[place.parent_id] if place.parent_id else place
    found = await figures.slice(one, place.level, [parent.code], vintage, at)
    same = [
        v
        for number_, v in zip(found.ids.tolist(), found.values.tolist(), strict=True)
        if np.isfinite(v)
        and number_ in places.by_id
        and (place.level == "province" or places.by_id[number_].kind == place.kind)
    ]
    better = sum(v < value if one.direction == "down" else v > value for v in same)
    if not same:
        return None
    name, name_en = PEERS[place.kind]
    where = "cả nước" if place.level == "province" else f"của {parent.full_name}"
    where_en = "in the country" if place.level == "province" else f"of {parent.name_en}"
    return {
        "place": better + 1,
        "of": len(same),
        "peers": f"{name} {where}",
        "peers_en": f"{name_en} {where_en}",
    }
