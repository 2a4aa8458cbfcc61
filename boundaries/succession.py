"""What became of what, held against the outlines: how much ground and how many people each link carries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.crs import square_metres

FAR_KM = 2.0  # a part of a divided area whose new area lies further away belongs to a namesake
NAMESAKE, SLIVER, DISAGREES, UNLISTED = 0.001, 0.01, 0.5, 0.2  # shares of the old area
LEAST_KM2 = 0.5  # common ground that no link names is worth a word from here on

FLAGS = {
    "namesake": ("cùng tên nhưng ở nơi khác, không tính", "a namesake elsewhere, left out"),
    "sliver": ("phần chung dưới 1 %", "common ground below 1 %"),
    "disagrees": (
        "danh mục ghi nhập toàn bộ, ranh giới chỉ khớp dưới 50 %",
        "said to be whole, outlines agree below 50 %",
    ),
    "decided": ("tỷ lệ do người có thẩm quyền quyết định", "shares decided by hand"),
}
"""Flag of a link -> what it means, in Vietnamese and English."""

_LINKS = text("""
SELECT s.old_id, s.new_id, s.relation, o.approximate OR n.approximate AS approximate
FROM toancanh.succession s JOIN toancanh.area o ON o.id = s.old_id JOIN toancanh.area n ON n.id = s.new_id
WHERE o.level = 'commune' AND o.geom IS NOT NULL AND n.geom IS NOT NULL
  AND (:all OR o.id = ANY(:ids) OR n.id = ANY(:ids)
       OR o.id IN (SELECT old_id FROM toancanh.succession WHERE new_id = ANY(:ids)))
""")
_OUTLINES = text(
    "SELECT id, code, full_name, ST_AsBinary(geom) AS wkb FROM toancanh.area WHERE id = ANY(:ids) ORDER BY id"
)
_WRITE = text("""
UPDATE toancanh.succession s SET area_km2 = m.km2, area_share = m.share, flag = m.flag,
  population = CASE WHEN abs(s.area_km2 - m.km2) <= 0.001 * m.km2 THEN population END,
  population_share = CASE WHEN abs(s.area_km2 - m.km2) <= 0.001 * m.km2 THEN population_share END
FROM unnest((:old)::int[], (:new)::int[], (:km2)::float8[], (:share)::float8[], (:flag)::text[])
     AS m (old_id, new_id, km2, share, flag)
WHERE (s.old_id, s.new_id) = (m.old_id, m.new_id) AND s.flag <> 'decided'
""")


@dataclass(frozen=True)
class Measured:
    """Links held against the outlines. `links`: old_id, new_id, relation, km2, share, flag; `unlisted`: old_id, new_id,
    km2, share of ground that passed without a link."""

    links: pd.DataFrame
    unlisted: pd.DataFrame


def measure(connection: Connection, changed: Collection[int] | None = None) -> Measured:
    """Measure the common ground of linked communes (of some areas by id, or all) and write it to the links.

    Links whose shares were decided by hand keep them.
    """
    found = compare(connection, changed)
    links = found.links
    connection.execute(_WRITE, {
        "old": links.old_id.tolist(), "new": links.new_id.tolist(), "km2": links.km2.tolist(),
        "share": links.share.tolist(), "flag": links.flag.tolist(),
    })  # fmt: skip
    return found


def compare(connection: Connection, changed: Collection[int] | None = None) -> Measured:
    """Hold links against the outlines without writing.

    A link's share is that of the old area within all its links, so shares of an old area sum to one. Between official
    outlines contradictions are flagged; approximate ones were drawn from the links and prove nothing. Where an area
    passed whole to one that its outline hardly meets, the resolution is believed: all its ground passed.
    """
    rows = connection.execute(_LINKS, {"all": changed is None, "ids": list(changed or [])}).mappings().all()
    links = pd.DataFrame(rows, columns=["old_id", "new_id", "relation", "approximate"])
    if links.empty:
        return Measured(
            links.assign(km2=[], share=[], flag=[]), pd.DataFrame(columns=["old_id", "new_id", "km2", "share"])
        )
    old, new = (_outlines(connection, links[side].unique()) for side in ("old_id", "new_id"))
    ground = common_ground(old, new)
    links = links.merge(ground, on=["old_id", "new_id"], how="left").fillna({"km2": 0.0})
    own = links.old_id.map(pd.Series(square_metres(old.to_numpy()) / 1e6, index=old.index))
    of_old = links.km2 / own
    away = shapely.distance(old.loc[links.old_id].to_numpy(), new.loc[links.new_id].to_numpy()) * 110.6
    whole = links.relation.eq("whole")
    flag = np.select(
        [~whole & (of_old < NAMESAKE) & (away > FAR_KM), ~whole & (of_old < SLIVER), whole & (of_old < DISAGREES)],
        ["namesake", "sliver", "disagrees"],
        "",
    )
    links["flag"] = np.where(links.approximate, "", flag)
    links["share"] = shares(links.old_id, links.km2.where(links.flag != "namesake", 0.0), whole)
    unlisted = _unlisted(links, ground, own)
    links["km2"] = links.km2.where(~whole | (of_old >= DISAGREES), own)
    return Measured(links, unlisted)


def _unlisted(links: pd.DataFrame, ground: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Ground that passed, by the outlines, to an area that no link names."""
    rest = ground.merge(links[["old_id", "new_id"]], how="left", indicator=True).query("_merge == 'left_only'")
    size = own.groupby(links.old_id).first()
    rest = rest.assign(share=rest.km2 / rest.old_id.map(size)).drop(columns="_merge")
    sure = rest.old_id.map(links.groupby("old_id").approximate.any()).eq(False)
    return rest[sure & (rest.share > UNLISTED) & (rest.km2 > LEAST_KM2)].reset_index(drop=True)


def shares(of: pd.Series, measure_: pd.Series, whole: pd.Series | None = None) -> pd.Series:
    """Shares within groups that sum to one; equal ones where a group's measure is zero or partly unknown."""
    known = measure_.where(measure_.notna().groupby(of).transform("all"), np.nan)
    total = known.groupby(of).transform("sum")
    equal = 1.0 / measure_.groupby(of).transform("size")
    found = (known / total.where(total > 0)).fillna(equal)
    return found if whole is None else found.where(~whole, 1.0)


def common_ground(old: pd.Series, new: pd.Series) -> pd.DataFrame:
    """Intersect two sets of outlines (id -> EPSG:4326 polygons): old_id, new_id, km2 of every pair with ground in common."""
    mine, theirs = old.to_numpy(), new.to_numpy()
    shapely.prepare(theirs)
    there, here = shapely.STRtree(mine).query(theirs, predicate="intersects")
    inside = shapely.covers(theirs[there], mine[here])
    parts: npt.NDArray[np.object_] = mine[here]
    parts[~inside] = shapely.intersection(mine[here[~inside]], theirs[there[~inside]])
    km2 = square_metres(parts) / 1e6
    frame = pd.DataFrame({"old_id": old.index[here], "new_id": new.index[there], "km2": km2})
    return frame[frame.km2 > 0].reset_index(drop=True)


def _outlines(connection: Connection, ids: npt.NDArray[np.int64]) -> pd.Series:
    rows = connection.execute(_OUTLINES, {"ids": [int(i) for i in ids]}).all()
    return pd.Series(shapely.from_wkb([bytes(row.wkb) for row in rows]), index=[row.id for row in rows])
