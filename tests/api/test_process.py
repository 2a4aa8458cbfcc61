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
