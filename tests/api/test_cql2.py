"""Filters in CQL2: what the server finds is what the same condition finds among all features, read in Python."""

from __future__ import annotations

import json
import math
import re
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely.geometry import shape

from layers.catalogue import catalogue

Properties = dict[str, Any]
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def ask(client: TestClient, collection: str, status: int = 200, **asked: Any) -> Any:
    """Read one page; words of parameters are joined by `_`."""
    parameters = {name.replace("_", "-"): value for name, value in asked.items()}
    answer = client.get(f"/ogc/collections/{collection}/items", params=parameters)
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def ids(page: Any) -> list[int]:
    return [feature["id"] for feature in page["features"]]


@pytest.fixture(scope="module")
def all_of(client: TestClient) -> Callable[[str], list[Any]]:
    """Every feature of a collection, read once."""
    kept: dict[str, list[Any]] = {}

    def find(collection: str) -> list[Any]:
        if collection not in kept:
            kept[collection] = ask(client, collection, limit=10000)["features"]
        return kept[collection]

    return find


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


YEAR = datetime(2026, 7, 1, tzinfo=UTC)

CONDITIONS: list[tuple[str, str, Callable[[Properties], bool]]] = [
    ("cameras", "state = 'offline'", lambda p: p["state"] == "offline"),
    ("cameras", "NOT (state = 'offline' OR range_m > 60)", lambda p: p["state"] != "offline" and p["range_m"] <= 60),
    ("cameras", "state IN ('offline','maintenance') AND range_m >= 50",
     lambda p: p["state"] in ("offline", "maintenance") and p["range_m"] >= 50),
    ("cameras", "range_m NOT BETWEEN 40 AND 80.5", lambda p: not 40 <= p["range_m"] <= 80.5),
    ("cameras", "name LIKE '%tr_ng%'", lambda p: re.search("tr.ng", p["name"]) is not None),
    ("cameras", "CASEI(name) LIKE CASEI('%CHỢ%')", lambda p: "chợ" in p["name"].lower()),
    ("cameras", "ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%NGA TU%'))", lambda p: "nga tu" in bare(p["name"])),
    ("cameras", "ACCENTI(name) <> name", lambda p: not p["name"].isascii()),
    ("cameras", "CASEI(state) IN (CASEI('OFFLINE'), CASEI('Online'))", lambda p: p["state"] in ("offline", "online")),
    ("cameras", "sample AND NOT last_seen IS NULL", lambda p: p["sample"] and p["last_seen"] is not None),
    ("cameras", "(range_m + 20) * 2 / 3 - 1 > 60 AND range_m % 20 = 0",
     lambda p: (p["range_m"] + 20) * 2 / 3 - 1 > 60 and p["range_m"] % 20 == 0),
    ("cameras", "range_m div 30 = 2 AND range_m ^ 2 < 7000", lambda p: p["range_m"] // 30 == 2 and p["range_m"] ** 2 < 7000),
    ("cameras", "code < name", lambda p: p["code"].encode() < p["name"].encode()),
    ("citizen-reports", "received_at >= TIMESTAMP('2026-07-01T00:00:00Z')", lambda p: moment(p["received_at"]) >= YEAR),
    ("citizen-reports", "T_BEFORE(received_at, TIMESTAMP('2026-07-01T00:00:00Z'))", lambda p: moment(p["received_at"]) < YEAR),
    ("citizen-reports", "T_AFTER(closed_at, received_at)",
     lambda p: p["closed_at"] is not None and moment(p["closed_at"]) > moment(p["received_at"])),
    ("citizen-reports", "T_INTERSECTS(INTERVAL(received_at, closed_at), TIMESTAMP('2026-07-01T00:00:00Z'))",
     lambda p: moment(p["received_at"]) <= YEAR and (p["closed_at"] is None or moment(p["closed_at"]) >= YEAR)),
    ("citizen-reports", "year(received_at) = 2026 AND month(received_at) IN (6, 7) AND day(received_at) <> 1",
     lambda p: (t := moment(p["received_at"])).year == 2026 and t.month in (6, 7) and t.day != 1),
    ("cameras", "length(name) > 20 AND abs(range_m - 60) < 25 AND round(height_m) = 4",
     lambda p: len(p["name"]) > 20 and abs(p["range_m"] - 60) < 25 and round(p["height_m"]) == 4),
    ("communes", "T_DURING(valid_from, INTERVAL('2025-06-01', '..'))", lambda p: p["valid_from"] > "2025-06-01"),
    ("communes", "T_EQUALS(valid_from, DATE('2025-07-01')) AND province_code = '68'",
     lambda p: p["valid_from"] == "2025-07-01" and p["province_code"] == "68"),
    ("indicator-hcc-04", "value >= target AND state IS NOT NULL",
     lambda p: None not in (p["value"], p["target"], p["state"]) and p["value"] >= p["target"]),
    ("indicator-hcc-04", "value - target > -2.5 OR blank = 'no_data'",
     lambda p: p["blank"] == "no_data" or (None not in (p["value"], p["target"]) and p["value"] - p["target"] > -2.5)),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "text", "holds"), CONDITIONS, ids=[text for _, text, _ in CONDITIONS])
def test_a_filter_finds_what_holds(
    client: TestClient, all_of: Any, collection: str, text: str, holds: Callable[[Properties], bool]
) -> None:
    found = ask(client, collection, filter=text, limit=10000)
    wanted = [feature["id"] for feature in all_of(collection) if holds(feature["properties"])]
    assert sorted(ids(found)) == sorted(wanted)
    assert found["numberMatched"] == len(wanted)
    first = ask(client, collection, filter=text, limit=1)
    assert (first["numberMatched"], first["numberReturned"]) == (len(wanted), min(1, len(wanted)))


# A square around Đà Lạt, a line through it and a point in it (longitude, latitude).
SQUARE = "POLYGON((108.3 11.85, 108.6 11.85, 108.6 12.05, 108.3 12.05, 108.3 11.85))"
SHAPES = [
    ("communes", "S_INTERSECTS", SQUARE, shapely.intersects),
    ("communes", "S_DISJOINT", "LINESTRING(108.2 11.9, 108.7 11.95)", shapely.disjoint),
    ("communes", "S_CONTAINS", "POINT(108.44 11.94)", shapely.contains),
    ("communes", "S_WITHIN", "MULTIPOLYGON(((107 11, 109 11, 109 12.5, 107 12.5, 107 11)))", shapely.within),
    ("communes", "S_OVERLAPS", SQUARE, shapely.overlaps),
    ("communes", "S_TOUCHES", SQUARE, shapely.touches),
    ("communes", "S_EQUALS", SQUARE, shapely.equals),
    ("communes", "S_INTERSECTS", "GEOMETRYCOLLECTION(POINT(108.44 11.94), LINESTRING(108 11, 108.1 11.5))", shapely.intersects),
    ("cameras", "S_WITHIN", SQUARE, shapely.within),
    ("cameras", "S_DISJOINT", "BBOX(108.3, 11.85, 108.6, 12.05)", shapely.disjoint),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "relation", "text", "holds"), SHAPES)
def test_shapes_relate_as_they_do_in_geos(
    client: TestClient, all_of: Any, collection: str, relation: str, text: str, holds: Callable[[Any, Any], bool]
) -> None:
    if text.startswith("BBOX"):
        literal = shapely.box(*map(float, re.findall(r"[\d.]+", text)))
    else:
        literal = shapely.from_wkt(text)
    found = ids(ask(client, collection, filter=f"{relation}(geometry, {text})", limit=10000, skipGeometry=True))
    features = {feature["id"]: shape(feature["geometry"]) for feature in all_of(collection)}
    if relation not in ("S_TOUCHES", "S_EQUALS"):  # of shapes rounded to centimetres these are chance
        assert sorted(found) == sorted(one for one, there in features.items() if holds(there, literal))
        assert found or relation == "S_OVERLAPS"
    else:
        assert set(found) <= {one for one, there in features.items() if there.distance(literal) < 1e-6}
    turned = ids(ask(client, collection, filter=f"NOT {relation}(geometry, {text})", limit=10000, skipGeometry=True))
    assert sorted([*found, *turned]) == sorted(features)


def test_functions_measure_on_the_ground(client: TestClient, all_of: Any) -> None:
    earth = Geod(ellps="WGS84")
    cameras = all_of("cameras")
    places = [feature["geometry"]["coordinates"] for feature in cameras]
    away = [earth.inv(108.4383, 11.9465, *place)[2] for place in places]
    found = ask(client, "cameras", filter="distance(geometry, POINT(108.4383 11.9465)) < 20000", limit=10000)
    assert sorted(ids(found)) == sorted(one["id"] for one, metres in zip(cameras, away, strict=True) if metres < 20000)
    areas = {
        one["id"]: abs(earth.geometry_area_perimeter(shapely.geometry.shape(one["geometry"]))[0])
        for one in all_of("communes")
    }
    found = ask(client, "communes", filter="area(geometry) > 100000000", limit=10000)
    near = {name for name, area in areas.items() if abs(area - 1e8) < 1e3}
    assert set(ids(found)) - near == {name for name, area in areas.items() if area > 1e8} - near


def test_functions_are_listed_and_take_what_they_say(client: TestClient) -> None:
    listed = client.get("/ogc/functions").json()["functions"]
    assert {one["name"] for one in listed} == {"year", "month", "day", "length", "abs", "round", "area", "distance"}
    assert next(one for one in listed if one["name"] == "distance")["returns"] == ["number"]
    assert "<code>distance(hình, hình)</code>" in client.get("/ogc/functions?f=html&lang=vi").text
    assert any(link["href"].endswith("/functions") for link in client.get("/ogc").json()["links"])
    for text in ("year(name) = 1", "distance(geometry) < 1", "area(name) > 1", "sqrt(range_m) > 1", "year(last_seen)"):
        ask(client, "cameras", status=400, filter=text)


def test_json_says_the_same_in_any_system(client: TestClient) -> None:
    plain = ask(client, "communes", filter=f"s_intersects(geometry, {SQUARE})", skipGeometry=True)
    square = shapely.from_wkt(SQUARE)
    turned = shapely.transform(square, lambda xy: xy[:, ::-1])
    shift = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")  # PROJ's own, latitude first
    project = Transformer.from_crs(4756, 3406, always_xy=True)

    def to_metres(xy: Any) -> Any:
        latitudes, longitudes = shift.transform(xy[:, 1], xy[:, 0], direction="INVERSE")
        return np.column_stack(project.transform(longitudes, latitudes))

    metres = shapely.transform(shapely.segmentize(square, 0.01), to_metres)
    for code, literal in (("4326", turned), ("3406", metres)):
        told = {"op": "s_intersects", "args": [{"property": "geometry"}, json.loads(shapely.to_geojson(literal))]}
        found = ask(
            client, "communes", filter=json.dumps(told), filter_lang="cql2-json", filter_crs=EPSG + code,
            skipGeometry=True,
        )  # fmt: skip
        assert ids(found) == ids(plain) != []


numbers = st.integers(-50, 200) | st.floats(-50, 200).map(lambda n: round(n, 2))
sums = st.recursive(
    st.just("range_m") | numbers.map(str),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    max_leaves=5,
)
tests = st.tuples(sums, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), sums).map(" ".join)
conditions = st.recursive(
    tests,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda one: f"NOT ({one})")
    ),
    max_leaves=4,
)


def in_python(text: str, range_m: float) -> bool | None:
    """Work a condition out; None where it comes too near to a border, or divides by zero, to compare."""
    said = re.sub(r"(?<![<>])=", "==", text).replace("<>", "!=").replace("<==", "<=").replace(">==", ">=")
    said = said.replace("AND", "and").replace("OR", "or").replace("NOT", "not")
    try:
        found = [eval(said, {}, {"range_m": range_m * part}) for part in (1 - 1e-12, 1, 1 + 1e-12)]
    except (ZeroDivisionError, OverflowError):
        return None
    return bool(found[1]) if len(set(found)) == 1 else None


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=conditions)
def test_arithmetic_is_that_of_python(client: TestClient, all_of: Any, text: str) -> None:
    ranges = {feature["id"]: feature["properties"]["range_m"] for feature in all_of("cameras")}
    found = set(ids(ask(client, "cameras", filter=text, limit=10000, skipGeometry=True)))
    for one, range_m in ranges.items():
        wanted = in_python(text, range_m)
        if wanted is not None and math.isfinite(range_m):
            assert (one in found) == wanted, (text, range_m)


def test_a_filter_goes_with_everything_else(client: TestClient, all_of: Any, feed: Any, alphabetical: Any) -> None:
    wanted = [
        feature
        for feature in all_of("cameras")
        if feature["properties"]["range_m"] > 50 and feature["properties"]["purpose"] == "giao_thong"
    ]
    found = feed.every("/collections/cameras/items?limit=7&filter=range_m%20%3E%2050&purpose=giao_thong&sortby=-name")
    assert sorted(f["id"] for f in found) == sorted(f["id"] for f in wanted)
    names = [alphabetical(feature["properties"]["name"]) for feature in found]
    assert names == sorted(names, reverse=True)
    page = client.get("/ogc/collections/cameras/items", params={"filter": "range_m > 50", "f": "html", "limit": 5})
    assert page.status_code == 200
    assert "filter=range_m" in page.text


BAD = [
    ("state = 5", "kiểu"),
    ("state = ", "ngắt"),
    ("state = 'a'; DROP TABLE toancanh.area", "ký tự thứ 12"),
    ("nothing = 1", "nothing"),
    ("pg_sleep(5) = 1", "pg_sleep"),
    ("state LIKE 'a\\'", "LIKE"),
    ("range_m", "đúng hoặc sai"),
    ("range_m IN ()", "ký tự"),
    ("range_m ^ 9999 > 1", "phạm vi"),
    ("last_seen > DATE('2026-13-45')", "ngày"),
    ("last_seen > 'hôm qua'", "thời điểm"),
    ("T_AFTER(last_seen, INTERVAL('2027-01-01','2026-01-01'))", "cuối"),
    ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "hợp lệ"),
    ("S_INTERSECTS(geometry, POINT(999 999))", "trái đất"),
    ("S_INTERSECTS(state, POINT(1 1))", "kiểu"),
    ("range_m > 1e999", "quá lớn"),
    ("(" * 5000 + "range_m = 1", "ngắt"),
    ("(" * 10000 + "range_m = 1" + ")" * 10000, ""),
    ("NOT " * 5000 + "range_m = 1", "phức tạp"),
    ("range_m = " + "-" * 9000 + "range_m", "phức tạp"),
    ("range_m = 1" + " OR range_m = 1" * 1500, "phức tạp"),
    ("S_INTERSECTS(geometry, LINESTRING(" + ", ".join(["1 2", "2 3"] * 2600) + "))", "đỉnh"),
    ("x" * 40_000, "30000"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "word"), BAD, ids=[text[:30] for text, _ in BAD])
def test_a_bad_filter_is_told_in_one_sentence_and_soon(client: TestClient, text: str, word: str) -> None:
    begun = time.monotonic()
    if word:
        problem = ask(client, "cameras", 400, filter=text)
        assert problem["parameter"] == "filter"
        assert word in problem["detail"]
        assert len(problem["detail"]) < 300
    else:  # brackets that mean nothing are no fault, however many
        assert ask(client, "cameras", filter=text)["numberMatched"] == 0
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "told",
    ["[" * 20000, '{"op":"=","args":[1]}', '{"op":"=","args":{"property":"state"}}', '{"op":["="],"args":[]}', "5", "null",
     '{"op":"=","args":[{"property":"range_m"},NaN]}', '{"op":"in","args":[{"property":"state"},[]]}',
     '{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":"x"}]}',
     '{"op":"=","args":[{"property":"range_m"},1' + "0" * 400 + "]}"],
)  # fmt: skip
def test_a_bad_json_filter_is_refused(client: TestClient, told: str) -> None:
    assert ask(client, "cameras", 400, filter=told, filter_lang="cql2-json")["parameter"] == "filter"


def test_a_hidden_field_is_as_one_that_is_not_there(client: TestClient, staff: dict[str, str], secret: str) -> None:
    hidden = [
        (layer.id, field.name)
        for layer in catalogue.values()
        for field in layer.fields
        if layer.readers == "public" and not field.public and field.type == "text" and layer.id != "data-quality"
    ]
    assert hidden
    for collection, name in hidden:
        text = f"{name} LIKE '{secret}%'"
        problem = ask(client, collection, 400, filter=text)
        missing = ask(client, collection, 400, filter=text.replace(name, "khong_co"))
        assert problem["detail"].replace(name, "khong_co") == missing["detail"]
        answer = client.get(f"/ogc/collections/{collection}/items", params={"filter": text}, headers=staff)
        assert answer.status_code == 200, (collection, name)


def test_what_is_declared_is_what_is_taken(client: TestClient) -> None:
    classes = client.get("/ogc/conformance", params={"f": "json"}).json()["conformsTo"]
    for name in ("cql2-text", "cql2-json", "basic-cql2", "temporal-functions", "accent-insensitive-comparison"):
        assert f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" in classes
    queryables = client.get("/ogc/collections/communes/queryables", params={"f": "json"}).json()["properties"]
    assert queryables["geometry"]["format"] == "geometry-multipolygon"
    for name, told in queryables.items():
        if name != "geometry":
            assert ask(client, "communes", filter=f'"{name}" IS NOT NULL', limit=1)["numberMatched"] >= 0, told
    assert ask(client, "communes", 400, filter_lang="sql")["parameter"] == "filter-lang"
    assert ask(client, "communes", 400, filter_crs=EPSG + "999999")["parameter"] == "filter-crs"
    today = date.today().isoformat()
    assert ask(client, "communes", filter=f"valid_from < '{today}'", limit=1)["numberMatched"] > 100


def test_gdal_sends_conditions_in_cql2(served: str, all_of: Any, capfd: pytest.CaptureFixture[str]) -> None:
    pyogrio.set_gdal_config_options({"CPL_DEBUG": "ON"})
    try:
        frame = pyogrio.read_dataframe(
            f"OAPIF:{served}/ogc",
            layer="cameras",
            where="range_m > 50 AND (state = 'offline' OR name ILIKE '%trần%') AND sample = 1",
        )
    finally:
        pyogrio.set_gdal_config_options({"CPL_DEBUG": "OFF"})
    wanted = [
        feature["properties"]["code"]
        for feature in all_of("cameras")
        if feature["properties"]["range_m"] > 50
        and (feature["properties"]["state"] == "offline" or "Trần" in feature["properties"]["name"])
    ]
    assert sorted(frame["code"]) == sorted(wanted)
    assert "filter=" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("collection", "where", "holds"),
    [
        ("communes", "valid_from >= '2025/07/01' AND name ILIKE '%đà lạt%'", lambda p: "Đà Lạt" in p["name"]),
        (
            "citizen-reports",
            "received_at >= '2026/10/01 01:30:00Z' AND closed_at IS NULL",
            lambda p: p["closed_at"] is None and moment(p["received_at"]) >= moment("2026-10-01T08:30:00+07:00"),
        ),
    ],
)
def test_times_as_gdal_writes_them(
    served: str, all_of: Any, collection: str, where: str, holds: Callable[[Properties], bool]
) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{served}/ogc", layer=collection, where=where)
    wanted = [f["properties"]["code"] for f in all_of(collection) if holds(f["properties"])]
    assert sorted(frame["code"]) == sorted(wanted) != []
