"""Ways to foresee the rest of a year, tried on years that are over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from layers.indicators.course import History, Manner, Parted, end, part

Method = Literal["base", "seasonal"]
METHODS: Mapping[Method, tuple[str, str]] = {
    "base": ("nhịp từ đầu năm kéo dài đến hết năm", "the pace of the year so far carried on to its end"),
    "seasonal": ("theo cùng kỳ các năm trước", "by the same months of past years"),
}

ALIKE = 0.1  # correlation of siblings in one year that is assumed at least


@dataclass(frozen=True, slots=True)
class Case:
    """One past year and the rest that was foreseen for it; `error` is how the rest compares, a quotient, of a rate a difference."""

    series: int
    year: int
    was: Parted
    meant: float
    error: float

    def missed(self, usual: float, how: Manner, rate: bool) -> float:
        """How far off the result was with the usual error taken out: in points of a rate, else a share of the result."""
        foreseen = self.was._replace(rest=self.meant + usual if rate else self.meant * usual)
        result = end(self.was, how)
        off = abs(end(foreseen, how) - result)
        return off if rate else off / abs(result) if result else 1.0


def foreseen(
    so_far: float, history: History, year: int, at: float, how: Manner, rate: bool, method: Method
) -> float | None:
    """Return the rest of a year by a method; None where no year before it tells the season.

    `at` is the share of the year that has passed. Rates move by points, amounts by shares.
    """
    if method == "base":
        return so_far * (1 - at) / at if how in ("sum", "cumulative") else so_far
    before = [found for past in history if past < year and (found := part(history[past], at, how))]
    if not before:
        return None
    if rate:
        return so_far + float(np.mean([one.rest - one.so_far for one in before]))
    starts = sum(one.so_far for one in before)
    return so_far * sum(one.rest for one in before) / starts if starts > 0 else None


def tried(series: Sequence[History], year: int, at: float, how: Manner, rate: bool, method: Method) -> Iterator[Case]:
    """Foresee every year before this one at the same point from what was known then."""
    for number, history in enumerate(series):
        for past in sorted(history):
            if past >= year or (was := part(history[past], at, how)) is None:
                continue
            meant = foreseen(was.so_far, history, past, was.known / was.steps, how, rate, method)
            if meant is None or (not rate and meant <= 0):
                continue
            yield Case(number, past, was, meant, was.rest - meant if rate else was.rest / meant)


def usual(cases: Sequence[Case]) -> float:
    """Return the error in the middle of these."""
    return float(np.median([case.error for case in cases]))


def better(cases: Mapping[Method, Sequence[Case]], how: Manner, rate: bool) -> Method:
    """Return the method that was less off in the cases that both could foresee, its usual error taken out."""
    there = [{(case.series, case.year) for case in some} for some in cases.values()]
    both = set.intersection(*there)
    if len(both) < 2:
        return "base"
    off: dict[Method, float] = {}
    for method, some in cases.items():
        same = [case for case in some if (case.series, case.year) in both]
        off[method] = sum(case.missed(usual(same), how, rate) for case in same)
    return min(off, key=lambda method: off[method])


def worth(cases: Sequence[Case], *, alone: float) -> float:
    """Return how many independent cases these are worth: siblings share the luck of a year (Kish's design effect).

    Few years tell little of that luck, so that siblings are never taken for less alike than `ALIKE`; cases of one year
    are worth at most `alone`.
    """
    ranks = np.array([case.error for case in cases]).argsort().argsort().astype(np.float64)
    of = np.array([case.year for case in cases])
    groups = [ranks[of == year] for year in np.unique(of)]
    count, size = len(groups), len(ranks)
    if count < 2 or size == count:
        return float(size) if count > 1 else min(float(size), alone)
    between = sum(len(g) * (g.mean() - ranks.mean()) ** 2 for g in groups) / (count - 1)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (size - count)
    typical = (size - sum(len(g) ** 2 for g in groups) / size) / (count - 1)
    spread = between + (typical - 1) * within
    alike = min(1.0, max(ALIKE, (between - within) / spread)) if spread > 0 else 1.0
    return float(size / (1 + (size / count - 1) * alike))
