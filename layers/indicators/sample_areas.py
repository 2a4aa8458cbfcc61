"""The ground of the sample from the published lists of areas alone: no outline, however good, changes a figure."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from boundaries import register
from boundaries.extents import published_areas
from layers.indicators.sample_ground import Ground, Roots
from layers.indicators.sample_places import DENSITY

FILLED = 0.6  # of its published extent an area fills about this much
COLUMNS = ["id", "code", "level", "kind", "parent_code", "lon", "lat", "area_km2", "population"]


def today(ids: pd.DataFrame, seed: int) -> Ground:
    """The ground of areas of today (id, level, code)."""
    return Ground(_described(ids, pd.concat([register.provinces(), register.communes()])), seed)


def former(ids: pd.DataFrame, seed: int, ground: Ground) -> Ground:
    """The ground of areas of before the reform (id, level, code) beside that of their heirs."""
    areas = _described(ids, pd.concat([register.former_provinces(), register.former_communes()]))
    return Ground(areas, seed, Roots.of(areas, ground, links()))


def _described(ids: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    table = ids[["id", "level", "code"]].merge(
        listed.assign(population=np.nan), on=["level", "code"], validate="one_to_one"
    )
    if len(table) < len(ids):
        raise ValueError("areas that no list knows have no sample figures")
    return table[COLUMNS].sort_values("code", ignore_index=True)


@cache
def links() -> pd.DataFrame:
    """Which former area became which, with weights of land (km²) and people: old_code, new_code, land, people."""
    found = register.succession()[["old_code", "old_level", "new_code"]]
    old, new = register.former_communes().set_index("code"), register.communes()
    communes = found[found["old_level"] == "commune"].drop(columns="old_level")
    box = old.loc[communes["old_code"]]
    extent = (box["east"] - box["west"]) * (box["north"] - box["south"]) * 110.6 * 108.0 * FILLED
    heir = pd.Series(published_areas(new), index=new["code"]).loc[communes["new_code"]]
    pieces = communes.groupby("old_code")["new_code"].transform("size")
    # An extent that lost digits says nothing: no former area is larger than what it became, nor nothing at all.
    land = np.clip(extent.to_numpy(), 0.02 * heir.to_numpy(), 0.9 * heir.to_numpy()) / pieces.to_numpy()
    people = land * box["kind"].map(DENSITY).fillna(1.0).to_numpy()
    communes = communes.assign(land=land, people=people)
    provinces = found[found["old_level"] == "province"].drop(columns="old_level")
    sums = communes.groupby(old.loc[communes["old_code"], "parent_code"].to_numpy())[["land", "people"]].sum()
    provinces = provinces.merge(sums, left_on="old_code", right_index=True)
    return pd.concat([communes, provinces], ignore_index=True)
