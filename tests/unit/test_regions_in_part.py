"""Regions that cover only part of a commune get that part of its figures; the rest is nobody's, and nothing is lost."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.carry import carry
from boundaries.links import OUTSIDE, Ground, System
from boundaries.vintages import CURRENT

COMMUNES = System(CURRENT.start, "commune")
LENS = System("hat", "region")


def ground(
    parts: dict[tuple[int, int], float], wholes: dict[int, float], density: dict[int, float] | None = None
) -> Ground:
    """Ground on which communes (1, 2 …) lie in regions (101, 102 …) by km², with people where a density is given."""
    rows = [
        *((area, region, km2) for (area, region), km2 in parts.items()),
        *((area, area, km2) for area, km2 in wholes.items()),
    ]
    overlaps = pd.DataFrame(rows, columns=["area_id", "region_id", "area_km2"])
    overlaps["population"] = overlaps.area_km2 * overlaps.area_id.map(density or {})
    above = pd.DataFrame(
        [*((area, "commune", None) for area in wholes), *((region, "region", "hat") for _, region in parts)],
        columns=["id", "level", "until"],
    ).drop_duplicates()  # fmt: skip
    none = pd.DataFrame(columns=["old_id", "new_id", "level", "population", "area_km2"])
    return Ground(none, overlaps, above.assign(parent=np.nan, parent_level=None, above=np.nan), pd.Series(dtype=float))


def figures(values: dict[int, float]) -> pd.DataFrame:
    """Figures of one period."""
    rows = [(area, "2026", value, None, None, None) for area, value in values.items()]
    return pd.DataFrame(rows, columns=["area_id", "period", "value", "numerator", "denominator", "blank"])


def test_a_region_in_a_commune_gets_its_share_as_an_estimate_with_a_band() -> None:
    """4.8 km² of 24 km² are a fifth, and not the whole figure."""
    links = ground({(1, 101): 4.8}, {1: 24.0}).links(COMMUNES, LENS)
    carried = carry(figures({1: 2361}), links, "sum").set_index("area_id")
    assert carried.value[101] == round(2361 * 0.2)
    assert carried.value[OUTSIDE] == 2361 - carried.value[101]
    assert carried.estimated[101] == 1
    assert carried.method[101] == "area"
    assert carried.low[101] <= carried.value[101] < carried.high[101]


def test_people_outside_count_before_ground() -> None:
    """Half of the ground with all but a tenth of the people."""
    found = ground({(1, 101): 12.0}, {1: 24.0}).links(COMMUNES, LENS)
    assert found is not None
    links = replace(found, population=np.array([900.0, 100.0]))
    assert carry(figures({1: 1000}), links, "sum").set_index("area_id").value[101] == 900


@pytest.mark.parametrize("covered", [23.9, 24.0, 24.1])
def test_the_edges_of_two_surveys_are_not_outside(covered: float) -> None:
    """What misses less than a hundredth of a commune has it whole, without an estimate."""
    carried = carry(figures({1: 2361}), ground({(1, 101): covered}, {1: 24.0}).links(COMMUNES, LENS), "sum")
    assert carried.area_id.tolist() == [101]
    assert carried.value.tolist() == [2361]
    assert carried.method.tolist() == ["whole"]


@st.composite
def partial(draw: st.DrawFn) -> tuple[Ground, dict[int, float], dict[tuple[int, int], float], dict[int, float]]:
    """Communes of any size, each covered by some regions up to any part of it, with figures of any size."""
    wholes = {i + 1: draw(st.floats(0.1, 800)) for i in range(draw(st.integers(1, 8)))}
    parts = {}
    for area, km2 in wholes.items():
        left = km2
        for region in sorted(draw(st.sets(st.integers(101, 104), min_size=1, max_size=3))):
            parts[area, region] = left * draw(st.floats(0.001, 1))
            left -= parts[area, region]
    people = st.one_of(st.just(0.0), st.floats(0.1, 5000))
    density = {area: draw(people) for area in wholes} if draw(st.booleans()) else None
    decimals = draw(st.integers(0, 3))
    values = {area: round(draw(st.floats(0, 1e6)), decimals) for area in wholes}
    return ground(parts, wholes, density), values, parts, wholes


@given(partial())
@settings(deadline=None, max_examples=150)
def test_regions_and_the_rest_are_the_total(drawn) -> None:  # type: ignore[no-untyped-def]
    """To the last unit, and no region gets more than its ground's share of every commune but for rounding and edges."""
    held, values, parts, wholes = drawn
    links = held.links(COMMUNES, LENS)
    carried = carry(figures(values), links, "sum").set_index("area_id")
    assert round(math.fsum(carried.partial.dropna()) * 1000) == round(math.fsum(values.values()) * 1000)
    for region in carried.index.difference([OUTSIDE]):
        mine = {area: km2 / wholes[area] for (area, one), km2 in parts.items() if one == region}
        most = sum(values[area] * share for area, share in mine.items())
        assert carried.partial[region] <= most + sum(1 + 0.011 * values[area] for area in mine)
    shown = carried[carried.value.notna()]
    assert ((shown.low <= shown.value) & (shown.value <= shown.high)).all()


def test_bands_of_people_have_no_fractions_and_one_odd_figure_cuts_nobody() -> None:
    """A column of whole numbers with one mistake in it is still shared out in whole units."""
    parts = {(area, 101): 1.0 for area in range(1, 41)}
    wholes = dict.fromkeys(range(1, 41), 3.0)
    values: dict[int, float] = {area: 1000 + 7 * area for area in wholes}
    whole = carry(figures(values), ground(parts, wholes).links(COMMUNES, LENS), "sum")
    assert all(float(number).is_integer() for number in [*whole.low, *whole.value, *whole.high])
    two = carry(
        figures(values | {40: 0.09}), ground({(39, 102): 1.0, (40, 101): 1.0}, wholes).links(COMMUNES, LENS), "sum"
    )
    assert two.set_index("area_id").value[102].is_integer()
