"""Sample figures as they were reported: first, corrected, late or never, with the words that stand for a blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.sample_chance import Numbers, key, uniform
from layers.indicators.sample_habits import SPIKE, STATUSES, Habits, Mask
from layers.indicators.sample_model import Model
from layers.indicators.sample_profiles import depth, held, profiles, shared, words

BLANKS = ("", "no_data", "late", "not_due", "not_applicable", "suppressed")
NO_DATA, LATE, NOT_DUE, NOT_APPLICABLE, SUPPRESSED = range(1, 6)
STAGES = ("estimate", "preliminary", "final")
WARNINGS = ("", f"Cao gấp {SPIKE:.0f} lần mức thường thấy, chờ đơn vị báo cáo xác nhận.")
HOLIDAYS = (6, 7, 8)  # months without school
FEW_PEOPLE = 5  # counts of people below this could name someone
SENSITIVE = ("AN-05",)

_STAGES, _BLANKS, _WARNINGS = (pd.CategoricalDtype(list(words)) for words in (STAGES, BLANKS[1:], WARNINGS[1:]))

Codes = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Figures:
    """One state of knowledge of areas × steps."""

    value: Numbers
    above: Numbers | None
    below: Numbers | None


def reports(
    model: Model, one: Indicator, kind: PeriodKind, *, rows: npt.NDArray[np.intp], at: list[int], now: datetime
) -> pd.DataFrame:
    """Return all that was told of some areas and steps (by position) of an indicator until `now`, a row a report."""
    steps = model.steps(kind)
    habits = Habits(model.ground, one, kind, steps)
    figures = _mistaken(Figures(*_filled(model, one, kind)), habits, one)
    window = np.ix_(rows, np.array(at))
    spiked, doubted = (mask[window] for mask in habits.mistyped())
    value = figures.value[window]
    spiked = spiked & (value >= 10)
    value = np.where(spiked, np.round(value * SPIKE, one.decimals), value)
    final = Figures(value, *(None if part is None else part[window] for part in (figures.above, figures.below)))
    blank = _blanks(model, one, habits, value, window)
    warning = (spiked & doubted & (blank == 0)).astype(np.int8)
    first = _published(model, one, kind, at) + (habits.delay()[window] * 86_400e6).astype("timedelta64[us]")
    clock = np.datetime64(now.replace(tzinfo=None), "us")
    out = _Rows(one, model.ground.areas["id"].to_numpy(np.int64)[rows], [_own(one, steps[k]).key for k in at])
    there = ~habits.absent()[window]
    told = there & (first <= clock)
    fixed = (blank > 0) & (blank != LATE)
    # What is long overdue is a blank until it comes.
    overdue = there & ~fixed & (habits.tardy()[window] | (first > clock))
    due = _published(model, one, kind, at) + np.timedelta64(round(1.5 * habits.habit.due * 86_400), "s")
    nothing = np.full(value.shape, np.nan)
    late = np.full(value.shape, LATE, dtype=np.int8)
    out.add(overdue, Figures(nothing, None, None), "final", late, 0 * warning, np.minimum(due, clock))
    out.add(told & fixed, _emptied(final, blank), "final", blank, 0 * warning, np.minimum(first, clock))
    known = told & (blank == 0)
    revised, short = (array[window] for array in (habits.revised(), habits.shortfall()))
    statuses = STATUSES[len(habits.habit.after)]
    for stage, days in enumerate((0.0, *habits.habit.after)):
        when = first + np.timedelta64(round(days * 86_400), "s")
        state = _earlier(one, final, short * (1.0, 0.35)[stage]) if stage < len(statuses) - 1 else final
        out.add(known & revised & (when <= clock), state, statuses[stage], blank, warning, when)
    newest = np.array([steps[k].end == model.last.end for k in at])[None, :] & (not profiles()[one.code].plan)
    out.add(known & ~revised & ~newest, final, "final", blank, warning, first)
    out.add(known & ~revised & newest, final, "preliminary", blank, warning, first)
    return out.frame()


def concerned(model: Model, one: Indicator) -> Mask:
    """Areas that have what an indicator counts: people, and for one of border gates a gate."""
    found = np.asarray(model.ground.people > 0)
    if one.code.startswith("CKS-"):
        found = found & (model.quantity("gate", "year")[:, -1] > 0)
    return found


def _filled(model: Model, one: Indicator, kind: PeriodKind) -> tuple[Numbers, Numbers | None, Numbers | None]:
    shape = len(model.ground.areas), len(model.steps(kind))
    value, above, below = (
        None if part is None else np.array(np.broadcast_to(part, shape)) for part in model.figures(one, kind)
    )
    assert value is not None
    return value, above, below


def _mistaken(figures: Figures, habits: Habits, one: Indicator) -> Figures:
    """Last month's form once more here and there, and a leap at the reform."""
    copied = habits.copied()
    if copied.any():
        for part in (figures.value, figures.above, figures.below):
            if part is not None:
                part[copied] = np.roll(part, 1, axis=1)[copied]
    leap = habits.leap()
    return figures if leap.size == 1 else Figures(np.round(figures.value * leap, one.decimals), None, None)


def _published(model: Model, one: Indicator, kind: PeriodKind, at: list[int]) -> npt.NDArray[np.datetime64]:
    """When a figure could be there at the earliest, in UTC: the morning after the period, of a plan before it."""
    steps = [_own(one, model.steps(kind)[k]) for k in at]
    plan = profiles()[one.code].plan
    days = [step.start - timedelta(days=60) if plan else step.end for step in steps]
    return np.array(days, dtype="datetime64[us]")[None, :]  # midnight UTC is seven in the morning


def _own(one: Indicator, step: Period) -> Period:
    """The period of the same name in the indicator's own calendar."""
    return periods.in_calendar(step, one.calendar) if (step.kind, one.calendar) in periods.LETTERS else step


def _blanks(model: Model, one: Indicator, habits: Habits, value: Numbers, window: Any) -> Codes:
    """Why a figure is not there and will not come."""
    kind, ground, steps = habits.kind, model.ground, model.steps(habits.kind)
    found = np.zeros(value.shape, dtype=np.int8)
    found[habits.before()[window]] = NO_DATA
    if kind in ("month", "to_date", "quarter") and one.code not in shared():
        final = np.array([step.end == model.last.end for step in steps])
        islands = np.asarray(ground.areas["kind"] == "dac_khu")
        resting = islands & (uniform(key(ground.seed, one.module, "not due"), ground.keys) < 0.4)
        found[(resting[:, None] & final)[window]] = NOT_DUE
    inapplicable = np.zeros((len(ground.areas), len(steps)), dtype=bool)
    inapplicable[~concerned(model, one)] = True
    if profiles()[one.code].season == "school":
        inapplicable |= np.array([step.start.month in HOLIDAYS or _sunday(step) for step in steps])
    found[np.isnan(value) | inapplicable[window]] = NOT_APPLICABLE
    if one.code in SENSITIVE:
        found[(value > 0) & (value < FEW_PEOPLE) & (found == 0)] = SUPPRESSED
    return found


def _sunday(step: Period) -> bool:
    return step.kind == "day" and step.start.weekday() == 6


def _emptied(figures: Figures, blank: Codes) -> Figures:
    """Without values; a ratio over nought keeps its components, which still add up."""
    kept = [
        None if part is None else np.where((blank == NOT_APPLICABLE) & np.isnan(figures.value), part, np.nan)
        for part in (figures.above, figures.below)
    ]
    return Figures(np.full(blank.shape, np.nan), *kept)


def _earlier(one: Indicator, final: Figures, short: Numbers) -> Figures:
    """What was told first: less was known yet, and of a part of a whole less still."""
    profile = profiles()[one.code]
    above, _, below = profile.driver.partition(" / ") if profile.shape == "of" else (one.code, "", profile.driver)
    if not one.is_ratio:
        value = (
            _less(final.value, short, profile.whole, one.code)
            if profile.shape != "index"
            else np.round(final.value * (1 - short / 3), one.decimals)
        )
        if final.below is None:
            return Figures(value, None, None)
        weight = _part(final.below, short, below, one)
        return Figures(value, value * weight, weight)
    assert final.above is not None
    assert final.below is not None
    over, under = _part(final.above, short, above, one), _part(final.below, short, below, one)
    over, under = np.where(under > 0, over, final.above), np.where(under > 0, under, final.below)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Figures(one.scale * (over / under), over, under)


def _part(values: Numbers, short: Numbers, expression: str, one: Indicator) -> Numbers:
    """A component as it was told first: only what is reported on the same form was short."""
    named = [profiles().get(word) for word in words(expression)]
    same = all(part is not None and not part.plan and part.kind == profiles()[one.code].kind for part in named)
    if not same or any(word in held() for word in words(expression)):
        return values
    return _less(values, short, all(part.whole for part in named if part), *words(expression))


def _less(values: Numbers, short: Numbers, whole: bool, *names: str) -> Numbers:
    less = values * (1 - short * (1 + 0.4 * max(depth(name) for name in names)))
    return np.rint(less) if whole else np.round(less, 3)


class _Rows:
    """Reports collected state by state."""

    def __init__(self, one: Indicator, areas: npt.NDArray[np.int64], labels: list[str]) -> None:
        self._one, self._areas, self._labels = one, areas, labels
        self._found: list[dict[str, npt.NDArray[Any]]] = []

    def add(self, mask: Mask, figures: Figures, status: str, blank: Codes, warning: Codes, when: Any) -> None:
        """Add one state where the mask says so."""
        rows, columns = np.nonzero(mask)
        if not rows.size:
            return
        nothing = np.full(rows.size, np.nan)
        self._found.append(
            {
                "row": rows,
                "column": columns,
                "value": figures.value[mask],
                "numerator": nothing if figures.above is None else figures.above[mask],
                "denominator": nothing if figures.below is None else figures.below[mask],
                "status": np.full(rows.size, STAGES.index(status), dtype=np.int8),
                "blank": blank[mask],
                "warning": warning[mask],
                "known_at": np.broadcast_to(when, mask.shape)[mask].astype("datetime64[s]").astype("datetime64[us]"),
            }
        )

    def frame(self) -> pd.DataFrame:
        """Return them as a table in the order of areas, periods and knowledge."""
        joined = {name: np.concatenate([one[name] for one in self._found]) for name in self._found[0]}
        order = np.lexsort((joined["known_at"], joined["column"], joined["row"]))
        joined = {name: values[order] for name, values in joined.items()}
        return pd.DataFrame(
            {
                "indicator": pd.Categorical.from_codes(np.zeros(order.size, dtype=np.int8), pd.Index([self._one.code])),
                "area_id": self._areas[joined["row"]],
                "period": pd.Categorical.from_codes(joined["column"], pd.Index(self._labels)),
                **{name: joined[name] for name in ("value", "numerator", "denominator")},
                "status": pd.Categorical.from_codes(joined["status"], dtype=_STAGES, validate=False),
                "blank": pd.Categorical.from_codes(joined["blank"] - 1, dtype=_BLANKS, validate=False),
                "warning": pd.Categorical.from_codes(joined["warning"] - 1, dtype=_WARNINGS, validate=False),
                "known_at": pd.DatetimeIndex(joined["known_at"], tz="UTC"),
            }
        )
