"""The same answer as JSON, CSV or Arrow: by `f=`, else by what the request accepts."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pyarrow as pa
from fastapi import Depends, Query, Request
from fastapi.responses import Response

from services.api.parts import kept, written
from services.errors import BadParameter
from services.gazetteer import Area
from services.language import Language, language

Form = Literal["json", "csv", "arrow"]
MEDIA: Mapping[Form, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
}
_TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "flag": pa.bool_()}
_PROBLEM = {
    "type": "about:blank", "title": "Bad Request", "status": 400, "parameter": "period",
    "detail": "The period “2026-13” is not understood: write 2025, 2025-Q3, 2025-07 or 2025-07-14.",
}  # fmt: skip
_MARK = "\ufeff"  # by it Excel knows the letters of a CSV file


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name for programs, its heading for people, and its values."""

    name: str
    title: str
    title_en: str
    values: Sequence[Any]
    type: Literal["text", "number", "integer", "flag"] = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the name of its file and what is true of all of it."""

    name: str
    columns: Sequence[Column]
    about: Mapping[str, str] = field(default_factory=dict)


async def form(
    request: Request,
    f: Annotated[
        str | None,
        Query(description="json, csv (UTF-8, for Excel too) or arrow (IPC stream); empty: what Accept asks for"),
    ] = None,
) -> Form:
    """Return the form that is wanted; BadParameter for one that is not offered."""
    if f is None:
        accept = request.headers.get("accept", "")
        wanted = [part.partition(";")[0].strip() for part in accept.split(",")]
        return next(
            (name for kind in wanted for name, media in MEDIA.items() if kind == media.partition(";")[0]), "json"
        )
    if f not in MEDIA:
        offered = ", ".join(MEDIA)
        raise BadParameter(
            "f",
            f"Không có định dạng “{f[:40]}”; hãy chọn {offered}.",
            f"The format “{f[:40]}” is not offered; choose {offered}.",
        )
    return f  # type: ignore[return-value]


FormAsked = Annotated[Form, Depends(form)]


async def told(
    request: Request,
    names: tuple[str, ...],
    make: Callable[[], Awaitable[dict[str, Any]]],
    wanted: Form,
    sheet: Callable[[dict[str, Any]], Sheet],
    *extra: object,
) -> Response:
    """Answer what `make` says, as it is or as the table that `sheet` makes of it; made once, then kept."""
    lang = language(request)

    async def body() -> tuple[bytes, str, str]:
        said = await make()
        if wanted == "json":
            return written(said), MEDIA["json"], ""
        table = sheet(said)
        if wanted == "csv":
            return comma_separated(table, lang), MEDIA["csv"], f"{table.name}.csv"
        return arrow(table, lang), MEDIA["arrow"], f"{table.name}.arrows"

    return await kept(request, names, body, wanted, lang if wanted != "json" else "", *extra)


def area_columns(areas: Sequence[Area]) -> list[Column]:
    """Return the columns that name areas."""
    return [
        Column("area", "Mã địa bàn", "Area code", [one.code for one in areas]),
        Column("name", "Địa bàn", "Area", [one.full_name for one in areas]),
    ]


def described(example: Any, *, table: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of an answer: an example, the further forms of a table, and a problem."""
    content: dict[str, Any] = {"application/json": {"example": example}}
    if table:
        content["text/csv"] = {"schema": {"type": "string"}}
        content[MEDIA["arrow"]] = {"schema": {"type": "string", "format": "binary"}}
    problem = {"application/problem+json": {"example": _PROBLEM}}
    return {
        200: {"description": "the answer", "content": content},
        400: {
            "description": "a parameter that cannot be understood: one sentence says which and why",
            "content": problem,
        },
        404: {"description": "an indicator or area that is not there", "content": problem},
    }


def comma_separated(table: Sheet, lang: Language) -> bytes:
    """Return a table as CSV (RFC 4180) with headings for people."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([one.title_en if lang == "en" else one.title for one in table.columns])
    writer.writerows(zip(*(map(_cell, one.values) for one in table.columns), strict=True))
    return (_MARK + out.getvalue()).encode()


def arrow(table: Sheet, lang: Language) -> bytes:
    """Return a table as a stream of Arrow's IPC; what is true of all of it stands in the metadata of its schema."""
    fields = [
        pa.field(one.name, _TYPES[one.type], metadata={"title": one.title_en if lang == "en" else one.title})
        for one in table.columns
    ]
    made = pa.table(
        [pa.array(one.values, type=_TYPES[one.type]) for one in table.columns],
        schema=pa.schema(fields, metadata={**table.about}),
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as stream:
        stream.write_table(made)
    return bytes(sink.getvalue())


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet takes for what it is: a text that begins like a formula must not become one."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
