"""The course of a year: its steps, what they come to so far, and what the rest has to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from layers.indicators.targets import Rule, steps_in

Steps = npt.NDArray[np.float64]
"""The values of one year: a place for each month (or quarter, week, day), NaN where none is known."""

History = Mapping[int, Steps]
"""Years of one series."""

Manner = Literal["sum", "cumulative", "mean", "last"]
"""How a year's result follows from its steps: they add up, already hold all so far, are averaged, or the last one is it."""

KNOWN = 0.8  # share of the steps of a stretch that must be known
NEARLY = 0.9  # of a past year that must have passed with the last known step


def manner(one: Indicator, rule: Rule | None) -> Manner:
    """Return how a year's result follows from its steps: by the rule of its target, else by the indicator's own."""
    if rule == "share" or (rule is None and one.time_rule == "sum"):
        return "sum"
    if rule == "to_date" or one.time_rule == "cumulative_ytd":
        return "cumulative"
    return "last" if one.time_rule in ("latest", "cumulative") else "mean"


def years(line: Iterable[tuple[Period, float | None]]) -> dict[int, Steps]:
    """Return the years of a series of one kind of period; a year has as many places as it has periods."""
    found: dict[int, Steps] = {}
    for period, value in line:
        number = period.in_year
        if number not in found:
            found[number] = np.full(steps_in(period), np.nan)
        if value is not None:
            found[number][period.number - 1] = value
    return found


def last_known(year: Steps) -> int:
    """How many steps of a year have passed with its last known value."""
    there = np.flatnonzero(np.isfinite(year))
    return int(there[-1]) + 1 if len(there) else 0


def so_far(year: Steps, known: int, how: Manner) -> float | None:
    """What the first steps of a year come to; a missing one counts as the mean of the others, None where many miss."""
    there = year[:known][np.isfinite(year[:known])]
    if how in ("last", "cumulative"):
        return float(there[-1]) if len(there) else None
    if not len(there) or len(there) < KNOWN * known:
        return None
    return float(there.mean()) if how == "mean" else float(there.mean() * known)


class Parted(NamedTuple):
    """A past year parted in two: what was so far, what the rest was, the step between them and the steps in all."""

    so_far: float
    rest: float
    known: int
    steps: int


def part(year: Steps, at: float, how: Manner) -> Parted | None:
    """Part a past year at a share of its steps; None where it has gaps or is not over."""
    steps = len(year)
    known = min(max(1, round(at * steps)), steps - 1)
    if steps < 2 or last_known(year) < steps * NEARLY:
        return None
    start, whole = so_far(year, known, how), so_far(year, steps, how)
    if start is None or whole is None:
        return None
    if how == "last":
        return Parted(start, whole, known, steps)
    if how != "mean":
        return Parted(start, whole - start, known, steps)
    rest = year[known:][np.isfinite(year[known:])]
    return Parted(start, float(rest.mean()), known, steps) if len(rest) >= KNOWN * (steps - known) else None


def end(parted: Parted, how: Manner) -> float:
    """Return the result of a year that goes on as parted."""
    if how == "last":
        return parted.rest
    if how == "mean":
        return (parted.so_far * parted.known + parted.rest * (parted.steps - parted.known)) / parted.steps
    return parted.so_far + parted.rest


def rest_for(parted: Parted, result: float, how: Manner) -> float:
    """Return what the rest of a year has to be for it to end with a result: the inverse of `end`."""
    if how == "last":
        return result
    if how == "mean":
        return (parted.steps * result - parted.known * parted.so_far) / (parted.steps - parted.known)
    return result - parted.so_far


def best_end(
    reached: tuple[float, float | None],
    asked: tuple[float, float],
    whole: float,
    *,
    less: bool,
    rise: float,
    fall: float,
) -> float | None:
    """Return the better forecast of a year's result: at the better pace of the year so far and of its last quarter.

    `reached` and `asked` are what was reached and what was to be reached, now and a quarter of a year before; the pace
    is told against what was asked, the better one times `rise`. Where less is better the lower pace is the better one,
    times `fall`.
    """
    (now, before), (due, due_before) = reached, asked
    paces = [now / due] if due > 0 else []
    if before is not None and due > due_before:
        paces.append((now - before) / (due - due_before))
    if not paces:
        return None
    pace = min(paces) * fall if less else max(paces) * rise
    return now + pace * (whole - due)
