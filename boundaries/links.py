"""Which areas of one structure lie in which of another: the links that figures are carried along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from boundaries.carry import Floats, Links
from boundaries.vintages import VINTAGES

GROUND_SQL = """
SELECT s.old_id, s.new_id, o.level, s.population,
       CASE WHEN o.level = 'province' THEN ST_Area(o.geom::geography) / 1e6 ELSE s.area_km2 END AS area_km2
FROM toancanh.succession s
JOIN toancanh.area o ON o.id = s.old_id WHERE s.flag <> 'namesake'
"""
OVERLAP_SQL = "SELECT area_id, region_id, area_km2, population FROM toancanh.overlap"
"""Parts of communes in regions; the row of a commune with itself is the whole of it."""

OUTSIDE = 0
"""The target of what lies in no region: it has no area, and its share is nobody's."""

EDGE = 0.01  # surveys differ along their edges: less of a commune than this is not outside
ABOVE_SQL = """
SELECT a.id, a.level, CASE WHEN a.level = 'region' THEN a.kind ELSE a.valid_to::text END AS until,
       p.id AS parent, p.level AS parent_level, g.id AS above
FROM toancanh.area a LEFT JOIN toancanh.area p ON p.id = a.parent_id LEFT JOIN toancanh.area g ON g.id = p.parent_id
"""


@dataclass(frozen=True)
class System:
    """Areas that tile the ground together: a level of the structure that began on a day, or a set of regions by name."""

    boundary: date | str
    level: str

    @property
    def is_region(self) -> bool:
        """Whether these are regions and no administrative areas."""
        return isinstance(self.boundary, str)


class Ground:
    """What communes of one structure have in common with those of the other and with regions, by area id."""

    def __init__(self, links: pd.DataFrame, overlaps: pd.DataFrame, above: pd.DataFrame, people: pd.Series) -> None:
        """Keep the rows of the statements above; `people`: published population of present communes by area id."""
        self._communes = links[links.level == "commune"].reset_index(drop=True)
        self._provinces = links[links.level == "province"].reset_index(drop=True)
        own = overlaps.area_id == overlaps.region_id
        self._wholes = overlaps[own].set_index("area_id")[["area_km2", "population"]]
        self._overlaps = overlaps[~own]
        district = above.parent.where(above.parent_level == "district")
        self._of = {
            "district": dict(zip(above.id, district, strict=True)),
            "province": dict(
                zip(above.id, above.parent.where(above.parent_level == "province", above.above), strict=True)
            ),
        }
        ended = above.until.notna() & (above.level != "region")
        self._ended = set(above.id[ended])
        region = above[above.level == "region"]
        self._regions = pd.Series(region.until.to_numpy(), index=region.id)
        held = self._communes.area_km2.groupby(self._communes.new_id).transform("sum")
        self._communes["published"] = self._communes.new_id.map(people) * self._communes.area_km2 / held.where(held > 0)

    def links(self, source: System, target: System) -> Links | None:
        """The links from one system to another, or None where nothing is known of the two."""
        if source.boundary == target.boundary:
            return None
        if target.is_region:
            return self._to_regions(source, target)
        forward = source.boundary == VINTAGES[0].start
        if source.level == target.level == "province":
            merged = _links(self._provinces, "old_id", "new_id", published=None)
            return merged if forward else merged.reversed()
        rows = self._communes
        ends = {
            "old_id": source.level if forward else target.level,
            "new_id": target.level if forward else source.level,
        }
        for column, level in ends.items():
            if level != "commune":
                rows = rows.assign(**{column: rows[column].map(self._of[level])})
        measures = ["area_km2", "population", "published"]
        rows = rows.dropna(subset=["old_id", "new_id"]).astype({"old_id": int, "new_id": int})
        grouped = rows.groupby(["old_id", "new_id"])[measures]
        rows = grouped.sum().where(grouped.count() == grouped.size().to_numpy()[:, None]).reset_index()
        ahead = _links(rows, "old_id", "new_id", published=rows.published)
        return ahead if forward else ahead.reversed()

    def _to_regions(self, source: System, target: System) -> Links | None:
        rows = self._overlaps[self._overlaps.region_id.isin(self._regions[self._regions == target.boundary].index)]
        rows = rows[rows.area_id.isin(self._ended) == (source.boundary == VINTAGES[0].start)]
        if source.level != "commune":
            return None
        rest = self._outside(rows)
        return _links(pd.concat([rows, rest]) if len(rest) else rows, "area_id", "region_id", published=None)

    def _outside(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What of the communes lies in none of the regions, so that every commune is shared against its whole."""
        held = rows.groupby("area_id")[["area_km2", "population"]].sum(min_count=1)
        whole = self._wholes.reindex(held.index)
        rest = (whole - held).clip(lower=0)
        return rest[rest.area_km2 > EDGE * whole.area_km2].reset_index().assign(region_id=OUTSIDE)


def _links(rows: pd.DataFrame, source: str, target: str, *, published: pd.Series | None) -> Links:
    def floats(column: pd.Series) -> Floats:
        return column.to_numpy(dtype=np.float64)

    return Links(
        source=rows[source].to_numpy(dtype=np.int64),
        target=rows[target].to_numpy(dtype=np.int64),
        population=floats(rows.population),
        published=np.full(len(rows), np.nan) if published is None else floats(published),
        area=floats(rows.area_km2),
    )
