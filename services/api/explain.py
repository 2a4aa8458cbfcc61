"""Everything behind one value: its formula and parts, its children, its source, its revisions and what was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from boundaries.vintages import CURRENT, Vintage
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import parts_of
from layers.indicators.periods import Period
from services.api.card import children, components, parts, status
from services.api.explain_words import formula, how
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
from services.api.tables import described
from services.books import Books
from services.gazetteer import Area
from services.journal import Entry
from services.quality import doubts
from services.states import Standing
from services.timelines import newest, timeline

router = APIRouter()

# Every target ever set that speaks of an indicator in an area, by the time it was known.
_SET = """
SELECT period_kind::text, period_start, plan, value, known_at, decision, entered_by FROM toancanh.target
WHERE province_code = %(province)s AND indicator_id = %(indicator)s AND area_id = %(area)s
  AND (%(known)s::timestamptz IS NULL OR known_at <= %(known)s) ORDER BY known_at
"""
_REVISION = {
    "known_at": "2026-11-04T08:00:00+07:00", "value": 95.8, "blank": None, "status": "final", "derived": None,
    "source": "Báo cáo tháng 10", "file": "hcc-10.xlsx", "row": 12,
}  # fmt: skip
_EXPLAINED = {
    "indicator": "DTC-05", "area": {"code": "68", "full_name": "Tỉnh Lâm Đồng", "level": "province"}, "period": "2025-W20",
    "known": None, "value": 18.63, "blank": None, "unit": "%", "decimals": 1, "status": "final", "sample": False,
    "derived": None, "how": "Số do nguồn báo cáo.", "how_en": "As its source reported it.",
    "formula": {
        "text": "Giá trị giải ngân vốn đầu tư công lũy kế / Kế hoạch vốn đầu tư công do Thủ tướng Chính phủ giao × 100",
        "text_en": "Public investment disbursed, cumulative / Public investment plan assigned by the Prime Minister × 100",
        "scale": 100.0,
    },
    "numerator": {"name": "Giá trị giải ngân vốn đầu tư công lũy kế", "value": 4127.575, "unit": "tỷ đồng", "code": "DTC-04"},
    "denominator": {
        "name": "Kế hoạch vốn đầu tư công do Thủ tướng Chính phủ giao", "value": 22156.828, "unit": "tỷ đồng",
        "code": "DTC-01",
    },
    "weight": None, "children": [], "children_count": None, "parts": [],
    "source": {
        "title": "Báo cáo giải ngân", "file": "dtc.csv", "row": 2, "entered_by": "lan", "loaded_at": "2025-05-20T09:00:00+07:00",
        "known_at": "2025-05-20T09:00:00+07:00", "status": "final",
    },
    "revisions": [_REVISION], "targets": [], "plans": [], "carried": None, "quality": [],
    "permalink": "/indicators/DTC-05?area=68&period=2025-W20&known=2025-06-01T08:00:00%2B07:00",
}  # fmt: skip


@router.get("/indicators/{code}/explain", responses=described(_EXPLAINED))
async def get_explained(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    boundary: Boundary,
    area: Annotated[str, Query(description="code of the area", examples=["68"])] = "VN",
    period: Annotated[str | None, Query(description="2026, 2026-Q3, 2026-10 …; empty: the newest")] = None,
    known: KnownOn = None,
) -> Response:
    """Everything behind one value.

    `children` are the areas below of a figure that was rolled up, `parts` the shorter periods of one made of them;
    `numerator` and `denominator` have the codes of their indicators. `targets` tells each plan with what it asks of the
    period, `plans` an amount over each of its plans with the denominator. `permalink` shows the value as it is known now.
    """
    place = books.places.find(area, boundary)

    async def make() -> dict[str, Any]:
        return await _explained(books, one, place, period, boundary, known)

    return await cached(request, ("areas", "observations", "data-quality"), make)


async def _explained(
    books: Books, one: Indicator, place: Area, asked: str | None, boundary: Vintage | None, known: datetime | None
) -> dict[str, Any]:
    at = period(asked, one) if asked else await newest(books, one, place, known)
    line = await timeline(books, one, place, at.letter, known)
    here = line.at(at)
    entries = [] if here.brought else [e for e in await books.journal.entries(one, place, at) if _by(e, known)]
    entry = entries[0] if entries else None
    derived = entry.derived if entry else None
    (standing,) = await books.states.of_area(place, [one], at, known)
    words, words_en = how(one, derived, carried=here.brought is not None)
    vintage = vintage_for(place, boundary, at)
    return {
        "indicator": one.code,
        "area": brief(place),
        "period": at.key,
        "known": instant(known),
        "value": number(here.value, one.decimals),
        "blank": None if here.value is not None else here.blank or "no_data",
        "warning": here.warning,
        "unit": one.unit,
        "decimals": one.decimals,
        "status": status(entry),
        "sample": entry.sample if entry else line.sample,
        "derived": derived,
        "how": words,
        "how_en": words_en,
        "formula": formula(one),
        **parts(one, *components(here.brought, entry)),
        "children": await _children(books, one, place, at, vintage, known) if derived == "S" else [],
        "children_count": children(entry),
        "parts": await _parts(books, one, place, at, known) if derived == "T" or here.brought is not None else [],
        "source": _source(entry),
        "revisions": [revision(entry_, one) for entry_ in entries],
        "targets": await _targets(books, one, place, at, standing, known),
        "plans": [over_plan(over, one) for over in standing.plans] if standing.period == at else [],
        "carried": line.explained(at, books),
        "quality": await _doubted(books, one, place, at),
        "permalink": _permalink(one, place, at, known),
    }


async def _doubted(books: Books, one: Indicator, place: Area, at: Period) -> list[dict[str, Any]]:
    found, _ = await doubts(books.reader, books.places, [place.id], [await books.figures.number(one)], at=at)
    return [doubt.told() for doubt in found]


def _by(entry: Entry, known: datetime | None) -> bool:
    return known is None or entry.known_at <= known


async def _children(
    books: Books, one: Indicator, place: Area, at: Period, vintage: Vintage, known: datetime | None
) -> list[dict[str, Any]]:
    """The areas below with their figures of the period, in the order of their codes."""
    below = books.places.children(place, vintage)
    rows = {row[0]: row for row in await books.journal.of(one, below, at.letter, known, [at])}
    found = []
    for child in below:
        _, _, value, numerator, denominator, blank, *_ = rows.get(child.id, (None,) * 5 + ("no_data", None, None))
        found.append(
            {
                "code": child.code,
                "name": child.full_name,
                "name_en": child.name_en,
                "value": number(value, one.decimals),
                "blank": blank,
                "numerator": number(numerator, 3),
                "denominator": number(denominator, 3),
            }
        )
    return found


async def _parts(books: Books, one: Indicator, place: Area, at: Period, known: datetime | None) -> list[dict[str, Any]]:
    """The shorter periods a period is made of."""
    spans = parts_of(one, at)
    if not spans:
        return []
    line = await timeline(books, one, place, spans[0].letter, known)
    moments = [(span, line.at(span)) for span in spans]
    return [
        {
            "period": span.key,
            "value": number(moment.value, one.decimals),
            "blank": None if moment.value is not None else moment.blank or "no_data",
            "carried": moment.brought is not None,
        }
        for span, moment in moments
    ]


def _source(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "title": entry.title,
        "file": entry.file or None,
        "row": entry.row,
        "entered_by": entry.entered_by,
        "loaded_at": instant(entry.loaded_at),
        "known_at": instant(entry.known_at),
        "status": status(entry),
    }


def revision(entry: Entry, one: Indicator) -> dict[str, Any]:
    """Return one row of the journal as JSON."""
    return {
        "known_at": instant(entry.known_at),
        "value": number(entry.value, one.decimals),
        "blank": entry.blank,
        "status": status(entry),
        "derived": entry.derived,
        "source": entry.title,
        "file": entry.file or None,
        "row": entry.row,
        "entered_by": entry.entered_by,
    }


async def _targets(
    books: Books, one: Indicator, place: Area, at: Period, standing: Standing, known: datetime | None
) -> list[dict[str, Any]]:
    """What each plan asks of the period, since when that is known and what it was before it was adjusted."""
    bound = {
        "province": place.province_code,
        "indicator": await books.figures.number(one),
        "area": place.id,
        "known": known,
    }
    set_: dict[tuple[Any, ...], list[Sequence[Any]]] = {}
    for row in await books.reader.rows(_SET, bound):
        set_.setdefault(tuple(row[:3]), []).append(row[3:])
    found = []
    for judged in standing.at(at):
        told = judged.target
        key = (told.period.letter, told.period.stored_start, told.plan) if told else ()
        rows = set_.get(key, [])
        found.append(
            {
                **target(judged, one),
                "period": told.period.key if told else None,
                "known_at": instant(rows[-1][1]) if rows else None,
                "entered_by": (rows[-1][3] or None) if rows else None,
                "before": [
                    {"value": number(value, one.decimals), "known_at": instant(at_), "decision": decision}
                    for value, at_, decision, _ in rows[:-1]
                ],
            }
        )
    return found


def _permalink(one: Indicator, place: Area, at: Period, known: datetime | None) -> str:
    asked = {"area": place.code, "period": at.key}
    if place.vintage != CURRENT.start:
        asked["boundary"] = place.vintage.isoformat()
    return f"/indicators/{one.code}?{urlencode({**asked, 'known': instant(known or datetime.now(VIET_NAM))})}"


_REVISIONS = {"indicator": "HCC-04", "area": {"code": "68"}, "period": "2026-10", "revisions": [_REVISION]}


@router.get("/indicators/{code}/revisions", responses=described(_REVISIONS))
async def get_revisions(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    boundary: Boundary,
    area: Annotated[str, Query(description="code of the area", examples=["68"])] = "VN",
    period: Annotated[str | None, Query(description="2026, 2026-Q3, 2026-10 …; empty: the newest")] = None,
) -> Response:
    """All that was ever known of one figure, the newest first: nothing is overwritten."""
    place = books.places.find(area, boundary)

    async def make() -> dict[str, Any]:
        at = _at(period, one) if period else await newest(books, one, place)
        entries = await books.journal.entries(one, place, at)
        return {
            "indicator": one.code,
            "area": brief(place),
            "period": at.key,
            "revisions": [revision(entry, one) for entry in entries],
        }

    return await cached(request, ("areas", "observations"), make)


def _at(text: str, one: Indicator) -> Period:
    return period(text, one)
