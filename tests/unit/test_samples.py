"""Invented features: they fit their layer, their commune, their day and each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.catalogue import catalogue
from layers.samples import SAMPLES
from layers.samples.ground import town_name
from styles.land_use import land_uses

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=timezone(timedelta(hours=7)))


def province(seed: int = 1) -> gpd.GeoDataFrame:
    """Forty communes that tile a made-up coast, with a small island far off."""
    rng = np.random.default_rng(seed)
    land = shapely.box(107.2, 11.0, 108.6, 12.1)
    seeds = shapely.MultiPoint(rng.uniform((107.2, 11.0), (108.6, 12.1), (40, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds)), land)
    order = np.argsort(shapely.area(cells))
    shapes = [*cells[order], shapely.Point(109.2, 10.4).buffer(0.03)]
    kinds = ["phuong"] * 9 + ["xa"] * 31 + ["dac_khu"]
    return gpd.GeoDataFrame(
        {
            "id": range(500, 541),
            "code": [f"{24_000 + 3 * n:05d}" for n in range(41)],
            "name": [f"Thử {n}" for n in range(41)],
            "full_name": [f"{k} Thử {n}" for n, k in enumerate(kinds)],
            "kind": kinds,
            "population": rng.uniform(8_000, 60_000, 41),
        },
        geometry=shapes,
        crs=4326,
    )


AREAS = province()
MADE = {name: sample(AREAS, seed=7, today=TODAY) for name, sample in SAMPLES.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_has_the_columns_that_can_be_written_and_only_allowed_codes(name: str) -> None:
    layer, made = catalogue[name], MADE[name]
    written = {f.name for f in layer.fields if layer.table.c[f.name].computed is None}
    assert set(made.columns) == written | {"area_id", "geometry"}
    assert made.crs.to_epsg() == 4326
    for field in layer.fields:
        if field.codes:
            assert set(made[field.name]) <= {code.value for code in field.codes}
        if field.required:
            assert made[field.name].notna().all()
            assert (made[field.name].astype(str).str.len() > 0).all()


@pytest.mark.parametrize("name", SAMPLES)
def test_is_the_same_again_whatever_the_order_of_the_communes(name: str) -> None:
    again = SAMPLES[name](AREAS.sample(frac=1, random_state=3), seed=7, today=TODAY)
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(MADE[name]))
    other = SAMPLES[name](AREAS, seed=8, today=TODAY)
    assert len(other) != len(MADE[name]) or not other.geometry.geom_equals(MADE[name].geometry).all()


@pytest.mark.parametrize("name", SAMPLES)
def test_lies_in_the_commune_it_names(name: str) -> None:
    made = MADE[name]
    home = AREAS.set_index("id").geometry.loc[made["area_id"]].to_numpy()
    place = [
        shapely.Point(shape.coords[0]) if shape.geom_type == "LineString" else shape.representative_point()
        for shape in made.geometry
    ]
    assert shapely.intersects(home, np.array(place)).all()
    assert shapely.distance(AREAS.union_all(), made.geometry.to_numpy()).max() == 0


def test_texts_are_filled_in_and_their_codes_are_unique() -> None:
    for made in MADE.values():
        texts = made.drop(columns="geometry").map(str).to_numpy().ravel()
        assert not [text for text in texts if "{" in text or "}" in text]
    for name in ("projects", "cameras", "citizen-reports"):
        assert MADE[name]["code"].is_unique


def test_zones_of_a_town_neither_overlap_nor_gap() -> None:
    zones = MADE["planning-zones"]
    assert 1_000 < len(zones) < 5_000
    assert zones.is_valid.all()
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    metric = zones.to_crs(zones.estimate_utm_crs())
    towns = shapely.get_parts(shapely.coverage_union_all(metric.geometry.to_numpy()))
    assert sum(len(town.interiors) for town in towns) == 0
    assert np.isclose(metric.area.sum(), shapely.area(towns).sum())
    assert set(zones["land_use"]) <= {use.code for use in land_uses()}
    assert {"ODT", "DGT", "DGD", "DKV", "TMD", "TSC"} <= set(zones["land_use"])
    assert (zones["decision_date"] <= TODAY).all()


def test_projects_agree_in_dates_progress_and_money() -> None:
    made = MADE["projects"]
    assert {"Point", "LineString"} == set(made.geom_type)
    assert (made["start_date"] < made["end_date"]).all()
    begun = pd.to_datetime(made["start_date"]) <= pd.Timestamp(TODAY)
    assert (begun == (made["state"] != "chuan_bi")).all()
    assert (made.loc[made["state"] == "hoan_thanh", "progress"] == 100).all()
    assert (made.loc[~begun, "progress"] == 0).all()
    assert (made.loc[made["state"] != "hoan_thanh", "progress"] < 100).all()
    assert (made["disbursed"] <= made["plan_local"]).all()
    assert (made["plan_central"] <= made["plan_local"]).all()
    assert (made["disbursed"] <= made["plan_central"] * 1.03).all()
    assert made.loc[made["state"] == "vuong_mat", "obstacle"].notna().all()


def test_reports_run_their_course_in_time() -> None:
    made = MADE["citizen-reports"]
    assert len(made) == 5_000
    assert made["received_at"].between(NOW - timedelta(days=366), NOW).all()
    closed = made["closed_at"].notna()
    assert (closed == made["state"].isin(["da_xu_ly", "tu_choi"])).all()
    assert (made.loc[closed, "closed_at"] > made.loc[closed, "received_at"]).all()
    assert (made.loc[closed, "closed_at"] <= NOW).all()
    assert (closed == made["answer"].notna()).all()
    assert (made.loc[made["state"] == "qua_han", "due_at"] < NOW).all()
    assert (made.loc[made["state"] == "dang_xu_ly", "due_at"] >= NOW).all()
    assert set(made.loc[made["satisfaction"].notna(), "state"]) == {"da_xu_ly"}
    assert 0.89 < made["moderated"].mean() < 0.95
    assert set(made["reporter_phone"].dropna().str[:8]) == {"0900 000"}


def test_cameras_are_mostly_online_and_lead_nowhere() -> None:
    made = MADE["cameras"]
    assert 0.82 < (made["state"] == "online").mean() < 0.94
    assert (made["last_seen"] <= NOW).all()
    online = made["state"] == "online"
    assert made.loc[online, "last_seen"].min() > made.loc[~online, "last_seen"].max()
    assert made["stream_url"].str.startswith("rtsp://camera.invalid/").all()
    assert (made["azimuth"].isna() == (made["kind"] == "ptz")).all()


def test_a_town_is_named_by_what_its_wards_share() -> None:
    assert town_name(["Xuân Hương – Đà Lạt", "Cam Ly – Đà Lạt", "Lang Biang – Đà Lạt"]) == "Đà Lạt"
    assert town_name(["1 Bảo Lộc", "2 Bảo Lộc", "B'Lao"]) == "Bảo Lộc"
    assert town_name(["Phan Thiết", "Phú Thủy"]) == "Phan Thiết"
