"""Official outlines fitted among approximate ones: official land stays, neighbours give way and fill the rest."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Shape = Any  # one shapely geometry: the stubs are strict about kinds that only the data know
coverage_clean: Any = shapely.coverage_clean  # type: ignore[attr-defined,unused-ignore]  # new in shapely 2.2

SNAP = 2e-6  # degrees: vertices nearer than 0.2 m are one
GAP = 2e-5  # degrees: gaps narrower than 2 m belong to a neighbour
_TOUCH = 1e-7
_GRID = 1e-9
_CLOSED = 8e-5  # square degrees, about 1 km²: a larger hole between official communes is left, and reported
GROWN = 1.01  # a piece that closes holes and grows by more is no longer official
_NOTHING = 1e-11  # square degrees, about 0.1 m²


class Pieces(NamedTuple):
    """The finest areas of a map, which tile the country: codes, provinces, outlines (EPSG:4326), which are official."""

    codes: list[str]
    provinces: list[str]
    shapes: Shapes
    official: npt.NDArray[np.bool_]


def fit(old: Pieces, new: Pieces, *, to_the_last: bool = False) -> Pieces:
    """Put `new` pieces in the place of all old ones of their provinces, and make one coverage of the whole.

    Land that a replaced piece held and no piece holds now goes to the approximate pieces around it, each taking what
    lies nearest – but not along a coast or the border, where it is dropped. Large holes between official pieces stay,
    or are shared `to_the_last`; who grows by them is approximate. The order of the result: new, then old official, then
    the others.
    """
    gone = np.isin(old.provinces, new.provinces)
    stay = sorted(np.flatnonzero(~gone).tolist(), key=lambda i: not old.official[i])
    shapes = np.concatenate([new.shapes, old.shapes[stay]])
    if gone.any():
        takers = np.concatenate([np.zeros(len(new.codes), dtype=bool), ~old.official[stay]])
        if takers.any():
            _fill(shapes, takers, _union(old.shapes[gone]), old.shapes)
    # Where two pieces claim the same land the first has it: new before old official before approximate.
    clean = coverage_clean(shapes, snapping_distance=SNAP, gap_width=GAP, merge_strategy="min_index")
    codes = [*new.codes, *(old.codes[i] for i in stay)]
    provinces = [*new.provinces, *(old.provinces[i] for i in stay)]
    official = np.concatenate([new.official, old.official[stay]])
    # Who gives way most easily when a hole is closed: approximate pieces, then provinces known by their outline only.
    rank = np.where(~official, 0, np.where([c == p for c, p in zip(codes, provinces, strict=True)], 1, 2))
    whole = multi(_keep_alive(clean, shapes))
    closed = _close_holes(whole.copy(), rank, np.inf if to_the_last else _CLOSED)
    official &= shapely.area(closed) <= GROWN * shapely.area(whole)
    return Pieces(codes, provinces, closed, official)


def refill(outline: Shape, shapes: Shapes, fixed: int = 0) -> Shapes:
    """Fit communes into the outline of their province (EPSG:4326): cut off what is outside, share out the rest.

    The first `fixed` of them keep their land before the others, and grow only where no other touches what is free.
    """
    inner = multi(shapely.intersection(shapes, outline))
    if fixed:
        inner[fixed:] = multi(shapely.difference(inner[fixed:], shapely.union_all(inner[:fixed])))
    lost = shapely.is_empty(inner)
    inner[lost] = [seed(outline, shapes[i]) for i in np.flatnonzero(lost)]
    first = np.arange(len(inner)) >= fixed
    for takers in (first, ~first) if fixed else (first,):
        free = shapely.difference(outline, shapely.union_all(inner))
        _share(inner, takers, free, edge=None)
    clean = coverage_clean(inner, snapping_distance=SNAP, gap_width=GAP, merge_strategy="min_index")
    return multi(_keep_alive(clean, inner))


def seed(outline: Shape, claim: Shape) -> Shape:
    """A small place inside the outline, nearest to where a commune claims to be."""
    middle = shapely.centroid(claim)
    near = middle if shapely.contains(outline, middle) else shapely.point_on_surface(outline)
    return multi(np.array([shapely.intersection(near.buffer(0.002), outline)], dtype=object))[0]


def _close_holes(shapes: Shapes, rank: npt.NDArray[np.int64], largest: float) -> Shapes:
    """Close the holes (between official pieces those up to `largest`) that outlines from different sources leave inside the country: Viet Nam has no enclaves."""
    whole = shapely.coverage_union_all(shapes)
    rings = [ring for part in shapely.get_parts(whole) for ring in shapely.get_rings(part)[1:]]
    if not rings:
        return shapes
    tree = shapely.STRtree(shapes)
    for hole in shapely.polygons(rings).tolist():
        around = tree.query(hole, predicate="dwithin", distance=_TOUCH)
        easiest = rank[around].min()
        takers = np.zeros(len(shapes), dtype=bool)
        takers[around[rank[around] == easiest]] = True
        if easiest < 2 or hole.area < largest:
            _share(shapes, takers, hole, edge=None, tree=tree)
    return multi(coverage_clean(shapes, snapping_distance=SNAP, gap_width=GAP, merge_strategy="min_index"))


def dissolve(shapes: Shapes) -> Shape:
    """Union of pieces of one coverage, as a MultiPolygon."""
    whole = shapely.coverage_union_all(shapes)
    found: Shape = multi(np.array([whole], dtype=object))[0]
    return found


def _union(shapes: Shapes) -> Shape:
    """Union of pieces, the quick way where they are a coverage."""
    return shapely.coverage_union_all(shapes) if shapely.coverage_is_valid(shapes) else shapely.union_all(shapes)


def multi(shapes: Shapes) -> Shapes:
    """Geometries as MultiPolygons; lines and points among their parts are left out."""
    out = np.empty(len(shapes), dtype=object)
    for i, shape in enumerate(shapes):
        if shape.geom_type == "MultiPolygon":
            out[i] = shape
        elif shape.geom_type == "Polygon":
            out[i] = shapely.MultiPolygon([shape]) if not shape.is_empty else shapely.MultiPolygon()
        else:
            out[i] = shapely.MultiPolygon([p for part in shape.geoms for p in _polygons(part)])
    return out


def _polygons(shape: Shape) -> list[Shape]:
    if shape.geom_type == "Polygon":
        return [shape]
    return list(shape.geoms) if shape.geom_type == "MultiPolygon" else []


def _fill(shapes: Shapes, takers: npt.NDArray[np.bool_], vacated: Shape, before: Shapes) -> None:
    """Give vacated land that nobody holds to the approximate pieces around it (in place)."""
    near = shapely.STRtree(shapes).query(vacated, predicate="intersects")
    free = shapely.difference(vacated, shapely.union_all(shapes[near]))
    if free.is_empty:
        return
    around = shapely.STRtree(before).query(free, predicate="dwithin", distance=0.05)
    edge = shapely.boundary(_union(before[around]))
    _share(shapes, takers, free, edge=edge)


def _share(
    shapes: Shapes,
    takers: npt.NDArray[np.bool_],
    free: Shape,
    *,
    edge: Shape | None,
    tree: shapely.STRtree | None = None,
) -> None:
    """Share free land among the takers that touch it, by nearness; what is nearest to `edge` is dropped."""
    tree = tree or shapely.STRtree(shapes)
    gains: dict[int, list[Shape]] = {}
    for part in shapely.get_parts(free):
        if part.geom_type != "Polygon" or part.area < _NOTHING:
            continue
        touching = tree.query(part, predicate="dwithin", distance=_TOUCH)
        mine = [int(i) for i in touching if takers[i]]
        if not mine:
            continue
        for taker, gained in _nearest(part, mine, shapes, edge):
            gains.setdefault(taker, []).append(gained)
    for taker, parts in gains.items():
        shapes[taker] = multi(np.array([shapely.union_all([shapes[taker], *parts])], dtype=object))[0]


def _nearest(part: Shape, takers: list[int], shapes: Shapes, edge: Shape | None) -> list[tuple[int, Shape]]:
    step = max(part.length / 800, 2e-4)
    points = shapely.get_coordinates(shapely.segmentize(part, step).boundary)
    marks: Any = shapely.points(points)
    near = np.full(len(marks), -1)
    for taker in takers:
        shapely.prepare(shapes[taker])
        near[(near < 0) & shapely.dwithin(marks, shapes[taker], _TOUCH)] = taker
    if edge is not None:
        shapely.prepare(edge)
        near[(near < 0) & shapely.dwithin(marks, edge, _TOUCH)] = -2  # the coast, or another country
    seeds = near != -1
    if not seeds.any():
        return []
    owners = set(near[seeds].tolist())
    if len(owners) == 1:
        owner = owners.pop()
        return [(owner, part)] if owner >= 0 else []
    marks, near = marks[seeds], near[seeds]
    # Seeds nearer than a metre to each other make Voronoi cells that GEOS cannot put together again.
    _, once = np.unique(np.round(shapely.get_coordinates(marks), 5), axis=0, return_index=True)
    marks, near = marks[once], near[once]
    try:
        return _by_cells(part, marks, near)
    except shapely.GEOSException:
        most = max(sorted(owners - {-2}), key=lambda taker: int((near == taker).sum()))
        return [(most, part)] if (near == most).sum() >= (near == -2).sum() else []


def _by_cells(part: Shape, marks: Shapes, near: npt.NDArray[np.int64]) -> list[tuple[int, Shape]]:
    """Cut a polygon by which of the marked points on its edge is nearest."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(marks), extend_to=part))
    index, cell = shapely.STRtree(cells).query(marks, predicate="intersects")
    owner_of = np.full(len(cells), -2)
    owner_of[cell] = near[index]
    result: list[tuple[int, Shape]] = []
    for taker in sorted(set(near.tolist()) - {-2}):
        mine = cells[owner_of == taker]
        if len(mine):
            result.append((taker, shapely.union_all(shapely.intersection(mine, part), grid_size=_GRID)))
    return result


def _keep_alive(clean: Shapes, claims: Shapes) -> Shapes:
    """Give an area that lost all its land a small disc of the last piece around its middle, so that none vanishes."""
    lost = np.flatnonzero(shapely.is_empty(clean))
    for i in lost:
        middle = shapely.point_on_surface(claims[i])
        disc = middle.buffer(0.002, quad_segs=4)
        hosts = [int(j) for j in shapely.STRtree(clean).query(disc, predicate="intersects")]
        for j in hosts:
            clean[j] = shapely.difference(clean[j], disc)
        clean[i] = disc
    return coverage_clean(clean, snapping_distance=SNAP) if len(lost) else clean
