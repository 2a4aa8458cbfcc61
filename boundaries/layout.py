"""A sheet as people make it – titles, merged headings in several rows, numbered columns – as a plain table."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from boundaries.columns import names_area, possible_codes
from boundaries.known import BOUNDARIES, structure
from boundaries.spoken import is_nation, is_total
from geo.coordinates import number
from geo.grids import Grid

_LOOK_DOWN = 60  # lines in which the first area must stand
_MOST = 4  # rows of headings
_COUNTED = re.compile(r"\(?([A-Z]|\d{1,2})\)?([=+\-*/:x().\d ]*)")


@dataclass(frozen=True)
class Laid:
    """A table of text indexed by line; `headings` are the parts of each column's name, from the top."""

    frame: pd.DataFrame
    headings: dict[str, tuple[str, ...]]


def lay_out(grid: Grid) -> Laid:
    """Find the headings by the first line that names an area, join those of several rows, and drop titles."""
    lines = list(grid)
    first = next((i for i, line in enumerate(lines[:_LOOK_DOWN]) if _tells_area(grid[line])), None)
    top = _top(grid, lines, first)
    heads = [lines[top]]
    row = grid[lines[top]]
    if first is not None and not _complete(row):
        for line in lines[top + 1 : first]:
            if not _is_heading(grid[line]) or len(heads) == _MOST:
                break
            heads.append(line)
    start = lines.index(heads[-1]) + 1
    if first is not None and top >= first:
        heads, start = [], first
    headings = _headings([_spread(grid[line], last=line == heads[-1]) for line in heads], len(row))
    body = [line for line in lines[start:] if not _numbered(grid[line])]
    names = _unique([" ".join(parts) for parts in headings])
    frame = pd.DataFrame([grid[line] for line in body], columns=names, index=body, dtype=object)
    return Laid(frame, dict(zip(names, headings, strict=True)))


def _top(grid: Grid, lines: list[int], first: int | None) -> int:
    """The position of the uppermost row of headings: going up from the first area while rows are about as full."""
    if first is None:
        return next((i for i, line in enumerate(lines) if _kinds(grid[line]) > 1), 0)
    full = sum(map(bool, grid[lines[first]]))
    above = [i for i in range(first) if _kinds(grid[lines[i]]) > 1 and sum(map(bool, grid[lines[i]])) * 2 >= full]
    top = first
    for i in reversed(above):
        if top - i > 1 and top < first:
            break
        top = i
    return top


def _tells_area(row: list[str]) -> bool:
    values = [number(cell) for cell in row if cell]
    if _kinds(row) < 2 or all(value != value or 1900 <= value <= 2100 for value in values):
        return False
    codes = (possible_codes(cell) for cell in row if len(cell) == 5)
    known = any(code in structure(b).by_code for one in codes for code in one for b in BOUNDARIES)
    return known or any(names_area(cell) or is_nation(cell) for cell in row if cell)


def _kinds(row: list[str]) -> int:
    return len({cell for cell in row if cell})


def _complete(row: list[str]) -> bool:
    """Whether every column has a heading of its own, so that there is no second row of them."""
    return all(row) and len(set(row)) == len(row)


def _is_heading(row: list[str]) -> bool:
    numbers = [value for cell in row if (value := number(cell)) == value]
    return not any(map(is_total, row)) and all(1900 <= n <= 2100 for n in numbers) and not _numbered(row)


def _numbered(row: list[str]) -> bool:
    """Whether a row only counts the columns: A, B, 1, 2, 3 = 1 + 2."""
    cells = [cell for cell in row if cell]
    plain = [int(cell.strip("()")) for cell in cells if cell.strip("()").isdigit()]
    return len(cells) > 2 and all(map(_COUNTED.fullmatch, cells)) and plain == list(range(1, len(plain) + 1))


def _spread(row: list[str], *, last: bool) -> list[str]:
    """Carry a heading over the empty cells to its right, as a merged cell that was saved as text."""
    if last:
        return row
    filled, said = [], ""
    for cell in row:
        said = cell or said
        filled.append(said)
    return filled


def _headings(rows: list[list[str]], width: int) -> list[tuple[str, ...]]:
    if not rows:
        return [(f"cột {i}",) for i in range(1, width + 1)]
    columns = [[" ".join(cell.split()) for cell in column] for column in zip(*rows, strict=True)]
    # A heading spread to a column that the last row leaves empty was none of its own.
    cleaned = [[c for c in column if c] for column in columns]
    return [tuple(dict.fromkeys(column)) or (f"cột {i}",) for i, column in enumerate(cleaned, 1)]


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made
