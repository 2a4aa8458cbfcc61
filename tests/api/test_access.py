"""Who may come in, by which key, how often, and from which other sites."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.app import create_app
from services.cli import app as commands
from services.commands import out
from services.limits import Bucket
from services.settings import Settings

ITEMS = "/ogc/collections/cameras/items"
POINT = {"type": "Point", "coordinates": [108.4383, 11.9465]}
Told = Callable[..., str]


@pytest.fixture
def keys(feed_settings: Settings, feed_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """The command line `toancanh keys` on the served database; keys made by it are gone afterwards."""
    monkeypatch.setenv("TOANCANH_DATABASE_URL", feed_settings.database_url or "")
    monkeypatch.setattr(out, "width", 200)

    def run(*words: str, status: int = 0) -> str:
        told = CliRunner().invoke(commands, ["--lang", "en", "keys", *words])
        assert told.exit_code == status, told.output
        return told.output

    yield run
    with feed_engine.begin() as connection:
        connection.execute(text("DELETE FROM toancanh.api_key"))


def secret(told: str) -> str:
    return re.findall(r"^tc_\S{40,}$", told, re.MULTILINE)[0]


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"ai:{password}".encode()).decode()}


def until(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("the server did not hear of it")


def test_a_key_opens_what_its_role_may_until_it_is_revoked(client, keys, feed_engine, decode):
    key = secret(keys("add", "--name", "QGIS văn phòng"))
    with feed_engine.connect() as connection:
        kept = connection.execute(text("SELECT api_key::text FROM toancanh.api_key")).scalar_one()
    assert key not in kept, "only its hash is kept"
    bearer = {"Authorization": f"Bearer {key}"}
    until(lambda: client.get(ITEMS, headers=bearer).status_code == 200)
    for headers in (bearer, basic(key), {"X-API-Key": key}):
        first = client.get(f"{ITEMS}?limit=1", headers=headers).json()["features"][0]
        assert "stream_url" in first["properties"], headers
        tile = client.get("/ogc/collections/cameras/tiles/WebMercatorQuad/6/29/51", headers=headers)
        assert "no-store" in tile.headers["cache-control"], headers
        assert client.options(ITEMS, headers=headers).headers["allow"].endswith("POST")
    assert client.get(ITEMS, headers={"X-API-Key": key + "x"}).status_code == 401
    assert "QGIS văn phòng" in keys("list")
    assert key not in keys("list")
    keys("add", "--name", "QGIS văn phòng", status=1)

    reader = {"X-API-Key": secret(keys("add", "--name", "Báo cáo", "--role", "public"))}
    until(lambda: client.get(ITEMS, headers=reader).status_code == 200)
    assert "stream_url" not in client.get(ITEMS, headers=reader).json()["features"][0]["properties"]
    assert client.post(ITEMS, json={}, headers=reader).status_code == 403

    keys("revoke", "QGIS văn phòng")
    until(lambda: client.get(ITEMS, headers=bearer).status_code == 401)
    keys("revoke", "QGIS văn phòng", status=1)


def test_a_key_of_a_province_reads_and_writes_there_only(client, keys):
    keys("add", "--name", "x", "--provinces", "99", status=1)
    here = {"X-API-Key": secret(keys("add", "--name", "Lâm Đồng", "--provinces", "68"))}
    there = {"X-API-Key": secret(keys("add", "--name", "Đắk Lắk", "--provinces", "66"))}
    until(lambda: client.get(ITEMS, headers=there).status_code == 200)
    assert client.get(ITEMS, headers=there).json()["numberMatched"] == 0
    new = {"type": "Feature", "geometry": POINT, "properties": {"code": "K", "name": "K", "owner": "K"}}
    refused = client.post(ITEMS, json=new, headers=there)
    assert (refused.status_code, "68" in refused.json()["detail"]) == (403, True)
    made = client.post(ITEMS, json=new, headers=here)
    place = made.headers["location"]
    assert made.status_code == 201
    for method in ("PUT", "PATCH", "DELETE", "GET"):
        assert client.request(method, place, json=new, headers=there).status_code == 404, "it is not theirs to know"
    away = new | {"geometry": {"type": "Point", "coordinates": [105.85, 21.03]}}
    assert client.put(place, json=away, headers=here).status_code == 403
    assert client.delete(place, headers=here).status_code == 204


def test_its_last_use_is_noted(keys, feed_settings, feed_engine):
    key = secret(keys("add", "--name", "Máy trạm"))
    with TestClient(create_app(feed_settings)) as own:
        until(lambda: own.get(ITEMS, headers={"X-API-Key": key}).status_code == 200)
    with feed_engine.connect() as connection:
        used = connection.execute(text("SELECT used_at FROM toancanh.api_key WHERE name = 'Máy trạm'")).scalar_one()
    assert datetime.now(UTC) - used < timedelta(seconds=30)


def test_who_asks_too_often_is_told_when_to_come_again(feed_settings, staff, keys):
    slow = {"X-API-Key": secret(keys("add", "--name", "Chậm", "--rate", "2"))}
    with TestClient(create_app(feed_settings.model_copy(update={"rate_public": 3}))) as own:
        told = [own.get("/ogc/conformance?f=json") for _ in range(4)]
        assert [one.status_code for one in told] == [200, 200, 200, 429]
        assert [one.headers["ratelimit"].split(";")[1] for one in told] == ["r=2", "r=1", "r=0", "r=0"]
        last = told[-1]
        assert last.headers["content-type"] == "application/problem+json"
        assert 1 <= int(last.headers["retry-after"]) <= 20
        assert "q=3" in last.headers["ratelimit-policy"]
        assert own.get(ITEMS, headers={"Origin": "https://a.vn"}).headers["access-control-allow-origin"] == "*"
        assert own.get("/").status_code == 200, "the map itself is not counted"
        assert {own.get("/ogc/conformance", headers=staff).status_code for _ in range(9)} == {200}
        until(lambda: own.get("/ogc/conformance", headers=slow).headers["ratelimit-policy"].startswith('"minute";q=2'))
        assert own.get("/ogc/conformance", headers=slow).status_code in (200, 429)
        assert own.get("/ogc/conformance", headers=slow).status_code == 429
        assert own.get("/ogc", headers={"Authorization": "Bearer no"}).status_code == 429, "guesses are counted"


def test_a_page_of_another_site_may_edit_with_a_key(client, staff):
    asked = {
        "Origin": "https://gis.example.vn",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,if-match,content-crs,x-api-key",
    }
    told = client.options(f"{ITEMS}/1", headers=asked)
    assert told.status_code == 200
    allowed = told.headers["access-control-allow-headers"].lower()
    assert {"authorization", "if-match", "content-crs", "x-api-key"} <= set(re.split(r",\s*", allowed))
    assert "PATCH" in told.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in told.headers


@given(
    rate=st.integers(1, 1000),
    steps=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=300),
)
def test_a_bucket_gives_no_more_than_its_rate(rate, steps):
    bucket, now, taken = Bucket(rate, rate, 0.0), 0.0, 0
    for step in steps:
        now += step
        taken += bucket.take(now)
        assert 0 <= bucket.left <= rate
        assert taken <= rate + now * rate / 60 + 1e-6
    if not bucket.take(now):
        assert bucket.take(now + bucket.wait), "who waits as told is answered"
