"""Figures and areas across the reform of 1 July 2025, over HTTP with a real PostGIS."""

import math
import re

import pytest

from layers.indicators import periods

HOME = {"within": "68", "level": "commune"}
BEFORE, SINCE = "2025-06", "2025-07"
SUM, RATIO = "HCC-02", "HCC-04"  # files resolved; share of them on time


def values(client, code, **asked):
    """One picture: values by area number."""
    answer = client.get(f"/api/indicators/{code}/values", params=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body, dict(zip(body["ids"], body["values"], strict=True))


def test_the_map_changes_under_the_time(client):
    """Without a boundary asked for, a month is shown on the areas of its day, over the same ground."""
    before, old = values(client, SUM, **HOME, period=BEFORE)
    since, new = values(client, SUM, **HOME, period=SINCE)
    assert (before["boundary"], since["boundary"]) == ("2008-08-01", "2025-07-01")
    assert (len(old), len(new)) == (329, 124)
    assert not before["carried"]
    assert not since["carried"]


def test_a_sum_carried_to_present_communes_keeps_every_file(client):
    """The figures of 329 former communes on the 124 of today: nothing lost, whole mergers exact, parts estimated."""
    _, old = values(client, SUM, **HOME, period=BEFORE)
    body, new = values(client, SUM, **HOME, period=BEFORE, boundary="current")
    assert body["boundary"] == "2025-07-01"
    assert len(new) == 124
    carried = body["carried"]
    assert carried["from"] == "2008-08-01"
    shown = [value for value in new.values() if value is not None]
    known = sum(value for value in old.values() if value is not None)
    left_out = known - sum(shown)
    assert 0 <= left_out <= 0.05 * known  # communes too many of whose parts sent nothing are blank, and say so
    assert {area for area, value in new.items() if value is None} == {int(area) for area in body["blanks"]}
    rows = list(
        zip(new.values(), carried["low"], carried["high"], carried["estimated"], carried["method"], strict=True)
    )
    for value, low, high, estimated, method in rows:
        if value is not None:
            assert low - 1 <= value <= high + 1
            assert (estimated == 0) == (method == "whole")
    assert {method for *_, method in rows} == {"whole", "area"}
    silent = {area for area, value in old.items() if value is None}
    assert len(body["warnings"]) in range(1, len(silent) + 1)
    assert all("đơn vị có số liệu" in words for words in body["warnings"].values())


def test_a_ratio_is_carried_by_its_parts(client):
    """On the province the carried ratio is that of all files, not the mean of the communes' ratios."""
    card = client.get(f"/api/indicators/{RATIO}/card", params={"area": "68", "period": BEFORE}).json()
    assert math.isclose(card["value"], 100 * card["numerator"]["value"] / card["denominator"]["value"], abs_tol=0.01)
    assert {one["code"] for one in card["carried"]["sources"]} == {"60", "67", "68"}
    old = [
        client.get(
            f"/api/indicators/{RATIO}/card", params={"area": code, "period": BEFORE, "boundary": "2025-06-30"}
        ).json()
        for code in ("60", "67", "68")
    ]
    for part in ("numerator", "denominator"):
        assert card[part]["value"] == sum(one[part]["value"] for one in old)
    _, communes = values(client, RATIO, **HOME, period=BEFORE)
    told = sum(value is not None for value in communes.values())
    assert told < len(communes) == 329
    assert (card["carried"]["known"], card["carried"]["of"]) == (told, 329), "the communes behind the three provinces"
    assert card["warning"] == f"Tổng hợp từ {told}/329 đơn vị có số liệu."


def test_what_cannot_be_merged_has_a_class_of_its_own(client):
    """Growth of former provinces has no sum: the legend of the carried picture tells it apart from what is missing."""
    asked = {"level": "province", "period": "2025-Q1"}
    body, _ = values(client, "KT-01", **asked, boundary="current")
    assert set(body["carried"]["refused"].values()) == {"side_by_side"}
    assert len(body["carried"]["refused"]) == 23  # 11 of the 34 only kept their ground
    there = client.get("/api/indicators/KT-01/legend", params={**asked, "boundary": "current"}).json()["blanks"]
    then = client.get("/api/indicators/KT-01/legend", params={**asked, "boundary": "2025-06-30"}).json()["blanks"]
    assert [one["key"] for one in there] == [*(one["key"] for one in then), "unmerged"]
    assert len({one["colour"] for one in there}) == 6
    page = client.get(
        "/ogc/collections/indicator-kt-01/items",
        params={"boundary": "current", "datetime": "2025-02-15", "limit": 100, "skipGeometry": True},
    ).json()
    told = [one["properties"]["warning"] for one in page["features"]]
    assert sum("không cộng gộp được" in (words or "") for words in told) == 23


def test_the_line_of_a_commune_is_unbroken(client):
    """Every month up to the newest, those of before the reform carried and marked."""
    series = client.get(f"/api/indicators/{SUM}/card", params={"area": "22981", "period": "2026-10"}).json()["series"]
    months = [periods.parse(key) for key in series["periods"]]
    assert months == list(periods.range("month", months[0], periods.parse("2026-10")))
    assert series["periods"][0] < SINCE
    assert series["carried"] == [period < SINCE for period in series["periods"]]
    assert all((low is not None) == mark for low, mark in zip(series["low"], series["carried"], strict=True))


@pytest.mark.parametrize(("lens", "count"), [("former-province", 3), ("former-district", 28), ("former-commune", 329)])
def test_lenses_look_at_today_by_yesterday(client, lens, count):
    """Present figures by former areas: the total stays, the share that is estimated is told."""
    _, now = values(client, SUM, **HOME, period="2026-09")
    body, seen = values(client, SUM, within="68", period="2026-09", lens=lens)
    assert len(seen) == count
    assert body["carried"]["from"] == "2025-07-01"
    total = sum(value for value in now.values() if value is not None)
    assert 0.9 * total <= sum(value for value in seen.values() if value is not None) <= total
    estimated = [share for share in body["carried"]["estimated"] if share is not None]
    assert all(0 <= share <= 1 for share in estimated)
    if lens == "former-province":  # present communes lie wholly in one former province
        assert estimated == [0, 0, 0]
    legend = client.get(f"/api/indicators/{SUM}/legend", params={"within": "68", "period": "2026-09", "lens": lens})
    assert legend.json()["method"] == "quantile"
    style = client.get("/api/style", params={"lens": lens}).json()
    assert style["sources"]["lens"]["tiles"][0].startswith(f"/ogc/collections/{lens}s/tiles/")


def test_a_set_of_regions_is_a_lens(client):
    """Two forest districts that cut communes: everything is in one of them, what is cut is estimated by ground."""
    assert "hat-kiem-lam" in {one["id"] for one in client.get("/api/start").json()["lenses"]}
    _, now = values(client, SUM, **HOME, period="2026-09")
    body, seen = values(client, SUM, within="68", period="2026-09", lens="hat-kiem-lam")
    assert len(seen) == 2
    assert sum(seen.values()) == pytest.approx(sum(value for value in now.values() if value is not None), rel=0.01)
    assert all(0 < share < 0.5 for share in body["carried"]["estimated"])
    past, then = values(client, SUM, within="68", period=BEFORE, lens="hat-kiem-lam")
    assert past["carried"]["from"] == "2008-08-01"
    assert sum(then.values()) == pytest.approx(
        sum(value or 0 for value in values(client, SUM, **HOME, period=BEFORE)[1].values()), rel=0.02
    )
    counts = client.get("/api/layers/citizen-reports/counts", params={"within": "68", "lens": "hat-kiem-lam"}).json()
    every = client.get("/api/layers/citizen-reports/counts", params={"within": "68", "level": "commune"}).json()
    assert sum(counts["values"]) == sum(every["values"])
    tiles = client.get("/api/style", params={"lens": "hat-kiem-lam"}).json()["sources"]["lens"]["tiles"][0]
    assert client.get(tiles.format(z=7, x=102, y=60)).status_code == 200


def test_things_are_counted_by_where_they_lie(client):
    """The same points by communes of today, former districts and former provinces: always all of them."""
    totals = {
        lens: client.get(
            "/api/layers/citizen-reports/counts", params={"within": "68", "level": "commune", **lens_}
        ).json()
        for lens, lens_ in {
            "now": {},
            "district": {"lens": "former-district"},
            "province": {"lens": "former-province"},
        }.items()
    }
    assert [len(one["ids"]) for one in totals.values()] == [124, 28, 3]
    sums = {sum(one["values"]) for one in totals.values()}
    assert len(sums) == 1
    assert sums.pop() > 4000


def test_an_ended_area_leads_to_its_successors(client):
    """District and commune, in words a chairman understands."""
    city = client.get("/api/areas/672", params={"boundary": "2024-06-30"}).json()
    assert city["full_name"] == "Thành phố Đà Lạt"
    assert city["valid_to"] == "2025-07-01"
    assert "24781" in {one["code"] for one in city["successors"]}
    assert math.isclose(sum(one["share"] for one in city["successors"]), 1)
    assert "kết thúc ngày 01/07/2025" in city["story"]
    assert re.search(r"phường Xuân Hương – Đà Lạt \(\d+\s% (diện tích|dân số)\)", city["story"])
    unit = "people" if city["successors"][0]["people"] else "share"
    assert [one[unit] for one in city["successors"]] == sorted((one[unit] for one in city["successors"]), reverse=True)
    ward = client.get("/api/areas/24781").json()
    assert {one["name"] for one in ward["predecessors"]} == {"1", "2", "3", "4", "10"}
    assert ward["story_en"].startswith("Xuân Hương – Đà Lạt Ward") or "Xuan Huong" in ward["story_en"]


def test_former_areas_are_collections_of_their_own(client):
    """With their validity, for programs that know no date parameter."""
    for name, count in (("former-provinces", 63), ("former-districts", 28), ("former-communes", 329)):
        answer = client.get(f"/ogc/collections/{name}/items", params={"limit": 1}).json()
        assert answer["numberMatched"] == count
        assert answer["features"][0]["properties"]["valid_to"] == "2025-07-01"


@pytest.mark.parametrize(
    ("asked", "name"),
    [({"boundary": "1990-01-01"}, "boundary"), ({"boundary": "hom-qua"}, "boundary"), ({"lens": "huyen-cu"}, "lens")],
)
def test_an_unknown_structure_is_refused_by_one_sentence(client, asked, name):
    """Named by its parameter."""
    answer = client.get(f"/api/indicators/{SUM}/values", params={**HOME, **asked})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


def test_gis_programs_read_any_indicator_on_any_boundary(client):
    """The same figures as on the screen, with method and band; the parameter is documented."""
    address = f"/ogc/collections/indicator-{SUM.lower()}/items"
    for boundary, count in (("current", 124), ("2024-06-30", 329), ("former-district", 28)):
        page = client.get(
            address, params={"boundary": boundary, "datetime": "2025-04-15", "limit": 400, "skipGeometry": True}
        )
        assert page.json()["numberMatched"] == len(page.json()["features"]) == count
        rows = [feature["properties"] for feature in page.json()["features"]]
        carried = boundary == "current"  # the others have figures of their own for that month
        assert {row["carried"] for row in rows} == {carried}
        assert {row["period"] for row in rows} == {"2025-04"}
        if carried:
            _, screen = values(client, SUM, **HOME, period="2025-04", boundary="current")
            assert [row["value"] for row in rows] == list(screen.values())
            assert all(row["low"] <= row["value"] + 1 and row["method"] for row in rows if row["value"] is not None)
    paths = client.get("/ogc/openapi", params={"f": "json"}).json()
    assert "2024-06-30" in str(paths["components"]["parameters"]["boundary"])
    wrong = client.get(address, params={"boundary": "xx"})
    assert wrong.status_code == 400
    assert wrong.json()["parameter"] == "boundary"


def execute(client, **inputs):
    """Run the process that carries a table."""
    return client.post("/ogc/processes/carry/execution", json={"inputs": inputs})


def test_a_table_is_carried_by_a_process(client):
    """Its areas are recognised; 100 + 200 + 300 of one present commune are 600."""
    listed = client.get("/ogc/processes").json()["processes"]
    assert "carry" in [one["id"] for one in listed]
    assert client.get("/ogc/processes/carry").json()["inputs"]["table"]["minOccurs"] == 1
    olds = client.get("/api/areas/23272").json()["predecessors"]  # Phú Quý, of three communes
    rows = "".join(f"{one['code']},{one['full_name']},{100 * (i + 1)}\n" for i, one in enumerate(olds))
    done = execute(client, table=f"ma,ten,value\n{rows}").json()
    assert done["report"]["boundary"] == "former"
    assert done["report"]["left_out_count"] == 0
    head, line = done["carried"]["value"].strip().splitlines()
    row = dict(zip(head.split(","), line.split(","), strict=True))
    assert (row["area_code"], float(row["value"]), row["sources_known"]) == ("23272", 600, "3")
    assert float(row["estimated"]) == 0


@pytest.mark.parametrize(
    ("inputs", "status", "words"),
    [
        ({"table": "ma,value\n22981,1\n"}, 422, "of=former"),  # codes alone are of both times
        ({"table": "ma,ten,value\n22981,Xã Vĩnh Hảo,1\n", "rule": "median"}, 400, "rule"),
        ({"table": "ma,ten,so\n22984,Xã Vĩnh Tân,1\n"}, 422, "value"),
        ({"table": "ma,ten,value\n22984,Xã Vĩnh Tân,1\n", "to": "nowhere"}, 400, "lăng kính"),
        ({"table": ""}, 422, "CSV"),
        ({}, 400, "table"),
    ],
)
def test_a_table_that_is_not_certain_is_refused(client, inputs, status, words):
    """Nothing is joined in silence."""
    answer = execute(client, **inputs)
    assert answer.status_code == status, answer.text
    assert words in answer.text


def test_a_body_too_large_is_not_read_to_its_end(client):
    """Whatever its headers say."""
    chunks = (b"x" * 2**20 for _ in range(25))
    answer = client.post("/ogc/processes/carry/execution", content=chunks)
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["detail"]
