"""Figures read in every way over HTTP: as known on a day, series, rankings, explanations, tables; on a real database."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, text

from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, indicator_ids, write, write_targets
from services.app import create_app
from services.settings import Settings

FIRST, LATER = datetime(2026, 4, 5, 8, tzinfo=UTC), datetime(2026, 5, 20, 8, tzinfo=UTC)
BETWEEN = "2026-04-30"
HOME = {"within": "68", "level": "commune"}


def tell(
    engine: Engine, rows: list[tuple], *, known: datetime = FIRST, title: str = "Báo cáo tháng", status: str = "final"
) -> None:
    """Write figures (indicator, area, period, value[, numerator, denominator]) and all that follows from them."""
    with engine.begin() as connection:
        areas = {code: (i, province) for code, i, province in connection.execute(
            text("SELECT code, id, province_code FROM toancanh.area"))}  # fmt: skip
        frame = pd.DataFrame([(*row, *(None,) * (6 - len(row))) for row in rows],
                             columns=["indicator", "area", "period", "value", "numerator", "denominator"])  # fmt: skip
        frame = frame.assign(
            area_id=[areas[code][0] for code in frame["area"]], province_code=[areas[code][1] for code in frame["area"]],
            status=status, warning=None, line=range(2, len(frame) + 2),
            blank=[None if value is not None and np.isfinite(value) else "late" for value in frame["value"]],
        )  # fmt: skip
        source = add_provenance(connection, title, file="bang.csv", decision={"by": "lan"})
        write(connection, [frame], provenance_id=source, sample=False, known_at=known)
        refresh(connection, {indicator_ids(connection)[code] for code in frame["indicator"].unique()})


@pytest.fixture
def client(settings: Settings, bare_engine: Engine) -> Iterator[TestClient]:
    """The application over the bare areas; tests write figures before they ask."""
    asked = settings.model_copy(update={"staff_token": SecretStr("x")})
    with TestClient(create_app(asked), base_url="http://toancanh.test") as made:
        yield made


@pytest.fixture
def communes(bare_engine: Engine) -> list[str]:
    """Codes of the communes (xã) of Lâm Đồng."""
    with bare_engine.connect() as connection:
        return list(connection.execute(text(
            "SELECT code FROM toancanh.area WHERE province_code = '68' AND kind = 'xa' ORDER BY code"
        )).scalars())  # fmt: skip


def answer(client: TestClient, path: str, status: int = 200, **asked: object):
    found = client.get(f"/api{path}", params=asked)
    assert found.status_code == status, found.text[:500]
    return found.json()


def test_a_revised_figure_is_seen_as_it_was_before(bare_engine, client, communes):
    area, other = communes[:2]
    months = ["2026-01", "2026-02", "2026-03"]
    tell(bare_engine, [("KT-12", code, month, 10.0 * k) for code in (area, other) for k, month in enumerate(months, 1)])
    tell(bare_engine, [("KT-12", area, "2026-02", 50.0)], known=LATER, title="Báo cáo chỉnh lý", status="preliminary")

    now = answer(client, "/indicators/KT-12/values", **HOME, period="2026-02")
    then = answer(client, "/indicators/KT-12/values", **HOME, period="2026-02", known=BETWEEN)
    ids = {one["code"]: one["id"] for one in answer(client, "/areas/68")["children"]}
    of = [dict(zip(body["ids"], body["values"], strict=True)) for body in (now, then)]
    assert [each[ids[area]] for each in of] == [50.0, 20.0]
    assert [each[ids[other]] for each in of] == [20.0, 20.0]
    assert set(now["ids"]) == set(then["ids"])
    assert now["known"] is None
    assert then["known"] == "2026-04-30T23:59:59+07:00"
    before = answer(client, "/indicators/KT-12/values", **HOME, period="2026-02", known="2026-01-01T00:00:00+07:00")
    assert set(before["values"]) == {None}
    assert set(before["blanks"].values()) == {"no_data"}

    asked = {"area": area, "kind": "month"}
    assert answer(client, "/indicators/KT-12/series", **asked)["values"] == [10.0, 50.0, 30.0]
    old = answer(client, "/indicators/KT-12/series", **asked, known=BETWEEN)
    assert old["values"] == [10.0, 20.0, 30.0]
    assert old["statuses"] == ["final"] * 3
    assert answer(client, "/indicators/KT-12/series", **asked)["statuses"] == ["final", "preliminary", "final"]

    card = answer(client, "/indicators/KT-12/card", area=area, period="2026-02", known=BETWEEN)
    assert (card["value"], card["previous"]["change"], card["rank"]["place"]) == (20.0, 10.0, 1)
    assert answer(client, "/indicators/KT-12/card", area=area, period="2026-02")["rank"] == {
        "place": 1, "of": 2, "peers": "xã của Tỉnh Lâm Đồng", "peers_en": "communes of Lâm Đồng Province",
    }  # fmt: skip
    newest = answer(client, "/indicators/KT-12/card", area=area, known="2026-04-01")
    assert newest["value"] is None, "nothing was known on that day"

    told = answer(client, "/indicators/KT-12/revisions", area=area, period="2026-02")["revisions"]
    assert [(one["value"], one["status"], one["source"]) for one in told] == [
        (50.0, "preliminary", "Báo cáo chỉnh lý"), (20.0, "final", "Báo cáo tháng"),
    ]  # fmt: skip
    assert told[0]["known_at"] == "2026-05-20T15:00:00+07:00"


def test_a_quarter_of_three_months_with_one_revised(bare_engine, client, communes):
    area = communes[0]
    tell(bare_engine, [("KT-12", area, f"2026-0{k}", 10.0 * k) for k in (1, 2, 3)])
    tell(bare_engine, [("KT-12", area, "2026-02", 50.0)], known=LATER)
    quarter = {"area": area, "period": "2026-Q1"}
    now = answer(client, "/indicators/KT-12/explain", **quarter)
    assert (now["value"], now["derived"], now["children_count"]) == (90.0, "T", {"with_value": 3, "of": 3})
    assert [(one["period"], one["value"]) for one in now["parts"]] == [
        ("2026-01", 10.0),
        ("2026-02", 50.0),
        ("2026-03", 30.0),
    ]
    assert now["how"] == "Cộng từ các kỳ ngắn hơn."
    assert [one["value"] for one in now["revisions"]] == [90.0, 60.0]
    then = answer(client, "/indicators/KT-12/explain", **quarter, known=BETWEEN)
    assert then["value"] == 60.0
    assert [one["value"] for one in then["parts"]] == [10.0, 20.0, 30.0]
    assert [one["value"] for one in then["revisions"]] == [60.0]
    assert answer(client, "/indicators/KT-12/series", area=area, kind="quarter")["derived"] == ["T"]


def test_everything_behind_a_province_s_share(bare_engine, client, communes):
    a, b = communes[:2]
    tell(bare_engine, [("HCC-02", a, "2026-03", 100.0), ("HCC-02", b, "2026-03", 300.0),
                       ("HCC-03", a, "2026-03", 60.0), ("HCC-03", b, "2026-03", 270.0)])  # fmt: skip
    one = answer(client, "/indicators/HCC-04/explain", area=a, period="2026-03")
    assert (one["value"], one["derived"]) == (60.0, "F")
    assert one["numerator"]["code"] == "HCC-03"
    assert one["denominator"] == {
        "name": "Số hồ sơ thủ tục hành chính đã giải quyết", "name_en": "Administrative files resolved",
        "value": 100.0, "unit": "hồ sơ", "code": "HCC-02",
    }  # fmt: skip
    assert one["formula"]["scale"] == 100
    assert "× 100" in one["formula"]["text"]
    given = answer(client, "/indicators/HCC-02/explain", area=a, period="2026-03")
    assert given["derived"] is None
    assert given["source"] == {
        "title": "Báo cáo tháng", "file": "bang.csv", "row": 2, "entered_by": "lan", "status": "final",
        "known_at": "2026-04-05T15:00:00+07:00", "loaded_at": given["source"]["loaded_at"],
    }  # fmt: skip
    link = given["permalink"]
    assert link.startswith(f"/indicators/HCC-02?area={a}&period=2026-03&known=2026")
    below = answer(client, "/indicators/HCC-02/explain", area="68", period="2026-03")
    assert below["derived"] == "S"
    values = {child["code"]: child["value"] for child in below["children"]}
    assert len(values) == 124
    assert sum(value for value in values.values() if value is not None) == 400.0
    assert below["children_count"] == {"with_value": 2, "of": 124}
    assert below["value"] is None, "two of 124 are too few to say"


def test_both_denominators_are_shown(bare_engine, client):
    week = "2025-W20"
    tell(bare_engine, [
        ("DTC-04", "68", week, 4127.575), ("DTC-01", "68", "2025", 22156.828), ("DTC-02", "68", "2025", 13403.337),
        ("DTC-05", "68", week, 100 * 4127.575 / 22156.828, 4127.575, 22156.828),
        ("DTC-06", "68", week, 100 * 4127.575 / 13403.337, 4127.575, 13403.337),
    ])  # fmt: skip
    told = answer(client, "/indicators/DTC-05/explain", area="68", period=week)
    assert round(told["value"], 2) == 18.63
    assert (told["numerator"]["value"], told["denominator"]["value"]) == (4127.575, 22156.828)
    assert (told["numerator"]["code"], told["denominator"]["code"]) == ("DTC-04", "DTC-01")
    plans = {one["planned"]: one for one in told["plans"]}
    assert {code: (round(one["percent"], 1), one["code"]) for code, one in plans.items()} == {
        "DTC-01": (18.6, "DTC-05"), "DTC-02": (30.8, "DTC-06"),
    }  # fmt: skip
    assert {code: one["value"] for code, one in plans.items()} == {"DTC-01": 22156.8, "DTC-02": 13403.3} or {
        code: round(one["value"], 3) for code, one in plans.items()
    } == {"DTC-01": 22156.828, "DTC-02": 13403.337}


def test_targets_of_an_explanation_tell_how_they_were_adjusted(bare_engine, client):
    tell(bare_engine, [("KT-12", "68", "2026-03", 30.0)])
    with bare_engine.begin() as connection:
        number = connection.execute(text("SELECT id FROM toancanh.area WHERE code = '68'")).scalar_one()
        for value, when in ((400.0, FIRST), (440.0, LATER)):
            row = {"indicator": "KT-12", "area_id": number, "province_code": "68", "period": "2026", "value": value,
                   "rule": "share", "decision": f"QĐ {value:g}", "known_at": when, "entered_by": "lan"}  # fmt: skip
            write_targets(connection, pd.DataFrame([row]), sample=False)
    (now,) = answer(client, "/indicators/KT-12/explain", area="68", period="2026-03")["targets"]
    assert (now["value"], round(now["due"], 2), now["decision"], now["entered_by"]) == (440.0, 36.67, "QĐ 440", "lan")
    assert [(one["value"], one["decision"]) for one in now["before"]] == [(400.0, "QĐ 400")]
    (then,) = answer(client, "/indicators/KT-12/explain", area="68", period="2026-03", known=BETWEEN)["targets"]
    assert (then["value"], then["before"], then["state"]) == (400.0, [], "orange")
    assert now["state"] == "red"


def test_a_ranking_is_that_of_a_hand_computation(bare_engine, client, communes):
    months = [f"2025-{k:02d}" for k in range(8, 13)] + [f"2026-{k:02d}" for k in range(1, 4)]
    lines = {
        communes[0]: [50, 52, 49, 53, 50, 51, 50, 50.5],  # back and forth: half a point is noise
        communes[1]: [40, 41, 42, 43, 44, 45, 46, 60],  # a steady rise, then a jump
        communes[2]: [70, 69, 70, 69, 70, 69, 70, 69],
        communes[3]: [55] * 7 + [None],
    }
    tell(bare_engine, [
        ("KT-12", code, month, value) for code, values in lines.items() for month, value in zip(months, values, strict=True)
    ])  # fmt: skip
    body = answer(client, "/indicators/KT-12/ranking", **HOME, period="2026-03")
    assert (body["period"], body["previous"]) == ("2026-03", "2026-02")
    rows = {row["area"]["code"]: row for row in body["rows"]}
    assert len(rows) == 124
    ranked = [row["area"]["code"] for row in body["rows"] if row["rank"]]
    assert ranked == [communes[2], communes[1], communes[0]]
    jump, swing, gone = rows[communes[1]], rows[communes[0]], rows[communes[3]]
    assert (jump["rank"], jump["of"], jump["previous_rank"], jump["moved"]) == (2, 3, 4, 2)
    assert jump["noise"] == 0
    assert jump["within_noise"] is False
    # Differences 2, -3, 4, -3, 1, -1: median 0, distances 2, 3, 4, 3, 1, 1, their median 2.5.
    assert swing["noise"] == pytest.approx(2 * 1.4826 * 2.5, abs=0.01)
    assert swing["within_noise"] is True
    assert swing["moved"] == 0
    assert (gone["rank"], gone["blank"], gone["moved"], gone["within_noise"]) == (None, "late", None, None)
    assert "1,4826" in body["noise"]["text"]
    groups = {one["kind"]: one["of"] for one in body["groups"]}
    assert (groups["xa"], groups["phuong"]) == (3, 0)
    everyone = answer(client, "/indicators/KT-12/ranking", **HOME, period="2026-03", peers="all")
    assert [one["of"] for one in everyone["groups"]] == [3]
    small = answer(client, "/indicators/KT-12/pictures", **HOME, periods="2026-02,2026-03,2025-08")
    assert small["periods"] == ["2025-08", "2026-02", "2026-03"]
    at = small["ids"].index(jump["area"]["id"])
    assert [values[at] for values in small["values"]] == [40.0, 46.0, 60.0]


def test_few_cases_make_a_wide_noise(bare_engine, client, communes):
    few, many = communes[:2]
    cases = {few: (4, 5), many: (480, 600)}
    rows = []
    for code, (above, below) in cases.items():
        for month, better in (("2026-01", 0), ("2026-02", 0), ("2026-03", below / 10)):
            rows += [("HCC-03", code, month, above + better), ("HCC-02", code, month, float(below))]
    rows = [(code, area, month, float(round(value))) for code, area, month, value in rows]
    tell(bare_engine, rows)
    found = {
        r["area"]["code"]: r for r in answer(client, "/indicators/HCC-04/ranking", **HOME, period="2026-03")["rows"]
    }
    assert found[many]["within_noise"] is False, "60 of 600 more is something"
    assert found[few]["noise"] > 30


def test_tables_come_back_from_csv_and_arrow(bare_engine, client, communes):
    a, b = communes[:2]
    tell(bare_engine, [("KT-12", a, "2026-02", 1234.5), ("KT-12", b, "2026-02", None), ("KT-12", a, "2026-01", -3.25)])
    asked = {**HOME, "period": "2026-02"}
    plain = answer(client, "/indicators/KT-12/values", **asked)
    sheet = client.get("/api/indicators/KT-12/values", params={**asked, "f": "csv"})
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"] == 'attachment; filename="kt-12_68_2026-02.csv"'
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(sheet.content), dtype={"Mã địa bàn": str})
    value = next(name for name in table.columns if name.endswith("(tỷ đồng)"))
    assert table.set_index("Mã địa bàn")[value].to_dict()[a] == 1234.5
    assert table.set_index("Mã địa bàn")["Lý do không có số"][b] == "late"
    english = client.get("/api/indicators/KT-12/values", params={**asked, "f": "csv", "lang": "en"})
    assert "Area code" in english.text.splitlines()[0]
    kind = "application/vnd.apache.arrow.stream"
    stream = client.get("/api/indicators/KT-12/values", params=asked, headers={"Accept": kind})
    assert stream.headers["content-type"] == kind
    read = pa.ipc.open_stream(stream.content).read_all()
    assert read.schema.metadata[b"unit"] == "tỷ đồng".encode()
    frame = read.to_pandas()
    assert len(frame) == len(plain["ids"]) == len(table)
    np.testing.assert_array_equal(frame["value"].to_numpy(float), [np.nan if v is None else v for v in plain["values"]])
    pd.testing.assert_series_equal(frame["area"].astype(str), table["Mã địa bàn"].astype(str), check_names=False)
    for path in (
        "/indicators/KT-12/series?kind=month",
        "/indicators/KT-12/ranking?level=commune&within=68",
        f"/areas/{a}/profile?",
    ):
        body = client.get(f"/api{path}&area={a}&f=csv")
        assert body.content.startswith(b"\xef\xbb\xbf"), body.text[:200]
        rows = pd.read_csv(io.BytesIO(body.content))
        arrow = pa.ipc.open_stream(client.get(f"/api{path}&area={a}&f=arrow").content).read_all()
        assert arrow.num_rows == len(rows) > 0
        assert arrow.num_columns == len(rows.columns)


def test_a_profile_ranks_an_area_in_everything(bare_engine, client, communes):
    up = {code: float(k) for k, code in enumerate(communes[:6])}
    tell(bare_engine, [("KT-12", code, "2026-03", value) for code, value in up.items()])
    tell(bare_engine, [("HCC-05", code, "2026-03", value) for code, value in up.items()])  # overdue: less is better
    best = answer(client, f"/areas/{communes[5]}/profile")
    rows = {row["code"]: row for row in best["rows"]}
    assert (rows["KT-12"]["percentile"], rows["HCC-05"]["percentile"]) == (100.0, 0.0)
    assert rows["KT-12"]["rank"] == {"place": 1, "of": 6}
    assert (best["strengths"], best["weaknesses"]) == (["KT-12"], ["HCC-05"])
    assert best["peers"]["kind"] == "xa"
    assert best["peers"]["count"] > 100
    assert rows["KT-12"]["module"] == "kinh-te-xa-hoi"
    assert answer(client, f"/areas/{communes[5]}/profile", known="2026-01-01")["rows"] == []
    then = answer(client, f"/areas/{communes[2]}/profile", known=BETWEEN)
    assert {row["code"]: row["percentile"] for row in then["rows"]} == {"KT-12": 40.0, "HCC-05": 60.0}


def test_internal_indicators_are_for_staff(bare_engine, client):
    tell(bare_engine, [("DTC-08", "68", "2025-W20", 12.0)])
    paths = ["/indicators/DTC-08", *(f"/indicators/DTC-08/{name}" for name in
             ("values", "legend", "card", "series", "ranking", "pictures", "explain", "revisions"))]  # fmt: skip
    staff = {"Authorization": "Bearer x"}
    for path in paths:
        assert client.get(f"/api{path}").status_code == 404, path
        assert client.get(f"/api{path}", headers=staff).status_code == 200, path
    for path in ("/indicators", "/areas/68/figures", "/areas/68/profile", "/search?q=dtc-08"):
        assert "DTC-08" not in client.get(f"/api{path}").text, path
        assert "DTC-08" in client.get(f"/api{path}", headers=staff).text, path
    assert client.get("/ogc/collections/indicator-dtc-08/items").status_code == 404
    assert (
        client.get("/ogc/collections/indicator-dtc-08/items?level=province", headers=staff).json()["numberMatched"]
        == 34
    )


@pytest.mark.parametrize(
    ("path", "asked", "status", "words"),
    [
        ("/indicators/KT-12/series", {"kind": "fortnight"}, 400, "fortnight"),
        ("/indicators/KT-12/series", {"kind": "week@nd09"}, 400, "week@nd09"),
        ("/indicators/KT-12/series", {"area": "99999"}, 404, "99999"),
        ("/indicators/KT-12/card", {"known": "hôm qua"}, 400, "hôm qua"),
        ("/indicators/KT-12/values", {"known": "2026-02-30"}, 400, "2026-02-30"),
        ("/indicators/KT-12/values", {"f": "xls"}, 400, "xls"),
        ("/indicators/KT-12/explain", {"period": "2026-13"}, 400, "2026-13"),
        ("/indicators/KT-12/pictures", {"periods": "2026-01,2026-Q1"}, 400, "cùng một loại"),
        ("/indicators/KT-99/ranking", {}, 404, "KT-99"),
        ("/areas/99999/profile", {}, 404, "99999"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(client, path, asked, status, words):
    problem = answer(client, path, status, **asked)
    assert words in problem["detail"]
    assert problem["detail"] != client.get(f"/api{path}", params={**asked, "lang": "en"}).json()["detail"]


def test_every_answer_is_documented_with_an_example(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    for name in ("values", "series", "ranking", "pictures", "explain", "revisions"):
        get = paths[f"/api/indicators/{{code}}/{name}"]["get"]
        assert get["responses"]["200"]["content"]["application/json"]["example"]["indicator"], name
        assert get["responses"]["400"]["content"]["application/problem+json"]
        assert all("description" in one for one in get["parameters"] if one["name"] in ("known", "f", "area", "kind"))
    for path in ("/api/indicators/{code}/values", "/api/areas/{code}/profile"):
        assert {"text/csv", "application/vnd.apache.arrow.stream"} <= paths[path]["get"]["responses"]["200"][
            "content"
        ].keys()


def test_an_answer_at_hand_is_neither_stale_nor_for_a_wrong_token(bare_engine, client, communes):
    tell(bare_engine, [("KT-12", communes[0], "2026-02", 10.0)])
    asked = {**HOME, "period": "2026-02"}

    def shown() -> float:
        body = answer(client, "/indicators/KT-12/values", **asked)
        return max(value for value in body["values"] if value is not None)

    assert [shown(), shown()] == [10.0, 10.0]
    path = "/api/indicators/KT-12/values"
    assert client.get(path, params=asked, headers={"Authorization": "Bearer wrong"}).status_code == 401
    first = client.get(path, params=asked)
    again = client.get(path, params=asked, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get(path, params=asked, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == first.json()
    assert client.get(path, params=asked, headers={"Accept": "text/csv"}).content.startswith(b"\xef\xbb\xbf")
    tell(bare_engine, [("KT-12", communes[0], "2026-02", 77.0)], known=LATER)
    for _ in range(50):  # the notice of a new revision takes a moment
        if shown() == 77.0:
            break
        time.sleep(0.1)
    assert shown() == 77.0
