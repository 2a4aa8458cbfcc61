"""Layers over the map: on and off, what an object is, and filtering by its codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Settled = Callable[[Page], None]

# Where an object of a layer is drawn, clear of what lies over the map.
OBJECT_AT = """(id) => {
  const { map } = window.__toancanh;
  const box = map.getContainer().getBoundingClientRect();
  const layers = map.getStyle().layers.filter((l) => l.source === id && !l['source-layer'].endsWith('_cells')).map((l) => l.id);
  for (let y = 90; y < box.height - 170; y += 3)
    for (let x = 420; x < box.width - 180; x += 3)
      if (map.queryRenderedFeatures([x, y], { layers }).length) return { x: x + box.left, y: y + box.top };
  return null;
}"""


def switch(page: Page, title: str) -> None:
    """Turn a layer on or off by its name."""
    page.locator("tc-layers label", has_text=title).locator("input").click()


def drawn(page: Page, layer: str) -> int:
    """How many features of a layer are on the screen."""
    return int(
        page.evaluate(
            """(id) => { const { map } = window.__toancanh; if (!map.getSource(id)) return 0;
            const layers = map.getStyle().layers.filter((l) => l.source === id).map((l) => l.id);
            return map.queryRenderedFeatures({ layers }).length }""",
            layer,
        )
    )


@pytest.mark.parametrize(
    ("layer", "title"),
    [
        ("projects", "Dự án"),
        ("cameras", "Camera"),
        ("citizen-reports", "Phản ánh"),
        ("planning-zones", "Quy hoạch"),
    ],
)
def test_each_layer_goes_on_and_off(open_map: Open, settled: Settled, layer: str, title: str) -> None:
    page = open_map("?area=24781&view=11.945/108.44/13")
    assert drawn(page, layer) == 0
    switch(page, title)
    page.wait_for_url(re.compile(f"layers=[^&]*{layer}"))
    settled(page)
    assert drawn(page, layer) > 0
    expect(page.locator("tc-layers .legend").first).to_be_visible()
    expect(page.locator("tc-layers .badge.sample").first).to_be_visible()
    switch(page, title)
    settled(page)
    assert drawn(page, layer) == 0
    assert "layers=" not in page.url


def test_an_object_tells_what_it_is(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=24781&layers=projects&view=11.945/108.44/12")
    target = page.evaluate(OBJECT_AT, "projects")
    assert target, "no project on the screen"
    page.mouse.click(target["x"], target["y"])
    popup = page.locator("tc-popup")
    expect(popup.locator("h3")).not_to_be_empty()
    expect(popup.locator("dt").first).to_be_visible()
    expect(popup.locator(".badge.sample")).to_be_visible()
    assert "area=24781" in page.url, "an object on top of an area is meant, not the area"
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)


def test_filter_by_a_coded_field(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=24781&layers=citizen-reports&view=11.945/108.44/12.5")
    everything = drawn(page, "citizen-reports")
    page.locator("tc-layers .text-button").first.click()
    page.locator("tc-layers .chips button").first.click()
    page.wait_for_url(re.compile("filter="))
    settled(page)
    some = drawn(page, "citizen-reports")
    assert 0 < some < everything
    page.reload()
    settled(page)
    assert drawn(page, "citizen-reports") == some, "the filter is part of the address"
    page.locator("tc-layers .text-button", has_text="Bỏ lọc").click()
    settled(page)
    assert drawn(page, "citizen-reports") == everything
