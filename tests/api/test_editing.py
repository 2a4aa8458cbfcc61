"""Features written over HTTP: created, replaced, updated, deleted, with versions, rights and history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import shapely
from fastapi.testclient import TestClient
from owslib.ogcapi.features import Features
from sqlalchemy import Engine, text

CAMERAS = "/ogc/collections/cameras/items"
ZONES = "/ogc/collections/planning-zones/items"
GEO = {"Content-Type": "application/geo+json"}
MERGE = {"Content-Type": "application/merge-patch+json"}


def camera(**properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [108.4383, 11.9465]},
        "properties": {"code": "T-1", "name": "Hồ Xuân Hương", "owner": "Công an tỉnh", **properties},
    }


@pytest.fixture
def editor(client: TestClient, staff: dict[str, str], feed_engine: Engine) -> Iterator[Editor]:
    """A member of staff with a GIS; what was drawn is gone afterwards."""
    made = Editor(client, staff)
    yield made
    for path in made.drawn:
        client.delete(path, headers=staff)


class Editor:
    def __init__(self, client: TestClient, staff: dict[str, str]) -> None:
        self._client, self._staff = client, staff
        self.drawn: list[str] = []

    def send(
        self, method: str, path: str, body: Any = None, status: int | None = None, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = MERGE if method == "PATCH" else GEO
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        answer = self._client.request(method, path, content=content, headers={**self._staff, **kind, **named})
        assert status is None or answer.status_code == status, answer.text[:500]
        if answer.status_code == 201:
            self.drawn.append(answer.headers["location"])
        return answer

    def create(self, path: str, body: Any, **headers: str) -> str:
        return str(self.send("POST", path, body, 201, **headers).headers["location"])

    def read(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.send("GET", path, status=200).json()
        return found


def test_a_feature_lives(editor, client, feed_engine):
    before = client.get(f"{CAMERAS}?code=T-1").json()["numberMatched"]
    made = editor.send("POST", CAMERAS, camera(state=None, azimuth=90, internal=1) | {}, 422)
    assert made.json()["parameter"] == "internal"
    place = editor.create(CAMERAS, camera(azimuth=90, field_of_view=60, range_m=150, stream_url="rtsp://x"))
    public = client.get(place).json()
    assert public["properties"]["state"] == "online", "what was not said has the table's default"
    assert public["properties"]["sample"] is False
    assert "stream_url" not in public["properties"]
    assert client.get(f"{CAMERAS}?code=T-1").json()["numberMatched"] == before + 1
    area = public["properties"]["area_id"]
    commune = client.get(f"/ogc/collections/communes/items/{area}").json()
    assert shapely.contains_xy(shapely.from_geojson(json.dumps(commune["geometry"])), 108.4383, 11.9465)
    assert public["properties"]["province_code"] == "68"

    moved = {"type": "Point", "coordinates": [108.0, 11.55]}
    editor.send("PATCH", place, {"geometry": moved, "properties": {"name": "Bảo Lộc", "azimuth": None}}, 204)
    now = editor.read(place)
    assert now["geometry"]["coordinates"] == [108.0, 11.55]
    assert (now["properties"]["name"], now["properties"]["azimuth"]) == ("Bảo Lộc", None)
    assert now["properties"]["stream_url"] == "rtsp://x", "what a patch does not name stays"
    assert now["properties"]["area_id"] != area, "its commune follows it"

    editor.send("PUT", place, camera(name="Thay"), 204)
    now = editor.read(place)
    assert (now["properties"]["name"], now["properties"]["stream_url"]) == ("Thay", None)
    editor.send("DELETE", place, status=204)
    editor.send("GET", place, status=404)
    assert client.get(f"{CAMERAS}?code=T-1").json()["numberMatched"] == before

    with feed_engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT action, who, before->>'name', after->>'name', after->'geom'->'coordinates' "
                "FROM toancanh.feature_change WHERE layer = 'cameras' AND feature = :id ORDER BY id"
            ),
            {"id": int(place.rpartition("/")[2])},
        ).all()
    assert [tuple(row[:4]) for row in rows] == [
        ("create", "cán bộ", None, "Hồ Xuân Hương"),
        ("update", "cán bộ", "Hồ Xuân Hương", "Bảo Lộc"),
        ("replace", "cán bộ", "Bảo Lộc", "Thay"),
        ("delete", "cán bộ", "Thay", None),
    ]
    assert rows[1][4] == [108.0, 11.55]


def test_a_version_that_is_gone_is_not_overwritten(editor):
    place = editor.create(CAMERAS, camera())
    tags = {crs: editor.send("GET", f"{place}?crs=EPSG:{crs}").headers["etag"] for crs in (4326, 3857)}
    assert len(set(tags.values())) == 2
    assert not any(tag.startswith("W/") for tag in tags.values())
    told = editor.send("PATCH", place, {"properties": {"name": "A"}}, 204, If_Match=tags[3857])
    assert told.headers["etag"] == editor.send("GET", place).headers["etag"]
    for tag in (*tags.values(), '"x"', "W/" + told.headers["etag"]):
        editor.send("PATCH", place, {"properties": {"name": "B"}}, 412, If_Match=tag)
        editor.send("DELETE", place, status=412, If_Match=tag)
    assert editor.read(place)["properties"]["name"] == "A"
    editor.send("PUT", place, camera(), 204, If_Match=f'"x", {told.headers["etag"]}')
    editor.send("DELETE", place, status=204, If_Match="*")


def test_of_two_at_once_only_one_wins(editor):
    place = editor.create(CAMERAS, camera())
    tag = editor.send("GET", place).headers["etag"]

    def name(it: str) -> int:
        return int(editor.send("PATCH", place, {"properties": {"name": it}}, If_Match=tag).status_code)

    with ThreadPoolExecutor(6) as many:
        told = sorted(many.map(name, "ABCDEF"))
    assert told == [204, *[412] * 5]
    changes = editor.read(f"{place}/changes")["changes"]
    assert [one["action"] for one in changes] == ["update", "create"]
    assert (changes[0]["changed"], changes[0]["checked"]) == (["name"], True)


def test_the_history_is_for_staff_and_outlives_the_feature(editor, client):
    place = editor.create(CAMERAS, camera(stream_url="rtsp://x"))
    editor.send("DELETE", place, status=204)
    assert client.get(f"{place}/changes").status_code == 401
    gone = editor.read(f"{place}/changes")["changes"][0]
    assert (gone["action"], gone["checked"], gone["before"]["stream_url"]) == ("delete", False, "rtsp://x")


def test_what_is_the_database_s_own_is_said_and_ignored(editor):
    schema = editor.read("/ogc/collections/projects/schema")
    assert {name for name, one in schema["properties"].items() if one.get("readOnly")} == {
        "rate_central", "rate_local", "area_id", "province_code", "sample",
    }  # fmt: skip
    assert "investor" in schema["required"]
    new = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[108.4, 11.9, 5], [108.45, 11.95, 5]]},
        "properties": {
            "code": "D",
            "name": "Đường",
            "state": "chuan_bi",
            "investor": "Sở",
            "plan_central": 50,
            "disbursed": 10,
        },
    }
    place = editor.create("/ogc/collections/projects/items", new)
    whole = editor.read(place)
    assert whole["properties"]["rate_central"] == 20.0
    whole["properties"] |= {"rate_central": 99, "province_code": "01", "sample": True, "disbursed": 25}
    editor.send("PUT", place, whole, 204)
    now = editor.read(place)["properties"]
    assert (now["rate_central"], now["province_code"], now["sample"]) == (50.0, "68", False)


def test_what_qgis_sends_is_taken(editor):
    """A form of QGIS sends every column, empty where nothing was filled in, and an id of its own."""
    columns = editor.read(f"{CAMERAS}?limit=1")["features"][0]["properties"]
    row = dict.fromkeys(columns) | camera()["properties"] | {"last_seen": "2026-11-01T08:00:00"}
    new = camera() | {"properties": row}
    crs84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    place = editor.create(CAMERAS, new, Content_Crs=crs84)
    assert editor.read(place)["properties"]["last_seen"].startswith("2026-11-01T08:00:00")
    editor.send(
        "PUT", place, new | {"id": "cameras.1", "geometry": {"type": "Point", "coordinates": [108.2, 11.6]}}, 204
    )
    assert editor.read(place)["geometry"]["coordinates"] == [108.2, 11.6]
    assert not editor.read(f"{place}/changes")["changes"][0]["checked"]


def test_owslib_writes(served, staff):
    there = Features(f"{served}/ogc/", headers={**staff, **GEO})
    there.collection_item_create("cameras", json.dumps(camera(code="OWS")))
    place = there.response_headers["location"]
    number = place.rpartition("/")[2]
    there.collection_item_update("cameras", number, json.dumps(camera(code="OWS", name="Bằng OWSLib")))
    assert httpx.get(place).json()["properties"]["name"] == "Bằng OWSLib"
    there.collection_item_delete("cameras", number)
    assert httpx.get(place).status_code == 404


def test_only_staff_may_write_and_only_what_is_kept_by_hand(editor, client, staff):
    body = json.dumps(camera()).encode()
    asked = client.post(CAMERAS, content=body, headers=GEO)
    assert (asked.status_code, asked.headers["www-authenticate"][:5]) == (401, "Basic")
    assert client.options(CAMERAS).headers["allow"] == "GET, HEAD, OPTIONS"
    assert "POST" in editor.send("OPTIONS", CAMERAS).headers["allow"]
    assert {"PUT", "PATCH", "DELETE"} <= set(editor.send("OPTIONS", f"{CAMERAS}/1").headers["allow"].split(", "))
    figures = next(
        one["id"] for one in client.get("/ogc/collections").json()["collections"] if one["id"].startswith("indicator-")
    )
    for name in ("communes", figures):
        refused = editor.send("POST", f"/ogc/collections/{name}/items", camera(), 405)
        assert (
            refused.headers["allow"]
            == "GET, HEAD, OPTIONS"
            == editor.send("OPTIONS", refused.url.path).headers["allow"]
        )
    editor.send("POST", CAMERAS, camera(), 415, Content_Type="text/plain")
    paths = {
        who: client.get("/ogc/openapi", headers=headers).json()["paths"]["/collections/cameras/items"]
        for who, headers in (("public", {}), ("staff", staff))
    }
    assert "post" not in paths["public"]
    content = paths["staff"]["post"]["requestBody"]["content"]["application/geo+json"]["schema"]
    assert content["properties"]["properties"]["required"] == ["code", "name", "owner"]


@pytest.mark.parametrize("crs", ["3857", "3405", "4756", "4326"])
def test_a_shape_comes_in_any_system_that_is_offered(editor, crs):
    known = editor.create(CAMERAS, camera())
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{crs}"
    told = editor.read(f"{known}?crs={uri}")["geometry"]["coordinates"]
    there = editor.create(
        CAMERAS, camera() | {"geometry": {"type": "Point", "coordinates": told}}, Content_Crs=f"<{uri}>"
    )
    assert editor.read(there)["geometry"]["coordinates"] == pytest.approx(
        [108.4383, 11.9465], abs=2e-8 if "4" in crs[:1] else 1e-6
    )


def zone(*ring: tuple[float, float], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {
            "code": "X1", "name": "Ô thử", "land_use": "ODT", "plan_name": "Thử", "plan_level": "zoning",
            "valid_from": "2026-01-01", **properties,
        },
    }  # fmt: skip


def test_what_cannot_be_is_refused_and_a_place_in_no_commune_is_told(editor):
    there = editor.send("POST", CAMERAS, camera(), 201)
    assert "warning" not in there.headers
    for name, value in (("azimuth", 999), ("height_m", -5), ("range_m", 1e39)):
        refused = editor.send("PATCH", there.headers["location"], {"properties": {name: value}}, 422)
        assert refused.json()["parameter"] == name
    schema = editor.read("/ogc/collections/cameras/schema")["properties"]["azimuth"]
    assert (schema["minimum"], schema["maximum"]) == (0, 360)
    abroad = camera() | {"geometry": {"type": "Point", "coordinates": [104.9, 11.55]}}
    assert "no commune" in editor.send("POST", CAMERAS, abroad, 201).headers["warning"]


def test_a_polygon_that_crosses_itself_is_repaired_and_told(editor, client):
    codes = client.get("/ogc/collections/planning-zones/schema").json()["properties"]
    fits = {name: codes[name]["enum"][0] for name in ("land_use", "plan_level")}
    bow = zone((108.40, 11.90), (108.42, 11.92), (108.42, 11.90), (108.40, 11.92), **fits)
    made = editor.send("POST", ZONES, bow, 201, Prefer="return=representation")
    assert "repaired" in made.headers["warning"]
    shape = shapely.from_geojson(json.dumps(made.json()["geometry"]))
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(0.02 * 0.02 / 2, rel=1e-6)
    plain = editor.send("POST", ZONES, zone((108.4, 11.9), (108.42, 11.9), (108.42, 11.92), **fits), 201)
    assert "warning" not in plain.headers
    place = plain.headers["location"]
    told = editor.send("PATCH", place, {"properties": {"valid_to": "2025-01-01"}}, 422).json()
    assert told["parameter"] == "valid_to"
    gathered = bow | {"geometry": {"type": "GeometryCollection", "geometries": [bow["geometry"]]}}
    assert editor.send("POST", ZONES, gathered, 422).json()["parameter"] == "geometry"
    flat = zone((108.40, 11.90), (108.42, 11.92), (108.40, 11.90), **fits)
    assert editor.send("POST", ZONES, flat, 422).json()["parameter"] == "geometry"


WRONG: dict[str, tuple[Any, str]] = {
    "required": (camera(owner=None), "owner"),
    "blank": (camera(name="  "), "name"),
    "code": (camera(state="broken"), "state"),
    "number": (camera(azimuth="90"), "azimuth"),
    "huge": (camera(retention_days=2**31), "retention_days"),
    "moment": (camera(last_seen="yesterday"), "last_seen"),
    "letters": (camera(name="\ud800"), "name"),
    "nul": (camera(name="a\x00b"), "name"),
    "unknown": (camera(**{"x'; DROP TABLE toancanh.camera; --": 1}), "x'; DROP TABLE toancanh.camera; --"),
    "kind": (camera() | {"geometry": {"type": "LineString", "coordinates": [[108, 11], [108, 12]]}}, "geometry"),
    "abroad": (camera() | {"geometry": {"type": "Point", "coordinates": [2.35, 48.85]}}, "geometry"),
    "turned": (camera() | {"geometry": {"type": "Point", "coordinates": [11.9, 108.4]}}, "geometry"),
    "no shape": (camera() | {"geometry": None}, "geometry"),
    "half a shape": (camera() | {"geometry": {"type": "Point", "coordinates": [108]}}, "geometry"),
    "a point as a ring": (camera() | {"geometry": {"type": "Polygon", "coordinates": [[[108, 11]] * 4]}}, "geometry"),
    "collection": ({"type": "FeatureCollection", "features": [camera()]}, "type"),
    "outside properties": (camera() | {"name": "A"}, "name"),
    "list": ([camera()], "body"),
    "not a number": (b'{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,11]},"properties":{}}', "body"),
    "not JSON": (b"name=A", "body"),
    "deep": (b'{"type":"Feature","geometry":' + b"[" * 100_000, "body"),
    "no letters": (b"\xff\xfe", "body"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_kept_is_named(editor, client, name):
    body, parameter = WRONG[name]
    before = client.get(f"{CAMERAS}?limit=1").json()["numberMatched"]
    problem = editor.send("POST", CAMERAS, body, 422).json()
    assert problem["parameter"] == parameter
    assert problem["detail"]
    assert client.get(f"{CAMERAS}?limit=1").json()["numberMatched"] == before


def test_too_much_is_refused(editor):
    ring = [[108 + i / 1e6, 11.5 + (i % 2) / 1e3] for i in range(100_001)]
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": ring}, "properties": {}}
    assert "100000" in editor.send("POST", "/ogc/collections/projects/items", line, 422).json()["detail"]
    editor.send("POST", CAMERAS, b" " * (9 * 2**20), 413)
    editor.send("POST", CAMERAS, camera(), 400, Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/5899>")
