"""How a sample quantity is drawn: what moves an area and a period away from the level, and chance around that."""

from __future__ import annotations

from functools import cache

import numpy as np

from layers.indicators import periods
from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers, binomial, key, normal, poisson, uniform
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_places import CURVES
from layers.indicators.sample_profiles import Profile
from layers.indicators.sample_seasons import season

EPOCH = 2026.0  # levels of the profiles hold at the start of this year; trends run from here
LOW_TOWN, MEAN_TOWN = 0.12, 0.4
APART = 0.25  # how far former parts of one area differ, beside the spread between areas


@cache
def stamps(steps: tuple[Period, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A number for each step, that of its name."""
    return np.array([key(step.key) for step in steps], dtype=np.uint64)


def fresh(ground: Ground, profile: Profile, steps: tuple[Period, ...]) -> Numbers:
    """Standard normal numbers by area and step."""
    return normal(key(ground.seed, profile.name, "fresh"), ground.keys[:, None], stamps(steps)[None, :])


def effect(ground: Ground, profile: Profile, steps: tuple[Period, ...], *, still: bool = False) -> Numbers:
    """What moves an area and step away from the level: place, kind, years, season and (unless `still`) chance.

    Areas that became one share its place and its slow ups and downs, so that a reform moves nothing.
    """
    seed, name = ground.seed, profile.name
    years = np.array([s.start.year + (s.start.month - 1) / 12 for s in steps]) - EPOCH
    moved = _place(ground, profile)[:, None] + profile.trend * years + season(ground, profile.season, steps)
    if still or not profile.noise:
        return np.asarray(moved)
    phase, pace = (uniform(key(seed, name, part), ground.lineage)[:, None] for part in ("phase", "pace"))
    slow = np.sin(2 * np.pi * (years * (0.3 + 0.5 * pace) + phase))
    common = normal(key(seed, name, "common"), stamps(steps)[None, :])
    return np.asarray(moved + profile.noise * (0.8 * fresh(ground, profile, steps) + 0.4 * common + 0.6 * slow))


def _place(ground: Ground, profile: Profile) -> Numbers:
    name = profile.name
    shared = ground.field(profile.field) if profile.field else ground.smooth(name + " shared")
    own = normal(key(ground.seed, name, "own"), ground.lineage)
    place = profile.spread * (0.6 * shared + 0.3 * ground.smooth(name) + 0.6 * own)
    town = LOW_TOWN if profile.shape == "amount" else MEAN_TOWN
    apart = ground.apart(name, APART * profile.spread, adds=profile.shape == "index")
    return place + profile.ward * (ground.urban_share - town) + apart


def drawn(ground: Ground, profile: Profile, steps: tuple[Period, ...], driver: Numbers, moved: Numbers) -> Numbers:
    """An amount that grows from its driver, or a share of it; counts of things are whole."""
    keys, salt = ground.keys, key(ground.seed, profile.name, "draw")
    again = bool(profile.noise) or profile.flow
    # One chance an area where nothing else moves: a stock of few things changes seldom and in one direction.
    chance = uniform(salt, keys[:, None], stamps(steps)[None, :]) if again else uniform(salt, keys)[:, None]
    if profile.shape == "share":
        share = _logistic(_logit(profile.level) + moved)
        if not profile.whole:
            return np.asarray(driver * share)
        return binomial(driver, share, chance) if again else np.floor(driver * share + chance * 0.999)
    mean = driver * profile.level * np.exp(np.clip(moved, -3, 3))
    if not profile.whole:
        return np.asarray(mean)
    return poisson(mean, chance) if again else np.floor(mean + chance * 0.999)


def accumulated(ground: Ground, profile: Profile, steps: tuple[Period, ...], driver: Numbers) -> Numbers:
    """Cumulated from January: the year's amount spread along a curve, always rising within the year."""
    first, last = steps[0].in_year, steps[-1].in_year
    years = tuple(periods.year(one) for one in range(first, last + 1))
    of_year = [step.in_year - first for step in steps]
    moved = effect(ground, profile, years, still=True) + _of_year(ground, profile, years)
    share = profile.shape == "share"
    size = _logistic(_logit(profile.level) + moved) if share else profile.level * np.exp(moved)
    own = normal(key(ground.seed, profile.name, "pace"), ground.lineage)
    pace = np.exp(-0.9 * profile.noise * (own + ground.field(profile.field)))  # the able are earlier
    curve = np.diff(np.array([0.0, *CURVES[profile.season]]) ** pace[:, None])
    salt = key(ground.seed, profile.name, "path")
    rough = np.exp(profile.noise * normal(salt, ground.lineage[:, None], stamps(steps)[None, :]))
    parts = driver * size[:, of_year] * rough * curve[:, [step.start.month - 1 for step in steps]]
    total = np.empty_like(parts)
    for year in set(of_year):
        at = [position for position, one in enumerate(of_year) if one == year]
        total[:, at] = parts[:, at].cumsum(axis=1)
    return np.asarray(np.minimum(total, driver) if share else total)


def _of_year(ground: Ground, profile: Profile, years: tuple[Period, ...]) -> Numbers:
    """What sets one year apart, the same before and after a reform within it."""
    salt = key(ground.seed, profile.name, "of the year")
    return profile.noise * normal(salt, ground.lineage[:, None], stamps(years)[None, :])


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _logistic(value: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -12, 12))))
