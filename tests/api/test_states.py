"""States over HTTP: a module in one area, a map against its targets, the end of a year foreseen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, indicator_ids, write, write_targets
from services.app import create_app
from services.settings import Settings

MONTHS = [f"{year}-{month:02d}" for year in range(2021, 2027) for month in range(1, 13)][:-2]  # to October 2026
SEASON = np.array([0.5, 0.6, 0.8, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1, 1.2, 1.3, 1.5])


def known(engine: Engine, rows: list[tuple[str, str, str, float | None]]) -> None:
    """Write figures (indicator, area, period, value) and all that follows from them."""
    with engine.begin() as connection:
        areas = {code: (i, province) for code, i, province in connection.execute(
            text("SELECT code, id, province_code FROM toancanh.area"))}  # fmt: skip
        frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
        frame = frame.assign(
            area_id=[areas[code][0] for code in frame["area"]], province_code=[areas[code][1] for code in frame["area"]],
            numerator=np.nan, denominator=np.nan, status="final", warning=None,
            blank=[None if np.isfinite(value) else "late" for value in frame["value"].astype(float)],
        )  # fmt: skip
        source = add_provenance(connection, "thử")
        write(connection, [frame], provenance_id=source, sample=False, known_at=datetime.now(UTC))
        refresh(connection, {indicator_ids(connection)[code] for code in frame["indicator"].unique()})


def aim(engine: Engine, indicator: str, area: str, value: float, rule: str, **more: object) -> None:
    """Set a target of 2026."""
    with engine.begin() as connection:
        number, province = connection.execute(
            text("SELECT id, province_code FROM toancanh.area WHERE code = :code"), {"code": area}
        ).one()
        told = {"indicator": indicator, "area_id": number, "province_code": province, "period": "2026", "value": value,
                "rule": rule, "decision": "QĐ 12/QĐ-UBND", **more}  # fmt: skip
        write_targets(connection, pd.DataFrame([told]), sample=False)


@pytest.fixture
def wards(bare_engine: Engine) -> list[str]:
    """Codes of the wards of Lâm Đồng."""
    with bare_engine.connect() as connection:
        return list(connection.execute(text(
            "SELECT code FROM toancanh.area WHERE province_code = '68' AND kind = 'phuong' ORDER BY code"
        )).scalars())  # fmt: skip


@pytest.fixture
def client(settings: Settings, bare_engine: Engine) -> Iterator[TestClient]:
    """The application over the bare areas; tests write figures before they ask."""
    with TestClient(create_app(settings), base_url="http://toancanh.test") as made:
        yield made


def answer(client: TestClient, path: str, status: int = 200, **parameters: object):
    found = client.get(f"/api{path}", params=parameters)
    assert found.status_code == status, found.text[:500]
    return found.json()


def until(found: Callable[[], dict], holds: Callable[[dict], bool]) -> dict:
    """Ask again until the notice of a change has come."""
    for _ in range(100):
        if holds(body := found()):
            return body
        time.sleep(0.05)
    return body


def row(body: dict, code: str) -> dict:
    return next(one for one in body["rows"] if one["code"] == code)


def test_modules_list_their_indicators_and_the_one_that_leads(client):
    modules = answer(client, "/modules")
    assert len(modules) >= 29
    spending = next(one for one in modules if one["id"] == "giai-ngan")
    assert spending["lead"] in spending["indicators"]
    assert {"DTC-04", "DTC-05", "DTC-06"} <= set(spending["indicators"])
    assert spending["title_en"]
    assert all(one["lead"] in one["indicators"] for one in modules if one["indicators"])


def test_one_amount_is_shown_over_each_of_its_plans(bare_engine, client):
    known(bare_engine, [
        ("DTC-04", "68", "2026-W43", 4127.575), ("DTC-04", "68", "2026-W42", 4000.0),
        ("DTC-01", "68", "2026", 22156.828), ("DTC-02", "68", "2026", 13403.337),
    ])  # fmt: skip
    body = answer(client, "/modules/giai-ngan/states", area="68")
    amount = row(body, "DTC-04")
    assert amount["previous"] == {"period": "2026-W42", "value": 4000.0, "change": 127.575}
    told = {over["plan"]: (over["percent"], over["value"], over["reached"], over["code"]) for over in amount["plans"]}
    assert told == {
        "ttg": (18.63, 22156.828, 4127.575, "DTC-05"),
        "dia_phuong": (30.8, 13403.337, 4127.575, "DTC-06"),
    }
    assert all(over["title"] and over["title_en"] and over["unit"] == "tỷ đồng" for over in amount["plans"])
    assert amount["target"]["plan"] == "ttg"
    assert amount["target"]["value"] == 22156.828
    assert amount["target"]["due"] == pytest.approx(22156.828 * 43 / 53, abs=0.01)
    assert amount["state"] == "red"
    # A plan that is set as a target goes before the indicator of the plan.
    aim(bare_engine, "DTC-04", "68", 5000, "to_date", plan="ttg")
    amount = until(
        lambda: row(answer(client, "/modules/giai-ngan/states", area="68"), "DTC-04"),
        lambda found: found["target"]["value"] == 5000,
    )
    assert [(over["value"], over["state"]) for over in amount["plans"]] == [(5000, "green"), (13403.337, "red")]


def test_a_module_tells_value_change_target_state_rank_and_curve(bare_engine, client, wards):
    months = MONTHS[-24:]
    known(bare_engine, [
        *(("HCC-12", code, month, 60.0 + 2 * place) for place, code in enumerate(wards[:5]) for month in months[:-1]),
        *(("HCC-12", code, months[-1], 55.0 + 5 * place) for place, code in enumerate(wards[:4])),
        ("HCC-12", wards[4], months[-1], None),
    ])  # fmt: skip
    for code in wards[:5]:
        aim(bare_engine, "HCC-12", code, 70, "level", trajectory=[60 + month * 10 / 12 for month in range(1, 13)])
    found = row(answer(client, "/modules/dich-vu-cong/states", area=wards[1]), "HCC-12")
    assert (found["period"], found["value"], found["unit"], found["state"]) == ("2026-10", 60.0, "%", "orange")
    assert found["target"]["value"] == 70
    assert found["target"]["due"] == pytest.approx(68.333)
    assert found["target"]["decision"] == "QĐ 12/QĐ-UBND"
    assert found["previous"]["change"] == -2
    assert (found["rank"]["place"], found["rank"]["of"]) == (3, 4)
    assert found["spark"]["periods"] == months
    assert found["spark"]["values"][-1] == 60.0
    blank = row(answer(client, "/modules/dich-vu-cong/states", area=wards[4]), "HCC-12")
    assert (blank["value"], blank["blank"], blank["state"], blank["rank"]) == (None, "late", None, None)
    assert blank["target"]["due"] == pytest.approx(68.333)
    before = row(answer(client, "/modules/dich-vu-cong/states", area=wards[1], period="2026-Q3"), "HCC-12")
    assert before["period"] == "2026-09"
    assert before["value"] == 62.0
    nothing = row(answer(client, "/modules/dich-vu-cong/states", area=wards[1]), "HCC-16")
    assert (nothing["value"], nothing["blank"], nothing["period"], nothing["target"]) == (None, "no_data", None, None)
    assert answer(client, "/modules/dich-vu-cong/states", area=wards[1], period="2020-01")["rows"][0]["value"] is None


def test_an_answer_follows_an_adjusted_target(bare_engine, client, wards):
    known(bare_engine, [("HCC-12", wards[0], "2026-10", 60.0)])
    aim(bare_engine, "HCC-12", wards[0], 90, "level")
    path, asked = "/modules/dich-vu-cong/states", {"area": wards[0]}
    assert row(answer(client, path, **asked), "HCC-12")["state"] == "red"
    instant = datetime.now(UTC).isoformat()
    aim(bare_engine, "HCC-12", wards[0], 62, "level")
    found = until(lambda: row(answer(client, path, **asked), "HCC-12"), lambda found: found["state"] == "green")
    assert (found["state"], found["target"]["value"]) == ("green", 62)
    before = row(answer(client, path, **asked, known=instant), "HCC-12")
    assert (before["state"], before["target"]["value"]) == ("red", 90)


def test_a_map_a_legend_and_a_card_tell_the_same_states(bare_engine, client, wards):
    told = [80.0, 76.5, 70.0, 60.0, None, 90.0]
    known(bare_engine, [("HCC-12", code, "2026-10", value) for code, value in zip(wards, told, strict=False)])
    for code in wards[:5]:
        aim(bare_engine, "HCC-12", code, 80, "level")
    shown = {"within": "68", "level": "commune", "period": "2026-10"}
    legend = answer(client, "/indicators/HCC-12/legend", **shown, method="target")
    assert [row["key"] for row in legend["classes"]] == ["green", "yellow", "orange", "red"]
    body = answer(client, "/indicators/HCC-12/values", **shown, classes="target")
    by_id = dict(zip(body["ids"], body["states"], strict=True))
    for code, state in zip(wards, ["green", "yellow", "orange", "red", None, None], strict=False):
        card = answer(client, "/indicators/HCC-12/card", area=code, period="2026-10")
        place = answer(client, f"/areas/{code}")
        assert by_id[place["id"]] == state
        assert (card["target"] and card["target"]["state"]) == state
        found = row(answer(client, "/modules/dich-vu-cong/states", area=code, period="2026-10"), "HCC-12")
        assert found["state"] == state
    assert card["target"] is None


def test_a_flow_that_can_only_end_red_is_red_on_the_map_too(bare_engine, client, wards):
    months = MONTHS[-10:-4]
    known(bare_engine, [
        *(("GT-01", wards[0], month, 100.0) for month in months),
        *(("GT-01", wards[1], month, value) for month, value in zip(months, [180, 180, 150, 150, 130, 100], strict=True)),
    ])  # fmt: skip
    for code in wards[:2]:
        aim(bare_engine, "GT-01", code, 1200, "share")
    body = answer(client, "/indicators/GT-01/values", within="68", level="commune", period="2026-06", classes="target")
    assert sorted(filter(None, body["states"])) == ["green", "red"]
    card = answer(client, "/indicators/GT-01/card", area=wards[1], period="2026-06")
    assert (card["value"], card["target"]["due"], card["target"]["state"]) == (100.0, 100.0, "red")


def test_the_end_of_a_year_is_foreseen_with_the_error_of_past_years(bare_engine, client, wards):
    chance = np.random.default_rng(11)
    known(bare_engine, [
        ("DL-01", code, month, round(float(size * SEASON[int(month[-2:]) - 1] * chance.lognormal(0, 0.05))))
        for code, size in zip(wards[:6], (900, 1500, 400, 700, 2500, 1200), strict=True)
        for month in MONTHS
    ])  # fmt: skip
    aim(bare_engine, "DL-01", wards[1], 18000, "share")
    body = answer(client, "/indicators/DL-01/forecast", area=wards[1])
    assert (body["year"], body["until"], body["target"]) == (2026, "2026-10", 18000)
    assert body["expected"] == pytest.approx(18000, rel=0.05)
    assert body["low"] < body["expected"] < body["high"]
    assert body["needed_per_month"] == pytest.approx((18000 - body["reached"]) / 2, abs=0.01)
    assert 0 < body["probability"] < 1
    assert body["backtest"]["cases"] >= 20
    assert body["backtest"]["error"] < 5
    assert body["reason"] is None
    aim(bare_engine, "DL-01", wards[1], 12000, "share", plan="toi_thieu")
    body = until(
        lambda: answer(client, "/indicators/DL-01/forecast", area=wards[1]), lambda found: len(found["plans"]) == 2
    )
    assert [plan["probability"] for plan in body["plans"]][1] == 1.0
    assert body["plans"][1]["needed_per_month"] == 0
    past = answer(client, "/indicators/DL-01/forecast", area=wards[1], year=2025)
    assert (past["reason"], past["months_left"], past["needed_per_month"]) == ("over", 0, None)
    assert "kết quả" in past["reason_text"]


def test_a_forecast_from_too_little_says_so(bare_engine, client, wards):
    known(bare_engine, [("DL-01", wards[0], f"2026-0{month}", 100.0) for month in (1, 2, 3)])
    aim(bare_engine, "DL-01", wards[0], 1500, "share")
    body = answer(client, "/indicators/DL-01/forecast", area=wards[0])
    assert (body["probability"], body["reason"], body["backtest"]) == (None, "few", None)
    assert (body["reached"], body["expected"], body["low"], body["high"]) == (300, 1200, 1110, 1245)
    assert body["needed_per_month"] == pytest.approx(133.33)
    assert "past years" in body["reason_text_en"]
    assert answer(client, "/indicators/DL-01/forecast", area=wards[0], year=2027)["reason"] == "nothing_yet"
    assert "DL-02" in answer(client, "/indicators/DL-02/forecast", status=404, area=wards[0])["detail"]
    assert answer(client, "/indicators/DL-01/forecast", status=404, area="99")["detail"]
    assert answer(client, "/indicators/XX-1/forecast", status=404)["detail"]


def test_problems_are_one_sentence(client):
    assert "khong-co" in answer(client, "/modules/khong-co/states", status=404)["detail"]
    assert answer(client, "/modules/giai-ngan/states", status=404, area="99")["detail"]
    assert answer(client, "/modules/giai-ngan/states", status=400, period="hôm qua")["parameter"] == "period"
