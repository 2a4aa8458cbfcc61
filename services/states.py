"""States of values against their targets: all indicators of one area, or one indicator over many areas."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from boundaries.vintages import Vintage, vintage_on
from layers.indicators import periods, ranking
from layers.indicators.catalogue import Indicator, against_plans, indicators
from layers.indicators.course import Steps
from layers.indicators.periods import Period
from layers.indicators.states import Judged, State, judge
from layers.indicators.tables import partition
from layers.indicators.targets import Target, of_row, steps_in, usual_rule
from services.database import Reader, unpacked
from services.figures import Figures
from services.gazetteer import Area, Places
from services.lines import Line, Lines
from services.peers import peers
from services.states_sql import (
    ANY,
    OF_AREA,
    OF_AREA_THEN,
    OF_PICTURE,
    OF_PICTURE_THEN,
    PEERS,
    PEERS_OF,
    PEERS_THEN,
    THEIRS,
)


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
        year = _year(self.line, period, self.targets) if self.line and value is not None else None
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

    async def of_area(
        self, area: Area, listed: Sequence[Indicator], until: Period | None = None, known: datetime | None = None
    ) -> list[Standing]:
        """Return where each indicator of an area stands in its newest period, or the newest one that ends by `until`.

        `until` itself is taken where the indicator has figures of it, whatever its usual kind of period. `known` is the
        instant whose knowledge counts.
        """
        wanted = {one.code for one in listed} | {
            code for one in listed for over in against_plans(one) for code in (_amount(one).code, over.planned.code)
        }
        numbers = {await self.figures.number(indicators[code]): code for code in wanted if code in indicators}
        numbers |= {await self.figures.number(one): one.code for one in listed}
        bound = {"area": area.id, "province": area.province_code, "numbers": list(numbers), "known": known}
        statement = OF_AREA_THEN.format(own=partition(area.province_code)) if known else OF_AREA
        rows = await self.reader.rows(statement, bound, binary=True)
        lines: dict[str, Lines] = {}
        targets: dict[str, list[Target]] = {}
        for number, letter, starts, values, blanks, sample, *target in rows:
            if letter is None:
                targets.setdefault(numbers[number], []).append(of_row(target))
            else:
                lines.setdefault(numbers[number], Lines()).add(letter, starts, values, blanks, sample)
        return [_standing(one, lines, targets, until) for one in listed]

    async def of_picture(
        self,
        one: Indicator,
        areas: Sequence[Area],
        within: Collection[str],
        boundary: Vintage,
        at: Period,
        known: datetime | None = None,
    ) -> dict[int, list[Judged]]:
        """Return one indicator and period of areas of one level against their plans, by number of the area.

        `within` are the areas whose children are kept together, `known` is the instant whose knowledge counts.
        """
        if not areas:
            return {}
        year = periods.year(at.in_year)
        plans = {await self.figures.number(indicators[code]): plan for plan, code in one.plans.items()}
        number, provinces = await self.figures.number(one), sorted({area.province_code for area in areas})
        statement = OF_PICTURE_THEN.format(theirs=_each(THEIRS, provinces)) if known else OF_PICTURE
        rows = await self.reader.rows(
            statement,
            {
                "number": number, "plans": list(plans), "level": areas[0].level, "within": list(within),
                "nation": "VN" in within, "boundary": boundary.start, "kind": at.letter, "start": at.stored_start,
                "year": year.start, "first": year.start - timedelta(days=31), "provinces": provinces,
                "ids": [area.id for area in areas], "known": known,
            },
            binary=True,
        )  # fmt: skip
        return await asyncio.to_thread(_judged, one, number, plans, at, rows)

    async def ranks(
        self, places: Places, area: Area, standings: Iterable[Standing], known: datetime | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return the rank of an area among its peers by code of the indicator: place, of how many, and percentile.

        Peers are the areas of its kind under its parent; of provinces all. The percentile (100 is the best) is the share
        of the others that it leaves behind, None where neither more nor less is better.
        """
        parent = places.by_id.get(area.parent_id or 0)
        there = [one for one in standings if one.period and one.value is not None]
        if parent is None or not there:
            return {}
        numbers = {await self.figures.number(one.indicator): one.indicator for one in there}
        kin = peers(area, places.children(parent, vintage_on(area.vintage)))
        bound: dict[str, Any] = {
            "numbers": list(numbers), "level": area.level, "boundary": area.vintage, "within": parent.code,
            "kinds": [one.period.letter for one in there if one.period],
            "starts": [one.period.stored_start for one in there if one.period],
            "known": known, "ids": [other.id for other in kin],
        }  # fmt: skip
        rows = await self.reader.rows(
            PEERS_OF.format(theirs=_each(PEERS_THEN, sorted({area.province_code for area in kin}))) if known else PEERS,
            bound,
            binary=True,
        )
        found: dict[str, dict[str, Any]] = {}
        masks: dict[bytes, tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]] = {}  # most have the same areas
        for number, ids, values in rows:
            if ids not in masks:
                masks[ids] = np.isin(unpacked(ids, ">i4"), bound["ids"]), unpacked(ids, ">i4") == area.id
            told, mine = masks[ids]
            figures = unpacked(values, ">f8").astype(np.float64)
            one, value = numbers[number], figures[mine]
            if value.size and np.isfinite(value[0]):
                place, of, percentile = ranking.standing(float(value[0]), figures[told], one.direction)
                share = round(percentile, 1) if np.isfinite(percentile) else None
                found[one.code] = {"place": place, "of": of, "percentile": share}
        return found

    async def has_targets(self, one: Indicator) -> bool:
        """Whether values of an indicator can be judged anywhere."""
        if one.target_low is not None or one.target_high is not None:
            return True
        held = await self.figures.holdings()
        if one.code in held and any(code in held for code in one.plans.values()):
            return True
        return bool(await self.reader.value(ANY, {"number": await self.figures.number(one)}))


def _each(statement: str, provinces: Iterable[str]) -> str:
    """A statement over the journal of one province, put together for several."""
    return " UNION ALL ".join(statement.format(own=partition(code), code=code) for code in provinces)


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
    judged = judge(one, asked, period, found.value(period), _year(found, period, asked))
    return Standing(one, found, period, asked, judged, list(_over_plans(one, lines, targets, period)))


def _year(line: Line, period: Period, targets: Iterable[Target]) -> Steps | None:
    """The year so far, where a target adds up over it."""
    return line.year(period) if any(target.rule != "level" for target in targets) else None


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
    overs, amount = against_plans(one), _amount(one)
    line = lines.get(amount.code, {}).get(period.letter) if overs else None
    reached = line.value(period) if line else None
    if line is None or reached is None:
        return
    asked = _with_plans(amount, targets, lines, period)
    judged = judge(amount, asked, period, reached, _year(line, period, asked))
    by_plan = {held.target.plan: held for held in judged if held.target}
    for over in overs:
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
