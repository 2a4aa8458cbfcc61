"""Who takes over from an area that ended: its successors on a day, with the share that falls to each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

Rule = Literal["main", "place", "population", "area", "all"]


LONGEST = 50  # links in a chain; longer ones can only be a ring


class Successor(NamedTuple):
    """An area that takes over, and its share of what passes on; the shares of one area sum to one."""

    area_id: int
    share: float


def successors(
    connection: Connection, area_id: int, on: date, rule: Rule = "main", place: shapely.Point | None = None
) -> list[Successor]:
    """Find who takes over from an area on a day, the largest share first.

    `main` gives the one main successor, `place` the one that holds a point (EPSG:4326; without one, the main one),
    `population` and `area` share by people and by ground, `all` gives every successor the same share. Chains are
    followed until an area stands on the day; a district passes to the communes on its ground. An area that stands is
    its own successor; one that ended with nothing after it has none.
    """
    found = heirs(connection, [area_id], on, "all" if rule == "place" and place is not None else rule).get(area_id, [])
    if rule != "place" or place is None or len(found) < 2:
        return found
    nearest = connection.execute(_NEAREST, {"ids": [heir.area_id for heir in found], "place": shapely.to_wkb(place)})
    return [Successor(int(nearest.scalar_one()), 1.0)]


def heirs(
    connection: Connection, area_ids: Collection[int], on: date, rule: Rule = "main"
) -> dict[int, list[Successor]]:
    """Find the successors of many areas at once; without a point, `place` is `main`."""
    ended = set(connection.execute(text("SELECT id FROM toancanh.area WHERE valid_to <= :day"), {"day": on}).scalars())
    links = passages(connection)
    onward: dict[int, list[tuple[int, float]]] = {}
    for old, new, weight in zip(links.old_id, links.new_id, _weights(links, rule), strict=True):
        onward.setdefault(int(old), []).append((int(new), float(weight)))
    found: dict[int, list[Successor]] = {}
    for number in area_ids:
        held = _followed(int(number), ended, onward)
        if held:
            order = sorted(held.items(), key=lambda item: (-item[1], item[0]))
            chosen = dict(order[:1]) if rule in ("main", "place") else dict(order)
            total = sum(chosen.values())
            found[int(number)] = [Successor(heir, share / total) for heir, share in chosen.items()]
    return found


def passages(connection: Connection) -> pd.DataFrame:
    """Read what passed from each ended area, districts too: old_id, new_id, relation, is_main, area_km2, population, level."""
    rows = connection.execute(_LINKS).mappings().all()
    links = pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_MEASURES, float))
    members = pd.DataFrame(connection.execute(_MEMBERS).all(), columns=["new_id", "parent_id"])
    return _with_districts(links, members)


def _followed(start: int, ended: set[int], onward: dict[int, list[tuple[int, float]]]) -> dict[int, float]:
    """Standing areas that an area passes to, link by link, with what falls to each."""
    standing: dict[int, float] = {}
    ahead = {start: 1.0}
    for _ in range(LONGEST):
        now, ahead = ahead, {}
        for number, part in now.items():
            if number not in ended:
                standing[number] = standing.get(number, 0.0) + part
            for heir, weight in onward.get(number, ()) if number in ended else ():
                ahead[heir] = ahead.get(heir, 0.0) + part * weight
        if not ahead:
            break
    return {number: part for number, part in standing.items() if part > 0}


def _with_districts(links: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Links of districts, made of those of their communes; a commune that stands passes to itself."""
    below = links.merge(members.rename(columns={"new_id": "old_id"}), on="old_id")
    itself = members[~members.new_id.isin(links.old_id)].assign(is_main=True)
    rows = pd.concat([below, itself], ignore_index=True)
    if rows.empty:
        return links
    groups = rows.groupby(["parent_id", "new_id"])
    made = groups[_MEASURES].sum(min_count=1).reset_index()
    made["count"] = groups.size().to_numpy()
    made = made.rename(columns={"parent_id": "old_id"}).assign(relation="divided", level="district")
    # The main heir of a district is the one on most of its ground, else of most of its communes.
    best = made.sort_values(["area_km2", "count"], ascending=False, na_position="last").drop_duplicates("old_id").index
    made["is_main"] = made.index.isin(best)
    return pd.concat([links, made[_COLUMNS]], ignore_index=True)


def _weights(links: pd.DataFrame, rule: Rule) -> pd.Series:
    """What each link takes of its old area, summing to one: by the rule's measure, else by ground, else evenly."""
    equal = 1.0 / links.groupby("old_id").new_id.transform("size")
    if rule == "all":
        return equal
    if rule in ("main", "place"):
        first = links.sort_values(["is_main", "area_km2", "new_id"], ascending=[False, False, True]).drop_duplicates(
            "old_id"
        )
        return pd.Series(np.where(links.index.isin(first.index), 1.0, 0.0), index=links.index)
    shares = equal
    for measure in ("area_km2", "population")[: 2 if rule == "population" else 1]:
        total = links[measure].groupby(links.old_id).transform(lambda column: column.sum(skipna=False))
        shares = (links[measure] / total.where(total > 0)).fillna(shares)
    return shares


_MEASURES = ["area_km2", "population"]
_COLUMNS = ["old_id", "new_id", "relation", "is_main", *_MEASURES, "level"]
_LINKS = text("""
SELECT s.old_id, s.new_id, s.relation, s.is_main, s.area_km2, s.population, o.level
FROM toancanh.succession s JOIN toancanh.area o ON o.id = s.old_id WHERE s.flag <> 'namesake'
""")
_MEMBERS = text("""
SELECT c.id, c.parent_id FROM toancanh.area c JOIN toancanh.area d ON d.id = c.parent_id
WHERE c.level = 'commune' AND d.level = 'district'
""")
_NEAREST = text("""
SELECT id FROM toancanh.area WHERE id = ANY(:ids)
ORDER BY geom <-> ST_GeomFromWKB(:place, 4326), ST_Distance(geom, ST_GeomFromWKB(:place, 4326)), id LIMIT 1
""")
