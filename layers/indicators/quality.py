"""What makes figures doubtful, as arithmetic on areas × periods: repeated, out of line, leaping, not adding up.

Values are arrays of areas (rows) and periods, the oldest first; NaN is no value. Nothing here reads the database.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SPREAD = 1.4826  # a median of absolute deviations is that many times smaller than a standard deviation
TAIL, TAIL_SPREAD = 0.8, 1.2816  # four deviations of five are below that many standard deviations
FINER = 4  # digits
FEW = 6  # differences that a line of time needs to tell how much it varies

SAME = 0.98  # share of a copied form or column that is equal to the last one
COPIED_FORM, COPIED_COLUMN = 1 / 250, 1 / 5000  # how rare copies are: evidence must outweigh it
COPIES_AT_MOST = 0.02  # of an indicator's figures: what repeats itself more often does so by its nature
SURE = 0.95  # how likely a copy must be to be flagged

FAR = 6.0  # usual deviations from what own past and neighbours let expect
RECORD = 1.5  # times as far as any other of its line but one
NEAR_NOUGHT = 0.05  # of what is usual
EFFECT, EFFECT_OF_RATE = 0.4, 0.15  # in logarithms: half as much again, of a rate a seventh
BY_CHANCE = 4.0  # usual deviations of so few things
NEAR = 3  # neighbours with a value that are needed, else all areas count

LEAP, LEAP_FAR = 0.22, 5.0  # in logarithms (a quarter more), and usual deviations
MATCHED = 3  # periods of a year on both sides of a merger that are needed

ROUNDING = 0.005  # part of a total that may differ by rounding


def median(values: Floats, axis: int) -> Floats:
    """The median of what there is along an axis; NaN where there is nothing."""
    ordered = np.sort(values, axis=axis)  # NaN goes to the end
    count = np.isfinite(values).sum(axis=axis, keepdims=True)
    low, high = ((count - 1).clip(0) // 2, (count // 2).clip(max=max(values.shape[axis] - 1, 0)))
    found = (np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)) / 2
    return np.asarray(np.where(count > 0, found, np.nan).squeeze(axis))


def deviation(values: Floats, axis: int) -> Floats:
    """The usual deviation from the median along an axis: that of most values, so that a few do not count.

    The wider of what the nearest half and the nearest four fifths tell: figures of little often stand still and leap.
    """
    apart = np.sort(np.abs(values - np.expand_dims(median(values, axis), axis)), axis=axis)
    count = np.isfinite(apart).sum(axis=axis, keepdims=True)
    last = np.floor(TAIL * (count - 1).clip(0)).astype(np.int64)
    tail = np.take_along_axis(apart, last, axis).squeeze(axis) / TAIL_SPREAD
    return np.fmax(SPREAD * median(apart, axis), tail)


def resolution(values: Floats, unit: float) -> Floats:
    """How finely each value is told: 1 200 in hundreds, 1 234 in ones; at most so many digits behind that of `unit`."""
    step = unit * 10.0**-FINER
    found = np.full(values.shape, step)
    while (step := step * 10) <= np.nanmax(np.abs(values), initial=0.0):
        whole = np.abs(values / step - np.round(values / step)) <= 1e-6
        found = np.where(whole & (values != 0), step, found)
    return found


def repeated(values: Floats, unit: float, *, counts: bool) -> Floats:
    """How much each value speaks for being the last period's once more, in natural logarithms; 0 where it says nothing.

    An equal value counts for as much as it would be unlikely by chance: of a line that moves by thousands very much, of
    one that stands still or is told in round numbers nothing. A value that differs speaks against.
    """
    before = np.hstack([np.full((len(values), 1), np.nan), values[:, :-1]])
    told = np.isfinite(values) & np.isfinite(before) & ((values != 0) | (before != 0))
    equal = told & (values == before)
    step = np.where(told, values - before, np.nan)
    spread = SPREAD * median(np.abs(step), 1)
    level = median(np.abs(values), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        usual = median((spread / level)[None, :], 1)[0] * level
        spread = np.where(told.sum(1) >= FEW, spread, usual)
        narrow = resolution(values, unit) / 2 / spread[:, None]
        # how much of a normal distribution lies so near its middle (Pólya's formula)
        chance = np.where(spread[:, None] > 0, np.sqrt(-np.expm1(-2 / np.pi * narrow**2)), 1.0)
        if counts:  # two draws of the same few things
            chance = np.fmax(chance, 0.5 / np.sqrt(np.pi * np.fmax(values, 0.1)).clip(min=0.5))
        # What repeats itself now and then anyway, in the line (this once is not counted) or everywhere.
        often = (equal.sum(1, keepdims=True) - equal) / np.maximum(told.sum(1, keepdims=True) - 1, 1)
        everywhere = max(equal.sum() / max(told.sum(), 1) - COPIES_AT_MOST, 0.0)
        often = np.fmax(np.fmax(often, everywhere), _coincidence(values)[:, None])
        chance = np.clip(np.fmax(chance, often), 1e-9, SAME)
        return np.where(
            equal, np.log(SAME / chance), np.where(told, np.log((1 - SAME) / (1 - chance)), 0.0).clip(max=0.0)
        )


def _coincidence(values: Floats) -> Floats:
    """How likely two figures of a line are equal by chance: how many pairs that do not follow each other are."""
    ordered = np.sort(values, axis=1)
    pairs = np.zeros(len(values))
    for apart in range(1, values.shape[1]):
        equal = (ordered[:, apart:] == ordered[:, :-apart]).sum(1)
        pairs += equal
        if not equal.any():
            break
    followed = (values[:, 1:] == values[:, :-1]).sum(1)
    count = np.isfinite(values).sum(1)
    every = np.maximum(count * (count - 1) / 2 - np.maximum(count - 1, 0), 1)
    return np.asarray((pairs - followed) / every)


def copied(evidence: Floats, rarity: float) -> Mask:
    """Where summed evidence outweighs how rare copies are."""
    return np.asarray(evidence >= np.log((1 - rarity) / rarity) + np.log(SURE / (1 - SURE)))


def outliers(
    values: Floats, neighbours: Ints, *, unit: float, counts: bool, effect: float, limits: tuple[float, float]
) -> tuple[Mask, Floats, Floats]:
    """Values out of line with an area's own past and with what its neighbours did at the same time.

    `neighbours` are rows of each row's neighbours, -1 where there is none; `counts` vary by chance. Returns where, the
    value expected from both, and by how many usual deviations each value differs (signed). A value must differ by
    `effect` (in logarithms) and further than any other of its line but one; a step that lasts is flagged where it begins.
    """
    values = np.where(values >= 0, values, np.nan)
    level = median(values, 1)[:, None]
    near = np.fmax(NEAR_NOUGHT * level, unit)  # added, so that nought has a logarithm
    x = 2 * np.sqrt(values + 0.375) if counts else np.log(values + near)
    own = median(x, 1)[:, None]
    moved = x - own
    around = np.vstack([moved, np.full((1, moved.shape[1]), np.nan)])[neighbours]  # areas × neighbours × periods
    everyone = np.broadcast_to(median(moved, 0)[None, :], moved.shape)
    together = np.where(np.isfinite(around).sum(1) >= NEAR, median(around, 1), everyone)
    apart = moved - together
    middle = median(apart, 1)[:, None]
    usual = deviation(apart, 1)[:, None]
    pooled = median(np.where(usual > 0, usual, np.nan), 0)
    floor = np.fmax(pooled / 2, 1.0 if counts else np.log((values + near + unit) / (values + near)))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        far = (apart - middle) / np.fmax(usual, floor)
        expected = own + together + middle
        expected = ((expected / 2) ** 2 - 0.375 if counts else np.exp(expected) - near).clip(*limits)
        ratio = np.abs(np.log((values + near) / (expected + near)))
        changed = np.abs(np.diff(apart, axis=1, prepend=np.nan))
        changed = np.where(np.isfinite(changed), changed, np.inf)
        size = np.abs(apart - middle)
        found = (
            (np.abs(far) >= FAR) & (ratio >= effect) & (changed >= size / 2) & (size >= RECORD * _next_largest(size))
        )
    found &= np.isfinite(values).sum(1, keepdims=True) >= FEW
    return np.asarray(found), expected, far


def by_chance(expected: float, numerator: float, denominator: float, scale: float) -> bool:
    """Whether a ratio of counts differs from the expected one by no more than so few things do by chance."""
    if numerator != round(numerator) or denominator != round(denominator):
        return False
    awaited = expected * denominator / scale
    inside = max(1 - awaited / denominator, 0.0) if awaited <= denominator and numerator <= denominator else 1.0
    return bool(abs(numerator - awaited) < BY_CHANCE * np.sqrt(awaited * inside + 1.0))


def _next_largest(size: Floats) -> Floats:
    """The largest but one of the other values of each line, so that two mistakes in one line do not hide each other."""
    ordered = -np.sort(-np.nan_to_num(size), axis=1)
    third = ordered[:, min(2, ordered.shape[1] - 1)]
    second = ordered[:, min(1, ordered.shape[1] - 1)]
    return np.where(size >= second[:, None], third[:, None], second[:, None])


def leaps(
    before: Floats, after: Floats, least: Floats, most: Floats, *, noise: Literal["flow", "stock", "amount"]
) -> tuple[Mask, Floats, float]:
    """Areas whose figures changed with their ground, against what changed everywhere.

    `before` and `after` are figures of the same areas, former ones carried, for the same periods of a year; `least` and
    `most` what was carried whole and what may have been at most: a change between them may be one of the sharing out.
    Counts (`flow` over a time, `stock` on a day) vary by chance. Returns where, the factor from before to after, and the
    factor that is usual among the areas.
    """
    both = np.isfinite(before) & np.isfinite(after)
    told = both.sum(1)
    old, new, low, high = (np.where(both, table, 0.0).sum(1) for table in (before, after, least, most))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mine = np.where((old > 0) & (new > 0), np.log(new) - np.log(old), np.nan)
        usual = float(median(mine[None, :], 1)[0])
        steps = np.log(np.where(both & (after > 0), after, np.nan)) - np.log(
            np.where(both & (before > 0), before, np.nan)
        )
        chance = deviation(steps, 1) / np.sqrt(np.maximum(told, 1))
        if noise != "amount":
            size = 1 if noise == "flow" else np.maximum(told, 1)
            chance = np.hypot(np.nan_to_num(chance), np.sqrt(size / old + size / new))
        spread = np.hypot(float(deviation(mine[None, :], 1)[0]), np.nan_to_num(chance))
        apart = np.abs(mine - usual)
        bound = np.where(mine > usual, high, low)
        beyond = np.where(bound > 0, np.abs(np.log(new) - np.log(bound) - usual), np.inf)
        outside = np.where(
            mine > usual, np.log(new) - usual > np.log(high), np.log(new) - usual < np.log(np.maximum(low, 1e-300))
        )
        found = (told >= MATCHED) & (apart >= LEAP) & (apart >= LEAP_FAR * spread) & outside & (beyond >= LEAP / 2)
    return np.asarray(found), np.exp(mine), float(np.exp(usual))


def disagrees(rule: str, given: float, children: Floats, of: int, unit: float) -> bool:
    """Whether a figure given for an area contradicts those of the areas inside it, by the rule they add up by.

    A sum must be that of all its parts, and no less than the parts that are there; any other figure must lie among them.
    """
    there = children[np.isfinite(children)]
    if not there.size:
        return False
    room = max(abs(given) * ROUNDING, unit * len(there) / 2)
    if rule == "sum":
        total = float(there.sum())
        return abs(total - given) > room if len(there) == of else bool(there.min() >= 0 and total > given + room)
    if len(there) < of:
        return False
    low, high = float(there.min()), float(there.max())
    if rule in ("min", "max"):
        return abs(given - (low if rule == "min" else high)) > unit / 2
    return not low - unit <= given <= high + unit
