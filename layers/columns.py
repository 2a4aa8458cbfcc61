"""Columns of a foreign file brought to the fields of a layer: found by name, read by type, refused row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from geo.coordinates import number
from geo.errors import Problem
from geo.reading import Refusal
from geo.text import fold
from layers.layer import Field, Layer

_YES = frozenset(("1", "true", "yes", "y", "co", "x", "dung"))
_NO = frozenset(("0", "false", "no", "n", "khong", "sai"))
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d")
_CLOCKS = (
    "",
    " %H:%M",
    " %H:%M:%S",
    "T%H:%M",
    "T%H:%M:%S",
    "T%H:%M:%S%z",
    " %H:%M:%S%z",
    "T%H:%M:%S.%f%z",
    " %H:%M:%S.%f",
)


@dataclass(kw_only=True)
class Columns:
    """How columns of a file became fields: `mapped` is field -> column (or `=value`), `left` the columns not used."""

    mapped: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def match(layer: Layer, names: list[str], chosen: Mapping[str, str]) -> Columns:
    """Find the column of each field: the chosen one, else by the field's name or title without diacritics.

    `chosen` is field -> column, or field -> `=value` for one value in all rows. Raises Problem for a field or column
    that does not exist, and where a required field has no column.
    """
    fields = {f.name: f for f in layer.fields}
    folded = {fold(n): n for n in reversed(names)}
    for name, column in chosen.items():
        if name not in fields:
            raise Problem(
                f"Lớp {layer.id} không có trường “{name}”; các trường: {', '.join(fields)}.",
                f"The layer {layer.id} has no field “{name}”; its fields: {', '.join(fields)}.",
            )
        if not column.startswith("=") and column not in names:
            raise Problem(
                f"Tệp không có cột “{column}”; các cột: {', '.join(names)}.",
                f"The file has no column “{column}”; its columns: {', '.join(names)}.",
            )
    found = Columns(mapped=dict(chosen))
    for name, one in fields.items():
        for key in (name, one.title, one.title_en):
            if name not in found.mapped and fold(key) in folded and folded[fold(key)] not in found.mapped.values():
                found.mapped[name] = folded[fold(key)]
    found.left = [n for n in names if n not in found.mapped.values()]
    missing = [f for f in fields.values() if needed(layer, f) and f.name not in found.mapped]
    if missing:
        vi = ", ".join(f"{f.name} ({f.title})" for f in missing)
        en = ", ".join(f"{f.name} ({f.title_en})" for f in missing)
        raise Problem(
            f"Tệp thiếu cột cho trường bắt buộc: {vi}; các cột chưa dùng: {', '.join(found.left) or 'không có'} – "
            "hãy nêu bằng --map trường=cột hoặc --map trường==giá trị.",
            f"The file has no column for required fields: {en}; unused columns: {', '.join(found.left) or 'none'} – "
            "name them with --map field=column or --map field==value.",
        )
    return found


def needed(layer: Layer, one: Field) -> bool:
    """Whether a row cannot be stored without the field."""
    column = layer.table.c.get(one.name)
    return column is not None and not column.nullable and column.server_default is None


def convert(layer: Layer, frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Read the mapped columns by the types of their fields; rows with a wrong value are left out and listed."""
    fields = {f.name: f for f in layer.fields}
    made: dict[str, list[Any]] = {}
    bad: dict[int, tuple[str, str]] = {}
    for name, column in columns.mapped.items():
        one = fields[name]
        values = [column[1:]] * len(frame) if column.startswith("=") else frame[column].tolist()
        made[name] = []
        for row, raw in zip(frame.index, values, strict=True):
            value = _missing_to_none(raw)
            if value is None:
                if needed(layer, one):
                    bad.setdefault(int(row), (f"thiếu {one.title}", f"{one.title_en} is missing"))
            else:
                try:
                    value = _coded(one, value) if one.codes else _READERS[one.type](value)
                    if one.type in ("number", "integer") and not one.holds(float(value)):
                        raise ValueError
                except ValueError:
                    bad.setdefault(int(row), _wrong(one, raw))
                    value = None
            made[name].append(value)
    columns.refused = [Refusal(row, vi, en) for row, (vi, en) in sorted(bad.items())]
    table = pd.DataFrame(made, index=frame.index, dtype=object)
    return table[~table.index.isin(list(bad))]


def _missing_to_none(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return (value.strip() or None) if isinstance(value, str) else value


def _wrong(one: Field, raw: Any) -> tuple[str, str]:
    if one.codes:
        allowed = ", ".join(c.value for c in one.codes[:12]) + ("…" if len(one.codes) > 12 else "")
        return (
            f"{one.title}: “{raw}” không có trong danh mục ({allowed})",
            f"{one.title_en}: “{raw}” is not a known code ({allowed})",
        )
    if any(one.bounds):
        vi, en = one.bounds
        return (f"{one.title}: “{raw}” không phải số {vi}", f"{one.title_en}: “{raw}” is not a number {en}")
    kinds = {
        "number": ("số", "a number"), "integer": ("số nguyên", "a whole number"), "date": ("ngày", "a date"),
        "datetime": ("thời điểm", "a moment"), "boolean": ("có hoặc không", "yes or no"), "text": ("chữ", "text"),
    }  # fmt: skip
    return (
        f"{one.title}: “{raw}” không phải {kinds[one.type][0]}",
        f"{one.title_en}: “{raw}” is not {kinds[one.type][1]}",
    )


def _coded(one: Field, value: Any) -> str:
    word = fold(_text(value))
    for code in one.codes:
        if word in (fold(code.value), fold(code.title), fold(code.title_en)):
            return code.value
    raise ValueError(value)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(value: Any) -> float:
    read = number(value)
    if math.isnan(read):
        raise ValueError(value)
    return read


def _integer(value: Any) -> int:
    read = _number(value)
    if not read.is_integer():
        raise ValueError(value)
    return int(read)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    plain = str(value).strip().replace("Z", "+0000")
    for day in _DATES:
        for clock in _CLOCKS:
            try:
                return datetime.strptime(plain, day + clock)
            except ValueError:
                continue
    raise ValueError(value)


def _boolean(value: Any) -> bool:
    word = fold(_text(value))
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "date": lambda v: _moment(v).date(),
    "datetime": _moment,
    "boolean": _boolean,
}
