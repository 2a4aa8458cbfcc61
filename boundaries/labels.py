"""Where the name of an area stands: the middle of the widest place of its largest part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely


def label_points(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Points inside the polygons (EPSG:4326), far from their edges; a point on the surface where none is found."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    _, first = np.unique(owner[order], return_index=True)
    largest = parts[order[first]]
    coarse = shapely.simplify(largest, 0.0005)
    coarse = np.where(shapely.is_empty(coarse), largest, coarse)
    width = np.sqrt(np.maximum(shapely.area(coarse), 1e-12))
    circles = shapely.maximum_inscribed_circle(coarse, width / 50)
    points = shapely.get_point(circles, 0)
    outside = ~shapely.contains_properly(largest, points)
    points[outside] = shapely.point_on_surface(largest[outside])
    return points
