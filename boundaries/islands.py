"""Islands that the small-scale outline lacks: from the extents of their communes, and the two far archipelagos."""

import numpy as np
import pandas as pd
import shapely

from boundaries.coast import EAST, NORTH, SOUTH, WEST, Grid
from boundaries.extents import KM_PER_DEGREE, km_per_degree_east
from boundaries.tessellation import Cells

AT_SEA = 0.1  # an extent with less land than this share is an island of its own
FULL = 0.85  # of the half widths of an extent an island takes so much

# Islands and reefs with their places (degrees east and north) and the radius (km) they are drawn with: reefs are
# larger than their dry land, and an island of 300 m would never be seen.
HOANG_SA = (
    ("Phú Lâm", 112.336, 16.834, 2.2), ("Linh Côn", 112.731, 16.664, 2.4), ("Hoàng Sa", 111.607, 16.533, 1.8),
    ("Hữu Nhật", 111.586, 16.505, 1.6), ("Quang Ảnh", 111.505, 16.448, 1.8), ("Duy Mộng", 111.742, 16.463, 1.6),
    ("Quang Hòa", 111.706, 16.449, 1.7), ("Tri Tôn", 111.203, 15.784, 1.9), ("Đảo Cây", 112.268, 16.978, 1.5),
    ("Đảo Bắc", 112.309, 16.963, 1.4), ("Đảo Nam", 112.334, 16.945, 1.4), ("Bạch Quy", 111.765, 16.051, 2.4),
    ("Đá Bông Bay", 112.515, 16.036, 2.6), ("Hòn Tháp", 112.639, 16.577, 1.2), ("Đá Lồi", 111.67, 16.24, 2.6),
    ("Quan Sát", 112.55, 16.47, 1.8), ("Đá Bắc", 111.50, 17.08, 2.6),
)  # fmt: skip
TRUONG_SA = (
    ("Trường Sa", 111.920, 8.645, 1.8), ("Song Tử Tây", 114.331, 11.429, 1.5), ("Song Tử Đông", 114.355, 11.454, 1.3),
    ("Thị Tứ", 114.286, 11.053, 1.8), ("Loại Ta", 114.425, 10.669, 1.4), ("Bến Lạc", 115.023, 11.079, 1.6),
    ("Ba Bình", 114.366, 10.377, 1.7), ("Sơn Ca", 114.480, 10.373, 1.4), ("Nam Yết", 114.366, 10.180, 1.5),
    ("Sinh Tồn", 114.329, 9.886, 1.5), ("Sinh Tồn Đông", 114.562, 9.905, 1.4), ("Phan Vinh", 113.694, 8.973, 1.5),
    ("Trường Sa Đông", 112.348, 8.930, 1.5), ("An Bang", 112.918, 7.893, 1.4), ("Bình Nguyên", 115.828, 10.822, 1.5),
    ("Vĩnh Viễn", 115.802, 10.733, 1.5), ("Đá Tây", 112.215, 8.855, 2.2), ("Đá Lát", 111.665, 8.668, 2.0),
    ("Đá Lớn", 113.854, 10.058, 2.4), ("Cô Lin", 114.253, 9.775, 1.5), ("Len Đao", 114.369, 9.781, 1.4),
    ("Tiên Nữ", 114.655, 8.860, 2.2), ("Tốc Tan", 113.970, 8.813, 2.6), ("Núi Le", 114.185, 8.712, 2.2),
    ("Thuyền Chài", 113.310, 8.170, 3.0), ("Đá Đông", 112.595, 8.828, 2.2), ("Đá Nam", 114.298, 11.390, 1.4),
    ("Đá Thị", 114.583, 10.409, 1.4), ("Châu Viên", 112.835, 8.865, 1.8), ("Chữ Thập", 112.890, 9.550, 3.2),
    ("Xu Bi", 114.083, 10.923, 2.6), ("Vành Khăn", 115.535, 9.905, 3.2), ("Suối Ngà", 114.25, 7.62, 1.6),
    ("Kỳ Vân", 113.93, 7.98, 1.6), ("Công Đo", 115.22, 8.37, 1.6), ("Phúc Tần", 110.61, 8.16, 1.4),
    ("Ba Kè", 111.72, 7.87, 1.4), ("Tư Chính", 109.75, 7.52, 1.4),
)  # fmt: skip
ARCHIPELAGOS = {"20333": HOANG_SA, "22736": TRUONG_SA}
CORNERS = 22


def archipelago(code: str) -> shapely.MultiPolygon:
    """The islands and reefs of a special zone of ARCHIPELAGOS (EPSG:4326), drawn larger than their dry land."""
    return shapely.MultiPolygon([_islet(number, *island) for number, island in enumerate(ARCHIPELAGOS[code])])


def with_islands(grid: Grid, field: np.ndarray, extents: pd.DataFrame) -> np.ndarray:
    """The field of `coast.landness` with an island in every extent that lies at sea."""
    land = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1), dtype=np.int32)
    land[1:, 1:] = np.cumsum(np.cumsum(field > 0, axis=0, dtype=np.int32), axis=1)
    left, right = (_columns(grid, extents.lon + sign * extents.half_width) for sign in (-1, 1))
    top, bottom = (_rows(grid, extents.lat - sign * extents.half_height) for sign in (-1, 1))
    size = (bottom - top) * (right - left)
    share = (land[bottom, right] - land[top, right] - land[bottom, left] + land[top, left]) / np.maximum(size, 1)
    raised = field.copy()
    for extent in extents[(share < AT_SEA) & (size > 0)].itertuples():
        rows = slice(*_rows(grid, [extent.lat + 1.3 * extent.half_height, extent.lat - 1.3 * extent.half_height]))
        columns = slice(*_columns(grid, [extent.lon - 1.3 * extent.half_width, extent.lon + 1.3 * extent.half_width]))
        u = (grid.lon[columns] - extent.lon) / extent.half_width
        v = (grid.lat[rows, None] - extent.lat) / extent.half_height
        rim = FULL * _rim(np.arctan2(v, u), int(extent.Index))
        raised[rows, columns] = np.maximum(raised[rows, columns], 3 * (rim - np.hypot(u, v)))
    return raised


def with_everyone(
    grid: Grid, winner: np.ndarray, land: np.ndarray, competing: Cells
) -> tuple[np.ndarray, np.ndarray]:
    """The winners and the land with a disc, half the size published, for each area that has won no land."""
    winner, land = winner.copy(), land.copy()
    held = np.unique(competing.of[winner[land & (winner >= 0)]])
    for area in np.setdiff1d(np.arange(len(competing.km2)), held):
        lon, lat = competing.heart_lon[area], competing.heart_lat[area]
        if not (WEST < lon < EAST and SOUTH < lat < NORTH):
            continue
        east = (grid.lon - lon) * km_per_degree_east(np.array([lat]))
        north = (grid.lat[:, None] - lat) * KM_PER_DEGREE
        disc = np.hypot(east, north) < max(competing.radius[area] / np.sqrt(2), 0.4)
        winner[disc], land[disc] = np.flatnonzero(competing.of == area)[0], True
    return winner, land


def _rim(angle: np.ndarray, seed: int) -> np.ndarray:
    """Distance of an island's shore from its middle by direction: about 1, never twice the same, always the same."""
    shore = np.ones_like(angle)
    for waves, height in ((2, 0.14), (3, 0.10), (5, 0.05), (7, 0.03)):
        shore += height * np.sin(waves * angle + 2.399963 * seed * waves)
    return shore


def _islet(number: int, _: str, lon: float, lat: float, radius: float) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = radius * _rim(angle, number + 1)
    east = km_per_degree_east(np.array([lat]))
    ring = np.column_stack([
        lon + reach * np.cos(angle) / east, lat + 0.8 * reach * np.sin(angle) / KM_PER_DEGREE,
    ])  # fmt: skip
    return shapely.Polygon(np.round(ring, 6))


def _columns(grid: Grid, lon: "np.ndarray | pd.Series | list[float]") -> np.ndarray:
    return np.searchsorted(grid.lon, np.asarray(lon, dtype=float))


def _rows(grid: Grid, lat: "np.ndarray | pd.Series | list[float]") -> np.ndarray:
    return np.searchsorted(-grid.lat, -np.asarray(lat, dtype=float))
