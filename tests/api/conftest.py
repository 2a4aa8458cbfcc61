"""One running application over a copy of the demo, for every test that only reads."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import geopandas
import httpx
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text

from boundaries.regions import Regions, store_set
from boundaries.vintages import CURRENT
from layers.catalogue import FEATURES
from services.app import create_app
from services.cluster import Cluster
from services.database import engine as make_engine
from services.settings import PROJECT, Settings

TOKEN = "ma-can-bo"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
SECRET = "BI-MAT"  # every private text of every layer holds this word
HIDDEN = "CHUA-DUYET"  # the title of a report that is not moderated


@pytest.fixture(scope="session")
def feed_settings(cluster: Cluster, _demo: str) -> Settings:
    """Settings of a copy of the demo in which everything private can be recognised."""
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS feeds WITH (FORCE)"))
        connection.execute(text(f'CREATE DATABASE feeds TEMPLATE "{_demo}"'))
    admin.dispose()
    engine = create_engine(cluster.url("feeds"))
    with engine.begin() as connection:
        for layer in FEATURES:
            for field in layer.fields:
                if not field.public and field.type == "text":
                    connection.execute(text(f"UPDATE {layer.table} SET {field.name} = '{SECRET}-{field.name}'"))
        connection.execute(
            text(
                "UPDATE toancanh.citizen_report SET moderated = false, title = :title "
                "WHERE id = (SELECT min(id) FROM toancanh.citizen_report)"
            ),
            {"title": HIDDEN},
        )
        halves = {"Hạt Nam": shapely.box(106.9, 10.3, 109.2, 11.6), "Hạt Bắc": shapely.box(106.9, 11.6, 109.2, 13)}
        frame = geopandas.GeoDataFrame(
            {"name": list(halves)}, geometry=[shapely.MultiPolygon([half]) for half in halves.values()], crs=4326
        )
        store_set(
            connection, Regions(frame=frame, column="name"), title="Hạt kiểm lâm", title_en="Forest districts",
            slug="hat-kiem-lam", start=CURRENT.start, source="thử",
        )  # fmt: skip
    engine.dispose()
    return Settings(
        database_url=cluster.url("feeds"),
        data=cluster.folder,
        home="68",
        staff_token=SecretStr(TOKEN),
        _env_file=None,
    )


@pytest.fixture(scope="session")
def feed_engine(feed_settings: Settings) -> Iterator[Engine]:
    """An engine on that copy, to read."""
    made = make_engine(feed_settings)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def feed_app(feed_settings: Settings) -> FastAPI:
    """The application over that copy."""
    return create_app(feed_settings)


@pytest.fixture(scope="session")
def client(feed_app: FastAPI) -> Iterator[TestClient]:
    """A client of the application without a network between."""
    with TestClient(feed_app, base_url="http://toancanh.test") as client:
        yield client


LETTERS = " _-–—,;:!?./'\"()0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


@pytest.fixture(scope="session")
def alphabetical() -> Callable[[str], list[int]]:
    """Where a text stands in the Vietnamese alphabet, tones aside: a, ă, â … d, đ."""

    def place(text: str) -> list[int]:
        bare = unicodedata.normalize("NFC", TONES.sub("", unicodedata.normalize("NFD", text.lower())))
        return [LETTERS.index(letter) for letter in bare]

    return place


class Feed:
    """The OGC API as a client reads it."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """Read a document; words of header names are joined by `_`."""
        answer = self._client.get(f"/ogc{path}", headers={n.replace("_", "-"): v for n, v in headers.items()})
        assert answer.status_code == status, answer.text[:500]
        return answer.json()

    @staticmethod
    def hrefs(document: dict[str, Any], rel: str) -> list[str]:
        """Return where the links of a relation lead."""
        return [link["href"] for link in document["links"] if link["rel"] == rel]

    def every(self, path: str) -> list[dict[str, Any]]:
        """Return the features of all pages: follow `next` to the end."""
        found: list[dict[str, Any]] = []
        address: str | None = f"/ogc{path}"
        while address:
            page = self._client.get(address).json()
            assert page["numberReturned"] == len(page["features"])
            found += page["features"]
            address = next(iter(self.hrefs(page, "next")), None)
        assert page["numberMatched"] == len(found)
        return found


@pytest.fixture(scope="session")
def feed(client: TestClient) -> Feed:
    """The OGC API of the application."""
    return Feed(client)


@pytest.fixture(scope="session")
def staff() -> dict[str, str]:
    """Headers of a request by staff."""
    return STAFF


@pytest.fixture(scope="session")
def secret() -> str:
    """The word in every private text of every layer."""
    return SECRET


@pytest.fixture(scope="session")
def hidden() -> str:
    """The title of a report that is not moderated."""
    return HIDDEN


@pytest.fixture(scope="session")
def decode() -> Callable[[bytes], dict[str, list[dict[str, Any]]]]:
    """Read a vector tile: source-layer → features with id, properties, kind (1 point, 2 line, 3 area) and points."""
    return _tile


def _tile(body: bytes) -> dict[str, list[dict[str, Any]]]:
    return {name: features for _, part in _message(body) for name, features in [_source(part)]}


def _source(body: bytes) -> tuple[str, list[dict[str, Any]]]:
    name, features, keys, values = "", [], [], []
    for number, value in _message(body):
        if number == 1:
            name = value.decode()
        elif number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    return name, [_feature(one, keys, values) for one in features]


def _value(body: bytes) -> Any:
    number, value = _message(body)[0]
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return (value >> 1) ^ -(value & 1)
        case 7:
            return bool(value)
    return value


def _feature(body: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    parts = dict(_message(body))
    tags = _numbers(parts.get(2, b""))
    return {
        "id": parts.get(1),
        "kind": parts.get(3),
        "properties": {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)},
        "points": _points(_numbers(parts[4])),
    }


def _points(commands: list[int]) -> list[tuple[int, int]]:
    found, x, y, at = [], 0, 0, 0
    while at < len(commands):
        code, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count if code in (1, 2) else 0):
            x += (commands[at] >> 1) ^ -(commands[at] & 1)
            y += (commands[at + 1] >> 1) ^ -(commands[at + 1] & 1)
            at += 2
            found.append((x, y))
    return found


def _message(body: bytes) -> list[tuple[int, Any]]:
    """Split a protobuf message into its fields."""
    found, at = [], 0
    while at < len(body):
        key, at = _varint(body, at)
        match key & 7:
            case 0:
                value, at = _varint(body, at)
            case 1:
                value, at = body[at : at + 8], at + 8
            case 2:
                size, at = _varint(body, at)
                value, at = body[at : at + size], at + size
            case _:
                value, at = body[at : at + 4], at + 4
        found.append((key >> 3, value))
    return found


def _numbers(body: bytes) -> list[int]:
    found, at = [], 0
    while at < len(body):
        number, at = _varint(body, at)
        found.append(number)
    return found


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = body[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


@pytest.fixture(scope="session")
def served(feed_settings: Settings) -> Iterator[str]:
    """The address of the application in a process of its own: GDAL inside ours would keep the server from answering."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "TOANCANH_DATABASE_URL": feed_settings.database_url or "",
        "TOANCANH_DATA": str(feed_settings.data),
        "TOANCANH_STAFF_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "services", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(20)


def _answering(address: str, server: subprocess.Popen[bytes]) -> str:
    """Wait until the server answers."""
    for _ in range(600):
        assert server.poll() is None, "the server did not start"
        try:
            if httpx.get(f"{address}/ogc", timeout=5).status_code == 200:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
