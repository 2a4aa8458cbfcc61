"""Carrying figures across a reform: totals kept, ratios by their parts, nothing merged that must not be."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.carry import Links, carry
from geo.errors import Problem


def _links(pairs: list[tuple[int, int, float]], **measures: list[float]) -> Links:
    """Links with ground in common; other measures unknown unless given."""
    unknown = np.full(len(pairs), np.nan)
    return Links(
        source=np.array([p[0] for p in pairs]),
        target=np.array([p[1] for p in pairs]),
        population=np.array(measures.get("population", unknown), dtype=float),
        published=np.array(measures.get("published", unknown), dtype=float),
        area=np.array([p[2] for p in pairs], dtype=float),
    )


def _figures(rows: dict[int, object], period: str = "2024") -> pd.DataFrame:
    """Figures by area: a number, (value, numerator, denominator), or the name of a blank."""
    out = []
    for area, given_ in rows.items():
        value, top, bottom = given_ if isinstance(given_, tuple) else (given_, None, None)
        blank = value if isinstance(value, str) else None
        out.append((area, period, None if blank else value, top, bottom, blank))
    return pd.DataFrame(out, columns=["area_id", "period", "value", "numerator", "denominator", "blank"])


def _of(carried: pd.DataFrame, area: int) -> pd.Series:
    return carried.set_index("area_id").loc[area]


@st.composite
def reforms(draw: st.DrawFn) -> tuple[Links, pd.DataFrame]:
    """A reform that merges and divides as it likes, with figures of any size for most of the old areas."""
    olds = draw(st.integers(1, 12))
    news = draw(st.integers(1, 8))
    pairs = [
        (old, 100 + new, draw(st.floats(0.01, 500)))
        for old in range(olds)
        for new in draw(st.sets(st.integers(0, news - 1), min_size=1, max_size=4))
    ]
    people = draw(st.one_of(st.none(), st.lists(st.floats(0, 1e5), min_size=len(pairs), max_size=len(pairs))))
    links = _links(pairs, **({} if people is None else {"population": people}))
    decimals = draw(st.integers(0, 4))
    values = {old: round(draw(st.floats(-1e7, 1e7)), decimals) for old in range(olds) if draw(st.integers(0, 9))}
    return links, _figures(values or {0: 1.0})


@given(reforms())
@settings(deadline=None, max_examples=200)
def test_a_sum_is_conserved_to_the_last_unit(reform: tuple[Links, pd.DataFrame]) -> None:
    """Whatever is merged and divided, the total after is the total before, and the band holds the estimate."""
    links, figures = reform
    carried = carry(figures, links, "sum")
    units = 10**4  # figures have four decimals at most
    assert round(math.fsum(carried.partial.dropna()) * units) == round(math.fsum(figures.value) * units)
    shown = carried[carried.value.notna()]
    slack = 1 + shown.value.abs() * 1e-9
    assert ((shown.low <= shown.value + slack) & (shown.value <= shown.high + slack)).all()
    assert shown.estimated.between(0, 1).all()


@given(reforms())
@settings(deadline=None, max_examples=100)
def test_shares_of_an_area_sum_to_one(reform: tuple[Links, pd.DataFrame]) -> None:
    """Under every weighting that is known."""
    links, _ = reform
    for weighting in ("population", "published", "area", "equal"):
        share = pd.Series(links.shares(weighting)).groupby(links.source).sum(min_count=1)
        assert np.allclose(share.dropna(), 1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.sampled_from(["sum", "ratio", "latest", "max"]))
@settings(deadline=None)
def test_whole_areas_go_there_and_back_unchanged(values: list[float], rule: str) -> None:
    """An area that only changed its name and code keeps its figure under any rule."""
    links = _links([(i, 100 + i, 1.0) for i in range(len(values))])
    there = carry(_figures(dict(enumerate(values))), links, rule)
    back = carry(there, links.reversed(), rule)
    assert back.value.tolist() == values
    assert (back.method == "whole").all()
    assert not back.estimated.any()


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=2, max_size=6))
@settings(deadline=None)
def test_a_ratio_is_made_of_its_parts_and_is_no_mean_of_ratios(parts: list[tuple[int, int]]) -> None:
    """It equals the mean of the parts' ratios only where that mean is the same number by chance or equal denominators."""
    figures = _figures({i: (100 * top / bottom, top, bottom) for i, (top, bottom) in enumerate(parts)})
    carried = _of(carry(figures, _links([(i, 100, 1.0) for i in range(len(parts))]), "ratio", scale=100), 100)
    top, bottom = sum(t for t, _ in parts), sum(b for _, b in parts)
    assert (carried.numerator, carried.denominator) == (top, bottom)
    assert math.isclose(carried.value, 100 * top / bottom, abs_tol=1e-9)
    if len({b for _, b in parts}) == 1:
        assert math.isclose(carried.value, np.mean([100 * t / b for t, b in parts]), abs_tol=1e-6)


@given(reforms(), st.data())
@settings(deadline=None, max_examples=100)
def test_a_carried_ratio_lies_between_those_it_is_made_of(
    reform: tuple[Links, pd.DataFrame], data: st.DataObject
) -> None:
    """However few things are divided: three files shared by five places once were counted as whole ones, and 200 %."""
    links, figures = reform
    parts = {
        old: data.draw(st.tuples(st.integers(0, 5), st.integers(1, 5)).map(lambda p: (min(p), p[1])), label=str(old))
        for old in figures.area_id
    }
    rates = {old: 100 * top / bottom for old, (top, bottom) in parts.items()}
    carried = carry(_figures({old: (rates[old], *parts[old]) for old in parts}), links, "ratio", scale=100)
    from_ = pd.Series(rates).reindex(links.source).set_axis(links.target).groupby(level=0)
    shown = carried[carried.value.notna()].set_index("area_id")
    assert (shown.value >= from_.min()[shown.index] - 1e-6).all()
    assert (shown.value <= from_.max()[shown.index] + 1e-6).all()
    assert np.allclose(shown.value, 100 * shown.numerator / shown.denominator)
    for name, number in (("numerator", 0), ("denominator", 1)):
        assert math.isclose(carried[name].sum(), sum(part[number] for part in parts.values()), abs_tol=1e-6)


def test_one_hundred_two_hundred_three_hundred_is_six_hundred() -> None:
    """Three areas become one."""
    carried = _of(carry(_figures({1: 100, 2: 200, 3: 300}), _links([(1, 9, 1), (2, 9, 1), (3, 9, 1)]), "sum"), 9)
    assert carried.value == 600
    assert carried.method == "whole"
    assert carried.estimated == 0
    assert carried.known == carried.of == 3


def test_a_divided_area_is_shared_by_people_before_ground_and_says_how_sure_it_is() -> None:
    """By raster, else by published people, else by ground; the band is the spread between them."""
    pairs = [(1, 8, 75.0), (1, 9, 25.0)]
    for given_, method, share, low, high in (
        ({"population": [10, 90], "published": [20, 80]}, "population", 0.1, 100, 751),
        ({"published": [20, 80]}, "published", 0.2, 200, 751),
        ({}, "area", 0.75, 500, 751),
    ):
        carried = _of(carry(_figures({1: 1001}), _links(pairs, **given_), "sum"), 8)
        assert carried.method == method
        assert carried.value == round(1001 * share)
        assert carried.estimated == 1
        assert (carried.low, carried.high) == (low, high), "whole people, of every weighting that is known"


def test_what_stands_side_by_side_is_never_merged_and_a_bare_ratio_is_refused() -> None:
    """Neither does a ratio without numerator and denominator become a mean."""
    links = _links([(1, 9, 1), (2, 9, 1), (3, 8, 1)])
    figures = _figures({1: 5.0, 2: 7.0, 3: 6.0})
    for rule, word in (("latest", "side_by_side"), ("ratio", "no_parts")):
        carried = carry(figures, links, rule)
        assert _of(carried, 9).refused == word
        assert math.isnan(_of(carried, 9).value)
        assert _of(carried, 9).blank == "no_data"
        assert _of(carried, 8).value == 6.0
        assert _of(carried, 8).refused == ""


def test_too_few_sources_leave_a_blank_and_the_five_blanks_stay_apart() -> None:
    """Half of the ground without figure is too much; what is late stays late, a reason the silent ones share is kept."""
    links = _links(
        [(1, 9, 1), (2, 9, 1), (3, 8, 1), (4, 8, 1), (5, 7, 9), (6, 7, 1), (10, 6, 1), (11, 6, 1), (12, 5, 1)]
    )
    figures = _figures(
        {1: 5, 2: "late", 3: "late", 4: "no_data", 5: 9, 6: "not_applicable", 10: "suppressed", 11: 4, 12: "not_due"}
    )
    carried = carry(figures, links, "sum")
    assert (_of(carried, 9).blank, _of(carried, 9).refused, _of(carried, 9).partial) == ("late", "few", 5)
    assert [_of(carried, area).blank for area in (8, 6, 5)] == ["late", "suppressed", "not_due"]
    assert _of(carried, 7).value == 9
    assert (_of(carried, 7).known, _of(carried, 7).of) == (1, 2)


def test_an_unknown_rule_is_refused() -> None:
    """By one sentence."""
    with pytest.raises(Problem, match="quy tắc"):
        carry(_figures({1: 1}), _links([(1, 2, 1)]), "median")
