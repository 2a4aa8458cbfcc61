"""Plausible yearly sample targets: by plan, with the path of the year where money is spent, some of them adjusted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.sample import wanted
from layers.indicators.sample_chance import Numbers, key, uniform
from layers.indicators.sample_model import Model
from layers.indicators.sample_places import CURVES
from layers.indicators.sample_profiles import profiles
from layers.indicators.targets import Rule

# What the government asks of the disbursement of public investment by the end of each month, as a part of the year's.
DISBURSED = (0.03, 0.08, 0.15, 0.24, 0.33, 0.43, 0.52, 0.61, 0.7, 0.8, 0.9, 1.0)
ADJUSTED = 0.06  # of the amounts asked for are changed in the course of the year
PLANS = {"DTC-05": "ttg", "DTC-06": "dia_phuong"}
DECISIONS = {
    "": "Kế hoạch năm {} (dữ liệu minh hoạ)",
    "ttg": "Thủ tướng Chính phủ giao kế hoạch năm {} (dữ liệu minh hoạ)",
    "dia_phuong": "Địa phương giao kế hoạch năm {} (dữ liệu minh hoạ)",
}
CHANGED = "Điều chỉnh kế hoạch năm {} (dữ liệu minh hoạ)"


def iter_targets(
    model: Model, years: Collection[int], *, some: Iterable[Indicator] | None = None
) -> Iterator[pd.DataFrame]:
    """Yearly sample targets of about half of the indicators, for communes and provinces alike, a frame a plan.

    Columns: indicator, area_id, period (a year), value, rule, plan, trajectory (twelve numbers or None), decision,
    decided_on, known_at. An adjusted target comes twice; the later one counts.
    """
    for one in wanted(some):
        if one.plans:
            for plan, code in one.plans.items():
                yield _frame(model, one, years, _planned(model, code), plan, "to_date")
        elif asked := profiles()[one.code].target:
            values, rule = _asked(model, one, asked)
            yield _frame(model, one, years, values, PLANS.get(one.code, ""), rule)


def _planned(model: Model, code: str) -> Numbers:
    """What a plan, itself an indicator, gives to each area by year; nought to those that have none."""
    values = np.array(model.quantity(code, "year"))
    if indicators[code].lowest_level == "province":
        values[model.ground.communes] = 0
    return values


def _asked(model: Model, one: Indicator, text: str) -> tuple[Numbers, Rule]:
    """The target by area and year of a profile's words: `95` of each period, `95@` by the end, `+8%` on last year."""
    if not text.endswith("%"):
        level = np.full((len(model.ground.areas), len(model.steps("year"))), float(text.rstrip("@")))
        return level, "to_date" if text.endswith("@") else "level"
    known = model.quantity(one.code, "year")
    values = np.zeros_like(known)
    values[:, 1:] = np.round(known[:, :-1] * (1 + float(text[:-1]) / 100), one.decimals)
    if one.time_rule == "cumulative_ytd":
        return values, "to_date"
    return values, "share" if profiles()[one.code].flow else "level"


def _frame(
    model: Model, one: Indicator, years: Collection[int], values: Numbers, plan: str, rule: Rule
) -> pd.DataFrame:
    ground = model.ground
    rows = np.flatnonzero(~ground.communes | (one.lowest_level == "commune"))
    steps = model.steps("year")
    made = [
        part
        for at, step in enumerate(steps)
        if step.in_year in years
        for part in _year(model, one, step.in_year, rows, values[rows, at], plan, rule)
    ]
    return pd.concat(made, ignore_index=True)


def _year(
    model: Model, one: Indicator, year: int, rows: npt.NDArray[np.intp], values: Numbers, plan: str, rule: Rule
) -> Iterator[pd.DataFrame]:
    """The targets of one year, and those that were changed in the course of it."""
    ground, salt = model.ground, key(model.ground.seed, one.code, "adjusted", plan, year)
    chance = uniform(salt, ground.keys[rows])
    there = values > 0
    decided = date(year - 1, 12, 5 + int(salt % np.uint64(20)))
    yield _table(one, year, ground.areas["id"].to_numpy()[rows][there], values[there], plan, rule, decided)
    if rule == "level":
        return
    changed = there & (chance < ADJUSTED)
    more = np.round(values * (0.92 + 2.6 * chance), one.decimals)  # −8 to +8 %
    again = date(year, 7 + int(salt % np.uint64(3)), 15)
    if changed.any() and again <= model.last.last_day:
        yield _table(one, year, ground.areas["id"].to_numpy()[rows][changed], more[changed], plan, rule, again)


def _table(
    one: Indicator, year: int, areas: npt.NDArray[np.int64], values: Numbers, plan: str, rule: Rule, decided: date
) -> pd.DataFrame:
    curve = DISBURSED if one.module == "giai-ngan" else CURVES.get(_curve(one), ())
    paths: list[tuple[float, ...] | None] = [None] * len(values)
    if rule == "to_date" and curve:
        paths = [(*(round(value * part, 2) for part in curve[:-1]), value) for value in values.tolist()]
    changed = decided.year == year
    return pd.DataFrame(
        {
            "indicator": one.code,
            "area_id": areas,
            "period": str(year),
            "value": values,
            "rule": rule,
            "plan": plan,
            "trajectory": pd.Series(paths, dtype="object"),
            "decision": (CHANGED if changed else DECISIONS.get(plan, DECISIONS[""])).format(year),
            "decided_on": decided,
            "known_at": datetime(decided.year, decided.month, decided.day, 2, tzinfo=UTC),
        }
    )


def _curve(one: Indicator) -> str:
    """The name of the path along which the year's amount comes in: of a rate that of its numerator."""
    return profiles()[one.numerator or one.code].season
