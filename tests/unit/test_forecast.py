"""Forecasts: the pace carried on, honest about what past years prove."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.indicators import periods
from layers.indicators.catalogue import indicators
from layers.indicators.course import Manner, best_end, manner, years
from layers.indicators.forecast import FEWEST, forecast

SEASON = np.array([0.5, 0.6, 0.8, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1, 1.2, 1.3, 1.5])


def made(
    rng: np.random.Generator, series: int, count: int, noise: float, season: np.ndarray = SEASON
) -> list[dict[int, np.ndarray]]:
    """Series of monthly amounts of some years up to 2026, each with its own size."""
    return [
        {2027 - count + k: size * season * rng.lognormal(0, noise, 12) for k in range(count)}
        for size in rng.uniform(20, 500, series)
    ]


def until(year: np.ndarray, month: int) -> np.ndarray:
    return np.where(np.arange(12) < month, year, np.nan)


def cut(history: dict[int, np.ndarray], month: int) -> dict[int, np.ndarray]:
    return {**history, 2026: until(history[2026], month)}


def test_the_base_carries_the_average_month_on() -> None:
    found = forecast({2026: until(np.full(12, 10.0), 4)}, [], 2026, "sum", relative=False)
    assert (found.reached, found.expected, found.method) == (40, pytest.approx(120), "base")
    assert found.low == pytest.approx(40 + 80 * 0.9)
    assert found.high == pytest.approx(40 + 80 * 1.05)
    assert found.needed(200) == pytest.approx(20)
    assert found.probability(100, None) is None
    assert found.reason == "few"


def test_the_season_of_past_years_wins_where_it_did_better() -> None:
    rng = np.random.default_rng(1)
    series = [made(rng, 1, 5, 0.02, np.roll(SEASON, turn))[0] for turn in range(0, 12, 2)]  # each its own season
    found = forecast(cut(series[0], 3), [cut(one, 3) for one in series[1:]], 2026, "sum", relative=False)
    assert found.method == "seasonal"
    assert found.expected == pytest.approx(series[0][2026].sum(), rel=0.06)
    assert found.error < 0.05
    assert found.low < found.expected < found.high


def test_a_pace_is_corrected_by_how_past_years_went_on() -> None:
    series = made(np.random.default_rng(1), 9, 2, 0.02)
    found = forecast(cut(series[0], 3), [cut(one, 3) for one in series[1:]], 2026, "sum", relative=False)
    assert (found.method, found.cases, found.years) == ("base", 9, 1)
    assert found.expected == pytest.approx(series[0][2026].sum(), rel=0.06)
    assert found.expected > found.reached * 4 * 1.2
    assert 0.05 < found.probability(found.expected * 2, None) < 0.2  # one year cannot tell luck from noise


def test_a_cumulative_series_is_foreseen_as_the_sum_of_its_steps() -> None:
    series = made(np.random.default_rng(2), 4, 5, 0.1)
    running = [{year: values.cumsum() for year, values in one.items()} for one in series]
    flows, totals = (
        forecast(cut(some[0], 7), [cut(one, 7) for one in some[1:]], 2026, how, relative=False)
        for some, how in ((series, "sum"), (running, "cumulative"))
    )
    assert totals.expected == pytest.approx(flows.expected)
    assert totals.probability(900, None) == pytest.approx(flows.probability(900, None))


@pytest.mark.parametrize("how", ["sum", "cumulative", "mean", "last"])
@pytest.mark.parametrize("relative", [False, True])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_probability_lies_between_0_and_1_and_rises_with_what_is_reached(
    how: Manner, relative: bool, data: st.DataObject
) -> None:
    numbers = st.lists(st.floats(0, 100, width=32), min_size=12, max_size=12).map(
        lambda values: sorted(values) if how == "cumulative" else values
    )
    past = [{year: np.array(data.draw(numbers)) for year in (2023, 2024, 2025)} for _ in range(4)]
    year, month = np.array(data.draw(numbers)), data.draw(st.integers(1, 11))
    target = data.draw(st.floats(0, 1500))
    more = np.array(data.draw(numbers)) + year
    chances = [
        forecast({**past[0], 2026: until(values, month)}, past[1:], 2026, how, relative=relative)
        for values in (year, more)
    ]
    low, high = (found.probability(target, None) for found in chances)
    if low is None or high is None:
        assert all(found.reason for found in chances)
        return
    assert 0 <= low <= high + 1e-12 <= 1 + 1e-9
    below = [found.probability(None, target) for found in chances]
    assert 0 <= below[1] <= below[0] + 1e-12 <= 1 + 1e-9
    assert chances[0].probability(target, None) >= chances[0].probability(target + 1, None)
    band = chances[0].probability(target, target + 50)
    assert 0 <= band <= low + 1e-12


def test_what_is_reached_is_certain_and_what_is_spent_is_lost() -> None:
    series = made(np.random.default_rng(3), 8, 5, 0.2)
    found = forecast(cut(series[0], 9), [cut(one, 9) for one in series[1:]], 2026, "sum", relative=False)
    assert found.probability(found.reached, None) == 1.0
    assert found.probability(None, found.reached * 0.99) == 0.0


def test_a_year_that_is_over_is_a_result() -> None:
    found = forecast({2026: np.full(12, 10.0)}, [], 2026, "sum", relative=False)
    assert (found.reason, found.expected, found.needed(130)) == ("over", 120, None)
    assert found.probability(120, None) == 1.0
    assert found.probability(121, None) == 0.0


def test_too_little_says_so() -> None:
    nothing = forecast({2025: np.full(12, 1.0)}, [], 2026, "sum", relative=False)
    assert (nothing.reason, nothing.expected, nothing.probability(1, None)) == ("nothing_yet", None, None)
    gaps = np.full(12, np.nan)
    gaps[[0, 6]] = 5
    assert forecast({2026: gaps}, [], 2026, "sum", relative=False).reason == "gaps"
    series = made(np.random.default_rng(4), FEWEST - 1, 2, 0.1)
    few = forecast(cut(series[0], 6), [cut(one, 6) for one in series[1:]], 2026, "sum", relative=False)
    assert (few.reason, few.cases, few.probability(1, None)) == ("few", FEWEST - 1, None)


def test_a_gap_counts_as_the_average_month() -> None:
    year = until(np.full(12, 10.0), 6)
    year[2] = np.nan
    found = forecast({2026: year}, [], 2026, "sum", relative=False)
    assert found.expected == pytest.approx(120)


def test_a_rate_moves_by_points() -> None:
    rng = np.random.default_rng(5)
    series = [{year: 80 + rng.normal(0, 2, 12) for year in range(2021, 2027)} for _ in range(6)]
    found = forecast(cut(series[0], 8), [cut(one, 8) for one in series[1:]], 2026, "mean", relative=True)
    assert found.expected == pytest.approx(80, abs=2)
    assert found.error < 2
    assert found.needed(85) > 90
    assert found.probability(75, None) > 0.9 > 0.1 > found.probability(85, None)


@pytest.mark.parametrize(("noise", "month"), [(0.15, 3), (0.3, 6), (0.3, 10)])
def test_stated_probabilities_come_true_about_as_often_as_stated(noise: float, month: int) -> None:
    rng = np.random.default_rng(7)
    stated, came = [], []
    for _ in range(25):
        series = made(rng, 24, 5, noise)
        for number in range(0, 24, 6):
            others = [cut(one, month) for k, one in enumerate(series) if k != number]
            found = forecast(cut(series[number], month), others, 2026, "sum", relative=False)
            target = found.expected * rng.uniform(0.85, 1.15)
            stated.append(found.probability(target, None))
            came.append(series[number][2026].sum() >= target)
    chance, truth = np.array(stated), np.array(came, dtype=float)
    assert np.mean((chance - truth) ** 2) < 0.9 * truth.mean() * (
        1 - truth.mean()
    )  # better than knowing the rate alone
    for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        some = (chance >= low) & (chance < high)
        if some.sum() >= 10:
            allowed = 0.06 + 2.6 * np.sqrt(0.25 / some.sum())
            assert abs(chance[some].mean() - truth[some].mean()) < allowed


def test_siblings_that_share_the_luck_of_a_year_prove_less() -> None:
    rng = np.random.default_rng(8)
    apart = made(rng, 40, 7, 0.2)
    shared = [{y: v.copy() for y, v in one.items()} for one in apart]
    for year in range(2020, 2026):
        luck = rng.lognormal(0, 0.5)
        for one in shared:
            one[year][6:] *= luck
    alone, together = (
        forecast(cut(some[0], 6), [cut(one, 6) for one in some[1:]], 2026, "sum", relative=False)
        for some in (apart, shared)
    )
    assert together.weight < alone.weight / 2
    assert together.probability(together.expected * 3, None) > alone.probability(alone.expected * 3, None)


def test_years_of_days_and_weeks_keep_their_length() -> None:
    line = [(periods.day(periods.parse("2028-02-29").start), 3.0), (periods.week(2026, 53), None)]
    found = years(line)
    assert len(found[2028]) == 366
    assert found[2028][59] == 3.0
    assert len(found[2026]) == 53


def test_the_manner_follows_the_target_then_the_indicator() -> None:
    one = indicators["HCC-04"]
    assert manner(one, "share") == "sum"
    assert manner(one, "to_date") == "cumulative"
    assert manner(replace(one, time_rule="latest"), "level") == "last"
    assert manner(replace(one, time_rule="sum"), None) == "sum"
    assert manner(replace(one, time_rule="ratio"), "level") == "mean"


def test_the_better_end_keeps_pace_with_a_late_trajectory() -> None:
    asked = np.array([2, 4, 7, 11, 16, 22, 30, 40, 52, 66, 82, 100.0])
    reached = asked * 0.95
    late = best_end((reached[5], reached[2]), (asked[5], asked[2]), 100, less=False, rise=1.05, fall=0.9)
    assert late == pytest.approx(20.9 + 0.9975 * 78)
    for less, end in ((False, 36), (True, 24)):
        assert best_end((12, 0), (6, 3), 12, less=less, rise=1.0, fall=1.0) == pytest.approx(end)
    assert best_end((12, None), (0, 0), 12, less=False, rise=1.0, fall=1.0) is None
