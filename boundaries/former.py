"""The former communes inside each present one: the raster of winning extents, told apart by what was there before."""

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from boundaries.coast import Grid
from boundaries.extents import KM_PER_DEGREE, km_per_degree_east
from boundaries.islands import archipelago
from boundaries.tessellation import Cells

NOBODY = -1

# The three former communes of Trường Sa and the places around which their islands lie (degrees east, north).
SEATS_AT_SEA = {
    "22736": {"22736": (111.92, 8.64), "22737": (114.33, 11.43), "22739": (114.33, 9.89)},
    "20333": {"498": (112.0, 16.5)},
}


def told_apart(
    grid: Grid, winner: np.ndarray, boxes: pd.DataFrame, competing: Cells, pairs: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame, Cells]:
    """Give every link (old, new: row numbers; lon, lat of the old seat) ground of its own inside its present commune.

    Links whose published extent was not believed, or lies under others, have won no cell. Where a disc stands in for lost extents they share
    the disc by the nearest seat; else each takes its share of the cells about its seat. The present communes keep
    their cells: only the extent that holds a cell changes. Returns winner, boxes and competing with rows added.
    """
    cell = np.flatnonzero(winner >= 0)
    order = np.argsort(boxes.new.to_numpy()[winner.flat[cell]], kind="stable")
    cell = cell[order]
    number, first = np.unique(boxes.new.to_numpy()[winner.flat[cell]], return_index=True)
    cells_of = dict(zip(number.tolist(), np.split(cell, first[1:]), strict=True))
    held = set(np.unique(winner.flat[cell]).tolist())
    alive = boxes[["old", "new"]][[row in held for row in range(len(boxes))]].drop_duplicates()
    lost = pairs.merge(alive, on=["old", "new"], how="left", indicator=True)
    lost = lost[lost._merge == "left_only"].drop(columns="_merge").reset_index(drop=True)
    # A lost extent is as large as its share of the present commune; it never competes for what others hold.
    added = lost.assign(half_width=boxes.half_width.median(), half_height=boxes.half_height.median())
    added.index = np.arange(len(added)) + len(boxes)
    rows = pd.concat([boxes, added[boxes.columns]])
    competing = replace(
        competing,
        **{name: rows[name].to_numpy() for name in ("lon", "lat", "half_width", "half_height")},
        of=rows.new.to_numpy(),
    )
    winner = winner.copy()
    heirs = pairs.groupby("new").size()
    for new in sorted(set(added.new) & set(cells_of)):
        absent = added[added.new == new]
        _share(grid, winner, cells_of[new], rows, absent, int(heirs[new]))
    known = pairs.groupby("new")
    for disc in np.flatnonzero(rows.old.to_numpy() == NOBODY).tolist():
        new = int(rows.new.iloc[disc])
        mine_here = cells_of.get(new, cell[:0])
        lost_cells = mine_here[winner.flat[mine_here] == disc]
        if lost_cells.size:
            seats = known.get_group(new)
            mine = np.flatnonzero(rows.new == new)
            by_old = dict(zip(rows.old.iloc[mine], mine, strict=True))
            nearest = _nearest(grid, lost_cells, seats.lon.to_numpy(), seats.lat.to_numpy())
            winner.flat[lost_cells] = np.array([by_old[old] for old in seats.old])[nearest]
    return winner, rows, competing


def at_sea(code: str) -> pd.DataFrame:
    """The pieces of a far archipelago: commune, former_commune, geometry (EPSG:4326)."""
    islands = shapely.get_parts(archipelago(code))
    olds = list(SEATS_AT_SEA[code])
    seats = shapely.points(list(SEATS_AT_SEA[code].values()))
    nearest = np.array([shapely.distance(seats, island).argmin() for island in islands])
    shapes = [shapely.MultiPolygon(list(islands[nearest == i])) for i in range(len(olds))]
    return pd.DataFrame({"commune": code, "former_commune": olds, "geometry": shapes})


def _share(
    grid: Grid, winner: np.ndarray, cells: np.ndarray, rows: pd.DataFrame, absent: pd.DataFrame, of: int
) -> None:
    """Let the absent extents of one present commune take their part of its cells, in place."""
    disc = cells[rows.old.to_numpy()[winner.flat[cells]] == NOBODY]
    seats = absent.lon.to_numpy(), absent.lat.to_numpy()
    if len(disc) >= len(absent):
        winner.flat[disc] = absent.index.to_numpy()[_nearest(grid, disc, *seats)]
    fair = max(len(cells) // max(of, 1), 1)
    for number, lon, lat in zip(absent.index, *seats, strict=True):
        if (winner.flat[cells] == number).any():
            continue
        x, y = _km(grid, cells, float(lat))
        away = np.hypot(x - lon * km_per_degree_east(lat), y - lat * KM_PER_DEGREE)
        near = cells[np.argsort(away, kind="stable")]
        holder = pd.Series(winner.flat[near])
        # Nobody loses more than half of what it holds.
        spare = holder.groupby(holder).cumcount() < holder.groupby(holder).transform("size") // 2
        winner.flat[near[spare.to_numpy()][:fair]] = number


def _nearest(grid: Grid, cells: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    middle = float(np.mean(lat))
    seats = np.column_stack([lon * km_per_degree_east(middle), lat * KM_PER_DEGREE])
    return np.asarray(cKDTree(seats).query(np.column_stack(_km(grid, cells, middle)))[1])


def _km(grid: Grid, cells: np.ndarray, lat: float) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.divmod(cells, grid.shape[1])
    return grid.lon[column] * km_per_degree_east(lat), grid.lat[row] * KM_PER_DEGREE
