"""Totals in a table, told by a person or stored, compared with what the rows that fit each list add up to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from boundaries.columns import COUNTERS, Role
from boundaries.known import LISTS, AreaList, Boundary, structure
from boundaries.matching import Match, Row
from geo.coordinates import decimal_mark, number
from geo.errors import Problem
from geo.text import fold

NUMBERS = 0.8  # of a column's filled cells are numbers for it to hold figures
TWICE = 0.1  # of the lines may name an area again that is not told apart by another column
_MEASURES = ("indicator", "chi tieu", "unit", "don vi tinh", "dvt", "period", "ky", "nam", "thang", "quy", "year")
FINEST = 6  # decimals looked at


@dataclass(frozen=True, slots=True)
class Total:
    """A total beside the sum of its rows in one list; `line` is None for a total that a person gave or that is stored.

    `of` names what a stored one is of, in Vietnamese and English.
    """

    list: str
    line: int | None
    column: str
    said: float
    added: float
    rows: int
    agrees: bool
    of: tuple[str, str] | None = None

    @property
    def difference(self) -> float:
        """By how much the total exceeds the sum."""
        return self.said - self.added


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A total that is known already: what an area (`holder`, its code) of one structure has in all.

    `figures` are the numbers of the lines that would be its parts, in the unit of the total.
    """

    boundary: Boundary
    holder: str
    of: tuple[str, str]
    column: str
    said: float
    figures: Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with what is known of its lines: columns of areas, rows of areas, sums, and the match in each structure."""

    table: pd.DataFrame
    columns: Mapping[Role, str]
    rows: Mapping[int, Row]
    totals: Sequence[int]
    matches: dict[Boundary, dict[int, Match]]


Key = Callable[[int], tuple[str, ...]]
Held = Mapping[tuple[str, str, tuple[str, ...]], list[int]]  # (list, code of what holds the areas, key) -> lines


def compare(sheet: Sheet, given: Mapping[str, float], stated: Iterable[Stated] = ()) -> tuple[Total, ...]:
    """Compare every total with the rows it covers in each list; those that do not agree first.

    A total is a line that says so, the line of a province, district or the country above its parts, given by its
    column, or stated. A total that lies among its rows (a rate, an average) tells nothing. Raises Problem for a
    given total of a column without figures.
    """
    found = [*_in_table(sheet, given), *_known(sheet, stated)]
    return tuple(sorted(found, key=lambda one: (one.agrees, one.line is not None, one.line or 0)))


def _in_table(sheet: Sheet, given: Mapping[str, float]) -> list[Total]:
    """The totals that stand in the table or were given by column."""
    table, own = sheet.table, set(sheet.columns.values())
    others = [str(c) for c in table.columns if str(c) not in own and fold(str(c)) not in COUNTERS]
    figures: dict[str, list[dict[int, float]]] = {}
    for c in others if given or sheet.totals or _several_levels(sheet) else ():
        ways = _figures(table[c])
        if ways and (c in given or ways not in figures.values()):  # the same figures again, as published
            figures[c] = ways
    if lost := given.keys() - figures.keys():
        there = ", ".join(figures) or "–"
        raise Problem(
            f"Bảng không có cột số liệu “{min(lost)}” để so với tổng; các cột số liệu: {there}.",
            f"The table has no column of figures “{min(lost)}” to compare a total with; it has: {there}.",
        )
    keys = _keys(table, [c for c in others if c not in figures], sheet.rows)
    if keys is None:
        return []
    cells = [table[c].astype(str).to_dict() for c in keys]

    def key(line: int) -> tuple[str, ...]:
        return tuple(one[line] for one in cells)

    held = _held(sheet, key)
    found: list[Total] = []
    for column, ways in figures.items():
        read = [[*_compared(sheet, held, key, column, way), *_asked(held, column, way, given)] for way in ways]
        found += max(read, key=lambda one: sum(total.agrees for total in one))
    return found


def _known(sheet: Sheet, stated: Iterable[Stated]) -> Iterator[Total]:
    """Stated totals: what a table holds only a part of may agree with one, but contradicts none."""
    one_by_one = list(stated)
    held = _held(sheet, lambda _: ()) if one_by_one else {}
    lines = {key: frozenset(some) for key, some in held.items()}
    for one, total in ((one, total) for total in one_by_one for one in LISTS if one.boundary == total.boundary):
        covered = [at for at in total.figures if at in lines.get((one.id, total.holder, ()), ())]
        there = {sheet.matches[one.boundary][at].areas[0] for at in covered}
        counts = structure(one.boundary).counts
        of = sum(n for (level, code), n in counts.items() if level == one.level and total.holder in (code, "VN"))
        for found in _judged(one, None, total.column, total.said, [covered], total.figures):
            if len(there) == of or (found.agrees and len(there) > 1):
                yield replace(found, of=total.of)


def _several_levels(sheet: Sheet) -> bool:
    """Whether any line is above others."""
    return any(len({m.area.level for m in found.values() if m.area}) > 1 for found in sheet.matches.values())


def agreement(found: Iterable[Total], of: str) -> tuple[int, int]:
    """How many totals agree with the rows of a list, and how many were compared."""
    agree = [one.agrees for one in found if one.list == of]
    return sum(agree), len(agree)


def _figures(cells: pd.Series) -> list[dict[int, float]]:
    """A column's numbers by line, for each mark that may stand before their decimals; none where it holds years or text."""
    filled = cells[cells.astype(str).str.strip() != ""].astype(str)
    if filled.empty:
        return []
    mark = decimal_mark(filled.unique())
    ways = [filled.map(lambda text, m=m: number(text, m)) for m in (",.", mark)[mark != "?"]]
    first = ways[0].dropna()
    if len(first) < NUMBERS * len(filled) or first.between(1900, 2100).all():
        return []
    return [dict(zip(way.index, way, strict=True)) for way in (one.dropna() for one in ways)]


def _keys(table: pd.DataFrame, others: Sequence[str], rows: Mapping[int, Row]) -> list[str] | None:
    """The columns that tell the lines of one area apart, such as period and indicator; None where none do."""
    lines = list(rows)
    seen = pd.DataFrame({c: table.loc[lines, c].astype(str) for c in others}, index=lines)
    numbers: dict[Row, int] = {}
    area = pd.Series([numbers.setdefault(row, len(numbers)) for row in rows.values()], index=lines, dtype=int)
    # A figure of one measure is no sum of another's.
    keys = [c for c in others if any(fold(c) == word or fold(c).startswith(f"{word} ") for word in _MEASURES)]
    group = area
    for c in keys:
        group = _joined(group, seen[c])
    while (again := int(group.duplicated().sum())) > TWICE * len(lines):
        trials = {c: _joined(group, seen[c]) for c in others if c not in keys}
        best = min(trials, key=lambda c: trials[c].duplicated().sum(), default=None)
        if best is None or int(trials[best].duplicated().sum()) == again:
            return None
        group, keys = trials[best], [*keys, best]
    return keys


def _joined(group: pd.Series, cells: pd.Series) -> pd.Series:
    codes = pd.factorize(cells)[0]
    both = group * (int(codes.max(initial=0)) + 1) + codes
    return pd.Series(pd.factorize(both)[0], index=group.index)


def _held(sheet: Sheet, key: Key) -> Held:
    lists = {(one.boundary, one.level): one.id for one in LISTS}
    held: dict[tuple[str, str, tuple[str, ...]], list[int]] = defaultdict(list)
    for boundary, found in sheet.matches.items():
        for line, row in sheet.rows.items():
            match = found[line]
            area = match.area or (match.areas[0] if match.how == "code" and not row.name else None)
            id_ = lists.get((boundary, area.level)) if area else None
            if area and id_:
                for holder in {area.district, area.province, "VN"} - {area.code, ""}:
                    held[id_, holder, key(line)].append(line)
    return held


def _compared(sheet: Sheet, held: Held, key: Key, column: str, figures: Mapping[int, float]) -> Iterator[Total]:
    for one in LISTS:
        for line in sheet.totals:
            if line in figures:
                covered = _sections(line, held.get((one.id, "VN", key(line)), []), sheet)
                yield from _judged(one, line, column, figures[line], covered, figures)
        for line, match in sheet.matches[one.boundary].items():
            if line in figures and match.area and match.area.level != one.level:
                covered = [held.get((one.id, match.area.code, key(line)), [])]
                yield from _judged(one, line, column, figures[line], covered, figures)


def _asked(held: Held, column: str, figures: Mapping[int, float], given: Mapping[str, float]) -> Iterator[Total]:
    for one in LISTS if column in given else ():
        lines = [at for (id_, holder, _), some in held.items() if (id_, holder) == (one.id, "VN") for at in some]
        yield from _judged(one, None, column, given[column], [lines], figures)


def _sections(line: int, lines: list[int], sheet: Sheet) -> list[list[int]]:
    """The lines a total may cover: all of its parents as written, or those up to the next total on either side."""
    for role in ("district", "province"):
        cells = sheet.table[sheet.columns[role]] if role in sheet.columns else None
        if cells is not None and str(cells[line]).strip():
            lines = [one for one in lines if cells[one] == cells[line]]
    before = max((one for one in sheet.totals if one < line), default=-math.inf)
    after = min((one for one in sheet.totals if one > line), default=math.inf)
    return [lines, [one for one in lines if before < one < line], [one for one in lines if line < one < after]]


def _judged(
    one: AreaList, line: int | None, column: str, said: float, sections: Sequence[list[int]], figures: Mapping[int, float]
) -> Iterator[Total]:  # fmt: skip
    """The comparison with the section that comes nearest; nothing where there are no rows or the total is none of sums."""
    sums = []
    for lines in sections:
        values = [figures[at] for at in lines if at in figures]
        if values:
            added = math.fsum(values)
            sums.append((abs(said - added), added, values))
    if not sums:
        return
    off, added, values = min(sums, key=lambda s: s[0])
    agrees = off <= _rounding([said]) + (_rounding(values) * len(values) if _decimals(values) else 0)
    if agrees or not min(values) <= said <= max(values):
        yield Total(one.id, line, column, said, added, len(values), agrees)


def _rounding(values: Sequence[float]) -> float:
    return 0.5 * 10.0 ** -_decimals(values)


def _decimals(values: Sequence[float]) -> int:
    """Decimals in which figures are written."""
    for decimals in range(FINEST):
        if all(abs(v * 10**decimals - round(v * 10**decimals)) < 1e-6 for v in values):
            return decimals
    return FINEST
