"""Tables of figures as people send them, tidy or wide: every cell understood, or refused with its row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.columns import Role, find_columns
from boundaries.layout import Laid, lay_out
from geo.coordinates import decimal_mark, number, read_rows
from geo.errors import Problem
from geo.formats import checksum, refuse_foreign
from geo.grids import read_grid
from geo.reading import Refusal
from geo.text import fold
from layers.indicators import periods, units
from layers.indicators.catalogue import Indicator
from layers.indicators.naming import meant, so_called
from layers.indicators.wide import long

_COLUMNS: dict[str, tuple[str, ...]] = {
    "area_code": ("area code", "ma don vi", "ma dvhc", "ma xa", "ma tinh", "ma dia phuong", "code", "ma"),
    "area_name": ("area name", "ten don vi", "ten xa", "ten tinh", "dia phuong", "don vi hanh chinh", "name", "ten"),
    "district": ("district", "huyen", "quan huyen"),
    "province": ("province", "tinh", "tinh thanh pho"),
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
_AREA: Mapping[str, Role] = {"area_code": "code", "area_name": "name", "district": "district", "province": "province"}

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
    """A table understood.

    `rows`: line, column (heading of the value), area_code, area_name, indicator (code), said, period (key), value, blank,
    factor (of the value's unit in the file), … and the columns asked for besides; `table`: the columns that were
    understood, as written, by line; `roles`: which of them tell the area.
    """

    rows: pd.DataFrame
    table: pd.DataFrame
    roles: dict[Role, str]
    total: int
    checksum: str
    sources: list[str]
    columns: dict[str, str]
    unknown_indicators: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def read_figures(
    path: Path,
    *,
    encoding: str | None = None,
    chosen: Mapping[str, str] | None = None,
    decimal: str = "",
    indicator: str = "",
    called: Mapping[str, str] | None = None,
    period: str = "",
    unit: Mapping[str, str] | None = None,
    texts: Mapping[str, tuple[str, ...]] | None = None,
    amounts: Mapping[str, tuple[str, ...]] | None = None,
) -> Figures:
    """Read a table (CSV, TSV, XLSX, JSON) into the catalogue's units. Raises Problem where columns are missing.

    `chosen` is our column -> theirs; `indicator` and `period` stand for columns the file lacks, `indicator` also for the
    one name in its column that the catalogue does not know; `called` tells what its names mean. A table without a column
    of values is wide: each column headed by an indicator, a period or both holds figures. `unit` is what figures
    are in, whatever the file says: by code of the indicator, under "" of all that can be in it. `texts` and `amounts`
    (numbers in the unit of the value) are further columns, or further headings of ours, folded. Rows with an indicator
    the catalogue does not know are counted and left out; rows with an unknown period, unit or text for a number are
    refused with their line.
    """
    refuse_foreign(path)
    laid = _laid(path, encoding)
    more = {**(texts or {}), **(amounts or {})}
    columns = {**_COLUMNS, **{ours: (*_COLUMNS.get(ours, ()), *spellings) for ours, spellings in more.items()}}
    names = _names(laid.frame, chosen or {}, columns)
    further = [ours for ours in more if ours not in _COLUMNS]
    numbers = (*_NUMBERS, *(amounts or {}))
    fixed = {"indicator": indicator, "period": period}
    table = long(laid, names, {k: v for k, v in fixed.items() if v})
    for ours in columns.keys() - set(table.columns):
        table[ours] = ""
    if "indicator" in names:
        table["indicator"] = so_called(table["indicator"], {**(called or {}), "": indicator})
    elif called:
        raise Problem(
            f"--indicator “{next(iter(called))}=…”: tệp không có cột chỉ tiêu.",
            f"--indicator “{next(iter(called))}=…”: the file has no column of indicators.",
        )
    used = {*names.values(), *table["column"]}
    mark = decimal or decimal_mark(v for c in numbers for v in table[c].unique())
    if mark not in (".", ","):
        raise Problem(
            "Không rõ “1.234” trong tệp là một nghìn hai trăm hay một phẩy hai; hãy nêu --decimal , hoặc --decimal .",
            "It is not clear whether “1.234” in the file is a thousand or a decimal; say --decimal , or --decimal .",
        )
    for column in numbers:
        table[f"{column}_read"] = [number(v, mark) for v in table[column]]
    known = {said: meant(said) for said in table["indicator"].unique()}
    lost = table["indicator"].map(lambda s: known[s] is None)
    figures = Figures(
        rows=table.iloc[:0], table=laid.frame[[c for c in laid.frame.columns if c in used]],
        roles={role: names[ours] for ours, role in _AREA.items() if ours in names}, total=len(table), checksum=checksum(path), columns=names,
        sources=[s for s in table["source"].unique() if s][:3],
        unknown_indicators={
            str(k) or "(trống)": int(v) for k, v in table[lost]["indicator"].value_counts().items()
        },
    )  # fmt: skip
    table = table[~lost]
    spans, bad_periods = _periods(table, known)
    asked = dict(unit or {})
    _refuse_idle(asked, {one for one in known.values() if one})
    rows: list[dict[str, Any]] = []
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        one = known[row["indicator"]]
        assert one is not None
        pair = row["indicator"], row["period"]
        said_unit = _unit(one, row["unit"], asked)
        wrong = bad_periods.get(pair) or _unit_fault(one, said_unit) or _value_fault(row, numbers, names)
        if wrong:
            figures.refused.append(Refusal(int(line), *wrong))
            continue
        factor = _factor(one, said_unit) or 1.0
        said = {c: row[f"{c}_read"] * factor if c in numbers else str(row[c]).strip() for c in further}
        rows.append({**_row(int(line), row, one, spans[pair], factor, figures), **said})
    figures.rows = pd.DataFrame(rows, columns=[
        "line", "column", "area_code", "area_name", "indicator", "said", "period", "value", "numerator", "denominator", "status",
        "blank", "factor", *further,
    ])  # fmt: skip
    # A column of text would turn "no reason" into NaN, which is true.
    figures.rows["blank"] = pd.Series([row["blank"] for row in rows], dtype=object)
    return figures


def _laid(path: Path, encoding: str | None) -> Laid:
    if path.suffix.lower() == ".json":
        frame = read_rows(path, encoding)[0]
        return Laid(frame, {str(c): (str(c),) for c in frame.columns})
    return lay_out(read_grid(path, encoding)[0])


def _names(table: pd.DataFrame, chosen: Mapping[str, str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Our columns -> theirs: as chosen, areas by what stands in the columns, the others by their headings."""
    there = [str(c) for c in table.columns]
    for ours, theirs in chosen.items():
        if ours not in columns or theirs not in there:
            raise Problem(
                f"--map {ours}={theirs} không dùng được; cột của tệp: {', '.join(there)}; cột cần: "
                f"{', '.join(columns)}.",
                f"--map {ours}={theirs} cannot be used; the file has {', '.join(there)}; wanted are "
                f"{', '.join(columns)}.",
            )
    folded = {fold(n): n for n in reversed(there)}
    by_heading = {
        ours: found
        for ours, spellings in columns.items()
        if (found := next((folded[s] for s in spellings if s in folded), None))
    }
    others = {ours: theirs for ours, theirs in {**by_heading, **chosen}.items() if ours not in _AREA}
    taken = {*others.values(), *chosen.values()}
    by_content = find_columns(table, skip=taken)
    areas = {ours: by_content[role] for ours, role in _AREA.items() if role in by_content}
    # Where nothing in a column is known its heading must do, so that every row can be told why it is refused.
    for ours in ("area_code", "area_name"):
        if ours in by_heading and by_heading[ours] not in {*areas.values(), *taken}:
            areas.setdefault(ours, by_heading[ours])
    names = {**others, **areas, **chosen}
    if not names.keys() & {"area_code", "area_name"}:
        raise Problem(
            f"Tệp thiếu cột area_code hoặc area_name; các cột có: {', '.join(there[:12])} – hãy nêu bằng --map "
            "area_code=tên cột.",
            f"The file lacks area_code or area_name; it has {', '.join(there[:12])} – name one with --map "
            "area_code=column.",
        )
    return {ours: names[ours] for ours in columns if ours in names}


def _periods(
    table: pd.DataFrame, known: Mapping[str, Indicator | None]
) -> tuple[dict[tuple[str, str], periods.Period], dict[tuple[str, str], tuple[str, str]]]:
    """What each period means beside its indicator, by both as written; and what cannot be understood."""
    spans: dict[tuple[str, str], periods.Period] = {}
    wrong: dict[tuple[str, str], tuple[str, str]] = {}
    for said, text in table[["indicator", "period"]].drop_duplicates().itertuples(index=False, name=None):
        one = known[said]
        assert one is not None
        try:
            spans[said, text] = periods.of_indicator(text, one)
        except ValueError as error:
            wrong[said, text] = (
                str(error),
                f"The period “{text}” is not understood; write 2025, 2025-H1, 2025-Q3, 2025-07, 2025-W30 or "
                "2025-07-14.",
            )
    return spans, wrong


def _unit(one: Indicator, said: str, asked: Mapping[str, str]) -> str:
    """The unit that a figure is in: as asked for the indicator or for all that it fits, else as the file says."""
    for unit in (asked.get(one.code), asked.get("")):
        if unit and _factor(one, unit):
            return unit
    return said


def _factor(one: Indicator, unit: str) -> float | None:
    """How many of the indicator's unit one of this unit is; None where it measures something else."""
    if not unit or unit == one.unit:
        return 1.0
    return one.source_units.get(unit) or units.factor(units.named(unit), one.unit)


def _refuse_idle(asked: Mapping[str, str], there: set[Indicator]) -> None:
    for code, unit in asked.items():
        fits = [one for one in there if code in ("", one.code) and _factor(one, unit)]
        if not fits:
            of = f" của {code}" if code else ""
            raise Problem(
                f"--unit “{unit}”: không đổi được ra đơn vị{of or ' của chỉ tiêu nào'} trong tệp.",
                f"--unit “{unit}” cannot be turned into the unit of {code or 'any indicator'} in the file.",
            )


def _unit_fault(one: Indicator, unit: str) -> tuple[str, str] | None:
    if _factor(one, unit):
        return None
    alike = [name for name in units.units() if units.factor(name, one.unit)]
    allowed = ", ".join(dict.fromkeys([one.unit, *one.source_units, *alike]))
    return f"{one.code}: đơn vị “{unit}” không đổi được ra {one.unit} (nhận: {allowed})", (
        f"{one.code}: the unit “{unit}” cannot be turned into {one.unit} (accepted: {allowed})"
    )


def _value_fault(row: Mapping[Any, Any], numbers: Sequence[str], names: Mapping[str, str]) -> tuple[str, str] | None:
    for column in numbers:
        said = str(row[column])
        if math.isnan(row[f"{column}_read"]) and fold(said) not in BLANKS:
            theirs = row["column"] if column == "value" else names.get(column, column)
            return f"cột {theirs} ghi “{said}”, không phải số", f"the column {theirs} says “{said}”, not a number"
    return None


def _row(
    line: int, row: Mapping[Any, Any], one: Indicator, span: periods.Period, factor: float, figures: Figures
) -> dict[str, Any]:
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
        "line": line, "column": row["column"], "area_code": str(row["area_code"]).strip(), "area_name": str(row["area_name"]).strip(),
        "indicator": one.code, "said": row["indicator"], "period": span.key, "value": value,
        "numerator": top, "denominator": bottom, "status": _STATUS.get(fold(str(row["status"])), "final"),
        "blank": blank, "factor": factor,
    }  # fmt: skip
