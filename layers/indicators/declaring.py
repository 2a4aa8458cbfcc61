"""Read the files of the catalogue: what cannot be read is told by file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import Problem
from layers.indicators.declaration import Indicator, Module, Owner

ALIAS_SEPARATOR = "|||"


def modules_of(file: Path) -> tuple[Module, ...]:
    """The modules of `modules.csv`, in menu order."""
    found = (
        Module(row["id"], row["title"], row["title_en"], int(row["order"]), row["group"], row.get("lead") or "")
        for _, row in _rows(file)
    )
    return tuple(sorted(found, key=lambda one: one.order))


def indicators_of(module: str, file: Path) -> tuple[Indicator, ...]:
    """The indicators of one module's file, in its order."""
    return tuple(_indicator(module, row, f"{file.name}, {{}} {line}") for line, row in _rows(file))


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        return [(reader.line_num, row) for row in reader]


def _indicator(module: str, row: dict[str, str], place: str) -> Indicator:
    """Make an indicator of a row; check() tells what is not in the vocabulary."""
    told: dict[str, Any] = {"module": module}
    for name, text in row.items():
        if name not in _COLUMNS:
            raise Problem(
                f"{place.format('dòng')}: không có cột “{name}”.",
                f"{place.format('line')}: there is no column “{name}”.",
            )
        if text in (None, "") and name not in _ALWAYS:
            continue
        try:
            told[name] = _COLUMNS[name](text or "")
        except ValueError as error:
            raise Problem(
                f"{place.format('dòng')}, cột {name}: không hiểu “{text}”.",
                f"{place.format('line')}, column {name}: “{text}” is not understood.",
            ) from error
    missing = [name for name in _ALWAYS if name not in told]
    if missing:
        raise Problem(
            f"{place.format('dòng')}: thiếu cột {', '.join(missing)}.",
            f"{place.format('line')}: no column {', '.join(missing)}.",
        )
    return Indicator(**told)


def _yes(text: str) -> bool:
    if text not in ("yes", "internal"):
        raise ValueError
    return text == "yes"


def _pairs(text: str) -> MappingProxyType[str, str]:
    pairs = [pair.rpartition("=") for pair in text.split(";") if pair]
    if any(not name or not value for name, _, value in pairs):
        raise ValueError
    return MappingProxyType({name.strip(): value.strip() for name, _, value in pairs})


def _owners(text: str) -> tuple[Owner, ...]:
    """“Tên@từ..đến;Tên@từ..”: either side may be open, a name alone is always."""
    found = []
    for part in text.split(";"):
        name, _, span = part.strip().partition("@")
        since, dots, until = span.partition("..")
        if not name or (span and not dots):
            raise ValueError
        found.append(Owner(name, _day(since), _day(until)))
    return tuple(found)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_COLUMNS: dict[str, Callable[[str], Any]] = {
    **{item.name: str for item in fields(Indicator)},
    **dict.fromkeys(("scale", "low", "high", "target_low", "target_high", "limit_low", "limit_high"), float),
    "decimals": int,
    "public": _yes,
    "owners": _owners,
    "plans": _pairs,
    "bands": lambda text: tuple(float(part) for part in text.split(";")),
    "aliases": lambda text: tuple(name for name in text.split(ALIAS_SEPARATOR) if name),
    "source_units": lambda text: MappingProxyType({name: float(value) for name, value in _pairs(text).items()}),
}
_ALWAYS = (
    "code",
    "name",
    "name_en",
    "unit",
    "decimals",
    "period",
    "direction",
    "lowest_level",
    "space_rule",
    "time_rule",
)
