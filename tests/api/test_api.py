"""What the map client reads, over HTTP with a real PostGIS."""

import math
from itertools import pairwise

import pytest

PROVINCE = {"level": "commune", "within": "68"}


def test_start_tells_what_there_is(client):
    start = client.get("/api/start").json()
    assert start["home"] == "68"
    assert [one["id"] for one in start["boundaries"]] == ["2025-07-01", "2008-08-01"]
    assert start["boundaries"][0]["communes_of"] == ["68"]
    assert start["boundaries"][0]["approximate"]
    things = [one for one in start["layers"] if one["counted"]]
    assert [one["id"] for one in things] == ["planning-zones", "projects", "citizen-reports", "cameras"]
    assert [one["id"] for one in start["layers"] if not one["counted"]] == ["data-quality"]
    assert all(one["sample"] and one["count"] > 100 for one in things)
    assert {one["name"] for one in start["archipelagos"]} == {
        "Quần đảo Hoàng Sa (Việt Nam)",
        "Quần đảo Trường Sa (Việt Nam)",
    }


def test_private_fields_are_not_even_named_to_the_public(client, staff):
    public, known = client.get("/api/start").text, client.get("/api/start", headers=staff).text
    for name in ("stream_url", "reporter_name", "reporter_phone", "internal_note"):
        assert name not in public
        assert name in known


def test_the_areas_of_both_sides_of_the_reform(client):
    country = client.get("/api/areas/VN").json()
    assert len(country["children"]) == 34
    former = client.get("/api/areas/VN", params={"boundary": "2024-06-30"}).json()
    assert len(former["children"]) == 63
    province = client.get("/api/areas/68").json()
    assert province["full_name"] == "Tỉnh Lâm Đồng"
    assert len(province["children"]) == 124
    assert {one["name"] for one in province["predecessors"]} == {"Lâm Đồng", "Bình Thuận", "Đắk Nông"}
    old = client.get("/api/areas/60", params={"boundary": "2024-06-30"}).json()
    assert [one["code"] for one in old["successors"]] == ["68"]
    assert old["valid_to"] == "2025-07-01"
    ward = client.get("/api/areas/24781").json()
    assert [one["code"] for one in ward["path"]] == ["VN", "68", "24781"]
    assert ward["former_names"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"within": "VN", "level": "province"}, 34),
        ({"within": "VN", "level": "commune"}, 124),
        ({"within": "VN", "level": "province", "boundary": "2024-06-30"}, 63),
        ({"within": "68", "level": "commune", "boundary": "2024-06-30", "frame": "current"}, 329),
        ({"within": "68", "level": "commune", "boundary": "2024-06-30"}, 137),
        ({"within": "68", "lens": "former-district"}, 28),
    ],
)
def test_the_areas_of_a_picture_come_in_one_answer(client, asked, count):
    areas = client.get("/api/shown", params=asked).json()
    assert len({one["id"] for one in areas}) == len(areas) == count


@pytest.mark.parametrize("words", ["da lat", "Đà Lạt", "ĐÀ LẠT", "thanh pho da lat"])
def test_da_lat_leads_to_its_heart(client, words):
    first = client.get("/api/search", params={"q": words}).json()["results"][0]
    assert (first["code"], first["title"]) == ("24781", "Phường Xuân Hương – Đà Lạt")


@pytest.mark.parametrize(
    ("words", "code"),
    [("xuan huong", "24781"), ("24781", "24781"), ("68", "68"), ("lam dong", "68"), ("phu quy", "23272")],
)
def test_search_by_name_and_code(client, words, code):
    found = client.get("/api/search", params={"q": words}).json()["results"]
    assert code in [one["code"] for one in found[:2]]


def test_search_of_nothing_and_of_nonsense(client):
    assert client.get("/api/search", params={"q": ""}).json()["results"] == []
    assert client.get("/api/search", params={"q": "%_';--"}).json()["results"] == []


def test_values_of_every_commune(client):
    body = client.get("/api/indicators/hcc-04/values", params=PROVINCE).json()
    assert (body["level"], body["within"], body["boundary"], body["sample"]) == ("commune", "68", "2025-07-01", True)
    assert len(body["ids"]) == len(body["values"]) == 124
    ids = {one["id"] for one in client.get("/api/areas/68").json()["children"]}
    assert set(body["ids"]) == ids
    missing = {str(i) for i, value in zip(body["ids"], body["values"], strict=True) if value is None}
    assert missing == set(body["blanks"])


@pytest.mark.parametrize("method", ["quantile", "natural", "equal"])
def test_every_value_has_one_class(client, method):
    asked = {**PROVINCE, "boundary": "current"}
    legend = client.get("/api/indicators/HCC-04/legend", params={**asked, "method": method}).json()
    edges = legend["classes"]
    assert 3 <= len(edges) <= 5
    assert all(a["to"] == b["from"] for a, b in pairwise(edges))
    for period in ("2025-07", "2026-10"):
        values = client.get("/api/indicators/HCC-04/values", params={**asked, "period": period}).json()["values"]
        for value in filter(None, values):
            inside = [
                k for k, c in enumerate(edges) if c["from"] <= value < c["to"] or (c is edges[-1] and value == c["to"])
            ]
            assert len(inside) == 1, (method, value)
    assert [one["key"] for one in legend["blanks"]] == ["no_data", "late", "not_due", "not_applicable", "suppressed"]


def test_states_against_the_target(client):
    legend = client.get("/api/indicators/HCC-04/legend", params={**PROVINCE, "method": "target"}).json()
    names = [row["key"] for row in legend["classes"]]
    assert names == ["green", "yellow", "orange", "red"]
    body = client.get("/api/indicators/HCC-04/values", params={**PROVINCE, "classes": "target"}).json()
    for state, value in zip(body["states"], body["values"], strict=True):
        assert (state is None) == (value is None)
        if value is not None:
            deviation = value - 97
            expected = sum(deviation < band - 1e-9 for band in (-3, -8, -15))
            assert state == names[expected] or math.isclose(deviation, round(deviation), abs_tol=0.01)


def test_a_ratio_is_recomputed_and_shows_its_parts(client):
    for area in ("24781", "68"):
        card = client.get("/api/indicators/HCC-04/card", params={"area": area, "period": "2026-10"}).json()
        assert card["value"] == pytest.approx(100 * card["numerator"]["value"] / card["denominator"]["value"], abs=0.01)
        assert card["numerator"]["name"] == "Số hồ sơ giải quyết trước hạn và đúng hạn"
        assert card["source"] == "Dữ liệu minh hoạ của Toàn Cảnh"
        assert card["series"]["periods"] == sorted(card["series"]["periods"])
        assert len(card["series"]["periods"]) > 20


def test_the_province_is_the_sum_of_its_communes(client):
    """Never the mean of ratios: numerator and denominator add up, and what is missing is said."""
    codes = [one["code"] for one in client.get("/api/areas/68").json()["children"]]
    month = {"period": "2026-10"}
    cards = [client.get("/api/indicators/HCC-04/card", params={"area": code, **month}).json() for code in codes]
    known = [card for card in cards if card["value"] is not None]
    province = client.get("/api/indicators/HCC-04/card", params={"area": "68", **month}).json()
    assert province["numerator"]["value"] == pytest.approx(sum(card["numerator"]["value"] for card in known), abs=0.5)
    assert province["denominator"]["value"] == pytest.approx(
        sum(card["denominator"]["value"] for card in known), abs=0.5
    )
    assert province["children"] == {"with_value": len(known), "of": 124}
    mean = sum(card["value"] for card in known) / len(known)
    assert province["value"] != pytest.approx(mean, abs=0.01)


def test_rank_is_among_peers(client):
    card = client.get("/api/indicators/HCC-04/card", params={"area": "24781"}).json()
    assert card["rank"]["peers"] == "phường của Tỉnh Lâm Đồng"
    assert 1 <= card["rank"]["place"] <= card["rank"]["of"] <= 20


def test_the_catalogue_is_browsable(client):
    body = client.get("/api/indicators").json()
    assert len(body["modules"]) == 30
    filled = [one for one in body["indicators"] if "commune" in one["levels"]]
    assert len(filled) > 180
    one = client.get("/api/indicators/HCC-04").json()
    assert one["formula"]["denominator"]
    assert one["owner"]
    assert one["basis"]
    assert {holding["level"] for holding in one["data"]} == {"province", "district", "commune"}


@pytest.mark.parametrize(
    ("area", "within", "period"), [("22981", "68", "2025-06"), ("24781", "68", "2025"), ("68", "VN", "2025-03")]
)
def test_a_carried_value_ranks_among_carried_ones(client, area, within, period):
    """As in the ranking of the same picture, in one kind of areas."""
    card = client.get("/api/indicators/HCC-02/card", params={"area": area, "period": period}).json()
    assert card["carried"]
    asked = {
        "within": within,
        "level": "province" if within == "VN" else "commune",
        "period": period,
        "boundary": "current",
    }
    rows = client.get("/api/indicators/HCC-02/ranking", params=asked).json()["rows"]
    mine = next(row for row in rows if row["area"]["code"] == area)
    assert mine["carried"]
    assert (card["rank"]["place"], card["rank"]["of"]) == (mine["rank"], mine["of"])
    assert mine["of"] > 10


def test_all_figures_of_an_area(client):
    figures = client.get("/api/areas/24781/figures").json()["figures"]
    assert len(figures) > 180
    assert {"code", "period", "value", "change_percent", "sample"} <= figures[0].keys()
    told = {one["code"]: (one["period"], one["state"]) for one in client.get("/api/areas/24781/profile").json()["rows"]}
    judged = [one for one in figures if one["state"]]
    assert len(judged) > 20
    assert all(told[one["code"]][1] == one["state"] for one in judged if told[one["code"]][0] == one["period"])


def test_the_same_answer_is_not_sent_twice(client):
    first = client.get("/api/indicators/HCC-04/values", params=PROVINCE)
    again = client.get(
        "/api/indicators/HCC-04/values", params=PROVINCE, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/indicators/KHONG-CO/values", 404, "KHONG-CO"),
        ("/api/areas/99999", 404, "99999"),
        ("/api/indicators/HCC-04/values?period=thg%2010", 400, "thg 10"),
        ("/api/indicators/HCC-04/values?level=huyen", 400, "level"),
        ("/api/areas/68?boundary=yesterday", 400, "yesterday"),
        ("/api/nothing", 404, "Không có"),
        ("/nothing", 404, "Không có"),
    ],
)
def test_a_mistake_is_one_clear_sentence(client, path, status, words):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert words in problem["detail"]
    assert client.get(path, headers={"Accept-Language": "en"}).json()["detail"] != problem["detail"]


def test_a_wrong_token_is_refused(client):
    assert client.get("/api/start", headers={"Authorization": "Bearer sai"}).status_code == 401
