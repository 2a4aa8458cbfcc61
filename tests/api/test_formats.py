"""Formats of features and the systems of VN-2000, as the programs that read them see them."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import geopandas
import httpx
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from pyproj import CRS, Transformer
from shapely.geometry import shape

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
# collection, what is asked beside, and the kind of its shapes
LAYERS = [
    ("cameras", {}, {"Point"}),
    ("communes", {"filter": "province_code = '68'"}, {"MultiPolygon"}),
    ("planning-zones", {"limit": "50"}, {"MultiPolygon", "Polygon"}),
    ("indicator-hcc-04", {"filter": "value IS NOT NULL"}, {"MultiPolygon"}),
]
MEDIA = {
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
}
ZONES = (*range(5896, 5900), *range(9205, 9219))


def carried(code: int, lon: float, lat: float) -> tuple[float, float]:
    """WGS 84 to a VN-2000 zone by EPSG:6960 as PROJ's own database has it (latitude first), turned round."""
    shift = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
    latitude, longitude = shift.transform(lat, lon, direction="INVERSE")
    made: tuple[float, float] = Transformer.from_crs(4756, code, always_xy=True).transform(longitude, latitude)
    return made


def every(client: TestClient, collection: str, asked: dict[str, str]) -> list[Any]:
    answer = client.get(f"/ogc/collections/{collection}/items", params={"limit": "10000", **asked})
    assert answer.status_code == 200, answer.text[:300]
    found: list[Any] = answer.json()["features"]
    return found


@pytest.mark.parametrize("form", list(MEDIA))
@pytest.mark.parametrize(("collection", "asked", "kinds"), LAYERS, ids=[one[0] for one in LAYERS])
def test_a_file_holds_what_geojson_holds(
    client: TestClient, tmp_path: Path, collection: str, asked: dict[str, str], kinds: set[str], form: str
) -> None:
    features = every(client, collection, asked)
    answer = client.get(f"/ogc/collections/{collection}/items", params={**asked, "f": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[form]
    assert f'filename="{collection}.{form}"' in answer.headers["content-disposition"]
    path = tmp_path / f"{collection}.{form}"
    path.write_bytes(answer.content)
    frame = geopandas.read_parquet(path) if form == "parquet" else pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 4326
    frame = frame.set_index("id")  # FlatGeobuf keeps its features in the order of its index
    assert sorted(frame.index) == sorted(feature["id"] for feature in features)
    assert set(frame.geom_type) <= kinds
    schema = client.get(f"/ogc/collections/{collection}/schema", params={"f": "json"}).json()["properties"]
    for feature in features[:40]:
        row = frame.loc[feature["id"]]
        assert row.geometry.equals_exact(shape(feature["geometry"]), 1e-6, normalize=True)
        for name, value in feature["properties"].items():
            same(row[name], value, schema[name].get("format"))


def same(read: Any, value: Any, form: str | None) -> None:
    if value is None:
        assert pd.isna(read)
    elif form == "date":
        assert pd.Timestamp(read).date().isoformat() == value
    elif form == "date-time":
        assert abs(pd.Timestamp(read) - pd.Timestamp(value)) < pd.Timedelta("2ms")
    elif isinstance(value, float):
        assert read == pytest.approx(value, abs=1e-6, rel=1e-9)
    else:
        assert read == value


def test_types_are_types(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "communes.gpkg"
    path.write_bytes(client.get("/ogc/collections/communes/items?f=gpkg&limit=5").content)
    told = pyogrio.read_info(path)
    kinds = dict(zip(told["fields"], told["dtypes"], strict=True))
    assert kinds["valid_from"] == "datetime64[D]"
    assert kinds["area_km2"] == "float64"
    assert told["layer_name"] == "communes"
    answer = client.get("/ogc/collections/cameras/items?f=parquet&limit=5")
    table = pyarrow.parquet.read_table(io.BytesIO(answer.content))
    assert {str(table.schema.field(name).type) for name in ("sample", "area_id", "last_seen", "range_m")} == {
        "bool", "int64", "timestamp[us, tz=UTC]", "double",
    }  # fmt: skip
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"][geo["primary_column"]]["geometry_types"] == ["Point"]


def test_csv_is_a_table_with_x_and_y(client: TestClient) -> None:
    asked = {"filter": "state <> 'online'", "sortby": "-name", "limit": "20"}
    features = every(client, "cameras", asked)
    answer = client.get("/ogc/collections/cameras/items", params=asked, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["name"] for row in rows] == [feature["properties"]["name"] for feature in features]
    for row, feature in zip(rows, features, strict=True):
        assert (float(row["x"]), float(row["y"])) == tuple(feature["geometry"]["coordinates"])
    picked = client.get("/ogc/collections/communes/items?f=csv&properties=code,name&limit=2").text.splitlines()
    assert picked[0] == '"id","code","name"'
    empty = client.get("/ogc/collections/cameras/items", params={"f": "csv", "filter": "range_m < 0"})
    assert empty.text.splitlines()[0].startswith('"id","code"')
    assert empty.text.splitlines()[0].endswith('"x","y"')
    assert len(empty.text.splitlines()) == 1


@pytest.mark.parametrize("form", [*MEDIA, "csv"])
def test_nothing_found_and_no_shapes_are_files_too(client: TestClient, tmp_path: Path, form: str) -> None:
    asked = {"f": form, "filter": "range_m < 0"}
    for more in ({}, {"skipGeometry": "true"}, {"skipGeometry": "true", "filter": "range_m > 0", "limit": "3"}):
        answer = client.get("/ogc/collections/cameras/items", params={**asked, **more})
        assert answer.status_code == 200, answer.text[:300]
        path = tmp_path / f"none.{form}"
        path.unlink(missing_ok=True)
        path.write_bytes(answer.content)
        if form != "csv":
            read = pd.read_parquet if form == "parquet" else pyogrio.read_dataframe
            assert len(read(path)) == (3 if "limit" in more else 0)


def test_every_format_is_linked_and_declared(client: TestClient) -> None:
    here = client.get("/ogc/collections/cameras", params={"f": "json"}).json()["links"]
    linked = {link["type"]: link["href"] for link in here if link["rel"] == "items"}
    for kind in (*MEDIA.values(), "text/csv"):
        assert client.get(linked[kind] + "&limit=1").headers["content-type"].split(";")[0] == kind
    told = client.get("/ogc/openapi").json()
    items = told["paths"]["/collections/cameras/items"]["get"]
    names = [one["$ref"].rpartition("/")[2] for one in items["parameters"]]
    assert {"filter", "filter-lang", "filter-crs", "f.items"} <= set(names)
    assert set(MEDIA) <= set(told["components"]["parameters"]["f.items"]["schema"]["enum"])
    assert set(MEDIA.values()) <= set(told["components"]["responses"]["Features"]["content"])


def test_a_hidden_field_is_in_no_file(client: TestClient, staff: dict[str, str], secret: str) -> None:
    address = "/ogc/collections/citizen-reports/items?limit=200&f="
    for form in (*MEDIA, "csv"):
        assert secret.encode() not in client.get(address + form).content
    assert secret.encode() in client.get(address + "csv", headers=staff).content


def test_too_much_for_one_file_is_said(client: TestClient) -> None:
    app: Any = client.app
    before = app.state.settings
    app.state.settings = before.model_copy(update={"items_file_limit": 100})
    try:
        answer = client.get("/ogc/collections/cameras/items?f=gpkg")
        fewer = client.get("/ogc/collections/cameras/items?f=csv&filter=range_m%20%3C%200")
    finally:
        app.state.settings = before
    assert answer.status_code == 413
    assert "100" in answer.json()["detail"]
    assert fewer.status_code == 200


def test_a_large_page_is_sent_in_pieces_and_goes_on(served: str, alphabetical: Any) -> None:
    address = f"{served}/ogc/collections/planning-zones/items"
    whole = httpx.get(address, params={"limit": 1000}).json()
    assert whole["numberMatched"] > 1500
    for more in ({}, {"sortby": "-name"}):
        asked = {"limit": "1200", **more}
        with httpx.stream("GET", address, params=asked, headers={"Accept-Encoding": "identity"}) as answer:
            assert "content-length" not in answer.headers
            first = json.loads(answer.read())
        packed = httpx.get(address, params=asked, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.json()["features"] == first["features"]
        assert first["numberReturned"] == len(first["features"]) == 1200
        assert first["numberMatched"] == whole["numberMatched"]
        found, page = list(first["features"]), first
        while steps := [link["href"] for link in page["links"] if link["rel"] == "next"]:
            page = httpx.get(steps[0]).json()
            found += page["features"]
        assert len({feature["id"] for feature in found}) == len(found) == whole["numberMatched"]
        if more:
            names = [alphabetical(feature["properties"]["name"]) for feature in found]
            assert names == sorted(names, reverse=True)
    tag = packed.headers["etag"]
    assert httpx.get(address, params=asked, headers={"If-None-Match": tag}).status_code == 304
    bad = httpx.get(address, params={"limit": 5000, "filter": "area_id ^ 9999 > 1"})
    assert (bad.status_code, bad.json()["parameter"]) == (400, "filter")


@pytest.mark.parametrize("code", ZONES)
def test_zones_are_carried_by_6960(client: TestClient, code: int) -> None:
    asked = {"limit": "5", "crs": EPSG + str(code)}
    here = "/collections/cameras/items"
    plain = client.get(f"/ogc{here}", params={"limit": "5"}).json()["features"]
    answer = client.get(f"/ogc/vn2000{here}", params=asked)
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    for feature, other in zip(plain, answer.json()["features"], strict=True):
        expected = carried(code, *feature["geometry"]["coordinates"])
        assert all(map(lambda a, b: math.isclose(a, b, abs_tol=0.02), other["geometry"]["coordinates"], expected))
    x, y = carried(code, *plain[0]["geometry"]["coordinates"])
    box = ",".join(map(str, (x - 5, y - 5, x + 5, y + 5)))  # metres, east before north
    near = client.get(f"/ogc/vn2000{here}", params={"bbox": box, "bbox-crs": EPSG + str(code)}).json()["features"]
    assert plain[0]["id"] in [feature["id"] for feature in near]
    square = f"S_WITHIN(geometry, BBOX({box}))"
    inside = client.get(f"/ogc/vn2000{here}", params={"filter": square, "filter-crs": EPSG + str(code)}).json()
    assert [feature["id"] for feature in inside["features"]] == [feature["id"] for feature in near]
    assert client.get(f"/ogc{here}", params=asked).status_code == 400


def test_the_second_root_is_the_first_with_more_systems(client: TestClient) -> None:
    first = client.get("/ogc/collections/cameras", params={"f": "json"}).json()
    second = client.get("/ogc/vn2000/collections/cameras", params={"f": "json"}).json()
    more = [EPSG + str(code) for code in ZONES]
    assert second["crs"] == first["crs"] + more
    assert json.loads(json.dumps(second).replace("/ogc/vn2000/", "/ogc/")) == first | {"crs": second["crs"]}
    landing = client.get("/ogc/vn2000", params={"f": "json"}).json()
    for link in landing["links"]:
        assert client.get(link["href"], headers={"Accept": "*/*"}).status_code == 200, link
    steps = client.get("/ogc/vn2000/collections/cameras/items?limit=2").json()["links"]
    assert all("/ogc/vn2000/" in link["href"] for link in steps)
    page = client.get("/ogc/vn2000/collections/cameras/items?limit=2&f=html")
    assert page.status_code == 200
    site = landing["links"][0]["href"].split("/ogc/")[0]
    assert f'href="{site}"' in page.text
    related = [link["href"] for link in client.get("/ogc/?f=json").json()["links"] if link["rel"] == "related"]
    assert any(href.endswith("/ogc/vn2000/") for href in related)


def test_files_of_a_zone_are_in_its_metres(served: str, tmp_path: Path) -> None:
    for form in ("gpkg", "fgb", "parquet"):
        path = tmp_path / f"cameras.{form}"
        asked = {"f": form, "limit": "5", "crs": EPSG + "5899"}
        path.write_bytes(httpx.get(f"{served}/ogc/vn2000/collections/cameras/items", params=asked).content)
        frame = geopandas.read_parquet(path) if form == "parquet" else pyogrio.read_dataframe(path)
        assert frame.crs == CRS.from_epsg(5899)
        plain = httpx.get(f"{served}/ogc/collections/cameras/items?limit=5").json()["features"]
        wanted = {one["id"]: carried(5899, *one["geometry"]["coordinates"]) for one in plain}
        for number, point in zip(frame["id"], frame.geometry, strict=True):
            assert shapely.distance(point, shapely.Point(wanted[number])) < 0.05
