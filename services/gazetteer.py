"""The areas by name and number, kept in memory until they change: finding, searching and walking the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from boundaries.vintages import CURRENT, VINTAGE_SQL, VINTAGES, Vintage
from geo.text import fold
from services.database import Reader
from services.errors import NotFound
from services.revisions import Revisions

_AREAS = f"""
SELECT a.id, a.code, a.level, a.kind, a.name, a.full_name, a.name_en, a.province_code, a.parent_id, {VINTAGE_SQL},
       a.valid_from, a.valid_to, a.resolution, a.area_km2, a.source, a.approximate, a.folded,
       ARRAY[ST_XMin(a.geom), ST_YMin(a.geom), ST_XMax(a.geom), ST_YMax(a.geom)],
       ARRAY[ST_X(a.label), ST_Y(a.label)]
FROM toancanh.area a ORDER BY a.level, a.code
"""
_ALIASES = "SELECT area_id, name, kind, folded, weight FROM toancanh.area_alias"
_LINKS = (
    "SELECT old_id, new_id, area_share, relation, population_share, area_km2, population, flag FROM toancanh.succession "
    "WHERE flag <> 'namesake'"
)

_SETS = "SELECT slug, title, title_en FROM toancanh.region_set ORDER BY title"

_LEVEL_WEIGHT = {"country": 0.4, "province": 0.3, "commune": 0.0, "region": -0.2}


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area without its outline; `bbox` and `label` are in EPSG:4326."""

    id: int
    code: str
    level: str
    kind: str
    name: str
    full_name: str
    name_en: str
    province_code: str
    parent_id: int | None
    vintage: date
    valid_from: date
    valid_to: date | None
    resolution: str
    area_km2: float | None
    source: str
    approximate: bool
    folded: str
    bbox: tuple[float, ...]
    label: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an area."""

    area_id: int
    name: str
    kind: str
    folded: str
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """An old area and one that took it over."""

    old_id: int
    new_id: int
    share: float | None
    relation: str
    people: float | None
    ground: float | None  # km² in common
    inhabitants: float | None  # on the common ground
    flag: str


@dataclass(frozen=True, slots=True)
class RegionSet:
    """A set of regions by its name in addresses."""

    slug: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Found:
    """An area that answers a search, and the name it was found by."""

    area: Area
    by: str
    score: float


class Places:
    """All areas at one revision."""

    def __init__(
        self, areas: Sequence[Area], aliases: Sequence[Alias], links: Sequence[Link], sets: Sequence[RegionSet]
    ) -> None:
        self.region_sets = sets
        self._numbers: dict[object, tuple[npt.NDArray[np.int64], list[str]]] = {}
        self.by_id = {one.id: one for one in areas}
        self._by_code: dict[tuple[str, date], Area] = {(one.code.upper(), one.vintage): one for one in areas}
        self._children: dict[tuple[int, date], list[Area]] = {}
        self._by_level: dict[tuple[str, date], list[Area]] = {}
        self._regions: dict[str, list[Area]] = {}
        for one in areas:
            if one.level == "region":
                self._regions.setdefault(one.kind, []).append(one)
                continue
            self._by_level.setdefault((one.level, one.vintage), []).append(one)
            if one.parent_id is not None:
                self._children.setdefault((one.parent_id, one.vintage), []).append(one)
        self._aliases = aliases
        self.successors: dict[int, list[Link]] = {}
        self.predecessors: dict[int, list[Link]] = {}
        for link in links:
            self.successors.setdefault(link.old_id, []).append(link)
            self.predecessors.setdefault(link.new_id, []).append(link)

    def find(self, code: str, vintage: Vintage | None = None) -> Area:
        """Return the area of a code in a vintage (else the present one, else a former one); NotFound without one."""
        text = code.strip().upper()
        days = [vintage.start] if vintage else [one.start for one in reversed(VINTAGES)]
        for day in days:
            if found := self._by_code.get((text, day)):
                return found
        if text == "VN" and (country := self._by_code.get((text, CURRENT.start))):
            return country
        raise NotFound(
            f"Không có đơn vị hành chính mang mã “{code[:60]}”.", f"There is no area with the code “{code[:60]}”."
        )

    def children(self, area: Area, vintage: Vintage | None = None) -> list[Area]:
        """Return the areas just below, in the area's own vintage or, for the country, in the one asked for."""
        day = vintage.start if vintage and area.level == "country" else area.vintage
        return self._children.get((area.id, day), [])

    def path(self, area: Area) -> list[Area]:
        """Return the country, the province and so on down to the area itself."""
        line = [area]
        while (parent := line[0].parent_id) is not None and parent in self.by_id:
            line.insert(0, self.by_id[parent])
        return line

    def former_names(self, area: Area) -> list[str]:
        """Return the former communes that became this one, by name."""
        return [alias.name for alias in self._aliases if alias.area_id == area.id and alias.kind == "former commune"]

    def all(self, level: str, vintage: Vintage = CURRENT) -> list[Area]:
        """Return the areas of a level in a vintage."""
        return self._by_level.get((level, vintage.start), [])

    def structure(self, vintage: Vintage) -> list[Area]:
        """Return every area of a vintage, of all levels."""
        return [one for (_, start), areas in self._by_level.items() if start == vintage.start for one in areas]

    def regions(self, name: str) -> list[Area]:
        """Return the regions of a set by its name in addresses; empty for an unknown one."""
        return self._regions.get(name, [])

    def inside(self, area: Area, level: str, vintage: Vintage | None = None) -> list[Area]:
        """Return the areas of a level inside an area of the same vintage (for the country: of the one asked for)."""
        if area.level == "country":
            return self.all(level, vintage or CURRENT)
        if area.level == level:
            return [area]
        return [one for child in self.children(area) for one in self.inside(child, level)]

    def sharing(self, area: Area, level: str, vintage: Vintage) -> list[Area]:
        """Return the areas of a level in another vintage that share ground with an area."""
        if area.level == "country" or area.vintage == vintage.start:
            return self.inside(area, level, vintage)
        links = self.predecessors if vintage.start < area.vintage else self.successors
        ends = [
            link.old_id if vintage.start < area.vintage else link.new_id
            for one in (self.inside(area, "commune") or [area])
            for link in links.get(one.id, [])
        ]
        if not ends:  # communes are not loaded: provinces know of each other
            ends = [link.old_id if vintage.start < area.vintage else link.new_id for link in links.get(area.id, [])]
        found = {one.id: one for end in ends for one in [self.at(self.by_id[end], level)] if one}
        return sorted(found.values(), key=lambda one: one.code)

    def at(self, area: Area, level: str) -> Area | None:
        """Return the area itself or the one around it that stands at a level."""
        return next((one for one in self.path(area) if one.level == level), None)

    def numbers(self, key: object, areas: Sequence[Area]) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Return the numbers of areas and the codes of those just above, found once under a key.

        For the communes of the nation it takes as long as to read their figures.
        """
        if key not in self._numbers:
            above = {self.by_id[area.parent_id].code for area in areas if area.parent_id in self.by_id}
            self._numbers[key] = np.array([area.id for area in areas], dtype=np.int64), sorted(above)
        return self._numbers[key]

    def search(self, words: str, limit: int) -> list[Found]:
        """Return the present areas a person may mean, best first: by code, name or former name, accents or not."""
        asked = fold(words)
        if not asked:
            return []
        best: dict[int, Found] = {}
        for one in self.by_id.values():
            if one.valid_to is None:
                score = 2.0 if asked == one.code.lower() else _score(asked, one.folded)
                if score:
                    _keep(best, Found(one, one.full_name, score + _LEVEL_WEIGHT[one.level]))
        for alias in self._aliases:
            area = self.by_id.get(alias.area_id)
            if area and (score := _score(asked, alias.folded)):
                _keep(best, Found(area, alias.name, score * 0.8 + alias.weight * 0.6))
        return sorted(best.values(), key=lambda found: (-found.score, found.area.code))[:limit]


def _score(asked: str, name: str) -> float:
    """How well the words fit a folded name: 0 for not at all, 1 for the same without the kind."""
    if asked not in name:
        return 0.0
    bare = name.split(" ", 1)[-1]
    if asked in (name, bare) or (name.endswith(f" {asked}") and len(name.split()) - len(asked.split()) <= 2):
        return 1.0
    if name.startswith(asked) or f" {asked}" in name:
        return 0.6 + 0.3 * len(asked) / len(name)
    return 0.2 * len(asked) / len(name)


def _keep(best: dict[int, Found], found: Found) -> None:
    if found.area.id not in best or best[found.area.id].score < found.score:
        best[found.area.id] = found


class Gazetteer:
    """The newest `Places`, read again when the areas' revision changes."""

    def __init__(self, reader: Reader, revisions: Revisions) -> None:
        self._reader = reader
        self._revisions = revisions
        self._places: Places | None = None
        self._revision = -1
        self._lock = asyncio.Lock()

    async def places(self) -> Places:
        """Return the areas as they are now."""
        revision = self._revisions["areas"]
        if self._places is None or revision != self._revision:
            async with self._lock:
                if self._places is None or revision != self._revision:
                    self._places = await self._read()
                    self._revision = revision
        return self._places

    async def _read(self) -> Places:
        rows = await self._reader.rows(_AREAS)
        areas = [Area(*row[:17], tuple(row[17]), tuple(row[18])) for row in rows]  # type: ignore[call-arg]
        aliases = [Alias(*row) for row in await self._reader.rows(_ALIASES)]
        links = [Link(*row) for row in await self._reader.rows(_LINKS)]
        sets = [RegionSet(*row) for row in await self._reader.rows(_SETS)]
        return Places(areas, aliases, links, sets)
