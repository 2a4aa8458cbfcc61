"""The map in a browser: first full picture and areas of another time against a bare MapLibre page, and another month."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from floor import Step
from harness import PROJECT, Bench, Goal, Row, get, product
from recording import floor_server

from boundaries.vintages import VINTAGES

GROUP = "Browser"
DIST = PROJECT / "web" / "node_modules" / "maplibre-gl" / "dist"
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip

# Looks at every frame whether all is drawn, and notes the first such moment.
WATCH = """
(() => {
  const ready = () => {
    const bare = window.__bare;
    if (bare) return bare.loaded();
    const made = window.__toancanh;
    if (!made || !made.map.loaded() || made.map.isMoving()) return false;
    const { start, style, focus, detail, slice, legend } = made.store.data;
    return [start, style, focus, detail, slice, legend].every((one) => one.value && !one.busy);
  };
  const look = () => { if (ready()) window.__full = performance.now(); else requestAnimationFrame(look); };
  requestAnimationFrame(look);
})()
"""

SWITCH = """
async (period) => {
  const { map, store } = window.__toancanh;
  const own = map.setFeatureState;
  let set = 0, touched = false;
  map.setFeatureState = (...given) => {
    const begun = performance.now();
    own.apply(map, given);
    set += performance.now() - begun;
    touched = true;
  };
  const begun = performance.now();
  store.go({ period });
  await new Promise((done) => {
    const look = () => (touched && store.data.slice.value?.period === period ? done() : map.once("idle", look));
    map.once("idle", look);
  });
  const painted = performance.now() - begun;
  map.setFeatureState = own;
  const asked = performance.getEntriesByType("resource").filter((e) => e.startTime >= begun && e.name.includes("/values"));
  return { painted, set, fetch: asked.length ? asked[0].duration : 0 };
}
"""

# The areas of another time over the same ground: other tiles, other numbers on them.
CROSS = """
async (boundary) => {
  const { map, store } = window.__toancanh;
  const begun = performance.now();
  store.go({ boundary, frame: "current" });
  const there = () => {
    const { style, slice, legend } = store.data;
    return [style, slice, legend].every((one) => one.value && !one.busy) && slice.value.boundary === boundary
      && map.getSource("communes")?.tiles[0].includes(boundary);
  };
  await new Promise((done) => {
    const look = () => (there() ? done() : map.once("idle", look));
    map.once("idle", look);
  });
  return performance.now() - begun;
}
"""

BARE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/maplibre-gl.css">
<body style="margin:0"><div id="map"></div><script type="module">
import {{ Map, setWorkerUrl }} from "/maplibre-gl.mjs";
setWorkerUrl("/maplibre-gl-worker.mjs");
const at = new URLSearchParams(location.search), home = "http://127.0.0.1:{port}";
const box = document.getElementById("map");
box.style.width = at.get("w") + "px"; box.style.height = at.get("h") + "px";
const styleOf = async (path) => {{
  const style = await (await fetch(home + path)).json();
  for (const source of Object.values(style.sources)) {{
    if (source.tiles) source.tiles = source.tiles.map((one) => home + one);
    if (typeof source.data === "string") source.data = home + source.data;
  }}
  return style;
}};
const map = window.__bare = new Map({{ container: box, style: await styleOf(at.get("style")), zoom: +at.get("zoom"),
  center: [+at.get("lon"), +at.get("lat")], fadeDuration: 0, attributionControl: false }});
window.__cross = async (path) => {{
  const style = await styleOf(path);
  const begun = performance.now();
  map.setStyle(style);
  await map.once("idle");
  return performance.now() - begun;
}};
</script>"""

BARE_CROSS = "(path) => window.__cross(path)"
DAYS = tuple(vintage.id for vintage in VINTAGES)
CROSSINGS = 3  # there and back

VIEW = """() => { const { map } = window.__toancanh; const c = map.getCenter(); const box = map.getContainer();
  return { lon: c.lng, lat: c.lat, zoom: map.getZoom(), w: box.clientWidth, h: box.clientHeight }; }"""


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group; none where there is no browser or no built client."""
    if not (PROJECT / "web" / "dist" / "index.html").exists():
        bench.say("browser: the client is not built (make web), its rows are left out")
        return []
    with _chromium() as chromium, product(bench) as at:
        rows = []
        opened = (
            ("nation by commune", "/?area=VN&level=commune&indicator=hcc-04&period=2026-10", 110),
            ("province", "/?area=68&indicator=hcc-04&period=2026-10", 60),
        )
        for name, address, limit in opened:
            bench.say(f"browser: {name}")
            rows += _opened(bench, chromium, at, name=name, address=address, limit=limit)
        return rows


def _opened(bench: Bench, chromium: Any, at: int, *, name: str, address: str, limit: int) -> list[Row]:
    home = f"http://127.0.0.1:{at}"
    plan = {f"/{file.name}": Step("bytes", body=file.read_bytes(), media_type=_type(file.suffix)) for file in _files()}
    _, view = _full(chromium, home + address, None)  # tiles are made and at hand from here on
    style = "/api/style?theme=light&lang=vi"
    query = f"?style={quote(style)}&" + "&".join(f"{key}={value}" for key, value in view.items())
    plan["/bare" + query] = Step("bytes", body=BARE.format(port=at).encode(), media_type=b"text/html")
    get(at, style)
    ours, floor = [], []
    with floor_server(bench, plan) as below:
        for _ in range(max(2, bench.rounds)):
            floor.append(_full(chromium, f"http://127.0.0.1:{below}/bare{query}", view)[0])
            ours.append(_full(chromium, home + address, None)[0])
        bare_crossing = _crossed(
            chromium, f"http://127.0.0.1:{below}/bare{query}", BARE_CROSS, [f"{style}&boundary={day}" for day in DAYS]
        )
        crossing = _crossed(chromium, home + address, CROSS, DAYS)
    first = _switches(chromium, home + address, ["2026-04", "2025-10", "2025-04", "2026-07", "2025-01"])
    again = _switches(chromium, home + address, ["2026-04", "2025-10", "2025-04", "2026-07", "2025-01"])
    fetch, put = (statistics.median(one[key] for one in again) for key in ("fetch", "set"))
    cold = statistics.median(one["painted"] for one in first)
    return [
        Row(
            group=GROUP, name=f"first full map, {name}", unit="ms", product=statistics.median(ours),
            floor=statistics.median(floor), goals=[Goal(1.3)] if limit == 110 else [],
            note="floor: a bare MapLibre page with the same tiles and size; software rendering",
        ),
        Row(
            group=GROUP, name=f"another month, {name}, to painted", unit="ms",
            product=statistics.median(one["painted"] for one in again), goals=[Goal(limit, "")],
            note=f"{cold:.0f} ms when nobody asked for that month before",
        ),
        Row(
            group=GROUP, name=f"another month, {name}, ours of it", unit="ms", product=fetch + put, goals=[Goal(15, "")],
            note=f"fetch {fetch:.1f} ms, set {put:.1f} ms",
        ),
        Row(
            group=GROUP, name=f"across 1 July 2025, {name}, to painted", unit="ms", product=crossing, floor=bare_crossing,
            goals=[Goal(1.3)],
            note="areas of the other time on the same ground, seen before; floor: a bare MapLibre page that takes the other style",
        ),
    ]  # fmt: skip


def _files() -> Sequence[Any]:
    return [DIST / f"maplibre-gl{part}" for part in (".mjs", "-shared.mjs", "-worker.mjs", ".css")]


def _type(suffix: str) -> bytes:
    return b"text/css" if suffix == ".css" else b"text/javascript"


def _full(chromium: Any, address: str, size: dict[str, float] | None) -> tuple[float, dict[str, float]]:
    """Open a page in a fresh profile; returns milliseconds until all is drawn and what the map shows."""
    with _page(chromium) as page:
        page.add_init_script(WATCH)
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.__full", timeout=90_000)
        return page.evaluate("() => window.__full"), size or page.evaluate(VIEW)


def _crossed(chromium: Any, address: str, script: str, ways: Sequence[str]) -> float:
    """Go there and back in one open page; returns the median once all was seen before."""
    with _page(chromium) as page:
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_function("() => window.__full", timeout=90_000)
        page.wait_for_timeout(1500)  # what is fetched ahead comes in
        found = []
        for _ in range(1 + CROSSINGS):
            for way in ways:
                found.append(page.evaluate(script, way))
                page.wait_for_timeout(300)
        return statistics.median(found[len(ways) :])


def _switches(chromium: Any, address: str, periods: Sequence[str]) -> list[dict[str, float]]:
    """Go to other months in one open page."""
    with _page(chromium) as page:
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_function("() => window.__full", timeout=90_000)
        page.wait_for_timeout(1500)  # what is fetched ahead comes in
        found = []
        for period in periods:
            found.append(page.evaluate(SWITCH, period))
            page.wait_for_timeout(300)
        return found


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # a development dependency

    own = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", reduced_motion="reduce", color_scheme="light"
    )
    try:
        yield context.new_page()
    finally:
        context.close()
