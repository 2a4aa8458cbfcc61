"""One indicator of one area through time, as the database keeps it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.indicators import periods
from layers.indicators.course import Steps, years
from layers.indicators.periods import Period
from layers.indicators.targets import steps_in
from services.database import unpacked

_EPOCH = date(2000, 1, 1)  # of the database's dates


@lru_cache(maxsize=50_000)
def _period(letter: str, day: int) -> Period:
    """The same periods come in every line: to make them anew took most of the time of a page."""
    return periods.restore(letter, _EPOCH + timedelta(days=day))


@dataclass(frozen=True)
class Line:
    """Periods of one kind, ascending by their stored days (counted from 2000); NaN is a blank, told by first day."""

    letter: str
    days: npt.NDArray[Any]
    values: npt.NDArray[np.float64]
    blanks: Mapping[str, str]
    sample: bool
    warnings: Mapping[str, str] = field(default_factory=dict)

    @property
    def periods(self) -> list[Period]:
        """Every period, ascending."""
        return [self.period(place) for place in range(len(self.days))]

    def period(self, place: int) -> Period:
        """The period at a place of the line."""
        return _period(self.letter, int(self.days[place]))

    @property
    def last(self) -> Period:
        """The newest period."""
        return self.period(-1)

    def until(self, other: Period | None) -> Period | None:
        """The newest period that ends no later than another one; the newest of all without one."""
        if other is None:
            return self.last
        place = bisect_right(range(len(self.days)), other.end, key=lambda at: self.period(at).end)
        return self.period(place - 1) if place else None

    def value(self, period: Period) -> float | None:
        """The value of a period; None for a blank or a period that is not told."""
        at = self._place(period)
        return float(self.values[at]) if at is not None and np.isfinite(self.values[at]) else None

    def blank(self, period: Period) -> str:
        """Why a period has no value."""
        return self.blanks.get(period.stored_start.isoformat(), "no_data")

    def before(self, period: Period, most: int) -> list[tuple[Period, float | None]]:
        """The last periods up to this one, at most so many, ascending."""
        end = bisect_right(self.days, (period.stored_start - _EPOCH).days)
        values: list[float | None] = [
            float(v) if np.isfinite(v) else None for v in self.values[max(0, end - most) : end]
        ]
        return list(zip(map(self.period, range(max(0, end - most), end)), values, strict=True))

    def year(self, period: Period) -> Steps:
        """The values of the year that a period is counted in, up to this period."""
        return years(self.before(period, steps_in(period)))[period.in_year]

    def courses(self) -> dict[int, Steps]:
        """The values of every year."""
        return years(zip(map(self.period, range(len(self.days))), self.values.tolist(), strict=True))

    def _place(self, period: Period) -> int | None:
        day = (period.stored_start - _EPOCH).days
        at = int(np.searchsorted(self.days, day))
        return at if period.letter == self.letter and at < len(self.days) and self.days[at] == day else None


def line(
    letter: str,
    starts: bytes,
    values: bytes,
    blanks: Mapping[str, str] | None,
    sample: bool,
    warnings: Mapping[str, str] | None = None,
) -> Line:
    """Return the line of a row of `figure_series`, its arrays as the database sends them, whatever their order."""
    days, numbers = unpacked(starts, ">i4"), unpacked(values, ">f8").astype(np.float64)
    order = np.argsort(days)
    return Line(letter, days[order].astype(np.int64), numbers[order], blanks or {}, sample, warnings or {})


class Lines(Mapping[str, Line]):
    """The lines of one indicator in one area by their letter, each made when it is first asked for."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[bytes, bytes, Mapping[str, str] | None, bool]] = {}
        self._made: dict[str, Line] = {}

    def add(self, letter: str, starts: bytes, values: bytes, blanks: Mapping[str, str] | None, sample: bool) -> None:
        """Add a row of `figure_series`."""
        self._rows[letter] = (starts, values, blanks, sample)

    def __getitem__(self, letter: str) -> Line:
        if letter not in self._made:
            self._made[letter] = line(letter, *self._rows[letter])
        return self._made[letter]

    def __contains__(self, letter: object) -> bool:
        return letter in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
