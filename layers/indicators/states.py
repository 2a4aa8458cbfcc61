"""The state of a value against what is due: green, yellow, orange or red by the bands of its indicator."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from layers.indicators.catalogue import Indicator
from layers.indicators.course import Manner, Steps, best_end, so_far
from layers.indicators.forecast import FALL, RISE
from layers.indicators.periods import Period
from layers.indicators.targets import Due, Target, asked, path, steps_in

State = Literal["green", "yellow", "orange", "red"]
STATES: tuple[State, ...] = get_args(State)
"""From good to bad."""

_OF_BANDS: dict[int, tuple[State, ...]] = {1: ("green", "red"), 2: ("green", "yellow", "red"), 3: STATES}


def states_of(one: Indicator) -> tuple[State, ...]:
    """Return the states that the bands of an indicator tell apart, from good to bad."""
    return _OF_BANDS[len(one.bands)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A value against one plan; without a target where the indicator has a band to be met."""

    target: Target | None
    due: Due | None
    state: State | None


def judge(
    one: Indicator, targets: Iterable[Target], period: Period, value: float | None, year: Steps | None = None
) -> list[Judged]:
    """Hold the value of a period against each plan that speaks of it, in the order of the plans; the first one counts.

    `year` are the values of the year the period is counted in: with them a year that can only end red is red now.
    """
    found = []
    for target, due in asked(targets, period):
        now = state(value, due, one)
        if now and year is not None and _ends_red(one, target, ending(one, target, period, year)):
            now = "red"
        found.append(Judged(target, due, now))
    if not found and (one.target_low is not None or one.target_high is not None):
        return [Judged(None, None, state(value, None, one))]
    return found


def ending(one: Indicator, target: Target, period: Period, year: Steps) -> float | None:
    """Return the better forecast of the result of a year whose steps add up; None in its first months and its last."""
    if target.rule == "level" or target.period.kind != "year" or period == target.period:
        return None
    steps, number = steps_in(period), period.number
    quarter = max(1, round(steps / 4))
    how: Manner = "sum" if target.rule == "share" else "cumulative"
    if not quarter <= number < steps or len(year) != steps or (now := so_far(year, number, how)) is None:
        return None
    before = so_far(year, number - quarter, how) if number > quarter else 0.0
    dues = path(target, number * 12 / steps), path(target, (number - quarter) * 12 / steps)
    return best_end((now, before), dues, target.value, less=one.direction == "down", rise=RISE, fall=FALL)


def state(value: float | None, due: Due | None, one: Indicator) -> State | None:
    """Return the state of a value; None where value or target is missing."""
    found = deviation(value, due, one)
    if found is None:
        return None
    # A figure that is exactly on the edge by its decimals must not fall below it by binary arithmetic.
    return states_of(one)[sum(found < band - 1e-9 for band in one.bands)]


def deviation(value: float | None, due: Due | None, one: Indicator) -> float | None:
    """Return by how many points a value is better (above zero) or worse than what is due.

    A point is one of the unit where the unit is per cent, else a hundredth of the target. Where less is better the
    sign is turned; where neither is better any difference is worse. An indicator with a target band is as far off as
    the nearer edge of the band.
    """
    if value is None or not math.isfinite(value):
        return None
    if one.target_low is not None or one.target_high is not None:
        return _off_band(value, one)
    if due is None or not math.isfinite(due.value):
        return None
    found = _points(value - due.value, due.whole, one)
    if one.direction == "up":
        return found
    return -found if one.direction == "down" else -abs(found)


def _off_band(value: float, one: Indicator) -> float:
    low, high = one.target_low, one.target_high
    if low is not None and value < low:
        return -abs(_points(low - value, low, one))
    if high is not None and value > high:
        return -abs(_points(value - high, high, one))
    return 0.0


def _points(difference: float, whole: float, one: Indicator) -> float:
    if one.unit == "%":
        return difference
    if whole == 0:  # no percentage of nothing: it is met or it is not
        return math.copysign(100.0, difference) if difference else 0.0
    return difference / abs(whole) * 100


def _ends_red(one: Indicator, target: Target, result: float | None) -> bool:
    return state(result, Due(target.value, target.value), one) == "red"
