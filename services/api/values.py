"""One period of one indicator over many areas, and the classes it is shown by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators.catalogue import Indicator
from services import legends
from services.api.asking import PictureAsked, carried_values
from services.api.asking import asked as picture_asked
from services.api.parts import BooksNow, IndicatorOf, cached, indicator_asked, instant
from services.api.parts import books as read_books
from services.api.tables import Column, FormAsked, Sheet, area_columns, described, told
from services.api.tables import form as form_asked
from services.books import Books
from services.errors import BadParameter
from services.gazetteer import Area
from services.pictures import Asked, parent_of, pictured, stored

router = APIRouter()

_VALUES = {
    "indicator": "HCC-04", "period": "2026-10", "known": None, "level": "commune", "within": "68",
    "boundary": "2025-07-01", "lens": None, "sample": True, "ids": [3712, 3713], "values": [96.41, None],
    "blanks": {"3713": "late"}, "warnings": {}, "carried": None,
}  # fmt: skip


@router.get("/indicators/{code}/values", responses=described(_VALUES, table=True))
async def get_values(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    asked: PictureAsked,
    form: FormAsked,
    classes: Annotated[
        Literal["value", "target"], Query(description="target: also the state against the target")
    ] = "value",
) -> Response:
    """One period of one indicator over the children of an area, as parallel arrays of area number and value.

    With `boundary` (a date or `current`) or `lens` the figures are shown on those areas: where they were collected on
    others they are carried, and `carried` says how sure each value is. With `known` they are as they were known then.
    """
    parent_of(books.places, asked)

    async def make() -> dict[str, Any]:
        return await _values(books, one, asked, states=classes == "target")

    def sheet(body: dict[str, Any]) -> Sheet:
        return _sheet(one, body, books.places.by_id)

    return await told(request, ("areas", "observations"), make, form, sheet)


async def get_values_first(request: Request) -> Response:
    """The same, its parameters read by hand: of a picture asked for the first time that takes FastAPI a tenth of all."""
    query: dict[str, Any] = {name: text for name, text in request.query_params.items() if name in _READ}
    for name, choices in _CHOICES.items():
        if query.get(name, choices[0]) not in choices:
            raise BadParameter(name, f"Tham số {name} không hợp lệ.", f"The parameter {name} is not valid.")
    classes, wanted = query.pop("classes", "value"), query.pop("f", None)
    return await get_values(
        request,
        await indicator_asked(request, request.path_params["code"]),
        await read_books(request),
        await picture_asked(request, **query),
        await form_asked(request, wanted),
        classes,
    )


_CHOICES = {"level": ("province", "district", "commune"), "classes": ("value", "target")}
_READ = frozenset(("boundary", "level", "within", "frame", "lens", "period", "known", "f", "classes"))


async def _values(books: Books, one: Indicator, asked: Asked, *, states: bool) -> dict[str, Any]:
    picture = await pictured(books.places, books.figures, books.carried, one, asked)
    body: dict[str, Any] = {
        "indicator": one.code,
        "period": picture.at.key,
        "known": instant(asked.known),
        "level": picture.system.level,
        "within": picture.parent.code,
        "boundary": picture.vintage.id,
        "lens": asked.lens,
    }
    if picture.history:
        found = carried_values(picture, one)
        return {
            **body,
            "sample": picture.history.sample(picture.at.stored_start),
            "ids": picture.ids,
            **found,
        }
    slice_ = (await stored(books.figures, books.carried, one, picture))[picture.at]
    body |= {
        "sample": slice_.sample,
        "ids": slice_.ids,
        "values": np.round(slice_.values, one.decimals + 2),
        "blanks": slice_.blanks,
        "warnings": slice_.warnings,
        "carried": None,
    }
    if states:
        held = await books.states.of_picture(
            one, picture.areas, picture.within, picture.vintage, picture.at, asked.known
        )
        first = [judged[0] if (judged := held.get(i)) else None for i in slice_.ids.tolist()]
        body["states"] = [one_.state if one_ else None for one_ in first]
        body["due"] = [round(one_.due.value, one.decimals + 2) if one_ and one_.due else None for one_ in first]
    return body


def _sheet(one: Indicator, body: dict[str, Any], areas: Mapping[int, Area]) -> Sheet:
    ids = [int(number) for number in body["ids"]]
    values = [None if value is None or np.isnan(value) else float(value) for value in body["values"]]
    carried = body["carried"] or {}
    unit = f" ({one.unit})"

    def numbers(name: str) -> Sequence[float | None]:
        return carried.get(name) or [None] * len(ids)

    columns = [
        *area_columns([areas[number] for number in ids]),
        Column("period", "Kỳ số liệu", "Period", [body["period"]] * len(ids)),
        Column("value", one.name + unit, one.name_en + unit, values, "number"),
        Column("blank", "Lý do không có số", "Why there is no figure", [body["blanks"].get(str(i)) for i in ids]),
        Column("warning", "Cảnh báo", "Warning", [body["warnings"].get(str(i)) for i in ids]),
        Column("estimated", "Phần ước tính khi quy đổi (0–1)", "Share estimated by carrying (0–1)", numbers("estimated"), "number"),
        Column("low", "Cận dưới" + unit, "Lower bound" + unit, numbers("low"), "number"),
        Column("high", "Cận trên" + unit, "Upper bound" + unit, numbers("high"), "number"),
        *([Column("state", "Trạng thái so với kế hoạch", "State against the target", body["states"])] if "states" in body else []),
        *([Column("due", "Mục tiêu đến kỳ" + unit, "Due in the period" + unit, body["due"], "number")] if "due" in body else []),
        Column("sample", "Dữ liệu minh hoạ", "Sample data", [bool(body["sample"])] * len(ids), "flag"),
    ]  # fmt: skip
    name = f"{one.code.lower()}_{body['within']}_{body['period']}"
    return Sheet(name, columns, {"indicator": one.code, "unit": one.unit, "known": body["known"] or ""})


@router.get("/indicators/{code}/legend")
async def get_legend(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    asked: PictureAsked,
    method: Annotated[legends.Method, Query(description="how classes are cut")] = "quantile",
    classes: Annotated[int, Query(ge=3, le=7)] = legends.CLASSES,
) -> Response:
    """The classes of the map: made from all periods, so that they stay put while time plays."""
    parent_of(books.places, asked)

    async def make() -> dict[str, Any]:
        picture = await pictured(books.places, books.figures, books.carried, one, asked)
        return await legends.legend(books, one, picture, method, classes)

    return await cached(request, ("areas", "observations"), make)
