"""The abstract tests of the OGC suites against a running server: each answer is fetched once and shared."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from services.settings import PROJECT

Json = dict[str, Any]
KINDS = {
    "areas": "provinces",
    "areas of a province": "communes",
    "zones": "planning-zones",
    "lines and points": "projects",
    "points": "cameras",
    "moments": "citizen-reports",
    "indicator": "indicator-hcc-04",
}
"""A collection of every kind of features; nearly 300 indicators are of one kind."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ats(*names): abstract tests of a suite (Class.method) or standard (/conf/…)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each abstract test it stands for, so that results carry their names."""
    names = [name for marker in metafunc.definition.iter_markers("ats") for name in marker.args]
    if names:
        metafunc.parametrize("abstract", names, indirect=True)


@pytest.fixture(autouse=True)
def abstract(request: pytest.FixtureRequest) -> str:
    """The name of the abstract test."""
    return getattr(request, "param", "")


class Api:
    """The OGC API of a server; what was fetched once is not fetched again."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.http = httpx.Client(timeout=60, follow_redirects=True)
        self._kept: dict[Any, httpx.Response] = {}
        self._read: dict[int, Any] = {}

    def get(self, href: str = "", query: Json | None = None, **headers: str) -> httpx.Response:
        """Fetch an address or a path below the landing page; words of header names are joined by `_`."""
        address = urljoin(f"{self.root}/", href) if "://" in href else f"{self.root}{href}"
        kept = (address, tuple((query or {}).items()), tuple(headers.items()))
        if kept not in self._kept:
            sent = {name.replace("_", "-"): text for name, text in headers.items()}
            self._kept[kept] = self.http.get(address, params=query, headers=sent)
        return self._kept[kept]

    def json(self, href: str = "", query: Json | None = None, status: int = 200, **headers: str) -> Any:
        """Fetch a JSON document and check the status."""
        answer = self.get(href, query, **headers)
        assert answer.status_code == status, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
        assert "json" in answer.headers["content-type"], answer.headers
        if id(answer) not in self._read:
            self._read[id(answer)] = answer.json()
        return self._read[id(answer)]

    @cached_property
    def openapi(self) -> Json:
        """The description that the landing page leads to."""
        return self.json(self.link(self.json(), "service-desc", "openapi")["href"])

    def parameter(self, path: str, name: str) -> Json:
        """Return a query parameter of GET at a path of the description, its reference followed."""
        told = self.operation(path)["parameters"]
        found = [one for one in map(self.resolved, told) if one["name"] == name and one["in"] in ("query", "path")]
        assert len(found) == 1, f"{path} does not describe {name} once"
        return found[0]

    def operation(self, path: str) -> Json:
        """Return GET at a path of the description, whatever stands in its braces."""
        for one, item in self.openapi["paths"].items():
            if _bare(one) == _bare(path):
                return item["get"]
        raise AssertionError(f"{path} is not described")

    def media(self, path: str) -> set[str]:
        """Return the media types in which GET at a path of the description answers."""
        return set(self.resolved(self.operation(path)["responses"]["200"])["content"])

    def resolved(self, told: Json) -> Json:
        """Follow a reference within the description."""
        while "$ref" in told:
            assert told["$ref"].startswith("#/"), told
            at: Any = self.openapi
            for part in told["$ref"][2:].split("/"):
                at = at[part.replace("~1", "/").replace("~0", "~")]
            told = at
        return told

    @staticmethod
    def links(document: Json, rel: str, kind: str = "") -> list[Json]:
        """Return the links of a relation (its last word is enough) whose media type holds `kind`."""
        return [
            one
            for one in document["links"]
            if one["rel"] in (rel, f"http://www.opengis.net/def/rel/ogc/1.0/{rel}") and kind in one.get("type", "")
        ]

    def link(self, document: Json, rel: str, kind: str = "") -> Json:
        """Return the first link of a relation; there must be one."""
        found = self.links(document, rel, kind)
        assert found, f"no link {rel} {kind}"
        return found[0]


def _bare(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture(scope="session")
def root(request: pytest.FixtureRequest) -> str:
    """The landing page: of the server CONFORMANCE_OF, or of one started for the tests."""
    given = os.environ.get("CONFORMANCE_OF", "").rstrip("/")
    return given or f"{request.getfixturevalue('server')}/ogc"


@pytest.fixture(scope="session")
def api(root: str) -> Iterator[Api]:
    """The OGC API under test."""
    made = Api(root)
    yield made
    made.http.close()


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys(), scope="session")
def one(request: pytest.FixtureRequest, api: Api) -> Json:
    """The description of a collection of every kind."""
    found: Json = api.json(f"/collections/{request.param}")
    return found


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest, root: str) -> Iterator[None]:
    """A process that runs jobs; a server that is given has one of its own."""
    if os.environ.get("CONFORMANCE_OF"):
        yield
        return
    cluster = request.getfixturevalue("cluster")
    environment = {
        **os.environ,
        "TOANCANH_DATABASE_URL": cluster.url("served"),
        "TOANCANH_DATA": str(cluster.folder),
    }
    with subprocess.Popen([sys.executable, "-m", "services", "worker"], cwd=PROJECT, env=environment) as process:
        yield
        process.send_signal(signal.SIGINT)
        process.wait(20)
