"""The street-block pattern of an invented town plan: every piece of ground belongs to exactly one zone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

BLOCKS = 20  # blocks along each side of the pattern
EVERY = 5  # a main street before each fifth block
RIM = frozenset({"RPH", "RSX", "CLN", "HNK"})
_CORE = ("TSC", "TMD", "DVH", "TMD", "DKV", "TSC", "TMD", "TSC")
_QUARTER_NEEDS = (("DGD", 1.0), ("DKV", 1.0), ("DGD", 0.6), ("DYT", 0.45), ("DCH", 0.35), ("DTT", 0.35), ("TON", 0.25))


def town_plan(
    centre: tuple[float, float], land: BaseGeometry, rng: np.random.Generator, *, river: bool
) -> list[tuple[Zone, BaseGeometry]]:
    """Lay out a town around `centre` on `land` (both in a metric CRS), with a lake or a river through it.

    The zones are a valid coverage: neighbours share their edges vertex by vertex.
    """
    pattern = _pattern(centre, rng)
    pieces, owners = _pieces(pattern, _uses(pattern, rng), rng)
    water, bank = _water(centre, rng, river=river)
    # Opened by 160 m the stepped rim of the grid has round corners.
    land = land.intersection(shapely.union_all(pieces).buffer(1).buffer(-161).buffer(158, quad_segs=6))
    # One noded net of all lines, polygonised: shared edges are then identical by construction.
    lines = [*shapely.boundary(pieces), water.boundary, bank.boundary, land.boundary]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=0.01)]))
    inside = shapely.point_on_surface(faces)
    shapely.prepare([land, water, bank])
    on_land, wet, green = (shapely.contains(shape, inside) for shape in (land, water, bank))
    zones: dict[Zone, list[int]] = defaultdict(list)
    whole: dict[Zone, float] = defaultdict(float)
    for zone, piece in zip(owners, pieces, strict=True):
        whole[zone] += piece.area
    for face, piece in zip(*shapely.STRtree(pieces).query(inside, predicate="within"), strict=True):
        if on_land[face]:
            use = ("SON" if river else "MNC") if wet[face] else "DKV" if green[face] else ""
            zones[Zone(use, owners[piece].plan, "V", 0) if use else owners[piece]].append(int(face))
    # What the water or the coast leaves of a lot is green space when it is too little to build on.
    areas = shapely.area(faces)
    for zone in list(zones):
        if zone in whole and areas[zones[zone]].sum() < 0.3 * whole[zone]:
            zones[Zone("DKV", zone.plan, "V", 0)] += zones.pop(zone)
    return [(zone, shapely.coverage_union_all(faces[members])) for zone, members in zones.items()]


@dataclass(frozen=True)
class Zone:
    """What the land is for, in which plan and quarter (a letter), and its number there."""

    use: str
    plan: int
    quarter: str
    number: int
    street: str = ""


@dataclass(frozen=True)
class _Pattern:
    corners: NDArray[np.float64]  # (2·BLOCKS + 2)² corners of road and block cells, metres
    distance: NDArray[np.float64]  # of each block from the centre, 1 at the rim
    angle: NDArray[np.float64]

    @property
    def inside(self) -> NDArray[np.bool_]:
        return self.distance < 1

    def quad(self, k: int, m: int) -> list[NDArray[np.float64]]:
        c = self.corners
        return [c[k, m], c[k + 1, m], c[k + 1, m + 1], c[k, m + 1]]


def _pattern(centre: tuple[float, float], rng: np.random.Generator) -> _Pattern:
    """A grid of uneven blocks, turned and gently bent, as towns on hills and coasts are."""
    along, across = (_edges(rng, low, high) for low, high in ((120, 175), (80, 118)))
    u, v = np.meshgrid(along, across, indexing="ij")
    phase = rng.uniform(0, 2 * np.pi, 4)
    bent_u = u + 55 * np.sin(v / 390 + phase[0]) + 30 * np.sin(u / 520 + phase[1])
    bent_v = v + 60 * np.sin(u / 460 + phase[2]) + 20 * np.sin(v / 300 + phase[3])
    turn = rng.uniform(-0.6, 0.6)
    x = centre[0] + bent_u * np.cos(turn) - bent_v * np.sin(turn)
    y = centre[1] + bent_u * np.sin(turn) + bent_v * np.cos(turn)
    middle_u = (along[1:-1:2] + along[2::2]) / 2 / along[-1]
    middle_v = (across[1:-1:2] + across[2::2]) / 2 / across[-1]
    mu, mv = np.meshgrid(middle_u, middle_v, indexing="ij")
    angle = np.arctan2(mv, mu)
    wobble = 1 + 0.10 * np.sin(3 * angle + phase[0]) + 0.07 * np.sin(5 * angle + phase[2])
    return _Pattern(np.stack([x, y], axis=-1), np.hypot(mu, mv) / wobble / 0.98, angle)


def _edges(rng: np.random.Generator, low: float, high: float) -> NDArray[np.float64]:
    widths = np.empty(2 * BLOCKS + 1)
    widths[1::2] = rng.uniform(low, high, BLOCKS)
    widths[::2] = [24.0 if road % EVERY == 0 else 11.0 for road in range(BLOCKS + 1)]
    edges = np.concatenate([[0.0], widths.cumsum()])
    centred: NDArray[np.float64] = edges - edges[-1] / 2
    return centred


def _quarter(i: int, j: int) -> str:
    return "ABCDEFGHIKLMNPQR"[min(i, BLOCKS - 1) // EVERY * 4 + min(j, BLOCKS - 1) // EVERY]


def _plan_of(i: int, j: int, use: str) -> int:
    """0 the detailed plan of the centre, 1–4 the subdivisions around it, 5 the land-use plan of the rim."""
    if use in RIM:
        return 5
    half = BLOCKS // 2
    if max(abs(i + 0.5 - half), abs(j + 0.5 - half)) < 3:
        return 0
    return 1 + 2 * (i >= half) + (j >= half)


def _uses(pattern: _Pattern, rng: np.random.Generator) -> NDArray[np.str_]:
    """Main use of each block: offices in the centre, a school and a park in each quarter, fields at the rim."""
    uses = np.full((BLOCKS, BLOCKS), "ODT", dtype="<U3")
    uses[~pattern.inside] = ""
    d, half = pattern.distance, BLOCKS // 2
    patch = np.sin(pattern.angle * 2 + rng.uniform(0, 6)) + 0.5 * np.sin(pattern.angle * 5)
    rim = pattern.inside & (d > 0.80)
    uses[rim] = np.where(patch > 0.6, "RPH", np.where(patch > -0.4, "CLN", "HNK"))[rim]
    works = (np.abs(np.angle(np.exp(1j * (pattern.angle - rng.uniform(-3, 3))))) < 0.34) & (d > 0.58) & ~rim
    uses[works & pattern.inside] = "SKN"
    middle = [(i, j) for i, j in product(range(half - 2, half + 2), repeat=2)]
    for (i, j), use in zip(rng.permutation(middle), _CORE, strict=False):
        uses[i, j] = use
    for qi, qj in product(range(0, BLOCKS, EVERY), repeat=2):
        free = [
            (i, j)
            for i, j in product(range(qi, qi + EVERY), range(qj, qj + EVERY))
            if uses[i, j] == "ODT" and (i - half, j - half) not in ((0, 0), (-1, -1))
        ]
        needs = [use for use, likely in _QUARTER_NEEDS if rng.random() < likely][: len(free) // 3]
        for (i, j), use in zip(rng.permutation(free), needs, strict=False):
            uses[i, j] = use
    edge = np.argwhere((d > 0.70) & (d < 0.82) & (uses == "ODT"))
    for (i, j), use in zip(rng.permutation(edge), ("NTD", "DNL", "DRA", "CQP"), strict=False):
        uses[i, j] = use
    return uses


def _pieces(
    pattern: _Pattern, uses: NDArray[np.str_], rng: np.random.Generator
) -> tuple[NDArray[np.object_], list[Zone]]:
    """Cells and lots as polygons, and the zone each belongs to; streets inside a field or a works belong to it."""
    pieces: list[BaseGeometry] = []
    owners: list[Zone] = []
    lots: dict[str, int] = defaultdict(int)
    for k, m in product(range(2 * BLOCKS + 1), repeat=2):
        around = [
            (i, j)
            for i, j in product({(k - 1) // 2, k // 2}, {(m - 1) // 2, m // 2})
            if 0 <= i < BLOCKS and 0 <= j < BLOCKS and uses[i, j]
        ]
        if not around:
            continue
        if k % 2 and m % 2:
            (i, j) = around[0]
            use = str(uses[i, j])
            if use in RIM or use == "SKN":
                pieces.append(shapely.Polygon(pattern.quad(k, m)))
                owners.append(_wide(use, i, j))
            else:
                for part, quad in _lots(use, pattern, i, j, rng):
                    lots[_quarter(i, j)] += 1
                    pieces.append(shapely.Polygon(quad))
                    owners.append(Zone(part, _plan_of(i, j, part), _quarter(i, j), lots[_quarter(i, j)]))
            continue
        pieces.append(shapely.Polygon(pattern.quad(k, m)))
        owners.append(_street(k, m, around, uses))
    return np.array(pieces, dtype=object), owners


def _wide(use: str, i: int, j: int) -> Zone:
    """One zone for all blocks of this use in a quarter."""
    return Zone(
        use, _plan_of(i, j, use) if use in RIM else 1 + 2 * (i >= BLOCKS // 2) + (j >= BLOCKS // 2), _quarter(i, j), 0
    )


def _street(k: int, m: int, around: list[tuple[int, int]], uses: NDArray[np.str_]) -> Zone:
    """The zone of a street cell: streets along keep their crossings, except with main streets across."""
    mains = (k % (2 * EVERY) == 0) or (m % (2 * EVERY) == 0)
    kinds = {str(uses[i, j]) for i, j in around}
    if len(kinds) == 1 and not mains and (use := next(iter(kinds))) in RIM | {"SKN"}:
        return _wide(use, *around[0])
    i, j = next(((i, j) for i, j in around if uses[i, j] not in RIM), around[0])
    plan = _plan_of(i, j, "DGT")
    quarter = _quarter(k // 2, m // 2)
    if k % (2 * EVERY) == 0:  # main street across: keeps its crossings
        return Zone("DGT", plan, quarter, 1000 + k, f"D{k // 2 + 1}")
    if m % 2 == 0:
        return Zone("DGT", plan, quarter, 2000 + m, f"N{m // 2 + 1}")
    return Zone("DGT", plan, quarter, 3000 + k * 100 + m, f"D{k // 2 + 1}")


def _lots(
    use: str, pattern: _Pattern, i: int, j: int, rng: np.random.Generator
) -> list[tuple[str, list[NDArray[np.float64]]]]:
    """Divide a block: homes into lots, with shops along main streets; other uses keep the block whole."""
    a, b, c, d = pattern.quad(2 * i + 1, 2 * j + 1)
    if use != "ODT":
        return [(use, [a, b, c, d])]
    main = j % EVERY == 0 or j % EVERY == EVERY - 1
    shops = rng.random() < (0.7 if pattern.distance[i, j] < 0.45 else 0.3) and main
    columns = 3 if pattern.distance[i, j] < 0.3 else 2 if rng.random() < 0.7 else 1
    rows = 2 if shops or pattern.distance[i, j] < 0.4 or rng.random() < 0.25 else 1
    made = []
    cut_u = np.concatenate([[0], np.arange(1, columns) / columns + rng.uniform(-0.1, 0.1, columns - 1), [1]])
    cut_v = np.array([0, 0.42 if j % EVERY == 0 else 0.58, 1]) if rows == 2 else np.array([0.0, 1.0])
    front = 0 if j % EVERY == 0 else rows - 1
    for p, q in product(range(columns), range(rows)):
        corners = [
            (cut_u[p], cut_v[q]),
            (cut_u[p + 1], cut_v[q]),
            (cut_u[p + 1], cut_v[q + 1]),
            (cut_u[p], cut_v[q + 1]),
        ]
        quad = [(a * (1 - s) + b * s) * (1 - t) + (d * (1 - s) + c * s) * t for s, t in corners]
        made.append(("TMD" if shops and q == front else "ODT", quad))
    return made


def _water(centre: tuple[float, float], rng: np.random.Generator, *, river: bool) -> tuple[BaseGeometry, BaseGeometry]:
    """A lake beside the centre or a river through the town, and its green bank of 35 m."""
    turn = rng.uniform(0, 2 * np.pi)
    if river:
        along = np.linspace(-2600, 2600, 66)
        aside = 330 + 130 * np.sin(along / 480 + turn) + 60 * np.sin(along / 210)
        line = np.column_stack(
            [along * np.cos(turn) - aside * np.sin(turn), along * np.sin(turn) + aside * np.cos(turn)]
        )
        shape = shapely.LineString(line + centre).buffer(32, quad_segs=4)
    else:
        angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        radius = 1 + 0.22 * np.sin(2 * angle + turn) + 0.13 * np.sin(3 * angle) + 0.05 * np.sin(7 * angle)
        ring = np.column_stack([330 * radius * np.cos(angle), 150 * radius * np.sin(angle)])
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        shape = shapely.Polygon(ring @ spin + centre + 430 * np.array([np.cos(turn + 1.2), np.sin(turn + 1.2)]))
    return shape, shape.buffer(35, quad_segs=4)
