"""Sample quantities of any kind of period: drawn month by month (or longer), parted into days and weeks, added up to years."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from layers.indicators import periods
from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.sample_chance import Numbers, key, uniform
from layers.indicators.sample_days import month_rows, weights
from layers.indicators.sample_draw import accumulated, drawn, effect, fresh, stamps
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_places import CURVES
from layers.indicators.sample_profiles import SHORT, Profile, drivers, flows, profiles, words

SINCE = 2021  # figures that are only ever added to began in this year
WEEKS = 26
LENGTHS: tuple[PeriodKind, ...] = ("day", "week", "month", "quarter", "half", "nine", "year", "school")


@dataclass(frozen=True)
class Model:
    """Quantities for these areas, made on demand; the same whatever span of time is asked for."""

    ground: Ground
    first: Period  # the first and the last month anybody asks for
    last: Period
    daily: bool = False  # whether the last two months are told by day and the last half year by week
    made: dict[tuple[str, PeriodKind], Numbers] = field(default_factory=dict)
    spans: dict[PeriodKind, tuple[Period, ...]] = field(default_factory=dict)

    def steps(self, kind: PeriodKind) -> tuple[Period, ...]:
        """Periods from the year before the first month to the one that holds the last month; days and weeks of late."""
        if kind not in self.spans:
            start = periods.year(self.first.in_year - 1)
            if kind == "day":  # from a Monday, so that weeks are whole
                start = periods.of("week", self.last.previous().start)
            elif kind == "week":
                start = periods.of("week", self.last.end)
                for _ in range(WEEKS):
                    start = start.previous()
            self.spans[kind] = tuple(
                one for one in periods.range(kind, start, self.last) if kind != "week" or one.end <= self.last.end
            )
        return self.spans[kind]

    def quantity(self, expression: str, kind: PeriodKind) -> Numbers:
        """Areas × steps of a sum or difference of quantities, never below zero."""
        total, sign = np.zeros(1), 1.0
        for word in expression.split():
            if word in "+-":
                sign = -1.0 if word == "-" else 1.0
            else:
                total = total + sign * self._one(word, kind)
        return np.asarray(np.maximum(total, 0))

    def figures(self, one: Indicator, kind: PeriodKind) -> tuple[Numbers, Numbers | None, Numbers | None]:
        """Value, numerator and denominator by area and step; NaN where there is nothing to divide by."""
        profile = profiles()[one.code]
        if profile.shape == "of":
            above, _, below = profile.driver.partition(" / ")
            return _divided(self.quantity(above, kind), self.quantity(below, kind), one.scale)
        if one.is_ratio:
            return _divided(self._one(one.code, kind), self.quantity(profile.driver, kind), one.scale)
        values = self._one(one.code, kind)
        if one.space_rule != "weighted_mean":
            return values, None, None
        weight = np.broadcast_to(self.quantity(profile.driver, kind), values.shape)
        return np.where(weight > 0, values, np.nan), values * weight, weight

    def _one(self, name: str, kind: PeriodKind) -> Numbers:
        kind = "month" if kind == "to_date" else kind
        if (name, kind) in self.made:
            return self.made[name, kind]
        values = self._made(name, kind)
        if name in drivers():
            self.made[name, kind] = values
        return values

    def _made(self, name: str, kind: PeriodKind) -> Numbers:
        profile = profiles().get(name)
        if profile is None:
            return self._with_parents(self.ground.quantity(name, self.steps(kind)), additive=name != "province")
        if kind == profile.kind:
            values = self._native(profile)
        elif kind in SHORT and profile.kind == "month":
            values = self._short(profile, kind)
        else:
            return self._aligned(profile, kind)
        one = indicators.get(name)
        if self.daily and one and one.period == "day" and kind != "day" and flows(name):
            values = self._from_days(name, kind, values)
        return values

    def _native(self, profile: Profile) -> Numbers:
        steps, one = self.steps(profile.kind), indicators.get(profile.name)
        if profile.shape == "index":
            return _bounded(profile.level + effect(self.ground, profile, steps), one)
        driver = self.quantity(profile.driver, profile.kind)
        if profile.season in CURVES:
            values = accumulated(self.ground, profile, steps, driver)
        elif one and one.time_rule == "cumulative":  # what was finished since, steadily
            months = np.array([(step.in_year - SINCE) * 12 + step.last_day.month for step in steps])
            chance = uniform(key(self.ground.seed, profile.name, "draw"), self.ground.keys)[:, None]
            mean = driver * profile.level * np.exp(effect(self.ground, profile, steps, still=True))
            values = np.floor(np.maximum.accumulate(mean * months, axis=1) + chance)
        else:
            values = drawn(self.ground, profile, steps, driver, effect(self.ground, profile, steps))
        return self._finished(values, profile)

    def _short(self, profile: Profile, kind: PeriodKind) -> Numbers:
        """Days and weeks that agree with the months they lie in."""
        steps, months, one = self.steps(kind), self.steps("month"), indicators.get(profile.name)
        rows = month_rows(steps, months)
        if profile.shape == "index":
            return _bounded(
                self._jitter(profile, kind, profile.level + effect(self.ground, profile, months)[:, rows]), one
            )
        part_now = profile.shape == "share" and one is not None and one.is_ratio
        if not (flows(profile.name) or part_now):
            return self._between(profile, steps)
        driver = self.quantity(profile.driver, kind)
        if profile.shape == "amount" and not any(flows(word) for word in words(profile.driver)):
            driver = driver * weights(profile.name, steps)
        moved = effect(self.ground, profile, months)[:, rows]
        if profile.noise:
            moved = moved + 0.5 * profile.noise * fresh(self.ground, profile, steps)
        return self._finished(drawn(self.ground, profile, steps, driver, moved), profile)

    def _jitter(self, profile: Profile, kind: PeriodKind, values: Numbers) -> Numbers:
        one = indicators.get(profile.name)
        if one and one.time_rule == "max":  # the month's figure is its worst day; a season as large as the level, rain
            strength = float(profile.season.partition(":")[2] or 0)
            quiet = min(1.0, 2.2 * strength / profile.level)
            salt = key(self.ground.seed, profile.name, "quiet")
            return values * (1 - quiet * uniform(salt, self.ground.keys[:, None], stamps(self.steps(kind))[None, :]))
        return values + 0.6 * profile.noise * fresh(self.ground, profile, self.steps(kind))

    def _between(self, profile: Profile, steps: tuple[Period, ...]) -> Numbers:
        """A stock on the way from the end of a month to the end of the next."""
        months = self.steps("month")
        of_month = self._one(profile.name, "month")
        last_days = [step.last_day for step in steps]
        at = np.array([(on.year - months[0].start.year) * 12 + on.month - 1 for on in last_days])
        part = np.array([on.day / months[row].last_day.day for on, row in zip(last_days, at, strict=True)])
        before = of_month[:, np.maximum(at - 1, 0)]
        one = indicators.get(profile.name)
        if profile.season in CURVES or (one and one.time_rule == "cumulative_ytd"):
            before = np.where([on.month == 1 for on in last_days], 0.0, before)
        return self._finished(before + (of_month[:, at] - before) * part, profile, round_whole=True)

    def _from_days(self, name: str, kind: PeriodKind, values: Numbers) -> Numbers:
        """The same, where periods that lie in the time told by day are what their days add up to."""
        days = self.steps("day")
        of_day = self._one(name, "day")
        values = np.array(values)
        for at, step in enumerate(self.steps(kind)):
            if days[0].start <= step.start and step.end <= days[-1].end:
                first = (step.start - days[0].start).days
                values[:, at] = of_day[:, first : first + (step.end - step.start).days].sum(axis=1)
        return values

    def _aligned(self, profile: Profile, kind: PeriodKind) -> Numbers:
        """A quantity drawn for another kind of period: added up or as it stands at the end; the newest out, if longer."""
        one = indicators.get(profile.name)
        native, source, steps = self._one(profile.name, profile.kind), self.steps(profile.kind), self.steps(kind)
        if LENGTHS.index(profile.kind) < LENGTHS.index(kind):
            inside = [[at for at, s in enumerate(source) if step.start <= s.start < step.end] for step in steps]
            if flows(profile.name):
                return np.stack([native[:, at].sum(axis=1) for at in inside], axis=1)
            if one and profile.shape == "index" and one.time_rule != "latest":
                merge = np.max if one.time_rule == "max" else np.mean
                return _bounded(np.stack([merge(native[:, at], axis=1) for at in inside], axis=1), one)
            return native[:, [at[-1] for at in inside]]
        holding = []
        for step in steps:
            at = next(at for at, s in enumerate(source) if s.holds(step.start))
            known = profile.plan or source[at].end <= self.last.end  # else the newest figure out is last year's
            holding.append(at if known else max(at - 1, 0))
        return native[:, holding]

    def _finished(self, values: Numbers, profile: Profile, *, round_whole: bool = False) -> Numbers:
        one = indicators.get(profile.name)
        if not profile.whole:
            values = np.round(values, one.decimals + 2 if one else 3)
        elif round_whole:
            values = np.rint(values)
        if one and one.high is not None and not one.is_ratio:
            values = np.where(self.ground.communes[:, None], np.minimum(values, one.high), values)
        return self._with_parents(values, additive=self._by_commune(profile))

    def _by_commune(self, profile: Profile) -> bool:
        one = indicators.get(profile.name)
        if one:
            return one.lowest_level == "commune"
        named = words(profile.driver)
        inner = (profiles().get(word) for word in named)
        return "province" not in named and all(self._by_commune(part) for part in inner if part)

    def _with_parents(self, values: Numbers, *, additive: bool) -> Numbers:
        """The same figures, where a province whose communes are here is their sum."""
        below = self.ground.parents >= 0
        if not additive or not below.any():
            return values
        parents = self.ground.parents[below]
        values = np.array(values, dtype=np.float64)
        values[np.unique(parents)] = 0
        np.add.at(values, parents, values[below])
        return values


def _bounded(values: Numbers, one: Indicator | None) -> Numbers:
    low, high = (one.low, one.high) if one else (None, None)
    return np.asarray(np.round(np.clip(values, low, high), one.decimals if one else 2), dtype=np.float64)


def _divided(above: Numbers, below: Numbers, scale: float) -> tuple[Numbers, Numbers, Numbers]:
    above, below = np.broadcast_arrays(above, below)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, scale * (above / below), np.nan), above, below
