"""Figures read for the map: which exist, periods of many areas, all periods of one area, and the newest of everything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from boundaries.vintages import Vintage
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from services.database import Reader, unpacked
from services.gazetteer import Area
from services.lines import Line, line
from services.revisions import Revisions


@dataclass(frozen=True)
class Holding:
    """The periods of one indicator at one level in one vintage, ascending, and the provinces they are for."""

    level: str
    boundary: date
    periods: tuple[Period, ...]
    within: tuple[str, ...]
    sample: bool

    @property
    def last(self) -> Period:
        """The newest period."""
        return self.periods[-1]


@dataclass(frozen=True)
class Slice:
    """One indicator and period over the children of one area; arrays run parallel, NaN is a blank."""

    ids: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    blanks: dict[str, str]
    warnings: dict[str, str]
    sample: bool


def slice_of(rows: Sequence[Sequence[Any]]) -> Slice:
    """Put rows of area numbers and values (as the database sends arrays), blanks, warnings and sample mark together."""
    return Slice(
        np.concatenate([np.array([], dtype=np.int64), *(unpacked(row[0], ">i4") for row in rows)]),
        np.concatenate([np.array([], dtype=np.float64), *(unpacked(row[1], ">f8") for row in rows)]),
        {key: value for row in rows if row[2] for key, value in row[2].items()},
        {key: value for row in rows if row[3] for key, value in row[3].items()},
        any(row[4] for row in rows),
    )


# What one picture is kept as: of the nation a row for each province. They are found by the key one by one, and put end
# to end here: both take the database longer in another way.
_SLICES = """
SELECT array_send(area_ids), array_send(array_replace(area_values, NULL, 'NaN')), nullif(blanks, '{{}}'),
       nullif(warnings, '{{}}'), sample, period_start
FROM toancanh.figure_slice
WHERE indicator_id = %(indicator)s AND level = %(level)s AND within = ANY(%(within)s) AND boundary = %(boundary)s
  AND period_kind = %(kind)s AND period_start {start}
"""
_ONE, _SOME = _SLICES.format(start="= %(start)s"), _SLICES.format(start="= ANY(%(starts)s)")

_LINE = """
SELECT array_send(period_starts), array_send(array_replace(period_values, NULL, 'NaN')), blanks, sample, warnings
FROM toancanh.figure_series WHERE area_id = %(area)s AND indicator_id = %(indicator)s AND period_kind = %(kind)s
"""

# From the key alone, which includes these columns.
_NEWEST = """
SELECT s.indicator_id, s.period_kind, s.newest_start, s.newest_value, s.newest_blank, s.before_start, s.before_value, s.sample
FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[]) AS k (number, kind)
JOIN toancanh.figure_series s ON s.area_id = %(area)s AND s.indicator_id = k.number AND s.period_kind = k.kind
ORDER BY s.indicator_id
"""


class Newest(NamedTuple):  # of an area hundreds at once: a frozen dataclass takes four times as long to make
    """The newest figure of one indicator in one area and the value of the period before that has figures."""

    code: str
    letter: str
    start: date
    value: float | None
    blank: str | None
    before_start: date | None
    before: float | None
    sample: bool


@dataclass
class Figures:
    """Reads figures; what exists is remembered until observations change."""

    reader: Reader
    revisions: Revisions
    _numbers: dict[str, int] = field(default_factory=dict)
    _holdings: dict[str, list[Holding]] = field(default_factory=dict)
    _codes: dict[int, str] = field(default_factory=dict)
    _told: dict[tuple[str, date], dict[int, str]] = field(default_factory=dict)
    _revision: int = -1

    async def holdings(self) -> dict[str, list[Holding]]:
        """Return what exists, by indicator code."""
        revision = self.revisions["observations"]
        if revision != self._revision:
            rows = await self.reader.rows(
                "SELECT i.code, s.level, s.boundary, s.period_kind, array_agg(DISTINCT s.period_start ORDER BY s.period_start), "
                "array_agg(DISTINCT coalesce(d.province_code, s.within)), bool_or(s.sample) "
                "FROM toancanh.figure_slice s JOIN toancanh.indicator i ON i.id = s.indicator_id "
                "LEFT JOIN toancanh.area d ON d.level = 'district' AND d.code = s.within GROUP BY 1, 2, 3, 4"
            )
            found: dict[str, list[Holding]] = {}
            for code, level, boundary, kind, starts, within, sample in rows:
                spans = tuple(periods.restore(kind, start) for start in starts)
                found.setdefault(code, []).append(Holding(level, boundary, spans, tuple(within), sample))
            self._numbers = dict(await self.reader.rows("SELECT code, id FROM toancanh.indicator"))
            self._codes = {number: code for code, number in self._numbers.items()}
            self._holdings, self._revision, self._told = found, revision, {}
        return self._holdings

    async def number(self, indicator: Indicator) -> int:
        """Return the database's number of an indicator; -1 when it was never used."""
        await self.holdings()
        return self._numbers.get(indicator.code, -1)

    async def slice(
        self, indicator: Indicator, level: str, within: Collection[str], boundary: Vintage, period: Period
    ) -> Slice:
        """Return the newest values of one period; empty arrays where there are none."""
        found = await self.slices(indicator, level, within, boundary, [period])
        return found[period]

    async def slices(
        self, indicator: Indicator, level: str, within: Collection[str], boundary: Vintage, periods: Sequence[Period]
    ) -> dict[Period, Slice]:
        """Return the newest values of some periods of one kind, each over the children of the areas of these codes."""
        bound = {
            "indicator": await self.number(indicator),
            "level": level,
            "boundary": boundary.start,
            "kind": periods[0].letter,
            "within": list(within),
        }
        if len(periods) == 1:
            rows = await self.reader.rows(_ONE, {**bound, "start": periods[0].stored_start}, binary=True)
            return {periods[0]: slice_of(rows)}
        starts = [period.stored_start for period in periods]
        rows = await self.reader.rows(_SOME, {**bound, "starts": starts}, binary=True)
        return {period: slice_of([row for row in rows if row[5] == period.stored_start]) for period in periods}

    async def pool(
        self, indicator: Indicator, level: str, within: Collection[str], boundary: Vintage, kind: str
    ) -> npt.NDArray[np.float64]:
        """Return every value of every period, for classes that stay put while time plays."""
        rows = await self.reader.rows(
            "SELECT array_send(array_replace(area_values, NULL, 'NaN')) FROM toancanh.figure_slice "
            "WHERE indicator_id = %(indicator)s AND level = %(level)s AND boundary = %(boundary)s "
            "AND period_kind = %(kind)s AND within = ANY(%(within)s)",
            {
                "indicator": await self.number(indicator),
                "level": level,
                "boundary": boundary.start,
                "kind": kind,
                "within": list(within),
            },
            binary=True,
        )
        found = [unpacked(row[0], ">f8") for row in rows]
        values: npt.NDArray[np.float64] = np.concatenate([np.array([], dtype=np.float64), *found])
        return values[np.isfinite(values)]

    async def series(self, indicator: Indicator, area: Area, letter: str) -> Line | None:
        """Return the newest values of every period of a kind in one area, or None where there are none."""
        row = await self.reader.row(
            _LINE, {"area": area.id, "indicator": await self.number(indicator), "kind": letter}, binary=True
        )
        return line(letter, *row) if row else None

    async def latest(self, area: Area) -> list[Newest]:
        """Return the newest figure of every indicator of one area.

        An indicator that has periods of several kinds is told by the kind that it is usually reported by, else by the
        one whose newest period ends last.
        """
        kinds = await self._kinds(area)
        rows = await self.reader.rows(
            _NEWEST, {"area": area.id, "numbers": list(kinds), "kinds": list(kinds.values())}, binary=True
        )
        return [Newest(self._codes[row[0]], *row[1:]) for row in rows]

    async def _kinds(self, area: Area) -> dict[int, str]:
        """Return the kind of period that tells, by number of the indicators that areas like this one have."""
        holdings = await self.holdings()
        like = (area.level, area.vintage)
        if like not in self._told:
            told: dict[int, str] = {}
            for code, held in holdings.items():
                own = [h for h in held if area.level == "country" or (h.level, h.boundary) == like]
                usual = one.letter if (one := find(code)) else ""
                if own:
                    told[self._numbers[code]] = max(own, key=lambda h: (h.last.letter == usual, h.last.end)).last.letter
            self._told[like] = told
        return self._told[like]
