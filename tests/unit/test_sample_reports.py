"""Sample figures come in as figures do: some late, corrected, copied or mistyped, and a few never, within stated bounds."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from layers.indicators import catalogue, periods
from layers.indicators.sample_habits import HABITS
from layers.indicators.sample_profiles import data_kind, parts, profiles, shared

KEYS = ["indicator", "area_id", "period"]


@pytest.fixture(scope="module")
def told(sample_areas, sample_reports):
    """The reports of communes on what may have holes, with the kind and the end of each period."""
    communes = sample_areas.loc[sample_areas["level"] == "commune", "id"]
    free = {one.code for one in catalogue.load()[1] if one.code in shared() or profiles()[one.code].plan}
    found = sample_reports[sample_reports["area_id"].isin(communes) & ~sample_reports["indicator"].isin(free)]
    steps = {key: periods.parse(key) for key in found["period"].unique()}
    return found.assign(
        kind=found["period"].map({key: step.kind for key, step in steps.items()}),
        end=pd.to_datetime(found["period"].map({key: step.end for key, step in steps.items()})).dt.tz_localize("UTC"),
    )


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("day", 0.001, 0.015), ("week", 0.005, 0.04), ("month", 0.01, 0.05), ("quarter", 0.01, 0.06)],
)
def test_some_come_late_and_are_a_blank_until_then(told, kind, least, most):
    rows = told[told["kind"] == kind]
    late = rows[rows["blank"] == "late"]
    assert least < len(late) / len(rows.drop_duplicates(KEYS)) < most
    later = late.merge(rows[rows["blank"].isna()], on=KEYS, suffixes=("", "_later"))
    assert (later["known_at_later"] > later["known_at"]).all()
    assert len(later) > 0.5 * len(late)  # most of them came in the end
    days = (later["known_at_later"] - later["end"]).dt.total_seconds() / 86_400
    assert (days >= 1.5 * HABITS[kind].due).all()


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("day", 0.003, 0.02), ("week", 0.005, 0.03), ("month", 0.02, 0.07), ("quarter", 0.08, 0.25), ("year", 0.15, 0.5)],
)
def test_some_are_corrected_and_their_state_says_so(told, kind, least, most):
    rows = told[(told["kind"] == kind) & told["blank"].isna()].sort_values("known_at", kind="stable")
    several = rows.groupby(KEYS)["value"].agg(["size", "first", "last"])
    assert least < (several["size"] > 1).mean() < most
    changed = several[several["size"] > 1]
    away = (changed["first"] / changed["last"].replace(0, np.nan) - 1).dropna()
    assert away.median() <= 0
    assert away.abs().quantile(0.95) < 0.25
    order = {"estimate": 0, "preliminary": 1, "final": 2}
    steps = rows["status"].map(order).groupby([rows[key] for key in KEYS]).diff().dropna()
    assert (steps > 0).all()


def test_statistics_are_estimated_first(sample_reports):
    grdp = sample_reports[(sample_reports["indicator"] == "KT-02") & sample_reports["period"].str.startswith("2025")]
    states = grdp.sort_values("known_at").groupby(["area_id", "period"])["status"].agg(tuple)
    assert set(states) == {("estimate", "preliminary", "final")}


def test_nothing_is_known_before_its_time_or_after_today(told, sample_reports):
    assert (sample_reports["known_at"] <= pd.Timestamp("2026-11-12T01:00Z")).all()
    assert (told["known_at"] > told["end"] - pd.Timedelta(days=1)).all()
    plan = sample_reports[(sample_reports["indicator"] == "DTC-02") & (sample_reports["period"] == "2026")]
    assert (plan["known_at"] < pd.Timestamp("2026-01-10T00:00Z")).all()


def test_what_was_known_on_a_day_in_the_past_can_be_told(sample_reports):
    """In the middle of June: of most communes May is known, and it was not what is known of it now."""
    rows = sample_reports[sample_reports["period"].eq("2026-05") & sample_reports["indicator"].str.startswith("HCC-1")]
    then = rows[rows["known_at"] < pd.Timestamp("2026-06-10T00:00Z")]
    assert 0.9 < then[KEYS].drop_duplicates().shape[0] / rows[KEYS].drop_duplicates().shape[0] <= 1
    assert len(rows) > rows[KEYS].drop_duplicates().shape[0]


def test_few_never_come(told, sample_areas):
    months = told[
        (told["kind"] == "month") & told["indicator"].map(lambda code: catalogue.indicators[code].period == "month")
    ]
    count = months.drop_duplicates(KEYS).groupby("indicator")["period"].agg(["size", "nunique"])
    communes = sample_areas["level"].eq("commune").sum()
    missing = 1 - count["size"].sum() / (count["nunique"] * communes).sum()
    assert 0.001 < missing < 0.008
    began = months[months["blank"] == "no_data"]
    assert 0 < len(began) / len(months) < 0.02
    assert (began["period"] < "2026-02").all()


def test_a_form_is_late_as_a_whole(told):
    rows = told[(told["kind"] == "month") & (told["period"] == "2026-07") & (told["blank"] == "late")]
    forms = rows.assign(form=rows["indicator"].str.split("-").str[0]).groupby(["area_id", "form"]).size()
    assert forms.max() > 3


def test_a_few_are_mistyped_and_half_of_these_doubted(sample_areas, sample_model, sample_figures):
    """Several times what their area tells in other months; never a part of a ratio, which would lie then."""
    doubted = sample_figures[sample_figures["warning"].notna()]
    assert 0 < len(doubted) / len(sample_figures) < 0.0006
    assert not set(doubted["indicator"]) & parts()
    usual = sample_figures.groupby(["indicator", "area_id"])["value"].median()
    times = (
        doubted["value"].to_numpy()
        / usual.loc[list(zip(doubted["indicator"], doubted["area_id"], strict=True))].to_numpy()
    )
    assert np.median(times) > 2


def test_last_months_form_comes_again_here_and_there(sample_areas, sample_figures):
    """All large counts of the form alike: chance does not do that."""
    flows = {
        one.code
        for one in catalogue.load()[1]
        if one.time_rule == "sum" and one.period == "month" and one.code not in shared()
    }
    rows = sample_figures[sample_figures["indicator"].isin(flows) & sample_figures["period"].str.match(r"\d{4}-\d\d$")]
    rows = rows[(rows["value"] > 200) & rows["area_id"].le(30)].sort_values(KEYS)
    again = rows.groupby(["indicator", "area_id"])["value"].diff().eq(0)
    assert 0.0005 < again.mean() < 0.02


def test_ratios_of_a_copied_form_are_copied(sample_model):
    from layers.indicators.sample_habits import Habits

    steps = sample_model.steps("month")
    found = [
        Habits(sample_model.ground, catalogue.indicators[code], "month", steps).copied()
        for code in ("HCC-01", "HCC-02", "HCC-04")
    ]
    assert found[0].any()
    assert all((one == found[0]).all() for one in found[1:])


def test_a_few_leap_at_the_reform(sample_model, sample_areas):
    from layers.indicators.sample_habits import JUMPS, Habits

    leaps = {}
    for one in catalogue.load()[1]:
        kind = data_kind(one)
        if (
            kind == "month"
            and (factor := Habits(sample_model.ground, one, kind, sample_model.steps(kind)).leap()).size > 1
        ):
            leaps[one.code] = factor
    may = [
        one.code
        for one in catalogue.load()[1]
        if one.time_rule == "sum" and one.code not in parts() and one.high is None
    ]
    assert 0.2 * JUMPS[0] < len(leaps) / len(may) < 3 * JUMPS[0]
    before = [step.start < datetime(2025, 7, 1).date() for step in sample_model.steps("month")]
    for factor in leaps.values():
        assert (factor[:, before] == 1).all()
        assert set(np.unique(factor)) <= {0.55, 1.0, 1.7}
    assert 0.02 < np.mean([(factor[:30, -1] != 1).mean() for factor in leaps.values()]) < 0.25
