"""A reform moves no sample figure: what the former parts of an area report together is what it goes on with."""

import numpy as np
import pandas as pd
import pytest

from boundaries import register
from layers.indicators import catalogue, periods
from layers.indicators.sample_areas import former, links, today
from layers.indicators.sample_model import Model
from layers.indicators.sample_profiles import data_kind

SEED = 20250701


def ids(*tables):
    listed = pd.concat(tables)[["level", "code"]]
    return listed.assign(id=range(1, len(listed) + 1))


@pytest.fixture(scope="module")
def grounds():
    """Lâm Đồng and the other provinces, now and before."""
    provinces, communes = register.provinces(), register.communes().query("parent_code == '68'")
    now = today(ids(provinces, communes), SEED)
    old = register.former_communes().query("parent_code in ('68', '67', '60')")
    return now, former(ids(register.former_provinces(), old), SEED, now)


@pytest.fixture(scope="module")
def models(grounds):
    """Both told for the same months, which happens to nobody else."""
    first, last = periods.month(2025, 1), periods.month(2025, 6)
    return [Model(ground, first, last) for ground in grounds]


def test_parts_of_an_area_are_all_of_it(grounds):
    now, before = grounds
    assert before.people.sum() == pytest.approx(now.people.sum())
    assert before.km2.sum() == pytest.approx(now.km2.sum())
    for share in (before.roots.people, before.roots.land):
        np.testing.assert_allclose(share.sum(axis=0), 1.0)
    assert (links()[["land", "people"]] > 0).all(axis=None)


def totals(models, one):
    kind = data_kind(one)
    chosen = [at for at, step in enumerate(models[0].steps(kind)) if step.in_year == 2025]
    values = [model.quantity(one.code, kind)[:, chosen] for model in models]
    communes = [model.ground.communes for model in models]
    return [value[inside].mean(axis=1) for value, inside in zip(values, communes, strict=True)]


def test_no_total_jumps_at_the_reform(models):
    ratios = {}
    for one in catalogue.load()[1]:
        if one.lowest_level == "commune" and one.space_rule == "sum" and data_kind(one) == "month":
            now, before = (values.sum() for values in totals(models, one))
            if before > 300:  # else chance moves more
                ratios[one.code] = now / before
    changes = np.abs(np.log(list(ratios.values())))
    assert len(ratios) > 50
    assert np.median(changes) < 0.01
    assert changes.max() < 0.1, max(ratios, key=lambda code: abs(np.log(ratios[code])))


@pytest.mark.parametrize("code", ["HCC-01", "YT-01", "VB-01", "NS-01", "DTC-04", "GT-09"])
def test_no_commune_jumps_at_the_reform(models, grounds, code):
    now, before = totals(models, catalogue.indicators[code])
    old = grounds[1]
    heirs = old.roots.heirs[old.communes]
    parted = np.bincount(heirs, before, minlength=len(grounds[0].areas))[grounds[0].communes]
    known = (now > 30) & (parted > 0)
    change = np.abs(np.log(now[known] / parted[known]))
    assert np.median(change) < 0.06
    assert np.quantile(change, 0.9) < 0.25  # communes that took parts of divided ones


def test_rates_run_on(models, grounds):
    one = catalogue.indicators["HCC-04"]
    rates = []
    for model in models:
        _, above, below = model.figures(one, "month")
        inside = model.ground.communes
        rates.append(100 * above[inside, -6:].sum() / below[inside, -6:].sum())
    assert rates[0] == pytest.approx(rates[1], abs=0.3)


def test_parts_of_one_area_are_not_all_alike(grounds, models):
    old = models[1].ground
    people = models[1].quantity("HCC-01", "month")[old.communes, -1] / np.maximum(old.people[old.communes], 1)
    heirs = old.roots.heirs[old.communes]
    spread = pd.Series(np.log(people[people > 0])).groupby(heirs[people > 0]).std().median()
    assert 0.02 < spread < 0.3
