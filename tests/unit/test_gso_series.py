"""The 63 provinces' years 1995–2016 on the 34 of today: one unbroken line each, sums exact, rates refused, gaps explained."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from boundaries import approximate, register
from boundaries.carry import Links, carry
from boundaries.detective import examine, resolve
from boundaries.links import System
from boundaries.predecessors import ended, otherwise, together_again
from boundaries.vintages import CURRENT, VINTAGES
from geo.crs import square_metres
from layers.indicators import periods
from services.carriage import explained
from services.carried import History, without_undivided

pytestmark = pytest.mark.reference

SUMS = (
    "Average population by province | Total",
    "Retail sales of goods and services at current prices by province",
    "Number of pigs as of annual 1st October by province",
    "Planted area of paddy by province",
)
COMPLETE = 2004  # from this year on every part of every province has a figure of its own
RATES = (
    "Infant mortality rate by province",
    "Population growth rate by province",
    "Percentage of literate population at 15 years of age and above by province",
)
FOUNDED_2004 = {"67": "68", "93": "92", "11": "11"}  # Đắk Nông, Hậu Giang, Điện Biên -> the province of today


@pytest.fixture(scope="module")
def links() -> Links:
    """Former provinces (their codes as numbers) to those of today (100 + code), with the ground in common."""
    pieces = approximate._pieces()
    above = register.former_communes().set_index("code").parent_code
    ground = pd.DataFrame({
        "old": pieces.former_commune.map(above).astype(int), "new": pieces.province.astype(int) + 100,
        "km2": square_metres(pieces.geometry.to_numpy()) / 1e6,
    }).groupby(["old", "new"], as_index=False).km2.sum()  # fmt: skip
    assert not ground.old.duplicated().any()  # every former province passed on whole
    unknown = np.full(len(ground), np.nan)
    return Links(
        source=ground.old.to_numpy(), target=ground.new.to_numpy(), population=unknown, published=unknown,
        area=ground.km2.to_numpy(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(reference) -> pd.DataFrame:
    """The published figures, tied to former provinces."""
    table = pd.read_csv(reference / "indicators" / "gso_province_year.csv", dtype=str, keep_default_na=False)
    verdict = examine(table)
    assert (verdict.best, verdict.certain) == ("former_provinces", True)
    tied = resolve(table, verdict, "former")
    rows = table.assign(code=tied.code, value=pd.to_numeric(table.value, errors="coerce"))[tied.level == "province"]
    assert rows.code.nunique() == 63
    return rows


def figures(published: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """One indicator as `carry` takes it."""
    rows = published[published.indicator == indicator]
    return pd.DataFrame({
        "area_id": rows.code.astype(int), "period": rows.period.astype(int), "value": rows.value, "numerator": np.nan,
        "denominator": np.nan, "blank": [None if known else "no_data" for known in rows.value.notna()],
    }).reset_index(drop=True)  # fmt: skip


@pytest.mark.parametrize("indicator", SUMS)
def test_one_unbroken_line_for_each_province_of_today(published, links, indicator):
    """From the year all parts are known on, no hole; and the sum of the parts to the last digit."""
    given = figures(published, indicator)
    carried = carry(given, links, "sum")
    assert carried.area_id.nunique() == 34
    assert sorted(carried.period.unique()) == list(range(1995, 2017))
    own = given.pivot(index="period", columns="area_id", values="value")
    parts = links.by_target()
    for area, line in carried.set_index("period").groupby("area_id"):
        whole = own[parts[area]]
        complete = whole.notna().all(axis=1)
        first = complete.idxmax()
        assert first <= COMPLETE
        assert complete.loc[first:].all()
        shown = line.value.sort_index()
        assert shown.loc[first:].notna().all()
        np.testing.assert_allclose(shown.loc[first:], whole.loc[first:].sum(axis=1), rtol=0, atol=1e-7)
        assert line.estimated.eq(0).all()
        assert line.method.eq("whole").all()
        assert shown.loc[: first - 1].isna().all()
    before, after = own.loc[COMPLETE:].sum(axis=1), carried.groupby("period").value.sum().loc[COMPLETE:]
    np.testing.assert_allclose(after, before, rtol=1e-12)


def test_an_undivided_province_is_never_shown_as_the_smaller_one_of_today(published, links):
    """Before 2004 Đắk Lắk and Lai Châu held what is now another province's; Cần Thơ's parts are together again."""
    given = figures(published, SUMS[0])
    given["period"] = [date(year, 1, 1) for year in given.period]
    old = register.former_provinces()
    places = SimpleNamespace(by_id={int(one.code): one for one in old.itertuples()})
    codes = {int(one.code): one.code for one in old.itertuples()}
    figures_then = together_again(given, links, codes, lambda day: day)
    carried = without_undivided(carry(figures_then, links, "sum"), links, places)
    refused = carried[carried.refused == "undivided"]
    assert set(refused.area_id) == {166, 112}
    assert refused.value.isna().all()
    assert refused.period.max() == date(2003, 1, 1)
    assert carried[carried.area_id.isin((166, 112)) & (carried.period >= date(2004, 1, 1))].value.notna().all()
    before = carried[carried.period < date(2004, 1, 1)].set_index(["area_id", "period"]).value
    assert before[168].isna().all()
    own = given.set_index(["area_id", "period"]).value
    assert before[192].tolist() == pytest.approx((own[92] + own[94])[before[192].index].tolist())
    assert len(before[192]) == 9, "Cần Thơ and Sóc Trăng from 1995 on: Hậu Giang was within Cần Thơ"
    assert ended("28", "Ha Tay").into == "01"
    assert ended("30", "Hà Tây") is None
    assert "Mê Linh" in otherwise(["01"], date(2007, 12, 31))[0].vi
    assert not otherwise(["01", "66", "12", "92"], date(2008, 12, 31))


def test_only_what_was_founded_later_is_blank_and_the_reason_says_so(published, links):
    """Until 2003 Đắk Nông's people are in Đắk Lắk's figure: not to be told apart, so Lâm Đồng has none, and says why."""
    given = figures(published, SUMS[0])
    own = given.pivot(index="period", columns="area_id", values="value")
    late = own.columns[own.loc[1995].isna()]
    assert {f"{code:02}" for code in late} == set(FOUNDED_2004)
    assert own.loc[2003, 66] > 1.2 * own.loc[2004, 66]  # the old Đắk Lắk held both
    carried = carry(given, links, "sum")
    blank = carried[carried.value.isna()]
    assert set(blank.area_id) == {100 + int(code) for code in FOUNDED_2004.values()}
    assert blank.period.max() == 2003
    assert set(blank.refused[blank.area_id != 111]) == {"few"}

    history = History(
        carried.assign(boundary=VINTAGES[0].start, level="province", own=0),
        {System(VINTAGES[0].start, "province"): links.by_target()},
    )
    old = register.former_provinces().assign(id=lambda t: t.code.astype(int), vintage=VINTAGES[0].start)
    new = register.provinces().assign(id=lambda t: t.code.astype(int) + 100, vintage=CURRENT.start)
    places = SimpleNamespace(by_id={one.id: one for one in pd.concat([old, new]).itertuples()})

    def told(year: int, area: int) -> dict[str, object]:
        rows = history.rows
        row = rows[(rows.area_id == area) & (rows.period == year)].iloc[0]
        return explained(history, row, places, periods.parse(str(year)))

    lam_dong = told(2003, 168)
    assert (lam_dong["known"], lam_dong["of"]) == (2, 3)
    assert "tỉnh tách ra sau nằm trong tỉnh gốc, không chia lại được" in lam_dong["refused_text"]
    assert "a province that split off later is inside its parent's" in lam_dong["refused_text_en"]
    assert "Tỉnh Đắk Nông" in {one["name"] for one in lam_dong["sources"]}
    assert "trước 1/8/2008 số liệu theo ranh giới khi đó" in told(2003, 166)["method_text"]
    assert "trước 2004 Đắk Lắk gồm cả Đắk Nông" in told(2003, 166)["method_text"]
    assert "trước 1/8/2008" not in told(2009, 166)["method_text"]
    assert told(2009, 168)["refused_text"] is None


@pytest.mark.parametrize("indicator", RATES)
def test_rates_are_refused_where_provinces_merged(published, links, indicator):
    """A published rate without its parts stays where nothing merged, and is never a mean of the parts."""
    carried = carry(figures(published, indicator), links, "ratio", scale=100)
    parts = links.by_target()
    merged = carried[carried.area_id.map(lambda area: len(parts[area]) > 1)]
    assert merged.area_id.nunique() == 23
    assert merged.value.isna().all()
    assert set(merged.refused) <= {"no_parts", ""}
    assert (merged.refused == "no_parts").mean() > 0.9
    alone = carried[carried.area_id.map(lambda area: len(parts[area]) == 1)]
    assert alone.area_id.nunique() == 11
    assert alone.value.notna().mean() > 0.9
