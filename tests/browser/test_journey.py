"""The journey of a leader: the province in colour, one commune, back, another indicator and month, a search, a copied link."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from geo.text import fold

Open = Callable[..., Page]
Settled = Callable[[Page], None]

COLOURED = """() => {
  const { map, store } = window.__toancanh;
  const slice = store.data.slice.value;
  return slice.ids.map((id) => map.getFeatureState({ source: 'communes', sourceLayer: 'communes', id }).k);
}"""

# A point on the screen where a commune is drawn and nothing lies over the map.
COMMUNE_AT = """() => {
  const { map, store } = window.__toancanh;
  const box = map.getContainer().getBoundingClientRect();
  for (let y = 120; y < box.height - 160; y += 20)
    for (let x = 420; x < box.width - 120; x += 20) {
      const [found] = map.queryRenderedFeatures([x, y], { layers: ['communes-fill'] });
      if (found && found.properties.code !== store.state.area)
        return { x: x + box.left, y: y + box.top, code: String(found.properties.code), name: found.properties.name };
    }
  return null;
}"""


def heading(page: Page) -> str:
    """The name of the area in the panel."""
    return page.locator("tc-panel h1").inner_text()


def test_all_communes_of_the_province_are_coloured(open_map: Open) -> None:
    page = open_map("?area=68")
    states = page.evaluate(COLOURED)
    assert len(states) == 124
    assert all(isinstance(k, int) for k in states), "a commune without a class or a blank"
    assert len({k for k in states if k >= 0}) >= 3, "one colour is no choropleth"
    drawn = page.evaluate(
        "() => new Set(window.__toancanh.map.queryRenderedFeatures({ layers: ['communes-fill'] }).map((f) => f.id)).size"
    )
    assert drawn >= 120
    expect(page.locator("tc-legend .count").first).to_be_visible()
    counts = [int(text.replace(".", "")) for text in page.locator("tc-legend .count").all_inner_texts() if text != "–"]
    assert sum(counts) == 124, "the legend counts every commune once"


def test_click_a_commune_and_come_back(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    province = heading(page)
    target = page.evaluate(COMMUNE_AT)
    page.mouse.click(target["x"], target["y"])
    page.wait_for_url(re.compile(f"area={target['code']}"))
    settled(page)
    assert target["name"] in heading(page)
    panel = page.locator("tc-card")
    expect(panel.locator(".value, .no-value").first).to_be_visible()
    expect(panel.locator("tc-series svg")).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("area=68"))
    settled(page)
    assert heading(page) == province
    page.go_forward()
    page.wait_for_url(re.compile(f"area={target['code']}"))
    page.locator("tc-breadcrumb button", has_text="Lâm Đồng").click()
    page.wait_for_url(re.compile("area=68"))
    page.locator("tc-breadcrumb button", has_text="Việt Nam").click()
    page.wait_for_url(re.compile("area=VN"))
    settled(page)
    drawn = page.evaluate(
        "() => new Set(window.__toancanh.map.queryRenderedFeatures({ layers: ['provinces-fill'] }).map((f) => f.id)).size"
    )
    assert drawn >= 34


def test_change_the_indicator(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    before = page.locator("tc-indicator h2").inner_text()
    page.locator("tc-indicator button").click()
    dialog = page.locator("tc-picker dialog")
    expect(dialog).to_be_visible()
    everything = dialog.locator(".item").count()
    dialog.locator("input[type=search]").fill("ho so truc tuyen")
    expect(dialog.locator(".item").first).to_contain_text("trực tuyến")
    assert dialog.locator(".item").count() < everything
    dialog.locator(".item").first.click()
    expect(dialog).to_be_hidden()
    settled(page)
    assert page.locator("tc-indicator h2").inner_text() != before
    assert all(isinstance(k, int) for k in page.evaluate(COLOURED))
    page.go_back()
    settled(page)
    assert page.locator("tc-indicator h2").inner_text() == before


def test_the_picker_finds_words_by_their_beginning_and_closes_by_escape(open_map: Open) -> None:
    page = open_map("?area=68")
    page.locator("tc-indicator button").click()
    dialog = page.locator("tc-picker dialog")
    dialog.locator(".body").evaluate("(body) => body.scrollTo(0, 2000)")
    dialog.locator("input[type=search]").fill("an toan")
    assert dialog.locator(".body").evaluate("(body) => body.scrollTop") == 0
    names = dialog.locator(".name").all_inner_texts()
    assert names
    assert all(re.search(r"\ban\b", fold(name)) for name in names), "“an” is not found inside “toàn”"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_one_rank_in_tooltip_and_card(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    target = page.evaluate(COMMUNE_AT)
    page.mouse.move(target["x"], target["y"])
    rank = page.locator("tc-tooltip .rank")
    expect(rank).to_be_visible()
    said = re.search(r"\d+/\d+", rank.inner_text())
    page.mouse.click(target["x"], target["y"])
    settled(page)
    assert said
    expect(page.locator("tc-card .rank b")).to_have_text(said.group())


def test_change_the_month_without_fetching_a_tile(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&boundary=current")
    now = page.locator("tc-time output").inner_text()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = page.evaluate(COLOURED)
    page.locator("tc-time .icon-button").first.click()
    page.wait_for_url(re.compile("period="))
    settled(page)
    assert page.locator("tc-time output").inner_text() != now
    page.locator("tc-time input").press("Home")
    settled(page)
    assert page.evaluate(COLOURED) != before, "other figures, other colours"
    assert not [url for url in asked if "/tiles/" in url], "the ground does not change with the month"
    assert sum("/values" in url for url in asked) >= 1


def test_play_runs_through_time(open_map: Open) -> None:
    page = open_map("?area=68")
    page.locator("tc-time input").press("End")
    for _ in range(3):
        page.locator("tc-time .icon-button").first.click()
    started = page.locator("tc-time output").inner_text()
    page.locator("tc-time .play").click()
    expect(page.locator("tc-time output")).not_to_have_text(started, timeout=10_000)
    expect(page.locator("tc-time .play")).to_have_attribute("aria-label", "Chạy theo thời gian", timeout=15_000)


def test_search_without_accents(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    page.keyboard.press("/")
    page.keyboard.type("da lat")
    first = page.locator("tc-search [role=option]").first
    expect(first).to_contain_text("Đà Lạt")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area=24781"))
    settled(page)
    assert re.fullmatch(r"Phường Xuân Hương\s*[-–]\s*Đà Lạt", heading(page))


def test_a_copied_address_shows_the_same_view(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=24781&method=natural&layers=projects")
    page.locator("tc-time .icon-button").first.click()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -240)
    page.wait_for_timeout(600)
    settled(page)
    address = page.url
    other = page.context.new_page()
    other.goto(address)
    settled(other)
    look = """() => { const { map, store } = window.__toancanh; const c = map.getCenter();
      return { lat: c.lat, lon: c.lng, zoom: map.getZoom(), period: store.shown.period, layers: store.state.layers,
               method: store.data.legend.value.method, area: store.data.focus.value.code, indicator: store.data.detail.value.code } }"""
    one, two = page.evaluate(look), other.evaluate(look)
    for key in ("period", "layers", "method", "area", "indicator"):
        assert one[key] == two[key], key
    assert abs(one["lat"] - two["lat"]) < 1e-3
    assert abs(one["lon"] - two["lon"]) < 1e-3
    assert abs(one["zoom"] - two["zoom"]) < 0.02
    assert page.evaluate(COLOURED) == other.evaluate(COLOURED)
