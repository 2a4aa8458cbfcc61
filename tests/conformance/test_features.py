"""OGC API – Features Part 1: the abstract tests of core, GeoJSON, HTML and OpenAPI 3.0 for every kind of collection."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
import shapely

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@pytest.mark.ats("GeneralHttp.http")
@pytest.mark.parametrize("path", ["", "/conformance", "/collections", "/openapi"])
def test_http(api, path):
    """HTTP 1.1, and methods that an address does not have are refused as such."""
    answer = api.get(path)
    assert (answer.http_version, answer.status_code) == ("HTTP/1.1", 200)
    assert api.http.post(f"{api.root}{path}").status_code == 405
    assert api.http.head(f"{api.root}{path}").status_code == 200


@pytest.mark.ats("LandingPage.landingPageRetrieval", "LandingPage.landingPageValidation")
def test_landing_page(api):
    landing = api.json("", accept="application/json")
    assert landing["title"]
    assert landing["description"]
    assert api.links(landing, "service-desc") + api.links(landing, "service-doc")
    for rel in ("self", "conformance", "data", "service-desc", "service-doc"):
        for link in api.links(landing, rel)[:1] or pytest.fail(rel):
            assert link["href"].startswith("http")
            assert api.get(link["href"]).status_code == 200


@pytest.mark.ats("ApiDefinition.openapiDocumentRetrieval", "/conf/oas30/oas-definition-1")
def test_api_definition_is_where_the_landing_page_says(api):
    links = api.links(api.json(), "service-desc", OPENAPI)
    answer = api.get(links[0]["href"], accept=OPENAPI)
    assert answer.status_code == 200
    assert re.sub(r"\s", "", answer.headers["content-type"]).startswith(OPENAPI)
    page = api.link(api.json(), "service-doc", "html")
    assert "text/html" in api.get(page["href"]).headers["content-type"]


@pytest.mark.ats("ApiDefinition.apiDefinitionValidation", "/conf/oas30/oas-definition-2", "/conf/oas30/completeness")
def test_api_definition_is_whole(api):
    """Every reference leads somewhere, every operation has a name of its own and answers, and every path is served."""
    told, names = api.openapi, []
    assert re.fullmatch(r"3\.0\.\d", told["openapi"])
    assert told["info"]["title"]
    assert told["info"]["version"]
    for path, item in told["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            names.append(operation["operationId"])
            assert all("description" in api.resolved(one) for one in operation["responses"].values()), path
            given = [api.resolved(one) for one in [*item.get("parameters", []), *operation.get("parameters", [])]]
            assert {one["name"] for one in given if one["in"] == "path"} == set(re.findall(r"{(.+?)}", path)), path
            assert len({(one["in"], one["name"]) for one in given}) == len(given), path
            assert all(("schema" in one) != ("content" in one) for one in given), path
    assert len(names) == len(set(names))
    for path in ("", "/conformance", "/collections", "/collections/{c}", "/collections/cameras/items"):
        assert "application/json" in api.media(path or "/") or "application/geo+json" in api.media(path)
    assert "application/geo+json" in api.media("/collections/cameras/items/{f}")


@pytest.mark.ats("/conf/oas30/exceptions-codes")
def test_refusals_are_described(api, one):
    told = api.operation(f"/collections/{one['id']}/items")["responses"]
    assert {"400", "4XX", "default"} & set(told)
    answer = api.get(f"/collections/{one['id']}/items", {"limit": "x"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 400


@pytest.mark.ats("Conformance.validateConformanceOperationAndResponse")
def test_conformance(api):
    declared = api.json(api.link(api.json(), "conformance")["href"])["conformsTo"]
    for name in ("core", "geojson", "html", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in declared
    assert len(declared) == len(set(declared))


@pytest.mark.ats(
    "FeatureCollections.validateFeatureCollectionsMetadataOperation",
    "FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Links",
)
def test_collections(api):
    document = api.json(api.link(api.json(), "data")["href"])
    assert api.link(document, "self")["type"] == "application/json"
    assert api.link(document, "alternate")["type"] == "text/html"
    assert all(one["rel"] and one["type"] for one in document["links"])


@pytest.mark.ats(
    "FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Items",
    "FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_CrsProperty",
    "FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Content",
)
def test_every_collection_in_the_list(api):
    """All of them, indicators too: names, links to items, systems and extent."""
    listed = api.json("/collections")["collections"]
    assert len({one["id"] for one in listed}) == len(listed) > 50
    for one in listed:
        assert re.fullmatch(r"[a-z0-9_-]+", one["id"])
        assert one["title"]
        if one.get("itemType", "feature") == "feature" and "data_queries" not in one:
            kinds = {link["type"] for link in api.links(one, "items")}
            assert {"application/geo+json", "text/html"} <= kinds, one["id"]
            assert all(
                link["href"].startswith(f"{api.root}/collections/{one['id']}/items") for link in api.links(one, "items")
            )
        assert CRS84 in one.get("crs", [CRS84]) or "#/crs" in one["crs"], one["id"]
        _extent(one)


def _extent(one):
    extent = one.get("extent") or {}
    for box in extent.get("spatial", {}).get("bbox", []):
        west, south, east, north = box
        assert 100 < west <= east < 120, one["id"]
        assert 4 < south <= north < 24, one["id"]
    for first, last in extent.get("temporal", {}).get("interval", []):
        assert first is None or last is None or datetime.fromisoformat(first) <= datetime.fromisoformat(last)


@pytest.mark.ats(
    "FeatureCollection.validateFeatureCollectionMetadataOperation",
    "FeatureCollection.validateFeatureCollectionMetadataResponse",
)
def test_collection_alone_says_what_the_list_says(api, one):
    (listed,) = [other for other in api.json("/collections")["collections"] if other["id"] == one["id"]]
    for name in ("id", "title", "description", "extent"):
        assert listed.get(name) == one.get(name)
    assert {(x["rel"], x["href"]) for x in api.links(listed, "items")} <= {(x["rel"], x["href"]) for x in one["links"]}


@pytest.mark.ats("FeaturesBBox.boundingBoxParameterDefinition")
def test_bbox_definition(api, one):
    told = api.parameter(f"/collections/{one['id']}/items", "bbox")
    assert not told.get("required")
    assert (told["style"], told["explode"]) == ("form", False)
    assert (told["schema"]["type"], told["schema"]["items"]["type"]) == ("array", "number")
    lengths = told["schema"].get("oneOf") or [told["schema"]]
    assert min(x["minItems"] for x in lengths) == 4
    assert max(x["maxItems"] for x in lengths) == 6


@pytest.mark.ats("FeaturesLimit.limitParameterDefinition")
def test_limit_definition(api, one):
    told = api.parameter(f"/collections/{one['id']}/items", "limit")
    assert not told.get("required")
    assert (told["style"], told["explode"]) == ("form", False)
    assert told["schema"]["type"] == "integer"
    assert 1 == told["schema"]["minimum"] <= told["schema"]["default"] <= told["schema"]["maximum"]


@pytest.mark.ats("FeaturesTime.timeParameterDefinition")
def test_datetime_definition(api, one):
    told = api.parameter(f"/collections/{one['id']}/items", "datetime")
    assert not told.get("required")
    assert (told["style"], told["explode"], told["schema"]["type"]) == ("form", False, "string")


def asked(abstract, one):
    """Return the queries of a class of abstract tests that mean something for a collection."""
    match abstract.partition(".")[0]:
        case "FeaturesBBox":
            west, south, east, north = one["extent"]["spatial"]["bbox"][0]
            x, y = (west + east) / 2, (south + north) / 2
            boxes = [(west, south, east, north), (west, south, x, y), (x, y, east, north), (x, 0, 180, 90)]
            queries = [{"bbox": ",".join(map(str, box))} for box in boxes]
            queries.append({"bbox": f"{west},{south},-100,{east},{north},9000"})
        case "FeaturesLimit":
            queries = [{"limit": "1"}, {"limit": "10"}, {"limit": "1000000"}]
        case "FeaturesTime":
            first, last = one["extent"]["temporal"]["interval"][0]
            queries = [{"datetime": text} for text in (first, f"{first}/..", f"../{last or '..'}") if text != "../.."]
            queries += [{"datetime": f"{first}/{last}"}] if last else []
        case _:
            queries = [{}]
    return [{**query, "skipGeometry": "true"} if query.get("limit") == "1000000" else query for query in queries]


def items(api, one, query):
    return api.json(f"/collections/{one['id']}/items", query)


@pytest.fixture
def pages(api, one, abstract):
    """The answers to the queries of the abstract test: (query, document)."""
    if abstract.startswith("FeaturesTime") and not (one.get("extent") or {}).get("temporal"):
        return []  # as in the suite: nothing is asked of a collection without time
    return [(query, items(api, one, query)) for query in asked(abstract, one)]


@pytest.mark.ats(
    "Features.validateFeaturesOperation",
    "FeaturesBBox.validateFeaturesWithBoundingBoxOperation",
    "FeaturesLimit.validateFeaturesWithLimitOperation",
    "FeaturesTime.validateFeaturesWithDateTimeOperation",
    "/conf/geojson/definition",
)
def test_items_are_answered(api, one, pages):
    for query, _ in pages:
        answer = api.get(f"/collections/{one['id']}/items", query)
        assert answer.headers["content-type"] == "application/geo+json"
        assert answer.headers["content-crs"] == f"<{CRS84}>"
        assert answer.headers["etag"]


@pytest.mark.ats(
    "Features.validateFeaturesResponse_GeometryInCRS84",
    "FeaturesBBox.validateFeaturesResponse_GeometryInCRS84",
    "FeaturesLimit.validateFeaturesWithLimitResponse_GeometryInCRS84",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_GeometryInCRS84",
    "/conf/geojson/content",
)
def test_geometries_are_in_crs84(pages):
    for query, page in pages:
        for feature in page["features"]:
            if "skipGeometry" in query:
                assert feature.get("geometry") is None
                continue
            shape = shapely.geometry.shape(feature["geometry"])
            west, south, east, north = shape.bounds
            assert 100 < west <= east < 120, feature["id"]
            assert 4 < south <= north < 24, feature["id"]


@pytest.mark.ats(
    "Features.validateFeaturesResponse_TypeProperty",
    "FeaturesBBox.validateFeaturesWithBoundingBoxResponse_TypeProperty",
    "FeaturesLimit.validateFeaturesWithLimitResponse_TypeProperty",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_TypeProperty",
)
def test_type(pages):
    assert all(page["type"] == "FeatureCollection" for _, page in pages)


@pytest.mark.ats(
    "Features.validateFeaturesResponse_FeaturesProperty",
    "FeaturesBBox.validateFeaturesWithBoundingBoxResponse_FeaturesProperty",
    "FeaturesLimit.validateFeaturesWithLimitResponse_FeaturesProperty",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_FeaturesProperty",
)
def test_features(pages):
    for _, page in pages:
        assert isinstance(page["features"], list)
        assert all(f["type"] == "Feature" and isinstance(f["properties"], dict) for f in page["features"])
        assert len({f["id"] for f in page["features"]}) == len(page["features"])


@pytest.mark.ats(
    "Features.validateFeaturesResponse_Links",
    "FeaturesBBox.validateFeaturesWithBoundingBoxResponse_Links",
    "FeaturesLimit.validateFeaturesWithLimitResponse_Links",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_Links",
)
def test_links(api, pages):
    for query, page in pages:
        assert api.link(page, "self")["type"] == "application/geo+json"
        assert api.link(page, "alternate", "html")
        assert all(link["rel"] and link["type"] and link["href"].startswith("http") for link in page["links"])
        following = api.links(page, "next")
        assert bool(following) == (page["numberReturned"] < page["numberMatched"])
        for link in following:
            assert all(f"{name}=" in link["href"] for name in query), "the next page forgets the query"
            assert not {f["id"] for f in api.json(link["href"])["features"]} & {f["id"] for f in page["features"]}


@pytest.mark.ats(
    "Features.validateFeaturesResponse_TimeStamp",
    "FeaturesBBox.validateFeaturesWithBoundingBoxResponse_TimeStamp",
    "FeaturesLimit.validateFeaturesWithLimitResponse_TimeStamp",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_TimeStamp",
)
def test_time_stamp(pages):
    for _, page in pages:
        told = datetime.fromisoformat(page["timeStamp"])
        assert timedelta(0) <= datetime.now(told.tzinfo) - told + timedelta(seconds=1) < timedelta(minutes=10)


@pytest.mark.ats(
    "Features.validateFeaturesResponse_NumberMatched",
    "FeaturesBBox.validateFeaturesWithBoundingBoxResponse_NumberMatched",
    "FeaturesLimit.validateFeaturesWithLimitResponse_NumberMatched",
    "FeaturesTime.validateFeaturesWithDateTimeResponse_NumberMatched",
)
def test_number_matched(api, one, pages):
    """It is what all pages hold together."""
    for query, page in pages:
        whole = {**query, "limit": "1000", "skipGeometry": "true"}
        found, document = 0, items(api, one, whole)
        while True:
            found += document["numberReturned"]
            following = api.links(document, "next")
            if not following:
                break
            document = api.json(following[0]["href"])
        assert found == page["numberMatched"], query


@pytest.mark.ats(
    "Features.validateFeaturesResponse_NumberReturned",
    "FeaturesBBox.validateFeaturesResponse_NumberReturned",
    "FeaturesLimit.validateFeaturesResponse_NumberReturned",
    "FeaturesTime.validateFeaturesResponse_NumberReturned",
)
def test_number_returned(pages):
    assert all(page["numberReturned"] == len(page["features"]) for _, page in pages)


@pytest.mark.ats("FeaturesBBox.validateFeaturesWithBoundingBoxResponse")
def test_bbox_response(api, one, pages):
    """What is answered meets the box; what meets the box is answered."""
    whole = items(api, one, {"limit": "200"})
    for query, page in pages:
        numbers = [float(text) for text in query["bbox"].split(",")]
        box = shapely.box(*(numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]])).buffer(1e-6)
        assert all(shapely.geometry.shape(f["geometry"]).intersects(box) for f in page["features"])
        if whole["numberMatched"] == whole["numberReturned"]:
            inside = {
                f["id"]
                for f in whole["features"]
                if shapely.geometry.shape(f["geometry"]).intersects(box.buffer(-2e-6))
            }
            found = items(api, one, {**query, "limit": "200", "skipGeometry": "true"})
            assert inside <= {f["id"] for f in found["features"]}


@pytest.mark.ats("FeaturesLimit.validateFeaturesWithLimitResponse")
def test_limit_response(api, one, pages):
    most = api.parameter(f"/collections/{one['id']}/items", "limit")["schema"]["maximum"]
    for query, page in pages:
        assert len(page["features"]) == min(int(query["limit"]), page["numberMatched"], most)


@pytest.mark.ats("FeaturesTime.validateFeaturesWithDateTimeResponse")
def test_datetime_response(api, one, pages):
    """The extent holds everything: before it there is nothing, within it something."""
    for query, page in pages:
        assert page["numberMatched"] > 0 or "/" not in query["datetime"]
    if pages and one["id"] != "provinces":
        first = datetime.fromisoformat(one["extent"]["temporal"]["interval"][0][0]) - timedelta(days=3)
        assert items(api, one, {"datetime": f"../{first:%Y-%m-%d}"})["numberMatched"] == 0


@pytest.mark.ats("FeaturesErrorConditions.validateFeaturesOperation_QueryParamInvalid")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limit", "-1"),
        ("limit", "x"),
        ("bbox", "1,2,3"),
        ("bbox", "a,b,c,d"),
        ("bbox", "108,13,109,11"),
        ("datetime", "x"),
    ],
)
def test_parameters_that_cannot_be_read(api, one, name, text):
    assert api.json(f"/collections/{one['id']}/items", {name: text}, status=400)["parameter"] == name


@pytest.mark.ats("FeaturesErrorConditions.validateFeaturesOperation_QueryParamUnknown")
def test_parameters_that_are_unknown(api, one):
    told = api.json(f"/collections/{one['id']}/items", {"unknownQueryParameter": "1"}, status=400)
    assert told["parameter"] == "unknownQueryParameter"


@pytest.mark.ats("Feature.featureOperation", "Feature.validateFeatureResponse")
def test_feature(api, one):
    (listed,) = items(api, one, {"limit": "1"})["features"]
    answer = api.get(f"/collections/{one['id']}/items/{listed['id']}")
    feature = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert (feature["type"], feature["id"]) == ("Feature", listed["id"])
    assert (feature["geometry"], feature["properties"]) == (listed["geometry"], listed["properties"])
    assert api.get(api.link(feature, "self")["href"]).json()["id"] == feature["id"]
    assert api.link(feature, "collection")["href"] == f"{api.root}/collections/{one['id']}"
    assert api.link(feature, "alternate", "html")
    assert api.get(f"/collections/{one['id']}/items/khong-co").status_code == 404


class Page(HTMLParser):
    """The addresses a page leads to."""

    def __init__(self, text):
        super().__init__()
        self.hrefs = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href"]


@pytest.mark.ats("/conf/html/definition", "/conf/html/content")
@pytest.mark.parametrize("path", ["", "/conformance", "/collections", "/collections/{c}", "/collections/{c}/items"])
def test_pages(api, one, path):
    """Every document is a page as well, with links that lead on."""
    answer = api.get(path.format(c=one["id"]), accept="text/html")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.lstrip().lower().startswith("<!doctype html>")
    assert one["title"] in answer.text or "{c}" not in path
    assert Page(answer.text).hrefs
