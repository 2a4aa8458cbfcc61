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


def test_a_layer_too_far_away_says_so_and_leads_nearer(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&layers=planning-zones")
    expect(page.locator("tc-layers .details")).to_contain_text("Phóng to để xem lớp này")
    page.locator("tc-layers .details").get_by_role("button", name="Phóng to").click()
    page.wait_for_function("() => window.__toancanh.map.getZoom() >= 9")
    settled(page)
    assert drawn(page, "planning-zones") > 0
    expect(page.locator("tc-layers .details")).not_to_contain_text("Phóng to để xem")


def test_discs_of_two_layers_are_told_apart(open_map: Open) -> None:
    page = open_map("?area=68&layers=cameras,citizen-reports")
    discs = page.evaluate("""() => window.__toancanh.map.getStyle().layers.filter((l) => l.id.endsWith('-cells'))
      .map((l) => [l.paint['circle-color'], l.paint['circle-translate'][0]])""")
    assert len({colour for colour, _ in discs}) == len({aside for _, aside in discs}) == 2
    signs = page.locator("tc-layers .many").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(signs)) == 2, "the legend shows both discs"


def test_a_popup_stays_clear_of_what_lies_over_the_map(open_map: Open) -> None:
    page = open_map("?area=68&layers=projects&view=11.945/108.6/11")
    over = page.evaluate("""() => ['.rail', '.zoom', '.foot', 'aside'].map((part) => {
      const box = document.querySelector('tc-app').shadowRoot.querySelector(part).getBoundingClientRect();
      return [box.left, box.top, box.right, box.bottom]; })""")
    target = page.evaluate("""() => {
      const { map } = window.__toancanh; const box = map.getContainer().getBoundingClientRect();
      const layers = map.getStyle().layers.filter((l) => l.source === 'projects').map((l) => l.id);
      for (let x = 345; x < box.width - 80; x += 3) for (let y = 20; y < box.height - 170; y += 3)
        if (map.queryRenderedFeatures([x, y], { layers }).length) return { x: x + box.left, y: y + box.top };
      return null;
    }""")
    assert target, "no project on the screen"
    page.mouse.click(target["x"], target["y"])
    expect(page.locator("tc-popup h3")).not_to_be_empty()
    page.wait_for_timeout(300)
    popup = page.locator("tc-popup").bounding_box()
    assert popup
    for left, top, right, bottom in over:
        apart = (
            popup["x"] >= right
            or popup["x"] + popup["width"] <= left
            or popup["y"] >= bottom
            or popup["y"] + popup["height"] <= top
        )
        assert apart, (popup, left, top, right, bottom)
    page.mouse.move(target["x"] + 40, target["y"] + 30)
    assert page.locator("tc-tooltip[open]").count() == 0, "beside a popup a tooltip is one too many"


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
