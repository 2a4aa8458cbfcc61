"""Which list of areas a table is written in, before anything of it is loaded."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from boundaries.detective import examine, resolve
from boundaries.known import BOUNDARIES
from boundaries.layout import lay_out
from geo.coordinates import decimal_mark, number
from geo.errors import Problem
from geo.formats import refuse_foreign
from geo.grids import read_grid
from services.bodies import body
from services.errors import TooLarge

LONGEST = 100_000  # lines
SHOWN = 200  # rows that are not tied, of each structure

router = APIRouter()


@router.post(
    "/boundaries/verdict",
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "a table of at most 20 MB: CSV, or XLSX",
            "content": {"text/csv": {}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}},
        }
    },
)
async def verdict(
    request: Request,
    encoding: Annotated[str | None, Query(description="utf-8, cp1258 or tcvn3; empty: recognised")] = None,
    total: Annotated[list[str] | None, Query(description="a total known of a column, such as Dân số=1551000")] = None,
) -> dict[str, Any]:
    """The verdict with its evidence, and for each structure how the rows would be tied and which would not."""
    return await asyncio.to_thread(_examine, await body(request), encoding, _totals(total or []))


def _totals(said: list[str]) -> dict[str, float]:
    """Read totals written as column=number."""
    found: dict[str, float] = {}
    for one in said:
        column, _, figure = one.rpartition("=")
        mark = decimal_mark([figure])
        value = number(figure, "," if mark == "?" else mark)
        if not column.strip() or math.isnan(value):
            raise Problem(
                f"Tổng “{one}” không đúng dạng cột=số, ví dụ Dân số=1551000.",
                f"The total “{one}” is not written as column=number, such as Dân số=1551000.",
            )
        found[column.strip()] = value
    return found


def _examine(sent: bytes, encoding: str | None, totals: Mapping[str, float]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
        path = Path(folder, "table.xlsx" if sent.startswith(b"PK") else "table.csv")
        path.write_bytes(sent)
        refuse_foreign(path)
        grid = read_grid(path, encoding)[0]
    if len(grid) > LONGEST:
        raise TooLarge("Bảng có hơn 100.000 dòng.", "The table has more than 100,000 lines.")
    table = lay_out(grid).frame
    found = examine(table, totals=totals)
    choices: dict[str, Any] = {}
    for boundary in BOUNDARIES:
        rows = resolve(table, found, boundary)
        lost = rows[(rows["code"] == "") & ~rows["how"].isin(["total", "empty"])]
        choices[boundary] = {
            "tied": int((rows["code"] != "").sum()),
            "how": dict(Counter(rows["how"])),
            "not_tied": [
                {"row": int(line), "vi": row["vi"], "en": row["en"]}
                for line, row in zip(lost.index[:SHOWN], lost.to_dict("records"), strict=False)
            ],
        }
    return {**found.to_json(), "choices": choices}
