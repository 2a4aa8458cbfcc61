"""The two structures a table may speak of – before and since 1 July 2025 – to be looked up by code and by name."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args

from boundaries import register
from boundaries.spoken import MEMORY, Likeness, Reading, likeness, loose, readings

Boundary = Literal["former", "current"]
Level = Literal["country", "province", "district", "commune"]
BOUNDARIES: tuple[Boundary, ...] = ("former", "current")


DISTRICT_KINDS = frozenset(("quan", "huyen", "thi_xa", "thanh_pho"))
_PROVINCES = {"tphcm": "79", "saigon": "79", "thuathienhue": "46", "tthue": "46", "brvt": "77"}  # other names in use


@dataclass(frozen=True, slots=True)
class Known:
    """An area of one structure; `province` and `district` are the codes of what holds it (district: former only)."""

    code: str
    level: Level
    boundary: Boundary
    kind: str
    name: str
    full_name: str
    province: str
    district: str


@dataclass(frozen=True, slots=True)
class AreaList:
    """A published list of areas that a table may be written in."""

    id: str
    boundary: Boundary
    level: Level
    title: str
    title_en: str


LISTS: tuple[AreaList, ...] = (
    AreaList("communes", "current", "commune", "các xã hiện nay (từ 1/7/2025)", "communes since 1 July 2025"),
    AreaList("former_communes", "former", "commune", "các xã trước 1/7/2025", "communes before 1 July 2025"),
    AreaList("provinces", "current", "province", "34 tỉnh, thành phố hiện nay", "today's 34 provinces"),
    AreaList("former_provinces", "former", "province", "63 tỉnh, thành phố cũ", "the 63 former provinces"),
    AreaList("former_districts", "former", "district", "các huyện đã kết thúc", "the former districts"),
)


@dataclass(frozen=True, eq=False)
class Structure:
    """All areas of one structure by code, by the letters of their names, and by names merged away before 2025."""

    boundary: Boundary
    by_code: Mapping[str, tuple[Known, ...]]
    by_letters: Mapping[str, tuple[Known, ...]]
    older: Mapping[str, tuple[Known, ...]]
    counts: Mapping[tuple[Level, str], int]  # (level, province) -> areas


@dataclass(frozen=True, slots=True)
class Holders:
    """What a written name of a parent may mean: codes of provinces in each structure, and of former districts.

    `wide` are former provinces that today's province of that name was made of.
    """

    former: frozenset[str]
    wide: frozenset[str]
    current: frozenset[str]
    districts: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.former or self.wide or self.current or self.districts)


@cache
def structure(boundary: Boundary) -> Structure:
    """Return the structure before (`former`) or since (`current`) 1 July 2025."""
    country = Known("VN", "country", boundary, "quoc_gia", "Việt Nam", "Việt Nam", "VN", "")
    if boundary == "former":
        frames = [register.former_provinces(), register.former_districts(), register.former_communes()]
    else:
        frames = [register.provinces(), register.communes()]
    areas = [country, *(_known(row, boundary) for frame in frames for row in frame.to_dict("records"))]
    by_code: dict[str, list[Known]] = defaultdict(list)
    by_letters: dict[str, list[Known]] = defaultdict(list)
    older: dict[str, list[Known]] = defaultdict(list)
    counts: dict[tuple[Level, str], int] = defaultdict(int)
    for area in areas:
        by_code[area.code].append(area)
        by_letters[loose(area.name)].append(area)
        counts[area.level, area.province] += 1
    if boundary == "former":
        communes = {area.code: area for area in areas if area.level == "commune"}
        for code, word in _keywords().wards:
            area = communes[code]
            if word not in (loose(area.name), loose(area.full_name)):
                older[word].append(area)
    for word, codes in _keywords().provinces.items():
        older[word] += [a for code in codes for a in by_code[code] if a.level == "province" and loose(a.name) != word]
    return Structure(boundary, _frozen(by_code), _frozen(by_letters), _frozen(older), counts)


def other(boundary: Boundary) -> Boundary:
    """The structure on the other side of 1 July 2025."""
    return "current" if boundary == "former" else "former"


def _frozen(book: Mapping[str, list[Known]]) -> dict[str, tuple[Known, ...]]:
    return {key: tuple(found) for key, found in book.items()}


def _known(row: Mapping[Hashable, Any], boundary: Boundary) -> Known:
    province = row["code"] if row["level"] == "province" else row["parent_code"]
    district = row["code"] if row["level"] == "district" else row.get("district_code", "")
    return Known(row["code"], row["level"], boundary, row["kind"], row["name"], row["full_name"], province, district)


@lru_cache(maxsize=MEMORY)
def holders(text: str) -> Holders:
    """Read the name or code of a province or district that holds an area."""
    old, new = structure("former"), structure("current")
    if text.isascii() and text.isdigit():
        code = text.zfill(2) if len(text) < 3 else text
        former = {a.code for a in old.by_code.get(code, ()) if a.level == "province"}
        return _holders(former, {a.code for a in new.by_code.get(code, ()) if a.level == "province"},
                        {a.code for a in old.by_code.get(code, ()) if a.level == "district"})  # fmt: skip
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reading in readings(text):
        for one in (old, new):
            for area in _alike(reading, one.by_letters.get(loose(reading.name), ())):
                named[one.boundary, area.level].add(area.code)
    for level, book in (("province", _keywords().provinces), ("district", _keywords().districts)):
        if not named["former", level]:
            named["former", level] = set(_by_keyword(text, level, book))
    first = readings(text)[0]
    if not any(named.values()) and DISTRICT_KINDS & set(first.kinds):
        # Districts became towns and cities under their old names.
        same = old.by_letters.get(loose(first.name), ())
        named["former", "district"] = {area.code for area in same if area.level == "district"}
    return _holders(named["former", "province"], named["current", "province"], named["former", "district"])


def _by_keyword(text: str, level: str, book: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Codes of the areas of a level that have this other name, of the written kind where there is one."""
    for reading in readings(text):
        for code in book.get(loose(reading.name), ()):
            kinds = {area.kind for area in structure("former").by_code[code] if area.level == level}
            if not reading.kinds or kinds & set(reading.kinds):
                yield code


def _alike(reading: Reading, areas: tuple[Known, ...]) -> list[Known]:
    """The provinces and districts of this reading whose marks agree best with it."""
    above = [a for a in areas if a.level in ("province", "district") and (not reading.kinds or a.kind in reading.kinds)]
    likes = {area: likeness(reading.name, area.name) for area in above}
    best = next((like for like in get_args(Likeness) if like in likes.values()), None)
    return [area for area in above if likes[area] == best]


def _holders(former: set[str], current: set[str], districts: set[str]) -> Holders:
    heirs, parts = _provinces()
    wide = {part for code in current for part in parts[code]}
    return Holders(
        frozenset(former or wide), frozenset(former | wide), frozenset(current | {heirs[c] for c in former}),
        frozenset(districts),
    )  # fmt: skip


def province_today(area: Known) -> str:
    """Code of the present province an area of either structure lies in."""
    return area.province if area.boundary == "current" else _provinces()[0].get(area.province, area.province)


@cache
def successors() -> Mapping[str, frozenset[str]]:
    """Code of a former commune -> codes of the communes it passed to."""
    rows = register.succession()
    rows = rows[rows["old_level"] == "commune"]
    return {str(code): frozenset(group) for code, group in rows.groupby("old_code")["new_code"]}


@cache
def districts_of() -> Mapping[str, frozenset[str]]:
    """Code of a present commune -> codes of the former districts its parts lay in."""
    areas = (a for same in structure("former").by_code.values() for a in same if a.level == "commune")
    district = {a.code: a.district for a in areas}
    found: dict[str, set[str]] = defaultdict(set)
    for old, news in successors().items():
        for new in news:
            found[new].add(district[old])
    return {code: frozenset(codes) for code, codes in found.items()}


@cache
def _provinces() -> tuple[Mapping[str, str], Mapping[str, frozenset[str]]]:
    rows = register.succession()
    rows = rows[rows["old_level"] == "province"]
    parts = {str(code): frozenset(group) for code, group in rows.groupby("new_code")["old_code"]}
    return dict(zip(rows["old_code"], rows["new_code"], strict=True)), parts


@dataclass(frozen=True, slots=True)
class _Keywords:
    wards: tuple[tuple[str, str], ...]  # (code, letters)
    districts: Mapping[str, frozenset[str]]  # letters -> codes
    provinces: Mapping[str, frozenset[str]]


@cache
def _keywords() -> _Keywords:
    """Other names the package vietnamadminunits knows, those of areas merged away before 2025 among them."""
    package = find_spec("vietnamadminunits")
    assert package is not None
    assert package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "data" / "dataset.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "select wardCode, districtCode, provinceCode, districtKeywords, provinceKeywords, wardKeywords "
            "from admin_units_legacy"
        ).fetchall()
    wards = {(ward, loose(word)): None for ward, *_, words in rows if ward for word in json.loads(words or "[]")}
    districts: dict[str, set[str]] = defaultdict(set)
    provinces: dict[str, set[str]] = defaultdict(set)
    for book, column in ((districts, 1), (provinces, 2)):
        for code, words in {(row[column], row[column + 2]) for row in rows}:
            for word in json.loads(words or "[]"):
                book[loose(word)].add(code)
    for word, code in _PROVINCES.items():
        provinces[word].add(code)
    return _Keywords(
        tuple(wards), {k: frozenset(v) for k, v in districts.items()}, {k: frozenset(v) for k, v in provinces.items()}
    )
