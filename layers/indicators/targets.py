"""What a target asks of any period of its year, by its rule or by a trajectory of twelve months."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from layers.indicators import periods
from layers.indicators.declaration import Indicator
from layers.indicators.periods import MONTHS_OF, Period

Rule = Literal["level", "share", "to_date"]
"""What a part of the year owes: the same as the year, its even part, or all that is reached by its end."""

PLANS: Mapping[str, tuple[str, str]] = {
    "": ("Kế hoạch", "Plan"),
    "ttg": ("Thủ tướng Chính phủ giao", "Assigned by the Prime Minister"),
    "dia_phuong": ("Địa phương giao", "Assigned locally"),
    "hdnd": ("Hội đồng nhân dân giao", "Assigned by the People's Council"),
    "toi_thieu": ("Mức tối thiểu", "Minimum"),
    "phan_dau": ("Mức phấn đấu", "Stretch goal"),
}
"""The plans one indicator may have side by side, in the order they are told; '' where there is only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target in force; `trajectory` is what is to be reached by the end of each of the year's twelve months."""

    period: Period
    value: float
    rule: Rule = "level"
    trajectory: tuple[float, ...] = ()
    plan: str = ""
    decision: str = ""
    decided_on: date | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is asked of a period; a deviation is told in hundredths of `whole`."""

    value: float
    whole: float


COLUMNS = "period_kind, period_start, value, rule, trajectory, plan, decision, decided_on, sample"
"""What `of_row` reads, of the view `toancanh.target_now`."""


def of_row(row: Sequence[Any]) -> Target:
    """Return the target of a stored row of `COLUMNS`."""
    letter, start, value, rule, trajectory, plan, decision, decided_on, sample = row
    return Target(
        period=periods.restore(letter, start), value=value, rule=rule, trajectory=tuple(trajectory or ()), plan=plan,
        decision=decision, decided_on=decided_on, sample=sample,
    )  # fmt: skip


def asked(targets: Iterable[Target], period: Period) -> list[tuple[Target, Due]]:
    """Return what each plan asks of a period, in the order of `PLANS`; a target of the period itself goes before a year's."""
    found: dict[str, tuple[Target, Due]] = {}
    for target in sorted(targets, key=lambda one: one.period == period):
        if (part := due(target, period)) is not None:
            found[target.plan] = (target, part)
    return sorted(found.values(), key=lambda pair: order(pair[0]))


def order(target: Target) -> int:
    """The place of a target's plan among plans that stand side by side."""
    return list(PLANS).index(target.plan) if target.plan in PLANS else len(PLANS)


def due(target: Target, period: Period) -> Due | None:
    """Return what a target asks of a period; None where it does not speak of it.

    A target speaks of its own period, that of a year also of every shorter period that is counted in this year.
    """
    if period == target.period:
        return Due(target.value, target.value)
    part = _part(target.period, period)
    if part is None:
        return None
    start, end = part
    if target.rule == "to_date":
        return Due(path(target, end), target.value)
    if target.rule == "share":
        asked = path(target, end) - path(target, start)
        return Due(asked, asked)
    if target.trajectory:
        asked = target.trajectory[math.ceil(end - 1e-9) - 1]  # of the month in which the period ends
        return Due(asked, asked)
    return Due(target.value, target.value)


def path(target: Target, months: float) -> float:
    """Return what is to be reached after some months of the year: along the trajectory, else evenly."""
    if not target.trajectory:
        return target.value * months / 12
    ends = (0.0, *target.trajectory)
    whole = min(int(months), 11)
    return ends[whole] + (ends[whole + 1] - ends[whole]) * (months - whole)


def usual_rule(one: Indicator) -> Rule:
    """Return what part of a year's target a month owes where nobody says: as the indicator adds up."""
    if one.time_rule == "cumulative_ytd":
        return "to_date"
    return "share" if one.time_rule == "sum" else "level"


def faults(target: Target) -> tuple[str, str] | None:
    """Why a trajectory contradicts its target, in Vietnamese and English; None where all agrees."""
    steps = target.trajectory
    if not steps:
        return None
    if target.period.kind != "year":
        return "lộ trình mười hai tháng chỉ dùng cho chỉ tiêu năm", "only a year's target has a path of twelve months"
    if abs(steps[-1] - target.value) > 1e-9 * max(1.0, abs(target.value)):
        return (
            f"lộ trình kết thúc ở {steps[-1]:g}, khác chỉ tiêu năm {target.value:g}",
            f"the path ends at {steps[-1]:g}, not at the year's target {target.value:g}",
        )
    if target.rule == "level":
        return None
    fall = next((month for month in range(1, 12) if steps[month] < steps[month - 1]), 0 if steps[0] < 0 else None)
    if fall is None:
        return None
    return (
        f"lộ trình lũy kế giảm ở tháng {fall + 1}",
        f"the cumulative path falls in month {fall + 1}",
    )


def _part(year: Period, period: Period) -> tuple[float, float] | None:
    """The stretch of the year's twelve months that a shorter period is; None where it is no part of the year."""
    if year.kind != "year" or period.kind == "school" or period.in_year != year.in_year:
        return None
    if period.kind == "to_date":
        return 0.0, float(period.number)
    if period.kind in MONTHS_OF:
        length = MONTHS_OF[period.kind]
        return float((period.number - 1) * length), float(period.number * length)
    steps = steps_in(period)
    return (period.number - 1) * 12 / steps, period.number * 12 / steps


def steps_in(period: Period) -> int:
    """How many periods of this kind follow one another in the year of a period: 12 months, 52 or 53 weeks."""
    if period.kind == "week":
        return date(period.in_year, 12, 28).isocalendar().week
    if period.kind == "day":
        return periods.year(period.in_year).last_day.timetuple().tm_yday
    return 12 if period.kind == "to_date" else 12 // MONTHS_OF.get(period.kind, 12)
