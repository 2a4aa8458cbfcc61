"""The rows of a person's table to be carried: which area each is of, its numbers, and what has to be left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from boundaries.known import Level
from boundaries.predecessors import PART, alone, into_heirs
from geo.coordinates import decimal_mark, number
from geo.errors import Problem
from layers.indicators import periods

SHOWN = 60  # lines named in a refusal
DIGITS = 9  # decimals of sums, so that the binary form of decimals leaves no trace
TOLD = 10  # of them with the reason of each
PARTED = ("ratio", "weighted_mean")
BLANK_WORDS = ("", "-", "–", "—", "..", "...", "…")  # cells that say there is no figure
LEVELS: dict[str, tuple[str, str]] = {
    "country": ("cả nước", "the country"), "province": ("tỉnh", "provinces"), "district": ("huyện", "districts"),
    "commune": ("xã", "communes"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How to carry: the rule of the figures, which areas the rows are of, which they should become, and columns."""

    rule: str
    to: str
    of: str = "auto"
    scale: float = 1.0
    value: str = "value"
    numerator: str = ""
    denominator: str = ""
    period: str = ""


@dataclass(frozen=True)
class Rows:
    """One row an area and period: area_id, period, value, numerator, denominator, blank; and how each line was tied.

    `left`: lines left out, with code and reason; `level`: the level that is carried.
    """

    figures: pd.DataFrame
    level: Level
    left: list[dict[str, Any]]
    tied: dict[str, int]


def last_day(period: str) -> date | None:
    """The last day of a period as it is written; None where it is no period we know."""
    try:
        return periods.parse(period).last_day
    except ValueError:
        return None


def rows_of(
    table: pd.DataFrame, tied: pd.DataFrame, wish: Wish, areas: Mapping[tuple[str, str], int], said: Sequence[tuple[str, str]]
) -> Rows:  # fmt: skip
    """Read the figures of a table whose rows are tied (`detective.resolve`) to areas of one structure.

    `areas`: id of each area that is loaded, by code and level; `said`: code and name of each row as written. Raises
    Problem where a column is missing, no row is tied, or several are of one figure.
    """
    columns = _columns(table, wish)
    found = _numbers(table, wish, columns)
    last = {text: last_day(text) for text in found.period.unique()}
    tied = into_heirs(tied, said, [last[text] for text in found.period])
    found = found.assign(code=tied.code, level=tied.level, how=tied.how, line=table.index + 2)
    found["area_id"] = [areas.get(pair) for pair in zip(found.code, found.level, strict=True)]
    there = found.area_id.notna()
    level: Level = found.level[found.level.ne("")].mode().iloc[0] if found.level.any() else "commune"
    other = found.level.ne("") & found.level.ne(level)
    lost = ~there & ~other & (found.how != "total")
    left = [
        _left(line, code, vi or "chưa có ranh giới", en or "not loaded")
        for line, code, vi, en in zip(found.line[lost], found.code[lost], tied.vi[lost], tied.en[lost], strict=True)
    ]
    if not (there & ~other).any():
        raise Problem(
            f"Không có dòng nào nhận ra được đơn vị hành chính: {_lines(left, 'dòng', 'reason')}.",
            f"No row could be tied to an area: {_lines(left, 'line', 'reason_en')}.",
        )
    vi, en = LEVELS[level]
    left += [
        _left(line, code, f"dòng của cấp khác, bảng được quy đổi theo {vi}", f"of another level; {en} are carried")
        for line, code in zip(found.line[other], found.code[other], strict=True)
    ]
    left += _no_numbers(table, found[~other], columns)
    kept, part = _whole(found[there & ~other].astype({"area_id": int}), wish)
    _refuse_twice(kept, wish)
    return Rows(
        figures=_put_together(kept, wish), level=level, left=sorted([*left, *part], key=lambda one: one["line"]),
        tied={str(how): int(count) for how, count in tied.how.value_counts().items()},
    )  # fmt: skip


def _numbers(table: pd.DataFrame, wish: Wish, columns: dict[str, str]) -> pd.DataFrame:
    """The numbers and the period of every row."""
    if missing := [name for name in (*columns.values(), wish.period) if name and name not in table]:
        raise Problem(
            f"Bảng không có cột {', '.join(missing)}; các cột có: {', '.join(map(str, table.columns))}.",
            f"The table has no column {', '.join(missing)}; it has {', '.join(map(str, table.columns))}.",
        )
    mark = decimal_mark(text for name in columns.values() if name for text in table[name].unique())
    if mark == "?":
        raise Problem(
            "Không rõ “1.234” trong bảng là một nghìn hai trăm hay một phẩy hai; hãy viết số không có dấu ngăn nghìn.",
            "It is not clear whether “1.234” in the table is a thousand or a decimal; write numbers without marks of thousands.",
        )
    found = pd.DataFrame({"period": table[wish.period].str.strip() if wish.period else ""}, index=table.index)
    for ours, theirs in columns.items():
        found[ours] = [number(text, mark) for text in table[theirs]] if theirs else float("nan")
    if not columns["value"]:
        value = _factor(wish) * found.numerator / found.denominator
        found["value"] = value.where(np.isfinite(value))
    return found


def _factor(wish: Wish) -> float:
    return wish.scale if wish.rule == "ratio" else 1.0


def _whole(rows: pd.DataFrame, wish: Wish) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The rows without parts of provinces that cannot be put together with the rest, and those parts."""
    part = rows.how == PART
    lone = alone(rows, ["area_id", "period"])
    left = [
        _left(line, code, "tỉnh đã nhập vào tỉnh khác, tỉnh nhận không có số liệu cùng kỳ",
              "a province that became part of another, which has no figure of that period")
        for line, code in zip(rows.line[lone], rows.code[lone], strict=True)
    ]  # fmt: skip
    adds = _adds(rows, wish).groupby([rows.area_id, rows.period]).transform("all")
    idle = part & ~lone & ~adds
    left += [
        _left(line, code, "tỉnh đã nhập vào tỉnh khác: số liệu này không cộng được",
              "a province that became part of another: this figure does not add up")
        for line, code in zip(rows.line[idle], rows.code[idle], strict=True)
    ]  # fmt: skip
    return rows[~lone & ~idle], left


def _adds(rows: pd.DataFrame, wish: Wish) -> pd.Series:
    """Whether the figure of a row can be put together with others."""
    if wish.rule in PARTED:
        return rows.numerator.notna() & rows.denominator.notna()
    return pd.Series(wish.rule == "sum", index=rows.index)


def _refuse_twice(rows: pd.DataFrame, wish: Wish) -> None:
    several = rows.how.isin(("older", PART)).groupby([rows.area_id, rows.period]).transform("any")
    twice = rows.duplicated(["area_id", "period"], keep=False) & ~(several & (wish.rule in ("sum", *PARTED)))
    if twice.any():
        lines = ", ".join(map(str, rows.line[twice].head(SHOWN))) + (", …" if twice.sum() > SHOWN else "")
        raise Problem(
            f"Nhiều dòng nói về cùng một đơn vị và kỳ (dòng {lines}); bỏ hoặc gộp các dòng ấy rồi gửi lại.",
            f"Several rows are of one area and period (lines {lines}); drop or merge those lines and send it again.",
        )


def _left(line: int, code: str, vi: str, en: str) -> dict[str, Any]:
    return {"line": int(line), "code": code or None, "reason": vi, "reason_en": en}


def _columns(table: pd.DataFrame, wish: Wish) -> dict[str, str]:
    """Where each number stands; a figure with numerator and denominator needs no column of its own."""
    columns = {"value": wish.value, "numerator": wish.numerator, "denominator": wish.denominator}
    if wish.rule in PARTED and wish.numerator and wish.denominator and wish.value not in table:
        columns["value"] = ""
    return columns


def _lines(left: list[dict[str, Any]], word: str, reason: str) -> str:
    told = [f"{word} {one['line']} ({one[reason].rstrip('.')})" for one in left[:TOLD]]
    return "; ".join(told) + ("; …" if len(left) > TOLD else "")


def _no_numbers(table: pd.DataFrame, found: pd.DataFrame, columns: dict[str, str]) -> list[dict[str, Any]]:
    """Cells of known areas that hold something else than a number."""
    said = []
    for ours, theirs in columns.items():
        if not theirs:
            continue
        cells = table[theirs][found.index]
        wrong = found[ours].isna() & found.area_id.notna() & ~cells.str.strip().isin(BLANK_WORDS)
        for line, code, text in zip(found.line[wrong], found.code[wrong], cells[wrong], strict=True):
            vi, en = f"“{text[:40]}” ở cột {theirs} không phải là số", f"“{text[:40]}” in column {theirs} is no number"
            said.append(_left(line, code, vi, en))
    return said


def _put_together(rows: pd.DataFrame, wish: Wish) -> pd.DataFrame:
    """Rows of places that became one area are its parts: their sums are its figure, where all of them have one."""
    parts = ["value", "numerator", "denominator"]
    figures = rows.groupby(["area_id", "period"])[parts]
    sums = figures.sum().where(figures.count().eq(figures.size(), axis=0)).round(DIGITS)
    if wish.rule in PARTED:
        sums["value"] = sums.value.where(figures.size().eq(1), _factor(wish) * sums.numerator / sums.denominator)
    blank = ["no_data" if pd.isna(value) else None for value in sums.value]
    return sums.assign(blank=pd.Series(blank, index=sums.index, dtype=object)).reset_index()
