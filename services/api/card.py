"""One value with all that explains it: change, rank, the parts of a ratio, target, source and its series."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from boundaries.links import System
from boundaries.vintages import Vintage
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from services.api.modules import over_plan, target
from services.api.parts import (
    VIET_NAM,
    BooksNow,
    Boundary,
    IndicatorOf,
    KnownOn,
    brief,
    cached,
    instant,
    number,
    period,
    vintage_for,
)
from services.books import Books
from services.gazetteer import Area
from services.journal import STATUS_OF, Entry
from services.peers import group, peers, title
from services.pictures import Picture, over_time
from services.timelines import Timeline, finite, newest, timeline

router = APIRouter()


@router.get("/indicators/{code}/card")
async def get_card(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    boundary: Boundary,
    area: Annotated[str, Query(description="code of the area")] = "VN",
    period: Annotated[str | None, Query(description="2026, 2026-Q3, 2026-10 …; empty: the newest")] = None,
    known: KnownOn = None,
) -> Response:
    """One value with all that explains it: change, rank, parts of a ratio, target, source and its series."""
    place = books.places.find(area, boundary)

    async def make() -> dict[str, Any]:
        return await _card(books, one, place, period, boundary, known)

    return await cached(request, ("areas", "observations"), make)


async def _card(
    books: Books, one: Indicator, place: Area, asked: str | None, boundary: Vintage | None, known: datetime | None
) -> dict[str, Any]:
    at = period(asked, one) if asked else await newest(books, one, place, known)
    line = await timeline(books, one, place, at.letter, known)
    here = line.at(at)
    value = here.value
    entry = None if here.brought else await books.journal.entry(one, place, at, known)
    (standing,) = await books.states.of_area(place, [one], at, known)
    judged = standing.at(at)
    return {
        "area": brief(place),
        "indicator": one.code,
        "value": number(value, one.decimals),
        "blank": None if value is not None else here.blank or "no_data",
        "warning": here.warning,
        "unit": one.unit,
        "decimals": one.decimals,
        "period": at.key,
        "known": instant(known),
        "previous": _change(line, at.previous(), value, one),
        "last_year": _change(line, at.last_year(), value, one) if at.kind != "year" else None,
        "rank": await _rank(books, one, place, vintage_for(place, boundary, at), at, value, known),
        **parts(one, *components(here.brought, entry)),
        "target": target(judged[0], one) if judged else None,
        "plans": [over_plan(over, one) for over in standing.plans] if standing.period == at else [],
        "children": children(entry),
        "rolls_up": one.space_rule != "latest",
        "source": entry.title if entry else None,
        "known_at": entry.known_at.astimezone(VIET_NAM).isoformat(timespec="minutes") if entry else None,
        "status": status(entry),
        "sample": bool(here.brought.sample) if here.brought else entry.sample if entry else line.sample,
        "carried": line.explained(at, books),
        "series": _series(line, one),
    }


def status(entry: Entry | None) -> str | None:
    """Estimate, preliminary or final; a sample is none of them."""
    return STATUS_OF[entry.status] if entry and not entry.sample else None


def children(entry: Entry | None) -> dict[str, int | None] | None:
    """How many of the parts of a derived figure have a value, and how many there are."""
    if entry is None or entry.derived not in ("S", "T"):
        return None
    return {"with_value": entry.children, "of": entry.children_of}


def parts(one: Indicator, numerator: float | None, denominator: float | None) -> dict[str, Any]:
    """What a ratio is made of, or what a mean is weighted by, with their names."""
    ratio, weighted = one.is_ratio, one.space_rule == "weighted_mean"
    return {
        "numerator": _part(one.numerator_name, one.numerator_name_en, numerator, one.numerator_unit, one.numerator)
        if ratio
        else None,
        "denominator": _part(
            one.denominator_name, one.denominator_name_en, denominator, one.denominator_unit, one.denominator
        )
        if ratio
        else None,
        "weight": _part(one.weight, one.weight_en, denominator, one.weight_unit, "") if weighted else None,
    }


def components(brought: Any, entry: Entry | None) -> tuple[float | None, float | None]:
    """The numerator and the denominator of a figure, carried or of its own."""
    if brought is not None:
        return finite(brought.numerator), finite(brought.denominator)
    return (entry.numerator, entry.denominator) if entry else (None, None)


def _part(name: str, name_en: str, value: float | None, unit: str, code: str) -> dict[str, Any] | None:
    if value is None:
        return None
    # Amounts of money have thousandths that matter: 4,127.575 tỷ đồng.
    return {"name": name, "name_en": name_en, "value": round(value, 3), "unit": unit, "code": code or None}


def _series(line: Timeline, one: Indicator) -> dict[str, Any]:
    """The whole time line: own figures and, where there are none, carried ones with their bands."""
    moments = line.moments.values()
    return {
        "periods": [period.key for period in line.moments],
        "values": [number(moment.value, one.decimals) for moment in moments],
        "carried": [moment.brought is not None for moment in moments],
        "low": [number(moment.band[0], one.decimals) for moment in moments],
        "high": [number(moment.band[1], one.decimals) for moment in moments],
    }


def _change(line: Timeline, before: Period, value: float | None, one: Indicator) -> dict[str, Any] | None:
    was = line.value(before)
    if was is None:
        return None
    change = None if value is None else value - was
    return {
        "period": before.key,
        "value": number(was, one.decimals),
        "change": number(change, one.decimals),
        "change_percent": round(change / abs(was) * 100, 2) if change is not None and was else None,
    }


async def _rank(
    books: Books, one: Indicator, place: Area, vintage: Vintage, at: Period, value: float | None, known: datetime | None
) -> dict[str, Any] | None:
    """Rank among peers, carried values as they are carried: wards with wards of their parent, provinces with all provinces."""
    if value is None or place.level in ("country", "region"):
        return None
    places = books.places
    parent = places.by_id[place.parent_id] if place.parent_id else place
    areas = [other for other in places.children(parent, vintage) if other.level == place.level]
    ids, above = places.numbers((parent.id, place.level, vintage.start), areas)
    system = System(place.vintage, place.level)
    picture = Picture(system, parent, at, areas, ids, above or [parent.code], None, known)
    found, _ = await over_time(places, books.figures, books.carried, one, picture, [at])
    values = dict(zip(ids.tolist(), found[:, 0].tolist(), strict=True))
    kin = [values.get(other.id, np.nan) for other in peers(place, areas)]
    same = [other for other in kin if np.isfinite(other)]
    better = sum(other < value if one.direction == "down" else other > value for other in same)
    if not same:
        return None
    name, name_en = title(group(place), parent)
    return {
        "place": better + 1,
        "of": len(same),
        "peers": name,
        "peers_en": name_en,
    }
