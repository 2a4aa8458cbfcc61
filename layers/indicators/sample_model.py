"""How sample quantities grow out of the ground: each profile names what it counts, how much, when and where."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import numpy as np

from layers.indicators import periods
from layers.indicators.catalogue import FOLDER, Indicator, indicators
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.sample_chance import Numbers, binomial, key, normal, poisson, uniform
from layers.indicators.sample_ground import CURVES, Ground

ORDER: tuple[PeriodKind, ...] = ("month", "quarter", "half", "year")
EPOCH = 2026.0  # levels of the profiles hold at the start of this year; trends run from here
LOW_TOWN, MEAN_TOWN = 0.12, 0.4


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by name: codes of indicators, and lower-case names of quantities that only serve others."""
    with (FOLDER / "sample-profiles.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["name"]: _profile(row) for row in csv.DictReader(file)})


def _profile(row: dict[str, str]) -> Profile:
    rules = row["rule"].split(",")
    one = indicators.get(row["name"])
    return Profile(
        name=row["name"],
        shape=row["shape"],
        driver=row["driver"],
        level=float(row["level"] or 0),
        spread=float(row["spread"] or 0),
        trend=float(row["trend"] or 0),
        season=row["season"],
        noise=float(row["noise"] or 0),
        field=row["field"],
        ward=float(row["ward"] or 0),
        target=row["target"],
        flow=one.time_rule == "sum" if one else "flow" in rules,
        whole=_counts(one) if one else "cont" not in rules,
        plan="plan" in rules,
    )


def _counts(one: Indicator) -> bool:
    unit = one.numerator_unit if one.is_ratio else one.unit
    return unit not in ("ha", "km", "tấn", "tỷ đồng", "triệu USD", "triệu m³") and (one.is_ratio or one.decimals == 0)


@cache
def drivers() -> frozenset[str]:
    """Names that another profile grows from; only these are worth remembering."""
    return frozenset(word for one in profiles().values() for word in one.driver.split())


def data_kind(one: Indicator) -> PeriodKind:
    """The kind of period sample figures are made for: months for anything shorter."""
    return "month" if one.period in ("day", "week") else one.period


@dataclass(frozen=True, slots=True)
class Profile:
    """Value = driver × level × exp(effects) (amount), driver × logistic (share), level + effects (index)."""

    name: str
    shape: str  # amount, share, index, or “of” when both components are quantities of their own
    driver: str  # quantities joined by + and −; “a / b” for “of”
    level: float
    spread: float  # between areas
    trend: float  # a year
    season: str
    noise: float  # between periods; 0 for slow stocks
    field: str
    ward: float  # difference between town and country
    target: str
    flow: bool
    whole: bool
    plan: bool  # a yearly plan, known from its first day


@dataclass(frozen=True)
class Model:
    """Quantities for these areas and months, made on demand."""

    ground: Ground
    first: Period
    last: Period
    made: dict[str, Numbers] = field(default_factory=dict)

    def steps(self, kind: PeriodKind) -> tuple[Period, ...]:
        """Periods from the January of the first year to the one that holds the last month."""
        return periods.range(kind, periods.year(self.first.in_year), self.last)

    def published(self, one: Indicator) -> list[int]:
        """Positions of the steps that people would see: touched by the months asked for, and over or planned."""
        plan = profiles()[one.code].plan
        steps = enumerate(self.steps(data_kind(one)))
        seen = ((at, step) for at, step in steps if step.end > self.first.start)
        return [at for at, step in seen if plan or step.end <= self.last.end]

    def quantity(self, expression: str, kind: PeriodKind) -> Numbers:
        """Areas × steps of a sum or difference of quantities, never below zero."""
        total, sign = np.zeros(1), 1.0
        for word in expression.split():
            if word in "+-":
                sign = -1.0 if word == "-" else 1.0
            else:
                total = total + sign * self._one(word, kind)
        return np.asarray(np.maximum(total, 0))

    def figures(self, one: Indicator) -> tuple[Numbers, Numbers | None, Numbers | None]:
        """Value, numerator and denominator by area and step; NaN where there is nothing to divide by."""
        profile, kind = profiles()[one.code], data_kind(one)
        if profile.shape == "of":
            above, _, below = profile.driver.partition(" / ")
            return _divided(self.quantity(above, kind), self.quantity(below, kind), one.scale)
        if one.is_ratio:
            return _divided(self._native(profile), self.quantity(profile.driver, kind), one.scale)
        values = self._native(profile)
        if one.space_rule != "weighted_mean":
            return values, None, None
        weight = np.broadcast_to(self.quantity(profile.driver, kind), values.shape)
        return np.where(weight > 0, values, np.nan), values * weight, weight

    def _one(self, name: str, kind: PeriodKind) -> Numbers:
        if name not in profiles():
            return self._with_parents(self.ground.quantity(name, self.steps(kind)), additive=name != "province")
        if name not in self.made:
            native = self._native(profiles()[name])
            if name not in drivers():
                return self._aligned(native, profiles()[name], kind)
            self.made[name] = native
        return self._aligned(self.made[name], profiles()[name], kind)

    def _kind(self, profile: Profile) -> PeriodKind:
        one = indicators.get(profile.name)
        return data_kind(one) if one else "month"

    def _aligned(self, native: Numbers, profile: Profile, kind: PeriodKind) -> Numbers:
        have, want = self._kind(profile), kind
        if have == want:
            return native
        source, steps = self.steps(have), self.steps(want)
        if ORDER.index(have) < ORDER.index(want):
            inside = [[at for at, s in enumerate(source) if step.start <= s.start < step.end] for step in steps]
            if profile.flow:
                return np.stack([native[:, at].sum(axis=1) for at in inside], axis=1)
            return native[:, [at[-1] for at in inside]]
        holding = []
        for step in steps:
            at = next(at for at, s in enumerate(source) if s.holds(step.start))
            known = profile.plan or source[at].end <= self.last.end  # else the newest figure out is last year's
            holding.append(at if known else max(at - 1, 0))
        return native[:, holding]

    def _native(self, profile: Profile) -> Numbers:
        steps = self.steps(self._kind(profile))
        one = indicators.get(profile.name)
        if profile.shape == "index":
            values = profile.level + self._effect(profile, steps)
            low, high = (one.low, one.high) if one else (None, None)
            return np.asarray(np.round(np.clip(values, low, high), one.decimals if one else 2), dtype=np.float64)
        driver = self.quantity(profile.driver, self._kind(profile))
        if profile.season in CURVES:
            values = self._accumulated(profile, steps, driver)
        else:
            values = self._drawn(profile, steps, driver)
        if one and one.time_rule == "cumulative":
            since = (steps[0].in_year - 2021) * 12  # what was finished before the first step
            values = np.rint(values[:, :12].mean(axis=1, keepdims=True) * since) + values.cumsum(axis=1)
        if not profile.whole:
            values = np.round(values, one.decimals + 2 if one else 3)
        if one and one.high is not None and not one.is_ratio:
            values = np.where(self.ground.communes[:, None], np.minimum(values, one.high), values)
        return self._with_parents(values, additive=self._by_commune(profile))

    def _drawn(self, profile: Profile, steps: Sequence[Period], driver: Numbers) -> Numbers:
        keys, salt = self.ground.keys, key(self.ground.seed, profile.name, "draw")
        effect = self._effect(profile, steps)
        if profile.noise:
            chance = uniform(salt, keys[:, None], _step_keys(steps)[None, :])
        else:  # one chance an area: a stock of few things changes seldom and in one direction
            chance = uniform(salt, keys)[:, None]
        if profile.shape == "share":
            share = _logistic(_logit(profile.level) + effect)
            if not profile.whole:
                return np.asarray(driver * share)
            return binomial(driver, share, chance) if profile.noise else np.floor(driver * share + chance * 0.999)
        mean = driver * profile.level * np.exp(np.clip(effect, -3, 3))
        if not profile.whole:
            return np.asarray(mean)
        return poisson(mean, chance) if profile.noise else np.floor(mean + chance * 0.999)

    def _accumulated(self, profile: Profile, steps: Sequence[Period], driver: Numbers) -> Numbers:
        """Cumulated from January: the year's amount spread along a curve, always rising within the year."""
        keys, years = self.ground.keys, self.steps("year")
        of_year = [step.in_year - years[0].in_year for step in steps]
        effect = self._effect(profile, years)[:, of_year]
        share = profile.shape == "share"
        size = _logistic(_logit(profile.level) + effect) if share else profile.level * np.exp(effect)
        own = normal(key(self.ground.seed, profile.name, "pace"), keys)
        pace = np.exp(-0.9 * profile.noise * (own + self.ground.field(profile.field)))  # the able are earlier
        curve = np.diff(np.array([0.0, *CURVES[profile.season]]) ** pace[:, None])
        salt = key(self.ground.seed, profile.name, "path")
        rough = np.exp(profile.noise * normal(salt, keys[:, None], _step_keys(steps)[None, :]))
        parts = driver * size * rough * curve[:, [step.start.month - 1 for step in steps]]
        total = np.empty_like(parts)
        for year in set(of_year):
            at = [position for position, one in enumerate(of_year) if one == year]
            total[:, at] = parts[:, at].cumsum(axis=1)
        return np.asarray(np.minimum(total, driver) if share else total)

    def _effect(self, profile: Profile, steps: Sequence[Period]) -> Numbers:
        """What moves an area and step away from the level: place, kind, years, season and chance."""
        ground, seed, name = self.ground, self.ground.seed, profile.name
        keys, stamps = ground.keys[:, None], _step_keys(steps)[None, :]
        shared = ground.field(profile.field) if profile.field else ground.smooth(name + " shared")
        own = normal(key(seed, name, "own"), ground.keys)
        place = profile.spread * (0.6 * shared + 0.3 * ground.smooth(name) + 0.6 * own)
        town = LOW_TOWN if profile.shape == "amount" else MEAN_TOWN
        place = place + profile.ward * (ground.urban_share - town)
        years = np.array([s.start.year + (s.start.month - 1) / 12 for s in steps]) - EPOCH
        effect = place[:, None] + profile.trend * years + ground.season(profile.season, steps)
        if not profile.noise:
            return np.asarray(effect)
        phase, pace = (uniform(key(seed, name, part), ground.keys)[:, None] for part in ("phase", "pace"))
        slow = np.sin(2 * np.pi * (years * (0.3 + 0.5 * pace) + phase))
        fresh = normal(key(seed, name, "fresh"), keys, stamps)
        common = normal(key(seed, name, "common"), stamps)
        return np.asarray(effect + profile.noise * (0.8 * fresh + 0.4 * common + 0.6 * slow))

    def _by_commune(self, profile: Profile) -> bool:
        one = indicators.get(profile.name)
        if one:
            return one.lowest_level == "commune"
        words = [word for word in profile.driver.split() if word not in "+-/"]
        inner = (profiles().get(word) for word in words)
        return "province" not in words and all(self._by_commune(part) for part in inner if part)

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


def _divided(above: Numbers, below: Numbers, scale: float) -> tuple[Numbers, Numbers, Numbers]:
    above, below = np.broadcast_arrays(above, below)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, scale * (above / below), np.nan), above, below


def _step_keys(steps: Sequence[Period]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array([key(step.key) for step in steps], dtype=np.uint64)


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _logistic(value: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -12, 12))))
