"""The register and the approximate outlines of the nation."""

from collections.abc import Iterator
from functools import cache
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import register
from boundaries.approximate import approximate_areas
from boundaries.coast import neighbours

REFERENCE = Path(__file__).parents[2].parent / "shared" / "data" / "boundaries" / "2026"
ISLAND_ZONES = ["07192", "11948", "19742", "21548", "23272", "26732", "31078", "31105", "31108", "20333", "22736"]


Areas = AsyncResult[gpd.GeoDataFrame]


@pytest.fixture(scope="module", autouse=True)
def elsewhere() -> Iterator[Areas]:
    """The same areas once more, made by another process beside the tests."""
    with get_context("spawn").Pool(1) as pool:
        yield pool.apply_async(approximate_areas)


@cache
def areas() -> gpd.GeoDataFrame:
    return approximate_areas()


def now(level: str) -> gpd.GeoDataFrame:
    return areas()[(areas().level == level) & areas().valid_to.isna()].set_index("code")


def test_register_counts_and_names() -> None:
    provinces, communes = register.provinces(), register.communes()
    assert (len(provinces), len(communes)) == (34, 3321)
    assert (len(register.former_provinces()), len(register.former_communes())) == (63, 10040)
    assert communes.code.is_unique
    assert provinces.code.is_unique
    assert communes.kind.value_counts().to_dict() == {"xa": 2611, "phuong": 697, "dac_khu": 13}
    row = communes.set_index("code").loc["24781"]
    assert (row.full_name, row.name_en) == ("Phường Xuân Hương – Đà Lạt", "Xuân Hương – Đà Lạt Ward")
    named = provinces.set_index("code")
    assert named.loc[["46", "68", "75"], "full_name"].tolist() == [
        "Thành phố Huế", "Tỉnh Lâm Đồng", "Thành phố Đồng Nai",
    ]  # fmt: skip
    assert communes.code.isin(["06978"]).any()
    assert not communes.code.isin(["06970"]).any()


def test_every_former_area_has_successors_and_every_present_one_a_predecessor() -> None:
    heirs = register.succession()
    below, above = heirs[heirs.old_level == "commune"], heirs[heirs.old_level == "province"]
    assert set(below.old_code) == set(register.former_communes().code)
    assert set(below.new_code) == set(register.communes().code)
    assert set(above.old_code) == set(register.former_provinces().code)
    assert set(above.new_code) == set(register.provinces().code)
    assert (heirs.groupby(["old_level", "old_code"]).is_default.sum() == 1).all()
    assert (below[below.relation == "divided"].groupby("old_code").size() > 1).all()


@pytest.mark.parametrize(
    ("name", "code"),
    [("Đà Lạt", "24781"), ("Thành phố Đà Lạt", "24781"), ("Phường 1 (Đà Lạt)", "24781"), ("Tỉnh Bình Thuận", "68")],
)
def test_former_names_lead_to_the_present_area(name: str, code: str) -> None:
    found = register.aliases()
    assert found[found.name == name].sort_values("weight", ascending=False).code.iloc[0] == code
    assert found.weight.between(0, 1).all()


def test_all_areas_are_there_valid_and_light() -> None:
    every = areas()
    assert every.groupby(["level", "valid_from"]).size().to_dict() == {
        ("commune", "2025-07-01"): 3321, ("province", "2025-07-01"): 34,
        ("commune", "2008-08-01"): 10040, ("district", "2008-08-01"): 696, ("province", "2008-08-01"): 63,
    }  # fmt: skip
    assert every.crs.to_epsg() == 4326
    assert (every.geom_type == "MultiPolygon").all()
    assert every.geometry.is_valid.all()
    assert not every.geometry.is_empty.any()
    assert every.approximate.all()
    assert shapely.contains_xy(every.geometry.to_numpy(), every.label_lon, every.label_lat).all()
    assert np.median(shapely.get_num_coordinates(now("commune").geometry.to_numpy())) <= 150


def test_communes_tile_their_province_and_neighbours_share_edges() -> None:
    communes, provinces = now("commune"), now("province")
    ended = areas()[areas().valid_to.notna()]
    former = [ended[ended.level == level] for level in ("commune", "district", "province")]
    for layer in (communes, provinces, *former):
        assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    sums = pd.Series(shapely.area(communes.geometry.to_numpy())).groupby(communes.parent_code.to_numpy()).sum()
    total = shapely.area(provinces.geometry.to_numpy())
    assert np.allclose(sums.loc[provinces.index], total, rtol=1e-9)
    for layer in former:
        assert np.isclose(shapely.area(layer.geometry.to_numpy()).sum(), total.sum(), rtol=1e-9)


def test_islands_are_islands_and_the_archipelagos_are_whole() -> None:
    communes, provinces = now("commune"), now("province")
    mainland = max(shapely.get_parts(shapely.coverage_union_all(provinces.geometry.to_numpy())), key=lambda p: p.area)
    assert not communes.loc[ISLAND_ZONES].intersects(mainland).any()
    for code, province, box in (
        ("20333", "48", (111.0, 15.6, 112.9, 17.2)), ("22736", "56", (109.4, 7.0, 117.9, 11.7)),
    ):  # fmt: skip
        zone = communes.geometry[code]
        assert len(zone.geoms) >= 15
        assert shapely.box(*box).contains(zone)
        assert provinces.geometry[province].covers(zone)
        assert not neighbours().intersects(zone)


def test_the_same_on_every_run(elsewhere: Areas) -> None:
    pd.testing.assert_series_equal(areas().geometry.to_wkb(), elsewhere.get(timeout=300).geometry.to_wkb())


def overlap(mine: gpd.GeoSeries, true: gpd.GeoSeries) -> pd.Series:
    a, b = mine.loc[true.index].to_numpy(), true.to_numpy()
    share = shapely.area(shapely.intersection(a, b)) / shapely.area(shapely.union(a, b))
    return pd.Series(share, index=true.index)


def official(file: str, layer: str) -> gpd.GeoSeries:
    if not (REFERENCE / file).exists():
        pytest.skip("the official outlines beside the project are absent: nothing to measure against")
    return gpd.read_file(REFERENCE / file, layer=layer).set_index("code").geometry


@pytest.mark.reference
def test_overlap_with_official_outlines_of_lam_dong() -> None:
    true = official("full_68_lam_dong.gpkg", "communes")
    found = overlap(now("commune").geometry, true)
    assert found.median() > 0.70
    outline = official("full_68_lam_dong.gpkg", "province")
    assert overlap(now("province").geometry, outline).iloc[0] > 0.94


@pytest.mark.reference
def test_overlap_with_official_outlines_of_the_nation() -> None:
    true = official("vn_2026_simplified.gpkg", "communes")
    found = overlap(now("commune").geometry, true)
    assert found.median() > 0.70
    assert found.quantile(0.1) > 0.50
    inside = shapely.contains(now("commune").geometry.loc[true.index].to_numpy(), true.representative_point())
    assert inside.mean() > 0.97
    provinces = overlap(now("province").geometry, official("vn_2026_simplified.gpkg", "provinces"))
    assert provinces.median() > 0.92
