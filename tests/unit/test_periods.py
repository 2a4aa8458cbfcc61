"""Periods are read as people write them, and stepping never loses a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import periods

days = st.dates(date(1990, 1, 1), date(2089, 12, 31))
kinds = st.sampled_from(["day", "week", "month", "quarter", "half", "year"])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2025", "2025"),
        ("năm 2025", "2025"),
        ("2025-07", "2025-07"),
        ("07/2025", "2025-07"),
        ("T7/2025", "2025-07"),
        ("tháng 7/2025", "2025-07"),
        ("Tháng 7 năm 2025", "2025-07"),
        ("quý III/2025", "2025-Q3"),
        ("Q3/2025", "2025-Q3"),
        ("2025-Q3", "2025-Q3"),
        ("6 tháng đầu năm 2025", "2025-H1"),
        ("2025-H2", "2025-H2"),
        ("14/07/2025", "2025-07-14"),
        ("2025-W30", "2025-W30"),
        ("tuần 30/2025", "2025-W30"),
    ],
)
def test_what_people_write(text, key):
    assert periods.parse(text).key == key


@pytest.mark.parametrize("text", ["thg 10", "", "2025-13", "30/02/2025", "2025-W53", "quý V/2025", "2025-07-14T00:00"])
def test_what_cannot_be_read_says_what_can(text):
    with pytest.raises(ValueError, match=r"^Không hiểu kỳ “.*”: hãy viết năm .*14/07/2025\)\.$"):
        periods.parse(text)


def test_labels():
    assert periods.parse("2025-07").label() == "tháng 7/2025"
    assert periods.parse("2025-Q3").label() == "quý III/2025"
    assert periods.parse("2025-07").label("en") == "July 2025"


def test_iso_weeks_across_new_year():
    assert periods.of("week", date(2024, 12, 30)).key == "2025-W01"
    assert periods.of("week", date(2027, 1, 3)).key == "2026-W53"
    assert periods.parse("2026-W53").next().key == "2027-W01"
    assert periods.parse("2026-W53").last_year().key == "2025-W52"
    assert periods.parse("2024-02-29").last_year().key == "2023-02-28"


def test_range_covers_both_ends():
    first, last = periods.parse("2023-11"), periods.parse("2026-10")
    assert len(periods.range("month", first, last)) == 36
    assert [one.key for one in periods.range("year", first, last)] == ["2023", "2024", "2025", "2026"]


@given(days, kinds)
def test_keys_survive_reading_and_the_day_lies_inside(on, kind):
    period = periods.of(kind, on)
    assert period.holds(on)
    assert periods.parse(period.key) == period


@given(days, kinds)
def test_steps_meet_without_gap(on, kind):
    period = periods.of(kind, on)
    assert period.previous().end == period.start
    assert period.next().previous() == period
    assert period.previous() < period < period.next()


@given(days, kinds)
def test_a_year_before_is_about_a_year_before(on, kind):
    period = periods.of(kind, on)
    before = period.last_year()
    assert before.kind == kind
    assert abs((period.start - before.start) - timedelta(days=365)) <= timedelta(days=8)
