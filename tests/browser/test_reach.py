"""Who can reach it, and what happens when something is wrong: keyboard, screen reader, unknown codes, no server, no network."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

Open = Callable[..., Page]
Settled = Callable[[Page], None]


def test_no_request_leaves_the_origin(open_map: Open, page: Page, server: str, settled: Settled) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_map("?area=24781&layers=cameras,projects,citizen-reports,planning-zones")
    page.locator("tc-panel [role=tab]").nth(2).click()
    page.locator("tc-indicator button").click()
    page.keyboard.press("Escape")
    settled(page)
    origin = urlsplit(server).netloc
    away = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme in ("http", "https")} - {origin}
    assert not away


def test_everything_by_keyboard(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link opens the table
    expect(page.locator("tc-ranking")).to_be_visible()
    first = page.locator("tc-ranking tbody button").first
    name = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=\d{5}"))
    settled(page)
    assert page.locator("tc-panel h1").inner_text() == name
    expect(page.locator("tc-app [role=status][aria-live=polite]").last).to_contain_text(name)
    expect(page.locator("tc-ranking tr[aria-selected=true]")).to_contain_text(name)
    page.locator("tc-panel [role=tab]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("tc-card")).to_be_visible()
    slider = page.locator("tc-time input")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("period="))
    page.locator("tc-map canvas").focus()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("area=68"))


def test_focus_is_visible_on_every_stop(open_map: Open) -> None:
    page = open_map("?area=68")
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
          let element = document.activeElement;
          while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
          if (!element || element === document.body) return 'out';
          const box = element.closest('.field') ?? element;
          const style = getComputedStyle(box);
          return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || element.type === 'range' ? '' : element.outerHTML.slice(0, 90);
        }""")
        assert seen in ("", "out"), seen


def test_table_and_map_are_linked_both_ways(open_map: Open) -> None:
    page = open_map("?area=68")
    page.locator("tc-panel [role=tab]").nth(1).click()
    row = page.locator("tc-ranking tbody tr").nth(2)
    row.hover()
    area = int(row.get_attribute("data-id") or 0)
    state = page.evaluate(
        "(id) => window.__toancanh.map.getFeatureState({ source: 'communes', sourceLayer: 'communes', id }).hover", area
    )
    assert state is True
    page.evaluate("(id) => window.__toancanh.store.hover(id)", area + 0)
    expect(row).to_have_class(re.compile("lit"))


def test_the_table_sorts(open_map: Open) -> None:
    page = open_map("?area=68")
    page.locator("tc-panel [role=tab]").nth(1).click()
    heads = page.locator("tc-ranking thead th")
    names = page.locator("tc-ranking tbody th")
    heads.nth(1).locator("button").click()
    expect(heads.nth(1)).to_have_attribute("aria-sort", "ascending")
    up = names.first.inner_text()
    heads.nth(1).locator("button").click()
    expect(heads.nth(1)).to_have_attribute("aria-sort", "descending")
    assert names.first.inner_text() != up


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?area=68&indicator=khong-co", "Không có chỉ tiêu mang mã “khong-co”."),
        ("?area=99999&indicator=hcc-04", "Không có đơn vị hành chính mang mã “99999”."),
    ],
)
def test_an_unknown_code_gets_a_sentence_and_a_way_on(page: Page, server: str, query: str, sentence: str) -> None:
    page.goto(f"{server.rstrip('/')}/{query}")
    alert = page.locator("tc-trouble [role=alert]")
    expect(alert).to_contain_text(sentence, timeout=20_000)
    alert.get_by_role("button", name="Về bản đồ ban đầu").click()
    expect(alert).to_have_count(0)
    expect(page.locator("tc-panel h1")).not_to_be_empty()


def test_what_an_address_asks_in_vain_is_said_and_the_rest_shown(open_map: Open) -> None:
    page = open_map("?area=68&period=thg-10&layers=cameras,duong-sat&view=1/2&method=abc&theme=dark")
    notice = page.locator("tc-notice [role=status]")
    for part in ("period=thg-10", "layers=duong-sat", "view=1/2", "method=abc"):
        expect(notice).to_contain_text(part)
    expect(notice).not_to_contain_text("cameras")
    assert page.evaluate("window.__toancanh.store.state.layers") == ["cameras"]
    expect(page.locator("tc-legend .count").first).to_be_visible()
    notice.get_by_label("Đóng").click()
    expect(notice).to_have_count(0)
    page = open_map("?area=68&period=1999-01")
    expect(page.locator("tc-notice")).to_contain_text("Không có số liệu của kỳ “Tháng 1/1999”")


def test_a_former_province_leads_to_its_successor(page: Page, server: str, settled: Settled) -> None:
    page.goto(f"{server.rstrip('/')}/?area=49")  # Quảng Nam until 1 July 2025
    alert = page.locator("tc-trouble [role=alert]")
    expect(alert).to_contain_text("Tỉnh Quảng Nam không còn từ 01/07/2025", timeout=20_000)
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text("Tỉnh Quảng Nam")
    alert.get_by_role("button", name="Thành phố Đà Nẵng").click()
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text("Thành phố Đà Nẵng")
    expect(alert).to_have_count(0)


def test_an_ended_area_without_a_date_shows_its_own_card(page: Page, server: str, settled: Settled) -> None:
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{server.rstrip('/')}/?area=672")
    expect(page.locator("tc-trouble [role=alert]")).to_contain_text("Thành phố Đà Lạt", timeout=20_000)
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text("Thành phố Đà Lạt")
    expect(page.locator("tc-card .value").first).to_be_visible()
    assert [url for url in failed if "/api/layers/" not in url] == []


def test_server_away_and_back(page: Page, server: str) -> None:
    page.route("**/api/start*", lambda route: route.abort())
    page.goto(server)
    alert = page.locator("tc-trouble [role=alert]")
    expect(alert).to_contain_text("Chưa liên lạc được với máy chủ", timeout=20_000)
    page.unroute("**/api/start*")
    alert.get_by_role("button", name="Thử lại ngay").click()
    expect(page.locator("tc-panel h1")).not_to_be_empty(timeout=20_000)
    expect(alert).to_have_count(0)


def test_a_failure_of_one_answer_leaves_the_rest(page: Page, server: str) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(
            status=500,
            content_type="application/problem+json",
            body='{"title":"Lỗi","status":500,"detail":"Máy chủ gặp sự cố khi lập thẻ số liệu."}',
        )

    page.route(re.compile("/card"), refuse)
    page.goto(server)
    expect(page.locator("tc-card .message")).to_contain_text("Máy chủ gặp sự cố", timeout=30_000)
    expect(page.locator("tc-legend .count").first).to_be_visible()


def test_the_share_menu(open_map: Open) -> None:
    page = open_map("?area=68")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Chia sẻ").click()
    page.get_by_text("Sao chép đường dẫn").click()
    expect(page.locator("tc-share [role=status]")).to_have_text("Đã sao chép đường dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    link = page.locator("tc-share a").get_attribute("href") or ""
    assert link.startswith("/api/share?")
    assert "area=68" in link
