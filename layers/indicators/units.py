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
    """A unit: one of it is `factor` of `base`; a relative one (a share, an amount per head) does not add up.

    `words` are what it is called in English, in the singular.
    """

    name: str
    base: str
    factor: float
    relative: bool
    words: tuple[str, ...] = ()


def units() -> Mapping[str, Unit]:
    """Return every unit by its name."""
    return _read(path("units.csv"))


@cache
def _read(file: Path) -> Mapping[str, Unit]:
    with file.open(encoding="utf-8", newline="") as lines:
        read = csv.DictReader(lines)
        made = (
            Unit(r["unit"], r["base"], float(r["factor"]), r["relative"] == "yes", _words(r["words"])) for r in read
        )
        return MappingProxyType({one.name: one for one in made})


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(";") if word)


def named(said: str) -> str:
    """The unit meant by its name or an English word for it; the text itself where it is neither."""
    if said in units():
        return said
    word = " ".join(said.lower().split())
    singular = {word, word.removesuffix("s"), word.replace("persons", "person")}
    return next((one.name for one in units().values() if singular & {w.lower() for w in one.words}), said)


def factor(given: str, wanted: str) -> float | None:
    """How many of the wanted unit one of the given unit is; None where they measure different things."""
    known = units()
    if given not in known or wanted not in known or known[given].base != known[wanted].base:
        return None
    return known[given].factor / known[wanted].factor
