"""Areas through time: the map follows the reform of 1 July 2025, carried values say so, former areas as lenses, and the comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, text

from boundaries.regions import Regions, remove_set, store_set
from boundaries.vintages import CURRENT
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, write
from services.cluster import Cluster

Open = Callable[..., Page]
Settled = Callable[[Page], None]

# Areas of the coloured layer that are drawn on the screen, and how many of them have a class or a blank.
DRAWN = """(layer) => {
  const { map } = window.__toancanh;
  const found = new Map(map.queryRenderedFeatures({ layers: [layer] }).map((f) => [f.id, f]));
  const coloured = [...found.values()].filter((f) =>
    Number.isInteger(map.getFeatureState({ source: f.source, sourceLayer: f.sourceLayer, id: f.id }).k));
  return { areas: found.size, coloured: coloured.length };
}"""

BEFORE = """() => {
  const { before } = window.__toancanh;
  return before && before.loaded() ? new Set(before.queryRenderedFeatures({ layers: ['communes-fill'] }).map((f) => f.id)).size : 0;
}"""

# A point on the screen in the middle of a drawn area.
AT = """([layer, code]) => {
  const { map } = window.__toancanh;
  const box = map.getContainer().getBoundingClientRect();
  for (let y = 130; y < box.height - 190; y += 8)
    for (let x = 420; x < box.width - 90; x += 8) {
      const [found] = map.queryRenderedFeatures([x, y], { layers: [layer] });
      if (found && (!code || String(found.properties.code) === code))
        return { x: x + box.left, y: y + box.top, code: String(found.properties.code), name: found.properties.name };
    }
  return null;
}"""


# How many areas of the coloured layer on the screen have a number as their class.
OF_CLASS = """([layer, k]) => {
  const { map } = window.__toancanh;
  const found = new Map(map.queryRenderedFeatures({ layers: [layer] }).map((f) => [f.id, f]));
  return [...found.values()].filter((f) => map.getFeatureState({ source: f.source, sourceLayer: f.sourceLayer, id: f.id }).k === k).length;
}"""
LATE, UNMERGED = -2, -6

# Whether the small country map lies over the box of the area that is picked.
COVERED = """() => {
  const { map, store } = window.__toancanh;
  const [west, south, east, north] = store.subject.bbox;
  const box = map.getContainer().getBoundingClientRect();
  const [a, b] = [map.project([west, south]), map.project([east, north])];
  const small = document.querySelector('tc-app').shadowRoot.querySelector('tc-inset').getBoundingClientRect();
  return small.width > 0 && a.x + box.left < small.right && b.x + box.left > small.left && b.y + box.top < small.bottom && a.y + box.top > small.top;
}"""


def drawn(page: Page, layer: str = "communes-fill") -> dict[str, Any]:
    """What is drawn of a layer."""
    found: dict[str, Any] = page.evaluate(DRAWN, layer)
    return found


def test_the_map_follows_the_period_across_the_reform(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&period=2025-07")
    now = drawn(page)
    assert now["areas"] > 115
    assert now["coloured"] == now["areas"]
    expect(page.locator("tc-time .cut")).to_contain_text("1/7/2025")
    page.locator("tc-time input").press("ArrowLeft")
    page.wait_for_url(re.compile("period=2025-06"))
    settled(page)
    before = drawn(page)
    assert before["areas"] > 290, "329 former communes on the ground of the present province"
    assert before["coloured"] == before["areas"]
    assert "boundary" not in page.url
    page.get_by_role("button", name="Hiện nay", exact=True).click()
    page.wait_for_url(re.compile("boundary=current"))
    settled(page)
    assert drawn(page) == now, "the same period on the present areas"
    expect(page.locator("tc-legend .carried")).to_contain_text("≈")


def test_a_country_of_63_and_of_34(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=VN&period=2025-06")
    assert drawn(page, "provinces-fill")["areas"] == 63
    page.locator("tc-time input").press("ArrowRight")
    page.wait_for_url(re.compile("period=2025-07"))
    settled(page)
    assert drawn(page, "provinces-fill")["areas"] == 34


def test_a_carried_value_says_how_it_came_about(open_map: Open, settled: Settled) -> None:
    page = open_map("?indicator=hcc-01&area=68&period=2025-03&boundary=current")
    value = page.locator("tc-card .value")
    expect(value).to_contain_text("=")  # three provinces put together whole
    expect(page.locator("tc-card .warning")).to_contain_text(re.compile(r"\d+/329 đơn vị"))
    reason = page.locator("tc-carried details")
    expect(reason).to_contain_text("các tỉnh trước 1/7/2025")
    reason.locator("summary").press("Enter")
    parts = [int(re.sub(r"\D", "", text)) for text in reason.locator("li b").all_inner_texts()]
    assert len(parts) == 3
    assert sum(parts) == int(re.sub(r"\D", "", value.locator("b").inner_text())), "the parts add up to the whole"
    target = page.evaluate(AT, ["communes-fill", None])
    page.mouse.move(target["x"], target["y"])
    tooltip = page.locator("tc-map > tc-tooltip")
    expect(tooltip.locator(".carried")).to_contain_text("Quy đổi")
    assert tooltip.locator(".value b").evaluate("(b) => b.getClientRects().length") == 1, (
        "a figure and its unit on one line"
    )
    page.locator("#tab-ranking").click()
    marks = page.locator("tc-ranking tbody .about")
    expect(marks.first).to_have_attribute("title", re.compile("ước tính"))
    for mark in "=≈":  # exact and estimated are told apart, and counted in the legend
        line = page.locator("tc-legend .carried li").filter(has_text=mark)
        assert marks.all_inner_texts().count(mark) == int(line.locator(".count").inner_text())
    page.mouse.click(target["x"], target["y"])
    expect(tooltip).not_to_have_attribute("open", "")


def test_a_refused_value_shows_its_sources_side_by_side(open_map: Open, settled: Settled) -> None:
    page = open_map("?indicator=kt-05&area=68&period=2025-03&boundary=current")
    expect(page.locator("tc-carried .refused")).to_contain_text("không cộng gộp được")
    sources = page.locator("tc-carried li")
    expect(sources).to_have_count(3)
    expect(sources.first.locator("b")).to_contain_text("%")
    page.get_by_role("button", name="Xem các đơn vị này trên bản đồ").click()
    page.wait_for_url(re.compile("area=VN.*boundary=2008-08-01"))
    settled(page)
    assert drawn(page, "provinces-fill")["coloured"] >= 3
    page.get_by_role("button", name="Hiện nay", exact=True).click()
    page.wait_for_url(re.compile("boundary=current"))
    settled(page)
    refused = page.evaluate(OF_CLASS, ["provinces-fill", UNMERGED])
    assert refused > 0
    assert page.evaluate(OF_CLASS, ["provinces-fill", -1]) == 0, "what cannot be merged is not missing"
    expect(page.locator("tc-legend li").filter(has_text="Không gộp được").locator(".count")).to_have_text("23")


def test_look_through_former_districts(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&period=2026-03&layers=cameras&boundary=current")
    page.locator("tc-vintage select").select_option("former-district")
    page.wait_for_url(re.compile("boundary=current&lens=former-district"))
    settled(page)
    seen = drawn(page, "lens-fill")
    assert seen["areas"] == 28
    assert seen["coloured"] == 28
    target = page.evaluate(AT, ["lens-fill", "672"])
    page.mouse.click(target["x"], target["y"])
    page.wait_for_url(re.compile("pick=672"))
    assert "area=68" in page.url
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text("Thành phố Đà Lạt")
    expect(page.locator("tc-carried .sure")).to_contain_text("ước tính")
    expect(page.locator("tc-card .objects button[aria-pressed=true] b")).to_have_text(re.compile(r"^\d+$"))
    page.locator("#tab-ranking").click()
    expect(page.locator("tc-ranking tbody tr")).to_have_count(28)
    line = page.locator("tc-ranking tr[aria-selected=true]")
    expect(line).to_contain_text("Đà Lạt")
    place = re.match(r"\d+", line.locator(".place").inner_text())
    page.locator("#tab-overview").click()
    expect(page.locator("tc-card .rank b")).to_have_text(
        f"{place and place.group()}/28"
    )  # among what is coloured with it
    page = open_map("?area=68&period=2026-03&lens=former-district&pick=602")  # an island in the corner
    expect(page.locator("tc-panel h1")).to_contain_text("Phú Qu")
    assert not page.evaluate(COVERED)


@pytest.fixture
def forest_districts(server: str, cluster: Cluster) -> Iterator[str]:
    """A set of two regions that cut communes, loaded into the running product and taken away again."""
    engine = create_engine(cluster.url("served"))
    halves = {"Hạt Nam": shapely.box(106.9, 10.3, 109.2, 11.6), "Hạt Bắc": shapely.box(106.9, 11.6, 109.2, 13)}
    shapes = [shapely.MultiPolygon([half]) for half in halves.values()]
    regions = Regions(frame=geopandas.GeoDataFrame({"name": list(halves)}, geometry=shapes, crs=4326), column="name")
    with engine.begin() as connection:
        store_set(
            connection, regions, title="Hạt kiểm lâm", title_en="Forest districts", slug="hat-kiem-lam",
            start=CURRENT.start, source="thử",
        )  # fmt: skip
    yield "hat-kiem-lam"
    with engine.begin() as connection:
        remove_set(connection, "hat-kiem-lam")
    engine.dispose()


def test_look_through_a_set_of_regions(open_map: Open, settled: Settled, forest_districts: str) -> None:
    """A loaded set is among the lenses; its areas are drawn, coloured, picked, and marked as estimates."""
    page = open_map("?area=68&period=2026-03&indicator=hcc-02")
    page.locator("tc-vintage select").select_option(label="Hạt kiểm lâm")
    page.wait_for_url(re.compile(f"lens={forest_districts}"))
    settled(page)
    seen = drawn(page, "lens-fill")
    assert (seen["areas"], seen["coloured"]) == (2, 2)
    expect(page.locator("tc-legend .carried")).to_contain_text("≈")
    target = page.evaluate(AT, ["lens-fill", None])
    page.mouse.click(target["x"], target["y"])
    page.wait_for_url(re.compile("pick="))
    assert "area=68" in page.url
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text(target["name"])
    expect(page.locator("tc-carried .sure")).to_contain_text("ước tính")
    page.locator("#tab-ranking").click()
    expect(page.locator("tc-ranking tbody tr")).to_have_count(2)


def test_an_ended_commune_leads_to_its_heir(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&period=2025-03")
    target = page.evaluate(AT, ["communes-fill", None])
    page.mouse.click(target["x"], target["y"])
    page.wait_for_url(re.compile(f"area={target['code']}.*boundary=2008-08-01"))
    settled(page)
    assert target["name"] in page.locator("tc-panel h1").inner_text()
    assert drawn(page)["coloured"] > 0
    family = page.locator("tc-family")
    expect(family).to_contain_text("Nay thuộc")
    heir = family.locator(".end").first
    name = heir.locator("span").first.inner_text()
    heir.click()
    page.wait_for_url(re.compile("^(?!.*boundary)"))
    settled(page)
    expect(page.locator("tc-panel h1")).to_have_text(name)
    expect(page.locator("tc-family")).to_contain_text("Hình thành từ")


def test_the_communes_of_a_former_province_have_names(open_map: Open, settled: Settled) -> None:
    page = open_map("?indicator=hcc-04&period=2026-09&area=60&boundary=2008-08-01")
    page.locator("#tab-ranking").click()
    settled(page)
    names = page.locator("tc-ranking tbody tr")
    expect(names).to_have_count(121)  # communes, and none of the ten districts
    assert all(len(re.findall(r"[^\W\d_]{2,}", text)) for text in names.all_inner_texts()[:20])


def test_before_and_after_side_by_side(open_map: Open, settled: Settled) -> None:
    page = open_map("?area=68&indicator=hcc-02&period=2025-05&boundary=current")
    held: list[Any] = []
    page.route("**/values?*boundary=2008-08-01*", lambda route: held.append(route))
    page.get_by_role("button", name="So trước/sau").click()
    page.wait_for_url(re.compile("boundary=current&compare=1"))
    waiting = page.locator("tc-compare .side-wait")
    expect(waiting).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute_all()
    settled(page)
    page.wait_for_function(f"({BEFORE})() > 290", timeout=30_000)
    expect(waiting).to_have_count(0)
    assert drawn(page)["areas"] > 115
    divider = page.get_by_role("separator")
    where = int(divider.get_attribute("aria-valuenow") or 0)
    divider.press("PageUp")
    expect(divider).to_have_attribute("aria-valuenow", str(where - 10))
    page.evaluate("() => window.__toancanh.map.jumpTo({ center: [108, 11.8], zoom: 9 })")
    both = page.evaluate("() => ['map', 'before'].map((one) => window.__toancanh[one].getZoom())")
    assert both[0] == both[1] == 9
    for side, told in (("left", "Tháng 5/2025\n329 đơn vị"), ("right", "Tháng 5/2025\n124 đơn vị · ≈ quy đổi")):
        expect(page.locator(f"tc-compare .{side}")).to_contain_text(told)
        legend = page.locator(f"tc-legend .{side}")
        expect(legend.locator("h3")).to_contain_text(told.replace("\n", " · "))
        counts = [text for text in legend.locator("ul:not(.carried ul) .count").all_inner_texts() if text != "–"]
        assert sum(int(text) for text in counts) == int(told.split("\n")[1].split()[0]), (
            "every area, the blank ones too"
        )
    classes = [page.locator(f"tc-legend .{side} ul:first-of-type").first.inner_text() for side in ("left", "right")]
    assert classes[0] != classes[1], "sums of small and of large areas have classes of their own"
    page.get_by_role("button", name="So trước/sau").click()
    page.wait_for_url(re.compile("^(?!.*compare).*boundary=current"))


def test_a_phone_chooses_areas_on_the_map(browser: Browser, open_map: Open) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", reduced_motion="reduce"
    ) as context:
        page = open_map("?area=68&period=2025-06&boundary=current", on=context.new_page())
        choice = page.locator("tc-vintage select")
        expect(choice).to_have_value("current")
        for value, address in (("lens:former-district", "boundary=current&lens=former-district"), ("sides", "boundary=current&compare=1"),
                               ("former", "boundary=2008-08-01&frame=current"), ("time", "^(?!.*boundary)")):  # fmt: skip
            choice.select_option(value)
            page.wait_for_url(re.compile(address))
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390


@pytest.fixture
def late(server: str, cluster: Cluster) -> Iterator[str]:
    """Two of the three former communes of Phú Quý have not sent a month; their figures come back afterwards."""
    engine = create_engine(cluster.url("served"))
    with engine.begin() as connection:
        rows = connection.execute(text(
            "SELECT DISTINCT ON (o.area_id) o.area_id, o.province_code, o.indicator_id, o.value FROM toancanh.observation o "
            "JOIN toancanh.indicator i ON i.id = o.indicator_id JOIN toancanh.succession s ON s.old_id = o.area_id "
            "JOIN toancanh.area a ON a.id = s.new_id WHERE i.code = 'HCC-02' AND a.code = '23272' AND a.valid_to IS NULL "
            "AND o.period_kind = 'M' AND o.period_start = '2025-03-01' ORDER BY o.area_id, o.known_at DESC LIMIT 2"
        )).all()  # fmt: skip

    def tell(blank: str | None) -> None:
        frame = pd.DataFrame({
            "indicator": "HCC-02", "area_id": [row.area_id for row in rows], "province_code": [row.province_code for row in rows],
            "period": "2025-03", "value": [np.nan if blank else row.value for row in rows], "numerator": np.nan,
            "denominator": np.nan, "blank": blank, "warning": None, "status": "final",
        })  # fmt: skip
        with engine.begin() as connection:
            source = add_provenance(connection, "thử")
            write(connection, [frame], provenance_id=source, sample=False, known_at=datetime.now(UTC))
            refresh(connection, {rows[0].indicator_id}, starts={date(2025, 3, 1)}, provinces={rows[0].province_code})

    tell("late")
    yield "23272"
    tell(None)
    engine.dispose()


def test_a_late_commune_stays_late_when_it_is_carried(open_map: Open, late: str) -> None:
    page = open_map(f"?area={late}&indicator=hcc-02&period=2025-03&boundary=current")
    expect(page.locator("tc-card .no-value")).to_have_text("Chậm nộp")
    expect(page.locator("tc-carried .refused")).to_contain_text("Quá ít")
    page.wait_for_function(f"(asked) => ({OF_CLASS})(asked) === 1", arg=["communes-fill", LATE])
    expect(page.locator("tc-legend li").filter(has_text="Chậm nộp").locator(".count")).to_have_text("1")
