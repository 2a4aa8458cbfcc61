"""What people's own programs read from the feeds: GDAL of Debian and of the wheels, and OWSLib; QGIS has tests of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pyogrio
import pytest

LAYERS = ("provinces", "communes", "planning-zones", "projects", "citizen-reports", "cameras", "indicator-hcc-04")


def everything(served: str, name: str) -> list[dict[str, Any]]:
    """Return every feature as the feed itself gives it."""
    found: list[dict[str, Any]] = []
    url: str | None = f"{served}/ogc/collections/{name}/items?limit=10000"
    while url:
        page = httpx.get(url, timeout=60).json()
        found += page["features"]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return found


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def ogr2ogr() -> str:
    found = shutil.which("ogr2ogr")
    if not found:
        pytest.skip("ogr2ogr (gdal-bin) is not installed")
    return found


@pytest.mark.parametrize("name", LAYERS)
def test_ogr2ogr_copies_every_feature(served: str, ogr2ogr: str, name: str, tmp_path: Path) -> None:
    made = tmp_path / "copy.gpkg"
    answer = run(ogr2ogr, "-f", "GPKG", str(made), f"OAPIF:{served}/ogc", name)
    assert answer.returncode == 0, answer.stderr
    copy = pyogrio.read_dataframe(made)
    features = everything(served, name)
    assert sorted(copy["code"]) == sorted(feature["properties"]["code"] for feature in features)
    assert copy.geometry.notna().all()
    assert copy.crs.to_epsg() == 4326
    west, south, east, north = copy.total_bounds
    assert 100 < west < east < 119
    assert 6 < south < north < 24


def test_gdal_lets_the_server_filter(served: str, ogr2ogr: str, tmp_path: Path) -> None:
    made = tmp_path / "copy.gpkg"
    where = ["-where", "state = 'offline' AND purpose = 'giao_thong'"]
    answer = run(ogr2ogr, "-f", "GPKG", str(made), f"OAPIF:{served}/ogc", "cameras", *where, "--debug", "HTTP,OAPIF")
    assert answer.returncode == 0, answer.stderr
    assert "filter=(state%20%3D%20'offline')%20AND%20(purpose%20%3D%20'giao_thong')" in answer.stderr
    wanted = [
        feature["properties"]["code"]
        for feature in everything(served, "cameras")
        if (feature["properties"]["state"], feature["properties"]["purpose"]) == ("offline", "giao_thong")
    ]
    assert sorted(pyogrio.read_dataframe(made)["code"]) == sorted(wanted)


@pytest.mark.parametrize("name", LAYERS)
def test_the_gdal_of_the_wheels_reads_every_feature(served: str, name: str) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{served}/ogc", layer=name)
    features = everything(served, name)
    assert len(frame) == len(features)
    rows = frame.head(50).drop(columns="geometry").to_dict("records")
    for row, feature in zip(rows, features, strict=False):
        for field, value in row.items():
            expected = feature["properties"][field]
            if isinstance(expected, bool | str) and not hasattr(value, "year"):
                assert value == expected, field
            elif isinstance(expected, int | float):
                assert value == pytest.approx(expected), field


def test_numbers_are_numbers_for_gdal(served: str) -> None:
    types = dict(
        zip(*(pyogrio.read_info(f"OAPIF:{served}/ogc", layer="cameras")[k] for k in ("fields", "dtypes")), strict=True)
    )
    assert types["range_m"] == "float64"
    assert types["area_id"] in ("int32", "int64")
    assert types["last_seen"].startswith("datetime64")
    assert types["sample"] == "bool"


def test_gdal_asks_in_the_axes_of_the_system(served: str) -> None:
    box = (108.3, 11.8, 108.6, 12.1)
    frame = pyogrio.read_dataframe(f"OAPIF:{served}/ogc", layer="cameras", bbox=box)
    inside = [
        feature["properties"]["code"]
        for feature in everything(served, "cameras")
        if box[0] <= feature["geometry"]["coordinates"][0] <= box[2]
        and box[1] <= feature["geometry"]["coordinates"][1] <= box[3]
    ]
    assert sorted(frame["code"]) == sorted(inside)
    assert inside


def test_owslib_reads_collections_queryables_and_items(served: str) -> None:
    features = pytest.importorskip("owslib.ogcapi.features")
    client = features.Features(f"{served}/ogc")
    assert client.api()["openapi"] == "3.0.3"
    assert any(uri.endswith("/conf/core") for uri in client.conformance()["conformsTo"])
    assert set(LAYERS) <= set(client.feature_collections())
    assert client.collection("cameras")["id"] == "cameras"
    assert "state" in client.collection_queryables("cameras")["properties"]
    items = client.collection_items("cameras", limit=5, bbox=[107, 10, 109.5, 13])
    assert items["numberReturned"] == len(items["features"]) == 5
    one = items["features"][0]
    assert client.collection_item("cameras", one["id"])["properties"] == one["properties"]
    assert client.collection_items("cameras", limit=1, state="offline")["numberMatched"] < items["numberMatched"]
