"""One indicator of one area through time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators.catalogue import Indicator
from layers.indicators.periods import LETTERS, Calendar, Period, PeriodKind
from layers.indicators.targets import asked as asks
from services.api.parts import BooksNow, Boundary, IndicatorOf, KnownOn, brief, instant, number
from services.api.tables import Column, FormAsked, Sheet, described, told
from services.books import Books
from services.errors import BadParameter
from services.gazetteer import Area
from services.timelines import newest, timeline

router = APIRouter()

_SERIES = {
    "indicator": "HCC-04", "area": {"code": "68", "full_name": "Tỉnh Lâm Đồng", "level": "province"}, "kind": "month",
    "unit": "%", "decimals": 1, "known": None, "sample": True, "periods": ["2026-09", "2026-10"], "values": [95.8, None],
    "blanks": {"2026-10": "late"}, "warnings": {}, "statuses": ["final", None], "derived": ["S", "S"],
    "carried": [False, False], "low": [None, None], "high": [None, None], "targets": [97.0, 97.0],
}  # fmt: skip


@router.get("/indicators/{code}/series", responses=described(_SERIES, table=True))
async def get_series(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    boundary: Boundary,
    form: FormAsked,
    area: Annotated[str, Query(description="code of the area", examples=["68"])] = "VN",
    kind: Annotated[
        str,
        Query(
            description="kind of period: day, week, month, quarter, half, nine, year, school or to_date, another calendar "
            "than the civil one after @ (month@nd09); empty: the usual one of the indicator",
            examples=["month"],
        ),
    ] = "",
    known: KnownOn = None,
) -> Response:
    """Every period of one kind of an indicator in one area, ascending: arrays beside `periods`.

    `statuses` are estimate, preliminary or final; `derived` tells what was not given by a source: F by a formula, S from
    areas below, T from shorter periods. Where the area has no figure of its own a carried one stands, with its bounds.
    """
    place = books.places.find(area, boundary)
    letter = letter_of(kind) if kind else None

    async def make() -> dict[str, Any]:
        return await _series(books, one, place, letter, known)

    return await told(request, ("areas", "observations"), make, form, lambda body: _sheet(one, body))


async def _series(
    books: Books, one: Indicator, place: Area, letter: str | None, known: datetime | None
) -> dict[str, Any]:
    letter = letter or (await newest(books, one, place, known)).letter
    line = await timeline(books, one, place, letter, known)
    marks = await books.journal.marks(one, place, letter, known)
    (standing,) = await books.states.of_area(place, [one], known=known)
    moments = line.moments.values()
    blanks = {p.key: m.blank or "no_data" for p, m in line.moments.items() if m.value is None}
    own = [
        marks.get(p.stored_start, (None, None)) if m.brought is None else (None, None) for p, m in line.moments.items()
    ]
    calendar = next(pair for pair, stored in LETTERS.items() if stored == letter)
    return {
        "indicator": one.code,
        "area": brief(place),
        "kind": calendar[0] if calendar[1] == "civil" else "@".join(calendar),
        "unit": one.unit,
        "decimals": one.decimals,
        "known": instant(known),
        "sample": line.sample,
        "periods": [p.key for p in line.moments],
        "values": [number(m.value, one.decimals) for m in moments],
        "blanks": blanks,
        "warnings": {p.key: m.warning for p, m in line.moments.items() if m.warning},
        "statuses": [status for status, _ in own],
        "derived": [derived for _, derived in own],
        "carried": [m.brought is not None for m in moments],
        "low": [number(m.band[0], one.decimals) for m in moments],
        "high": [number(m.band[1], one.decimals) for m in moments],
        "targets": [_due(one, standing.targets, p) for p in line.moments],
    }


def letter_of(text: str) -> str:
    """Return the stored letter of a kind of period and its calendar; BadParameter says which there are."""
    kind, _, calendar = text.partition("@")
    found = LETTERS.get((cast(PeriodKind, kind), cast(Calendar, calendar or "civil")))
    if found is None:
        names = ", ".join(a if b == "civil" else f"{a}@{b}" for a, b in LETTERS)
        raise BadParameter(
            "kind",
            f"Không có loại kỳ “{text[:40]}”; hãy chọn {names}.",
            f"There is no kind of period “{text[:40]}”; choose {names}.",
        )
    return found


def _due(one: Indicator, targets: Any, period: Period) -> float | None:
    """What the first plan asks of a period."""
    due = asks(targets, period)
    return number(due[0][1].value, one.decimals) if due else None


def _sheet(one: Indicator, body: dict[str, Any]) -> Sheet:
    unit, keys = f" ({one.unit})", body["periods"]
    columns = [
        Column("area", "Mã địa bàn", "Area code", [body["area"]["code"]] * len(keys)),
        Column("name", "Địa bàn", "Area", [body["area"]["full_name"]] * len(keys)),
        Column("period", "Kỳ số liệu", "Period", keys),
        Column("value", one.name + unit, one.name_en + unit, body["values"], "number"),
        Column("blank", "Lý do không có số", "Why there is no figure", [body["blanks"].get(key) for key in keys]),
        Column("warning", "Cảnh báo", "Warning", [body["warnings"].get(key) for key in keys]),
        Column("status", "Tính chất số liệu", "Status", body["statuses"]),
        Column("derived", "Cách tổng hợp (F, S, T)", "Derived (F, S, T)", body["derived"]),
        Column("target", "Mức phải đạt" + unit, "What is due" + unit, body["targets"], "number"),
        Column("carried", "Quy đổi từ ranh giới khác", "Carried from other boundaries", body["carried"], "flag"),
        Column("low", "Cận dưới" + unit, "Lower bound" + unit, body["low"], "number"),
        Column("high", "Cận trên" + unit, "Upper bound" + unit, body["high"], "number"),
    ]
    name = f"{one.code.lower()}_{body['area']['code']}_{body['kind']}"
    return Sheet(name, columns, {"indicator": one.code, "unit": one.unit, "known": body["known"] or ""})
