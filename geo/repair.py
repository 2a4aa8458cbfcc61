"""Polygons made valid without a silent loss: what was wrong, and what was done about it, is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import square_metres

DUST_M2 = 1.0
_M2_OF_DEGREE = 1.24e10  # at most, of a square degree


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What repair did to a set of geometries; `invalid` are (position, reason) before it."""

    invalid: tuple[tuple[int, str], ...] = ()
    emptied: tuple[int, ...] = ()
    dust: int = 0
    repeated_points: int = 0
    turned: int = 0
    changed_m2: float = 0.0


def polygons(shapes: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Repair]:
    """Make polygons (EPSG:4326) valid MultiPolygons without repeated points or dust under 1 m², rings counter-clockwise.

    Positions whose geometry has no area at all become None and are listed in `emptied`.
    """
    flat = shapely.force_2d(shapes)
    before = shapely.get_num_coordinates(flat)
    slim = _without_repeated_points(flat)
    repeated = int((before - shapely.get_num_coordinates(slim)).sum())
    bad = ~shapely.is_valid(slim)
    reasons = tuple(
        (int(i), str(r)) for i, r in zip(np.flatnonzero(bad), shapely.is_valid_reason(slim[bad]), strict=True)
    )
    mended = slim.copy()
    mended[bad] = shapely.make_valid(slim[bad], method="structure", keep_collapsed=False)
    changed = float(np.abs(square_metres(mended[bad]) - square_metres(slim[bad])).sum()) if bad.any() else 0.0

    parts, owner = shapely.get_parts(mended, return_index=True)
    while (nested := shapely.get_type_id(parts) >= 4).any() and (shapely.get_type_id(parts) >= 6).any():
        inner, index = shapely.get_parts(parts[nested], return_index=True)
        parts, owner = np.concatenate([parts[~nested], inner]), np.concatenate([owner[~nested], owner[nested][index]])
    keep = shapely.get_type_id(parts) == 3
    parts, owner = parts[keep], owner[keep]
    # Degenerate areas are measured in degrees first: projecting every vertex to find dust would be wasteful.
    small = shapely.area(parts) < 1e-9
    dust = np.zeros(len(parts), dtype=bool)
    # A ring along one straight line of degrees is bent by the projection, so it has an area there.
    thin = shapely.area(parts[small]) * _M2_OF_DEGREE
    dust[small] = np.minimum(square_metres(parts[small]), thin) < DUST_M2
    parts, owner = parts[~dust], owner[~dust]
    turned = int((~shapely.is_ccw(shapely.get_exterior_ring(parts))).sum())
    parts = shapely.orient_polygons(parts)

    order = np.argsort(owner, kind="stable")
    result = np.full(len(flat), None, dtype=object)
    if len(parts):
        present = np.unique(owner)
        result[present] = shapely.multipolygons(parts[order], indices=np.searchsorted(present, owner[order]))
    emptied = tuple(int(i) for i in np.flatnonzero(result == np.array(None)))
    return result, Repair(
        invalid=reasons,
        emptied=emptied,
        dust=int(dust.sum()),
        repeated_points=repeated,
        turned=turned,
        changed_m2=changed,
    )


def _without_repeated_points(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    try:
        slim: npt.NDArray[np.object_] = shapely.remove_repeated_points(shapes)
        return slim
    except shapely.errors.GEOSException:  # a ring whose points all coincide: left to what makes shapes valid
        if len(shapes) == 1:
            return shapes
        half = len(shapes) // 2
        return np.concatenate([_without_repeated_points(shapes[:half]), _without_repeated_points(shapes[half:])])
