"""How it looks: four sizes, two themes, two languages, nothing over anything else, nothing cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Settled = Callable[[Page], None]

SIZES = [(1920, 1080), (1440, 900), (1024, 768), (390, 844)]

# Boxes of the parts that lie over the map, and the widest thing on the page.
BOXES = """(names) => {
  const app = document.querySelector('tc-app').shadowRoot;
  const boxes = {};
  for (const name of names) {
    const found = app.querySelector(name);
    if (!found) continue;
    const box = found.getBoundingClientRect();
    if (box.width && box.height) boxes[name] = [box.left, box.top, box.right, box.bottom];
  }
  return { boxes, wide: document.documentElement.scrollWidth, high: document.documentElement.scrollHeight };
}"""

# Text that is wider or taller than its box and not meant to scroll or to end in dots.
CUT = """() => {
  const cut = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const style = getComputedStyle(element);
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own || style.visibility === 'hidden' || !element.clientWidth || element.closest('.hide, .scroll, dialog:not([open])')) continue;
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') continue;
      if (element.scrollHeight > element.clientHeight + 2 || element.scrollWidth > element.clientWidth + 2)
        cut.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`);
    }
  };
  walk(document);
  return cut;
}"""


def overlap(one: list[float], two: list[float]) -> bool:
    """Whether two boxes share more than a hair."""
    return min(one[2], two[2]) - max(one[0], two[0]) > 1 and min(one[3], two[3]) - max(one[1], two[1]) > 1


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("query", ["?area=68", "?area=24781&theme=dark&lang=en", "?area=VN"])
def test_nothing_lies_over_anything_else(open_map: Open, page: Page, size: tuple[int, int], query: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_map(query)
    phone = size[0] < 760
    parts = (
        ["header", ".pill", "tc-inset figure", ".corner", "tc-sheet"]
        if phone
        else ["header", ".rail .card", ".zoom", ".time", ".corner", "tc-inset", "aside"]
    )
    found: dict[str, Any] = page.evaluate(BOXES, parts)
    names = list(found["boxes"])
    assert len(names) >= 4
    for i, one in enumerate(names):
        for two in names[i + 1 :]:
            assert not overlap(found["boxes"][one], found["boxes"][two]), f"{one} over {two}"
    for name, (left, _, right, _) in found["boxes"].items():
        assert left >= -1, name
        assert right <= size[0] + 1, name
    assert found["wide"] <= size[0], "the page scrolls sideways"
    assert found["high"] <= size[1], "the page scrolls"
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("query", ["?area=68", "?area=68&period=2025-06&lang=en", "?area=68&lens=former-district"])
def test_on_a_phone_the_small_country_keeps_its_names(open_map: Open, page: Page, query: str) -> None:
    """Scale, sheet and buttons leave the inset and the names of both archipelagos in it free."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_map(query)
    figure = page.locator("tc-inset figure")
    expect(figure).to_be_visible()
    frame: dict[str, float] = figure.bounding_box()  # type: ignore[assignment]
    names = figure.locator("text", has_text=re.compile("Hoàng Sa|Trường Sa|Hoang Sa|Truong Sa"))
    assert names.count() == 2
    around = {
        place: page.locator(place).first.bounding_box() for place in ("tc-scale", "tc-sheet", ".corner", "header")
    }
    for name in (names.nth(0), names.nth(1)):
        box: dict[str, float] = name.bounding_box()  # type: ignore[assignment]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]
        for place, other in around.items():
            assert other is None or not overlap(_sides(box), _sides(dict(other))), f"{place} over {name.inner_text()}"


def _sides(box: dict[str, float]) -> list[float]:
    return [box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]


def test_phone_sheet_has_three_heights(open_map: Open, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_map("?area=68")
    sheet, handle = page.locator("tc-sheet"), page.locator("tc-sheet .handle")
    heights = [sheet.bounding_box()["height"]]  # type: ignore[index]
    for _ in range(2):
        handle.press("ArrowUp")
        page.wait_for_timeout(400)
        heights.append(sheet.bounding_box()["height"])  # type: ignore[index]
    assert heights[0] < 200 < heights[1] < 500 < heights[2]
    handle.press("ArrowDown")
    page.wait_for_timeout(400)
    page.locator("tc-sheet [role=tab]").nth(1).click()
    expect(page.locator("tc-ranking tbody tr").first).to_be_visible()
    handle.press("ArrowDown")
    page.wait_for_timeout(400)
    assert sheet.bounding_box()["height"] == pytest.approx(heights[0], abs=2)  # type: ignore[index]


def test_dark_and_english_by_their_buttons(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    light = page.evaluate("getComputedStyle(document.querySelector('tc-app')).color")
    page.get_by_label("Chuyển sang nền tối").click()
    settled(page)
    assert page.evaluate("getComputedStyle(document.querySelector('tc-app')).color") != light
    assert "theme=dark" in page.url
    page.get_by_label("Switch to English").click()
    settled(page)
    expect(page.locator("tc-panel [role=tab]").first).to_have_text("Overview")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert all(
        isinstance(k, int)
        for k in page.evaluate(
            """() => { const { map, store } = window.__toancanh; return store.data.slice.value.ids.map(
            (id) => map.getFeatureState({ source: 'communes', sourceLayer: 'communes', id }).k) }"""
        )
    ), "colours survive a change of theme and language"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_archipelagos_are_always_there(open_map: Open, theme: str) -> None:
    page = open_map(f"?area=VN&theme={theme}")
    names = page.evaluate(
        "() => window.__toancanh.map.queryRenderedFeatures({ layers: ['archipelagos-label'] }).map((f) => f.properties.name)"
    )
    assert any("Hoàng Sa" in name for name in names)
    assert any("Trường Sa" in name for name in names)
    page = open_map(f"?area=68&theme={theme}")
    inset = page.locator("tc-inset figure")
    expect(inset).to_be_visible()
    expect(inset).to_contain_text("Hoàng Sa")
    expect(inset).to_contain_text("Trường Sa")


def test_every_province_is_named_on_the_country(open_map: Open) -> None:
    page = open_map("?area=VN")
    named = page.evaluate(
        "() => window.__toancanh.map.queryRenderedFeatures({ layers: ['provinces-label'] }).map((f) => f.properties.name)"
    )
    every = page.evaluate("() => window.__toancanh.store.data.frame.value.children.map((one) => one.name)")
    assert sorted(set(every) - set(named)) == []


def test_sample_figures_and_rough_outlines_say_so(open_map: Open) -> None:
    page = open_map("?area=68")
    for place in ("tc-indicator", "tc-card"):
        expect(page.locator(f"{place} .badge.sample").first).to_have_text("Dữ liệu minh hoạ")
    expect(page.locator("tc-scale")).to_contain_text("Ranh giới gần đúng")
    page.locator("tc-panel [role=tab]").nth(1).click()
    expect(page.locator("tc-ranking .badge.sample")).to_be_visible()
    page.locator("tc-panel [role=tab]").nth(2).click()
    expect(page.locator("tc-figures .badge.sample")).to_be_visible()
