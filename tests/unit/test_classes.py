"""Classes of a choropleth: every figure in one class, whatever the figures are."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styles.classes import (
    Method,
    blanks,
    breaks,
    class_of,
    legend_classes,
    number_text,
    pretty,
    ramp,
    target_classes,
)

METHODS: tuple[Method, ...] = ("quantile", "natural", "equal")
figures = st.lists(
    st.one_of(
        st.integers(-1000, 1000).map(float),
        st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False).map(lambda x: round(x, 4)),
        st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3)),
    ),
    min_size=1,
    max_size=60,
)


@given(figures, st.sampled_from(METHODS), st.integers(1, 9))
def test_every_figure_falls_in_exactly_one_class(values: list[float], method: Method, n: int) -> None:
    edges = breaks(values, method, n)
    assert all(a < b for a, b in pairwise(edges))
    assert 2 <= len(edges) <= min(n, 7) + 1
    assert edges[0] <= min(values) <= max(values) <= edges[-1]
    rows = legend_classes(edges)
    for value in values:
        held = [
            k
            for k, row in enumerate(rows)
            if row["from"] <= value < row["to"] or (k == len(rows) - 1 and value == row["to"])
        ]
        assert held == [class_of(value, edges)]


@given(figures, st.sampled_from(("quantile", "natural")), st.integers(1, 7))
def test_no_class_is_empty_and_more_means_a_higher_class(values: list[float], method: Method, n: int) -> None:
    edges = breaks(values, method, n)
    classes = [class_of(value, edges) for value in sorted(values)]
    assert classes == sorted(classes)
    assert set(classes) == set(range(len(edges) - 1))


@given(figures, st.sampled_from(METHODS))
def test_order_and_missing_figures_change_nothing(values: list[float], method: Method) -> None:
    edges = breaks(values, method, 5)
    assert breaks([math.nan, *reversed(values), math.inf], method, 5) == edges


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.0, 5.0, -3.2, 1234.567, 1e-4])
def test_constant_figures_make_one_class(method: Method, value: float) -> None:
    low, high = breaks([value] * 9, method, 5)
    assert low <= value <= high
    assert len(ramp(1)) == 1


def test_no_figures_make_no_classes() -> None:
    assert breaks([math.nan], "quantile", 5) == []
    assert legend_classes([]) == []


def test_quantiles_share_out_the_figures_and_ties_stay_together() -> None:
    values = np.random.default_rng(5).lognormal(3, 1, 1000)
    edges = breaks(values, "quantile", 5)
    share = np.bincount([class_of(v, edges) for v in values]) / 1000
    assert len(share) == 5
    assert (abs(share - 0.2) < 0.07).all()
    tied = breaks([0.0] * 70 + list(range(1, 31)), "quantile", 5)
    assert class_of(0.0, tied) == 0
    assert class_of(1.0, tied) == 1


def test_natural_breaks_have_the_least_squares() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        values = np.sort(rng.choice(400, 12, replace=False)).astype(float)
        classes = [class_of(v, breaks(values, "natural", 3)) for v in values]
        got = sum(
            ((values[np.array(classes) == k] - values[np.array(classes) == k].mean()) ** 2).sum() for k in range(3)
        )
        best = min(
            sum(((part - part.mean()) ** 2).sum() for part in np.split(values, cuts))
            for cuts in combinations(range(1, 12), 2)
        )
        assert got == pytest.approx(best)


def test_edges_are_round() -> None:
    assert breaks([3.17, 12.4, 25.9, 47.2, 88.8, 96.1], "equal", 5) == [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    assert pretty(11.87, 12.04) == 12.0
    assert breaks([0.0] * 10 + [50.0, 66.7] + [100.0] * 48, "quantile", 5)[-2:] == [80.0, 100.0]
    assert pretty(-4.0, 3.0) == 0.0
    assert pretty(0.0312, 0.0374) == 0.035
    edges = breaks(np.random.default_rng(1).normal(75, 12, 500), "quantile", 5)
    assert all(edge == round(edge) for edge in edges)


def test_legend_speaks_both_languages() -> None:
    rows = legend_classes([0.0, 2.5, 1000.0, 12500.0])
    assert [row["label"] for row in rows] == ["0 – 2,5", "2,5 – 1.000", "1.000 – 12.500"]
    assert rows[2]["label_en"] == "1,000 – 12,500"
    assert number_text(-1234.5) == "−1.234,5"
    assert [row["key"] for row in blanks()] == ["no_data", "late", "not_due", "not_applicable", "suppressed"]
    assert len(target_classes()) == 4
    colours = [row["colour"] for row in legend_classes(list(map(float, range(8))))]
    assert len(set(colours)) == 7


def test_large_sets_are_quick_and_nothing_heavy_is_imported() -> None:
    values = np.random.default_rng(2).lognormal(3, 1.2, 120_000)
    assert len(breaks(values, "natural", 5)) == 6
    heavy = "import sys, styles.classes; sys.exit(bool({'mapclassify', 'pandas', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", heavy], check=False).returncode == 0
