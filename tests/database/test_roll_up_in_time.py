"""Roll-up in time and space against a plain reckoning in Python, and changes against making everything anew."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from layers.indicators import periods
from layers.indicators.catalogue import indicators
from layers.indicators.longer import longer_of, part_rules
from layers.indicators.rollup import refresh
from layers.indicators.store import indicator_ids

ADD = text(
    "INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, period_start, known_at, value, "
    "numerator, denominator, blank) VALUES ('68', :number, :area, :kind, :start, :known, :value, :above, :below, :blank)"
)
NEWEST = text(
    "SELECT DISTINCT ON (a.level, a.code, i.code, o.period_kind, o.period_start) a.level, a.code, i.code, o.period_kind, "
    "o.period_start, o.value, o.numerator, o.denominator, o.blank, o.derived, o.children, o.children_of "
    "FROM toancanh.observation o JOIN toancanh.area a ON a.id = o.area_id JOIN toancanh.indicator i ON i.id = o.indicator_id "
    "ORDER BY a.level, a.code, i.code, o.period_kind, o.period_start, o.known_at DESC"
)
SLICES = text(
    "SELECT indicator_id, level, within, period_kind, period_start, area_ids, area_values, blanks FROM toancanh.figure_slice "
    "ORDER BY 1, 2, 3, 4, 5"
)
SERIES = text(
    "SELECT area_id, indicator_id, period_kind, period_starts, period_values, blanks, newest_start, newest_value, before_start, "
    "before_value FROM toancanh.figure_series ORDER BY 1, 2, 3"
)
LETTER = {"week": "W", "month": "M", "quarter": "Q", "half": "H", "nine": "N", "year": "Y"}


@pytest.fixture
def few(bare_engine):
    """Four communes of one province, the only one of the country."""
    with bare_engine.begin() as connection:
        kept = "SELECT id FROM toancanh.area WHERE level = 'commune' ORDER BY code LIMIT 4"
        connection.execute(text(f"DELETE FROM toancanh.area WHERE level = 'commune' AND id NOT IN ({kept})"))
        connection.execute(text("DELETE FROM toancanh.area WHERE level = 'province' AND code <> '68'"))
        indicator_ids(connection)
    return bare_engine


class World:
    """One transaction in which figures come in."""

    def __init__(self, connection):
        self.connection = connection
        self.numbers = indicator_ids(connection)
        rows = connection.execute(text("SELECT code, id FROM toancanh.area ORDER BY code")).all()
        self.areas = dict(rows)
        self.communes = [code for code, _ in rows if len(code) == 5]
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def tell(self, code, area, period, value=None, *, above=None, below=None, blank=None, follow=True):
        """A figure comes in; what follows from it is brought up to date."""
        period = periods.parse(period) if isinstance(period, str) else period
        self.now += timedelta(hours=1)
        row = {
            "number": self.numbers[code], "area": self.areas[area], "kind": period.letter, "start": period.stored_start,
            "known": self.now, "value": value, "above": above, "below": below, "blank": blank,
        }  # fmt: skip
        self.connection.execute(ADD, row)
        if follow:
            refresh(self.connection, {self.numbers[code]}, starts={period.stored_start}, provinces={"68"})

    def figures(self):
        return {tuple(row[:5]): tuple(row[5:]) for row in self.connection.execute(NEWEST)}

    def figure(self, code, area, period):
        """The newest figure: value, numerator, denominator, blank, derived, parts with a value, parts."""
        at = periods.parse(period)
        level = {2: "province", 5: "commune"}[len(area)] if area != "VN" else "country"
        return self.figures().get((level, area, code, at.letter, at.stored_start))

    def pictures(self):
        return [self.connection.execute(words).all() for words in (SLICES, SERIES)]

    def anew(self):
        """Forget all that was derived and make it again."""
        for words in (
            "DELETE FROM toancanh.observation WHERE derived IS NOT NULL",
            "DELETE FROM toancanh.figure_slice",
            "DELETE FROM toancanh.figure_series",
        ):
            self.connection.execute(text(words))
        refresh(self.connection)


@pytest.fixture
def world(few):
    with few.connect() as connection:
        yield World(connection)
        connection.rollback()


def some(**wanted):
    """The first indicator with these words that is no part and has no indicators as parts."""
    parts = {code for one in indicators.values() for code in (one.numerator, one.denominator) if code}
    for code, one in indicators.items():
        plain = code not in parts and not one.numerator and not one.denominator and one.lowest_level == "commune"
        if plain and one.calendar == "civil" and all(getattr(one, name) == value for name, value in wanted.items()):
            return code
    raise LookupError(wanted)


ADDED = some(period="month", space_rule="sum", time_rule="sum")
DAILY = some(period="day", space_rule="sum", time_rule="sum")
STOCK = some(space_rule="sum", time_rule="latest", period="month")
RATIO = some(space_rule="ratio", time_rule="ratio", unit="%", period="month")
CUMULATIVE = some(period="to_date")
MEAN = some(space_rule="weighted_mean", time_rule="weighted_mean", period="month")


def test_a_quarter_of_three_months_with_one_revised(world):
    first, *_ = world.communes
    for month, value in (("2026-01", 10.0), ("2026-02", 20.0), ("2026-03", 30.0)):
        world.tell(ADDED, first, month, value)
    assert world.figure(ADDED, first, "2026-Q1")[0] == 60
    world.tell(ADDED, first, "2026-02", 25.0)
    assert world.figure(ADDED, first, "2026-Q1") == (65, None, None, None, "T", 3, 3)
    known = text(
        "SELECT value FROM toancanh.observation WHERE area_id = :area AND period_kind = 'Q' AND indicator_id = :number "
        "ORDER BY known_at"
    )
    row = {"area": world.areas[first], "number": world.numbers[ADDED]}
    assert world.connection.execute(known, row).scalars().all() == [60, 65], "what was known before stays known"


def test_a_period_waits_for_its_last_part_and_tells_what_is_missing(world):
    first, *_ = world.communes
    world.tell(ADDED, first, "2026-01", 1.0)
    world.tell(ADDED, first, "2026-02", blank="late")
    assert world.figure(ADDED, first, "2026-Q1") is None
    world.tell(ADDED, first, "2026-03", 3.0)
    value, *_, blank, derived, children, of = world.figure(ADDED, first, "2026-Q1")
    assert (value, blank, derived, children, of) == (None, "no_data", "T", 2, 3)
    world.tell(ADDED, first, "2026-02", 2.0)
    assert world.figure(ADDED, first, "2026-Q1")[0] == 6


def test_a_week_across_new_year_and_a_leap_february(world):
    first, *_ = world.communes
    day = date(2024, 12, 30)  # Monday of the first week of 2025
    for step in range(7):
        world.tell(DAILY, first, periods.day(day + timedelta(days=step)), 1.0, follow=False)
    for step in range(29):
        world.tell(DAILY, first, periods.day(date(2024, 2, 1) + timedelta(days=step)), 2.0, follow=False)
    for step in range(28):
        world.tell(DAILY, first, periods.day(date(2023, 2, 1) + timedelta(days=step)), 2.0, follow=False)
    refresh(world.connection)
    assert world.figure(DAILY, first, "2025-W01")[0] == 7
    assert world.figure(DAILY, first, "2024-02") == (58, None, None, None, "T", 29, 29)
    assert world.figure(DAILY, first, "2023-02")[0] == 56


def test_a_stock_stands_as_it_is_at_the_end_and_a_given_year_stands(world):
    first, *_ = world.communes
    for month in range(1, 13):
        world.tell(STOCK, first, periods.month(2025, month), float(month), follow=False)
    world.tell(ADDED, first, "2025", 1000.0, follow=False)
    for month in range(1, 13):
        world.tell(ADDED, first, periods.month(2025, month), 1.0, follow=False)
    refresh(world.connection)
    assert [world.figure(STOCK, first, key)[0] for key in ("2025-Q1", "2025-H1", "2025-9M", "2025")] == [3, 6, 9, 12]
    assert world.figure(ADDED, first, "2025")[0] == 1000, "what a source gives is not replaced by what was added up"
    assert world.figure(ADDED, first, "2025-H2")[0] == 6


def test_a_cumulative_from_january_ends_longer_periods_and_adds_up_over_communes(world):
    first, second, *rest = world.communes
    for month in range(1, 7):
        world.tell(CUMULATIVE, first, f"2026-TD{month:02}", 10.0 * month)
        for other in (second, *rest):
            world.tell(CUMULATIVE, other, f"2026-TD{month:02}", 1.0)
    assert [world.figure(CUMULATIVE, first, key)[0] for key in ("2026-Q1", "2026-Q2", "2026-H1")] == [30, 60, 60]
    assert world.figure(CUMULATIVE, first, "2026") is None
    assert world.figure(CUMULATIVE, "68", "2026-TD06") == (63, None, None, None, "S", 4, 4)
    assert world.figure(CUMULATIVE, "68", "2026-Q2")[0] == 63
    world.tell(CUMULATIVE, first, "2026-TD06", 65.0)
    assert [world.figure(CUMULATIVE, area, "2026-H1")[0] for area in (first, "68")] == [65, 68]


def reckon(told, code):
    """Every figure that follows from what was told of an indicator, in plain Python: communes in time, then in space."""
    one = indicators[code]
    above_rule, below_rule = part_rules(one)
    newest = {}
    for area, period, figure in told:
        newest[area, period.letter, period.stored_start] = figure
    for kind in longer_of(one):
        for area, start in sorted({(area, start) for area, letter, start in newest if letter == kind.shorter}):
            for letter in kind.longer:
                name = next(word for word, short in LETTER.items() if short == letter)
                whole = periods.of(name, start) if letter != "N" else periods.parse(f"{start.year}-9M")
                if not whole.start <= start < whole.end:
                    continue
                word = {"D": "day", "M": "month", "Q": "quarter"}[kind.shorter]
                parts = [
                    p.stored_start
                    for p in periods.range(word, periods.of(word, whole.start), whole)
                    if p.end <= whole.end
                ]
                if (area, kind.shorter, parts[-1]) not in newest:
                    continue
                figures = [newest[area, kind.shorter, p] for p in parts if (area, kind.shorter, p) in newest]
                values = [f for f in figures if f[0] is not None]
                last = newest[area, kind.shorter, parts[-1]]
                if one.time_rule == "latest":
                    found = last
                elif len(values) < (len(parts) if one.time_rule == "sum" else 0.75 * len(parts)):
                    found = (None, None, None)
                elif one.time_rule == "sum":
                    found = (math.fsum(f[0] for f in values), None, None)
                else:
                    above = math.fsum(f[1] for f in values) if above_rule == "sum" else last[1]
                    below = math.fsum(f[2] for f in values) if below_rule == "sum" else last[2]
                    scale = one.scale if one.is_ratio else 1.0
                    found = (scale * above / below if below else None, above, below)
                newest[area, letter, whole.stored_start] = found
    return newest


def in_space(newest, code, communes):
    """The province's figures from its communes'."""
    one, found = indicators[code], {}
    for letter, start in {(letter, start) for _, letter, start in newest}:
        figures = [newest[area, letter, start] for area in communes if (area, letter, start) in newest]
        values = [f for f in figures if f[0] is not None]
        if len(values) < 0.75 * len(communes):
            found[letter, start] = None
        elif one.space_rule == "sum":
            found[letter, start] = math.fsum(f[0] for f in values)
        else:
            scale = one.scale if one.is_ratio else 1.0
            found[letter, start] = scale * math.fsum(f[1] for f in values) / math.fsum(f[2] for f in values)
    return found


def same(found, expected):
    return found is expected is None or (None not in (found, expected) and math.isclose(found, expected, rel_tol=1e-12))


amounts = st.integers(1, 5000).map(lambda n: n / 4)
events = st.lists(
    st.tuples(
        st.sampled_from([ADDED, STOCK, RATIO, MEAN]), st.integers(0, 3), st.integers(0, 11), st.one_of(st.none(), amounts),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=20,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(events=events, whole=st.booleans())
def test_changes_in_any_order_give_what_a_plain_reckoning_and_making_all_anew_give(few, events, whole):
    with few.connect() as connection:
        world, told = World(connection), {code: [] for code in (ADDED, STOCK, RATIO, MEAN)}
        if whole:  # a year that is there, so that revisions and late figures change what follows
            events = [*((c, a, m, 8.0, 40) for c in told for a in range(4) for m in range(12)), *events]
        for at, (code, commune, month, amount, weight) in enumerate(events):
            area, period = world.communes[commune], periods.month(2025, month + 1)
            one = indicators[code]
            scale = one.scale if one.is_ratio else 1.0
            divided = one.space_rule in ("ratio", "weighted_mean") and amount is not None
            figure = (amount, amount * weight / scale, float(weight)) if divided else (amount, None, None)
            told[code].append((area, period, figure))
            late = whole and at < len(events) - 6
            world.tell(
                code, area, period, figure[0], above=figure[1], below=figure[2], blank=None if amount is not None else "late",
                follow=not late,
            )  # fmt: skip
            if whole and at == len(events) - 7:
                refresh(connection)
        if whole and len(events) < 7:
            refresh(connection)
        figures, pictures = world.figures(), world.pictures()
        for code, rows in told.items():
            expected = reckon(rows, code)
            for (area, letter, start), figure in expected.items():
                found = figures["commune", area, code, letter, start][0]
                assert same(found, figure[0]), (code, area, letter, start)
            mine = {key[3:5]: row[0] for key, row in figures.items() if key[:3] == ("province", "68", code)}
            above = in_space(expected, code, world.communes)
            assert mine.keys() == above.keys(), code
            assert all(same(mine[key], above[key]) for key in above), code
        world.anew()
        assert world.figures() == figures, "made anew, a figure differs"
        assert world.pictures() == pictures
        connection.rollback()
