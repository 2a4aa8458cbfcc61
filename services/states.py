"""States of values against their targets: all indicators of one area, or one indicator over many areas."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from boundaries.vintages import Vintage, vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, against_plans, indicators
from layers.indicators.periods import Period
from layers.indicators.states import Judged, State, judge
from layers.indicators.targets import Target, of_row, steps_in, usual_rule
from services.database import Reader, unpacked
from services.figures import Figures
from services.gazetteer import Area, Places
from services.lines import Line, line

_NO_TARGET = ", ".join(
    f"NULL::{kind}" for kind in ("text", "date", "float8", "text", "float8[]", "text", "text", "date", "bool")
)
_TARGET = (
    "t.period_kind::text, t.period_start, t.value, t.rule, t.trajectory, t.plan, t.decision, t.decided_on, t.sample"
)
_OF_AREA = f"""
SELECT s.indicator_id, s.period_kind::text, array_send(s.period_starts), array_send(array_replace(s.period_values, NULL, 'NaN')),
  s.blanks, s.sample, {_NO_TARGET}
FROM toancanh.figure_series s WHERE s.area_id = %(area)s AND s.indicator_id = ANY(%(numbers)s)
UNION ALL
SELECT t.indicator_id, NULL, NULL, NULL, NULL, NULL, {_TARGET} FROM toancanh.target_now t
WHERE t.province_code = %(province)s AND t.area_id = %(area)s AND t.indicator_id = ANY(%(numbers)s)
"""
_OF_PICTURE = f"""
SELECT s.indicator_id, s.period_start, array_send(s.area_ids), array_send(array_replace(s.area_values, NULL, 'NaN')), NULL::int,
  {_NO_TARGET}
FROM toancanh.figure_slice s
WHERE s.level = %(level)s AND s.boundary = %(boundary)s AND (s.within = ANY(%(within)s) OR %(nation)s)
  AND ((s.indicator_id = %(number)s AND s.period_kind = %(kind)s AND s.period_start BETWEEN %(first)s AND %(start)s)
    OR (s.indicator_id = ANY(%(plans)s) AND s.period_kind = 'Y' AND s.period_start = %(year)s))
UNION ALL
SELECT NULL, NULL, NULL, NULL, t.area_id, {_TARGET} FROM toancanh.target_now t
WHERE t.indicator_id = %(number)s AND t.area_id IN (
    SELECT a.id FROM toancanh.area a LEFT JOIN toancanh.area p ON p.id = a.parent_id
    WHERE a.level = %(level)s AND (p.code = ANY(%(within)s) OR %(nation)s))
  AND ((t.period_kind = %(kind)s AND t.period_start = %(start)s) OR (t.period_kind = 'Y' AND t.period_start = %(year)s))
"""
_PEERS = """
SELECT s.indicator_id, array_send(s.area_ids), array_send(array_replace(s.area_values, NULL, 'NaN'))
FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[], %(starts)s::date[]) AS a (number, kind, start)
JOIN toancanh.figure_slice s ON s.indicator_id = a.number AND s.period_kind = a.kind AND s.period_start = a.start
WHERE s.level = %(level)s AND s.boundary = %(boundary)s AND s.within = %(within)s
"""
_ANY = "SELECT EXISTS (SELECT FROM toancanh.target_now WHERE indicator_id = %(number)s)"


@dataclass(frozen=True)
class OverPlan:
    """An amount over one of its plans; `rate` is the indicator of this share where there is one."""

    plan: str
    planned: Indicator
    rate: Indicator | None
    value: float
    reached: float
    state: State | None


@dataclass(frozen=True)
class Standing:
    """Where one indicator of one area stands; `judged` holds its value against each plan, the first one counts."""

    indicator: Indicator
    line: Line | None = None
    period: Period | None = None
    targets: list[Target] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    plans: list[OverPlan] = field(default_factory=list)

    @property
    def value(self) -> float | None:
        """The value of the period."""
        return self.line.value(self.period) if self.line and self.period else None

    def at(self, period: Period) -> list[Judged]:
        """Return what each plan asks of a period, and how its value stands; no state where it has none of its own."""
        if period == self.period:
            return self.judged
        value = self.line.value(period) if self.line else None
        year = self.line.year(period) if self.line and value is not None else None
        return judge(self.indicator, self.targets, period, value, year)

    @property
    def state(self) -> State | None:
        """The state against the first plan."""
        return self.judged[0].state if self.judged else None


@dataclass
class States:
    """Reads values together with their targets and judges them."""

    reader: Reader
    figures: Figures

    async def of_area(self, area: Area, listed: Sequence[Indicator], until: Period | None = None) -> list[Standing]:
        """Return where each indicator of an area stands in its newest period, or the newest one that ends by `until`.

        `until` itself is taken where the indicator has figures of it, whatever its usual kind of period.
        """
        wanted = {one.code for one in listed} | {
            code for one in listed for over in against_plans(one) for code in (_amount(one).code, over.planned.code)
        }
        numbers = {await self.figures.number(indicators[code]): code for code in wanted if code in indicators}
        numbers |= {await self.figures.number(one): one.code for one in listed}
        rows = await self.reader.rows(
            _OF_AREA, {"area": area.id, "province": area.province_code, "numbers": list(numbers)}, binary=True
        )
        lines: dict[str, dict[str, Line]] = {}
        targets: dict[str, list[Target]] = {}
        for number, letter, starts, values, blanks, sample, *target in rows:
            if letter is None:
                targets.setdefault(numbers[number], []).append(of_row(target))
            else:
                lines.setdefault(numbers[number], {})[letter] = line(letter, starts, values, blanks, sample)
        return [_standing(one, lines, targets, until) for one in listed]

    async def of_picture(
        self, one: Indicator, level: str, within: Collection[str], boundary: Vintage, at: Period
    ) -> dict[int, list[Judged]]:
        """Return one indicator and period over the children of some areas against their plans, by number of the area."""
        year = periods.year(at.in_year)
        plans = {await self.figures.number(indicators[code]): plan for plan, code in one.plans.items()}
        number = await self.figures.number(one)
        rows = await self.reader.rows(
            _OF_PICTURE,
            {
                "number": number, "plans": list(plans), "level": level, "within": list(within), "nation": "VN" in within,
                "boundary": boundary.start, "kind": at.letter, "start": at.stored_start, "year": year.start,
                "first": year.start - timedelta(days=31),
            },
            binary=True,
        )  # fmt: skip
        return await asyncio.to_thread(_judged, one, number, plans, at, rows)

    async def ranks(self, places: Places, area: Area, standings: Iterable[Standing]) -> dict[str, dict[str, int]]:
        """Return the rank of an area among its peers by code of the indicator: place and of how many.

        Peers are the areas of its kind under its parent; of provinces all.
        """
        parent = places.by_id.get(area.parent_id or 0)
        there = [one for one in standings if one.period and one.value is not None]
        if parent is None or not there:
            return {}
        numbers = {await self.figures.number(one.indicator): one for one in there}
        rows = await self.reader.rows(
            _PEERS,
            {
                "numbers": list(numbers), "level": area.level, "boundary": area.vintage, "within": parent.code,
                "kinds": [one.period.letter for one in there if one.period],
                "starts": [one.period.stored_start for one in there if one.period],
            },
            binary=True,
        )  # fmt: skip
        kin = {
            other.id
            for other in places.children(parent, vintage_on(area.vintage))
            if area.level == "province" or other.kind == area.kind
        }
        found: dict[str, dict[str, int]] = {}
        for number, ids, values in rows:
            one = numbers[number].indicator
            mine = dict(zip(unpacked(ids, ">i4").tolist(), unpacked(values, ">f8").tolist(), strict=True))
            peers = np.array([value for place, value in mine.items() if place in kin and np.isfinite(value)])
            own = mine.get(area.id, np.nan)
            if np.isfinite(own):
                better = (peers < own).sum() if one.direction == "down" else (peers > own).sum()
                found[one.code] = {"place": int(better) + 1, "of": len(peers)}
        return found

    async def has_targets(self, one: Indicator) -> bool:
        """Whether values of an indicator can be judged anywhere."""
        if one.target_low is not None or one.target_high is not None:
            return True
        held = await self.figures.holdings()
        if one.code in held and any(code in held for code in one.plans.values()):
            return True
        return bool(await self.reader.value(_ANY, {"number": await self.figures.number(one)}))


def _amount(one: Indicator) -> Indicator:
    """The amount that plans speak of: the indicator itself, else what it is a share of."""
    return one if one.plans else indicators.get(one.numerator, one)


def _standing(
    one: Indicator, lines: Mapping[str, Mapping[str, Line]], targets: Mapping[str, list[Target]], until: Period | None
) -> Standing:
    found = _chosen(one, lines.get(one.code, {}), until)
    period = found.until(until) if found else None
    if found is None or period is None:
        return Standing(one, targets=targets.get(one.code, []))
    asked = _with_plans(one, targets, lines, period)
    judged = judge(one, asked, period, found.value(period), found.year(period))
    return Standing(one, found, period, asked, judged, list(_over_plans(one, lines, targets, period)))


def _chosen(one: Indicator, lines: Mapping[str, Line], until: Period | None) -> Line | None:
    """The line of the kind asked for where it has a value then, else of the usual kind, else of whatever is newest."""
    if until and until.letter in lines and lines[until.letter].value(until) is not None:
        return lines[until.letter]
    return lines.get(one.letter) or max(lines.values(), key=lambda line: line.last.end, default=None)


def _with_plans(
    one: Indicator, targets: Mapping[str, list[Target]], lines: Mapping[str, Mapping[str, Line]], period: Period
) -> list[Target]:
    """The targets of an indicator; a plan that is an indicator itself counts where no target was set for it."""
    set_ = targets.get(one.code, [])
    year = periods.year(period.in_year)
    told = {target.plan for target in set_ if target.period == year}
    found = [*set_]
    for plan, code in one.plans.items():
        line = lines.get(code, {}).get("Y")
        value = line.value(year) if line else None
        if line and value is not None and plan not in told:
            found.append(Target(period=year, value=value, rule=usual_rule(one), plan=plan, sample=line.sample))
    return found


def _over_plans(
    one: Indicator, lines: Mapping[str, Mapping[str, Line]], targets: Mapping[str, list[Target]], period: Period
) -> Iterable[OverPlan]:
    amount = _amount(one)
    line = lines.get(amount.code, {}).get(period.letter)
    reached = line.value(period) if line else None
    if line is None or reached is None:
        return
    judged = judge(amount, _with_plans(amount, targets, lines, period), period, reached, line.year(period))
    by_plan = {held.target.plan: held for held in judged if held.target}
    for over in against_plans(one):
        held = by_plan.get(over.plan)
        if held and held.target:
            yield OverPlan(over.plan, over.planned, over.rate, held.target.value, reached, held.state)


def _judged(
    one: Indicator, number: int, plans: Mapping[int, str], at: Period, rows: Sequence[tuple[Any, ...]]
) -> dict[int, list[Judged]]:
    year = periods.year(at.in_year)
    targets: dict[int, list[Target]] = {}
    slices: list[tuple[Period, npt.NDArray[Any], npt.NDArray[Any]]] = []
    planned: list[tuple[str, int, float]] = []
    for indicator, start, ids, values, area, *target in rows:
        if indicator is None:
            targets.setdefault(area, []).append(of_row(target))
        elif indicator == number:
            slices.append((periods.restore(at.letter, start), unpacked(ids, ">i4"), unpacked(values, ">f8")))
        else:
            told = zip(unpacked(ids, ">i4").tolist(), unpacked(values, ">f8").tolist(), strict=True)
            planned += [(plans[indicator], area_id, value) for area_id, value in told if np.isfinite(value)]
    for plan, area_id, value in planned:
        if all(target.plan != plan for target in targets.get(area_id, [])):
            targets.setdefault(area_id, []).append(Target(period=year, value=value, rule=usual_rule(one), plan=plan))
    everyone = np.unique(np.concatenate([ids for _, ids, _ in slices] or [np.array([], dtype=np.int64)]))
    matrix = np.full((len(everyone), steps_in(at)), np.nan)
    for period, ids, values in slices:
        if period.in_year == at.in_year:
            matrix[np.searchsorted(everyone, ids), period.number - 1] = values
    found: dict[int, list[Judged]] = {}
    for area_id, course in zip(everyone.tolist(), matrix, strict=True):
        value = float(course[at.number - 1])
        found[area_id] = judge(one, targets.get(area_id, []), at, value if np.isfinite(value) else None, course)
    return found
