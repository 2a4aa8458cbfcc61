"""OGC API Records: the catalogue of every layer, indicator and dataset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from owslib.ogcapi.records import Records

from layers.catalogue import catalogue
from layers.indicators.catalogue import indicators

ITEMS = "/collections/catalogue/items"


@pytest.fixture(scope="module")
def everything(feed: Any) -> dict[str, dict[str, Any]]:
    """Every record of the public by its id, read page by page."""
    return {one["id"]: one for one in feed.every(f"{ITEMS}?limit=150")}


def _ids(feed: Any, query: str) -> list[str]:
    return [one["id"] for one in feed.get(f"{ITEMS}?limit=1000&{query}")["features"]]


def test_everything_the_public_may_know_of_has_a_record(
    feed: Any, client: TestClient, everything: dict[str, dict[str, Any]], staff: dict[str, str]
) -> None:
    shown = {one["id"] for one in feed.get("/collections")["collections"]} - {"catalogue"}
    public = {f"indicator-{one.code.lower()}" for one in indicators.values() if one.public}
    assert set(everything) == shown | public
    assert {one["properties"]["type"] for one in everything.values()} == {"layer", "indicator", "dataset"}
    internal = {f"indicator-{one.code.lower()}" for one in indicators.values() if not one.public}
    assert internal
    known = client.get(f"/ogc{ITEMS}?limit=1000", headers=staff)
    assert internal <= {one["id"] for one in known.json()["features"]}
    assert known.headers["cache-control"] == "private, no-store"
    for name in internal:
        feed.get(f"{ITEMS}/{name}", 404)
    assert _ids(feed, "externalIds=DA-03") == []


def test_a_record_tells_what_a_person_must_know(feed: Any, everything: dict[str, dict[str, Any]]) -> None:
    for name, one in everything.items():
        assert one["type"] == "Feature"
        assert one["conformsTo"] == ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"]
        assert {"geometry", "time", "links"} <= set(one)
        told = one["properties"]
        assert told["title"]
        assert told["license"]
        assert "rights" in told or told["license"] != "other"
        assert told.get("created", "") <= told.get("updated", "9"), name  # all in the time of Viet Nam
        assert feed.hrefs(one, "self") == [f"http://toancanh.test/ogc{ITEMS}/{name}"]
    one = everything["indicator-hcc-04"]
    told = one["properties"]
    assert told["contacts"] == [{"organization": "Trung tâm Phục vụ hành chính công tỉnh", "roles": ["owner"]}]
    assert told["themes"][0]["concepts"][0]["id"] == "dich-vu-cong"
    assert told["externalIds"] == [{"scheme": "indicator", "value": "HCC-04"}]
    assert "Hệ thống thông tin giải quyết TTHC cấp tỉnh" in told["lineage"]
    assert "minh hoạ" in told["rights"]
    assert datetime.fromisoformat(told["created"]) < datetime.fromisoformat(told["updated"])
    assert one["time"]["interval"][1] >= "2026-10-31"
    hrefs = [link["href"] for link in one["links"]]
    assert "http://toancanh.test/ogc/collections/indicator-hcc-04/items" in hrefs
    assert "http://toancanh.test/indicators/HCC-04" in hrefs
    layer = everything["cameras"]
    assert datetime.fromisoformat(layer["properties"]["updated"]).year >= 2026
    assert any("/collections/cameras/tiles" in link["href"] for link in layer["links"])
    assert feed.get(f"{ITEMS}/cameras") == layer
    english = feed.get(f"{ITEMS}/indicator-hcc-04?lang=en")["properties"]
    assert english["title"] == "Share of files resolved early or on time (%)"


def test_words_are_found_without_accents(feed: Any, everything: dict[str, dict[str, Any]]) -> None:
    plain, accented = _ids(feed, "q=giai ngan"), _ids(feed, "q=giải ngân")
    assert plain == accented
    assert "indicator-dtc-06" in plain
    titled = ["giải ngân" in everything[name]["properties"]["title"].lower() for name in plain]
    assert titled == sorted(titled, reverse=True)
    assert _ids(feed, "q=CAMERA&type=layer") == ["cameras"]
    assert _ids(feed, "q=planning&type=layer&lang=vi") == ["planning-zones"]
    assert set(_ids(feed, "q=giai ngan,camera")) == {*plain, *_ids(feed, "q=camera")}  # a comma is “or”
    assert _ids(feed, "q=ngan giai") == []  # words in their order
    assert set(_ids(feed, "q=hcc-04")) >= {"indicator-hcc-04"}
    assert _ids(feed, "q=zzzz") == []


def test_records_are_narrowed_by_kind_id_place_and_time(feed: Any, everything: dict[str, dict[str, Any]]) -> None:
    layers = _ids(feed, "type=layer")
    assert set(layers) == set(catalogue)
    assert len(_ids(feed, "type=layer,dataset")) == len(layers) + len(_ids(feed, "type=dataset"))
    assert set(_ids(feed, "ids=cameras,indicator-hcc-04,nothing")) == {"cameras", "indicator-hcc-04"}
    assert _ids(feed, "externalIds=HCC-04") == _ids(feed, "externalIds=indicator:HCC-04") == ["indicator-hcc-04"]
    assert _ids(feed, "bbox=0,0,1,1") == []
    south = set(_ids(feed, "bbox=108,11.5,108.5,12"))
    assert "communes" in south
    assert "communes" not in _ids(feed, "bbox=105,21,106,22")
    before, after = _ids(feed, "datetime=../2000-01-01"), _ids(feed, "datetime=2026-01-01/..")
    assert "indicator-hcc-04" not in before
    assert "indicator-hcc-04" in after
    assert "communes" in before  # tells of no time: it may be of any


def test_records_are_sorted_and_paged(feed: Any, everything: dict[str, dict[str, Any]]) -> None:
    assert _ids(feed, "sortby=id") == sorted(everything)
    assert _ids(feed, "sortby=-id") == sorted(everything, reverse=True)
    told = [everything[name]["properties"].get("updated", "") for name in _ids(feed, "sortby=-updated")]
    assert told == sorted(told, reverse=True)
    page = feed.get(f"{ITEMS}?q=ho so&limit=3&offset=3&sortby=title")
    assert page["numberReturned"] == 3 < page["numberMatched"]
    (following,) = feed.hrefs(page, "next")
    assert "q=ho+so" in following
    assert "sortby=title" in following
    assert feed.hrefs(page, "prev")[0].endswith("offset=0")
    assert feed.get(f"{ITEMS}?offset=100000")["features"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("type=feature", "type"),
        ("sortby=colour", "sortby"),
        ("bbox=1", "bbox"),
        ("limit=-1", "limit"),
        ("datetime=soon", "datetime"),
        ("filter=a", "filter"),
    ],
)
def test_what_cannot_be_understood_is_refused(feed: Any, query: str, parameter: str) -> None:
    assert feed.get(f"{ITEMS}?{query}", 400)["parameter"] == parameter


def test_the_catalogue_is_a_page_too(client: TestClient) -> None:
    page = client.get("/ogc/collections/catalogue/items?q=giai ngan&f=html").text
    assert "Danh mục dữ liệu" in page
    assert "<code>indicator-dtc-06</code>" in page
    one = client.get("/ogc/collections/catalogue/items/indicator-hcc-04?f=html&lang=en").text
    assert "<th>Lineage</th>" in one
    assert "src=" not in page + one


def test_owslib_searches_the_catalogue(served: str) -> None:
    service = Records(f"{served}/ogc")
    assert service.records() == ["catalogue"]
    assert service.collection("catalogue")["itemType"] == "record"
    found = service.collection_items("catalogue", q="giai ngan", limit=5)
    assert len(found["features"]) == 5 <= found["numberMatched"]
    one = service.collection_item("catalogue", "indicator-hcc-04")
    assert one["properties"]["title"].startswith("Tỷ lệ hồ sơ")
    assert "type" in service.collection_queryables("catalogue")["properties"]
