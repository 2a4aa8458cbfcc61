"""Pages: the right numbers, a card that chooses, a map that drills, a number that explains itself, and a phone."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

# A point of the small map where a commune is drawn.
COMMUNE_AT = """() => {
  const { map } = window.__toancanh;
  const box = map.getContainer().getBoundingClientRect();
  for (let y = 60; y < box.height - 60; y += 12)
    for (let x = 60; x < box.width - 120; x += 12) {
      const [found] = map.queryRenderedFeatures([x, y], { layers: ['communes-fill'] });
      if (found && found.properties.parent === '68')
        return { x: x + box.left, y: y + box.top, code: String(found.properties.code), name: found.properties.name };
    }
  return null;
}"""
DRAWN = "() => window.__toancanh?.map.loaded() && !window.__toancanh.store.data.slice.busy"
WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def api(server: str, path: str) -> Any:
    """What the server answers under /api."""
    answer = httpx.get(f"{server.rstrip('/')}/api/{path}", timeout=60)
    answer.raise_for_status()
    return answer.json()


def number(text: str) -> float:
    """A number as people here read it: 1.234,5."""
    found = re.search(r"[−-]?[\d.]+(?:,\d+)?", text)
    assert found, text
    return float(found[0].replace(".", "").replace(",", ".").replace("−", "-"))


def open_page(page: Page, server: str, path: str) -> Page:
    page.goto(f"{server.rstrip('/')}/{path}")
    return page


def test_every_module_has_a_card_that_leads_to_its_page(page: Page, server: str) -> None:
    open_page(page, server, "modules?area=68")
    modules = api(server, "modules")
    cards = page.locator("tc-modules a.module")
    expect(cards).to_have_count(len(modules))
    profile = {row["code"]: row for row in api(server, "areas/68/profile")["rows"]}
    one = next(module for module in modules if module["id"] == "dich-vu-cong")
    card = page.locator("tc-modules a.module", has_text=one["title"])
    shown = number(card.locator(".value b").inner_text())
    assert shown == pytest.approx(profile[one["lead"]]["value"], abs=0.051)
    card.click()
    page.wait_for_url(re.compile(r"/modules/dich-vu-cong\?area=68"))
    expect(page.locator("tc-module h1")).to_have_text(one["title"])


def test_a_module_shows_the_numbers_of_the_api_and_a_card_chooses(page: Page, server: str) -> None:
    open_page(page, server, "modules/dich-vu-cong?area=68&period=2026-10")
    rows = api(server, "modules/dich-vu-cong/states?area=68&period=2026-10")["rows"]
    cards = page.locator("tc-figure-card")
    expect(cards).to_have_count(len(rows))
    told = {row["code"]: row for row in rows}
    lead = page.locator("tc-figure-card[lead]")
    assert number(lead.locator(".figure .why").inner_text()) == pytest.approx(told["HCC-04"]["value"], abs=0.051)
    for row in rows:
        name = next(i["name"] for i in api(server, "indicators")["indicators"] if i["code"] == row["code"])
        card = page.locator("tc-figure-card", has=page.get_by_role("button", name=f"Xem {name} trên", exact=False))
        figure = card.first.locator(".figure")
        if row["value"] is None:
            expect(figure.locator(".blank")).to_be_visible()
        else:
            shown = number(figure.locator(".why").inner_text())
            assert shown == pytest.approx(row["value"], abs=0.51 * 10 ** -row["decimals"]), row["code"]
    page.get_by_role("button", name="Xem Số hồ sơ đang giải quyết quá hạn trên").click()
    page.wait_for_url(re.compile("indicator=hcc-05"))
    expect(page.locator("tc-module .shown h2").first).to_have_text("Số hồ sơ đang giải quyết quá hạn")
    page.wait_for_function(DRAWN)
    assert page.evaluate("() => window.__toancanh.store.data.slice.value.indicator") == "hcc-05"
    ranking = api(server, "indicators/HCC-05/ranking?within=68&level=commune&period=2026-10&peers=all&boundary=current")
    first = page.locator("tc-ranks tbody tr").first
    assert number(first.locator(".amount .why").inner_text()) == ranking["rows"][0]["value"]


def test_the_small_map_drills_and_the_way_back_leads_up(page: Page, server: str) -> None:
    open_page(page, server, "modules/dich-vu-cong?area=68&period=2026-10")
    page.wait_for_function(DRAWN, timeout=40_000)
    target = page.evaluate(COMMUNE_AT)
    page.mouse.click(target["x"], target["y"])
    page.wait_for_url(re.compile(f"area={target['code']}"))
    expect(page.locator("tc-breadcrumb [aria-current]")).to_contain_text(target["name"])
    page.locator("tc-figure-card[lead]").wait_for()
    row = api(server, f"modules/dich-vu-cong/states?area={target['code']}&period=2026-10")["rows"][0]
    figure = page.locator("tc-figure-card[lead] .figure")
    expect(figure.locator(".why, .blank").first).to_be_visible()
    if row["value"] is not None:
        assert number(figure.locator(".why").inner_text()) == pytest.approx(row["value"], abs=0.051)
    page.locator("tc-breadcrumb button", has_text="Lâm Đồng").click()
    page.wait_for_url(re.compile("area=68"))


def test_a_number_explains_itself_to_the_last_digit(page: Page, server: str) -> None:
    open_page(page, server, "modules/dich-vu-cong?area=68&period=2026-10")
    page.locator("tc-figure-card[lead] .figure .why").click()
    panel = page.locator("tc-explain")
    expect(panel.locator(".value b")).to_be_visible()
    value = number(panel.locator(".value b").inner_text())
    above, below = (number(text) for text in panel.locator(".fraction .why").all_inner_texts())
    assert value == pytest.approx(above / below * 100, abs=0.051), "the parts do not make the value"
    panel.locator(".fraction .why").first.click()  # the numerator is an indicator: its own explanation
    expect(panel.locator("h2")).to_have_text("Số hồ sơ giải quyết trước hạn và đúng hạn")
    panel.locator("summary").first.click()  # all 124
    children = [number(text) for text in panel.locator("section").first.locator(".columns .why").all_inner_texts()]
    assert sum(children) == number(panel.locator(".value b").inner_text()), "the areas below do not make the value"
    expect(panel.locator(".together")).to_contain_text("khớp")
    page.keyboard.press("Escape")
    expect(panel.locator("dialog")).not_to_be_visible()


def test_an_indicator_tells_its_rules_in_words(page: Page, server: str) -> None:
    open_page(page, server, "indicators/DTC-06?area=68")
    page.get_by_role("heading", name="Định nghĩa").wait_for()
    definition = page.locator("tc-definition")
    expect(definition).to_contain_text("tính lại từ tổng tử số và tổng mẫu số theo thời gian")
    link = definition.get_by_role("link", name="Kế hoạch vốn đầu tư công địa phương triển khai").first
    assert "/indicators/DTC-02?" in (link.get_attribute("href") or "")
    expect(page.locator("tc-trend tc-series svg")).to_be_visible()
    expect(page.locator("tc-forecast .chance b")).to_be_visible()


@pytest.mark.parametrize("path", ["modules", "modules/giai-ngan", "indicators/HCC-04", "areas/24781"])
def test_a_phone_never_scrolls_sideways(page: Page, server: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, server, f"{path}?area=68&lang=en")
    expect(page.locator("main h1").first).to_be_visible()
    page.locator("tc-state-bar, tc-definition").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(WIDTH) <= 0
