"""What makes figures doubtful, as arithmetic on areas × periods: repeated, out of line, leaping, not adding up.

Values are arrays of areas (rows) and periods, the oldest first; NaN is no value. Nothing here reads the database.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import erf

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SPREAD = 1.4826  # a median of absolute deviations is that many times smaller than a standard deviation
TAIL, TAIL_SPREAD = 0.8, 1.2816  # four deviations of five are below that many standard deviations
FINER = 4  # digits
FEW = 6  # differences that a line of time needs to tell how much it varies

SAME = 0.98  # share of a copied form or column that is equal to the last one
COPIED_FORM, COPIED_COLUMN = 1 / 250, 1 / 5000  # how rare copies are: evidence must outweigh it
SURE = 0.95  # how likely a copy must be to be flagged

FAR = 6.0  # usual deviations from what own past and neighbours let expect
LEAST_EFFECT = 0.4  # of that in logarithms: half as much again
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


def repeated(values: Floats, unit: float) -> Floats:
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
        chance = np.where(spread[:, None] > 0, erf(narrow / np.sqrt(2)), 1.0)
        # What repeats itself now and then anyway; this once is not counted.
        often = (equal.sum(1, keepdims=True) - equal) / np.maximum(told.sum(1, keepdims=True) - 1, 1)
        chance = np.clip(np.fmax(chance, often), 1e-9, SAME)
        return np.where(
            equal, np.log(SAME / chance), np.where(told, np.log((1 - SAME) / (1 - chance)), 0.0).clip(max=0.0)
        )


def copied(evidence: Floats, rarity: float) -> Mask:
    """Where summed evidence outweighs how rare copies are."""
    return np.asarray(evidence >= np.log((1 - rarity) / rarity) + np.log(SURE / (1 - SURE)))


def scaled(values: Floats, *, counts: bool, relative: bool) -> Floats:
    """Values on a scale where deviations of large and small areas compare.

    Shares as they are; counts by their square root, whose chance is the same everywhere; amounts by their logarithm.
    """
    if relative:
        return values
    if counts:
        return np.asarray(2 * np.sqrt(np.where(values >= 0, values, np.nan) + 0.375))
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def unscaled(scale: Floats, *, counts: bool, relative: bool) -> Floats:
    """The values that `scaled` was made of."""
    if relative:
        return scale
    return np.asarray((scale / 2) ** 2 - 0.375 if counts else np.exp(scale))


def outliers(
    values: Floats, neighbours: Ints, *, unit: float, counts: bool, relative: bool
) -> tuple[Mask, Floats, Floats]:
    """Values out of line with an area's own past and with what its neighbours did at the same time.

    `neighbours` are rows of each row's neighbours, -1 where there is none. Returns where, the value expected from both,
    and by how many usual deviations each value differs (signed). A step that lasts is flagged once, where it begins.
    """
    shape = {"counts": counts, "relative": relative}
    x = scaled(values, **shape)
    own = median(x, 1)[:, None]
    moved = x - own
    padded = np.vstack([moved, np.full((1, moved.shape[1]), np.nan)])
    around = padded[neighbours]  # areas × neighbours × periods
    together = median(around, 1)
    everyone = np.broadcast_to(median(moved, 0)[None, :], moved.shape)
    together = np.where(np.isfinite(around).sum(1) >= NEAR, together, everyone)
    apart = moved - together
    middle = median(apart, 1)[:, None]
    usual = deviation(apart, 1)[:, None]
    pooled = median(np.where(usual > 0, usual, np.nan), 0)
    floor = np.fmax(pooled / 2, 1.0 if counts else np.abs(scaled(values + unit, **shape) - x))
    enough = np.isfinite(values).sum(1, keepdims=True) >= FEW
    with np.errstate(invalid="ignore", divide="ignore"):
        far = (apart - middle) / np.fmax(np.where(enough, usual, pooled), floor)
        expected = unscaled(own + together + middle, **shape)
        ratio = np.abs(np.log(np.maximum(values, unit)) - np.log(np.maximum(expected, unit)))
        changed = np.abs(np.diff(apart, axis=1, prepend=np.nan))
        changed = np.where(np.isfinite(changed), changed, np.inf)
        found = (np.abs(far) >= FAR) & (changed >= np.abs(apart - middle) / 2)
        if not relative:
            found &= ratio >= LEAST_EFFECT
    return np.asarray(found), expected, far


def leaps(before: Floats, after: Floats) -> tuple[Mask, Floats, Floats]:
    """Areas whose figures changed with their ground, against what changed everywhere.

    `before` and `after` are figures of the same areas, former ones carried, for the same periods of a year. Returns
    where, the factor after to before, and the factor that is usual among the areas.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.log(np.where(after > 0, after, np.nan)) - np.log(np.where(before > 0, before, np.nan))
    mine = median(change, 1)
    usual = median(mine[None, :], 1)[0]
    told = np.isfinite(change).sum(1)
    noise = 1.25 * deviation(change, 1) / np.sqrt(np.maximum(told, 1))
    spread = np.hypot(deviation(mine[None, :], 1)[0], noise)
    with np.errstate(invalid="ignore"):
        found = (told >= MATCHED) & (np.abs(mine - usual) >= LEAP) & (np.abs(mine - usual) >= LEAP_FAR * spread)
    return np.asarray(found), np.exp(mine), np.exp(np.full(len(mine), usual))


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


def score(complete: float, timely: float, sound: float) -> float:
    """Between 0 and 100 from three shares between 0 and 1; one that is not known (NaN) does not count."""
    parts = np.array([complete, timely, sound])
    weights = np.where(np.isfinite(parts), np.array(list(WEIGHTS.values())), 0.0)
    return float(100 * (np.nan_to_num(parts) * weights).sum() / weights.sum()) if weights.sum() else float("nan")


WEIGHTS = {"completeness": 0.4, "timeliness": 0.3, "soundness": 0.3}
DOUBT = 10.0  # one doubtful figure in ten leaves nothing of soundness
