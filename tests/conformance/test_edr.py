"""OGC API – EDR: the abstract tests of collections, position, area and locations queries and their encodings."""

from __future__ import annotations

import pytest
import shapely

HERE = "/collections/indicators"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
QUERIES = {
    "position": {"coords": "POINT(108.44 11.94)"},
    "area": {"coords": "POLYGON((108.3 11.8,108.6 11.8,108.6 12.1,108.3 12.1,108.3 11.8))"},
    "locations/24781": {},
}
CODE = "HCC-04"


@pytest.fixture(params=QUERIES)
def query(request):
    return request.param


def asked(api, query, status=200, kind="CoverageJSON", **more):
    sent = {**QUERIES[query], "parameter-name": CODE, "f": kind} | {n.replace("_", "-"): v for n, v in more.items()}
    return api.json(f"{HERE}/{query}", sent, status)


def coverages(document):
    assert document["type"] in ("Coverage", "CoverageCollection")
    return document.get("coverages", [document])


@pytest.mark.ats("Conformance.http", "LandingPage.edrLandingPageValidation")
def test_landing_page(api):
    assert api.get().http_version == "HTTP/1.1"
    landing = api.json()
    for rel in ("service-desc", "conformance", "data"):
        assert api.link(landing, rel)["href"].startswith("http")


@pytest.mark.ats("ApiDefinition.openapiDocumentRetrieval", "ApiDefinition.apiDefinitionValidation")
def test_api_definition(api):
    assert api.openapi["openapi"].startswith("3.0")
    for path in ("position", "area", "locations", "locations/{l}"):
        assert api.media(f"{HERE}/{path}")


@pytest.mark.ats("Conformance.validateConformanceOperationAndResponse")
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_conformance(api, version):
    declared = api.json("/conformance")["conformsTo"]
    for name in ("core", "collections", "json", "geojson", "edr-geojson", "covjson"):
        assert f"http://www.opengis.net/spec/ogcapi-edr-1/{version}/conf/{name}" in declared


@pytest.mark.ats(
    "Collections.validateCollectionsMetadataOperation",
    "Collections.validateCollectionMetadata_Links",
    "Collections.validateCollectionsMetadata_Links",
    "CollectionsResponse.validateRetrievalOfCollections",
    "CollectionsResponse.validateRetrievalOfEnvironmentalDataCollections",
    "CollectionsResponse.collectionsCRS84",
)
def test_collections(api):
    document = api.json("/collections")
    assert api.link(document, "self")
    (listed,) = [one for one in document["collections"] if "data_queries" in one]
    alone = api.json(HERE)
    assert alone["id"] == listed["id"] == "indicators"
    for one in (listed, alone):
        assert CRS84 in one["crs"]
        assert one["links"]
        assert api.link(one, "self")["href"] == f"{api.root}{HERE}"


@pytest.mark.ats("CollectionsResponse.collectionsParameters")
def test_parameters(api):
    told = api.json(HERE)["parameter_names"]
    assert len(told) > 50
    for code, one in told.items():
        assert one["type"] == "Parameter", code
        assert one["observedProperty"]["label"], code
        assert one.get("id", code) == code
        assert "unit" not in one or one["unit"].get("label") or one["unit"].get("symbol"), code


@pytest.mark.ats("CollectionsResponse.verifyCollectionsMetadata")
def test_collection_says_what_can_be_asked(api):
    told = api.json(HERE)
    assert set(told["data_queries"]) == {"position", "area", "locations"}
    for name, one in told["data_queries"].items():
        link = one["link"]
        assert link["rel"] == "data"
        assert link["href"] == f"{api.root}{HERE}/{name}"
        assert link["variables"]["query_type"] == name
        assert (
            link["variables"]["default_output_format"] in link["variables"]["output_formats"] == told["output_formats"]
        )
        assert {crs["crs"] for crs in link["variables"]["crs_details"]} == set(told["crs"])
    west, south, east, north = told["extent"]["spatial"]["bbox"][0]
    assert 100 < west < east < 120
    assert 4 < south < north < 24
    first, last = told["extent"]["temporal"]["interval"][0]
    assert first < last


DEFINED = {"Coords": "coords", "DateTime": "datetime", "Parametername": "parameter-name", "Crs": "crs", "F": "f"}


@pytest.mark.ats(
    "PositionCollections.positionCoordsParameterDefinition",
    "PositionCollections.positionDateTimeParameterDefinition",
    "PositionCollections.positionParameternameParameterDefinition",
    "PositionCollections.positionCrsParameterDefinition",
    "PositionCollections.positionFParameterDefinition",
    "AreaCollections.areaCoordsParameterDefinition",
    "AreaCollections.areaDateTimeParameterDefinition",
    "AreaCollections.areaParameternameParameterDefinition",
    "AreaCollections.areaCrsParameterDefinition",
    "AreaCollections.areaFParameterDefinition",
    "LocationsCollections.locationsDateTimeParameterDefinition",
    "LocationsCollections.locationsParameternameParameterDefinition",
    "LocationsCollections.locationsCrsParameterDefinition",
    "LocationsCollections.locationsFParameterDefinition",
)
def test_parameter_definitions(api, abstract):
    kind = abstract.partition("Collections")[0].lower()
    name = DEFINED[abstract.partition(".")[2].removeprefix(kind).removesuffix("ParameterDefinition")]
    told = api.parameter(f"{HERE}/{kind}" + ("/{l}" if kind == "locations" else ""), name)
    assert told["in"] == "query"
    assert told.get("required", False) is (name == "coords")
    schema = told["schema"]
    if name == "parameter-name":
        assert (schema["type"], told.get("explode")) == ("array", False)
    else:
        assert schema["type"] == "string"
    assert told.get("style", "form") == "form"


@pytest.mark.ats("QueryCollections.validateNoQueryParameters")
@pytest.mark.parametrize("name", ["position", "area"])
def test_queries_without_parameters(api, name):
    assert api.json(f"{HERE}/{name}", status=400)["parameter"] == "coords"


@pytest.mark.ats("QueryCollections.validateCoordsQueryParameters")
@pytest.mark.parametrize("name", ["position", "area"])
@pytest.mark.parametrize("coords", ["", "POINT()", "POINT(x y)", "POLYGON((108 11,109", "108.4,11.9", "CIRCLE(1 2)"])
def test_coords_that_cannot_be_read(api, name, coords):
    assert api.json(f"{HERE}/{name}", {"coords": coords}, status=400)["parameter"] == "coords"


@pytest.mark.ats(
    "QueryCollections.validatePositionQueryUsingParameters",
    "QueryCollections.validateAreaQueryUsingParameters",
    "/conf/locations/rc-parameter-name-response",
)
def test_queries_using_parameters(api, abstract):
    """Only the parameters and periods asked for, in the system and form asked for; what is unknown is refused."""
    query = {"P": "position", "A": "area", "/": "locations/24781"}[abstract[0] if abstract[0] == "/" else abstract[25]]
    whole = coverages(asked(api, query))
    assert whole
    days = set()
    for one in whole:
        assert set(one["ranges"]) == {CODE}
        days |= set(one["domain"]["axes"]["t"]["values"])
    last = max(days)
    cut = coverages(asked(api, query, datetime=f"{last}/.."))
    assert {day for one in cut for day in one["domain"]["axes"]["t"]["values"]} == {last}
    metres = coverages(asked(api, query, crs="http://www.opengis.net/def/crs/EPSG/0/3405", datetime=f"{last}/.."))
    assert all(one["domain"]["axes"]["x"]["values"][0] > 100_000 for one in metres)
    for name, text in (("datetime", "x"), ("crs", "x"), ("f", "x"), ("parameter-name", "khong-co"), ("khong-co", "1")):
        told = asked(api, query, 400, **({"kind": "x"} if name == "f" else {name: text}))
        assert told["parameter"] == name
    assert (
        "text/csv"
        in api.get(f"{HERE}/{query}", {**QUERIES[query], "parameter-name": CODE, "f": "CSV"}).headers["content-type"]
    )


@pytest.mark.ats("JSONEncoding.validateResponseForJSON", "/conf/covjson/content")
def test_coverage_json(api, query):
    answer = api.get(f"{HERE}/{query}", {**QUERIES[query], "parameter-name": CODE})
    assert answer.headers["content-type"] == "application/prs.coverage+json"
    document = answer.json()
    assert set(document["parameters"]) == {CODE}
    for one in coverages(document):
        axes = one["domain"]["axes"]
        told = one["ranges"][CODE]
        assert (told["type"], told["axisNames"]) == ("NdArray", ["t"])
        assert told["shape"] == [len(told["values"])] == [len(axes["t"]["values"])]
        referenced = one["domain"].get("referencing") or document["referencing"]
        assert {name for part in referenced for name in part["coordinates"]} == set(axes)


@pytest.mark.ats("GeoJSONEncoding.validateResponseForGeoJSON")
def test_geojson(api):
    """The locations, as the suite asks: areas with names."""
    answer = api.get(f"{HERE}/locations", {"limit": "20"})
    assert answer.headers["content-type"] == "application/geo+json"
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert 0 < len(document["features"]) <= 20
    for one in document["features"]:
        assert one["type"] == "Feature"
        assert one["id"]
        assert one["properties"]["label"]
        west, south, east, north = shapely.geometry.shape(one["geometry"]).bounds
        assert 100 < west <= east < 120
        assert 4 < south <= north < 24


@pytest.mark.ats("EDRGeoJSONEncoding.validateResponseForEDRGeoJSON")
def test_edr_geojson(api, query):
    document = asked(api, query, kind="GeoJSON")
    assert document["type"] == "FeatureCollection"
    assert document["features"]
    assert all(shapely.geometry.shape(one["geometry"]).is_valid for one in document["features"])
    assert all(one["properties"] for one in document["features"])


@pytest.mark.ats("/conf/oas30/completeness")
def test_queries_are_described(api):
    names = {api.operation(f"{HERE}/{path}")["operationId"] for path in ("position", "area", "locations/{l}")}
    assert len(names) == 3
