"""Sample figures can be repeated, keep their formulas and bounds, and look like a province in Viet Nam."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from boundaries.listed import below, listed_areas
from layers.indicators import catalogue, periods
from layers.indicators.sample import Span
from layers.indicators.sample_profiles import data_kind, profiles
from layers.indicators.sample_targets import DISBURSED, iter_targets
from layers.indicators.targets import Target, due, faults
from services.demo_figures import Sample, afterwards, at_once
from services.demo_fill import untold


def of(figures, code, kind=None):
    found = figures[figures["indicator"] == code]
    return found if kind is None else found[found["period"].map(lambda key: periods.parse(key).kind) == kind]


def test_same_seed_same_figures_in_any_order_of_areas(sample_areas, sample_figures, make_model, make_figures):
    chosen = [catalogue.indicators[code] for code in ("HCC-04", "DTC-05", "YT-09", "KT-03", "AN-05")]
    again = make_figures(make_model(sample_areas.sample(frac=1, random_state=7)), indicators=chosen)
    keys = ["indicator", "area_id", "period"]
    before = sample_figures[sample_figures["indicator"].isin([one.code for one in chosen])]
    before, again = (table.sort_values(keys, ignore_index=True) for table in (before, again))
    pd.testing.assert_frame_equal(before, again, check_exact=False, rtol=1e-9)
    other = make_figures(make_model(sample_areas, seed=1), indicators=chosen).sort_values(keys, ignore_index=True)
    assert not other["value"].equals(again["value"])


def test_figures_do_not_depend_on_the_time_asked_for(sample_areas, sample_figures, make_model, make_figures):
    chosen = [
        catalogue.indicators[code] for code in ("HCC-01", "DTC-04", "NS-03", "KT-03", "PAKN-08", "GT-07", "DD-08")
    ]
    spans = [Span("month", date(2026, 1, 1), date(2026, 11, 1), ("day", "week", "month"))]
    late = make_figures(make_model(sample_areas, first=2026, daily=True), spans, chosen)
    both = late.merge(sample_figures, on=["indicator", "area_id", "period"])
    assert len(both) > 0.9 * len(late)  # October of what is told by day follows from its days
    np.testing.assert_allclose(both["value_x"], both["value_y"])


def test_every_indicator_has_figures_in_its_own_kind_of_period(sample_figures):
    told = sample_figures.assign(
        kind=sample_figures["period"].map({key: periods.parse(key).kind for key in sample_figures["period"].unique()})
    )
    kinds = told.groupby("indicator")["kind"].agg(set)
    assert set(kinds.index) == {one.code for one in catalogue.load()[1]}
    for code, found in kinds.items():
        one = catalogue.indicators[code]
        drawn = {} if one.period == "to_date" else {data_kind(one)}
        assert {one.period, *drawn} <= found, code
    calendars = sample_figures["period"].str.partition("@")[2]
    assert set(calendars) == {"", "nd09", "1022"}


def test_a_value_or_a_reason_and_never_both(sample_reports):
    assert (sample_reports["value"].isna() == sample_reports["blank"].notna()).all()
    assert set(sample_reports["blank"].dropna()) == {"no_data", "late", "not_due", "not_applicable", "suppressed"}
    assert not sample_reports.duplicated(["indicator", "area_id", "period", "known_at"]).any()


def test_ratios_are_their_components(sample_reports):
    for code, rows in sample_reports.groupby("indicator"):
        one = catalogue.indicators[code]
        known = rows.dropna(subset="value")
        if one.is_ratio:
            assert (known["denominator"] > 0).all(), code
            np.testing.assert_allclose(known["value"], one.scale * known["numerator"] / known["denominator"])
        if one.space_rule == "weighted_mean":
            np.testing.assert_allclose(known["numerator"], known["value"] * known["denominator"])


@pytest.mark.parametrize(
    "code", ["HCC-04", "HCC-07", "DTC-06", "NS-03", "PAKN-08", "TTR-02", "CAM-02", "GD-11", "NS-10", "NEN-03"]
)
@pytest.mark.parametrize("when", ["first", "last"])
def test_components_that_are_indicators_have_the_same_figures(sample_reports, code, when):
    one = catalogue.indicators[code]
    told = sample_reports[sample_reports["blank"].isna()].sort_values("known_at", kind="stable")
    told = told.drop_duplicates(["indicator", "area_id", "period"], keep=when)
    ratio = of(told, code, data_kind(one))
    ratio = ratio[(ratio["period"] >= "2025") & (ratio["period"] < "2026-09")]  # from then on days make the months
    for part, column in ((one.numerator, "numerator"), (one.denominator, "denominator")):
        if not part:
            continue
        known = of(told, part)
        if (kind := data_kind(catalogue.indicators[part])) != data_kind(one):
            steps = {key: _newest_out(key, kind, part) for key in ratio["period"].unique()}
            merged = ratio.assign(period=ratio["period"].map(steps)).merge(known, on=["area_id", "period"])
        else:
            merged = ratio.merge(known, on=["area_id", "period"])
        assert len(merged) > 0.98 * len(ratio)
        np.testing.assert_allclose(merged[f"{column}_x"], merged["value_y"])


def _newest_out(key, kind, part):
    """The longer period that a figure stands on: the plan of the year, or the newest one that was over in October."""
    step = periods.of(kind, periods.parse(key).start)
    out = profiles()[part].plan or step.end <= date(2026, 11, 1)
    return (step if out else step.previous()).key


def test_a_province_adds_up_from_its_communes(sample_areas, sample_model):
    inside = sample_areas["parent_code"].eq("68").to_numpy()
    whole = sample_areas["code"].eq("68").to_numpy()
    for kind in ("day", "week", "month"):
        spent = sample_model.quantity("DTC-04", kind)
        np.testing.assert_allclose(spent[whole][0], spent[inside].sum(axis=0))


def test_months_told_by_day_are_what_their_days_add_up_to(sample_model):
    days = [step.start for step in sample_model.steps("day")]
    months = [step.key for step in sample_model.steps("month")]
    for code in ("HCC-01", "HCC-02", "YT-01", "GT-01", "CAM-03"):
        of_day = sample_model.quantity(code, "day")[:, [day.month == 9 for day in days]].sum(axis=1)
        np.testing.assert_allclose(of_day, sample_model.quantity(code, "month")[:, months.index("2026-09")])
    last_day = sample_model.quantity("HCC-05", "day")[:, days.index(date(2026, 9, 30))]
    np.testing.assert_allclose(last_day, sample_model.quantity("HCC-05", "month")[:, months.index("2026-09")])


def test_offices_rest_and_accidents_do_not(sample_model):
    days = [step.start.weekday() for step in sample_model.steps("day")]
    files, ill = (sample_model.quantity(code, "day").sum(axis=0) for code in ("HCC-01", "GT-04"))
    by_day = [[values[[day == at for day in days]].mean() for at in range(7)] for values in (files, ill)]
    assert by_day[0][6] < 0.15 * by_day[0][1]
    assert by_day[1][6] > 0.6 * by_day[1][1]


def test_who_reports_what(sample_areas, sample_figures):
    level = sample_figures.merge(sample_areas, left_on="area_id", right_on="id").groupby("indicator")["code"].agg(set)
    assert level["HCC-04"] == {*sample_areas["code"]} - {"68"}  # rolled up from its communes
    assert level["KT-01"] == {"68", "20", "79"}
    by_day = of(sample_figures, "HCC-04", "day")
    assert set(by_day["area_id"]) == set(sample_areas.loc[sample_areas["level"] == "commune", "id"])
    months = of(sample_figures, "HCC-04", "month").groupby("area_id")["period"].max()
    assert months[1] == "2026-08"  # September and October follow from days
    assert months[sample_areas.loc[sample_areas["code"] == "20", "id"].item()] == "2026-10"


def test_figures_stay_within_plausible_bounds(sample_areas, sample_figures):
    communes = set(sample_areas.loc[sample_areas["level"] == "commune", "id"])
    for code, rows in sample_figures[sample_figures["area_id"].isin(communes)].groupby("indicator"):
        one, values = catalogue.indicators[code], rows["value"].dropna()
        for low in (one.low, one.limit_low):
            assert low is None or (values >= low).all(), code
        for high in (one.high, one.limit_high):
            assert high is None or (values <= high).all(), code


def test_seasons(sample_figures):
    def by_month(code):
        rows = of(sample_figures, code, "month").query("period.str.startswith('2025')")
        return rows.groupby(rows["period"].str[5:])["value"].sum()

    dengue, files, spent = by_month("YT-09"), by_month("HCC-01"), by_month("DTC-04")
    assert dengue["09"] > 4 * dengue["03"]
    assert files["02"] < files["05"]  # Tết
    assert spent["12"] > 2.5 * spent["06"]
    assert of(sample_figures, "GD-11").query("period == '2026-07'")["blank"].eq("not_applicable").all()


def test_cumulated_figures_never_fall_within_a_year(sample_model):
    months = [step.in_year for step in sample_model.steps("month")]
    for code in ("DTC-04", "NS-01", "NN-02"):
        values = sample_model.quantity(code, "month")
        for year in set(months):
            assert (np.diff(values[:, [at == year for at in months]], axis=1) >= 0).all(), code
        assert (np.diff(sample_model.quantity(code, "week"), axis=1) >= 0).all(), code


def test_trends_and_places(sample_areas, sample_figures):
    online = of(sample_figures, "HCC-07", "month")
    by_year = online.groupby(online["period"].str[:4])["value"].mean()
    assert by_year["2024"] + 3 < by_year["2025"] < by_year["2026"] - 3  # more and more files come online
    size = of(sample_figures, "NEN-01", "year").query("period == '2025'").set_index("area_id")["value"]
    assert size[1] < size[24] / 2


def test_places_without_a_border_gate_say_so(sample_areas, sample_figures):
    gates = of(sample_figures, "CKS-01").merge(sample_areas, left_on="area_id", right_on="id")
    assert gates[gates["level"] == "commune"]["blank"].eq("not_applicable").all()
    assert gates[gates["code"] == "20"]["value"].notna().all()


def test_without_published_people_a_province_has_its_size(sample_areas, make_model, make_figures):
    unknown = sample_areas.assign(population=np.nan)
    unknown.loc[29, "code"] = "20333"
    chosen = [catalogue.indicators[code] for code in ("KT-20", "HCC-04")]
    table = make_figures(make_model(unknown), indicators=chosen)
    people = table[(table["indicator"] == "KT-20") & (table["period"] == "2025")].set_index("area_id")["value"]
    assert people[people.index <= 30].sum() == pytest.approx(3.87e6, rel=0.05)
    assert people[33] == pytest.approx(14e6, rel=0.05)
    assert table[table["area_id"] == 30]["blank"].eq("not_applicable").all()  # nobody lives on Hoàng Sa


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("ASXH-01", "YT-13", -1.0, -0.2),  # poor and far, not yet digital
        ("HCC-01", "KT-20", 0.5, 1.0),  # the more people, the more files
        ("HCC-06", "HCC-01", 0.8, 1.0),  # a part goes with its whole
        ("GT-03", "GT-01", 0.6, 1.0),
        ("HCC-07", "HCC-12", 0.1, 1.0),  # both digital
        ("ASXH-01", "ASXH-02", 0.15, 1.0),
    ],
)
def test_related_figures_go_together(sample_areas, sample_figures, one, other, least, most):
    months = sample_figures[sample_figures["period"].str.startswith(("2026-0", "2025"))]
    values = months.groupby(["area_id", "indicator"])["value"].mean().unstack()
    communes = values.loc[sample_areas.loc[sample_areas["level"] == "commune", "id"]]
    assert least < communes[one].corr(communes[other], method="spearman") < most


def test_related_figures_move_together(sample_figures):
    """Over time too: what is resolved follows what comes in, visits to health stations the tourists do not."""
    months = sample_figures[sample_figures["period"].str.match(r"\d{4}-\d\d$")]
    changes = (
        months.pivot_table(index=["area_id", "period"], columns="indicator", values="value").groupby("area_id").diff()
    )
    assert changes["HCC-02"].corr(changes["HCC-01"]) > 0.8
    assert abs(changes["VB-01"].corr(changes["YT-10"])) < 0.3


@pytest.fixture(scope="module")
def targets(sample_model):
    return pd.concat(iter_targets(sample_model, [2025, 2026]), ignore_index=True)


def test_targets(sample_areas, targets):
    assert 0.4 < targets["indicator"].nunique() / 283 < 0.6
    assert set(targets["rule"]) == {"level", "share", "to_date"}
    assert (targets["value"] > 0).all()
    assert not targets.duplicated(["indicator", "area_id", "period", "plan", "known_at"]).any()
    adjusted = targets.duplicated(["indicator", "area_id", "period", "plan"])
    assert 0.03 < adjusted.sum() / (targets["rule"] != "level").sum() < 0.1
    assert targets[adjusted]["decision"].str.startswith("Điều chỉnh").all()
    assert (pd.to_datetime(targets["decided_on"]).dt.year == targets["period"].astype(int)).equals(adjusted)


def test_money_to_spend_has_plans_of_two_makers_and_a_path(sample_areas, sample_figures, targets):
    spent = targets[targets["indicator"] == "DTC-04"]
    assert set(spent["plan"]) == {"ttg", "dia_phuong"}
    assert set(spent[spent["plan"] == "ttg"]["area_id"]) == set(
        sample_areas.loc[sample_areas["level"] == "province", "id"]
    )
    first = spent[spent["decided_on"] < date(2026, 1, 1)]
    plans = of(sample_figures, "DTC-02", "year").query("period == '2026'").set_index("area_id")["value"]
    local = first[(first["plan"] == "dia_phuong") & (first["period"] == "2026")].set_index("area_id")["value"]
    np.testing.assert_allclose(local[plans.index], plans)
    for row in targets[targets["trajectory"].notna()].itertuples():
        made = Target(period=periods.year(int(row.period)), value=row.value, rule=row.rule, trajectory=row.trajectory)
        assert faults(made) is None, row
    june = due(
        Target(period=periods.year(2026), value=95, rule="to_date", trajectory=tuple(95 * part for part in DISBURSED)),
        periods.month(2026, 6),
    )
    assert june.value == pytest.approx(95 * 0.43)


def test_targets_can_be_reached_and_missed(sample_areas, sample_figures, targets):
    """Of the communes some are ahead of what is asked of a level and some behind, for most indicators."""
    asked = targets[(targets["rule"] == "level") & (targets["period"] == "2026")]
    values = (
        sample_figures[sample_figures["period"].str.match(r"2026-0[1-9]$|2026-Q[123]$")]
        .groupby(["indicator", "area_id"])["value"]
        .mean()
    )
    both = asked.merge(values.rename("told").reset_index(), on=["indicator", "area_id"])
    both = both[both["area_id"] <= 30]
    ahead = (both["told"] >= both["value"]).groupby(both["indicator"]).mean()
    assert ((ahead > 0.05) & (ahead < 0.95)).mean() > 0.7


@pytest.mark.parametrize("home", ["12", "VN"])
def test_what_is_told_at_once_and_what_comes_later_are_the_whole(home):
    areas = below(listed_areas(), "12").reset_index(drop=True).rename_axis("id").reset_index()
    sample = Sample(areas, home)
    some = [one for module in catalogue.load()[0] for one in catalogue.load()[1] if one.module == module.id][::2]
    names = ["indicator", "area_id", "period", "known_at"]
    told = {
        when: pd.concat([frame[names] for part in parts for frame in sample.figures(part, some)], ignore_index=True)
        for when, parts in (("at once", at_once(home)), ("later", afterwards(home)))
    }
    assert not pd.concat(told.values()).duplicated().any()
    keys = ["indicator", "area_id", "period", "plan", "known_at"]
    planned = [frame[keys] for part in (*at_once(home), *afterwards(home)) for frame in sample.targets(part, some)]
    assert not pd.concat(planned).duplicated().any()

    def modules(codes):
        return {catalogue.find(code).module for code in codes}

    # What tells whether a module still has to be filled: something of each, and nothing of what is told at once.
    first, end = untold(home)
    begun = {
        when: {one.indicator for one in all_[["indicator", "period"]].drop_duplicates().itertuples()
               if first <= periods.parse(one.period).stored_start < end}
        for when, all_ in told.items()
    }  # fmt: skip
    assert not begun["at once"]
    assert modules(begun["later"]) == modules(told["later"]["indicator"].unique())
    # The country: two years of everything that communes report, months without a gap.
    months = set(pd.concat(told.values())["period"].astype(str)) & {f"2025-{n:02}" for n in range(1, 13)}
    assert len(months) == 12
