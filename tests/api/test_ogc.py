"""The OGC API as any client meets it: links, pages, filters, time, systems and errors."""

from __future__ import annotations

import csv
import math
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer

ROOT = "http://toancanh.test/ogc"
GEOJSON = "application/geo+json"


def get(client: TestClient, path: str, status: int = 200, **headers: str) -> Any:
    answer = client.get(f"/ogc{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def hrefs(document: dict[str, Any], rel: str) -> list[str]:
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def every(client: TestClient, path: str) -> list[dict[str, Any]]:
    """Follow `next` to the end."""
    found: list[dict[str, Any]] = []
    address: str | None = f"/ogc{path}"
    while address:
        page = client.get(address).json()
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        address = next(iter(hrefs(page, "next")), None)
    assert page["numberMatched"] == len(found)
    return found


def test_landing_page_leads_everywhere_by_absolute_links(client: TestClient) -> None:
    landing = get(client, "")
    for rel in ("self", "service-desc", "service-doc", "conformance", "data"):
        assert hrefs(landing, rel), rel
        assert all(href.startswith(ROOT) for href in hrefs(landing, rel))
        for href in hrefs(landing, rel):
            assert client.get(href).status_code == 200
    kinds = {link["rel"]: link["type"] for link in landing["links"]}
    assert kinds["service-desc"] == "application/vnd.oai.openapi+json;version=3.0"


def test_links_are_right_behind_a_proxy(client: TestClient) -> None:
    landing = get(client, "", x_forwarded_proto="https", x_forwarded_host="ioc.lamdong.vn")
    assert hrefs(landing, "data") == ["https://ioc.lamdong.vn/ogc/collections"]
    page = get(client, "/collections/cameras/items?limit=1", forwarded='proto=https;host="ioc.lamdong.vn"')
    assert hrefs(page, "next")[0].startswith("https://ioc.lamdong.vn/ogc/collections/cameras/items?")


def test_conformance_names_the_core_of_features_and_tiles(client: TestClient) -> None:
    classes = get(client, "/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt" in classes
    assert get(client, "/conformance")["conformsTo"] == classes


def test_collections_hold_layers_and_figures(client: TestClient) -> None:
    document = get(client, "/collections")
    ids = [one["id"] for one in document["collections"]]
    assert ids[:6] == ["provinces", "communes", "planning-zones", "projects", "citizen-reports", "cameras"]
    assert "indicator-hcc-04" in ids
    for one in document["collections"]:
        assert one["title"]
        assert one["description"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 100 < west < east < 119
        assert 6 < south < north < 24
        assert one["storageCrs"] in one["crs"]
        assert hrefs(one, "items")[0] == f"{ROOT}/collections/{one['id']}/items"
    assert get(client, "/collections/cameras") == next(one for one in document["collections"] if one["id"] == "cameras")


def test_sample_data_say_so(client: TestClient) -> None:
    assert "dữ liệu minh hoạ" in get(client, "/collections/cameras")["keywords"]
    assert "sample data" in get(client, "/collections/indicator-hcc-04?lang=en")["keywords"]
    assert get(client, "/collections/cameras/items?limit=1")["features"][0]["properties"]["sample"] is True


def test_words_follow_the_language(client: TestClient) -> None:
    assert get(client, "/collections/cameras")["title"] == "Camera giám sát"
    assert get(client, "/collections/cameras?lang=en")["title"] == "Cameras"
    assert get(client, "/collections/cameras", accept_language="en-GB,en;q=0.8")["title"] == "Cameras"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/geo+json"])
def test_json_is_the_default(client: TestClient, accept: str) -> None:
    answer = client.get("/ogc/collections/cameras/items", headers={"accept": accept})
    assert answer.headers["content-type"] == GEOJSON
    browser = client.get(
        "/ogc/collections/cameras/items", headers={"accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}
    )
    assert browser.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/conformance",
        "/openapi",
        "/collections",
        "/collections/cameras",
        "/collections/cameras/queryables",
        "/collections/cameras/schema",
        "/collections/cameras/items",
        "/collections/cameras/items/1",
        "/collections/indicator-hcc-04/items",
        "/collections/cameras/tiles",
        "/collections/cameras/tiles/WebMercatorQuad",
        "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad",
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_resource_is_also_a_page(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(f"/ogc{path}?f=html&lang={lang}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in answer.text
    assert "src=" not in answer.text  # nothing is fetched from anywhere


def test_a_page_with_a_map_names_the_archipelagos(client: TestClient) -> None:
    for path in ("/collections/cameras/items", "/collections/communes/items?limit=3", "/collections/cameras/items/1"):
        page = client.get(f"/ogc{path}", headers={"accept": "text/html"}).text
        assert "Quần đảo Hoàng Sa" in page
        assert "Quần đảo Trường Sa" in page
        assert page.count("(Việt Nam)") == 2
        assert page.count("<path ") == 34


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
def test_pages_lose_and_repeat_nothing(client: TestClient, path: str, limit: int) -> None:
    features = every(client, path)
    assert len(features) > limit
    assert len({feature["id"] for feature in features}) == len(features)
    first = get(client, path)
    second = client.get(hrefs(first, "next")[0]).json()
    for name, value in (part.split("=") for part in path.split("?")[1].split("&")):
        assert f"{name}={value}" in hrefs(first, "next")[0]
    back = client.get(hrefs(second, "prev")[0]).json()
    assert [f["id"] for f in back["features"]] == [f["id"] for f in first["features"]]
    assert first["numberMatched"] == second["numberMatched"] == len(features)


def test_offset_and_next_agree(client: TestClient) -> None:
    whole = every(client, "/collections/cameras/items?limit=1000")
    page = get(client, "/collections/cameras/items?limit=10&offset=25")
    assert [f["id"] for f in page["features"]] == [f["id"] for f in whole[25:35]]


def test_limit_is_clamped(client: TestClient) -> None:
    assert get(client, "/collections/cameras/items")["numberReturned"] <= 100
    assert get(client, "/collections/provinces/items?limit=999999999&skipGeometry=true")["numberReturned"] == 34


def test_provinces_follow_the_date(client: TestClient) -> None:
    now = every(client, "/collections/provinces/items?skipGeometry=true")
    then = every(client, "/collections/provinces/items?datetime=2024-06-30&skipGeometry=true")
    assert (len(now), len(then)) == (34, 63)
    edge = get(client, "/collections/provinces/items?datetime=2025-07-01&skipGeometry=true&limit=200")
    assert edge["numberMatched"] == 34
    both = get(client, "/collections/provinces/items?datetime=2024-01-01/..&skipGeometry=true&limit=200")
    assert both["numberMatched"] == 97


def test_datetime_selects_by_moment(client: TestClient) -> None:
    reports = every(client, "/collections/citizen-reports/items?limit=5000&skipGeometry=true")
    days = sorted(f["properties"]["received_at"] for f in reports)
    middle = days[len(days) // 2]
    before = get(client, f"/collections/citizen-reports/items?limit=1&datetime=../{middle.replace('+', '%2B')}")
    after = get(client, f"/collections/citizen-reports/items?limit=1&datetime={middle.replace('+', '%2B')}/")
    same = get(client, f"/collections/citizen-reports/items?limit=1&datetime={middle.replace('+', '%2B')}")
    assert before["numberMatched"] == sum(day <= middle for day in days)
    assert after["numberMatched"] == sum(day >= middle for day in days)
    assert same["numberMatched"] == days.count(middle)
    day = middle[:10]
    whole = get(client, f"/collections/citizen-reports/items?limit=1&datetime={day}")
    assert 0 < whole["numberMatched"] <= len(days)


def test_a_plan_of_the_past_is_not_in_force(client: TestClient) -> None:
    for feature in every(client, f"/collections/planning-zones/items?datetime={date.today()}&limit=1000"):
        ends = feature["properties"]["valid_to"]
        assert ends is None or date.fromisoformat(ends) > date.today()


def test_filters_match_exactly(client: TestClient) -> None:
    everything = every(client, "/collections/cameras/items?limit=1000")
    states = {feature["properties"]["state"] for feature in everything}
    counted = 0
    for state in states:
        found = every(client, f"/collections/cameras/items?limit=1000&state={state}")
        assert {feature["properties"]["state"] for feature in found} == {state}
        counted += len(found)
    assert counted == len(everything)
    two = sorted(states)[:2]
    both = every(client, f"/collections/cameras/items?limit=1000&state={two[0]}&state={two[1]}")
    assert {feature["properties"]["state"] for feature in both} == set(two)
    assert get(client, "/collections/cameras/items?state=khong-co")["numberMatched"] == 0
    one = everything[0]
    name = get(client, f"/collections/cameras/items?code={one['properties']['code']}")
    assert [f["id"] for f in name["features"]] == [one["id"]]


def test_properties_sortby_and_skip_geometry(client: TestClient) -> None:
    page = get(client, "/collections/cameras/items?properties=name,state&sortby=-name&skipGeometry=true&limit=50")
    names = [feature["properties"]["name"] for feature in page["features"]]
    assert set(page["features"][0]["properties"]) == {"name", "state"}
    assert page["features"][0]["geometry"] is None
    assert names == sorted(names, reverse=True)


def test_bbox_takes_what_it_touches(client: TestClient) -> None:
    everything = every(client, "/collections/cameras/items?limit=1000")
    west, south, east, north = 108.35, 11.8, 108.6, 12.1
    inside = [
        f["id"]
        for f in everything
        if west <= f["geometry"]["coordinates"][0] <= east and south <= f["geometry"]["coordinates"][1] <= north
    ]
    assert inside
    flat = every(client, f"/collections/cameras/items?limit=1000&bbox={west},{south},{east},{north}")
    deep = every(client, f"/collections/cameras/items?limit=1000&bbox={west},{south},-100,{east},{north},9000")
    swapped = every(
        client,
        f"/collections/cameras/items?limit=1000&bbox={south},{west},{north},{east}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
    )
    mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    corners = [*mercator.transform(west, south), *mercator.transform(east, north)]
    metres = every(
        client,
        f"/collections/cameras/items?limit=1000&bbox={','.join(map(str, corners))}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
    )
    for found in (flat, deep, swapped, metres):
        assert [f["id"] for f in found] == inside
    around = get(client, "/collections/cameras/items?bbox=170,-10,109,20&limit=1")  # over the 180th meridian
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
    client: TestClient, code: str, swapped: bool, pipeline: str | None, tolerance: float
) -> None:
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    plain = get(client, "/collections/cameras/items?limit=5")
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


def test_figures_choose_period_and_level(client: TestClient) -> None:
    latest = every(client, "/collections/indicator-hcc-04/items?limit=1000")
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
    earlier = get(client, "/collections/indicator-hcc-04/items?limit=1000&datetime=2026-03-15")
    assert {f["properties"]["period"] for f in earlier["features"]} == {"2026-03"}
    assert [f["id"] for f in earlier["features"]] == [f["id"] for f in latest]
    span = get(client, "/collections/indicator-hcc-04/items?limit=1&datetime=2025-01-01/2025-12-31")
    assert span["features"][0]["properties"]["period"] == "2025-12"
    provinces = get(client, "/collections/indicator-hcc-04/items?level=province&limit=100&skipGeometry=true")
    assert {f["properties"]["level"] for f in provinces["features"]} == {"province"}
    assert get(client, "/collections/indicator-hcc-04/items?datetime=1990-01-01")["numberMatched"] == 0
    one = get(client, f"/collections/indicator-hcc-04/items/{latest[5]['id']}?datetime=2026-03")
    assert one["properties"]["period"] == "2026-03"


def test_figures_are_those_of_the_map(client: TestClient) -> None:
    features = every(client, "/collections/indicator-hcc-04/items?limit=1000&datetime=2026-05")
    slice_ = client.get("/api/indicators/hcc-04/values?level=commune&within=68&period=2026-05")
    assert slice_.status_code == 200, slice_.text[:300]
    shown = dict(zip(slice_.json()["ids"], slice_.json()["values"], strict=True))
    assert {f["id"]: f["properties"]["value"] for f in features} == pytest.approx(shown, rel=1e-4, abs=1e-3)


def test_ratios_are_numerator_over_denominator(client: TestClient) -> None:
    for feature in every(client, "/collections/indicator-hcc-04/items?limit=1000"):
        p = feature["properties"]
        if p["value"] is not None and p["denominator"]:
            assert p["value"] == pytest.approx(100 * p["numerator"] / p["denominator"], abs=0.01)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/collections/cameras/items?lmit=3", "lmit"),
        ("/collections/cameras/items?stream_url=x", "stream_url"),
        ("/collections/cameras/items?limit=0", "limit"),
        ("/collections/cameras/items?limit=ten", "limit"),
        ("/collections/cameras/items?offset=-1", "offset"),
        ("/collections/cameras/items?bbox=1,2,3", "bbox"),
        ("/collections/cameras/items?bbox=1,2,3,nan", "bbox"),
        ("/collections/cameras/items?bbox=1,9,3,4", "bbox"),
        ("/collections/cameras/items?bbox=1,2,3,4&bbox-crs=EPSG:9999", "bbox-crs"),
        ("/collections/cameras/items?crs=EPSG:9999", "crs"),
        ("/collections/cameras/items?datetime=yesterday", "datetime"),
        ("/collections/cameras/items?datetime=../..", "datetime"),
        ("/collections/cameras/items?datetime=2026-02-01/2026-01-01", "datetime"),
        ("/collections/cameras/items?range_m=far", "range_m"),
        ("/collections/cameras/items?properties=name,stream_url", "properties"),
        ("/collections/cameras/items?sortby=stream_url", "sortby"),
        ("/collections/cameras/items?f=shp", "f"),
        ("/collections/cameras/items?sample=maybe", "sample"),
        ("/collections/indicator-hcc-04/items?level=district", "level"),
        ("/collections?foo=1", "foo"),
        ("/conformance?foo=1", "foo"),
    ],
)
def test_what_cannot_be_understood_is_named(client: TestClient, path: str, parameter: str) -> None:
    answer = client.get(f"/ogc{path}")
    assert answer.status_code == 400, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    english = client.get(f"/ogc{path}&lang=en").json()
    assert english["detail"] != answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/collections/khong-co",
        "/collections/khong-co/items",
        "/collections/indicator-xx-99/items",
        "/collections/cameras/items/abc",
        "/collections/cameras/items/999999999",
        "/collections/cameras/items/99999999999999999999999",
        "/collections/cameras/items/-1",
        "/tileMatrixSets/Other",
    ],
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    answer = client.get(f"/ogc{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_answer_that_did_not_change_is_not_sent_again(client: TestClient) -> None:
    for path in ("/collections/cameras/items?limit=5", "/collections/cameras/items/1", "/collections", "/openapi"):
        answer = client.get(f"/ogc{path}")
        again = client.get(f"/ogc{path}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = client.get(f"/ogc{path}", headers={"if-none-match": '"x"'})
        assert other.status_code == 200


def test_methods(client: TestClient) -> None:
    assert "GET" in client.options("/ogc/collections/cameras/items").headers["allow"]
    assert client.head("/ogc/collections/cameras/items").status_code == 200
    assert client.post("/ogc/collections/cameras/items", json={}).status_code == 405


def test_openapi_is_valid_and_names_every_filter(client: TestClient) -> None:
    document = get(client, "/openapi")
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": ROOT}]

    def follow(reference: str) -> Any:
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        return part

    operations = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(set(operations)) == len(operations)
    for path, methods in document["paths"].items():
        names = [follow(p["$ref"])["name"] for p in methods["get"]["parameters"]]
        assert len(set(names)) == len(names), path
        in_path = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert in_path <= set(names)
    for one in get(client, "/collections")["collections"][:12]:
        parameters = document["paths"][f"/collections/{one['id']}/items"]["get"]["parameters"]
        names = {follow(p["$ref"])["name"] for p in parameters}
        wanted = set(get(client, f"/collections/{one['id']}/queryables")["properties"]) - {"geometry"}
        assert wanted <= names
    assert len(client.get("/ogc/openapi").content) < 700_000


def test_schema_and_features_agree(client: TestClient) -> None:
    for one in get(client, "/collections")["collections"][:8]:
        schema = get(client, f"/collections/{one['id']}/schema")
        feature = get(client, f"/collections/{one['id']}/items?limit=1")["features"][0]
        assert set(feature["properties"]) == set(schema["properties"]) - {"id", "geometry"}
        checks = {"integer": int, "number": (int, float), "string": str, "boolean": bool}
        for name, value in feature["properties"].items():
            if value is not None:
                assert isinstance(value, checks[schema["properties"][name]["type"]]), name


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
