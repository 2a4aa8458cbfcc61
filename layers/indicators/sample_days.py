"""How much of a month falls on each of its days: offices rest on Sundays and holidays, accidents do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from layers.indicators import periods
from layers.indicators.catalogue import indicators
from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers

HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))
# Modules whose things happen on any day; those of the others happen where an office is open.
EVERY_DAY = frozenset(
    ["ha-tang", "an-ninh", "giao-thong", "phan-anh", "bao-chi", "y-te", "du-lich", "moi-truong", "camera", "cua-khau"]
)
OPEN = (1.12, 1.05, 1.0, 1.0, 1.03, 0.3, 0.04)  # of an office, from Monday; what is sent at the weekend comes online
BUSY = (1.0, 0.97, 0.97, 1.0, 1.05, 1.08, 0.93)  # of everything else
CLOSED = 0.05  # of an office on a holiday


def weights(name: str, steps: Sequence[Period]) -> Numbers:
    """The part of a month's flow that falls into each step; parts of two months are added."""
    one = indicators.get(name)
    office = one is None or one.module not in EVERY_DAY
    return np.array([sum(_part(day, office) for day in _days(step)) for step in steps])


def month_rows(steps: Sequence[Period], months: Sequence[Period]) -> npt.NDArray[np.intp]:
    """Which month holds the middle of each step."""
    first = months[0].start
    middles = [step.start + (step.end - step.start) / 2 for step in steps]
    return np.array([(on.year - first.year) * 12 + on.month - first.month for on in middles], dtype=np.intp)


def _days(step: Period) -> list[date]:
    return [step.start + timedelta(days=at) for at in range((step.end - step.start).days)]


@cache
def _part(day: date, office: bool) -> float:
    return _weight(day, office) / sum(_weight(one, office) for one in _days(periods.of("month", day)))


def _weight(day: date, office: bool) -> float:
    if office and (day.month, day.day) in HOLIDAYS:
        return CLOSED
    return (OPEN if office else BUSY)[day.weekday()]
