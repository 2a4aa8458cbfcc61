"""Planted mistakes are found with few false alarms, and the arithmetic does not depend on units, order or size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.indicators import quality

AREAS, PERIODS = 60, 24
RING = np.array([[(i + step) % AREAS for step in (-2, -1, 1, 2)] for i in range(AREAS)])
LIMITS = (-np.inf, np.inf)


def lines(seed: int, *, noise: float = 0.1, spread: float = 1.0) -> np.ndarray:
    """Figures of areas of very different size with a season that all share."""
    chance = np.random.default_rng(seed)
    level = np.exp(chance.normal(6, spread, (AREAS, 1)))
    season = 1 + 0.5 * np.sin(np.arange(PERIODS) / 12 * 2 * np.pi)[None, :]
    return np.round(level * season * np.exp(chance.normal(0, noise, (AREAS, PERIODS))), 1)


def found_outliers(values: np.ndarray, counts: bool = False) -> np.ndarray:
    return quality.outliers(values, RING, unit=0.1, counts=counts, effect=quality.EFFECT, limits=LIMITS)[0]


def test_outliers_planted_are_found_and_hardly_any_other():
    hits = planted = alarms = others = 0
    for seed in range(20):
        values, chance = lines(seed), np.random.default_rng(seed + 1000)
        mask = chance.random(values.shape) < 0.003
        mask[:, 0] = False
        values[mask] *= np.where(chance.random(mask.sum()) < 0.5, 4, 0.25)
        found = found_outliers(values)
        hits, planted = hits + (found & mask).sum(), planted + mask.sum()
        alarms, others = alarms + (found & ~mask).sum(), others + (~mask).sum()
    assert hits >= 0.95 * planted, (hits, planted)
    assert alarms <= 0.0005 * others, (alarms, others)


def test_a_season_and_a_common_shock_are_no_outliers():
    values = lines(1)
    values[:, 12] *= 5  # what happens everywhere is no mistake of one
    assert not found_outliers(values).any()


def test_copied_forms_are_found_and_hardly_any_other():
    """Forms of five figures, one in a hundred copied: all found, fewer than one false alarm in ten thousand forms."""
    hits = planted = alarms = others = 0
    for seed in range(20):
        sheets = [lines(seed * 10 + k) for k in range(5)]
        mask = np.random.default_rng(seed).random((AREAS, PERIODS)) < 0.01
        mask[:, 0] = False
        for sheet in sheets:
            for column in range(1, PERIODS):
                sheet[mask[:, column], column] = sheet[mask[:, column], column - 1]
        evidence = sum(quality.repeated(sheet, 0.1, counts=False) for sheet in sheets)
        found = quality.copied(evidence, quality.COPIED_FORM)
        hits, planted = hits + (found & mask).sum(), planted + mask.sum()
        alarms, others = alarms + (found & ~mask).sum(), others + (~mask).sum()
    assert hits >= 0.99 * planted, (hits, planted)
    assert alarms <= 0.0001 * others, (alarms, others)


def test_what_stands_still_or_is_small_is_no_copy():
    still = np.repeat(np.arange(1.0, AREAS + 1)[:, None] * 1234, PERIODS, axis=1)
    small = np.random.default_rng(1).poisson(2, (AREAS, PERIODS)).astype(float)
    for values in (still, small):
        evidence = quality.repeated(values, 1, counts=True)
        assert not quality.copied(evidence, quality.COPIED_FORM).any()


def test_a_whole_column_that_is_copied_is_found():
    values = lines(3)
    values[:, 10] = values[:, 9]
    evidence = quality.repeated(values, 0.1, counts=False).sum(0)
    assert np.flatnonzero(quality.copied(evidence, quality.COPIED_COLUMN)).tolist() == [10]


def test_leaps_at_a_merger_are_found_unless_the_sharing_out_explains_them():
    hits = planted = alarms = others = 0
    for seed in range(20):
        values, chance = lines(seed), np.random.default_rng(seed + 500)
        before, after = values[:, :12], values[:, 12:] * 1.1
        mask = chance.random(AREAS) < 0.1
        after[mask] *= np.where(chance.random(mask.sum()) < 0.5, 1.7, 0.55)[:, None]
        found, _, usual = quality.leaps(before, after, before, before, noise="amount")
        assert usual == pytest.approx(1.1, rel=0.1)
        hits, planted = hits + (found & mask).sum(), planted + mask.sum()
        alarms, others = alarms + (found & ~mask).sum(), others + (~mask).sum()
        explained, *_ = quality.leaps(before, after, before * 0, before * 3, noise="amount")
        assert not explained.any()
    assert hits >= 0.9 * planted, (hits, planted)
    assert alarms <= 0.005 * others, (alarms, others)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 999), st.sampled_from([0.001, 1000.0, 1e6]))
def test_outliers_do_not_depend_on_the_unit_nor_on_the_order(seed, factor):
    values = lines(seed)
    values[7, 5] *= 6
    found = found_outliers(values)
    scaled, *_ = quality.outliers(
        values * factor, RING, unit=0.1 * factor, counts=False, effect=quality.EFFECT, limits=LIMITS
    )
    assert (scaled == found).all()
    order = np.random.default_rng(seed).permutation(AREAS)
    place = np.argsort(order)
    turned, *_ = quality.outliers(
        values[order], place[RING[order]], unit=0.1, counts=False, effect=quality.EFFECT, limits=LIMITS
    )
    assert (turned == found[order]).all()


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=30))
def test_the_median_is_that_of_what_is_there(values):
    row = np.array([values])
    expected = np.nanmedian(row) if np.isfinite(row).any() else np.nan
    assert quality.median(row, 1)[0] == pytest.approx(expected, nan_ok=True)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_what_adds_up_never_disagrees(children):
    parts = np.array(children)
    assert not quality.disagrees("sum", float(parts.sum()), parts, len(parts), 1.0)
    assert quality.disagrees("sum", float(parts.sum()) * 2 + 100 + len(parts), parts, len(parts), 1.0)
    assert not quality.disagrees("mean", float(parts.mean()), parts, len(parts), 1.0)
    assert not quality.disagrees("max", float(parts.max()), parts, len(parts), 1.0)
    assert quality.disagrees("ratio", float(parts.max()) + 10, parts, len(parts), 1.0)


def test_parts_that_lack_cannot_be_more_than_the_whole():
    parts = np.array([60.0, 50.0, np.nan])
    assert quality.disagrees("sum", 100, parts, 3, 1.0)
    assert not quality.disagrees("sum", 150, parts, 3, 1.0)


def test_few_things_differ_by_chance():
    assert quality.by_chance(95.0, 2, 3, 100.0)
    assert not quality.by_chance(95.0, 200, 300, 100.0)
    assert not quality.by_chance(95.0, 20.5, 30.7, 100.0), "amounts are not counted"
