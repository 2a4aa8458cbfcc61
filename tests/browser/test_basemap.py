"""The optional background map: a PMTiles file read by ranges, pictures by address, and none when it cannot be had."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest
from playwright.sync_api import Page, Route, expect
from shapely.geometry import LineString

Settled = Callable[[Page], None]

VIEW = "?area=24781&view=11.94/108.44/11"
LAYERS = "() => window.__toancanh.map.getStyle().layers.filter((l) => l.source === 'background').map((l) => l.id)"
DRAWN = """() => { const { map } = window.__toancanh;
  const layers = map.getStyle().layers.filter((l) => l.source === 'background' && l.type !== 'raster').map((l) => l.id);
  return layers.length ? map.queryRenderedFeatures({ layers }).length : 0 }"""


@pytest.fixture(scope="module")
def pmtiles(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small PMTiles file of streets around Đà Lạt, as GDAL writes one."""
    path: Path = tmp_path_factory.mktemp("basemap") / "streets.pmtiles"
    lines = [LineString([(108.3 + k / 100, 11.8), (108.3 + k / 100, 12.1)]) for k in range(30)]
    streets = geopandas.GeoDataFrame({"kind": ["road"] * len(lines)}, geometry=lines, crs=4326)
    options = {"MINZOOM": "6", "MAXZOOM": "12"}
    pyogrio.write_dataframe(streets, path, driver="PMTiles", layer="roads", dataset_options=options)
    return path.read_bytes()


def with_basemap(page: Page, kind: str, url: str) -> None:
    """Let the server's first answer name a background map."""

    def answer(route: Route) -> None:
        given: dict[str, Any] = route.fetch().json()
        route.fulfill(json={**given, "basemap": {"kind": kind, "url": url, "attribution": "© Người vẽ"}})

    page.route("**/api/start*", answer)


def test_a_pmtiles_file_is_drawn_under_the_figures(page: Page, server: str, settled: Settled, pmtiles: bytes) -> None:
    def part(route: Route) -> None:
        first, last = map(int, re.findall(r"\d+", route.request.headers["range"]))
        body = pmtiles[first : last + 1]
        span = f"bytes {first}-{first + len(body) - 1}/{len(pmtiles)}"
        route.fulfill(status=206, body=body, headers={"Content-Range": span, "Content-Type": "application/vnd.pmtiles"})

    with_basemap(page, "pmtiles", "/made.pmtiles")
    page.route("**/made.pmtiles", part)
    page.goto(server.rstrip("/") + "/" + VIEW)
    settled(page)
    page.wait_for_function(f"() => ({DRAWN})() > 0", timeout=20_000)
    assert "background-roads" in page.evaluate(LAYERS)
    ids = page.evaluate("() => window.__toancanh.map.getStyle().layers.map((l) => l.id)")
    assert ids.index("background-roads") < ids.index("communes-fill")
    page.get_by_label("Chuyển sang nền tối").click()
    settled(page)
    page.wait_for_function(f"() => ({DRAWN})() > 0", timeout=20_000)
    expect(page.locator("tc-scale")).to_contain_text("© Người vẽ")


def test_pictures_by_address_are_drawn(page: Page, server: str, settled: Settled) -> None:
    asked: list[str] = []

    def picture(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=_grey(), headers={"Content-Type": "image/png"})

    with_basemap(page, "xyz", "/made/{z}/{x}/{y}.png")
    page.route("**/made/**", picture)
    page.goto(server.rstrip("/") + "/" + VIEW)
    settled(page)
    page.wait_for_function("() => window.__toancanh.map.isSourceLoaded('background')", timeout=20_000)
    assert page.evaluate(LAYERS) == ["background-pictures"]
    assert asked
    assert all(re.search(r"/made/1[0-2]/\d+/\d+\.png$", url) for url in asked)


def test_without_the_file_the_map_stands_on_its_own(page: Page, server: str, settled: Settled) -> None:
    with_basemap(page, "pmtiles", "/missing.pmtiles")
    page.goto(server.rstrip("/") + "/" + VIEW)
    settled(page)
    assert page.evaluate(LAYERS) == []
    assert page.request.get(f"{server.rstrip('/')}/api/basemap.pmtiles").status == 404
    assert page.locator("tc-legend .count").first.is_visible()


def _grey() -> bytes:
    """A grey PNG of 1 × 1 pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x99")) + chunk(b"IEND", b"")
