"""What no schema thinks of: every parameter of every OGC address given what an attacker or a broken client sends."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from markupsafe import escape

EVIL = (
    "'; DROP TABLE toancanh.camera; --",
    "1 OR 1=1) UNION SELECT pg_sleep(20)--",
    "\x00",
    "a\x00b",
    "\"'`\\%_{}[]()<>;",
    "x" * 10_000,
    "Đà Lạt 🌋👩‍👩‍👧 \u202e\ufeff",
    "e\u0301" * 50,
    "-1",
    "-99999999999999999999999999",
    "1000000000",
    "9" * 5_000,
    "1e309",
    "NaN",
    "Infinity",
    "-0",
    "",
    " ",
    "../../../etc/passwd",
    "%2e%2e%2f%00",
    "1,2,3",
    "NaN,NaN,NaN,NaN",
    "-1e300,-1e300,1e300,1e300",
    "108,12,107,11,5,6,7",
    "9999-12-31T23:59:59.999999999Z",
    "0001-01-01/9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "0000-00-00/..",
    "../..",
    "2026-02-30",
    "http://www.opengis.net/def/crs/EPSG/0/99999999999",
    "[EPSG:4326]; rm -rf /",
    "POINT(1e400 0)",
    "POLYGON((0 0,1 1,0 1,1 0,0 0))",
    "POLYGON((",
    "Lat(1:0),Lon(a:b)",
    "{" * 500,
    "null",
    "\u0661\u0662",
)
LATEST_S = 15  # the statement timeout
SECRETS = ("Traceback", "psycopg", "sqlalchemy", 'File "')


def judge(answer: Response, told: str) -> None:
    """Hold one answer against what every answer to a bad request must be."""
    assert answer.status_code < 500, (told, answer.status_code, answer.text[:300])
    if answer.status_code < 400:
        return
    assert answer.headers["content-type"] == "application/problem+json", (told, answer.status_code)
    problem = answer.json()
    assert problem["status"] == answer.status_code, told
    assert problem["detail"].strip(), told
    assert len(problem["detail"]) < 1_000, (told, problem["detail"][:200])
    assert not [word for word in SECRETS if word in problem["detail"]], (told, problem["detail"])
    if answer.status_code == 400:
        assert problem.get("parameter"), (told, problem)


def addresses(client: TestClient) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each GET address of the definition once (one indicator and one table for all) with its parameters."""
    made = client.get("/ogc/openapi?f=json").json()
    known = made["components"]["parameters"]
    seen: set[str] = set()
    for path, operations in made["paths"].items():
        kind = re.sub("/(indicator|module)-[^/]+", r"/\1", path)
        if kind in seen or "get" not in operations:
            continue
        seen.add(kind)
        asked = [*operations.get("parameters", []), *operations["get"].get("parameters", [])]
        yield path, [known[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in asked]


def usual(parameter: dict[str, Any]) -> str:
    """Return a value that a parameter of the path takes."""
    schema = parameter["schema"]
    return str(parameter.get("example") or (schema.get("enum") or [schema.get("default", 0)])[0])


def test_no_value_of_any_parameter_breaks_an_address(client: TestClient) -> None:
    values, asked = cycle(EVIL), 0
    for path, parameters in addresses(client):
        inside = {p["name"]: quote(usual(p), safe="") for p in parameters if p["in"] == "path"}
        for parameter in parameters:
            for _ in range(3):
                value = next(values)
                spot = {parameter["name"]: quote(value, safe="")} if parameter["in"] == "path" else {}
                address = "/ogc" + re.sub(r"{(\w+)}", lambda m, s={**inside, **spot}: s.get(m[1], "0"), path)
                if parameter["in"] == "query":
                    address += f"?{parameter['name']}={quote(value, safe='')}"
                start = time.monotonic()
                judge(client.get(address), address[:300])
                assert time.monotonic() - start < LATEST_S, address[:300]
                asked += 1
    assert asked > 300, "the definition describes hardly anything"
    assert client.get("/ogc/collections/cameras/items?limit=1").status_code == 200


CAMERAS = "/ogc/collections/cameras"
BOMBS = {
    "deep": "NOT (" * 400 + "range_m > 1" + ")" * 400,
    "list": f"range_m IN ({','.join(map(str, range(9_000)))})",
    "like": f"name LIKE '{'%a' * 8_000}%'",
    "chain": " OR ".join(["range_m > 1"] * 2_500),
    "shape": f"S_INTERSECTS(geometry, POLYGON(({', '.join(f'{x} {x % 7}' for x in range(4_000))}, 0 0)))",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_filter_that_is_a_bomb_keeps_nobody_waiting(client: TestClient, bomb: str) -> None:
    start = time.monotonic()
    answer = client.get(f"{CAMERAS}/items", params={"filter": BOMBS[bomb]})
    assert answer.status_code in ((200,) if bomb == "like" else (400, 413, 414)), answer.text[:300]
    judge(answer, bomb)
    assert time.monotonic() - start < 5


def test_a_hidden_property_is_as_one_that_is_not_there(client: TestClient) -> None:
    """What it answers must not tell that the property exists, wherever it is named."""
    for asked in ("{}=x", "filter={}='x'", "properties={}", "sortby=-{}"):
        answers = [client.get(f"{CAMERAS}/items?{asked.format(name)}") for name in ("stream_url", "khongco_xy")]
        hidden, absent = (answer.text.replace("khongco_xy", "stream_url") for answer in answers)
        assert answers[0].status_code == 400
        assert hidden == absent


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{CAMERAS}/tiles/WebMercatorQuad/-1/0/0", 404),
        (f"{CAMERAS}/tiles/WebMercatorQuad/3/8/0", 404),
        (f"{CAMERAS}/tiles/WebMercatorQuad/3/-1/0", 404),
        (f"{CAMERAS}/tiles/WebMercatorQuad/99/0/0", 404),
        (f"{CAMERAS}/tiles/WebMercatorQuad/5/{10**30}/0", 400),
        (f"{CAMERAS}/tiles/WebMercatorQuad/5/1e3/NaN", 400),
        (f"{CAMERAS}/tiles/NoSuchGrid/5/1/1", 404),
        (f"{CAMERAS}/items/1%20OR%201=1", 404),
        (f"{CAMERAS}/map?width=100000&height=100000", 400),
        (f"{CAMERAS}/map?bbox=nan,nan,nan,nan", 400),
        ("/ogc/collections/camera-distance/coverage?width=1000000000", 400),
        ("/ogc/collections/indicators/position?coords=POINT(nan%20nan)", 400),
        ("/ogc/jobs/..%2f..%2fetc", 404),
    ],
)
def test_what_is_out_of_range_is_said_in_a_sentence(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:300]
    judge(answer, path)


def test_the_end_of_a_collection_is_an_empty_page(client: TestClient) -> None:
    for asked in ("offset=999999999999999", f"after={10**17}", "limit=1000000000&bbox=0,0,1,1"):
        page = client.get(f"{CAMERAS}/items?{asked}")
        assert page.status_code == 200, page.text[:300]
        assert page.json()["features"] == []


BODIES = (b"", b"null", b"[]", b"{", b'{"type":"Feature"', b"\xff\xfe", b'{"a":NaN}', b"[" * 50_000, b'{"inputs":[]}')


def test_bodies_that_are_no_json_of_a_feature_or_a_request(client: TestClient, staff: dict[str, str]) -> None:
    processes = [one["id"] for one in client.get("/ogc/processes?f=json").json()["processes"]]
    targets = [(f"{CAMERAS}/items", "application/geo+json")]
    targets += [(f"/ogc/processes/{name}/execution", "application/json") for name in processes]
    for path, kind in targets:
        for body in BODIES:
            answer = client.post(path, content=body, headers={**staff, "content-type": kind})
            told = f"{path} {body[:30]!r}"
            assert answer.status_code in (400, 413, 415, 422), (told, answer.status_code, answer.text[:300])
            judge(answer, told)


SHAPES = {
    "outside": {"type": "Point", "coordinates": [2.35, 48.85]},
    "huge": {"type": "Point", "coordinates": [1e308, 12]},
    "short": {"type": "Point", "coordinates": [108]},
    "none": {"type": "Point", "coordinates": []},
    "unlike": {"type": "Polygon", "coordinates": [[[108, 12], [108.1, 12.1], [108, 12.1], [108.1, 12], [108, 12]]]},
    "unknown": {"type": "Circle", "coordinates": [108, 12]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_cannot_be_a_camera_is_refused(client: TestClient, staff: dict[str, str], shape: str) -> None:
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": SHAPES[shape]}
    before = client.get(f"{CAMERAS}/items?limit=1", headers=staff).json()["numberMatched"]
    answer = client.post(f"{CAMERAS}/items", json=feature, headers={**staff, "content-type": "application/geo+json"})
    assert answer.status_code in (400, 422), answer.text[:300]
    judge(answer, shape)
    assert client.get(f"{CAMERAS}/items?limit=1", headers=staff).json()["numberMatched"] == before


BEFORE = "https://ban-do.example.vn/toan-canh/ogc"
PROXY = {"x-forwarded-proto": "https", "x-forwarded-host": "ban-do.example.vn", "x-forwarded-prefix": "/toan-canh"}
STARTS = (
    "", "/openapi", "/conformance", "/collections/cameras", "/collections/cameras/items?limit=2", "/styles",
    "/collections/cameras/styles", "/collections/cameras/tiles", "/collections/indicators", "/collections/camera-distance",
    "/collections/catalogue", "/collections/catalogue/items?limit=3", "/collections/indicator-nen-01", "/processes", "/jobs",
    "/tileMatrixSets", "/vn2000", "/vn2000/collections/cameras",
)  # fmt: skip


def hrefs(found: Any) -> Iterator[str]:
    """Yield every address of ours in a document: of links, servers, tiles."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in ("href", "url") and isinstance(value, str):
                yield value
            yield from hrefs(value)
    elif isinstance(found, list):
        for value in found:
            yield from hrefs(value)


@pytest.fixture(params=["headers", "setting"])
def told(request: pytest.FixtureRequest, client: TestClient, feed_app: FastAPI) -> Iterator[dict[str, str]]:
    """Headers of requests to a server that knows its outer address: from the proxy, or from its settings."""
    if request.param == "headers":
        yield PROXY
        return
    before = feed_app.state.settings
    feed_app.state.settings = before.model_copy(update={"base_url": BEFORE.removesuffix("/ogc")})
    yield {}
    feed_app.state.settings = before


def test_behind_a_proxy_every_link_starts_with_its_address_and_leads_somewhere(
    client: TestClient, told: dict[str, str]
) -> None:
    led: set[str] = set()
    for start in STARTS:
        answer = client.get(f"/ogc{start}", headers={**told, "origin": "https://qgis.example"})
        assert answer.status_code == 200, (start, answer.text[:200])
        assert answer.headers["access-control-allow-origin"] == "*", start
        for href in hrefs(answer.json()):
            if "opengis.net" not in href and "{" not in href:
                assert href.startswith((BEFORE, BEFORE.removesuffix("/ogc") + "/")), (start, href)
                led.add(href)
    assert len(led) > 60
    ours = sorted(href.removeprefix(BEFORE) for href in led if href.startswith(BEFORE))
    for path in ours[:: max(1, len(ours) // 50)]:
        answer = client.get(f"/ogc{path}", headers=told)
        assert answer.status_code == 200, (path, answer.text[:200])


@pytest.mark.parametrize("start", STARTS)
def test_every_kind_of_resource_is_a_page_in_both_languages(client: TestClient, start: str) -> None:
    pages = []
    for lang in ("vi", "en"):
        answer = client.get(f"/ogc{start}{'&' if '?' in start else '?'}f=html&lang={lang}", headers=PROXY)
        assert answer.status_code == 200, answer.text[:200]
        assert answer.headers["content-type"].startswith("text/html")
        assert f'<html lang="{lang}">' in answer.text
        assert re.search("<h1>[^<]+</h1>", answer.text)
        assert not [a for a in re.findall('href="([^"]*)"', answer.text) if "//" in a and BEFORE[:-4] not in a]
        pages.append(answer.text)
    assert pages[0] != pages[1]


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
WRONG = (
    (f"{CAMERAS}/items?foo=%3Cscript%3E1", 400),
    (f"{CAMERAS}/tiles/WebMercatorQuad/99/0/0", 404),
    ("/ogc/collections/khong-co", 404),
    ("/ogc/collections/indicators/locations?foo=1", 400),
    ("/ogc/nosuch", 404),
    ("/ogc/vn2000/nosuch", 404),
    ("/ogc/conformance?lang=xx", 400),
)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("path", "status"), WRONG)
def test_a_person_reads_what_is_wrong_on_a_page(client: TestClient, path: str, status: int, lang: str) -> None:
    spoken = {"accept-language": lang, **PROXY}
    problem = client.get(path, headers=spoken)
    judge(problem, path)
    alike = f"{path}{'&' if '?' in path else '?'}f=html"
    for page in (client.get(path, headers=BROWSER | spoken), client.get(alike, headers=spoken)):
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8"), path
        assert f'<html lang="{lang}">' in page.text
        assert f"<h1>{escape(problem.json()['detail'])}</h1>" in page.text
        assert "<script" not in page.text
        home = re.search(f'href="({re.escape(BEFORE)}(?:/vn2000)?/[?]f=html&amp;lang={lang})"', page.text)
        assert home, path
        assert client.get(unescape(home[1]).removeprefix(BEFORE[:-4])).status_code == 200
    judge(client.get(f"{alike[:-4]}json", headers=BROWSER), path)
    judge(client.get(path, headers={"accept": "application/geo+json, text/html;q=0.5"}), path)


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("DELETE", "/ogc/conformance", {"GET", "HEAD"}),
        ("PUT", f"{CAMERAS}/items", {"GET", "HEAD", "POST"}),
        ("POST", "/api/search", {"GET"}),
    ],
)
def test_a_method_that_is_not_taken_is_refused_in_both_languages(
    client: TestClient, method: str, path: str, taken: set[str]
) -> None:
    told = {lang: client.request(method, path, headers={"accept-language": lang}) for lang in ("vi", "en")}
    for answer in told.values():
        assert answer.status_code == 405, answer.text
        judge(answer, path)
        assert answer.json()["instance"] == path
        assert set(answer.headers["allow"].split(", ")) >= taken
        assert method not in answer.headers["allow"]
        assert answer.headers["allow"] in answer.json()["detail"]
    assert told["vi"].json()["detail"].startswith("Địa chỉ này không nhận")
    assert told["en"].json()["detail"].startswith("This address does not take")


@pytest.mark.parametrize("path", [*STARTS, "/collections/cameras/tiles/WebMercatorQuad/8/118/203", "/qgis-project.qgs"])
def test_a_language_that_is_not_offered_is_refused(client: TestClient, path: str) -> None:
    more = "&" if "?" in path else "?"
    for text in ("xx", "", "VI", "en-US", "vi&lang=xx"):
        answer = client.get(f"/ogc{path}{more}lang={text}", headers={"origin": "https://qgis.example"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "lang"), (path, text)
        assert answer.headers["access-control-allow-origin"] == "*"
    assert client.get(f"/ogc{path}{more}lang=en").status_code in (200, 204)


@pytest.mark.parametrize(
    "path",
    [
        "indicators/items", "indicators/queryables", "indicators/map", "indicators/styles", "catalogue/map",
        "camera-distance/items", "camera-distance/tiles", "camera-distance/queryables",
    ],
)  # fmt: skip
def test_what_a_collection_has_not_is_no_missing_collection(client: TestClient, path: str) -> None:
    name = path.partition("/")[0]
    assert client.get(f"/ogc/collections/{name}").status_code == 200
    for lang, sentence in (
        ("vi", f"Tập dữ liệu “{name}” không có tài nguyên này."),
        ("en", f"The collection “{name}” has no such resource."),
    ):
        answer = client.get(f"/ogc/collections/{path}?lang={lang}")
        assert (answer.status_code, answer.json()["detail"]) == (404, sentence)
    resource = path.rpartition("/")[2]
    assert "khong-co" in client.get(f"/ogc/collections/khong-co/{resource}").json()["detail"]
