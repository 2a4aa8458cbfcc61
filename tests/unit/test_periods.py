"""Periods are read as people write them, and stepping never loses a day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import periods

days = st.dates(date(1990, 1, 1), date(2089, 12, 31))
pairs = st.sampled_from(list(periods.LETTERS))


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
        ("9 tháng đầu năm 2025", "2025-9M"),
        ("6 tháng năm 2025", "2025-H1"),
        ("năm học 2025–2026", "2025-2026"),
        ("lũy kế đến hết tháng 9/2025", "2025-TD09"),
        ("lũy kế 6 tháng năm 2025", "2025-TD06"),
        ("10 tháng đầu năm 2025", "2025-TD10"),
        ("tháng 10/2025@nd09", "2025-10@nd09"),
    ],
)
def test_what_people_write(text, key):
    assert periods.parse(text).key == key


@pytest.mark.parametrize("text", ["thg 10", "", "2025-13", "30/02/2025", "2025-W53", "quý V/2025", "2025-07-14T00:00",
    "2025-2027", "2025-TD13", "2025-W30@nd09", "2025-Q3@1022", "2025-10@", "2025-10@lunar"])  # fmt: skip
def test_what_cannot_be_read_says_what_can(text):
    with pytest.raises(ValueError, match=r"^Không hiểu kỳ “.*”: hãy viết năm .*14/07/2025\)\.$"):
        periods.parse(text)


@pytest.mark.parametrize(
    ("key", "vi", "en"),
    [
        ("2025-07", "tháng 7/2025", "July 2025"),
        ("2025-Q3", "quý III/2025", "Q3 2025"),
        ("2025-9M", "9 tháng năm 2025", "first nine months of 2025"),
        ("2025-2026", "năm học 2025–2026", "school year 2025–2026"),
        ("2025-TD09", "lũy kế đến hết tháng 9/2025", "cumulative to the end of September 2025"),
        ("2025-10@nd09", "tháng 10/2025 (15/9–14/10)", "October 2025 (15 Sep – 14 Oct)"),
        ("2025-Q1@nd09", "quý I/2025 (15/12/2024–14/3/2025)", "Q1 2025 (15 Dec 2024 – 14 Mar 2025)"),
        ("2025-10@1022", "tháng 10/2025 (12:00 25/9–12:00 25/10)", "October 2025 (12:00 25 Sep – 12:00 25 Oct)"),
    ],
)
def test_labels_say_which_window_it_is(key, vi, en):
    assert periods.parse(key).label() == vi
    assert periods.parse(key).label("en") == en


@pytest.mark.parametrize(
    ("kind", "calendar", "text", "key"),
    [
        ("month", "civil", "tháng 10/2025", "2025-10"),
        ("month", "nd09", "tháng 10/2025", "2025-10@nd09"),
        ("month", "nd09", "năm 2025", "2025@nd09"),
        ("month", "nd09", "2025-10@civil", "2025-10"),
        ("month", "1022", "tháng 10/2025", "2025-10@1022"),
        ("month", "1022", "quý III/2025", "2025-Q3"),
        ("to_date", "civil", "9 tháng năm 2025", "2025-TD09"),
        ("to_date", "civil", "năm 2025", "2025-TD12"),
        ("to_date", "civil", "2025-09", "2025-09"),
        ("quarter", "civil", "3 tháng đầu năm 2025", "2025-Q1"),
    ],
)
def test_a_bare_name_means_the_window_of_the_indicator(kind, calendar, text, key):
    assert periods.of_indicator(text, SimpleNamespace(period=kind, calendar=calendar)).key == key


def test_a_month_of_1022_turns_at_noon():
    october = periods.parse("2025-10@1022")
    assert october.holds(datetime(2025, 9, 25, 12))
    assert not october.holds(datetime(2025, 9, 25, 11, 59))
    assert october.holds(datetime(2025, 10, 25, 4, 59, tzinfo=UTC))  # 11:59 in Viet Nam
    assert not october.holds(datetime(2025, 10, 25, 5, tzinfo=UTC))
    assert periods.of("month", datetime(2025, 10, 25, 11), "1022") == october
    assert periods.of("month", date(2025, 10, 25), "1022") == october.next()


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


@given(days, pairs)
def test_keys_and_storage_give_the_period_back(on, pair):
    kind, calendar = pair
    period = periods.of(kind, on, calendar)
    assert period.holds(on) or (kind == "nine" and on >= period.end)
    assert periods.parse(period.key) == period
    assert periods.restore(period.letter, period.stored_start) == period


@given(days, pairs)
def test_steps_lead_back(on, pair):
    kind, calendar = pair
    period = periods.of(kind, on, calendar)
    assert period.next().previous() == period == period.previous().next()
    assert period.previous() < period < period.next()
    if kind not in ("nine", "to_date"):  # these start anew with the year
        assert period.previous().end == period.start
    assert periods.range(kind, period.previous(), period.next()) == (period.previous(), period, period.next())


@given(st.integers(1990, 2089), pairs)
def test_windows_of_a_year_tile_it(year, pair):
    kind, calendar = pair
    whole = periods.of("year", date(year, 6, 1), "nd09" if calendar == "nd09" else "civil")
    parts = periods.range(kind, whole, whole)
    if kind == "nine":
        assert [(one.start, one.last_day.month) for one in parts] == [(whole.start, 9)]
    elif kind == "to_date":
        assert [one.number for one in parts] == list(range(1, 13))
    else:
        assert all(one.end == following.start for one, following in pairwise(parts))
        assert parts[0].start <= whole.start < parts[0].end
        assert parts[-1].start < whole.end <= parts[-1].end
    assert len({one.key for one in parts}) == len(parts)


@given(days, pairs)
def test_a_year_before_is_about_a_year_before(on, pair):
    kind, calendar = pair
    period = periods.of(kind, on, calendar)
    before = period.last_year()
    assert (before.kind, before.calendar) == pair
    assert abs((period.start - before.start) - timedelta(days=365)) <= timedelta(days=8)
