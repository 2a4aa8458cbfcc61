"""Boundary vintages: the spans between two reforms, each named by its first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Vintage:
    """The areas that stood from one reform to the next; `until` is the first day they are no more."""

    start: date
    until: date | None
    title: str
    title_en: str

    @property
    def id(self) -> str:
        """The first day, as text: the name of the vintage in addresses."""
        return self.start.isoformat()


VINTAGES: tuple[Vintage, ...] = (
    Vintage(
        date(2008, 8, 1),
        date(2025, 7, 1),
        "63 tỉnh, thành phố (trước 1/7/2025)",
        "63 provinces (before 1 July 2025)",
    ),
    Vintage(date(2025, 7, 1), None, "34 tỉnh, thành phố (từ 1/7/2025)", "34 provinces (since 1 July 2025)"),
)
CURRENT: Vintage = VINTAGES[-1]


def vintage_on(day: date) -> Vintage:
    """Return the vintage that holds a day; a day before the first one gives the first."""
    return next((v for v in reversed(VINTAGES) if v.start <= day), VINTAGES[0])


def vintage_of(valid_from: date, valid_to: date | None) -> Vintage:
    """Return the vintage an area belongs to: the last one that begins before the area ends."""
    assert valid_to is None or valid_to > valid_from
    return next((v for v in reversed(VINTAGES) if valid_to is None or v.start < valid_to), VINTAGES[0])


# The same as SQL over columns `valid_from` and `valid_to` of a table aliased `a`.
VINTAGE_SQL = (
    "CASE "
    + " ".join(
        f"WHEN a.valid_to IS NULL OR a.valid_to > DATE '{v.start}' THEN DATE '{v.start}'" for v in reversed(VINTAGES)
    )
    + f" ELSE DATE '{VINTAGES[0].start}' END"
)
