"""How a year will end, and how likely it reaches its target: the pace so far, judged by the errors of past years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from layers.indicators.backtest import METHODS, Case, Method, better, foreseen, tried, usual, worth
from layers.indicators.course import History, Manner, Parted, Steps, end, last_known, rest_for, so_far

Reason = Literal["nothing_yet", "over", "gaps", "few"]

FEWEST = 8  # past cases that a probability needs
RISE, FALL = 1.05, 0.90  # of the pace so far: the high and the low forecast where no past year tells

REASONS: Mapping[Reason, tuple[str, str]] = {
    "nothing_yet": ("Năm này chưa có số liệu trong kỳ để dự báo.", "This year has no figures yet to forecast from."),
    "over": (
        "Năm đã kết thúc: đây là kết quả, không phải dự báo.",
        "The year is over: this is its result, no forecast.",
    ),
    "gaps": (
        "Năm này thiếu quá nhiều kỳ nên không dự báo.",
        "Too many periods of this year are missing for a forecast.",
    ),
    "few": (
        f"Chưa đủ số liệu các năm trước để tính xác suất (cần ít nhất {FEWEST} trường hợp đã qua).",
        f"There are too few past years for a probability (at least {FEWEST} past cases are needed).",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A year's end foreseen; numbers are None where `reason` says why.

    `now` is the year parted at its last known step with the rest by the method, `errors` how past rests compared with
    what the method said at this step, `weight` how many independent cases they are worth. With enough of them `expected`
    has their middle taken out, and `error` is how far off it usually was.
    """

    manner: Manner
    rate: bool
    reason: Reason | None
    now: Parted | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    errors: Steps | None = None
    weight: float = 0.0
    error: float | None = None
    cases: int = 0
    years: int = 0

    @property
    def reached(self) -> float | None:
        """What the year comes to so far."""
        return self.now.so_far if self.now else None

    @property
    def months_left(self) -> float:
        """Months until the end of the year."""
        return (self.now.steps - self.now.known) * 12 / self.now.steps if self.now else 12.0

    def needed(self, target: float) -> float | None:
        """Return what each month from now has to bring to end on a target.

        Of what adds up an amount, of what is averaged the level of each month, of a stock its change.
        """
        if self.now is None or not self.months_left:
            return None
        rest = rest_for(self.now, target, self.manner)
        if self.manner == "mean":
            return rest
        return (rest - self.now.so_far if self.manner == "last" else rest) / self.months_left

    def probability(self, low: float | None, high: float | None) -> float | None:
        """Return how likely the year ends at or above `low` and at or below `high`; None where too little is known.

        From few past years no certainty follows, unless the year is over or what is reached cannot be undone.
        """
        if self.reason == "over" and self.expected is not None:
            return float((low is None or self.expected >= low) and (high is None or self.expected <= high))
        if self.errors is None:
            return None
        above = 1.0 if low is None else self._chance(low)
        beyond = 0.0 if high is None else self._chance(high, beyond=True)
        return max(0.0, above - beyond)

    def _chance(self, result: float, *, beyond: bool = False) -> float:
        """How likely the year ends at a result or higher; `beyond`: higher only."""
        assert self.errors is not None
        assert self.now is not None
        rest = rest_for(self.now, result, self.manner)
        if self.rate:
            bound = rest - self.now.rest
        elif self.now.rest > 0:
            bound = rest / self.now.rest
        else:
            bound = np.inf if rest > 0 or (beyond and rest == 0) else -np.inf
        if not self.rate and self.errors.min() >= 0 and (bound < 0 or (bound == 0 and not beyond)):
            return 1.0  # no year has gone back: what is reached stays reached
        share = float(np.mean(self.errors > bound if beyond else self.errors >= bound))
        return (share * self.weight + 0.5) / (self.weight + 1)


def forecast(own: History, siblings: Sequence[History], year: int, how: Manner, *, relative: bool) -> Forecast:
    """Foresee the end of a year of `own` by whichever method did better at this point of past years.

    `relative` tells that the unit is a rate, whose averages and last values move by points.
    """
    made = Forecast(manner=how, rate=relative and how in ("mean", "last"), reason="nothing_yet")
    now = own.get(year, np.array([]))
    known, steps = last_known(now), len(now)
    if not known:
        return made
    reached = so_far(now, known, how)
    if reached is None:
        return replace(made, reason="gaps")
    if known == steps:
        over = Parted(reached, reached if how in ("last", "mean") else 0.0, known, steps)
        return replace(made, reason="over", now=over, expected=reached, low=reached, high=reached)
    at = known / steps
    past = {method: list(tried([own, *siblings], year, at, how, made.rate, method)) for method in METHODS}
    method = better(past, how, made.rate)
    rest = foreseen(reached, own, year, at, how, made.rate, method)
    if rest is None:
        method = "base"
        rest = foreseen(reached, own, year, at, how, made.rate, method)
    assert rest is not None
    parted = Parted(reached, rest, known, steps)
    return _judged(replace(made, now=parted, expected=end(parted, how), method=method), past[method], now)


def _judged(made: Forecast, cases: Sequence[Case], year: Steps) -> Forecast:
    """Put the error of the past beside a forecast, and the range that four of five past years kept to."""
    assert made.now is not None
    told = replace(made, cases=len(cases), years=len({case.year for case in cases}), reason="few")
    if len(cases) >= FEWEST:
        errors, middle = np.array([case.error for case in cases]), usual(cases)
        missed = float(np.median([case.missed(middle, made.manner, made.rate) for case in cases]))
        rest = made.now.rest + middle if made.rate else made.now.rest * middle
        told = replace(
            told, reason=None, errors=errors, weight=worth(cases, alone=FEWEST / 2), error=missed,
            expected=end(made.now._replace(rest=rest), made.manner),
        )  # fmt: skip
        rests = [float(made.now.rest + q if made.rate else made.now.rest * q) for q in np.quantile(errors, (0.1, 0.9))]
    elif made.rate:
        return told
    else:
        rests = [made.now.rest * FALL, max(made.now.rest, _last_quarter(made, year)) * RISE]
    low, high = sorted(end(made.now._replace(rest=rest), made.manner) for rest in rests)
    return replace(told, low=low, high=high)


def _last_quarter(made: Forecast, year: Steps) -> float:
    """The rest of the year at the pace of its last three months, zero where steps do not add up or are too few."""
    assert made.now is not None
    known, steps = made.now.known, made.now.steps
    quarter = max(1, round(steps / 4))
    if made.manner not in ("sum", "cumulative") or known < quarter:
        return 0.0
    before = so_far(year, known - quarter, made.manner) if known > quarter else 0.0
    return (made.now.so_far - (before or 0.0)) / quarter * (steps - known)
