"""Features of the OGC API: pages, filters, time, systems, figures and formats."""

from __future__ import annotations

import csv
import math
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer

ROOT = "http://toancanh.test/ogc"


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/collections/cameras/items?limit=37", 37),
        ("/collections/citizen-reports/items?limit=999&f=json", 999),
        ("/collections/communes/items?limit=50", 50),
        ("/collections/indicator-hcc-04/items?limit=50", 50),
        ("/collections/cameras/items?limit=20&state=online", 20),
        ("/collections/cameras/items?limit=20&sortby=-name", 20),
        ("/collections/projects/items?limit=7&bbox=107,10,109,13", 7),
    ],
)
def test_pages_lose_and_repeat_nothing(feed: Any, client: TestClient, path: str, limit: int) -> None:
    features = feed.every(path)
    assert len(features) > limit
    assert len({feature["id"] for feature in features}) == len(features)
    first = feed.get(path)
    second = client.get(feed.hrefs(first, "next")[0]).json()
    for name, value in (part.split("=") for part in path.split("?")[1].split("&")):
        assert f"{name}={value}" in feed.hrefs(first, "next")[0]
    back = client.get(feed.hrefs(second, "prev")[0]).json()
    assert [f["id"] for f in back["features"]] == [f["id"] for f in first["features"]]
    assert first["numberMatched"] == second["numberMatched"] == len(features)


def test_offset_and_next_agree(feed: Any) -> None:
    whole = feed.every("/collections/cameras/items?limit=1000")
    page = feed.get("/collections/cameras/items?limit=10&offset=25")
    assert [f["id"] for f in page["features"]] == [f["id"] for f in whole[25:35]]


def test_limit_is_clamped(feed: Any) -> None:
    assert feed.get("/collections/cameras/items")["numberReturned"] <= 100
    assert feed.get("/collections/provinces/items?limit=999999999&skipGeometry=true")["numberReturned"] == 34


def test_provinces_follow_the_date(feed: Any) -> None:
    now = feed.every("/collections/provinces/items?skipGeometry=true")
    then = feed.every("/collections/provinces/items?datetime=2024-06-30&skipGeometry=true")
    assert (len(now), len(then)) == (34, 63)
    edge = feed.get("/collections/provinces/items?datetime=2025-07-01&skipGeometry=true&limit=200")
    assert edge["numberMatched"] == 34
    both = feed.get("/collections/provinces/items?datetime=2024-01-01/..&skipGeometry=true&limit=200")
    assert both["numberMatched"] == 97


def test_datetime_selects_by_moment(feed: Any) -> None:
    reports = feed.every("/collections/citizen-reports/items?limit=5000&skipGeometry=true")
    days = sorted(f["properties"]["received_at"] for f in reports)
    middle = days[len(days) // 2]
    before = feed.get(f"/collections/citizen-reports/items?limit=1&datetime=../{middle.replace('+', '%2B')}")
    after = feed.get(f"/collections/citizen-reports/items?limit=1&datetime={middle.replace('+', '%2B')}/")
    same = feed.get(f"/collections/citizen-reports/items?limit=1&datetime={middle.replace('+', '%2B')}")
    assert before["numberMatched"] == sum(day <= middle for day in days)
    assert after["numberMatched"] == sum(day >= middle for day in days)
    assert same["numberMatched"] == days.count(middle)
    day = middle[:10]
    whole = feed.get(f"/collections/citizen-reports/items?limit=1&datetime={day}")
    assert 0 < whole["numberMatched"] <= len(days)


def test_a_plan_of_the_past_is_not_in_force(feed: Any) -> None:
    for feature in feed.every(f"/collections/planning-zones/items?datetime={date.today()}&limit=1000"):
        ends = feature["properties"]["valid_to"]
        assert ends is None or date.fromisoformat(ends) > date.today()


def test_filters_match_exactly(feed: Any) -> None:
    everything = feed.every("/collections/cameras/items?limit=1000")
    states = {feature["properties"]["state"] for feature in everything}
    counted = 0
    for state in states:
        found = feed.every(f"/collections/cameras/items?limit=1000&state={state}")
        assert {feature["properties"]["state"] for feature in found} == {state}
        counted += len(found)
    assert counted == len(everything)
    two = sorted(states)[:2]
    both = feed.every(f"/collections/cameras/items?limit=1000&state={two[0]}&state={two[1]}")
    assert {feature["properties"]["state"] for feature in both} == set(two)
    assert feed.get("/collections/cameras/items?state=khong-co")["numberMatched"] == 0
    one = everything[0]
    name = feed.get(f"/collections/cameras/items?code={one['properties']['code']}")
    assert [f["id"] for f in name["features"]] == [one["id"]]


def test_properties_sortby_and_skip_geometry(feed: Any, alphabetical: Any) -> None:
    page = feed.get("/collections/cameras/items?properties=name,state&sortby=-name&skipGeometry=true&limit=50")
    names = [feature["properties"]["name"] for feature in page["features"]]
    assert set(page["features"][0]["properties"]) == {"name", "state"}
    assert page["features"][0]["geometry"] is None
    places = [alphabetical(name) for name in names]
    assert places == sorted(places, reverse=True)
    communes = feed.get("/collections/communes/items?sortby=name&limit=200&properties=name&skipGeometry=true")[
        "features"
    ]
    places = [alphabetical(feature["properties"]["name"]) for feature in communes]
    assert places == sorted(places)


def test_bbox_takes_what_it_touches(feed: Any) -> None:
    everything = feed.every("/collections/cameras/items?limit=1000")
    west, south, east, north = 108.35, 11.8, 108.6, 12.1
    inside = [
        f["id"]
        for f in everything
        if west <= f["geometry"]["coordinates"][0] <= east and south <= f["geometry"]["coordinates"][1] <= north
    ]
    assert inside
    flat = feed.every(f"/collections/cameras/items?limit=1000&bbox={west},{south},{east},{north}")
    deep = feed.every(f"/collections/cameras/items?limit=1000&bbox={west},{south},-100,{east},{north},9000")
    swapped = feed.every(
        f"/collections/cameras/items?limit=1000&bbox={south},{west},{north},{east}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
    )
    mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    corners = [*mercator.transform(west, south), *mercator.transform(east, north)]
    metres = feed.every(
        f"/collections/cameras/items?limit=1000&bbox={','.join(map(str, corners))}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
    )
    for found in (flat, deep, swapped, metres):
        assert [f["id"] for f in found] == inside
    around = feed.get("/collections/cameras/items?bbox=170,-10,109,20&limit=1")  # over the 180th meridian
    assert around["numberMatched"] == sum(f["geometry"]["coordinates"][0] <= 109 for f in everything)


# The seven numbers of EPSG:6960 (VN-2000 to WGS 84), applied by PROJ.
VN2000 = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 +step +proj=cart "
    "+ellps=WGS84 "
    "+step +inv +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 "
    "+rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3"
)


@pytest.mark.parametrize(
    ("code", "swapped", "pipeline", "tolerance"),
    [
        ("4326", True, None, 1e-6),
        ("3857", False, "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=webmerc", 0.05),
        ("4756", True, VN2000 + " +step +proj=unitconvert +xy_in=rad +xy_out=deg", 1e-6),
        ("3405", False, VN2000 + " +step +proj=utm +zone=48", 0.05),
        ("3406", False, VN2000 + " +step +proj=utm +zone=49", 0.05),
    ],
)
def test_systems_keep_their_axes_and_datum(
    feed: Any, client: TestClient, code: str, swapped: bool, pipeline: str | None, tolerance: float
) -> None:
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    plain = feed.get("/collections/cameras/items?limit=5")
    answer = client.get(f"/ogc/collections/cameras/items?limit=5&crs={uri}")
    assert answer.headers["content-crs"] == f"<{uri}>"
    for feature, other in zip(plain["features"], answer.json()["features"], strict=True):
        lon, lat = feature["geometry"]["coordinates"]
        x, y = Transformer.from_pipeline(pipeline).transform(lon, lat) if pipeline else (lon, lat)
        expected = (y, x) if swapped else (x, y)
        assert all(map(lambda a, b: math.isclose(a, b, abs_tol=tolerance), other["geometry"]["coordinates"], expected))
    one = plain["features"][0]["id"]
    single = client.get(f"/ogc/collections/cameras/items/{one}?crs={uri}")
    assert single.headers["content-crs"] == f"<{uri}>"
    assert single.json()["geometry"] == answer.json()["features"][0]["geometry"]


def test_figures_choose_period_and_level(feed: Any) -> None:
    latest = feed.every("/collections/indicator-hcc-04/items?limit=1000")
    assert len(latest) == 124
    properties = latest[0]["properties"]
    assert set(properties) >= {
        "code", "name", "level", "parent_code", "period", "value", "unit", "numerator", "denominator", "blank",
        "warning", "status", "sample", "source", "known_at", "target",
    }  # fmt: skip
    assert {f["properties"]["level"] for f in latest} == {"commune"}
    assert {f["properties"]["parent_code"] for f in latest} == {"68"}
    for feature in latest:
        assert (feature["properties"]["value"] is None) == (feature["properties"]["blank"] is not None)
        assert feature["geometry"]["type"] == "MultiPolygon"
    earlier = feed.get("/collections/indicator-hcc-04/items?limit=1000&datetime=2026-03-15")
    assert {f["properties"]["period"] for f in earlier["features"]} == {"2026-03"}
    assert [f["id"] for f in earlier["features"]] == [f["id"] for f in latest]
    span = feed.get("/collections/indicator-hcc-04/items?limit=1&datetime=2025-01-01/2025-12-31")
    assert span["features"][0]["properties"]["period"] == "2025-12"
    provinces = feed.get("/collections/indicator-hcc-04/items?level=province&limit=100&skipGeometry=true")
    assert {f["properties"]["level"] for f in provinces["features"]} == {"province"}
    assert feed.get("/collections/indicator-hcc-04/items?datetime=1990-01-01")["numberMatched"] == 0
    one = feed.get(f"/collections/indicator-hcc-04/items/{latest[5]['id']}?datetime=2026-03")
    assert one["properties"]["period"] == "2026-03"


def test_figures_are_those_of_the_map(feed: Any, client: TestClient) -> None:
    features = feed.every("/collections/indicator-hcc-04/items?limit=1000&datetime=2026-05")
    slice_ = client.get("/api/indicators/hcc-04/values?level=commune&within=68&period=2026-05")
    assert slice_.status_code == 200, slice_.text[:300]
    shown = dict(zip(slice_.json()["ids"], slice_.json()["values"], strict=True))
    assert {f["id"]: f["properties"]["value"] for f in features} == pytest.approx(shown, rel=1e-4, abs=1e-3)


def test_ratios_are_numerator_over_denominator(feed: Any) -> None:
    for feature in feed.every("/collections/indicator-hcc-04/items?limit=1000"):
        p = feature["properties"]
        if p["value"] is not None and p["denominator"]:
            assert p["value"] == pytest.approx(100 * p["numerator"] / p["denominator"], abs=0.01)


def test_numbers_look_like_numbers_from_the_first_feature_on(client: TestClient) -> None:
    text = client.get("/ogc/collections/cameras/items?limit=1&properties=range_m").text
    assert '"range_m":' in text
    assert "." in text.split('"range_m":')[1].split("}")[0]


@pytest.mark.parametrize("form", ["jsonld", "csv"])
def test_other_formats_hold_the_same_features(client: TestClient, form: str) -> None:
    path = "/ogc/collections/cameras/items?limit=7&state=online&state=offline"
    plain = client.get(path).json()["features"]
    answer = client.get(f"{path}&f={form}")
    assert answer.status_code == 200
    if form == "csv":
        rows = list(csv.DictReader(answer.text.splitlines()))
        assert [row["code"] for row in rows] == [feature["properties"]["code"] for feature in plain]
        assert float(rows[0]["x"]) == plain[0]["geometry"]["coordinates"][0]
    else:
        assert answer.headers["content-type"].startswith("application/ld+json")
        assert [one["@id"] for one in answer.json()["features"]] == [
            f"{ROOT}/collections/cameras/items/{feature['id']}" for feature in plain
        ]
    assert "stream_url" not in answer.text
