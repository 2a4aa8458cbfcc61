"""Which area of one structure a row means: a code is believed only together with the name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from boundaries.known import (
    DISTRICT_KINDS,
    Boundary,
    Holders,
    Known,
    Level,
    Structure,
    districts_of,
    holders,
    other,
    structure,
    successors,
)
from boundaries.misspelling import misspelt, same_province
from boundaries.register import WARDS_SINCE
from boundaries.spoken import MEMORY, Likeness, is_nation, likeness, loose, parts, readings

How = Literal[
    "both", "moved", "spelling", "older", "name", "other_code",  # an area is found
    "code", "conflict", "elsewhere", "ambiguous", "kind", "near", "parent", "alone", "joined", "unknown",  # it is not
]  # fmt: skip
"""How a row fits: code and name; both in another district of the province than the row says; both but for the spelling;
an older name; the name in its parent; the name, the code being that of the same place in the other structure. Or: a code
without a name; code and name of different areas; the code and name of an area in another parent; several areas of that
name; another kind; other marks; not where the row says; no parent said; name and parent as one; neither. `older` may be a part."""

FOUND: frozenset[How] = frozenset(("both", "moved", "spelling", "older", "name", "other_code"))
_KIND_WORDS = {"phuong": "phuong", "xa": "xa", "thi_tran": "thitran"}
_LEVELS: tuple[tuple[Level, frozenset[str]], ...] = (
    ("commune", frozenset(("xa", "phuong", "thi_tran", "dac_khu"))),
    ("district", DISTRICT_KINDS),
    ("province", frozenset(("tinh", "thanh_pho"))),
)
_TAIL = 4  # words that the name of a district or province has at most, with its kind
_OF_LENGTH: dict[int, tuple[Level, ...]] = {2: ("province",), 3: ("district", "commune"), 5: ("commune",)}


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says of its area: possible codes, the name, and the parents as written.

    `marked` is whether the name is written with its marks, so that other marks are another name.
    """

    codes: tuple[str, ...]
    name: str
    district: str = ""
    province: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """How a row fits a structure; `areas` are the area found, or those it could be."""

    how: How
    areas: tuple[Known, ...] = ()
    named: bool = False  # the name alone, with its parents, occurs in the structure

    @property
    def area(self) -> Known | None:
        """The one area the row means, where it is found."""
        return self.areas[0] if self.how in FOUND else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    area: Known
    like: Likeness
    kind: bool  # the written kind, if any, is the area's


@lru_cache(maxsize=MEMORY)
def match(
    row: Row, boundary: Boundary, level: Level, scope: frozenset[str] | None = None, *, lenient: bool = False
) -> Match:
    """Match one row; `level` decides between areas of one name, `scope` (provinces) stands in for missing parents.

    Without parent and scope a name alone ties nothing, unless `lenient`, to learn the scope.
    """
    there = structure(boundary)
    said = parts(row.name)
    if is_nation(said[0] if said else row.name) or "VN" in row.codes:
        return Match("both", there.by_code["VN"], named=True)
    coded = tuple(dict.fromkeys(area for code in row.codes for area in there.by_code.get(code, ())))
    coded = tuple(sorted(coded, key=lambda area: area.level != level))
    if not said:
        return Match("code", coded) if coded else Match("unknown")
    above = _above(row, said)
    levels = {one for code in row.codes for one in _OF_LENGTH.get(len(code), ())}
    named = [c for c in _named(there, said[0], above) if not levels or c.area.level in levels]
    if not row.marked:
        # Written without marks, a name that has none is not meant more than one that has.
        named = [replace(c, like="bare") if c.like == "same" else c for c in named]
    likes: tuple[Likeness, ...] = ("same",) if row.marked else ("same", "bare")
    fits = [c for c in named if c.like in likes]
    beside = _beside_code(there, said[0], coded, named, above, likes)
    if beside:
        return Match(beside[0], (beside[1],), named=bool(fits))
    elsewhere = structure(other(boundary)).by_code.keys() & set(row.codes)
    strict = bool(row.codes) and not (coded or elsewhere)
    found = _by_name(there, said[0], named, above, level, scope, likes, strict=strict, lenient=lenient)
    if not (coded or elsewhere):
        return Match(found.how, found.areas, named=bool(fits))
    if found.how in FOUND:
        return _crossed(row, found)
    outside = tuple(
        area for area in coded if above and not _in_province(area, above) and set(_likes(said[0], area)) & set(likes)
    )
    return Match("elsewhere" if outside else "conflict", outside or coded or found.areas, named=bool(fits))


def _beside_code(
    there: Structure, said: str, coded: Sequence[Known], named: Sequence[_Candidate], above: Sequence[Holders],
    likes: Sequence[Likeness],
) -> tuple[How, Known] | None:  # fmt: skip
    """The area of the code if the name beside it is its own, an older one of its, or a misspelling of it.

    Districts were cut anew under the same codes: code and exact name outweigh another district, nothing less does.
    """
    for area in coded:
        if above and not _in_province(area, above):
            continue
        here = _inside(area, above, wide=True)
        of_name = _likes(said, area)
        if any(like in likes for like in of_name):
            own = any(c.area == area and c.like == "same" and c.kind for c in named)
            if own or not any(c.like == "same" and c.kind and _near(c.area, area) for c in named):
                if here:
                    return "both", area
                if "same" in of_name and "same" in likes and not any(c.like in likes and c.kind for c in named):
                    return "moved", area
        elif not here:
            continue
        elif area in _older(there, said) and not any(
            c.like == "same" and c.kind and same_province(c.area, area) for c in named
        ):
            return "older", area
        elif not any(c.like == "same" for c in named) and misspelt(said, area):
            return "spelling", area
    return None


def _near(one: Known, area: Known) -> bool:
    return one != area and (one.province, one.district) == (area.province, area.district)


def _crossed(row: Row, found: Match) -> Match:
    """A name that is clear beside a code of another area: believed where the code is that of the same place's other time."""
    area = found.areas[0]
    heirs = successors()
    for code in row.codes:
        same = area.code in heirs.get(code, ()) if area.boundary == "current" else code in heirs.get(area.code, ())
        if same and found.how == "name":
            return Match("other_code", (area,), named=True)
    return Match("conflict", (area,), named=True)


def _by_name(
    there: Structure, said: str, named: Sequence[_Candidate], above: Sequence[Holders], level: Level,
    scope: frozenset[str] | None, likes: Sequence[Likeness], *, strict: bool, lenient: bool,
) -> Match:  # fmt: skip
    """The area of a name without a code, or (`strict`) beside a code no list knows: then all parents must be told."""
    held = bool(above) and all(above)
    in_district = any(h.districts for h in above) and held
    if not above:
        # Names that are rare in the country may still be common here: without a parent the table's province must do.
        alone = [c.area for c in named if c.area.level == "commune" and c.like in likes]
        clear = lenient and len(alone) == 1 and all(c.like == "same" for c in named if c.area in alone)
        if scope is None and alone:
            return Match("name" if clear else "alone", tuple(alone))
        named = [c for c in named if c.area.level != "commune" or c.area.province in (scope or ())]
    for like in likes:
        of_like = [c for c in named if c.like == like]
        if not of_like:
            continue
        good = [c.area for c in of_like if c.kind]
        if not good:
            risen = len(of_like) == 1 and in_district and _told(of_like[0].area, above)
            return Match("older" if risen else "kind", tuple(c.area for c in of_like))
        good = [area for area in good if area.level == level] or good
        if len(good) > 1:
            return Match("ambiguous", tuple(good))
        area = good[0]
        if area.level == "commune" and ((above and not held) or (strict and not _told(area, above))):
            return Match("parent" if above else "alone", (area,))
        return Match("name", (area,))
    lone = [c.area for c in named if c.area.level in ("province", "district") and c.kind]
    if len(lone) == 1 and lone[0].level == level:
        return Match("name", tuple(lone))
    older = [area for area in _older(there, said) if area.level == "province" or (in_district and _inside(area, above))]
    if older:
        return Match("older" if len(older) == 1 else "ambiguous", tuple(older))
    if named:
        return Match("near", tuple(c.area for c in named))
    far = _named(there, said, ()) if above else ()
    elsewhere = tuple(c.area for c in far if c.like == "same" and c.kind and c.area.level == level)
    joined = () if above else _joined(there, said)
    return Match("parent" if elsewhere else "joined" if joined else "unknown", elsewhere or joined)


def _joined(there: Structure, said: str) -> tuple[Known, ...]:
    """The areas a name may mean whose last words are those of its district or province, without a comma between."""
    words = said.split()
    for count in range(1, min(len(words), _TAIL + 1)):
        holder = holders(" ".join(words[-count:]))
        if named := _named(there, " ".join(words[:-count]), (holder,)) if holder else []:
            return tuple(c.area for c in named)
    return ()


def _told(area: Known, above: Sequence[Holders]) -> bool:
    """Whether the parents are told as far as the structure has them."""
    province = any(area.province in (h.former if area.boundary == "former" else h.current) for h in above)
    return province and (area.boundary == "current" or any(area.district in h.districts for h in above))


def _above(row: Row, said: tuple[str, ...]) -> list[Holders]:
    """What the row says of parents; one that is not recognised is empty and stands for doubt."""
    found = [holders(text) for text in said[1:] if not is_nation(text)]
    if row.district:
        found += [
            Holders(frozenset(), frozenset(), frozenset(), h.districts) for h in map(holders, parts(row.district)[:1])
        ]
    if row.province:
        found += [Holders(h.former, h.wide, h.current, frozenset()) for h in map(holders, parts(row.province)[:1])]
    return found


def _named(there: Structure, said: str, above: Sequence[Holders]) -> list[_Candidate]:
    """Areas of these letters within the parents told, each once with its best reading."""
    found: dict[Known, _Candidate] = {}
    for reading in readings(said):
        levels = {level for level, kinds in _LEVELS if kinds & set(reading.kinds)}
        for area in there.by_letters.get(loose(reading.name), ()):
            if levels and area.level not in levels:
                continue
            one = _Candidate(area, likeness(reading.name, area.name), not reading.kinds or area.kind in reading.kinds)
            if area not in found or (one.kind and not found[area].kind):
                found[area] = one
    inside = [c for c in found.values() if _inside(c.area, above)]
    return inside or [c for c in found.values() if _inside(c.area, above, wide=True)]


def _inside(area: Known, above: Iterable[Holders], *, wide: bool = False) -> bool:
    """Whether an area lies in every parent told; those not recognised are passed over."""
    if area.level != "commune":
        return all(not h or area.level == "province" or _in_one(area, h, wide) for h in above)
    return all(not h or _in_one(area, h, wide) for h in above)


def _in_one(area: Known, holder: Holders, wide: bool) -> bool:
    if area.boundary == "former":
        return area.province in (holder.wide if wide else holder.former) or area.district in holder.districts
    return area.province in holder.current or bool(districts_of().get(area.code, frozenset()) & holder.districts)


def _in_province(area: Known, above: Iterable[Holders]) -> bool:
    """Whether the provinces told agree; districts were cut anew under the same codes, so they alone do not decide.

    A name may be that of a province and of its city.
    """
    wide = area.boundary == "former"
    told = [(h.wide if wide else h.current, h.districts) for h in above if (h.wide if wide else h.current)]
    return all(area.province in provinces or _in_district(area, districts) for provinces, districts in told)


def _in_district(area: Known, districts: frozenset[str]) -> bool:
    own = districts_of().get(area.code, frozenset()) if area.boundary == "current" else {area.district}
    return bool(own & districts)


@lru_cache(maxsize=MEMORY)
def _older(there: Structure, said: str) -> tuple[Known, ...]:
    words = {loose(said)}
    for reading in readings(said):
        words |= {_KIND_WORDS[kind] + loose(reading.name) for kind in reading.kinds if kind in _KIND_WORDS}
        if not reading.kinds or set(reading.kinds) & {"tinh", "thanh_pho"}:
            words.add(loose(reading.name))
    return tuple(dict.fromkeys(area for word in sorted(words) for area in there.older.get(word, ())))


def _likes(said: str, area: Known) -> list[Likeness]:
    """How the readings of a name agree with an area; today's kinds are what is written, older ones have risen since."""
    fixed = area.boundary == "current" and area.code not in WARDS_SINCE
    return [
        likeness(reading.name, area.name)
        for reading in readings(said)
        if loose(reading.name) == loose(area.name) and not (fixed and reading.kinds and area.kind not in reading.kinds)
    ]
