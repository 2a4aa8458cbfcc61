"""What the OGC API makes of a request: what it refuses, what it does not send again."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


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
        ("/collections/indicator-hcc-04/items?level=huyen", "level"),
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
    assert client.post("/ogc/collections/cameras/items", json={}).status_code == 401
    assert client.post("/ogc/collections/provinces/items", json={}).status_code == 405


def test_pages_of_other_origins_may_read(client: TestClient) -> None:
    for path in ("/collections/cameras/items?limit=1", "/collections/cameras/items/abc", "/collections"):
        answer = client.get(f"/ogc{path}", headers={"origin": "https://lamdong.vn"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == "*"
        assert "access-control-allow-origin" not in client.get(f"/ogc{path}").headers


@pytest.mark.parametrize("form", ["json", "html"])
def test_long_answers_travel_compressed(client: TestClient, form: str) -> None:
    for query in ("?limit=20", "?limit=1000"):
        path = f"/ogc/collections/citizen-reports/items{query}&f={form}"
        plain = client.get(path, headers={"accept-encoding": "identity"})
        packed = client.get(path, headers={"accept-encoding": "gzip, br"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["vary"]
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
        assert len(packed.content) == len(plain.content)
