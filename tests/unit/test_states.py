"""States against what is due: monotone, mirrored where less is better, the bands of each indicator."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.periods import parse
from layers.indicators.states import STATES, deviation, judge, state, states_of
from layers.indicators.targets import Due, Target, due
from styles import palette
from styles.classes import target_classes

PLAIN = replace(
    indicators["HCC-04"], unit="%", direction="up", bands=(-3.0, -8.0, -15.0), target_low=None, target_high=None
)
numbers = st.floats(-1e6, 1e6, allow_nan=False)
dues = st.builds(Due, numbers, st.floats(0.01, 1e6))
kinds = st.builds(lambda unit, bands: replace(PLAIN, unit=unit, bands=bands), st.sampled_from(["%", "tỷ đồng"]),
                  st.sampled_from([(-5.0,), (-3.0, -10.0), (-3.0, -8.0, -15.0)]))  # fmt: skip


def at(value: float, asked: float, direction: str = "up", unit: str = "%", whole: float | None = None) -> str | None:
    one = replace(PLAIN, direction=direction, unit=unit)
    return state(value, Due(asked, asked if whole is None else whole), one)


@pytest.mark.parametrize(
    ("value", "asked", "direction", "unit", "expected"),
    [
        (97.0, 100.0, "up", "%", "green"), (96.9, 100.0, "up", "%", "yellow"), (92.0, 100.0, "up", "%", "yellow"),
        (91.9, 100.0, "up", "%", "orange"), (85.0, 100.0, "up", "%", "orange"), (84.9, 100.0, "up", "%", "red"),
        (40.0, 45.0, "up", "%", "yellow"), (40.0, 45.0, "up", "vụ", "orange"), (48.0, 45.0, "down", "vụ", "yellow"),
        (20.0, 45.0, "down", "vụ", "green"), (60.0, 45.0, "neutral", "%", "orange"),
        (30.0, 45.0, "neutral", "%", "orange"), (0.0, 0.0, "down", "vụ", "green"), (1.0, 0.0, "down", "vụ", "red"),
        (1.0, 0.0, "up", "vụ", "green"),
    ],
)  # fmt: skip
def test_the_bands_of_practice(value: float, asked: float, direction: str, unit: str, expected: str) -> None:
    assert at(value, asked, direction, unit) == expected


def test_no_value_or_no_target_is_no_state() -> None:
    assert state(None, Due(1, 1), PLAIN) is None
    assert state(math.nan, Due(1, 1), PLAIN) is None
    assert state(1, None, PLAIN) is None
    assert state(1, Due(math.nan, 1), PLAIN) is None


def test_an_edge_is_not_missed_by_binary_arithmetic() -> None:
    assert at(0.1 + 0.2 - 3, 0.3) == "green"


@given(kinds, dues, numbers, numbers)
def test_more_is_never_a_worse_state_and_less_is_its_mirror(
    one: Indicator, asked: Due, value: float, other: float
) -> None:
    low, high = (state(number, asked, one) for number in sorted((value, other)))
    assert STATES.index(high) <= STATES.index(low)
    less = replace(one, direction="down")
    assert deviation(asked.value - value, asked, less) == pytest.approx(deviation(asked.value + value, asked, one))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(19.0, "%", "green"), (25.0, "%", "green"), (15.9, "%", "yellow"), (29.0, "%", "yellow"), (45.0, "%", "red"),
     (9.7, "°C", "red"), (19.6, "°C", "green"), (26.0, "°C", "yellow")],
)  # fmt: skip
def test_a_target_band_is_met_inside(value: float, unit: str, expected: str) -> None:
    one = replace(PLAIN, unit=unit, direction="neutral", target_low=19.0, target_high=25.0)
    assert state(value, None, one) == expected


def test_an_indicator_has_as_many_states_as_bands() -> None:
    found = {
        bands: {state(value, Due(100, 100), replace(PLAIN, bands=bands)) for value in range(0, 110)}
        for bands in ((-5.0,), (-5.0, -10.0), (-5.0, -10.0, -20.0))
    }
    assert [len(states) for states in found.values()] == [2, 3, 4]
    assert found[(-5.0, -10.0)] == {"green", "yellow", "red"}


def test_a_year_that_can_only_end_red_is_red_now() -> None:
    one = replace(PLAIN, unit="vụ")
    target = Target(period=parse("2026"), value=1200, rule="share")
    fading = np.array([150, 140, 110, 60, 30, 100, *[np.nan] * 6])
    found = judge(one, [target], parse("2026-06"), 100.0, fading)
    assert [one.state for one in judge(one, [target], parse("2026-06"), 100.0)] == ["green"]
    assert [one.state for one in found] == ["green"]
    fading[:3] = 60
    assert judge(one, [target], parse("2026-06"), 100.0, fading)[0].state == "red"
    running = np.array([0, 5, 10, 20, 30, 41, *[np.nan] * 6])
    reached = replace(target, value=100, rule="to_date")
    assert judge(one, [reached], parse("2026-06"), 41.0, running)[0].state == "orange"
    running[:3] = (5, 20, 30)
    assert judge(one, [reached], parse("2026-06"), 41.0, running)[0].state == "red"
    assert judge(one, [reached], parse("2026-02"), 15.0, running)[0].state == "green"


def test_an_amount_and_its_rate_over_the_same_plan_have_one_state() -> None:
    """4.127,575 tỷ đồng by October: 18.63 % of the one plan, 30.8 % of the other."""
    for plan, rate in ((22156.828, 18.63), (13403.337, 30.80)):
        assert round(4127.575 / plan * 100, 2) == rate
        target = Target(period=parse("2026"), value=plan, rule="to_date")
        share = Target(period=parse("2026"), value=100, rule="to_date")
        for month in range(1, 13):
            key = f"2026-{month:02d}"
            amount = deviation(4127.575, due(target, parse(key)), replace(PLAIN, unit="tỷ đồng"))
            assert amount == pytest.approx(deviation(4127.575 / plan * 100, due(share, parse(key)), PLAIN))


def test_the_parts_of_an_index_make_a_hundred() -> None:
    """The parts of the index of QĐ 766: 18 + 20 + 22 + 22 + 18, each a level of its own."""
    parts = [Target(period=parse("2026"), value=value) for value in (18, 20, 22, 22, 18)]
    assert sum(due(one, parse("2026-10")).value for one in parts) == 100


def test_every_state_has_its_colour_and_words_in_the_same_order() -> None:
    assert tuple(palette.STATES) == STATES
    for bands, told in (((-5.0,), ("green", "red")), ((-5.0, -10.0), ("green", "yellow", "red"))):
        assert tuple(row["key"] for row in target_classes(states_of(replace(PLAIN, bands=bands)))) == told
