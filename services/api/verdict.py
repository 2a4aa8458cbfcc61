"""Which list of areas a table is written in, before anything of it is loaded."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from boundaries.detective import examine, resolve
from boundaries.known import BOUNDARIES
from boundaries.layout import lay_out
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
) -> dict[str, Any]:
    """The verdict with its evidence, and for each structure how the rows would be tied and which would not."""
    return await asyncio.to_thread(_examine, await body(request), encoding)


def _examine(sent: bytes, encoding: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
        path = Path(folder, "table.xlsx" if sent.startswith(b"PK") else "table.csv")
        path.write_bytes(sent)
        refuse_foreign(path)
        grid = read_grid(path, encoding)[0]
    if len(grid) > LONGEST:
        raise TooLarge("Bảng có hơn 100.000 dòng.", "The table has more than 100,000 lines.")
    table = lay_out(grid).frame
    found = examine(table)
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
