"""Published figures of the former communes on those of today: totals to the last person, and what people remember."""

import numpy as np
import pandas as pd
import pytest

from boundaries import approximate, register
from boundaries.carry import Links, carry
from boundaries.detective import examine, resolve
from geo.crs import square_metres

pytestmark = pytest.mark.reference

DUY_XUYEN = "508"  # the former district


@pytest.fixture(scope="module")
def ground() -> pd.DataFrame:
    """Common ground of former and present communes in km²: old, new (codes), district, province (present), km2."""
    pieces = approximate._pieces()
    return pd.DataFrame(
        {
            "old": pieces.former_commune,
            "new": pieces.commune,
            "district": pieces.former_district,
            "province": pieces.province,
            "km2": square_metres(pieces.geometry.to_numpy()) / 1e6,
        }
    )


@pytest.fixture(scope="module")
def numbers(ground: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Numbers for the codes of either side."""
    return {side: {code: i for i, code in enumerate(sorted(set(ground[side])))} for side in ("old", "new")}


def links_of(ground: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> Links:
    """Links along the common ground."""
    unknown = np.full(len(ground), np.nan)
    return Links(
        source=ground.old.map(numbers["old"]).to_numpy(),
        target=ground.new.map(numbers["new"]).to_numpy(),
        population=unknown,
        published=unknown,
        area=ground.km2.to_numpy(),
    )


def figures_of(table: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> pd.DataFrame:
    """A published table tied to former communes; communes that had merged before are added up."""
    tied = resolve(table, examine(table), "former")
    rows = pd.DataFrame({"code": tied.code, "value": pd.to_numeric(table.value, errors="coerce")})
    rows = rows[(tied.level == "commune") & rows.value.notna() & rows.code.isin(numbers["old"])]
    sums = rows.groupby("code", as_index=False).value.sum()
    return pd.DataFrame(
        {
            "code": sums.code,
            "area_id": sums.code.map(numbers["old"]),
            "period": 0,
            "value": sums.value,
            "numerator": np.nan,
            "denominator": np.nan,
            "blank": None,
        }
    )


def test_the_census_of_2009_keeps_the_total_of_every_province(reference, ground, numbers):
    """On the 3,321 communes, to the person; and it is of the size that is published today."""
    folder = reference / "indicators"
    census = pd.read_csv(folder / "commune_2009_census_population.csv", dtype=str, keep_default_na=False)
    figures = figures_of(census[["area_code", "area_name", "value"]], numbers)
    assert len(figures) > 9_500
    carried = carry(figures, links_of(ground, numbers), "sum")
    new_province = ground.drop_duplicates("new").set_index("new").province
    by_number = {i: code for code, i in numbers["new"].items()}
    after = carried.partial.groupby(carried.area_id.map(by_number).map(new_province)).sum()
    old_province = ground.drop_duplicates("old").set_index("old").province  # no former commune lies in two
    before = figures.value.groupby(figures.code.map(old_province)).sum()
    decimals = 4  # some figures of the file are no whole persons
    pd.testing.assert_series_equal(after.round(decimals), before.round(decimals), check_names=False)
    today = pd.read_csv(folder / "commune_2025_population_area.csv", dtype=str)
    today = today[today.indicator == "population"].set_index("area_code").value.astype(float)
    shown = carried.assign(code=carried.area_id.map(by_number)).set_index("code").value
    ratio = (today / shown).replace([np.inf, 0], np.nan).dropna()
    assert len(ratio) > 3_000
    assert 1.1 < ratio.median() < 1.6


def test_duy_xuyen_lives_on_as_a_lens(reference, ground, numbers):
    """The present communes on its ground, and its procedures: carried to them and seen back through the district."""
    heirs = set(register.communes().set_index("code").name[sorted(set(ground.new[ground.district == DUY_XUYEN]))])
    assert {"Nam Phước", "Duy Nghĩa", "Duy Xuyên", "Thu Bồn"} <= heirs
    table = pd.read_csv(
        reference / "indicators" / "danang_quangnam_procedures_2024_2025.csv", dtype=str, keep_default_na=False
    )
    one = table[(table.indicator == table.indicator.iloc[0]) & (table.period == table.period.iloc[0])]
    figures = figures_of(one[["area_code", "area_name", "value"]].reset_index(drop=True), numbers)
    mine = figures[figures.code.isin(set(ground.old[ground.district == DUY_XUYEN]))]
    assert len(mine) >= 10
    links = links_of(ground, numbers)
    carried = carry(figures, links, "sum")
    seen = ground[ground.new.isin(set(ground.new[ground.district == DUY_XUYEN]))]
    through = seen.assign(district_number=(seen.district == DUY_XUYEN).astype(int))
    grouped = through.groupby(["new", "district_number"], as_index=False).km2.sum()
    lens = Links(
        source=grouped.new.map(numbers["new"]).to_numpy(),
        target=grouped.district_number.to_numpy(),
        population=np.full(len(grouped), np.nan),
        published=np.full(len(grouped), np.nan),
        area=grouped.km2.to_numpy(),
    )
    back = carry(carried.assign(value=carried.partial, blank=None), lens, "sum").set_index("area_id")
    assert back.partial[1] == pytest.approx(mine.value.sum(), rel=0.1)  # communes at its edge are shared by ground
    assert back.estimated[1] < 0.2
