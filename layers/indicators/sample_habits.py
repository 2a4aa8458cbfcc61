"""How offices report: when, how often late, how often corrected, and the mistakes they make; all of it by chance.

A commune hands in the form of a module as a whole, so what happens to one figure happens to its neighbours on the form
and a ratio stays what its parts make it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from boundaries.vintages import CURRENT
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.sample_chance import Numbers, key, normal, uniform
from layers.indicators.sample_draw import stamps
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_profiles import held, parts, profiles, shared

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Habit:
    """How figures of one kind of period come in: days after its end, the share corrected later, days until then."""

    due: float
    revised: float
    after: tuple[float, ...]
    absent: float  # share that never comes
    tardy: float  # share that comes long after it is due


HABITS: Mapping[PeriodKind, Habit] = {
    "day": Habit(0.2, 0.01, (2,), 0.0002, 0.004),
    "week": Habit(1.5, 0.015, (6,), 0.002, 0.015),
    "month": Habit(5, 0.04, (18,), 0.003, 0.02),
    "to_date": Habit(5, 0.04, (18,), 0.003, 0.02),
    "quarter": Habit(12, 0.15, (40, 120), 0.004, 0.02),
    "half": Habit(15, 0.2, (40, 120), 0.004, 0.02),
    "year": Habit(30, 0.3, (60, 200), 0.004, 0.02),
    "school": Habit(30, 0.2, (60, 150), 0.004, 0.02),
}
STATUSES = {1: ("preliminary", "final"), 2: ("estimate", "preliminary", "final")}
STATISTICS = ("so-lieu-nen", "kinh-te-xa-hoi", "ngan-sach")  # every figure of a quarter or year is estimated first
FIRST_GUESS = 0.06  # most a first figure falls short of the final one
BEGAN_LATE = 0.015  # of the communes began to report a module in the course of 2024 only
COPIES = 0.004  # of the forms of a month are last month's once more
SPIKES, SPIKE = 0.0006, 4.0  # of the figures of a flow are this many times too high; half of them are doubted
JUMPS = 0.1, 0.1, (1.7, 0.55)  # of such indicators, of the communes: how much more or less since the reform


class Habits:
    """What chance does to the figures of one indicator and kind of period: arrays of areas × steps."""

    def __init__(self, ground: Ground, one: Indicator, kind: PeriodKind, steps: tuple[Period, ...]) -> None:
        self.ground, self.one, self.kind, self.steps = ground, one, kind, steps
        self.habit = HABITS[kind]
        self.form = one.module
        self._keys, self._stamps = ground.keys[:, None], stamps(steps)[None, :]
        self._free = one.code in shared() or profiles()[one.code].plan  # without holes

    def _chance(self, *words: str) -> Numbers:
        return uniform(key(self.ground.seed, *words, self.kind), self._keys, self._stamps)

    def _of_area(self, *words: str) -> Numbers:
        return uniform(key(self.ground.seed, *words), self.ground.keys)[:, None]

    def slow(self) -> Numbers:
        """How slow each area is with this module, about 1; the well governed are quicker."""
        own = normal(key(self.ground.seed, self.form, "slow"), self.ground.lineage)
        return np.asarray(np.exp(np.clip(0.35 * own - 0.25 * self.ground.field("governance"), -0.8, 0.8)))[:, None]

    def absent(self) -> Mask:
        """Forms that never came; of places that began to report late also all before."""
        if self._free:
            return np.zeros((len(self.ground.areas), len(self.steps)), dtype=bool)
        never = self._chance(self.form, "absent") < self.habit.absent
        return np.asarray(never & self.ground.communes[:, None])

    def before(self) -> Mask:
        """Where a place had not begun to report yet."""
        if self._free or self.kind not in ("month", "to_date", "quarter"):
            return np.zeros((len(self.ground.areas), len(self.steps)), dtype=bool)
        times = np.array([step.start.year + (step.stored_start.month - 1) / 12 for step in self.steps])
        start = 2025.2 + 0.8 * self._of_area(self.form, "began")
        late = self._of_area(self.form, "from the start") < BEGAN_LATE
        return np.asarray(late & (times < start) & self.ground.communes[:, None])

    def tardy(self) -> Mask:
        """Forms that come long after they are due; there are more of them where all is slow."""
        if self._free:
            return np.zeros((len(self.ground.areas), len(self.steps)), dtype=bool)
        return np.asarray(
            (self._chance(self.form, "tardy") < self.habit.tardy * self.slow()) & self.ground.communes[:, None]
        )

    def delay(self) -> Numbers:
        """Days from the end of a period to its first figure."""
        usual = self.habit.due * self.slow() * (0.4 + 0.5 * self._chance(self.form, "delay"))
        far = self.habit.due * (1.6 + 3 * self._chance(self.form, "long after"))
        return np.where(self.tardy(), far, np.minimum(usual, self.habit.due))

    def revised(self) -> Mask:
        """Forms whose figures were corrected later."""
        if profiles()[self.one.code].plan or self.one.code in held():
            return np.zeros((len(self.ground.areas), len(self.steps)), dtype=bool)
        share = 1.0 if self.form in STATISTICS and self.kind in ("quarter", "year") else self.habit.revised
        return np.asarray(self._chance(self.form, "revised") < share)

    def shortfall(self) -> Numbers:
        """By how much a first figure falls short, as a part of the final one."""
        return FIRST_GUESS * self._chance(self.form, "short")

    def copied(self) -> Mask:
        """Forms that are last month's once more; never where a year, civil or of schools, starts anew."""
        if self.one.code in shared() or self.kind != "month":
            return np.zeros((len(self.ground.areas), len(self.steps)), dtype=bool)
        found = (self._chance(self.form, "copy") < COPIES) & self.ground.communes[:, None]
        found[:, [at for at, step in enumerate(self.steps) if at == 0 or step.start.month in (1, 9)]] = False
        return found

    def mistyped(self) -> tuple[Mask, Mask]:
        """Figures several times too high, and those of them that somebody doubts; never a part of a ratio."""
        chance = self._chance(self.one.code, "spike")
        found = np.asarray((chance < SPIKES) & self.ground.communes[:, None] & self._alone())
        return found, found & (chance < SPIKES / 2)

    def leap(self) -> Numbers:
        """A factor since the reform for a few communes of a few indicators, as if their new ground were counted otherwise."""
        indicators, communes, factors = JUMPS
        some = uniform(key(self.ground.seed, self.one.code, "leap"), np.zeros(1, dtype=np.uint64))[0] < indicators
        there = np.array([step.start >= CURRENT.start for step in self.steps])
        if not (some and self._alone()) or self.ground.roots is not None:
            return np.ones((1, 1))
        chance = self._of_area(self.one.code, "leaps")
        factor = np.where(chance < communes / 2, factors[0], factors[1])
        return np.where((chance < communes) & there & self.ground.communes[:, None], factor, 1.0)

    def _alone(self) -> bool:
        return not (
            self.one.is_ratio or self.one.time_rule != "sum" or self.one.code in parts() or self.one.high is not None
        )
