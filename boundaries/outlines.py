"""From a raster of areas to outlines: a coverage of smooth polygons whose neighbours share every vertex."""

import numpy as np
import shapely
from rasterio.features import shapes
from scipy import ndimage  # type: ignore[import-untyped]

from boundaries.coast import Grid
from boundaries.extents import KM_PER_DEGREE, km_per_degree_east
from boundaries.tessellation import Cells, reach

TOLERANCE = 0.0007  # degrees, of the simplification of the coverage
DECIMALS = 6
# Real borders follow streams and ridges. Outlines are bent by smooth waves of these lengths (km); the slope of each
# bend stays so small that outlines cannot fold or cross. Around small areas the bends are small.
BENDS, SLOPE, OF_RADIUS = (5.5, 2.4, 1.2), 0.17, 0.05
WAVES = 7  # directions that make one bend


def tidied(winner: np.ndarray, label_of: np.ndarray, land: np.ndarray) -> np.ndarray:
    """The winning extents with no place left out, no crumbs and no two parts that meet in one corner only; -1 at sea.

    `label_of` (extent -> label) says which extents count as one area. Islands are kept however small.
    """
    filled = _filled(np.where(land, winner, -1), land)
    masses, _ = ndimage.label(land)
    mass_size = np.bincount(masses.ravel())
    labels = _labels(filled, label_of)
    parts, values = _parts(labels)
    size = shapely.area(parts)
    largest = np.zeros(label_of.max() + 1)
    np.maximum.at(largest, values, size)
    corner = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(parts), 0)).astype(int)
    home = masses[corner[:, 1], corner[:, 0]]  # GDAL starts a ring at the upper left corner of its first cell
    crumb = (size < largest[values]) & (size < mass_size[home])
    for part in parts[crumb]:
        _erase(filled, part)
    filled = _filled(filled, land)
    return _without_corner_contacts(filled, label_of)


def coverage(grid: Grid, winner: np.ndarray, label_of: np.ndarray, competing: Cells, field: np.ndarray) -> np.ndarray:
    """MultiPolygons (EPSG:4326) by label, None for a label without ground; neighbours share every vertex."""
    parts, values = _parts(_labels(winner, label_of))
    corners, places = _corners(grid, winner, label_of, competing, field)

    def placed(coordinates: np.ndarray) -> np.ndarray:
        column, row = np.rint(coordinates).astype(int).T
        return np.asarray(places[np.searchsorted(corners, row * (grid.shape[1] + 1) + column)])

    parts = shapely.transform(shapely.segmentize(parts, 1.0), placed)
    order = np.argsort(values, kind="stable")
    whole = np.full(int(label_of.max()) + 1, None, dtype=object)
    found, first = np.unique(values[order], return_index=True)
    whole[found] = [shapely.MultiPolygon(list(group)) for group in np.split(parts[order], first[1:])]
    whole[found] = shapely.coverage_simplify(whole[found], TOLERANCE)
    return whole


def _labels(winner: np.ndarray, label_of: np.ndarray) -> np.ndarray:
    return np.asarray(np.append(label_of, -1).astype(np.int16)[winner])


def _parts(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Connected parts (polygons in columns and rows) and their labels."""
    found = [
        (shapely.Polygon(shape["coordinates"][0], shape["coordinates"][1:]), int(value))
        for shape, value in shapes(labels, mask=labels >= 0, connectivity=4)
    ]
    parts = np.array([part for part, _ in found], dtype=object)
    return parts, np.array([value for _, value in found])


def _filled(winner: np.ndarray, land: np.ndarray) -> np.ndarray:
    """Land without a winner takes that of its nearest neighbour on land."""
    empty = land & (winner < 0)
    if not empty.any():
        return winner
    spots, count = ndimage.label(empty)
    filled = winner.copy()
    for box in ndimage.find_objects(spots, count):
        around = tuple(slice(max(side.start - 4, 0), side.stop + 4) for side in box)
        hole = filled[around] < 0
        if hole.all():
            around = tuple(slice(max(side.start - 400, 0), side.stop + 400) for side in box)
            hole = filled[around] < 0
        index = ndimage.distance_transform_edt(hole, return_distances=False, return_indices=True)
        filled[around] = np.where(land[around] & hole, filled[around][tuple(index)], filled[around])
    return filled


def _erase(winner: np.ndarray, part: shapely.Polygon) -> None:
    """Take the winner off the cells of a part (polygon in columns and rows)."""
    left, top, right, bottom = (int(b) for b in part.bounds)
    x, y = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)
    winner[top:bottom, left:right][shapely.contains_xy(part, x, y)] = -1


def _without_corner_contacts(winner: np.ndarray, label_of: np.ndarray) -> np.ndarray:
    """No 2 × 2 cells in which only the diagonal is one area: such an outline would touch itself."""
    fixed, table = winner.copy(), np.append(label_of, -1)
    labels = _labels(fixed, label_of)
    a, b, c, d = labels[:-1, :-1], labels[:-1, 1:], labels[1:, :-1], labels[1:, 1:]
    row, column = np.nonzero(((a == d) | (b == c)) & (a != b) & (a != c))
    for turn in range(60):
        a, b = table[fixed[row, column]], table[fixed[row, column + 1]]
        c, d = table[fixed[row + 1, column]], table[fixed[row + 1, column + 1]]
        contact = ((a == d) & (a != b) & (a != c)) | ((b == c) & (b != a) & (b != d))
        if not contact.any():
            break
        row, column, falling = row[contact], column[contact], (a == d)[contact]
        # The diagonal (falling, else rising) is joined through one of the other two cells, in turns through either;
        # but land is never given to the sea, so no island is lost.
        from_row, from_column = row, column + ~falling
        to_row, to_column = row + turn % 2, column + np.where(turn % 2, ~falling, falling)
        flip = fixed[from_row, from_column] < 0
        one, two = np.where(flip, to_row, from_row), np.where(flip, to_column, from_column)
        other, there = np.where(flip, from_row, to_row), np.where(flip, from_column, to_column)
        fixed[other, there] = fixed[one, two]
        around = [(other + i, there + j) for i in (-1, 0) for j in (-1, 0)]
        row, column = np.unique(np.hstack(around), axis=1)
        within = (row >= 0) & (column >= 0) & (row < fixed.shape[0] - 1) & (column < fixed.shape[1] - 1)
        row, column = row[within], column[within]
    return fixed


def _corners(
    grid: Grid, winner: np.ndarray, label_of: np.ndarray, competing: Cells, field: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the raster through which outlines run: their numbers, ascending, and their places (EPSG:4326).

    Between two neighbouring cells of different areas the outline runs where both areas reach equally far, or where
    `field` is zero at the shore; a corner moves to the mean of the crossings around it. It stays among the middles
    of its four cells, so outlines never cross.
    """
    rows, columns = grid.shape
    labels = _labels(winner, label_of)
    corners, places = [], []
    lon, lat = grid.lon, grid.lat
    for down, right in ((0, 1), (1, 0)):
        r, c = np.nonzero(labels[: rows - down, : columns - right] != labels[down:, right:])
        s, d = r + down, c + right
        one, two = winner[r, c], winner[s, d]
        shore = (one < 0) | (two < 0)
        at_one = reach(competing, two, lon[c], lat[r]) - reach(competing, one, lon[c], lat[r])
        at_two = reach(competing, one, lon[d], lat[s]) - reach(competing, two, lon[d], lat[s])
        at_one = np.where(shore, np.abs(field[r, c]), np.maximum(at_one, 0))
        at_two = np.where(shore, np.abs(field[s, d]), np.maximum(at_two, 0))
        share = np.clip((at_one + 1e-6) / (at_one + at_two + 2e-6), 0.05, 0.95)
        place = np.column_stack([lon[c] + share * (lon[d] - lon[c]), lat[r] + share * (lat[s] - lat[r])])
        corners += [s * (columns + 1) + d, (s + right) * (columns + 1) + d + down]
        places += [place, place]
    number, back, count = np.unique(np.concatenate(corners), return_inverse=True, return_counts=True)
    x, y = np.concatenate(places).T
    mean = np.column_stack([np.bincount(back, x) / count, np.bincount(back, y) / count])
    return number, np.round(_bent(mean, _local_radius(grid, winner, competing, number)), DECIMALS)


def _local_radius(grid: Grid, winner: np.ndarray, competing: Cells, corner: np.ndarray) -> np.ndarray:
    """The usual radius (km) of the areas around corners of the raster, without jumps from place to place."""
    every = 8
    sample = winner[every // 2 :: every, every // 2 :: every]
    known = sample >= 0
    radius = np.where(known, competing.radius[competing.of[sample]], 0)
    weight = ndimage.gaussian_filter(known.astype(float), 2.0)
    smooth = ndimage.gaussian_filter(radius, 2.0) / np.maximum(weight, 1e-6)
    row, column = np.divmod(corner, grid.shape[1] + 1)
    place = np.stack([row, column]) / every - 0.5
    return np.asarray(ndimage.map_coordinates(smooth, place, order=1, mode="nearest"))


def _bent(place: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Places (n × 2, degrees) moved by smooth waves, always the same; `radius` (km) limits how far."""
    east = km_per_degree_east(np.array([16.0]))[0]
    km = place * [east, KM_PER_DEGREE]
    moved = km.copy()
    chance = np.random.default_rng(1)
    for length in BENDS:
        height = np.minimum(SLOPE * length / (2 * np.pi), OF_RADIUS * radius)
        for axis in (0, 1):
            direction, phase = chance.uniform(0, 2 * np.pi, (2, WAVES))
            wave = 2 * np.pi / (length * chance.uniform(0.8, 1.3, WAVES)) * [np.cos(direction), np.sin(direction)]
            moved[:, axis] += height * np.sqrt(2 / WAVES) * np.sin(km @ wave + phase).sum(axis=1)
    return np.asarray(moved / [east, KM_PER_DEGREE])
