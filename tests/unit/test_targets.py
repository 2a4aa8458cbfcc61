"""What a target asks of each part of its year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import periods
from layers.indicators.periods import parse
from layers.indicators.targets import Target, asked, due, faults, path

amounts = st.floats(0.01, 1e9, allow_nan=False)
steps = st.lists(st.floats(0, 1e6), min_size=12, max_size=12).map(lambda parts: tuple(sorted(parts)))
MONTHS = [periods.month(2026, number) for number in range(1, 13)]


def of(value: float, rule: str = "level", **more) -> Target:
    return Target(period=parse("2026"), value=value, rule=rule, **more)


def value(target: Target, key: str) -> float | None:
    found = due(target, parse(key))
    return found and found.value


@pytest.mark.parametrize(
    ("rule", "key", "expected"),
    [
        ("to_date", "2026-10", 1000), ("share", "2026-10", 100), ("level", "2026-10", 1200),
        ("to_date", "2026-Q3", 900), ("share", "2026-Q3", 300), ("share", "2026-H2", 600), ("to_date", "2026-H1", 600),
        ("share", "2026-9M", 900), ("to_date", "2026-9M", 900), ("to_date", "2026-TD05", 500), ("share", "2026-TD05", 500),
        ("share", "2026-10@nd09", 100), ("to_date", "2026-10@1022", 1000), ("share", "2026", 1200),
        ("to_date", "2026-12-31", 1200), ("to_date", "2026-W53", 1200), ("share", "2026-W01", 1200 / 53),
    ],
)  # fmt: skip
def test_a_years_target_asks_of_its_parts(rule: str, key: str, expected: float) -> None:
    assert value(of(1200, rule), key) == pytest.approx(expected)


@pytest.mark.parametrize("key", ["2025-12", "2027", "2026-2027", "2025-W52"])
def test_a_target_is_silent_on_other_years(key: str) -> None:
    assert due(of(1200, "share"), parse(key)) is None


def test_the_week_over_new_year_belongs_to_the_year_it_is_counted_in() -> None:
    assert parse("2026-W53").last_day == date(2027, 1, 3)
    assert value(of(53, "share"), "2026-W53") == pytest.approx(1)
    assert due(of(53, "share"), parse("2027-W01")) is None


def test_a_leap_year_has_a_day_more_to_share_among() -> None:
    leap = Target(period=parse("2028"), value=366, rule="share")
    assert due(leap, parse("2028-02-29")).value == pytest.approx(1)
    assert value(of(365, "share"), "2026-02-28") == pytest.approx(1)


@given(amounts)
def test_twelve_shares_make_the_year(amount: float) -> None:
    target = of(amount, "share")
    assert sum(due(target, month).value for month in MONTHS) == pytest.approx(amount)
    weeks = periods.range("week", periods.week(2026, 1), periods.week(2026, 53))
    assert sum(due(target, week).value for week in weeks) == pytest.approx(amount)


@given(steps)
def test_a_trajectory_ends_at_the_target_and_its_shares_make_the_year(months: tuple[float, ...]) -> None:
    reached = of(months[-1], "to_date", trajectory=months)
    assert [due(reached, month).value for month in MONTHS] == pytest.approx(list(months))
    assert due(reached, parse("2026-12-31")).value == pytest.approx(months[-1])
    shares = of(months[-1], "share", trajectory=months)
    assert sum(due(shares, month).value for month in MONTHS) == pytest.approx(months[-1])
    quarters = [due(shares, periods.quarter(2026, number)).value for number in range(1, 5)]
    assert sum(quarters) == pytest.approx(months[-1])


@given(steps, st.floats(0, 12), st.floats(0, 12))
def test_a_path_never_falls(months: tuple[float, ...], one: float, other: float) -> None:
    target = of(months[-1], "to_date", trajectory=months)
    early, late = sorted((one, other))
    assert path(target, early) <= path(target, late) * (1 + 1e-9)


def test_a_level_along_a_trajectory_is_that_of_the_month_it_ends_in() -> None:
    target = of(92, trajectory=tuple(float(80 + month) for month in range(1, 13)))
    assert value(target, "2026-03") == 83
    assert value(target, "2026-03-10") == 83
    assert value(target, "2026-Q4") == 92


def test_a_target_of_the_period_itself_goes_before_the_years_and_plans_stand_in_order() -> None:
    own = Target(period=parse("2026-10"), value=70)
    year = of(1200, "share")
    local = of(1300, "share", plan="dia_phuong")
    central = of(1250, "share", plan="ttg")
    found = asked([own, local, year, central], parse("2026-10"))
    assert [(target.plan, part.value) for target, part in found] == [
        ("", 70),
        ("ttg", pytest.approx(1250 / 12)),
        ("dia_phuong", pytest.approx(1300 / 12)),
    ]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (of(100, "to_date", trajectory=(*range(5, 60, 5), 90)), "ends at 90"),
        (of(100, "to_date", trajectory=(10, 8, *range(20, 110, 10), 100)), "falls in month 2"),
        (of(100, "share", trajectory=(-1, *range(0, 100, 10), 100)), "falls in month 1"),
        (Target(period=parse("2026-Q1"), value=3, trajectory=(3.0,) * 12), "only a year's"),
    ],
)
def test_a_trajectory_that_contradicts_its_target_is_told(target: Target, words: str) -> None:
    found = faults(target)
    assert found
    assert words in found[1]


def test_a_falling_level_is_no_fault() -> None:
    assert faults(of(5, trajectory=tuple(float(17 - month) for month in range(1, 13)))) is None
