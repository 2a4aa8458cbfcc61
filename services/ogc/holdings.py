"""What there is to serve: extents and counts of layers, and which indicators have figures of which periods."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from fastapi import FastAPI
from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select

from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.periods import Period
from layers.layer import Layer
from layers.viewer import Viewer
from services.database import Statement
from services.figures import Holding
from services.ogc.links import revision_name, today

T = TypeVar("T")

_BOXES = """
SELECT code, min(ST_XMin(geom)), min(ST_YMin(geom)), max(ST_XMax(geom)), max(ST_YMax(geom)) FROM toancanh.area
WHERE level = 'province' AND geom IS NOT NULL GROUP BY code
"""
# Provinces of today as SVG paths (degrees, y down), as fine as a picture of a few hundred pixels needs.
_OUTLINE = """
SELECT ST_AsSVG(ST_SimplifyPreserveTopology(ST_Transform(s.geom, 4326), 0.04), 0, 2)
FROM toancanh.area a JOIN toancanh.area_shape s ON s.area_id = a.id AND s.band = 5
WHERE a.level = 'province' AND a.valid_from <= current_date AND (a.valid_to IS NULL OR a.valid_to > current_date)
"""
_DEAR = 0.05  # seconds: what took longer to find out is kept a while even when the data moved on
_PATIENCE = 60

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Extent:
    """Where and when the features of a layer are, how many and whether they are samples (EPSG:4326)."""

    count: int = 0
    box: Box | None = None
    first: date | datetime | None = None
    last: date | datetime | None = None
    sample: bool = False


@dataclass(frozen=True)
class Figures:
    """Everything an indicator has figures for."""

    indicator: Indicator
    held: tuple[Holding, ...]
    box: Box | None

    @property
    def own(self) -> frozenset[str]:
        """The parameters of a request for its features that other layers have not."""
        return frozenset({"level", "boundary"})

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels with figures, the lowest first."""
        return tuple(sorted({one.level for one in self.held}))  # commune before province

    @property
    def sample(self) -> bool:
        """Whether any figure is a sample."""
        return any(one.sample for one in self.held)

    @property
    def span(self) -> tuple[date, date]:
        """First day and last day of all periods."""
        return min(one.periods[0].start for one in self.held), max(one.last.last_day for one in self.held)

    def choose(self, level: str | None, first: date | None, last: date | None, wanted: Period | None) -> Period | None:
        """Return the period that is wanted where there are figures of it, else the newest one that overlaps [first, last].

        Of a level, or of any. The kind of period that the catalogue names for the indicator goes first, then the
        shortest.
        """
        there = [one for one in self.held if level is None or one.level == level]
        if wanted is not None and any(wanted in one.periods for one in there):
            return wanted
        usual = self.indicator.letter
        kinds = {one.last.letter: one.last.end - one.last.start for one in there}
        for kind in sorted(kinds, key=lambda k: (k != usual, kinds[k])):
            found = [_newest(one, first, last) for one in there if one.last.letter == kind]
            if newest := max((one for one in found if one), default=None):
                return newest
        return None


def _newest(held: Holding, first: date | None, last: date | None) -> Period | None:
    for period in reversed(held.periods):
        if (last is None or period.start <= last) and (first is None or period.last_day >= first):
            return period
    return None


@dataclass
class Holdings:
    """What is there, found out once for each revision of the data."""

    app: FastAPI
    _kept: dict[object, tuple[int, float, float, Any]] = field(default_factory=dict)
    _finding: dict[object, asyncio.Future[Any]] = field(default_factory=dict)

    async def figures(self) -> Mapping[str, Figures]:
        """Return the indicators with figures by the id of their collection, in the catalogue's order."""
        return await self._keep("figures", self._revision("observations", "areas"), self._figures)

    async def extent(self, layer: Layer, viewer: Viewer) -> Extent:
        """Return extent and count of what the viewer may see of a layer."""
        key = ("extent", layer.id, viewer.role, viewer.provinces, layer.where is not None and today())
        return await self._keep(key, self._revision(revision_name(layer.id)), lambda: self._extent(layer, viewer))

    async def outline(self) -> list[str]:
        """Return the outlines of the provinces for the locator map."""

        async def find() -> list[str]:
            return [path for (path,) in await self.app.state.reader.rows(_OUTLINE)]

        return await self._keep("outline", self._revision("areas"), find)

    async def once(self, key: object, names: Sequence[str], find: Callable[[], Awaitable[T]]) -> T:
        """Return what `find` gives, asked once for each revision of `names`."""
        return await self._keep(("once", key), self._revision(*names), find)

    async def count(self, key: object, name: str, find: Callable[[], Awaitable[int]]) -> int:
        """Return a count, found out once for each revision of `name`."""
        if len(self._kept) > 2000:
            self._kept.clear()
        return await self._keep(("count", key), self._revision(name), find)

    def _revision(self, *names: str) -> int:
        return sum(self.app.state.revisions[name] for name in names)  # each only grows

    async def _keep(self, key: object, revision: int, find: Callable[[], Awaitable[T]]) -> T:
        kept = self._kept.get(key)
        if kept is not None:
            known, at, cost, value = kept
            if known == revision or (cost > _DEAR and time.monotonic() - at < cost * _PATIENCE):
                found: T = value
                return found
        task = self._finding.get(key)
        if task is None:  # many may ask at once; one finds out for all
            task = asyncio.ensure_future(self._find(key, revision, find))
            self._finding[key] = task
            task.add_done_callback(lambda _: self._finding.pop(key, None))
        result: T = await asyncio.shield(task)
        return result

    async def _find(self, key: object, revision: int, find: Callable[[], Awaitable[T]]) -> T:
        begun = time.monotonic()
        found = await find()
        done = time.monotonic()
        self._kept[key] = (revision, done, done - begun, found)
        return found

    async def _figures(self) -> Mapping[str, Figures]:
        reader = self.app.state.reader
        boxes: dict[str, Box] = {code: (w, s, e, n) for code, w, s, e, n in await reader.rows(_BOXES)}
        whole = union(list(boxes.values()))
        held = await self.app.state.figures.holdings()
        found = {}
        for code, one in indicators.items():
            if code not in held:
                continue
            provinces = {province for holding in held[code] for province in holding.within}
            box = whole if "VN" in provinces else union([boxes[p] for p in provinces if p in boxes]) or whole
            found[f"indicator-{code.lower()}"] = Figures(one, tuple(held[code]), box)
        return found

    async def _extent(self, layer: Layer, viewer: Viewer) -> Extent:
        row = await self.app.state.reader.row(extent_statement(layer, viewer))
        count, west, south, east, north, first, last, sample = row
        box = None if west is None else (west, south, east, north)
        return Extent(count, box, first, last, bool(sample))


def extent_statement(layer: Layer, viewer: Viewer) -> Statement:
    """Return the statement of count, box (EPSG:4326), first and last day and sample mark of what a viewer sees."""
    rows: Select[Any] = layer.rows(viewer)
    # Areas of a level as they are today; the history is reached with datetime.
    if "valid_from" in layer.table.c and not layer.date:
        rows = rows.where(valid_on(layer, literal(layer.moment) if layer.moment else func.current_date()))
    r = rows.subquery("r")
    dated = r.c[layer.date] if layer.date and layer.date in r.c else literal_column("NULL::date")
    return Statement(
        select(
            func.count(),
            *(literal_column(f"ST_{side}(ST_Extent(r.geom))") for side in ("XMin", "YMin", "XMax", "YMax")),
            func.min(dated),
            func.max(dated),
            func.bool_or(r.c.sample) if "sample" in r.c else literal_column("false"),
        ).select_from(r)
    )


def valid_on(layer: Layer, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Narrow rows with valid_from and valid_to (half-open) to those in force on a day."""
    table = layer.table
    return (table.c.valid_from <= day) & (table.c.valid_to.is_(None) | (table.c.valid_to > day))


def union(boxes: list[Box]) -> Box | None:
    """Return the box around boxes; None where there are none."""
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
