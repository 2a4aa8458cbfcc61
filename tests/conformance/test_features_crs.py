"""OGC API – Features Part 2: the abstract tests of coordinate reference systems by reference."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyproj
import pytest
import shapely

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS = [CRS84, *(f"{EPSG}{code}" for code in (4326, 3857, 3405, 3406, 4756))]
URI = re.compile(r"http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/\d{4,5})")


@cache
def carried(uri):
    """A transformation from CRS84 in the axis order of the system, as PROJ works it out."""
    code = "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"
    return pyproj.Transformer.from_crs("OGC:CRS84", code).transform


def systems(api, one):
    """The systems of a collection, the shared list of the collections in place of its reference."""
    shared = api.json("/collections").get("crs", [])
    return [uri for told in one["crs"] for uri in (shared if told == "#/crs" else [told])]


@pytest.fixture(params=SYSTEMS, ids=lambda uri: uri.rpartition("/")[2])
def uri(request):
    return request.param


@pytest.mark.ats("CrsRequirementClassPrecondition.verifyConformanceClass")
def test_class_is_declared(api):
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in api.json("/conformance")["conformsTo"]


@pytest.mark.ats(
    "DiscoveryCollectionsCrsUri.verifyCollectionsCrsIdentifierOfCrsProperty",
    "DiscoveryCollectionsCrsUri.verifyCollectionsCrsIdentifierOfStorageCrs",
    "DiscoveryCollectionsCrsUri.verifyCollectionsCollectionCrsIdentifierOfCrsProperty",
    "DiscoveryCollectionsCrsUri.verifyCollectionsCollectionCrsIdentifierOfStorageCrs",
    "DiscoveryCollectionsDefaultCrs.verifyCollectionsPathCollectionCrsPropertyContainsDefaultCrs",
    "DiscoveryCollectionsStorageCrs.verifyCollectionsPathCollectionCrsPropertyContainsStorageCrs",
)
def test_systems_in_the_list_of_collections(api):
    """All of them, indicators too."""
    document = api.json("/collections")
    assert all(URI.fullmatch(uri) for uri in document.get("crs", []))
    there = [one for one in document["collections"] if "crs" in one]
    assert len(there) > 50
    for one in there:
        offered = systems(api, one)
        assert offered[0] == CRS84, one["id"]
        assert all(URI.fullmatch(uri) for uri in offered), one["id"]
        if "storageCrs" in one:
            assert one["storageCrs"] in offered, one["id"]


@pytest.mark.ats(
    "DiscoveryCollectionCrsUri.verifyCollectionCrsIdentifierOfCrsProperty",
    "DiscoveryCollectionCrsUri.verifyCollectionCrsIdentifierOfStorageCrsProperty",
    "DiscoveryCollectionDefaultCrs.verifyCollectionCrsIdentifierOfCrsProperty",
    "DiscoveryCollectionStorageCrs.verifyCollectionCrsIdentifierOfCrsProperty",
)
def test_systems_of_a_collection(api, one):
    offered = systems(api, one)
    assert set(SYSTEMS) <= set(offered)
    assert all(URI.fullmatch(uri) for uri in offered)
    assert one["storageCrs"] in offered


def some(api, one, feature, **query):
    """Return an answer: some features, or the first of them alone."""
    here = f"/collections/{one['id']}/items"
    if feature:
        here += f"/{api.json(here, {'limit': '3'})['features'][0]['id']}"
    return api.get(here, query if feature else {"limit": "3", **query})


def shapes(answer):
    assert answer.status_code == 200, answer.text[:300]
    document = answer.json()
    return [shapely.geometry.shape(one["geometry"]) for one in document.get("features", [document])]


@pytest.mark.ats("FeaturesCrsParameter.verifyFeaturesCrsParameter")
def test_features_name_their_system(api, one, uri):
    assert some(api, one, False, crs=uri).headers["content-crs"] == f"<{uri}>"


@pytest.mark.ats("FeatureCrsParameter.verifyFeatureCrsParameter")
def test_a_feature_names_its_system(api, one, uri):
    assert some(api, one, True, crs=uri).headers["content-crs"] == f"<{uri}>"


@pytest.mark.ats(
    "FeaturesCrsParameterDefault.verifyFeaturesCrsParameterDefault",
    "FeatureCrsParameterDefault.verifyFeatureCrsParameterDefault",
)
def test_the_default_is_crs84(api, one, abstract):
    alone = abstract.startswith("FeatureCrs")
    answer = some(api, one, alone)
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert shapes(answer) == shapes(some(api, one, alone, crs=CRS84))


@pytest.mark.ats(
    "FeaturesCrsParameterInvalid.verifyFeaturesCrsParameterInvalid",
    "FeatureCrsParameterInvalid.verifyFeatureCrsParameterInvalid",
)
@pytest.mark.parametrize("wrong", ["unsupported-crs", f"{EPSG}0", f"{EPSG}27700", "http://example.com/crs/4326"])
def test_systems_that_are_not_offered(api, one, abstract, wrong):
    answer = some(api, one, abstract.startswith("FeatureCrs"), crs=wrong)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "crs"


@pytest.mark.ats(
    "FeaturesCrsParameterTransform.verifyFeaturesCrsParameterTransformWithoutCrsParameter",
    "FeaturesCrsParameterTransform.verifyFeaturesCrsParameterTransformWithCrsParameter",
    "FeatureCrsParameterTransform.verifyFeatureCrsParameterTransformWithoutCrsParameter",
    "FeatureCrsParameterTransform.verifyFeatureCrsParameterTransformWithCrsParameter",
)
def test_geometries_are_transformed(api, one, uri, abstract):
    """As PROJ does it, to a metre; without the parameter they are those of CRS84."""
    alone = abstract.startswith("FeatureCrs")
    asked = {} if "Without" in abstract else {"crs": CRS84}
    plain, told = shapes(some(api, one, alone, **asked)), shapes(some(api, one, alone, crs=uri))
    assert len(plain) == len(told) > 0
    near = 1e-5 if uri in (CRS84, f"{EPSG}4326", f"{EPSG}4756") else 1.0
    for before, after in zip(plain, told, strict=True):
        wanted = np.column_stack(carried(uri)(*shapely.get_coordinates(before).T))
        assert np.abs(wanted - shapely.get_coordinates(after)).max() < near


def found(api, one, box, uri=None):
    """Return how many features meet a box."""
    query = {"bbox": ",".join(f"{x:.9f}" for x in box), "limit": "1", "skipGeometry": "true"}
    page = api.json(f"/collections/{one['id']}/items", query | ({"bbox-crs": uri} if uri else {}))
    return page["numberMatched"]


def boxes(one):
    """The extent, a corner of it and the middle, which none of the clients asks in round numbers."""
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    x, y, w, h = (west + east) / 2, (south + north) / 2, (east - west) / 4, (north - south) / 4
    return [(west, south, east, north), (west, south, x, y), (x - w, y - h, x + w, y + h)]


@pytest.mark.ats(
    "BBoxCrsParameter.verifyBboxCrsParameterWithDefaultCrs", "BBoxCrsParameterDefault.verifyBboxCrsParameterDefault"
)
def test_boxes_without_a_system_are_in_crs84(api, one):
    for box in boxes(one):
        assert found(api, one, box) == found(api, one, box, CRS84)
    assert found(api, one, boxes(one)[0])


@pytest.mark.ats("BBoxCrsParameter.verifyBboxCrsParameter")
def test_boxes_in_every_system(api, one, uri):
    """In degrees the very same; in metres the box leans, so that a little on its edge may differ."""
    to = carried(uri)
    for box in boxes(one):
        west, south, east, north = box
        xs, ys = zip(*(to(x, y) for x in (west, east) for y in (south, north)), strict=True)
        told = found(api, one, (min(xs), min(ys), max(xs), max(ys)), uri)
        plain = found(api, one, box)
        if uri.endswith(("CRS84", "4326", "3857")):
            assert told == plain
        else:
            dx, dy = (east - west) * 0.05 + 0.01, (north - south) * 0.05 + 0.01
            assert found(api, one, (west + dx, south + dy, east - dx, north - dy)) <= told
            assert told <= found(api, one, (west - dx, south - dy, east + dx, north + dy))


@pytest.mark.ats("BBoxCrsParameterInvalid.verifyBboxCrsParameterInvalid")
@pytest.mark.parametrize("wrong", ["unsupported-crs", f"{EPSG}0", f"{EPSG}27700"])
def test_boxes_in_systems_that_are_not_offered(api, one, wrong):
    query = {"bbox": "107,11,109,13", "bbox-crs": wrong}
    assert api.json(f"/collections/{one['id']}/items", query, status=400)["parameter"] == "bbox-crs"
