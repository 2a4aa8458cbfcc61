"""Comparisons on the map: what they say follows from the figures of the API, and their address leads back to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, text

from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, indicator_ids, write
from services.cluster import Cluster

Open = Callable[..., Page]
Settled = Callable[[Page], None]

XUAN_HUONG = "24781"

# What each area of the picture is coloured by, as the map holds it.
COLOURS = """() => {
  const { map } = window.__toancanh;
  const found = {};
  for (const f of map.queryRenderedFeatures({ layers: ['communes-fill'] }))
    found[f.id] = map.getFeatureState({ source: f.source, sourceLayer: f.sourceLayer, id: f.id }).k ?? null;
  return found;
}"""

COMPARED = """() => {
  const { data } = window.__toancanh.store;
  return ['other', 'otherDetail', 'otherCard', 'months', 'ranking'].every((one) => !data[one].busy);
}"""

AT = """(code) => {
  const { map } = window.__toancanh;
  const box = map.getContainer().getBoundingClientRect();
  for (let y = 130; y < box.height - 190; y += 4)
    for (let x = 420; x < box.width - 90; x += 4) {
      const [found] = map.queryRenderedFeatures([x, y], { layers: ['communes-fill'] });
      if (found && String(found.properties.code) === code) return { x: x + box.left, y: y + box.top };
    }
  return null;
}"""


def compared(page: Page, settled: Settled) -> None:
    """Wait until all that a comparison asks for is there and drawn."""
    page.wait_for_selector("tc-against", timeout=30_000)
    settled(page)
    page.wait_for_function(COMPARED, timeout=30_000)
    settled(page)


def pointed(page: Page, code: str = XUAN_HUONG) -> list[str]:
    """What the map says of an area that is pointed at."""
    target = page.evaluate(AT, code)
    page.mouse.move(target["x"] - 3, target["y"])
    page.mouse.move(target["x"], target["y"])
    tip = page.locator("tc-map > tc-tooltip[open] .tip")
    expect(tip).to_be_visible()
    return [line for line in tip.inner_text().split("\n") if line.strip()]


def values(server: str, code: str, period: str, **more: str) -> dict[int, float | None]:
    """The figures of the communes of Lâm Đồng, from the API."""
    query = {"level": "commune", "within": "68", "boundary": "current", "period": period, **more}
    told = httpx.get(f"{server}/api/indicators/{code}/values", params=query).raise_for_status().json()
    return dict(zip(told["ids"], told["values"], strict=True))


def number_of(server: str, code: str) -> int:
    """The number of an area."""
    return int(httpx.get(f"{server}/api/areas/{code}").raise_for_status().json()["id"])


def figure(said: str) -> float:
    """A number as Vietnamese write it: −1.234,5."""
    found = re.search(r"[+−]?[\d.]+(?:,\d+)?", said)
    assert found, said
    return float(found.group().replace(".", "").replace(",", ".").replace("−", "-"))


def test_a_difference_is_what_the_api_gives_for_both_months(open_map: Open, settled: Settled, server: str) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&against=period:2026-03")
    compared(page, settled)
    said = pointed(page)
    area = number_of(server, XUAN_HUONG)
    now, then = values(server, "hcc-04", "2026-09"), values(server, "hcc-04", "2026-03")
    assert figure(said[1]) == pytest.approx(now[area] - then[area], abs=0.051)  # type: ignore[operator]
    assert "điểm %" in said[1]
    assert figure(said[2].split(":")[1]) == pytest.approx(now[area], abs=0.051)
    assert figure(said[3].split(":")[1]) == pytest.approx(then[area], abs=0.051)
    counted = [text for text in page.locator("tc-against-legend li .count").all_inner_texts() if text != "–"]
    assert sum(int(text) for text in counted) == len(now)
    colours = page.evaluate(COLOURS)
    for area, value in now.items():  # teal is better, whatever is grey: more is better here
        k, base = colours.get(str(area)), then.get(area)
        if k is not None and k >= 0 and k != 3 and value is not None and base is not None:
            assert (k > 3) == (value > base)


def test_two_indicators_put_every_area_into_one_cell(open_map: Open, settled: Settled, server: str) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&against=indicator:hcc-01")
    compared(page, settled)
    cells = [int(text) for text in page.locator("tc-against-legend .cell > span[aria-hidden]").all_inner_texts()]
    blanks = [int(text) for text in page.locator("tc-against-legend li .count").all_inner_texts()]
    assert len(cells) == 9
    first, second = values(server, "hcc-04", "2026-09"), values(server, "hcc-01", "2026-09")
    both = [area for area, value in first.items() if value is not None and second.get(area) is not None]
    assert sum(cells) == len(both)
    assert sum(cells) + sum(blanks) == len(first)
    thirds = [sum(cells[row : row + 3]) for row in (0, 3, 6)]
    assert max(thirds) - min(thirds) <= len(both) / 10, "thirds of the second indicator"


def test_the_address_leads_back_to_the_same_picture(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09")
    page.get_by_role("button", name="So sánh…").click()
    page.wait_for_url(re.compile("against=period:2026-08"))
    compared(page, settled)
    page.get_by_label("Kỳ để so sánh").select_option("period:2025-12")
    page.wait_for_url(re.compile("against=period:2025-12"))
    compared(page, settled)
    before = page.evaluate(COLOURS)
    assert {k for k in before.values() if k is not None and k >= 0} <= set(range(7))
    page.reload()
    compared(page, settled)
    assert page.evaluate(COLOURS) == before
    page.get_by_role("button", name="Thôi so sánh", exact=True).first.click()
    page.wait_for_url(re.compile("^(?!.*against)"))
    settled(page)
    assert page.evaluate(COLOURS) != before


def test_a_value_against_its_target(open_map: Open, settled: Settled, server: str) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&against=target")
    compared(page, settled)
    query = {"level": "commune", "within": "68", "period": "2026-09", "classes": "target"}
    told = httpx.get(f"{server}/api/indicators/hcc-04/values", params=query).json()
    at = told["ids"].index(number_of(server, XUAN_HUONG))
    assert told["due"][at] is not None
    said = pointed(page)
    assert figure(said[1]) == pytest.approx(told["values"][at] - told["due"][at], abs=0.051)


def test_side_by_side_moves_together(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&against=period:2025-12&way=beside")
    page.wait_for_function("() => window.__toancanh.before?.loaded()", timeout=30_000)
    page.evaluate("() => window.__toancanh.map.jumpTo({ center: [108, 11.8], zoom: 8 })")
    zooms, apart = page.evaluate("""() => {
      const { map, before } = window.__toancanh;
      return [[map.getZoom(), before.getZoom()], map.project([108, 11.8]).x - before.project([108, 11.8]).x];
    }""")
    assert zooms == [8, 8]
    assert apart > 150, "the same ground in the middle of both parts"


def test_a_year_of_small_maps_leads_to_a_month(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&against=months")
    compared(page, settled)
    months = page.locator("tc-months button")
    expect(months).to_have_count(12)
    page.wait_for_function(
        """() => [...document.querySelector('tc-app').shadowRoot.querySelectorAll('tc-months')]
          .flatMap((one) => [...one.shadowRoot.querySelectorAll('canvas')])
          .every((c) => c.width > 50 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0))"""
    )
    page.locator("tc-months button[data-period='2026-02']").click()
    page.wait_for_url(re.compile("period=2026-02"))
    assert "against" not in page.url


def test_wards_are_ranked_among_wards(open_map: Open, settled: Settled, server: str) -> None:
    page = open_map("?area=68&indicator=hcc-04&period=2026-09&ranking=phuong")
    page.wait_for_function(COMPARED)
    query = {"level": "commune", "within": "68", "boundary": "current", "period": "2026-09", "peers": "kind"}
    rows = httpx.get(f"{server}/api/indicators/hcc-04/ranking", params=query).raise_for_status().json()["rows"]
    wards = [row for row in rows if row["area"]["kind"] == "phuong"]
    expect(page.locator("tc-ranking tbody tr")).to_have_count(len(wards))
    best = min((row for row in wards if row["rank"]), key=lambda row: row["rank"])
    line = page.locator("tc-ranking tbody tr", has_text=best["area"]["name"]).first
    expect(line.locator(".place")).to_contain_text("1")
    moved = {0: "=", 1: f"▲{abs(best['moved'])}", -1: f"▼{abs(best['moved'])}"}[int(np.sign(best["moved"]))]
    expect(line.locator(".moved")).to_contain_text(moved)
    if best["within_noise"]:
        expect(line.locator(".moved")).to_have_class(re.compile("quiet"))


@pytest.fixture
def revised(server: str, cluster: Cluster) -> Iterator[tuple[float, float]]:
    """A figure of Xuân Hương that is corrected now, and put back afterwards: what was told before, and the correction."""
    engine = create_engine(cluster.url("served"))
    old = values(server, "hcc-01", "2026-09")[number_of(server, XUAN_HUONG)]
    assert old is not None

    def tell(value: float) -> None:
        with engine.begin() as connection:
            area = connection.execute(
                text("SELECT id FROM toancanh.area WHERE code = :code AND valid_to IS NULL"), {"code": XUAN_HUONG}
            ).scalar_one()
            row = {"indicator": "HCC-01", "area_id": area, "province_code": "68", "period": "2026-09", "value": value}
            frame = pd.DataFrame([row | {"numerator": np.nan, "denominator": np.nan, "blank": None, "warning": None}])
            source = add_provenance(connection, "thử")
            frame = frame.assign(status="final")
            write(connection, [frame], provenance_id=source, sample=False, known_at=datetime.now(UTC))
            refresh(connection, {indicator_ids(connection)["HCC-01"]}, starts=[date(2026, 9, 1)], provinces=["68"])

    tell(old + 1000)
    yield old, old + 1000
    tell(old)
    engine.dispose()


def test_what_was_known_before_a_correction(
    open_map: Open, settled: Settled, server: str, revised: tuple[float, float]
) -> None:
    told, corrected = revised
    page = open_map(f"?area={XUAN_HUONG}&indicator=hcc-01&period=2026-09")
    value = page.locator("tc-card .value b").first
    expect(value).to_have_text(re.compile(rf"^{corrected:,.0f}$".replace(",", r"\.")), timeout=15_000)
    page.get_by_role("button", name="Xem số liệu như đã biết").click()
    page.get_by_label("Ngày và giờ").fill("2026-11-15T08:00")
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url(re.compile("known=2026-11-15T08:00"))
    settled(page)
    expect(value).to_have_text(re.compile(rf"^{told:,.0f}$".replace(",", r"\.")))
    band: Any = page.locator("tc-known .band")
    expect(band).to_contain_text("08:00 15/11/2026")
    # The page of the module looks back as well.
    link = page.locator("tc-app .to-modules").get_attribute("href") or ""
    assert "known=2026-11-15T08:00" in link
    page.goto(f"{server.rstrip('/')}{link.replace('/modules?', '/modules/dich-vu-cong?', 1)}")
    name = httpx.get(f"{server}/api/indicators/HCC-01").raise_for_status().json()["name"]
    card = page.locator("tc-figure-card", has=page.get_by_role("button", name=f"Xem {name} trên", exact=False)).first
    expect(card.locator(".figure .why")).to_have_text(re.compile(rf"^{told:,.0f}".replace(",", r"\.")), timeout=15_000)
    page.go_back()
    settled(page)
    band.get_by_role("button", name="Về hiện nay").click()
    page.wait_for_url(re.compile("^(?!.*known)"))
    settled(page)
    expect(value).to_have_text(re.compile(rf"^{corrected:,.0f}$".replace(",", r"\.")))


@pytest.mark.parametrize(
    "query",
    ["against=period:2026-03", "against=period:2026-03&way=beside", "against=indicator:hcc-01", "against=months",
     "against=area:24781", "known=2026-11-15T08:00", "ranking=phuong"],
)  # fmt: skip
def test_a_phone_has_room_for_it(browser: Browser, open_map: Open, query: str) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", reduced_motion="reduce"
    ) as context:
        page = open_map(f"?area=68&indicator=hcc-04&period=2026-09&{query}", on=context.new_page())
        page.wait_for_timeout(300)
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390
        wide = page.evaluate("""() => [...document.querySelector('tc-app').shadowRoot.querySelectorAll('.pill *, tc-known, tc-months')]
          .filter((e) => e.getBoundingClientRect().right > 391).map((e) => e.tagName)""")
        assert wide == []
