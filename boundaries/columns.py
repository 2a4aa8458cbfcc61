"""Which columns of a table hold codes and names of areas, found by what stands in them; headings are only a hint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

import pandas as pd

from boundaries.known import BOUNDARIES, Level, holders, structure
from boundaries.spoken import MEMORY, is_nation, is_total, loose, parts, readings
from geo.text import fold

Role = Literal["code", "name", "district", "province"]

_HINTS: Mapping[Role, tuple[str, ...]] = {
    "code": ("area code", "ma don vi", "ma dvhc", "ma xa", "ma phuong", "ma tinh", "ma huyen", "ma dia phuong", "code", "ma"),
    "name": (
        "area name", "ten don vi", "ten xa", "ten phuong", "ten tinh", "ten huyen", "dia phuong", "don vi hanh chinh",
        "don vi", "xa", "phuong", "xa phuong", "phuong xa", "ward", "commune", "name", "ten",
    ),
    "district": ("district", "huyen", "quan huyen", "quan", "ten huyen", "ten quan huyen", "thanh pho thi xa huyen"),
    "province": ("province", "tinh", "tinh thanh pho", "tinh thanh", "ten tinh", "thanh pho", "city"),
}  # fmt: skip
COUNTERS = frozenset(("stt", "tt", "so tt", "so thu tu", "no", "id", "fid", ""))
_LEAST = 0.3  # of the cells of a column must be names for it to be taken for one
_SAMPLE = 1500
_FEW = 5  # one number in nine of five digits is some area's code: a few of them prove nothing
_THOUSANDS = re.compile(r"\d{1,2}[.,]\d{3}")


def find_columns(table: pd.DataFrame, *, skip: Iterable[str] = ()) -> dict[Role, str]:
    """Find the columns of area code, area name, district and province, as far as there are any."""
    columns = [str(c) for c in table.columns if str(c) not in set(skip) and not table[c].eq("").all()]
    texts = {c: table[c][table[c] != ""].astype(str).drop_duplicates().tolist()[:_SAMPLE] for c in columns}
    found: dict[Role, str] = {}
    scores = {c: _levels(values) for c, values in texts.items()}
    levels = {c: _level(s) for c, s in scores.items() if max(s.values(), default=0) >= _LEAST}
    for level in ("commune", "district", "province"):
        of_level = [c for c, known in levels.items() if known == level]
        if of_level and "name" not in found:
            found["name"] = max(of_level, key=lambda c: (_hint(c, "name"), scores[c][levels[c]]))
        for c in of_level:
            if c != found["name"] and level != "commune":
                found.setdefault("district" if level == "district" else "province", c)
    codes = {c: _codes(c, values, table[c]) for c, values in texts.items() if c not in found.values()}
    codes = {c: long for c, long in codes.items() if long}
    if codes:
        found["code"] = max(codes, key=lambda c: (codes[c], _hint(c, "code")))
        for c, long in codes.items():
            role: Role = "district" if long == 3 else "province"
            if long < codes[found["code"]] and fold(c) in ("ma huyen", "ma tinh", "district code", "province code"):
                found.setdefault(role, c)
    return found


def possible_codes(text: str) -> tuple[str, ...]:
    """The codes a cell may mean: as it stands, and with the zeros that a spreadsheet took away."""
    plain = text.strip().lstrip("'").removesuffix(".0")
    if plain.upper() == "VN" or plain == "00":
        return ("VN",)
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub("[.,]", "", plain)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 5:
        return ()
    lengths = {1: (2, 5), 2: (2, 5), 3: (3, 5), 4: (5,), 5: (5,)}[len(plain)]
    return tuple(dict.fromkeys(plain.zfill(length) for length in lengths if int(plain)))


def _hint(column: str, role: Role) -> int:
    words = fold(column)
    return 2 if words in _HINTS[role] else any(words.startswith(h) or words.endswith(h) for h in _HINTS[role][:6])


def _levels(values: Sequence[str]) -> dict[Level, float]:
    """Share of cells that name an area of each level."""
    counted = [value for value in values if not (is_total(value) or is_nation(value))]
    named = [names_area(value) for value in counted]
    return {
        level: sum(level in one for one in named) / len(named) if named else 0.0
        for level in ("commune", "district", "province")
    }


def _level(scores: Mapping[Level, float]) -> Level:
    """The highest level whose names fill the column about as well as those of any other."""
    best = max(scores.values())
    return next(level for level in ("province", "district", "commune") if scores[level] >= best - 0.05)


@lru_cache(maxsize=MEMORY)
def names_area(text: str) -> frozenset[Level]:
    """Levels at which some area has this name (kinds heeded where written)."""
    said = parts(text)
    if not said or len(text) > 120 or not any(map(str.isalpha, said[0])):
        return frozenset()
    found: set[Level] = set()
    for reading in readings(said[0]):
        for boundary in BOUNDARIES:
            for area in structure(boundary).by_letters.get(loose(reading.name), ()):
                if (reading.kinds and area.kind in reading.kinds) or (not reading.kinds and not area.name.isdigit()):
                    found.add(area.level)
        if reading.kinds:
            kinds = {"phuong": "phuong", "xa": "xa", "thi_tran": "thitran"}.keys() & set(reading.kinds)
            if any(kind.replace("_", "") + loose(reading.name) in structure("former").older for kind in kinds):
                found.add("commune")
    above = holders(said[0])
    if above.districts:
        found.add("district")
    if above.former or above.current:
        found.add("province")
    return frozenset(found)


def _codes(column: str, values: Sequence[str], cells: pd.Series) -> int:
    """Length (5, 3, 2) of the codes that stand in a column; 0 where they are none."""
    counts = [possible_codes(value) for value in values]
    if not values or sum(map(bool, counts)) < 0.8 * len(values):
        return 0
    hinted = _hint(column, "code")
    numbers = pd.to_numeric(cells, errors="coerce").dropna()
    running = len(numbers) > 2 and bool((numbers.diff().dropna() == 1).all())
    if fold(column) in COUNTERS or (running and not hinted) or all(1900 < n < 2100 for n in numbers):
        return 0
    known = set().union(*(structure(boundary).by_code for boundary in BOUNDARIES))
    plain = [value.strip().lstrip("'").removesuffix(".0") for value in values]
    for length in (5, 3, 2):
        fit = sum(any(len(c) == length and c in known for c in one) for one in counts) / len(values)
        own = sum(len(p) == length or (length == 5 and len(p) > 3) for p in plain) / len(plain)
        if fit >= (0.5 if hinted else 0.7) and own >= 0.5 and (hinted or (length == 5 and len(values) >= _FEW)):
            return length
    # Codes of another time or with slips are codes still where the heading says so.
    return 5 if hinted == 2 and any(len(p) in (4, 5) for p in plain) else 2 if hinted == 2 else 0
