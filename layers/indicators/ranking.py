"""Who stands where among peers, and which differences are no more than the usual back and forth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from layers.indicators.catalogue import Direction

Floats = npt.NDArray[np.float64]
Groups = npt.NDArray[np.generic]

STEPS = 12  # differences from one period to the next that tell how a series moves by itself
FEWEST = 4  # of them, else nothing is said
SIGMA = 1.4826  # makes the median distance from the median a standard deviation, where errors are normal
BEYOND = 2.0  # standard deviations that a difference has to exceed


def places(values: Floats, groups: Groups, direction: Direction) -> Floats:
    """Return the place of each value in its group, 1 the best; equals share a place, a blank (NaN) has none.

    Where neither more nor less is better, the most comes first.
    """
    goodness = -values if direction == "down" else values
    found = np.full(len(values), np.nan)
    for group in np.unique(groups):
        mine = np.flatnonzero((groups == group) & np.isfinite(values))
        ordered = np.sort(goodness[mine])
        found[mine] = len(mine) - np.searchsorted(ordered, goodness[mine], side="right") + 1
    return found


def percentiles(values: Floats, groups: Groups, direction: Direction) -> Floats:
    """Return the share (0–100) of each value's peers that it leaves behind, of equals half; 100 is the best of all.

    NaN for a blank, without a peer, and where neither more nor less is better.
    """
    found = np.full(len(values), np.nan)
    if direction == "neutral":
        return found
    goodness = -values if direction == "down" else values
    for group in np.unique(groups):
        mine = np.flatnonzero((groups == group) & np.isfinite(values))
        if len(mine) < 2:
            continue
        ordered = np.sort(goodness[mine])
        worse = np.searchsorted(ordered, goodness[mine], side="left")
        equal = np.searchsorted(ordered, goodness[mine], side="right") - worse - 1
        found[mine] = 100 * (worse + equal / 2) / (len(mine) - 1)
    return found


def standing(value: float, peers: Floats, direction: Direction) -> tuple[int, int, float]:
    """Return place, number of ranked peers and percentile of one value among its peers, itself included.

    The same as `places` and `percentiles` tell of all.
    """
    there = peers[np.isfinite(peers)]
    more, equal = int((there > value).sum()), int((there == value).sum()) - 1
    less = len(there) - 1 - more - equal
    better, worse = (less, more) if direction == "down" else (more, less)
    alone = len(there) < 2 or direction == "neutral"
    return better + 1, len(there), np.nan if alone else 100 * (worse + equal / 2) / (len(there) - 1)


def sizes(values: Floats, groups: Groups) -> npt.NDArray[np.int64]:
    """Return how many of each one's group have a value."""
    _, group = np.unique(groups, return_inverse=True)
    return np.bincount(group, np.isfinite(values)).astype(np.int64)[group]


def spread(lines: Floats) -> Floats:
    """Return how far each series (a row, oldest period first) moves from one period to the next by itself.

    1.4826 times the median distance of its last differences from their median, so that neither a steady trend nor one
    jump counts; NaN where fewer than four differences are known.
    """
    if lines.shape[1] < 2:
        return np.full(len(lines), np.nan)
    steps = np.diff(lines, axis=1)[:, -STEPS:]
    found = np.full(len(lines), np.nan)
    enough = np.isfinite(steps).sum(axis=1) >= FEWEST
    distances = np.abs(steps[enough] - np.nanmedian(steps[enough], axis=1, keepdims=True))
    found[enough] = SIGMA * np.nanmedian(distances, axis=1)
    return found


def sampling(numerators: Floats, denominators: Floats, scale: float) -> Floats:
    """Return the standard error of each share `scale · numerator / denominator` of so many counted cases.

    NaN where it is no share of whole cases. With one case in each part added, so that 5 of 5 is not certain.
    """
    whole = (numerators >= 0) & (numerators <= denominators) & (denominators > 0)
    whole &= (numerators == np.round(numerators)) & (denominators == np.round(denominators))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (numerators + 1) / (denominators + 2)
        return np.where(whole, scale * np.sqrt(share * (1 - share) / denominators), np.nan)


def noise(lines: Floats, errors: Floats) -> Floats:
    """Return what a difference of each series has to exceed to mean something; NaN where nothing tells.

    `lines` end with the period before the one that is judged, so that a jump is not measured by itself; `errors` are
    standard errors of the value that is judged.
    """
    found: Floats = BEYOND * np.fmax(spread(lines), errors * np.sqrt(2.0))
    return found
