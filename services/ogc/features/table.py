"""The features a request asks for as an Arrow table, read in pieces so that Python never holds all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
from fastapi import Request

from layers.layer import FieldType
from services.ogc.collections import Collection
from services.ogc.features import statements
from services.ogc.figures.pictures import chosen
from services.ogc.parameters import Query

GEOMETRY = "geometry"
PIECE = 2000  # rows of one statement

_ARROW: dict[FieldType, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}


async def pieces(
    request: Request, one: Collection, query: Query, *, most: int, rows: bool = False, piece: int = PIECE
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Give the rows of a query piece by piece, up to `most`: as features (bytes, id), or as `rows` of plain values.

    No connection is held between pieces: a client that reads slowly keeps nobody waiting.
    """
    binds = await chosen(request, one, query)
    left, now = most, replace(query, after=None if query.sort else query.after)
    while binds is not None and left > 0:
        now = replace(now, limit=min(piece, left))
        make = statements.table if rows else statements.page
        statement, found = make(one, now)
        read = list(await request.app.state.reader.rows(statement, found | binds | {"limit": now.limit}, binary=True))
        left -= len(read)
        if read:
            yield read
        if len(read) < now.limit:
            return
        last = read[-1][0 if rows else 1]
        now = replace(now, offset=now.offset + len(read)) if query.sort else replace(now, after=last)


async def _unseen(_: int) -> None:
    return None


async def read(
    request: Request, one: Collection, query: Query, *, most: int, seen: Callable[[int], Awaitable[None]] = _unseen
) -> pa.Table:
    """Return up to `most` features: `id`, the fields asked for, and `geometry` as WKB (x, y of the query's system).

    `seen` is told how many are read so far.
    """
    fields = statements.asked(one, query)
    kinds = [("id", pa.int64()), *((field.name, _ARROW[field.type]) for field in fields)]
    if query.geometry:
        kinds.append((GEOMETRY, pa.binary()))
    schema = pa.schema(kinds)
    batches = []
    async for rows in pieces(request, one, query, most=most, rows=True):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, kind, from_pandas=True) for column, kind in zip(columns, schema.types, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        await seen(sum(batch.num_rows for batch in batches))
    return pa.Table.from_batches(batches, schema)
