"""The documents of the OGC API: links, collections, schemas, languages and pages."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

ROOT = "http://toancanh.test/ogc"
GEOJSON = "application/geo+json"


def test_landing_page_leads_everywhere_by_absolute_links(feed: Any, client: TestClient) -> None:
    landing = feed.get("")
    for rel in ("self", "service-desc", "service-doc", "conformance", "data"):
        assert feed.hrefs(landing, rel), rel
        assert all(href.startswith(ROOT) for href in feed.hrefs(landing, rel))
        for href in feed.hrefs(landing, rel):
            assert client.get(href).status_code == 200
    kinds = {link["rel"]: link["type"] for link in landing["links"]}
    assert kinds["service-desc"] == "application/vnd.oai.openapi+json;version=3.0"


def test_links_are_right_behind_a_proxy(feed: Any) -> None:
    landing = feed.get("", x_forwarded_proto="https", x_forwarded_host="ioc.lamdong.vn")
    assert feed.hrefs(landing, "data") == ["https://ioc.lamdong.vn/ogc/collections"]
    page = feed.get("/collections/cameras/items?limit=1", forwarded='proto=https;host="ioc.lamdong.vn"')
    assert feed.hrefs(page, "next")[0].startswith("https://ioc.lamdong.vn/ogc/collections/cameras/items?")


def test_conformance_names_the_core_of_features_and_tiles(feed: Any) -> None:
    classes = feed.get("/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt" in classes
    assert feed.get("/conformance")["conformsTo"] == classes


def test_collections_hold_layers_and_figures(feed: Any) -> None:
    document = feed.get("/collections")
    ids = [one["id"] for one in document["collections"]]
    areas = ["provinces", "communes", "former-provinces", "former-districts", "former-communes", "regions"]
    assert ids[:11] == [*areas, "data-quality", "planning-zones", "projects", "citizen-reports", "cameras"]
    assert "indicator-hcc-04" in ids
    for one in document["collections"]:
        assert one["title"]
        assert one["description"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 100 < west < east < 119
        assert 6 < south < north < 24
        assert one["storageCrs"] in one["crs"]
        if one.get("itemType") in ("feature", "record"):
            assert feed.hrefs(one, "items")[0] == f"{ROOT}/collections/{one['id']}/items"
    assert feed.get("/collections/cameras") == next(one for one in document["collections"] if one["id"] == "cameras")


def test_sample_data_say_so(feed: Any) -> None:
    assert "dữ liệu minh hoạ" in feed.get("/collections/cameras")["keywords"]
    assert "sample data" in feed.get("/collections/indicator-hcc-04?lang=en")["keywords"]
    assert feed.get("/collections/cameras/items?limit=1")["features"][0]["properties"]["sample"] is True


def test_words_follow_the_language(feed: Any) -> None:
    assert feed.get("/collections/cameras")["title"] == "Camera giám sát"
    assert feed.get("/collections/cameras?lang=en")["title"] == "Cameras"
    assert feed.get("/collections/cameras", accept_language="en-GB,en;q=0.8")["title"] == "Cameras"


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


def test_what_all_features_of_a_page_share_is_said_once(client: TestClient) -> None:
    page = client.get("/ogc/collections/indicator-hcc-04/items?f=html&lang=en&limit=5").text
    before, table = page.split('<table class="lines">')
    assert "<i>Period:</i>" in before
    assert 'title="period"' not in table
    assert 'title="value"' in table
    assert table.split("</table>")[0].count("<tr>") == 6


def test_a_page_with_a_map_names_the_archipelagos(client: TestClient) -> None:
    for path in ("/collections/cameras/items", "/collections/communes/items?limit=3", "/collections/cameras/items/1"):
        page = client.get(f"/ogc{path}", headers={"accept": "text/html"}).text
        assert "Quần đảo Hoàng Sa" in page
        assert "Quần đảo Trường Sa" in page
        assert page.count("(Việt Nam)") == 2
        assert page.count("<path ") == 34


def test_openapi_is_valid_and_names_every_filter(feed: Any, client: TestClient) -> None:
    document = feed.get("/openapi")
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": ROOT}]

    def follow(reference: str) -> Any:
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        return part

    operations = [(path, told) for path, methods in document["paths"].items() for told in methods.values()]
    names = [told["operationId"] for _, told in operations]
    assert len(set(names)) == len(names)
    for path, told in operations:
        names = [follow(p["$ref"])["name"] if "$ref" in p else p["name"] for p in told.get("parameters", [])]
        assert len(set(names)) == len(names), path
        in_path = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert in_path <= set(names), path
    collections = feed.get("/collections")["collections"]
    for one in collections[:12]:
        parameters = document["paths"][f"/collections/{one['id']}/items"]["get"]["parameters"]
        names = {follow(p["$ref"])["name"] for p in parameters}
        wanted = set(feed.get(f"/collections/{one['id']}/queryables")["properties"]) - {"geometry"}
        assert wanted <= names
    assert len(client.get("/ogc/openapi").content) < 4_000 * len(collections)


def test_schema_and_features_agree(feed: Any) -> None:
    for one in feed.get("/collections")["collections"][:12]:
        schema = feed.get(f"/collections/{one['id']}/schema")
        feature = feed.get(f"/collections/{one['id']}/items?limit=1")["features"][0]
        assert set(feature["properties"]) == set(schema["properties"]) - {"id", "geometry"}
        checks = {"integer": int, "number": (int, float), "string": str, "boolean": bool}
        for name, value in feature["properties"].items():
            if value is not None:
                assert isinstance(value, checks[schema["properties"][name]["type"]]), name
