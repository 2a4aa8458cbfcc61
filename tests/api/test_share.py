"""A shared map: one file that needs nothing else, tells the truth and refuses plainly what it cannot show."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import shapely
import typer
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text
from typer.testing import CliRunner

from boundaries.tables import area, area_shape
from geo.errors import Problem
from layers.indicators.catalogue import find
from layers.indicators.store import add_provenance, indicator_ids
from layers.indicators.tables import figure_slice, observation, target
from services import cli_share, share
from services.app import create_app
from services.carriage import REFUSED
from services.errors import BadParameter, NotFound
from services.settings import Settings
from styles import classes

NOW = date(2025, 7, 1)
OCTOBER = date(2026, 10, 1)
VALUES = [55.0, 71.3, 80.2, 88.8, 97.5, None]
TRICKY = "Xã <b>Đắk</b> </script> & “Sơn”"


def add_area(connection: Connection, code: str, level: str, shape: Any, **more: Any) -> int:
    province = more.pop("province_code", code)
    name = more.pop("name", f"Nơi {code}")
    number = connection.execute(
        area.insert()
        .values(
            code=code,
            valid_from=NOW,
            level=level,
            kind=more.pop("kind", "tinh"),
            name=name,
            full_name=more.pop("full_name", f"Tỉnh {name}"),
            name_en=f"{code} Province",
            province_code=province,
            geom=f"SRID=4326;{shapely.MultiPolygon([shape]).wkt}",
            label=f"SRID=4326;{shape.representative_point().wkt}",
            **more,
        )
        .returning(area.c.id)
    ).scalar_one()
    for band in (7, 9, 11):
        connection.execute(
            text(
                f"INSERT INTO {area_shape} (area_id, band, geom) "
                "SELECT id, :band, ST_Transform(geom, 3857) FROM toancanh.area WHERE id = :id"
            ),
            {"band": band, "id": number},
        )
    return int(number)


def add_figures(connection: Connection, within: str, level: str, ids: list[int], values: list[float | None]) -> None:
    hcc = indicator_ids(connection)["HCC-04"]
    source = add_provenance(connection, "Cổng dịch vụ công")
    held = [(i, v) for i, v in zip(ids, values, strict=True)]
    connection.execute(
        figure_slice.insert().values(
            indicator_id=hcc,
            level=level,
            within=within,
            boundary=NOW,
            period_kind="M",
            period_start=OCTOBER,
            area_ids=[i for i, _ in held],
            area_values=[v for _, v in held],
            blanks={str(i): "late" for i, v in held if v is None},
            warnings={str(ids[0]): "Thấp bất thường."},
            sample=True,
        )
    )
    for i, v in held:
        connection.execute(
            observation.insert().values(
                province_code=within,
                indicator_id=hcc,
                area_id=i,
                period_kind="M",
                period_start=OCTOBER,
                known_at=datetime(2026, 11, 5, 3, tzinfo=UTC),
                value=v,
                numerator=None if v is None else v * 40,
                denominator=None if v is None else 4000,
                blank="late" if v is None else None,
                sample=True,
                provenance_id=source,
            )
        )


@pytest.fixture
def small(engine: Engine) -> Engine:
    """Three provinces and six communes with a month of one indicator: what a map needs and no more."""
    with engine.begin() as connection:
        add_area(connection, "VN", "country", shapely.box(102, 8, 110, 23), kind="country", full_name="Việt Nam")
        home = add_area(
            connection, "68", "province", shapely.box(107, 11, 109, 12.5), name="Lâm Đồng", approximate=True
        )
        hoang_sa = add_area(connection, "48", "province", shapely.Point(112, 16.5).buffer(0.05), name="Đà Nẵng")
        truong_sa = add_area(connection, "56", "province", shapely.Point(114, 10).buffer(0.05), name="Khánh Hòa")
        communes = [
            add_area(
                connection,
                f"{24_000 + n}",
                "commune",
                shapely.box(107 + n / 3, 11, 107 + (n + 1) / 3, 12.5),
                province_code="68",
                parent_id=home,
                kind="phuong" if n % 2 else "xa",
                full_name=TRICKY if n == 0 else f"Phường {n} Bảo Lộc",
                name="Số 0" if n == 0 else f"{n} Bảo Lộc",
                approximate=True,
            )
            for n in range(6)
        ]
        add_figures(connection, "68", "commune", communes, VALUES)
        add_figures(connection, "VN", "province", [home, hoang_sa, truong_sa], [81.5, 90.0, 95.5])
        connection.execute(
            target.insert().values(
                province_code="68",
                indicator_id=indicator_ids(connection)["HCC-04"],
                area_id=communes[1],
                period_kind="Y",
                period_start=date(2026, 1, 1),
                value=90.0,
            )
        )
    return engine


def page(engine: Engine, **asked: Any) -> str:
    made, _ = share.make(engine, **{"indicator": "hcc-04", "area": "68"} | asked)
    return made


def features(html: str) -> list[dict[str, Any]]:
    found = re.search(r"geo_json_areas_add\((\{.*?\})\);\n", html)
    assert found
    return list(json.loads(found.group(1))["features"])


def fill(html: str, number: str) -> str:
    """Colour that the page gives an area: its own case, else the default."""
    styler = html[html.index("function geo_json_areas_styler") :]
    own = re.search(rf'case "{number}":.*?"fillColor": "(#\w+)"', styler.split("default:")[0], re.DOTALL)
    usual = re.search(r'default:.*?"fillColor": "(#\w+)"', styler, re.DOTALL)
    found = own or usual
    assert found
    return found.group(1)


def outside(html: str) -> list[str]:
    """Whatever a browser would fetch from elsewhere."""
    return re.findall(
        r"<(?:script|img|iframe|link)[^>]*\s(?:src|href)\s*=\s*[\"']?(?!data:)[^\s\"'>]+|url\((?!data:|#)[^)]*\)|@import",
        html,
    )


@pytest.mark.parametrize("area", ["68", "VN"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_fetched_and_both_archipelagos_are_named(small: Engine, area: str, lang: str) -> None:
    html = page(small, area=area, lang=lang)
    assert outside(html) == []
    assert "default-src 'none'" in html
    assert "Vladimir Agafonkin" in html, "the licence of Leaflet travels with it"
    names = ("Quần đảo Hoàng Sa", "Quần đảo Trường Sa") if lang == "vi" else ("Hoang Sa Arch", "Truong Sa Arch")
    country = "(Việt Nam)" if lang == "vi" else "(Viet Nam)"
    for name in names:
        assert name in html
    assert html.count(country) >= 2
    assert not re.search(r"[\u3400-\u9fff]", html), "no Han script"
    data = json.loads(re.search(r"const TC = (.*);\n", html).group(1).replace("<\\/", "</"))  # type: ignore[union-attr]
    assert len(data["isles"]) == 2


def test_colours_and_classes_are_those_of_the_screen(small: Engine) -> None:
    html = page(small)
    edges = classes.breaks([v for v in VALUES if v is not None], "quantile", 5)
    rows = classes.legend_classes(edges, 1)
    for row in rows:
        assert f"background-color:{row['colour']}" in html
        assert row["label"] in html
    shown = [html.index(f"</i>{row['label']}<span>") for row in rows]
    assert shown == sorted(shown, reverse=True), "much on top, as on the screen"
    by_id = {f["id"]: f["properties"] for f in features(html)}
    texts = [p.get("text") for p in by_id.values()]
    assert texts == ["55,0%", "71,3%", "80,2%", "88,8%", "97,5%", None]
    assert [p.get("blank") for p in by_id.values()][-1] == 1
    assert "Chậm nộp" in html
    for number, value in zip(by_id, VALUES, strict=True):
        if value is not None:
            assert fill(html, number) == rows[classes.class_of(value, edges)]["colour"]


def test_a_name_that_is_a_number_keeps_its_kind(small: Engine) -> None:
    data = json.loads(re.search(r"const TC = (.*);\n", page(small)).group(1).replace("<\\/", "</"))  # type: ignore[union-attr]
    names = {label[2] for label in data["labels"]}
    assert {"Số 0", "Phường 2 Bảo Lộc"} <= names
    assert "2 Bảo Lộc" not in names


def test_says_what_it_is_where_it_comes_from_and_what_it_is_not(small: Engine) -> None:
    made = page(small)
    html = unescape(made) + json.dumps(features(made), ensure_ascii=False)
    for words in (
        "Tỷ lệ hồ sơ",
        "Tỉnh Lâm Đồng",
        "Tháng 10/2026",
        "Cổng dịch vụ công",
        "5/11/2026",
        "Dữ liệu minh hoạ",
        "Ranh giới gần đúng",
        "2.852 hồ sơ",
        "Thấp bất thường.",
        "81,5%",
    ):
        assert words in html, words
    with small.begin() as connection:
        connection.execute(text("UPDATE toancanh.figure_slice SET sample = false"))
        connection.execute(text("UPDATE toancanh.area SET approximate = false"))
    visible = re.sub(r"<script.*?</script>", "", page(small), flags=re.DOTALL)
    assert "Dữ liệu minh hoạ" not in visible
    assert "Ranh giới gần đúng" not in visible


def test_names_cannot_break_out_of_the_page(small: Engine) -> None:
    html = page(small)
    assert features(html)[0]["properties"]["name"] == TRICKY
    assert TRICKY not in html
    assert html.count("</script>") == html.count("<script")


def test_a_target_of_the_year_gives_states(small: Engine) -> None:
    made = features(page(small, method="target"))
    assert [f["properties"].get("state") for f in made] == [None, "red", None, None, None, None]
    assert made[1]["properties"]["plan"] == "90,0%"


def test_a_commune_opens_its_province_with_it_marked(small: Engine) -> None:
    html = page(small, area="24003")
    assert len(features(html)) == 6
    assert '"selected":null' not in html


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        ({"indicator": "zzz-99"}, NotFound, "“zzz-99”"),
        ({"indicator": "hcc-01"}, NotFound, "HCC-01 chưa có số liệu ở cấp này"),
        ({"area": "99"}, NotFound, "“99”"),
        ({"period": "thg 10"}, BadParameter, "“thg 10”"),
        ({"period": "2020-01"}, NotFound, "tháng 1/2020"),
        ({"boundary": "hôm qua"}, BadParameter, "“hôm qua”"),
        ({"area": "VN", "method": "target"}, BadParameter, "chưa có kế hoạch"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(
    small: Engine, asked: dict[str, str], kind: type[Problem], words: str
) -> None:
    with pytest.raises(kind) as raised:
        page(small, **asked)
    assert words in raised.value.sentence("vi")
    assert raised.value.sentence("en")
    assert raised.value.sentence("vi").count("\n") == 0


@pytest.fixture
def client(settings: Settings, small: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as made:
        yield made


def test_is_a_download_over_http_and_errors_are_problems(client: TestClient) -> None:
    answer = client.get("/api/share", params={"indicator": "hcc-04", "area": "68", "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="toan-canh_hcc-04_68_2026-10.html"'
    assert '<html lang="en">' in answer.text
    for asked, status in (
        ("indicator=zzz", 404),
        ("indicator=hcc-04&period=thg", 400),
        ("indicator=hcc-04&method=x", 400),
    ):
        problem = client.get(f"/api/share?area=68&{asked}")
        assert problem.status_code == status
        assert problem.headers["content-type"] == "application/problem+json"


def test_command_writes_the_file(small: Engine, settings: Settings, tmp_path: Path, monkeypatch: Any) -> None:
    app = typer.Typer()
    cli_share.register(app)
    app.command("other")(lambda: None)  # with one command only, typer would leave out its name
    monkeypatch.setenv("TOANCANH_DATABASE_URL", small.url.render_as_string(hide_password=False))
    path = tmp_path / "map.html"
    answer = CliRunner().invoke(app, ["share", "--indicator", "hcc-04", "--area", "68", "-o", str(path)])
    assert answer.exit_code == 0, answer.output
    assert "Lâm Đồng" in path.read_text(encoding="utf-8")
    refused = CliRunner().invoke(app, ["share", "--indicator", "zzz", "--area", "68", "-o", str(tmp_path / "no.html")])
    assert isinstance(refused.exception, NotFound)
    assert not (tmp_path / "no.html").exists()


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_opens_with_the_network_cut(small: Engine, tmp_path: Path, size: tuple[int, int]) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "map.html"
    path.write_text(page(small), encoding="utf-8")
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_context(offline=True, viewport={"width": size[0], "height": size[1]}).new_page()
        asked: list[str] = []
        wrong: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        opened.goto(path.as_uri())
        opened.wait_for_selector(".tc-label")
        assert asked == [path.as_uri()]
        assert wrong == []
        assert opened.locator("path[role=button]").count() == 6
        opened.locator(".tc-open").click()
        rows = opened.locator(".tc-drawer tbody tr")
        assert rows.count() == 6
        assert rows.first.inner_text().split("\t")[-1].strip() == "97,5"
        rows.first.click()
        opened.wait_for_selector(".leaflet-popup")
        assert "3.900 hồ sơ" in opened.locator(".leaflet-popup").inner_text()
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
        names = opened.locator(".tc-isles").all_inner_texts()
        assert [" ".join(name.split()) for name in names] == [
            "Quần đảo Hoàng Sa (Việt Nam)",
            "Quần đảo Trường Sa (Việt Nam)",
        ]
        browser.close()


def reasons(html: str) -> list[list[str]]:
    return [f["properties"].get("why", []) for f in features(html)]


def test_a_month_before_the_reform_on_its_own_areas_and_carried_to_todays(feed_engine: Engine) -> None:
    """The areas of the link's boundary; what was collected on others is marked, each with its reason."""
    month = {"period": "2025-06", "frame": "current"}
    then = page(feed_engine, boundary="2025-06-30", **month)
    assert len(features(then)) == 329
    assert not any(reasons(then))
    assert "≈" not in json.dumps(features(then), ensure_ascii=False)
    now = page(feed_engine, boundary="current", **month)
    made = features(now)
    assert len(made) == 124
    known = [f["properties"] for f in made if "v" in f["properties"]]
    assert len(known) > 100
    assert all(p["text"].startswith("= " if p["why"][2] == "Không có phần ước tính" else "≈ ") for p in known)
    assert all(p["why"][0] == "Quy đổi từ số liệu của các xã trước 1/7/2025" for p in known)
    assert any("từ " in p["why"][2] for p in known)
    assert any(p["why"][2] == "Không có phần ước tính" for p in known)
    assert all(p["why"][3].startswith("Số liệu gốc: ") for p in known)
    assert '<span class="tc-badge tc-from">Quy đổi từ số liệu của các xã trước 1/7/2025</span>' in now
    english = page(feed_engine, boundary="current", lang="en", **month)
    assert "Carried from the figures of communes before 1 July 2025" in english


def test_a_lens_shows_its_own_areas(feed_engine: Engine) -> None:
    for name, number, title in (
        ("former-district", "28 đơn vị cấp huyện", "Huyện cũ"),
        ("former-province", "3 tỉnh, thành phố", "Tỉnh cũ"),
    ):
        html = page(feed_engine, period="2026-09", lens=name)
        assert len(features(html)) == int(number.split()[0])
        assert f"{number} · Nhìn theo: {title}" in html
        assert any("Quy đổi từ số liệu của các xã hiện nay" in line for why in reasons(html) for line in why)
    with pytest.raises(BadParameter, match="không-có"):
        page(feed_engine, lens="không-có")


def test_what_cannot_be_carried_says_why(feed_engine: Engine) -> None:
    """A state of affairs cannot be merged: merged communes have none, and the reason stands beside the blank."""
    with feed_engine.connect() as connection:
        held = connection.execute(text(
            "SELECT DISTINCT i.code FROM toancanh.indicator i JOIN toancanh.figure_slice s ON s.indicator_id = i.id "
            "WHERE s.level = 'commune' AND s.boundary < '2025-07-01' ORDER BY 1"
        )).scalars()  # fmt: skip
        code = next(one for one in held if find(one).space_rule == "latest")  # type: ignore[union-attr]
    html = page(feed_engine, indicator=code, area="68", boundary="current", frame="current", period="2025-06")
    refused = [f["properties"] for f in features(html) if f["properties"].get("blank") == 5]
    assert '<li><i style="background-color:#e9d9b8"></i>Không gộp được<span>' in html
    assert len(refused) > 50
    assert {p["why"][0] for p in refused} == {REFUSED["side_by_side"][0]}
    assert all(p["why"][1].startswith("Số liệu gốc: ") for p in refused)


@pytest.mark.browser
def test_the_mark_and_its_reason_are_seen(feed_engine: Engine, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "lens.html"
    path.write_text(page(feed_engine, period="2026-09", lens="former-district"), encoding="utf-8")
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_context(offline=True, viewport={"width": 1280, "height": 800}).new_page()
        opened.goto(path.as_uri())
        opened.locator(".tc-open").click()
        rows = opened.locator(".tc-drawer tbody tr")
        assert rows.count() == 28
        signs = {text.split("\t")[-1].strip()[:2] for text in rows.all_inner_texts()}
        assert signs == {"= ", "≈ "}, "put together whole, and estimated"
        rows.first.click()
        opened.wait_for_selector(".leaflet-popup .tc-why")
        told = opened.locator(".leaflet-popup").inner_text()
        assert "Quy đổi từ số liệu của các xã hiện nay" in told
        assert "Số liệu gốc: " in told
        browser.close()


def test_the_real_demo_fits_an_e_mail(feed_engine: Engine) -> None:
    for code, count in (("68", 124), ("VN", 34)):
        html = page(feed_engine, area=code)
        assert len(html.encode()) < 1_500_000
        assert len(features(html)) == count
