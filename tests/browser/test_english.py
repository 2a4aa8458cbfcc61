"""The English page speaks English: names, units, sources and fixed sentences; only text that people wrote stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Settled = Callable[[Page], None]

# All words on the page, through the shadow roots.
WORDS = """() => {
  const said = [];
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === 3 && node.textContent.trim()) said.push(node.textContent.trim());
      if (node.nodeType === 1 && !['STYLE', 'SCRIPT'].includes(node.tagName)) { if (node.shadowRoot) walk(node.shadowRoot); walk(node); }
    }
  };
  walk(document.body);
  return said.join('\\n');
}"""
VIETNAMESE = (
    "Phường ",
    "Xã ",
    "Tỉnh ",
    "Thành phố",
    "Việt Nam",
    "Kế hoạch",
    "đồng",
    "người",
    "hồ sơ",
    "minh hoạ",
    "Nghị quyết",
    "đơn vị",
)


@pytest.mark.parametrize("query", ["?area=24781", "?area=68&indicator=dtc-05", "?area=VN&indicator=kt-02"])
def test_nothing_vietnamese_but_names(open_map: Open, settled: Settled, query: str) -> None:
    page = open_map(f"{query}&lang=en")
    for tab in range(3):
        page.locator("tc-panel [role=tab]").nth(tab).click()
        settled(page)
        said = page.evaluate(WORDS)
        assert [word for word in VIETNAMESE if word in said] == []


def test_places_carry_their_english_kind(open_map: Open) -> None:
    page = open_map("?area=24781&lang=en")
    expect(page.locator("tc-panel h1")).to_have_text("Xuân Hương – Đà Lạt Ward")
    expect(page.locator("tc-breadcrumb")).to_contain_text("Lâm Đồng Province")
    page.keyboard.press("/")
    page.keyboard.type("da lat")
    expect(page.locator("tc-search [role=option]").first).to_contain_text("Lâm Đồng Province")
