"""The closed list of units that figures are declared in, and which of them measure the same."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from layers.indicators.files import path


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: one of it is `factor` of `base`; a relative one (a share, an amount per head) does not add up."""

    name: str
    base: str
    factor: float
    relative: bool


def units() -> Mapping[str, Unit]:
    """Return every unit by its name."""
    return _read(path("units.csv"))


@cache
def _read(file: Path) -> Mapping[str, Unit]:
    with file.open(encoding="utf-8", newline="") as lines:
        read = csv.DictReader(lines)
        made = (Unit(r["unit"], r["base"], float(r["factor"]), r["relative"] == "yes") for r in read)
        return MappingProxyType({one.name: one for one in made})


def factor(given: str, wanted: str) -> float | None:
    """How many of the wanted unit one of the given unit is; None where they measure different things."""
    known = units()
    if given not in known or wanted not in known or known[given].base != known[wanted].base:
        return None
    return known[given].factor / known[wanted].factor
