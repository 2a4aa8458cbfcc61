"""Which areas of the same level and structure share a border, found once for each area and kept until areas change."""

from __future__ import annotations

from services.database import Reader
from services.gazetteer import Area, Places
from services.revisions import Revisions

# Generalised outlines are a coverage: neighbours have the same points along their border, however coarse it is.
_TOUCHING = """
SELECT b.area_id, ST_Length(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2)) AS border
FROM toancanh.area_shape a
JOIN toancanh.area_shape b ON b.band = 9 AND b.area_id <> a.area_id AND ST_Intersects(a.geom, b.geom)
JOIN toancanh.area o ON o.id = b.area_id AND o.level = %(level)s AND o.valid_to IS NOT DISTINCT FROM %(until)s::date
WHERE a.area_id = %(area)s AND a.band = 9
"""


class Neighbours:
    """Reads neighbours."""

    def __init__(self, reader: Reader, revisions: Revisions) -> None:
        self._reader = reader
        self._revisions = revisions
        self._revision = -1
        self._kept: dict[int, list[int]] = {}

    async def of(self, places: Places, area: Area) -> list[Area]:
        """Return the areas that share a border with one, the longest border first; a common corner is none."""
        if self._revision != self._revisions["areas"]:
            self._kept, self._revision = {}, self._revisions["areas"]
        if area.id not in self._kept:
            bound = {"area": area.id, "level": area.level, "until": area.valid_to}
            rows = await self._reader.rows(_TOUCHING, bound)
            beside = sorted((row for row in rows if row[1] and row[1] > 0), key=lambda row: -row[1])
            self._kept[area.id] = [number for number, _ in beside]
        return [places.by_id[number] for number in self._kept[area.id] if number in places.by_id]
