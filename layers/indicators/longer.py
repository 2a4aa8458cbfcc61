"""Longer periods made of shorter ones: which, where they begin, and how a figure of theirs follows from its parts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from layers.indicators.catalogue import Indicator, find

Part = Literal["sum", "last"]
MONTHS = {"M": 1, "T": 1, "Q": 3, "H": 6, "N": 9, "Y": 12}


@dataclass(frozen=True, slots=True)
class Longer:
    """The civil kinds of periods (stored letters) that are made of one shorter kind."""

    shorter: str
    longer: tuple[str, ...]

    def sql(self) -> str:
        """Rows of kind, first day, first day of the last part and number of parts, of those that hold a day.

        SQL over `o.part`, the shorter period's first day, and its year `y` and month `m`.
        """
        return ", ".join(f"('{letter}'::char(1), {_words(self.shorter, letter)})" for letter in self.longer)

    @property
    def step(self) -> str:
        """How long the shorter kind is, as an SQL interval."""
        return "1 day" if self.shorter == "D" else f"{MONTHS[self.shorter]} months"

    def spans(self, days: Collection[date]) -> list[tuple[date, date]]:
        """Return first day and day after of the longer periods that hold these days."""
        starts = {(letter, start) for letter in self.longer for day in days if (start := _start(letter, day))}
        return sorted((start, _end(letter, start)) for letter, start in starts)


OF_DAYS = Longer("D", ("W", "M"))
OF_MONTHS = Longer("M", ("Q", "H", "N", "Y"))
OF_QUARTERS = Longer("Q", ("H", "N", "Y"))
OF_CUMULATIVES = Longer("T", ("Q", "H", "N", "Y"))  # kept by their last months; the last of them is the whole

STAGES = ((OF_DAYS,), (OF_MONTHS, OF_QUARTERS, OF_CUMULATIVES))
"""In this order: months made of days are parts of quarters."""

_CHAINS = {
    "day": (OF_DAYS, OF_MONTHS),
    "week": (OF_MONTHS,),  # weeks lie across months: such indicators report months beside weeks
    "month": (OF_MONTHS,),
    "quarter": (OF_QUARTERS,),
    "to_date": (OF_CUMULATIVES,),
}


def longer_of(one: Indicator) -> tuple[Longer, ...]:
    """Return the longer periods that an indicator's figures are made for."""
    return _CHAINS.get(one.period, ())


def part_rules(one: Indicator) -> tuple[Part, Part]:
    """Return how numerator and denominator go into a longer period: added, or as they stand at its end.

    A part that is an indicator follows its own rule in time. Of a share both parts are of one nature, so an unnamed
    numerator goes with its denominator.
    """
    above, below = _part(one.numerator), _part(one.denominator)
    if one.unit == "%":
        above, below = above or below, below or above
    return above or "sum", below or "sum"


def _part(code: str) -> Part | None:
    one = find(code) if code else None
    return None if one is None else "sum" if one.time_rule == "sum" else "last"


def _words(shorter: str, letter: str) -> str:
    if letter == "W":
        monday = "o.part - date_part('isodow', o.part)::int + 1"
        return f"{monday}, {monday} + 6, 7"
    if shorter == "D":
        first, after = "make_date(y, m, 1)", "make_date(y + m / 12, m % 12 + 1, 1)"
        return f"{first}, {after} - 1, {after} - {first}"
    months, step = MONTHS[letter], MONTHS[shorter]
    first_month = "1" if letter in "NY" else f"(m - 1) / {months} * {months} + 1"
    last_month = f"{first_month} + {months - step}"
    return f"make_date(y, {first_month}, 1), make_date(y, {last_month}, 1), {months // step}"


def _start(letter: str, day: date) -> date | None:
    if letter == "W":
        return day - timedelta(days=day.weekday())
    if letter == "N" and day.month > 9:
        return None
    months = MONTHS[letter] if letter != "N" else 12
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _end(letter: str, start: date) -> date:
    if letter == "W":
        return start + timedelta(days=7)
    month = start.month - 1 + MONTHS[letter]
    return date(start.year + month // 12, month % 12 + 1, 1)
