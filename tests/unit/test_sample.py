"""Sample figures can be repeated, keep their formulas and bounds, and look like a province in Viet Nam."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from layers.indicators import catalogue, periods, sample

LAST = date(2026, 10, 31)


def made_areas() -> pd.DataFrame:
    """One province with 30 communes from the highlands to the coast, and two provinces on their own."""
    rows: list[dict[str, object]] = []
    for number in range(30):
        kind = "phuong" if number % 4 == 0 else "dac_khu" if number == 29 else "xa"
        place = {"lon": 107.3 + 0.055 * number, "lat": 12.6 - 0.055 * number}
        size = {"area_km2": 20.0 if kind == "phuong" else 180.0, "population": 9000.0 + 1300 * number}
        rows.append(
            {"code": f"{24000 + number}", "level": "commune", "kind": kind, "parent_code": "68", **place, **size}
        )
    rows[3]["population"] = np.nan  # “đang cập nhật”
    rows[4]["population"] = 72.0  # digits lost
    rows[29]["population"] = 1500.0  # an island
    places = (
        ("68", 3.9e6, 24_233.0, 108.1, 11.8),
        ("20", 814_000.0, 8_310.0, 106.6, 21.8),
        ("79", 14e6, 6_773.0, 106.8, 10.8),
    )
    for code, population, size, lon, lat in places:
        kind = "thanh_pho" if code == "79" else "tinh"
        place = {"lon": lon, "lat": lat, "area_km2": size, "population": population}
        rows.append({"code": code, "level": "province", "kind": kind, "parent_code": "VN", **place})
    table = pd.DataFrame(rows)
    table["name"] = "Xã " + table["code"]
    return table.assign(id=range(1, len(table) + 1))


@pytest.fixture(scope="module")
def areas():
    return made_areas()


@pytest.fixture(scope="module")
def figures(areas):
    return sample.sample_observations(areas=areas, last=LAST)


def of(figures, code):
    return figures[figures["indicator"] == code]


def test_same_seed_same_figures_in_any_order_of_areas(areas, figures):
    shuffled = areas.sample(frac=1, random_state=7)
    chosen = [catalogue.indicators[code] for code in ("HCC-04", "DTC-05", "YT-09", "KT-03", "AN-05")]
    again = sample.sample_observations(areas=shuffled, indicators=chosen, last=LAST)
    keys = ["indicator", "area_id", "period"]
    before = figures[figures["indicator"].isin([one.code for one in chosen])].sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(before, again.sort_values(keys, ignore_index=True), check_exact=False, rtol=1e-9)
    other = sample.sample_observations(areas=areas, indicators=chosen, last=LAST, seed=1)
    assert not other["value"].equals(again["value"])


def test_the_last_month_is_one_that_is_over(areas):
    chosen = [catalogue.indicators["PAKN-01"]]
    for last in (date(2026, 10, 31), date(2026, 11, 22), periods.parse("2026-10")):
        table = sample.sample_observations(areas=areas, indicators=chosen, last=last)
        assert (table["period"].min(), table["period"].max()) == ("2023-11", "2026-10")
        assert table["period"].nunique() == 36


def test_a_value_or_a_reason_and_never_both(figures):
    assert (figures["value"].isna() == figures["blank"].notna()).all()
    assert set(figures["blank"].dropna()) == {"no_data", "late", "not_due", "not_applicable", "suppressed"}
    assert figures["warning"].notna().any()
    assert set(figures["status"]) == {"estimate", "preliminary", "final"}
    assert not figures.duplicated(["indicator", "area_id", "period"]).any()


def test_ratios_are_their_components(figures):
    for code, rows in figures.groupby("indicator"):
        one = catalogue.indicators[code]
        known = rows.dropna(subset="value")
        if one.is_ratio:
            assert (known["denominator"] > 0).all(), code
            np.testing.assert_allclose(known["value"], one.scale * known["numerator"] / known["denominator"])
        if one.space_rule == "weighted_mean":
            np.testing.assert_allclose(known["numerator"], known["value"] * known["denominator"])


@pytest.mark.parametrize(
    "code", ["HCC-04", "HCC-07", "DTC-06", "NS-03", "PAKN-08", "TTR-02", "CAM-02", "GD-11", "NS-10"]
)
def test_components_that_are_indicators_have_the_same_figures(areas, figures, code):
    one = catalogue.indicators[code]
    ratio = of(figures, code).dropna(subset="value")
    for part, column in ((one.numerator, "numerator"), (one.denominator, "denominator")):
        if not part:
            continue
        known = of(figures, part)
        if catalogue.indicators[part].period == "year":  # the plan of the year, or the newest yearly figure out
            years = ratio["period"].str[:4]
            if part not in ("NS-02", "DTC-02"):
                years = years.replace("2026", "2025")
            merged = ratio.assign(period=years).merge(known, on=["area_id", "period"])
        else:
            merged = ratio.merge(known, on=["area_id", "period"])
        assert len(merged) == len(ratio)
        np.testing.assert_allclose(merged[f"{column}_x"], merged["value_y"])


def test_a_province_adds_up_from_its_communes(areas, figures):
    spent = of(figures, "DTC-04").merge(areas, left_on="area_id", right_on="id")
    below = spent[spent["level"] == "commune"].groupby("period")["value"].sum()
    rate = of(figures, "DTC-05").merge(areas, left_on="area_id", right_on="id")
    whole = rate[rate["code"] == "68"].set_index("period")["numerator"]
    np.testing.assert_allclose(whole.sort_index(), below.sort_index())


def test_who_reports_what(areas, figures):
    level = figures.merge(areas, left_on="area_id", right_on="id").groupby("indicator")["code"].agg(set)
    assert level["HCC-04"] == {*areas["code"]} - {"68"}  # rolled up from its communes
    assert level["KT-01"] == {"68", "20", "79"}
    without = {one.code for one in catalogue.load()[1] if not one.code.startswith("NEN-")} - set(level.index)
    assert 20 <= len(without) <= 36
    assert not without & {"HCC-04", "DTC-06", "NS-03", "KT-22", "PAKN-04", "VB-07", "ASXH-01", "GRDP"}


def test_figures_stay_within_plausible_bounds(areas, figures):
    communes = set(areas.loc[areas["level"] == "commune", "id"])
    for code, rows in figures[figures["area_id"].isin(communes)].groupby("indicator"):
        one, values = catalogue.indicators[code], rows["value"].dropna()
        assert one.low is None or (values >= one.low).all(), code
        assert one.high is None or (values <= one.high).all(), code


def test_seasons(figures):
    def by_month(code):
        rows = of(figures, code).query("period.str.startswith('2025')")
        return rows.groupby(rows["period"].str[5:])["value"].sum()

    dengue, files, spent = by_month("YT-09"), by_month("HCC-01"), by_month("DTC-04")
    assert dengue["09"] > 4 * dengue["03"]
    assert files["02"] < files["05"]  # Tết
    assert (np.diff(spent) > 0).all()  # accumulates from January to December
    assert spent["12"] > 2.5 * spent["06"]
    assert of(figures, "GD-11").query("period == '2026-07'")["blank"].eq("not_applicable").all()


def test_cumulated_figures_never_fall_within_a_year(figures):
    rows = of(figures, "DTC-04")
    steps = rows.groupby([rows["area_id"], rows["period"].str[:4]])["value"].diff().dropna()
    assert (steps >= 0).all()


def test_places_without_a_border_gate_say_so(areas, figures):
    gates = of(figures, "CKS-01").merge(areas, left_on="area_id", right_on="id")
    assert gates[gates["level"] == "commune"]["blank"].eq("not_applicable").all()
    assert gates[gates["code"] == "20"]["value"].notna().all()


def test_without_published_people_a_province_has_its_size(areas):
    unknown = areas.assign(population=np.nan)
    unknown.loc[29, "code"] = "20333"
    chosen = [catalogue.indicators[code] for code in ("KT-20", "HCC-04")]
    table = sample.sample_observations(areas=unknown, indicators=chosen, last=LAST)
    people = table[(table["indicator"] == "KT-20") & (table["period"] == "2025")]
    assert people["value"].iloc[:30].sum() == pytest.approx(3.87e6, rel=0.05)
    assert people["value"].iloc[-1] == pytest.approx(14e6, rel=0.05)
    assert table[table["area_id"] == 30]["blank"].eq("not_applicable").all()  # nobody lives on Hoàng Sa


def test_related_figures_go_together(areas, figures):
    last = figures[figures["period"].isin(["2026-10", "2025"])].pivot(
        index="area_id", columns="indicator", values="value"
    )
    communes = last.loc[areas.loc[areas["level"] == "commune", "id"]]
    assert communes["ASXH-01"].corr(communes["YT-13"], method="spearman") < -0.2  # poor and far, not yet digital
    assert communes["HCC-01"].corr(communes["KT-20"], method="spearman") > 0.5


def test_targets(areas):
    targets = sample.sample_targets(areas=areas, last=LAST)
    assert 0.4 < targets["indicator"].nunique() / 283 < 0.6
    assert set(targets["rule"]) == {"level", "share", "to_date"}
    assert (targets["value"] > 0).all()
