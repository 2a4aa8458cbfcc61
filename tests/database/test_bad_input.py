"""Figures that cannot be: each named by row and column, nothing half-written; units mixed up are asked about."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.errors import Problem
from layers.indicators import loading
from layers.indicators.reading import read_figures

HEAD = ["area_code", "period", "indicator", "value", "unit", "numerator", "denominator"]
COMMUNES = ["22918", "22924", "22933", "22945", "22954", "22960"]
MONTHS = ["2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01"]
GOOD = ["22918", "2026-02", "KT-12", "31", "tỷ đồng", "", ""]
SOON = (date.today() + timedelta(days=40)).strftime("%Y-%m")


def write_csv(path, rows, head=HEAD):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def history() -> list[list[str]]:
    """Six months of six communes, between 20 and 45 billion dong."""
    return [
        [code, month, "KT-12", str(20 + 5 * i + (3 * j) % 7), "tỷ đồng", "", ""]
        for i, code in enumerate(COMMUNES)
        for j, month in enumerate(MONTHS)
    ]


def figures(engine, where: str = "derived IS NULL") -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(
            "SELECT i.code, a.code, o.period_kind, o.period_start, o.value, o.source_row, p.file, o.warning "
            "FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id "
            "JOIN toancanh.area a ON a.id = o.area_id LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id "
            f"WHERE {where} ORDER BY 1, 2, 3, 4, o.known_at"
        ))]  # fmt: skip


def load(toancanh, path, *options):
    return toancanh("indicators", "load", path, "--boundary", "current", *options)


def take(engine, path, **options):
    """Load as the command does, without the start of a process."""
    with engine.begin() as connection:
        report = loading.examine(connection, read_figures(path), boundary="current", **options)
        return loading.write(connection, report, title=path.name)


@pytest.fixture
def known(bare_engine, tmp_path):
    take(bare_engine, write_csv(tmp_path / "known.csv", history()))
    return bare_engine


BAD = {
    "a day of a monthly indicator": (
        [["22924", "14/02/2026", "KT-12", "31", "", "", ""]],
        "dòng 3: cột period: KT-12 có số liệu theo tháng, không có kỳ ngày “2026-02-14”",
    ),
    "a week of a monthly indicator": ([["22924", "2026-W07", "KT-12", "31", "", "", ""]], "không có kỳ tuần"),
    "a month of the other calendar": ([["22924", "2026-02@nd09", "KT-12", "31", "", "", ""]], "không có kỳ tháng"),
    "a month to come": (
        [["22924", SOON, "KT-12", "31", "", "", ""]],
        f"dòng 3: cột period: KT-12: kỳ tháng {int(SOON[5:])}/{SOON[:4]} chưa đến",
    ),
    "a negative count": (
        [["22924", "2026-02", "KT-11", "-5", "", "", ""]],
        "dòng 3: cột value: -5 nhỏ hơn giới hạn 0 doanh nghiệp của KT-11",
    ),
    "250 % of 100": ([["22924", "2026-02", "HCC-04", "250", "%", "", ""]], "cột value: 250 vượt giới hạn 100 % của HCC-04"),
    "a negative part": ([["22924", "2026-02", "HCC-04", "50", "%", "-1", "2"]], "cột numerator: -1 nhỏ hơn giới hạn 0"),
    "text for a number": ([["22924", "2026-02", "KT-12", "khoảng 30", "", "", ""]], "dòng 3: cột value ghi “khoảng 30”, không phải số"),
    "told twice, differently": (
        [["22918", "2026-02", "KT-12", "35", "", "", ""]],
        "dòng 3: cột value: KT-12 22918 2026-02 ghi hai lần với giá trị khác nhau, 35 và 31 (dòng 2)",
    ),
    "a unit of something else": ([["22924", "2026-02", "KT-12", "31", "ha", "", ""]], "đơn vị “ha” không đổi được ra tỷ đồng"),
    "one cell in another unit": (
        [["22924", "2026-02", "KT-12", "27000", "", "", ""]],
        "Cột value: 1/2 số liệu KT-12 gấp 1.000 lần mức đã biết (dòng 3: 27.000 tỷ đồng",
    ),
}  # fmt: skip


def test_each_is_named_by_row_and_column_and_nothing_is_written(known, toancanh, tmp_path):
    before = figures(known, "true")
    for name, (rows, sentence) in BAD.items():
        path = write_csv(tmp_path / "bad.csv", [GOOD, *rows])
        with pytest.raises(Problem) as refused:
            take(known, path)
        assert sentence in refused.value.vi, name
    assert load(toancanh, path).returncode == 1, "a preview tells it too"
    answer = load(toancanh, path, "--commit", "--lang", "en")
    assert answer.returncode == 1
    assert answer.stderr.strip().count("\n") == 0
    assert "1,000 times what is known (row 3: 27,000 billion VND" in answer.stderr
    assert figures(known, "true") == before


def test_a_whole_column_in_another_unit_is_asked_about_then_taken(known, toancanh, tmp_path):
    rows = [[code, "2026-02", "KT-12", str((21 + 5 * i) * 1000), "", "", ""] for i, code in enumerate(COMMUNES)]
    path = write_csv(tmp_path / "million.csv", rows)
    asked = load(toancanh, path, "--commit")
    assert asked.returncode == 1
    assert "6/6 số liệu KT-12 gấp 1.000 lần" in asked.stderr
    assert '--unit "KT-12=triệu đồng"' in asked.stderr
    assert "--as-is" in asked.stderr
    wrong = load(toancanh, path, "--commit", "--unit", "ha")
    assert "không đổi được ra đơn vị" in wrong.stderr
    answer = load(toancanh, path, "--commit", "--unit", "KT-12=triệu đồng")
    assert answer.returncode == 0, answer.stderr
    taken = figures(known, "derived IS NULL AND period_start = '2026-02-01'")
    assert [row[4] for row in taken] == [21.0 + 5 * i for i in range(6)]
    assert [row[5] for row in taken] == [2, 3, 4, 5, 6, 7], "lines of the file"
    assert {row[6] for row in taken} == {"million.csv"}


def test_columns_of_a_wide_table_are_asked_about_one_by_one_and_confirmed(known, toancanh, tmp_path):
    rows = [[code, str(21 + 5 * i), str((22 + 5 * i) / 1000)] for i, code in enumerate(COMMUNES)]
    path = write_csv(tmp_path / "wide.csv", rows, ["Mã xã", "T2/2026", "T3/2026"])
    asked = load(toancanh, path, "--indicator", "KT-12", "--decimal", ".")
    assert asked.returncode == 1
    assert "Cột T3/2026: 6/6 số liệu KT-12 chỉ bằng 1/1.000" in asked.stdout
    assert "nghìn tỷ đồng" in asked.stdout
    assert "T2/2026: 6" not in asked.stdout
    answer = load(toancanh, path, "--indicator", "KT-12", "--decimal", ".", "--as-is", "--commit")
    assert answer.returncode == 0, answer.stderr
    taken = figures(known, "derived IS NULL AND period_start >= '2026-02-01'")
    assert {bool(row[7]) for row in taken if row[3].month == 3} == {True}, "confirmed against what is known"
    assert {bool(row[7]) for row in taken if row[3].month == 2} == {False}


def test_what_is_allowed_is_not_refused(known, toancanh, tmp_path):
    empty = ["22924", SOON, "KT-12", "", "", "", ""]
    rows = [
        GOOD,
        list(GOOD),  # the same once more
        ["22918", "2025", "KT-12", "300", "", "", ""],  # a year beside its months
        ["22918", "2025-TD12", "KT-12", "300", "", "", ""],
        ["22918", "2026-02", "NEN-01", "25000", "người", "", ""],  # a state, usually told for a year
        ["22933", "2026-02", "KT-12", "32000", "triệu đồng", "", ""],
        ["22945", "2026-02", "KT-12", "450", "", "", ""],  # ten times as much is no other unit
        empty,
    ]
    answer = load(toancanh, write_csv(tmp_path / "fine.csv", rows), "--commit")
    assert answer.returncode == 0, answer.stderr
    assert "ghi lại y hệt ở dòng 3" in answer.stdout
    assert "kỳ chưa đến, để trống" in answer.stdout
    taken = {(row[0], row[1], row[2]): row[4] for row in figures(known, "derived IS NULL AND p.file = 'fine.csv'")}
    assert taken == {
        ("KT-12", "22918", "M"): 31.0, ("KT-12", "22918", "Y"): 300.0, ("KT-12", "22918", "T"): 300.0,
        ("NEN-01", "22918", "M"): 25000.0, ("KT-12", "22933", "M"): 32.0, ("KT-12", "22945", "M"): 450.0,
    }  # fmt: skip
