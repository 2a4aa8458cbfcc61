"""The process that carries a person's table: what it leaves out is told by line, and its totals add up."""

from __future__ import annotations

import csv
import io
import math

import pytest


def execute(client, **inputs):
    return client.post("/ogc/processes/carry/execution", json={"inputs": inputs})


@pytest.mark.parametrize(
    ("of", "rows"),
    [
        ("current", "24781,Phường 2,100\n24787,Phường 6,200\n"),
        ("former", "24781,Phường Xuân Hương - Đà Lạt,100\n"),
        ("former", "99999,Xã Không Có,100\n"),
    ],
)
def test_a_table_without_a_row_that_can_be_tied_is_refused_by_line(client, of, rows):
    answer = execute(client, of=of, table=f"ma,ten,value\n{rows}")
    assert answer.status_code == 422, answer.text
    for number in range(rows.count("\n")):
        assert f"dòng {number + 2} (" in answer.json()["detail"]


def test_cells_that_are_no_numbers_are_left_out_by_line(client):
    table = 'ma,ten,value\n22981,Xã Vĩnh Hảo,abc\n22984,Xã Vĩnh Tân,"1.234,5"\n23008,Thị trấn Phan Rí Cửa,1e400\n22987,Xã Phú Lạc,…\n'
    report = execute(client, of="former", table=table).json()["report"]
    told = {one["line"]: one["reason"] for one in report["left_out"]}
    assert set(told) == {2, 4}
    assert "“abc” ở cột value không phải là số" in told[2]
    assert report["left_out_count"] == 2
    unclear = execute(client, of="former", table="ma,ten,value\n22981,Xã Vĩnh Hảo,1.234\n")
    assert unclear.status_code == 422
    assert "1.234" in unclear.json()["detail"]


def test_the_total_is_of_what_came_out_and_what_was_refused_stands_apart(client):
    table = "ma,ten,value\n22981,Xã Vĩnh Hảo,1500\n22984,Xã Vĩnh Tân,100\n"
    done = execute(client, of="former", table=table, to="former-district").json()
    if "report" not in done:  # a former table has no way to former districts
        done = execute(client, of="former", table=table, to="hat-kiem-lam").json()
    rows = list(csv.DictReader(io.StringIO(done["carried"]["value"])))
    report = done["report"]
    assert report["total_carried"] == math.fsum(float(row["value"]) for row in rows if row["value"]) == 0
    assert report["total_refused"] + report["total_unassigned"] == 1600
    assert report["refused"] == {"few": len(rows)}


def test_a_ratio_of_parts_needs_no_column_of_its_own(client):
    olds = client.get("/api/areas/23272").json()["predecessors"]
    rows = "".join(f"{one['code']},{one['full_name']},{10 * i},{100 * i}\n" for i, one in enumerate(olds, 1))
    parts = {"rule": "ratio", "numerator": "tu", "denominator": "mau", "scale": 100, "of": "former"}
    done = execute(client, table=f"ma,ten,tu,mau\n{rows}", **parts).json()
    (row,) = csv.DictReader(io.StringIO(done["carried"]["value"]))
    assert float(row["value"]) == 10
    assert (float(row["numerator"]), float(row["denominator"])) == (60, 600)
    missing = execute(client, table="ma,ten,tu\n22981,Xã Vĩnh Hảo,1\n", **parts)
    assert missing.status_code == 422
    assert "mau" in missing.json()["detail"]


def test_provinces_before_2004_and_2008_are_known(client):
    """Hà Tây is added to Hà Nội, an undivided province is not shown as the smaller one of today, and both say so."""
    rows = [
        ("", "WHOLE COUNTRY", 2007, "84218.5"), ("01", "Ha Noi", 2007, "3228.5"), ("28", "Ha Tay", 2007, "2773.7"),
        ("01", "Ha Noi", 2008, "6381.8"), ("28", "Ha Tay", 2008, ".."), ("28", "Ha Tay", 2003, "2500.1"),
        ("66", "Dak Lak", 2003, "1995.6"), ("54", "Phu Yen", 2003, "836.7"), ("66", "Dak Lak", 2007, "1700.5"),
        ("54", "Phu Yen", 2007, "850.2"), ("64", "Gia Lai", 2003, "1100.5"), ("52", "Binh Dinh", 2003, "1500.5"),
        ("92", "Can Tho", 2003, "1873.5"), ("93", "Hau Giang", 2003, ".."), ("94", "Soc Trang", 2003, "1237.4"),
    ]  # fmt: skip
    table = "area_code,area_name,period,value\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    done = execute(client, table=table, period="period").json()
    found = {(row["area_code"], row["period"]): row for row in csv.DictReader(io.StringIO(done["carried"]["value"]))}
    assert float(found["01", "2007"]["value"]) == 6002.2
    assert "Mê Linh" in found["01", "2007"]["note"]
    assert float(found["01", "2008"]["value"]) == 6381.8
    assert not found["01", "2008"]["note"]
    assert not found["66", "2003"]["value"]
    assert "gồm cả Đắk Nông" in found["66", "2003"]["note"]
    asked = {"inputs": {"table": table, "period": "period"}}
    english = client.post("/ogc/processes/carry/execution?lang=en", json=asked).json()["carried"]["value"]
    assert "Before 2004 Đắk Lắk held Đắk Nông." in english
    assert float(found["66", "2007"]["value"]) == 2550.7
    assert float(found["52", "2003"]["value"]) == 2601
    assert float(found["92", "2003"]["value"]) == 3110.9
    assert "gồm cả Hậu Giang" in found["92", "2003"]["note"]
    report = done["report"]
    told = {one["line"]: one["reason"] for one in report["left_out"]}
    assert set(told) == {2, 6, 7}
    assert "cấp khác" in told[2]
    assert "đã kết thúc ngày 1/8/2008" in told[6]
    assert "không có số liệu cùng kỳ" in told[7]
    assert report["tied"]["part"] == 2
    assert report["total_carried"] == pytest.approx(6002.2 + 6381.8 + 2550.7 + 2601 + 3110.9)
    assert report["total_refused"] == pytest.approx(1995.6 + 836.7)
    rate = execute(client, table=table, period="period", rule="mean").json()
    assert "không cộng được" in next(one["reason"] for one in rate["report"]["left_out"] if one["line"] == 4)
    assert ",3228.5," in rate["carried"]["value"]
