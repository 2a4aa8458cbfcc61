"""Figures shared out in whole units: of people nobody is cut, and the parts add up to the whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FINEST = 6  # decimals; finer figures are shared out as they are
USUAL = 0.95  # of the figures have no more decimals than the others are shared out in


def decimals(table: Floats) -> Ints:
    """Decimals in which each figure is shared out: its own, or those nearly all have; more than FINEST: as it is."""
    numbers = table[np.isfinite(table)]
    found = np.full(len(numbers), FINEST + 1)
    left = np.arange(len(numbers))
    for count in range(FINEST + 1):
        scaled = numbers[left] * 10.0**count
        fits = (np.abs(scaled - np.round(scaled)) <= 1e-6) & (np.abs(scaled) < 2.0**52)
        found[left[fits]] = count
        left = left[~fits]
    usual = int(np.quantile(found, USUAL, method="higher")) if len(found) else 0
    out = np.zeros(table.shape, dtype=np.int64)
    out[np.isfinite(table)] = np.maximum(found, usual)
    return out


def shared_out(parts: Floats, whole: Floats, count: Ints, group: Ints) -> Floats:
    """Round the parts of each group so that they add up to its whole; all arrays links × periods but `group`."""
    exact = count <= FINEST
    units = 10.0 ** np.where(exact, count, 0)
    wanted = np.where(exact, parts * units, 0.0)
    floor = np.floor(wanted + 1e-9)
    total = np.where(exact, np.round(whole * units), 0.0)
    out = np.empty(parts.shape)
    for t in range(parts.shape[1]):
        left = total[:, t] - np.bincount(group, floor[:, t])[group]
        # The units left over go to the largest remainders; equal ones to the first.
        order = np.lexsort((np.arange(len(group)), -(wanted[:, t] - floor[:, t]), group))
        rank = np.empty(len(group))
        first = np.r_[0, np.flatnonzero(np.diff(group[order])) + 1]
        rank[order] = np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))
        out[:, t] = (floor[:, t] + (rank < left)) / units[:, t]
    return np.where(exact, out, parts)


def outward(low: Floats, high: Floats, table: Floats) -> tuple[Floats, Floats]:
    """A band around sums of figures in their units: of people it has no fractions."""
    count = decimals(table)[np.isfinite(table)].min(initial=FINEST + 1)
    if count > FINEST:
        return low, high
    units = 10.0**count
    return np.fmin(low, np.floor(low * units + 1e-6) / units), np.fmax(high, np.ceil(high * units - 1e-6) / units)
