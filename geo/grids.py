"""A sheet of cells as it was written: text or spreadsheet, merged cells filled, nothing yet taken for a heading."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from geo.encodings import decode, detect
from geo.errors import Problem
from geo.formats import unreadable

Grid = dict[int, list[str]]
"""Number of the line in the file -> its cells, trimmed; lines without any text are left out."""

_LARGEST = 512 * 2**20  # bytes, unpacked
_MOST_CELLS = 20_000_000
_BLOCK = re.compile(rb'<(?:dimension|mergeCell) ref="([A-Z]+\d+):([A-Z]+\d+)"')
_CODE_FORMAT = re.compile("0{2,}")  # a number shown with leading zeros is a code


def read_grid(path: Path, encoding: str | None = None, sheet: str | None = None) -> tuple[Grid, str]:
    """Read CSV, TSV or XLSX; every line as wide as the widest. Returns the cells and the encoding. Raises Problem."""
    if path.suffix.lower() == ".xlsx":
        return _square(_sheet(path, sheet)), "utf-8"
    body = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    name = detect(body.splitlines(), forced=encoding)
    text = decode(body, name)
    if "\0" in text or not text.strip():
        raise unreadable(path)
    delimiter = max(",;\t|", key=lambda mark: _evenness(mark, text.splitlines()[:60]))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _square({number: [cell.strip() for cell in row] for number, row in enumerate(rows, 1)}), name
    except csv.Error:
        raise unreadable(path) from None


def _evenness(mark: str, lines: list[str]) -> tuple[int, int]:
    """How many lines agree on how often a mark stands in them, and how often."""
    counts = Counter(line.count(mark) for line in lines if mark in line)
    often, agree = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return agree, often


def _square(grid: Grid) -> Grid:
    width = max((len(row) for row in grid.values()), default=0)
    return {line: row + [""] * (width - len(row)) for line, row in grid.items() if any(row)}


def _sheet(path: Path, name: str | None) -> Grid:
    _bounded(path)
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise unreadable(path) from None
    if name is not None and name not in book.sheetnames:
        raise Problem(
            f"“{path.name}” không có trang “{name}”; các trang: {', '.join(book.sheetnames)}.",
            f"“{path.name}” has no sheet “{name}”; it has {', '.join(book.sheetnames)}.",
        )
    sheets = [book[name]] if name else [s for s in book.worksheets if s.sheet_state == "visible"]
    # The sheet with the most lines holds the table; covers and notes are short.
    sheet = max(sheets, key=lambda one: one.max_row, default=None)
    if not isinstance(sheet, Worksheet):
        raise unreadable(path)
    grid = {line: [_text(cell) for cell in row] for line, row in enumerate(sheet.iter_rows(), 1)}
    for block in sheet.merged_cells.ranges:
        text = grid[block.min_row][block.min_col - 1]
        for line in range(block.min_row, block.max_row + 1):
            grid[line][block.min_col - 1 : block.max_col] = [text] * (block.max_col - block.min_col + 1)
    return grid


def _bounded(path: Path) -> None:
    """Refuse a workbook whose cells or merged blocks would not fit into memory; a small file may claim billions."""
    cells = size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            sheets = [m for m in archive.namelist() if m.startswith("xl/worksheets/sheet")] if size <= _LARGEST else []
            for sheet in sheets:
                for first, last in _BLOCK.findall(archive.read(sheet)):
                    left, top = coordinate_to_tuple(first.decode())[::-1]
                    right, bottom = coordinate_to_tuple(last.decode())[::-1]
                    cells += (right - left + 1) * (bottom - top + 1)
    except (zipfile.BadZipFile, ValueError, OSError):
        raise unreadable(path) from None
    if size > _LARGEST or cells > _MOST_CELLS:
        raise Problem(
            f"“{path.name}” quá lớn cho một bảng tính; hãy xuất trang cần nạp sang CSV.",
            f"“{path.name}” is too large for a workbook; export the sheet that is meant as CSV.",
        )


def _text(cell: Cell | MergedCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and _CODE_FORMAT.fullmatch(str(cell.number_format)):
        return str(value).zfill(len(str(cell.number_format)))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
