"""OGC API – Maps Part 1: the abstract tests of pictures of the whole, of collections and of their styles."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

MAPS = "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf"
COLLECTIONS = ["provinces", "communes", "cameras", "projects", "indicator-hcc-04"]
BOX = {"bbox": "107.2,11,109,12.6", "width": "240"}


@pytest.fixture(params=COLLECTIONS)
def one(request, api):
    return api.json(f"/collections/{request.param}")


def picture(answer, kind="image/png"):
    """The pixels of an answer, rows by columns by red, green, blue, alpha."""
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == kind
    read = Image.open(io.BytesIO(answer.content))
    assert read.format == kind.partition("/")[2].upper()
    return np.asarray(read.convert("RGBA"))


def drawn(api, one, **query):
    return picture(api.get(f"/collections/{one['id']}/map", {**BOX, **query}, accept="image/png"))


@pytest.mark.ats("MapConformanceSuccess.verifyMapConformanceSuccess")
def test_conformance(api):
    declared = api.json("/conformance")["conformsTo"]
    assert {f"{MAPS}/{name}" for name in ("core", "png", "collection-map", "dataset-map")} <= set(declared)


@pytest.mark.ats(
    "MapOperation.verifyMapRetrievalOperation", "MapResponse.verifyMapResponse", "PNGmapContent.verifyPngContent"
)
def test_maps_are_pictures(api, one):
    """Of the size that was asked for, with something on them, in the system and box that the headers say."""
    answer = api.get(f"/collections/{one['id']}/map", {**BOX, "height": "200"}, accept="image/png")
    pixels = picture(answer)
    assert pixels.shape == (200, 240, 4)
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 3
    assert answer.headers["content-crs"].strip("<>").endswith("CRS84")
    box = [float(text) for text in answer.headers["content-bbox"].split(",")]
    assert box == pytest.approx([107.2, 11, 109, 12.6])


@pytest.mark.ats("CollectionDescriptionLinks.verifyCollectionDescriptionLinks")
def test_collections_lead_to_their_map(api, one):
    link = api.link(one, "map", "image/png")
    assert link["href"].startswith(f"{api.root}/collections/{one['id']}/map")
    picture(api.get(link["href"]))


@pytest.mark.ats("CollectionDescriptionCrs.verifyCollectionDescriptionCrs", "/conf/crs/crs-definition")
def test_systems_of_maps_are_those_of_the_collection(api, one):
    """Every system that the collection lists draws the same ground, and another one is refused."""
    assert one["storageCrs"] in one["crs"]
    for uri in one["crs"]:
        answer = api.get(f"/collections/{one['id']}/map", {"crs": uri, "width": "64"}, accept="image/png")
        assert (picture(answer)[..., 3] > 0).any()
        assert answer.headers["content-crs"] == f"<{uri}>"
    assert api.get(f"/collections/{one['id']}/map", {"crs": "http://example.com/x"}).status_code == 400


@pytest.mark.ats("CollectionMapOperation.verifyCollectionMapOperation")
def test_maps_show_their_collection(api, one):
    """Where the collection has nothing the picture has nothing either."""
    if one["id"] in ("cameras", "projects"):
        assert not drawn(api, one, bbox="110,7,111,8", transparent="true")[..., 3].any()
    assert drawn(api, one, transparent="true")[..., 3].any()


@pytest.mark.ats("DatasetMapLandingPage.verifyDatasetMapLinkFromLandingPage")
def test_the_landing_page_leads_to_the_map_of_the_whole(api):
    assert picture(api.get(api.link(api.json(), "map", "image/png")["href"], BOX)).any()


@pytest.mark.ats("DatasetMapDescriptionExtent.verifyLandingPageExtentCrs")
def test_the_landing_page_says_its_extent(api):
    spatial = api.json()["extent"]["spatial"]
    assert spatial.get("crs", "http://www.opengis.net/def/crs/OGC/1.3/CRS84").endswith("CRS84")
    west, south, east, north = spatial["bbox"][0]
    assert 100 < west < east < 120
    assert 4 < south < north < 24


@pytest.mark.ats("CollectionsParameterTest.verifyCollectionsParameter")
def test_collections_are_chosen(api):
    """One and two of them differ, their order by name or address says the same, unknown ones are refused."""

    def of(names):
        return picture(api.get("/map", {**BOX, "collections": names}, accept="image/png"))

    both = of("communes,cameras")
    assert not np.array_equal(of("communes"), both)
    assert np.array_equal(both, of(f"{api.root}/collections/communes,{api.root}/collections/cameras"))
    assert api.get("/map", {"collections": "khong-co"}).status_code in (400, 404)


@pytest.mark.ats(
    "BgcolorParameterDefinition.verifyBgcolorDefinition",
    "TransparentParameterDefinition.verifyTransparentDefinition",
    "BackgroundMapSuccess.verifyBackgroundMapSuccess",
)
def test_background(api, one):
    """A colour fills what nothing covers, opaque unless said; without a colour the ground is clear."""
    for name in ("bgcolor", "transparent"):
        assert not api.parameter("/collections/{c}/map", name).get("required")
    clear, red = drawn(api, one, transparent="true"), drawn(api, one, bgcolor="0xFF0000", transparent="false")
    empty = clear[..., 3] == 0
    assert (red[..., 3] == 255).all()
    assert (red[empty] == [255, 0, 0, 255]).all(axis=-1).mean() > 0.9  # but for the names of places
    assert np.array_equal(red, drawn(api, one, bgcolor="red", transparent="false"))
    assert api.get(f"/collections/{one['id']}/map", {"bgcolor": "khong-co-mau"}).status_code == 400
    assert api.get(f"/collections/{one['id']}/map", {"transparent": "x"}).status_code == 400


@pytest.mark.ats("StyledMapLinks.verifyStyledMapLinks", "StyledMapOperation.verifyStyledMapOperation")
def test_styles_lead_to_their_map(api, one):
    for style in api.json(f"/collections/{one['id']}/styles")["styles"]:
        link = api.link(style, "map", "image/png")
        assert picture(api.get(link["href"], BOX))[..., 3].any()


@pytest.mark.ats("ApiOperationsCompleteness.verifyApiOperationsCompleteness")
def test_operations_are_described(api):
    for path in ("/map", "/collections/{c}/map", "/collections/{c}/styles/{s}/map"):
        assert "image/png" in api.media(path)
        for name in ("bbox", "bbox-crs", "crs", "width", "height", "bgcolor", "transparent"):
            assert api.parameter(path, name)


@pytest.mark.ats("ApiOperationIdentifiers.verifyApiOperationIdentifiers")
def test_operations_have_the_names_of_the_standard(api):
    assert api.operation("/map")["operationId"].endswith("dataset.getMap")
    assert api.operation("/collections/{c}/map")["operationId"].endswith("collection.getMap")
    assert api.operation("/collections/{c}/styles/{s}/map")["operationId"].endswith("collection.style.getMap")


@pytest.mark.ats("CorsSupport.verifyCorsSupport")
def test_pages_of_other_sites_may_ask(api):
    answer = api.get("/collections/provinces/map", BOX, origin="http://example.com")
    assert answer.headers["access-control-allow-origin"] in ("*", "http://example.com")
    asked = {"Origin": "http://example.com", "Access-Control-Request-Method": "GET"}
    told = api.http.options(f"{api.root}/collections/provinces/map", headers=asked)
    assert told.status_code in (200, 204)
    assert told.headers["access-control-allow-origin"] in ("*", "http://example.com")


@pytest.mark.ats("/conf/crs/bbox-crs")
def test_boxes_in_another_system(api, one):
    """The same ground in latitude and longitude draws the same picture."""
    uri = "http://www.opengis.net/def/crs/EPSG/0/4326"
    told = drawn(api, one, **{"bbox": "11,107.2,12.6,109", "bbox-crs": uri})
    # Shapes are drawn in the order they are read in, which shows where two of them meet within a pixel.
    assert np.abs(drawn(api, one).astype(int) - told).mean() < 0.1
