"""A page of somebody else, on another origin, that draws our styles with MapLibre as it is published."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Page

from services.settings import PROJECT

LIBRARY = PROJECT / "web" / "node_modules" / "maplibre-gl" / "dist"
PAGE = """<!doctype html><link rel="stylesheet" href="/maplibre-gl.css"><div id="map" style="height:600px"></div>
<script type="module">
import * as maplibregl from "/maplibre-gl.mjs";
const asked = new URLSearchParams(location.search);
const map = new maplibregl.Map({container: "map", style: asked.get("style"), center: [108.2, 11.7], zoom: 8});
window.errors = [];
map.on("error", (event) => window.errors.push(String(event.error)));
map.on("idle", () => (window.idle = true));
window.map = map;
</script>"""
SEEN = """() => {
  const found = window.map.queryRenderedFeatures();
  const count = (kind) => found.filter((one) => one.layer.type === kind).length;
  const texts = found.filter((one) => one.layer.type === "symbol").map((one) => Object.values(one.properties).join("|"));
  return {fill: count("fill"), line: count("line"), circle: count("circle"), texts, errors: window.errors,
          colours: [...new Set(found.filter((one) => one.layer.type === "fill").map((one) => String(one.layer.paint["fill-color"])))]};
}"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of a page on another origin."""

    class Pages(SimpleHTTPRequestHandler):
        extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

        def do_GET(self) -> None:
            if self.path.startswith("/?"):
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(PAGE.encode())
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=str(Path(LIBRARY)))) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def drawn(page: Page, elsewhere: str, style: str) -> Any:
    page.goto(f"{elsewhere}/?style={style.replace('?', '%3F').replace('&', '%26').replace('=', '%3D')}")
    page.wait_for_function("() => window.idle || window.errors.length", timeout=40_000)
    seen = page.evaluate(SEEN)
    assert not seen["errors"], seen["errors"]
    return seen


def test_the_whole_map_is_drawn_on_another_site(page: Page, server: str, elsewhere: str) -> None:
    seen = drawn(page, elsewhere, f"{server.rstrip('/')}/ogc/styles/toan-canh?f=mapbox")
    assert seen["fill"] > 50
    assert seen["line"] > 50
    assert any("Lâm Đồng" in text for text in seen["texts"]), seen["texts"][:20]


def test_an_indicator_is_drawn_in_its_classes(page: Page, server: str, elsewhere: str) -> None:
    root = server.rstrip("/")
    style = f"{root}/ogc/collections/indicator-hcc-04/styles/quantile?f=mapbox&level=commune&within=68"
    legend = page.request.get(f"{root}/api/indicators/HCC-04/legend?level=commune&within=68").json()
    seen = drawn(page, elsewhere, style)
    assert seen["fill"] >= 100
    assert len(seen["colours"]) >= len(legend["classes"])
