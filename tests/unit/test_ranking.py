"""Places, percentiles and noise against hand computations."""

import numpy as np
import pytest

from layers.indicators import ranking

NAN = np.nan


def test_places_are_told_group_by_group_and_equals_share_one():
    values = np.array([90.0, 95.0, 95.0, NAN, 70.0, 80.0])
    groups = np.array(["xa", "xa", "xa", "xa", "phuong", "phuong"])
    np.testing.assert_array_equal(ranking.places(values, groups, "up"), [3, 1, 1, NAN, 2, 1])
    np.testing.assert_array_equal(ranking.places(values, groups, "down"), [1, 2, 2, NAN, 1, 2])
    np.testing.assert_array_equal(ranking.sizes(values, groups), [3, 3, 3, 3, 2, 2])


def test_a_percentile_is_the_share_of_the_others_left_behind():
    values = np.array([10.0, 20.0, 20.0, 40.0, NAN])
    together = np.zeros(5)
    np.testing.assert_allclose(ranking.percentiles(values, together, "up"), [0, 50, 50, 100, NAN])
    np.testing.assert_allclose(ranking.percentiles(values, together, "down"), [100, 50, 50, 0, NAN])
    assert np.isnan(ranking.percentiles(values, together, "neutral")).all()
    assert np.isnan(ranking.percentiles(np.array([5.0]), np.zeros(1), "up")).all(), "nobody to compare with"


@pytest.mark.parametrize("direction", ["up", "down", "neutral"])
def test_one_among_its_peers_stands_where_all_are_told(direction):
    values = np.array([10.0, 20.0, 20.0, NAN, 40.0, 5.0])
    together = np.zeros(6)
    places, shares = ranking.places(values, together, direction), ranking.percentiles(values, together, direction)
    for value, place, share in zip(values, places, shares, strict=True):
        if np.isfinite(value):
            assert ranking.standing(value, values, direction) == (place, 5, pytest.approx(share, nan_ok=True))


def test_a_steady_trend_and_one_jump_are_no_noise():
    trend = np.arange(14.0)[None, :]
    jump = np.r_[np.zeros(7), np.full(7, 100.0)][None, :]
    assert ranking.spread(trend)[0] == 0
    assert ranking.spread(jump)[0] == 0


def test_noise_is_the_scaled_median_deviation_of_the_last_twelve_differences():
    line = np.array([1000.0, 50, 52, 49, 53, 50, NAN, 51, 54, 50])
    # Differences -950, 2, -3, 4, -3, 3, -4: their median is -3, the distances from it 947, 5, 0, 7, 0, 6, 1.
    assert ranking.spread(line[None, :])[0] == pytest.approx(1.4826 * 5)
    assert np.isnan(ranking.spread(np.array([[1.0, 2.0, NAN, 4.0, 5.0]]))[0]), "two differences tell nothing"
    assert np.isnan(ranking.spread(np.array([[1.0]]))[0])


def test_a_share_of_few_cases_is_uncertain():
    above, below = np.array([5.0, 50.0, 7.0, 12.0, 0.5]), np.array([5.0, 100.0, 0.0, 10.0, 2.0])
    errors = ranking.sampling(above, below, 100.0)
    assert errors[0] == pytest.approx(100 * np.sqrt((6 / 7) * (1 / 7) / 5)), "5 of 5 is not certain"
    assert errors[1] == pytest.approx(5.0)
    assert np.isnan(errors[2:]).all(), "nothing to divide by, more than all, no whole cases"
    lines = np.array([[96.0] * 6, [50.0, 52, 49, 53, 50, 51]])
    wide = ranking.noise(lines, errors[:2])
    assert wide[0] == pytest.approx(2 * np.sqrt(2) * errors[0])
    assert wide[1] == pytest.approx(max(2 * np.sqrt(2) * 5.0, 2 * ranking.spread(lines)[1]))
