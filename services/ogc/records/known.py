"""How fresh the data of layers and indicators are, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import func, select

from layers.catalogue import AREAS, catalogue
from layers.layer import Layer
from layers.viewer import Viewer
from services.database import Statement
from services.ogc.collections import holdings
from services.ogc.links import revision_name

# From the provinces' own figures of the first and the newest periods: one look-up by the key each and province.
_FIGURES = """
SELECT k.number, min(o.known_at), max(o.known_at), array_remove(array_agg(DISTINCT p.title), NULL)
FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[], %(starts)s::date[]) AS k (number, kind, start)
CROSS JOIN toancanh.area a
JOIN toancanh.observation o
  ON o.province_code = a.province_code AND o.indicator_id = k.number AND o.area_id = a.id AND o.period_kind = k.kind
 AND o.period_start = k.start
LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id
WHERE a.level = 'province' AND (a.valid_to IS NULL OR a.valid_to > k.start)
GROUP BY k.number
"""
_BOUNDARIES = """
SELECT (SELECT max(loaded_at) FROM toancanh.boundary_load), array_agg(DISTINCT source) FROM toancanh.area WHERE level = %(level)s
"""
_SOURCES = """
SELECT id, title, file, checksum, loaded_at FROM toancanh.provenance ORDER BY id DESC LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Known:
    """When data were first known here and last changed, and what they were taken from."""

    created: datetime | None = None
    updated: datetime | None = None
    sources: tuple[str, ...] = ()


async def of_layer(request: Request, layer: Layer, viewer: Viewer) -> Known:
    """Return what is known of a layer's features that the viewer may see."""

    async def find() -> Known:
        reader = request.app.state.reader
        if layer in AREAS:
            level = layer.id.removeprefix("former-").removesuffix("s")
            updated, sources = await reader.row(_BOUNDARIES, {"level": level})
            return Known(None, updated, tuple(sorted(filter(None, sources or ()))))
        if not {"recorded_at", "source"} <= set(layer.table.c.keys()):
            return Known()
        first, last, sources = await reader.row(_features(layer, viewer))
        return Known(first, last, tuple(sorted(filter(None, sources or ()))))

    key = ("known", layer.id, viewer.role, viewer.provinces)
    return await holdings(request).once(key, [revision_name(layer.id)], find)


async def of_indicators(request: Request) -> dict[str, Known]:
    """Return what is known of each indicator with figures, by its code."""

    async def find() -> dict[str, Known]:
        state = request.app.state
        held = await state.figures.holdings()
        number_of = {code: await state.figures.number(one.indicator) for code, one in (await _figures(request)).items()}
        ends = {
            (number_of[code], period.letter, period.stored_start)
            for code in number_of
            for h in held[code]
            for period in (h.periods[0], h.last)
        }
        bound = {
            "numbers": [one[0] for one in ends],
            "kinds": [one[1] for one in ends],
            "starts": [one[2] for one in ends],
        }
        rows = await state.reader.rows(_FIGURES, bound)
        told = {number: Known(first, last, tuple(sorted(titles))) for number, first, last, titles in rows}
        return {code: told.get(number, Known()) for code, number in number_of.items()}

    return await holdings(request).once("known-figures", ["observations", "areas"], find)


async def loads(request: Request) -> list[dict[str, Any]]:
    """Return the files that figures were loaded from, the newest first: id, title, file, checksum, loaded_at."""

    async def find() -> list[dict[str, Any]]:
        names = ("id", "title", "file", "checksum", "loaded_at")
        return [dict(zip(names, row, strict=True)) for row in await request.app.state.reader.rows(_SOURCES)]

    return await holdings(request).once("loads", ["observations"], find)


async def _figures(request: Request) -> dict[str, Any]:
    return {one.indicator.code: one for one in (await holdings(request).figures()).values()}


def _features(layer: Layer, viewer: Viewer) -> Statement:
    table = catalogue[layer.id].table
    visible = layer.rows(viewer).with_only_columns(
        func.min(table.c.recorded_at), func.max(table.c.recorded_at), func.array_agg(table.c.source.distinct())
    )
    return Statement(select(visible.subquery("known")))
