"""The state of a value against what is due: green, yellow, orange or red by the bands of its indicator."""

from __future__ import annotations

import math
from typing import Literal, get_args

from layers.indicators.catalogue import Indicator
from layers.indicators.targets import Due

State = Literal["green", "yellow", "orange", "red"]
STATES: tuple[State, ...] = get_args(State)
"""From good to bad."""

_OF_BANDS: dict[int, tuple[State, ...]] = {1: ("green", "red"), 2: ("green", "yellow", "red"), 3: STATES}


def state(value: float | None, due: Due | None, one: Indicator, *, ending: float | None = None) -> State | None:
    """Return the state of a value; None where value or target is missing.

    `ending` is the better forecast of the year's result: where even that would be red at the end of the year, the
    state is red today.
    """
    found = deviation(value, due, one)
    if found is None:
        return None
    now = _banded(found, one)
    if ending is not None and due is not None and now != "red":
        then = deviation(ending, Due(due.whole, due.whole), one)
        if then is not None and _banded(then, one) == "red":
            return "red"
    return now


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


def _banded(points: float, one: Indicator) -> State:
    # A figure that is exactly on the edge by its decimals must not fall below it by binary arithmetic.
    worse = sum(points < band - 1e-9 for band in one.bands)
    return _OF_BANDS[len(one.bands)][worse]
