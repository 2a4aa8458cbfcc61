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

# Larger islands of communes whose published extents are not theirs: middle (degrees east, north), length and width
# (km), direction of the length (degrees from east, anticlockwise).
ISLETS: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "06994": (  # Vân Đồn
        (107.50, 20.96, 22, 6, 47), (107.59, 21.05, 18, 1.8, 70), (107.55, 21.09, 7, 3, 54), (107.51, 20.89, 15, 2, 57),
        (107.36, 20.88, 6.5, 3, 175), (107.42, 20.93, 11, 2, 33), (107.36, 20.82, 7, 3, 150),
        (107.35, 20.94, 8, 2, 19), (107.67, 21.18, 8, 1.2, 77), (107.41, 20.79, 4, 2, 75),
    ),
    "07192": ((107.76, 20.99, 7, 3.5, 95), (107.83, 21.02, 8, 3, 49), (107.97, 21.24, 3, 2, 20)),  # Cô Tô
    "11914": ((106.93, 20.81, 2.8, 2, 110), (106.92, 20.83, 3.5, 1.6, 59)),  # Cát Hải
    "06757": ((107.92, 21.37, 18, 3, 10),),  # Vĩnh Thực
    "06967": ((107.77, 21.33, 13, 1.8, 29), (107.68, 21.29, 6, 1.1, 35), (107.77, 21.29, 4.5, 1, 17)),  # Cái Chiên
    "11948": ((107.73, 20.13, 3.2, 1.4, 37),),  # Bạch Long Vĩ
    "19742": ((107.34, 17.16, 1.8, 1.5, 136),),  # Cồn Cỏ
    "20434": ((108.52, 15.95, 7.5, 2.6, 141),),  # Cù Lao Chàm
    "21548": ((109.12, 15.38, 5.6, 2.3, 177), (109.08, 15.43, 1.2, 0.9, 20)),  # Lý Sơn
    "21607": ((109.35, 13.62, 4, 1.3, 128),),  # Cù Lao Xanh
    "23272": ((108.94, 10.53, 6.4, 3.6, 105),),  # Phú Quý
    "26732": ((106.68, 8.67, 5, 2, 176), (106.56, 8.65, 4, 2, 134), (106.74, 8.69, 1.5, 1, 60)),  # Côn Đảo
    "30781": ((104.33, 10.32, 1.8, 1.4, 38), (104.31, 10.29, 1.2, 1, 60)),  # Tiên Hải
    "30811": ((104.53, 10.18, 2.2, 1, 113), (104.52, 10.13, 1.6, 1, 80)),  # Sơn Hải
    "30814": ((104.55, 10.03, 2.7, 1.6, 114),),  # Hòn Nghệ
    "31078": ((104.02, 9.95, 3.2, 1.5, 103), (104.02, 9.985, 2, 0.9, 114)),  # Phú Quốc: An Thới
    "31105": ((103.485, 9.31, 4.8, 3, 40), (103.53, 9.32, 1.3, 1, 144)),  # Thổ Châu
    "31108": (  # Kiên Hải
        (104.64, 9.81, 5.3, 2.7, 174), (104.35, 9.68, 5.5, 1.5, 89), (104.84, 9.96, 3.8, 1.8, 53),
        (104.38, 9.66, 2.2, 1.2, 80),
    ),
}  # fmt: skip


def archipelago(code: str) -> shapely.MultiPolygon:
    """The islands and reefs of a special zone of ARCHIPELAGOS (EPSG:4326), drawn larger than their dry land."""
    return shapely.MultiPolygon([_islet(number, *island) for number, island in enumerate(ARCHIPELAGOS[code])])


def with_islands(
    grid: Grid, field: np.ndarray, extents: pd.DataFrame, codes: pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    """The field of `coast.landness` with the islands it lacks, and whose they are (an extent's number; -1 elsewhere).

    Islands are those of ISLETS and every other extent that lies at sea. `codes`: of the present communes.
    """
    raised, owner = field.copy(), np.full(grid.shape, np.int16(-1))
    listed = codes.isin(ISLETS).to_numpy()[extents.new]
    at_sea = _at_sea(Grid(2 * grid.step), field[::2, ::2], extents) & ~listed
    across = 2 * FULL * extents.half_width * km_per_degree_east(extents.lat)
    high = 2 * FULL * extents.half_height * KM_PER_DEGREE
    for number in np.flatnonzero(at_sea).tolist():
        at = (float(extents.lon[number]), float(extents.lat[number]))
        _raise(grid, raised, owner, number, (*at, float(across[number]), float(high[number]), 0.0))
    first = dict(zip(codes[extents.new][::-1], extents.index[::-1], strict=True))
    for code, islets in ISLETS.items():
        for islet in islets:
            _raise(grid, raised, owner, first[code], islet)
    return raised, np.where(field > 0, np.int16(-1), owner)


def with_everyone(grid: Grid, winner: np.ndarray, land: np.ndarray, competing: Cells) -> tuple[np.ndarray, np.ndarray]:
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


def _at_sea(grid: Grid, field: np.ndarray, extents: pd.DataFrame) -> np.ndarray:
    """Which extents hold hardly any land."""
    land = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1), dtype=np.int32)
    land[1:, 1:] = np.cumsum(np.cumsum(field > 0, axis=0, dtype=np.int32), axis=1)
    left, right = (np.searchsorted(grid.lon, extents.lon + sign * extents.half_width) for sign in (-1, 1))
    top, bottom = (np.searchsorted(-grid.lat, -extents.lat + sign * extents.half_height) for sign in (-1, 1))
    size = (bottom - top) * (right - left)
    inside = land[bottom, right] - land[top, right] - land[bottom, left] + land[top, left]
    return np.asarray((inside < AT_SEA * size) & (size > 0))


def _raise(
    grid: Grid, field: np.ndarray, owner: np.ndarray, number: int, islet: tuple[float, float, float, float, float]
) -> None:
    """Raise an island (see ISLETS) out of the sea, in place."""
    lon, lat, length, width, direction = islet
    east = float(km_per_degree_east(np.array([lat]))[0])
    reach = 0.75 * max(length, width)
    rows = slice(*np.searchsorted(-grid.lat, [-lat - reach / KM_PER_DEGREE, -lat + reach / KM_PER_DEGREE]))
    columns = slice(*np.searchsorted(grid.lon, [lon - reach / east, lon + reach / east]))
    x, y = (grid.lon[columns] - lon) * east, (grid.lat[rows, None] - lat) * KM_PER_DEGREE
    cos, sin = np.cos(np.radians(direction)), np.sin(np.radians(direction))
    u, v = (x * cos + y * sin) / (length / 2), (y * cos - x * sin) / (width / 2)
    # Thin islands must not fall between the middles of the grid's cells.
    slack = 0.12 * min(1.0, 0.3 / width)
    height = 3 * (_rim(np.arctan2(v, u), number) + slack - np.hypot(u, v))
    owner[rows, columns][height > np.maximum(field[rows, columns], 0)] = number
    field[rows, columns] = np.maximum(field[rows, columns], height)


def _rim(angle: np.ndarray, seed: int) -> np.ndarray:
    """Distance of an island's shore from its middle by direction: about 1, never twice the same, always the same."""
    shore = np.ones_like(angle)
    for waves, height in ((2, 0.10), (3, 0.09), (5, 0.05), (7, 0.03)):
        shore += height * np.sin(waves * angle + 2.399963 * seed * waves)
    return shore


def _islet(number: int, _: str, lon: float, lat: float, radius: float) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = radius * _rim(angle, number + 1)
    east = km_per_degree_east(np.array([lat]))
    ring = np.column_stack([lon + reach * np.cos(angle) / east, lat + 0.8 * reach * np.sin(angle) / KM_PER_DEGREE])
    return shapely.Polygon(np.round(ring, 6))
