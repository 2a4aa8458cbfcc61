"""Tidy tables of figures as people send them: columns found by name, every cell understood or refused with its row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from geo.coordinates import decimal_mark, number, read_rows
from geo.errors import Problem
from geo.formats import checksum, refuse_foreign
from geo.reading import Refusal
from geo.text import fold
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find, load

_COLUMNS: dict[str, tuple[str, ...]] = {
    "area_code": ("area code", "ma don vi", "ma dvhc", "ma xa", "ma tinh", "ma dia phuong", "code", "ma"),
    "area_name": ("area name", "ten don vi", "ten xa", "ten tinh", "dia phuong", "don vi hanh chinh", "name", "ten"),
    "period": ("period", "ky", "ky bao cao", "ky so lieu", "thoi gian", "nam", "thang", "quy", "year"),
    "indicator": ("indicator", "chi tieu", "ma chi tieu", "ten chi tieu"),
    "value": ("value", "gia tri", "so lieu", "thuc hien"),
    "unit": ("unit", "don vi tinh", "dvt"),
    "numerator": ("numerator", "tu so"),
    "denominator": ("denominator", "mau so"),
    "status": ("status", "flag", "trang thai"),
    "raw": ("raw",),
    "source": ("source", "nguon"),
}  # fmt: skip
_NUMBERS = ("value", "numerator", "denominator")
_REQUIRED = ("area_code", "period", "indicator", "value")

BLANKS: Mapping[str, str] = {
    "": "no_data", "na": "no_data", "n a": "no_data", "null": "no_data", "none": "no_data", "nan": "no_data",
    "dang cap nhat": "no_data", "chua co": "no_data", "chua co so lieu": "no_data", "khong co so lieu": "no_data",
    "cham nop": "late", "chua nop": "late", "chua den han": "not_due", "chua den ky": "not_due",
    "khong ap dung": "not_applicable", "khong phat sinh": "not_applicable",
    "bao mat": "suppressed", "mat": "suppressed",
}  # fmt: skip
"""Words people write instead of a number, folded -> which of the five blanks is meant; `..` and `-` fold to nothing."""

_STATUS = {
    "p": "preliminary", "preliminary": "preliminary", "so bo": "preliminary", "e": "estimate", "estimate": "estimate",
    "uoc": "estimate", "uoc tinh": "estimate", "f": "final", "final": "final", "chinh thuc": "final", "": "final",
}  # fmt: skip


@dataclass(kw_only=True)
class Figures:
    """A table understood; `rows`: line, area_code, area_name, indicator (code), said, period (key), value, blank, …"""

    rows: pd.DataFrame
    total: int
    checksum: str
    sources: list[str]
    columns: dict[str, str]
    unknown_indicators: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def read_figures(
    path: Path, *, encoding: str | None = None, chosen: Mapping[str, str] | None = None, decimal: str = ""
) -> Figures:
    """Read a tidy table (CSV, TSV, XLSX) into the catalogue's units. Raises Problem where columns are missing.

    `chosen` is our column -> theirs. Rows with an indicator the catalogue does not know are counted and left out; rows
    with an unknown period, unit or text for a value are refused with their line.
    """
    refuse_foreign(path)
    table, _ = read_rows(path, encoding)
    names = _names([str(c) for c in table.columns], chosen or {})
    table = pd.DataFrame({ours: table[theirs] for ours, theirs in names.items()})
    for ours in _COLUMNS.keys() - names.keys():
        table[ours] = ""
    mark = decimal or decimal_mark(v for c in _NUMBERS for v in table[c].unique())
    if mark not in (".", ","):
        raise Problem(
            "Không rõ “1.234” trong tệp là một nghìn hai trăm hay một phẩy hai; hãy nêu --decimal , hoặc --decimal .",
            "It is not clear whether “1.234” in the file is a thousand or a decimal; say --decimal , or --decimal .",
        )
    for column in _NUMBERS:
        table[f"{column}_read"] = [number(v, mark) for v in table[column]]
    known = {said: find(said) or _by_name(said) for said in table["indicator"].unique()}
    unknown = table[table["indicator"].map(lambda s: known[s] is None)]
    figures = Figures(
        rows=table.iloc[:0], total=len(table), checksum=checksum(path), columns=names,
        sources=[s for s in table["source"].unique() if s][:3],
        unknown_indicators={str(k) or "(trống)": int(v) for k, v in unknown["indicator"].value_counts().items()},
    )  # fmt: skip
    table = table.drop(index=unknown.index)
    spans, bad_periods = _periods(table["period"].unique().tolist())
    rows: list[dict[str, Any]] = []
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        one = known[row["indicator"]]
        assert one is not None
        wrong = bad_periods.get(row["period"]) or _unit_fault(one, row["unit"]) or _value_fault(row)
        if wrong:
            figures.refused.append(Refusal(int(line), *wrong))
            continue
        rows.append(_row(int(line), row, one, spans[row["period"]], figures))
    figures.rows = pd.DataFrame(rows, columns=[
        "line", "area_code", "area_name", "indicator", "said", "period", "value", "numerator", "denominator", "status",
        "blank",
    ])  # fmt: skip
    # A column of text would turn "no reason" into NaN, which is true.
    figures.rows["blank"] = pd.Series([row["blank"] for row in rows], dtype=object)
    return figures


def _by_name(said: str) -> Indicator | None:
    """The indicator of this Vietnamese or English name, where only one has it."""
    word = fold(said)
    found = [one for one in load()[1] if word and word in (fold(one.name), fold(one.name_en))]
    return found[0] if len(found) == 1 else None


def _names(there: list[str], chosen: Mapping[str, str]) -> dict[str, str]:
    for ours, theirs in chosen.items():
        if ours not in _COLUMNS or theirs not in there:
            raise Problem(
                f"--map {ours}={theirs} không dùng được; cột của tệp: {', '.join(there)}; cột cần: "
                f"{', '.join(_COLUMNS)}.",
                f"--map {ours}={theirs} cannot be used; the file has {', '.join(there)}; wanted are "
                f"{', '.join(_COLUMNS)}.",
            )
    folded = {fold(n): n for n in reversed(there)}
    names = dict(chosen)
    for ours, spellings in _COLUMNS.items():
        found = next((folded[s] for s in spellings if s in folded), None)
        if ours not in names and found:
            names[ours] = found
    if missing := [c for c in _REQUIRED if c not in names]:
        raise Problem(
            f"Tệp thiếu cột {', '.join(missing)}; các cột có: {', '.join(there[:12])} – hãy nêu bằng --map "
            f"{missing[0]}=tên cột.",
            f"The file lacks {', '.join(missing)}; it has {', '.join(there[:12])} – name it with --map "
            f"{missing[0]}=column.",
        )
    return names


def _periods(texts: list[str]) -> tuple[dict[str, periods.Period], dict[str, tuple[str, str]]]:
    spans: dict[str, periods.Period] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for text in texts:
        try:
            spans[text] = periods.parse(text)
        except ValueError as error:
            wrong[text] = (
                str(error),
                f"The period “{text}” is not understood; write 2025, 2025-H1, 2025-Q3, 2025-07, 2025-W30 or "
                "2025-07-14.",
            )
    return spans, wrong


def _unit_fault(one: Indicator, unit: str) -> tuple[str, str] | None:
    if not unit or unit == one.unit or unit in one.source_units:
        return None
    allowed = ", ".join(dict.fromkeys([one.unit, *one.source_units]))
    return f"{one.code}: đơn vị “{unit}” không đổi được ra {one.unit} (nhận: {allowed})", (
        f"{one.code}: the unit “{unit}” cannot be turned into {one.unit} (accepted: {allowed})"
    )


def _value_fault(row: Mapping[Any, Any]) -> tuple[str, str] | None:
    for column in _NUMBERS:
        said = str(row[column])
        if math.isnan(row[f"{column}_read"]) and fold(said) not in BLANKS:
            return f"cột {column} ghi “{said}”, không phải số", f"the column {column} says “{said}”, not a number"
    return None


def _row(line: int, row: Mapping[Any, Any], one: Indicator, span: periods.Period, figures: Figures) -> dict[str, Any]:
    factor = one.source_units.get(row["unit"], 1.0)
    value = row["value_read"] * factor
    top, bottom = row["numerator_read"], row["denominator_read"]
    if math.isnan(value) and one.is_ratio and bottom and not math.isnan(top / bottom):
        value = one.scale * top / bottom
    blank = None
    if math.isnan(value):
        said = str(row["value"]).strip() or str(row["raw"]).strip()
        blank = BLANKS.get(fold(said), "no_data")
        figures.words[said or "(trống)"] = figures.words.get(said or "(trống)", 0) + 1
    return {
        "line": line, "area_code": str(row["area_code"]).strip(), "area_name": str(row["area_name"]).strip(),
        "indicator": one.code, "said": row["indicator"], "period": span.key, "value": value,
        "numerator": top, "denominator": bottom, "status": _STATUS.get(fold(str(row["status"])), "final"),
        "blank": blank,
    }  # fmt: skip
