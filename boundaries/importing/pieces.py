"""The pieces a file puts in the place of those of its provinces: official land first, what it lacks fitted around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import geopandas
import numpy as np
import shapely

from boundaries.importing.fitting import Pieces, Shape, Shapes, coverage_clean, multi, refill, seed
from boundaries.importing.report import Province
from boundaries.mosaic import Mosaic, Standing

NEARLY = 0.75  # share of its communes from which a file says where a province ends; with fewer the old outline stays
COVERED = 0.8  # a commune the file lacks, whose ground others hold to this share, is cut out of them
MOST = 0.5  # nobody gives more than this share of its ground to a commune that the file lacks
LITTLE = 0.01  # who gave no more than this stays official
FEW = 0.1  # a claim has a say about a part of the free ground from this share of either
NEAR = 0.1  # degrees: free ground further than this from all claims is nobody's
THIN = 0.002  # degrees: strips narrower than twice this are differences between sources, not ground to share out

Claims = dict[str, tuple[Shape, bool]]
"""Commune -> outline, and whether it is official."""


def new_pieces(
    areas: geopandas.GeoDataFrame,
    provinces: list[Province],
    there: Standing,
    before: Mosaic,
    districts: Mapping[str, str],
) -> Pieces:
    """All pieces of every province the file speaks of, the official ones first.

    `districts`: commune -> its district, where the structure has districts.
    """
    given = dict(_of(areas, "province"))
    stored = dict(zip(there.codes, there.shapes, strict=True))
    found: list[tuple[str, str, Shape, bool]] = []
    for one in provinces:
        below = areas[areas["parent_code"] == one.code]
        mine: Claims = {code: (shape, True) for code, shape in _of(below, "commune")}
        others: Claims = {
            code: (before.shapes[i], bool(before.official[i]))
            for i, (code, province) in enumerate(zip(before.codes, before.provinces, strict=True))
            if province == one.code and code not in (one.code, *mine)
        }
        lent = _lent(below, others, districts)
        rest = {c: claim for c, claim in others.items() if c not in lent and not c.endswith("*")}
        outline = given.get(one.code, stored.get(one.code))
        held = len(mine) + len(lent)
        if held and held >= one.communes_known:
            pieces = mine | lent
        elif held >= NEARLY * one.communes_known and outline is not None:
            pieces = _around(outline, one.code in given, mine | lent, rest)
        elif mine and outline is not None:
            pieces = _into_outline(one.code, outline, mine, lent | rest)
        elif one.code not in given or (others and len(rest) == len(others) and all(sure for _, sure in rest.values())):
            continue  # its official communes say more than a separately generalised outline
        elif others:
            shapes = refill(given[one.code], _array(shape for shape, _ in others.values()))
            pieces = dict(zip(others, zip(shapes, [False] * len(others), strict=True), strict=True))
        else:
            pieces = {one.code: (given[one.code], True)}
        found += [(code, one.code, shape, sure) for code, (shape, sure) in pieces.items()]
    found.sort(key=lambda piece: not piece[3])
    sure = np.array([sure for *_, sure in found], dtype=bool)
    codes, owners = [code for code, *_ in found], [owner for _, owner, *_ in found]
    return Pieces(codes, owners, _array(shape for _, _, shape, _ in found), sure)


def _of(areas: geopandas.GeoDataFrame, level: str) -> Iterator[tuple[str, Shape]]:
    rows = areas[areas["level"] == level]
    return zip(rows["code"], rows.geometry, strict=True)


def _array(shapes: Iterable[Shape]) -> Shapes:
    listed = list(shapes)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array


def _lent(areas: geopandas.GeoDataFrame, others: Claims, districts: Mapping[str, str]) -> Claims:
    """The approximate communes of districts that the file knows by their outline only, fitted into it."""
    spoken = set(areas.loc[areas["level"] == "commune", "district_code"])
    members: dict[str, Claims] = {}
    for code, claim in others.items():
        members.setdefault(districts.get(code, ""), {})[code] = claim
    lent: Claims = {}
    for code, outline in _of(areas, "district"):
        mine = members.get(code, {})
        if mine and code not in spoken and not any(sure for _, sure in mine.values()):
            shapes = refill(outline, _array(shape for shape, _ in mine.values()))
            lent |= {c: (shape, False) for c, shape in zip(mine, shapes, strict=True)}
    return lent


def _around(outline: Shape, given: bool, mine: Claims, rest: Claims) -> Claims:
    """Nearly all communes of a province: they keep their land, the others take what it leaves of the outline.

    A commune that finds hardly any ground left – made since the outlines were drawn – is cut out of those that hold
    it, and they are approximate from then on. Of an outline that is not `given` by the file only gaps count.
    """
    whole = shapely.union_all(coverage_clean(_array(shape for shape, _ in mine.values()), merge_strategy="min_index"))
    claims = _array(shapely.intersection(shape, outline) for shape, _ in rest.values())
    ground = outline if given else shapely.union_all([*_filled(whole), *claims])
    free = shapely.difference(ground, whole)
    grown = _taken(shapely.intersection(free.buffer(-THIN).buffer(THIN), free), claims)
    found = dict(mine)
    tree, codes = shapely.STRtree(_array(shape for shape, _ in mine.values())), list(mine)
    for i, claim in enumerate(claims):
        if not grown[i].is_empty and grown[i].area >= (1 - COVERED) * claim.area:
            continue
        for at in tree.query(claim, predicate="intersects").tolist():
            theirs, sure = found[codes[at]]
            common = shapely.intersection(theirs, claim)
            if common.area <= MOST * mine[codes[at]][0].area:
                left = multi(_array([shapely.difference(theirs, common)]))[0]
                found[codes[at]] = (left, sure and common.area <= LITTLE * theirs.area)
                grown[i] = shapely.union(grown[i], common)
        if grown[i].is_empty:
            grown[i] = seed(outline, list(rest.values())[i][0])
    return found | {code: (shape, sure) for (code, (_, sure)), shape in zip(rest.items(), multi(grown), strict=True)}


def _filled(shape: Shape) -> list[Shape]:
    """The parts of a shape without their holes."""
    return [shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)]


def _taken(free: Shape, claims: Shapes) -> Shapes:
    """What each claim takes of the free ground: parts are shared by the claims in them, else the nearest has them."""
    taken: list[list[Shape]] = [[] for _ in claims]
    tree = shapely.STRtree(claims)
    for part in shapely.get_parts(free):
        common = shapely.area(shapely.intersection(claims, part))
        those = np.flatnonzero((common > FEW * part.area) | (common > FEW * shapely.area(claims)) & (common > 0))
        if len(those) > 1:
            for i, shape in zip(those, refill(part, claims[those]), strict=True):
                taken[i].append(shape)
        elif len(those):
            taken[those[0]].append(part)
        else:
            for i in tree.query_nearest(part, max_distance=NEAR)[:1].tolist():
                taken[i].append(part)
    return _array(shapely.union_all(shapes) for shapes in taken)


def _into_outline(province: str, outline: Shape, mine: Claims, rest: Claims) -> Claims:
    """Some communes of a province in its unchanged outline: they keep their land, the others share the rest."""
    clean = coverage_clean(_array(shape for shape, _ in mine.values()), merge_strategy="min_index")
    if rest:
        shapes = refill(outline, np.concatenate([multi(clean), _array(s for s, _ in rest.values())]), fixed=len(mine))
        sure = [sure for _, sure in (mine | rest).values()]
        return dict(zip([*mine, *rest], zip(shapes, sure, strict=True), strict=True))
    inside = multi(shapely.intersection(clean, outline))
    free = multi(_array([shapely.difference(outline, shapely.union_all(inside))]))[0]
    found: Claims = {code: (shape, True) for code, shape in zip(mine, inside, strict=True)}
    return found if free.is_empty else found | {f"{province}*": (free, False)}
