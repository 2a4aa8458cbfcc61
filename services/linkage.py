"""The ground that areas of different structures share, kept in memory until areas or the published population change."""

from __future__ import annotations

import asyncio

import pandas as pd

from boundaries.links import ABOVE_SQL, GROUND_SQL, OVERLAP_SQL, Ground
from boundaries.vintages import CURRENT
from services.database import Reader
from services.revisions import Revisions

PEOPLE = "NEN-01"

# The newest published population of each present commune.
_PEOPLE = """
SELECT DISTINCT ON (area_id) area_id, people FROM toancanh.figure_slice s
JOIN toancanh.indicator i ON i.id = s.indicator_id
CROSS JOIN LATERAL unnest(s.area_ids, s.area_values) AS f (area_id, people)
WHERE i.code = %(people)s AND s.level = 'commune' AND s.boundary = %(boundary)s AND f.people IS NOT NULL AND NOT s.sample
ORDER BY area_id, s.period_start DESC
"""


class Linkage:
    """The newest `Ground`, read again when areas or figures change."""

    def __init__(self, reader: Reader, revisions: Revisions) -> None:
        self._reader = reader
        self._revisions = revisions
        self._kept: tuple[tuple[int, int], Ground] | None = None
        self._lock = asyncio.Lock()

    async def ground(self) -> Ground:
        """Return what areas have in common as it is known now."""
        revision = (self._revisions["areas"], self._revisions["observations"])
        async with self._lock:
            if self._kept is None or self._kept[0] != revision:
                self._kept = (revision, await self._read())
        return self._kept[1]

    async def _read(self) -> Ground:
        links = await self._reader.rows(GROUND_SQL)
        overlaps = await self._reader.rows(OVERLAP_SQL)
        above = await self._reader.rows(ABOVE_SQL)
        people = await self._reader.rows(_PEOPLE, {"people": PEOPLE, "boundary": CURRENT.start})
        return Ground(
            pd.DataFrame(links, columns=["old_id", "new_id", "level", "population", "area_km2"]),
            pd.DataFrame(overlaps, columns=["area_id", "region_id", "area_km2", "population"]),
            pd.DataFrame(above, columns=["id", "level", "until", "parent", "parent_level", "above"]),
            pd.Series(dict(people), dtype=float),
        )
