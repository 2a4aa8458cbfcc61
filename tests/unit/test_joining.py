"""Years that the reform cuts, put together from an area's own months and carried ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from layers.indicators import periods
from layers.indicators.catalogue import indicators
from layers.indicators.joining import OWN, cut, cut_periods, join

YEAR = periods.year(2025)
MONTHS = periods.range("month", YEAR, YEAR)
SUM, RATIO, STOCK = indicators["KT-12"], indicators["HCC-04"], indicators["NEN-01"]


def rows(area: int, values: list[float | None], parts=None, *, carried: int = 6, method: str = "area") -> pd.DataFrame:
    """Twelve months of an area, the first ones carried with a band of a tenth."""
    told = []
    for place, (month, value) in enumerate(zip(MONTHS, values, strict=True)):
        own = place >= carried
        number = np.nan if value is None else value
        above, below = parts[place] if parts else (np.nan, np.nan)
        told.append({
            "area_id": area, "period": month.stored_start, "value": number, "numerator": above, "denominator": below,
            "blank": None if value is not None else "late", "refused": "", "low": number * (1 if own else 0.9),
            "high": number * (1 if own else 1.1), "estimated": 0.0 if own else 0.5, "known": 1 if own else 3,
            "of": 1 if own else 4, "method": OWN if own else method,
        })  # fmt: skip
    return pd.DataFrame(told)


def test_which_periods_the_reform_cuts():
    assert cut_periods(SUM, "Y") == [YEAR]
    assert [p.key for p in cut_periods(SUM, "N")] == ["2025-9M"]
    assert cut_periods(SUM, "Q") == cut_periods(SUM, "H") == cut_periods(SUM, "M") == []
    assert [p.key for p in cut_periods(RATIO, "W")] == ["2025-W27"]
    assert cut(SUM, periods.year(2024)) == ()
    assert cut(STOCK, YEAR) == (), "a state is what it is at the end"


def test_a_sum_is_the_carried_half_and_its_own():
    made = join(rows(1, [10.0] * 6 + [20.0] * 6), SUM, MONTHS).iloc[0]
    assert made.value == 180
    assert (made.low, made.high) == (pytest.approx(174), pytest.approx(186))
    assert made.estimated == pytest.approx(0.5 * 60 / 180)
    assert (made.own, made.method, made.known, made["of"]) == (6, "area", 3, 4)


def test_a_sum_needs_every_month_and_a_ratio_three_of_four():
    gap = [10.0] * 6 + [20.0, None, 20.0, 20.0, 20.0, 20.0]
    made = join(rows(1, gap), SUM, MONTHS).iloc[0]
    assert np.isnan(made.value)
    assert made.blank == "no_data"
    halves = [(40.0, 50.0)] * 6 + [(30.0, 100.0)] * 6
    halves[7] = (np.nan, np.nan)
    values = [80.0] * 6 + [30.0, None, 30.0, 30.0, 30.0, 30.0]
    made = join(rows(1, values, halves), replace(RATIO, period="month"), MONTHS).iloc[0]
    assert made.value == pytest.approx(100 * (6 * 40 + 5 * 30) / (6 * 50 + 5 * 100)), "parts add up, ratios do not"
    assert (made.numerator, made.denominator) == (390, 800)
    assert made.low == pytest.approx(100 * (6 * 36 + 5 * 30) / 800)
    assert made.high == pytest.approx(100 * (6 * 44 + 5 * 30) / 800)


def test_what_carrying_refuses_stays_refused():
    table = rows(1, [None] * 6 + [20.0] * 6)
    table.loc[table.method != OWN, "refused"] = "few"
    made = join(table, SUM, MONTHS).iloc[0]
    assert made.refused == "few"
    assert made.own == 6


def test_parts_of_refused_months_tell_nothing_of_the_whole():
    parts = [(40.0, 50.0)] * 12
    table = rows(1, [80.0] * 12, parts)
    table.loc[0, ["value", "low", "high", "refused"]] = [np.nan, np.nan, np.nan, "few"]
    made = join(table, RATIO, MONTHS).iloc[0]
    assert made.denominator == 11 * 50
    assert made.value == pytest.approx(80)
    assert made.low <= made.value <= made.high


def test_an_unfinished_year_gives_nothing():
    assert join(rows(1, [10.0] * 12).iloc[:9], SUM, MONTHS).empty
