"""What cannot be a figure: one for a period its indicator does not have or that is to come, one beyond the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo.reading import Refusal
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find, indicators
from layers.indicators.longer import part_rules
from layers.indicators.periods import LETTERS, Period, PeriodKind
from layers.indicators.spoken import spoken

Fault = tuple[str, str]
"""A sentence without its row, in Vietnamese and English."""

KINDS: dict[PeriodKind, tuple[str, str]] = {
    "day": ("ngày", "day"), "week": ("tuần", "week"), "month": ("tháng", "month"), "quarter": ("quý", "quarter"),
    "half": ("nửa năm", "half-year"), "nine": ("chín tháng", "nine months"), "year": ("năm", "year"),
    "school": ("năm học", "school year"), "to_date": ("lũy kế từ đầu năm", "cumulative from January"),
}  # fmt: skip
_LENGTH: tuple[PeriodKind, ...] = ("day", "week", "month", "quarter", "half", "nine", "year")
_STATES = ("latest", "cumulative")
PLANNED = timedelta(days=366)  # how far ahead a plan is figures of


def check(
    rows: pd.DataFrame, columns: Mapping[str, str], today: date
) -> tuple[pd.DataFrame, list[Refusal], dict[str, int]]:
    """Return the rows that can be figures, those that cannot, and by indicator the blanks for periods that are to come.

    Such blanks are the empty months of a form: they are left out. `columns` are the file's names of ours.
    """
    refused: list[Refusal] = []
    good: list[bool] = []
    early: Counter[str] = Counter()
    plans = {code for one in indicators.values() for code in one.plans.values()}
    faults: dict[tuple[str, str], tuple[Fault | None, bool]] = {}
    for row in rows.to_dict("records"):
        one, key = indicators[row["indicator"]], (row["indicator"], row["period"])
        if key not in faults:
            period = periods.parse(row["period"])
            faults[key] = period_fault(one, period), period.start > today + (one.code in plans) * PLANNED
        fault, coming = faults[key]
        early[one.code] += coming and row["blank"] is not None
        column, wrong = columns.get("period", row["column"]), fault
        if not fault and coming and row["blank"] is None:
            wrong = _to_come(row)
        elif not fault:
            column, wrong = _limits(one, row, columns)
        good.append(not wrong and not coming)
        if wrong:
            refused.append(Refusal(int(row["line"]), f"cột {column}: {wrong[0]}", f"the column {column}: {wrong[1]}"))
    return rows[np.array(good, dtype=bool)], refused, {code: count for code, count in early.items() if count}


def period_fault(one: Indicator, period: Period) -> Fault | None:
    """Why an indicator has no figure for a kind of period; None where it has.

    It has its own kind and, as given figures, longer ones: a year beside its months. A state on a day, such as a
    population, may be told for a month even where it usually is for a year. A cumulative from January is for flows.
    """
    if _has(one, period):
        return None
    own, own_en = KINDS[one.period]
    given, given_en = KINDS[period.kind]
    calendar = (
        ("", "") if one.calendar == "civil" else (f" của lịch {one.calendar}", f" of the calendar {one.calendar}")
    )
    return (
        f"{one.code} có số liệu theo {own}{calendar[0]}, không có kỳ {given} “{period.key}”",
        f"{one.code} has figures by {own_en}{calendar[1]}, not for a {given_en} such as “{period.key}”",
    )


def limit_fault(one: Indicator, value: float) -> Fault | None:
    """Why a value can be no figure of an indicator; None where it can."""
    for limit, beyond, words, words_en in (
        (one.limit_low, -1, "nhỏ hơn giới hạn", "is below the limit"),
        (one.limit_high, 1, "vượt giới hạn", "is above the limit"),
    ):
        if limit is not None and (value - limit) * beyond > 0:
            return (
                f"{spoken(value)} {words} {spoken(limit)} {one.unit} của {one.code}",
                f"{spoken(value, 'en')} {words_en} {spoken(limit, 'en')} {one.unit} of {one.code}",
            )
    return None


def _has(one: Indicator, period: Period) -> bool:
    if (period.kind, period.calendar) == (one.period, one.calendar):
        return True
    calendar = one.calendar if (period.kind, one.calendar) in LETTERS else "civil"
    reaching = one.period == "to_date"  # to the end of a month: longer periods end with one
    if period.calendar != calendar or not (reaching or one.period in _LENGTH):
        return False
    own = _LENGTH.index("quarter" if reaching else one.period)
    if period.kind == "to_date":
        return one.time_rule == "sum" and own <= _LENGTH.index("month")
    if period.kind not in _LENGTH:
        return False
    least = min(own, _LENGTH.index("month")) if _is_state(one) else own
    return _LENGTH.index(period.kind) >= least


def _is_state(one: Indicator) -> bool:
    if one.is_ratio:
        return one.time_rule in ("ratio", "latest") and set(part_rules(one)) == {"last"}
    return one.time_rule in _STATES


def _to_come(row: dict[Any, Any]) -> Fault:
    period = periods.parse(row["period"])
    return (
        f"{row['indicator']}: kỳ {period.label()} chưa đến",
        f"{row['indicator']}: the period {period.label('en')} is still to come",
    )


def _limits(one: Indicator, row: dict[Any, Any], columns: Mapping[str, str]) -> tuple[str, Fault | None]:
    """The column whose figure is beyond limits, and how: a value by those of its indicator, each part by its own."""
    parts = {"value": one, "numerator": find(one.numerator), "denominator": find(one.denominator)}
    for name, part in parts.items():
        value = row[name]
        if part is None or pd.isna(value):
            continue
        if wrong := limit_fault(part, value):
            return row["column"] if name == "value" else columns.get(name, name), wrong
    return "", None
