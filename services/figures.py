"""Figures read for the map: which exist, one period of many areas, all periods of one area, and one value explained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from boundaries.vintages import Vintage
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from layers.indicators.tables import partition
from layers.indicators.targets import Target, due
from services.database import Reader
from services.gazetteer import Area
from services.revisions import Revisions

STATUS_OF = {"E": "estimate", "P": "preliminary", "F": "final"}


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


def unpacked(raw: bytes, form: str) -> npt.NDArray[Any]:
    """Read an array as the database sends it: twenty bytes, then each value after its length; none is null.

    A picture of the nation has thousands of values: as Python numbers between they would take longer than the query.
    """
    return np.frombuffer(raw[20:], dtype=[("length", ">i4"), ("value", form)])["value"]


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
        rows = await self.reader.rows(
            "SELECT array_send(area_ids), array_send(array_replace(area_values, NULL, 'NaN')), "
            "nullif(blanks, '{}'), nullif(warnings, '{}'), sample "
            "FROM toancanh.figure_slice "
            "WHERE indicator_id = %(indicator)s AND level = %(level)s AND boundary = %(boundary)s "
            "AND period_kind = %(kind)s AND period_start = %(start)s AND (within = ANY(%(within)s) OR %(nation)s)",
            {
                **self._period(await self.number(indicator), period),
                "level": level,
                "boundary": boundary.start,
                "within": list(within),
                "nation": "VN" in within,
            },
            binary=True,
        )
        return Slice(
            np.concatenate([np.array([], dtype=np.int64), *(unpacked(row[0], ">i4") for row in rows)]),
            np.concatenate([np.array([], dtype=np.float64), *(unpacked(row[1], ">f8") for row in rows)]),
            {key: value for row in rows if row[2] for key, value in row[2].items()},
            {key: value for row in rows if row[3] for key, value in row[3].items()},
            any(row[4] for row in rows),
        )

    async def pool(
        self, indicator: Indicator, level: str, within: Collection[str], boundary: Vintage, kind: str
    ) -> npt.NDArray[np.float64]:
        """Return every value of every period, for classes that stay put while time plays."""
        rows = await self.reader.rows(
            "SELECT area_values FROM toancanh.figure_slice WHERE indicator_id = %(indicator)s AND level = %(level)s "
            "AND boundary = %(boundary)s AND period_kind = %(kind)s AND (within = ANY(%(within)s) OR %(nation)s)",
            {
                "indicator": await self.number(indicator),
                "level": level,
                "boundary": boundary.start,
                "kind": kind,
                "within": list(within),
                "nation": "VN" in within,
            },
        )
        values = np.array([value for row in rows for value in row[0]], dtype=np.float64)
        return values[np.isfinite(values)]

    async def targets(self, indicator: Indicator, ids: list[int], period: Period) -> dict[int, tuple[float, str, bool]]:
        """Return target, decision and sample mark by area, for the areas that have a target.

        A target of the period itself counts first; else what the year's target asks of the period by its rule.
        """
        year = periods.year(period.in_year)
        rows = await self.reader.rows(
            "SELECT area_id, period_kind, value, rule, decision, sample FROM toancanh.target "
            "WHERE indicator_id = %(indicator)s AND area_id = ANY(%(ids)s) "
            "AND ((period_kind = %(kind)s AND period_start = %(start)s) OR (period_kind = 'Y' AND period_start = %(year)s)) "
            "ORDER BY period_kind = %(kind)s",
            {**self._period(await self.number(indicator), period), "ids": ids, "year": year.start},
        )
        found: dict[int, tuple[float, str, bool]] = {}
        for area_id, kind, value, rule, decision, sample in rows:
            asked = due(Target(period=period if kind == period.letter else year, value=value, rule=rule), period)
            if asked:
                found[area_id] = (asked.value, decision, sample)
        return found

    async def has_targets(self, indicator: Indicator) -> bool:
        """Whether any area has a target for the indicator."""
        found = await self.reader.value(
            "SELECT EXISTS (SELECT FROM toancanh.target WHERE indicator_id = %(indicator)s)",
            {"indicator": await self.number(indicator)},
        )
        return bool(found)

    async def series(self, indicator: Indicator, area: Area, kind: str) -> list[tuple[Any, ...]]:
        """Return the newest knowledge of every period of one area, ascending.

        Columns: period_start, value, blank, warning, numerator, denominator, children, children_of, status, known_at,
        sample, source.
        """
        rows = await self.reader.rows(
            "SELECT DISTINCT ON (o.period_start) o.period_start, o.value, o.blank, o.warning, o.numerator, o.denominator, "
            "o.children, o.children_of, o.status, o.known_at, o.sample, p.title "
            f"FROM {partition(area.province_code)} o LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id "
            "WHERE o.province_code = %(province)s AND o.indicator_id = %(indicator)s AND o.area_id = %(area)s "
            "AND o.period_kind = %(kind)s ORDER BY o.period_start, o.known_at DESC",
            {
                "province": area.province_code,
                "indicator": await self.number(indicator),
                "area": area.id,
                "kind": kind,
            },
            binary=True,
        )
        return list(rows)

    async def latest(self, area: Area) -> list[tuple[Any, ...]]:
        """Return the two newest periods of every indicator of one area: code, kind, start, value, blank, sample.

        An indicator that has periods of several kinds is told by the kind whose newest period ends last.
        """
        kinds = await self._kinds(area)
        rows = await self.reader.rows(
            "SELECT i.id, n.* FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[]) AS i (id, kind) "
            "CROSS JOIN LATERAL (SELECT DISTINCT ON (o.period_start) o.period_kind, o.period_start, o.value, o.blank, o.sample "
            f"  FROM {partition(area.province_code)} o WHERE o.province_code = %(province)s AND o.indicator_id = i.id "
            "  AND o.area_id = %(area)s AND o.period_kind = i.kind "
            "  ORDER BY o.period_start DESC, o.known_at DESC LIMIT 2) n ORDER BY i.id, n.period_start DESC",
            {
                "numbers": list(kinds),
                "kinds": list(kinds.values()),
                "province": area.province_code,
                "area": area.id,
            },
            binary=True,
        )
        return [(self._codes[number], *rest) for number, *rest in rows]

    async def _kinds(self, area: Area) -> dict[int, str]:
        """Return the kind of period that tells most, by number of the indicators that areas like this one have."""
        holdings = await self.holdings()
        like = (area.level, area.vintage)
        if like not in self._told:
            told: dict[int, str] = {}
            for code, held in holdings.items():
                own = [h for h in held if area.level == "country" or (h.level, h.boundary) == like]
                if own:
                    told[self._numbers[code]] = max(own, key=lambda h: h.last.end).last.letter
            self._told[like] = told
        return self._told[like]

    def _period(self, number: int, period: Period) -> dict[str, Any]:
        return {"indicator": number, "kind": period.letter, "start": period.stored_start}
