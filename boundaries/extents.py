"""What the published extents of the 10,040 former communes say about the outlines of the 3,321 present ones."""

import numpy as np
import pandas as pd

from boundaries import register

KM_PER_DEGREE = 110.6  # of latitude, in the middle of Viet Nam
KM_AT_EQUATOR = 111.32  # of longitude

# An extent that lies further from the centroid of its present commune than this many of the commune's radii, or is
# larger or smaller than these multiples of its area, belongs to a namesake or has lost digits.
FAR = {"whole": 2.5, "divided": 3.5}
LARGE = {"whole": 4.0, "divided": 6.0}
SMALL = 0.02
COVERED = 1.4  # believable extents of an area of less than this many times its size leave room for a lost one


def extents() -> pd.DataFrame:
    """One row per (former commune, present commune) whose published extent can be believed.

    Columns: old and new (row numbers of the register's tables), lon and lat of the middle, half_width and half_height
    (degrees, EPSG:4326). Where the believable extents of a present commune are too
    small to have been all of it, a row with old = -1 adds a disc of the published area about the published point.
    """
    old, new, heirs = register.former_communes(), register.communes(), register.succession()
    heirs = heirs[heirs.old_level == "commune"]
    rows = pd.DataFrame(
        {
            "old": heirs.old_code.map(_numbers(old.code)).to_numpy(),
            "new": heirs.new_code.map(_numbers(new.code)).to_numpy(),
        }
    )
    box = old.iloc[rows.old].reset_index(drop=True)
    area = published_areas(new)[rows.new]
    rows["lon"], rows["lat"] = (box.west + box.east) / 2, (box.south + box.north) / 2
    rows["half_width"], rows["half_height"] = (box.east - box.west) / 2, (box.north - box.south) / 2
    east = km_per_degree_east(rows.lat)
    heart = new.iloc[rows.new].reset_index(drop=True)
    away = np.hypot((rows.lon - heart.lon) * east, (rows.lat - heart.lat) * KM_PER_DEGREE) / np.sqrt(area / np.pi)
    size = 4 * rows.half_width * rows.half_height * east * KM_PER_DEGREE / area
    relation = heirs.relation.reset_index(drop=True)
    good = (away <= relation.map(FAR)) & size.between(SMALL, relation.map(LARGE))
    covered = (size[good] * area[good]).groupby(rows.new[good]).sum().reindex(new.index).fillna(0)
    believed: pd.DataFrame = pd.concat([rows[good], _discs(new, covered < COVERED * published_areas(new))])
    return believed.reset_index(drop=True)


def published_areas(new: pd.DataFrame) -> np.ndarray:
    """The published areas (km²); where none is published, or zero, 50 km² – a middling commune – stands in."""
    return np.array(new.area_km2.where(new.area_km2 > 0.3, 50.0), dtype=float)


def km_per_degree_east(lat: "pd.Series | np.ndarray | float") -> np.ndarray:
    """Length (km) of a degree of longitude at latitudes (degrees)."""
    return np.asarray(np.cos(np.radians(np.asarray(lat, dtype=float))) * KM_AT_EQUATOR)


def _discs(new: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    lost = new[chosen]
    radius = np.sqrt(published_areas(new)[chosen] / np.pi)
    return pd.DataFrame({
        "old": -1, "new": lost.index, "lon": lost.lon, "lat": lost.lat,
        "half_width": radius / km_per_degree_east(lost.lat), "half_height": radius / KM_PER_DEGREE,
    })  # fmt: skip


def _numbers(codes: pd.Series) -> dict[str, int]:
    return {code: number for number, code in enumerate(codes)}
