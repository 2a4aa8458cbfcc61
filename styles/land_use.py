"""The legal land-use codes and their map colours (TT 08/2024/TT-BTNMT, appendix II)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from styles.marks import Categories, Category


@dataclass(frozen=True)
class LandUse:
    """A land-use code; `confidence` says how well the colour is attested (corroborated, single, proposed)."""

    code: str
    parent: str
    title: str
    title_en: str
    colour: str
    confidence: str


@cache
def land_uses() -> tuple[LandUse, ...]:
    """Return the codes in the order of the circular."""
    with (Path(__file__).parent / "land_use.csv").open(encoding="utf-8", newline="") as file:
        return tuple(LandUse(**row) for row in csv.DictReader(file))


def land_use_categories(field: str) -> Categories:
    """Colour a field that holds a land-use code by the legal colours, the same on every theme."""
    return Categories(
        field,
        tuple(Category(u.code, u.colour, f"{u.code} · {u.title}", f"{u.code} · {u.title_en}") for u in land_uses()),
    )
