"""Targets taken in: by year and plan with a trajectory, adjusted beside what was known, all or nothing."""

from __future__ import annotations

import csv
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from geo.errors import Problem
from layers.indicators.store import write_targets
from layers.indicators.target_loading import examine, read_targets, write
from layers.indicators.transition import hand_over_targets

HEAD = [
    "area_code",
    "area_name",
    "indicator",
    "year",
    "value",
    "plan",
    "unit",
    *map(str, range(1, 13)),
    "decision",
    "date",
    "withdrawn",
]
PATH = [
    "500",
    "1.200",
    "2.400",
    "3.900",
    "5.700",
    "7.800",
    "10.000",
    "12.300",
    "14.700",
    "17.100",
    "19.600",
    "22.156,828",
]


NAMES = {"68": "Tỉnh Lâm Đồng", "24781": "Phường Xuân Hương – Đà Lạt"}


def write_csv(path, rows, head=HEAD):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])
    return path


def row(
    code="DTC-04", value="22.156,828", plan="ttg", path=None, area="68", decision="1508/QĐ-TTg", day="4/12/2025", **more
):
    return [area, NAMES.get(area, ""), code, more.get("year", "2026"), value, plan, more.get("unit", ""), *(path or [""] * 12), decision, day,
            more.get("withdrawn", "")]  # fmt: skip


def stored(engine, view="target_now"):
    with engine.connect() as connection:
        return connection.execute(text(
            f"SELECT i.code, a.code AS area, t.plan, t.value, t.rule, t.trajectory, t.decision, t.decided_on::text, t.entered_by "
            f"FROM toancanh.{view} t JOIN toancanh.indicator i ON i.id = t.indicator_id JOIN toancanh.area a ON a.id = t.area_id "
            "ORDER BY i.code, a.code, t.plan, t.known_at"
        )).all()  # fmt: skip


def test_targets_are_previewed_written_once_and_adjusted_beside_the_old(bare_engine, toancanh, tmp_path):
    first = write_csv(tmp_path / "a.csv", [
        row(path=PATH), row(value="13.403,337", plan="địa phương giao"), row("HCC-04", "95", "", area="24781"),
    ])  # fmt: skip
    preview = toancanh("targets", "load", first)
    assert preview.returncode == 0, preview.stderr
    assert "chưa ghi gì" in preview.stdout
    assert stored(bare_engine) == []
    answer = toancanh("targets", "load", first, "--commit")
    assert answer.returncode == 0, answer.stderr
    now = stored(bare_engine)
    assert [(one.code, one.area, one.plan, one.value, one.rule) for one in now] == [
        ("DTC-04", "68", "dia_phuong", 13403.337, "to_date"),
        ("DTC-04", "68", "ttg", 22156.828, "to_date"),
        ("HCC-04", "24781", "", 95.0, "level"),
    ]
    assert now[1].trajectory[:2] == [500, 1200]
    assert (now[1].decision, now[1].decided_on) == ("1508/QĐ-TTg", "2025-12-04")
    assert now[1].entered_by
    again = toancanh("targets", "load", first, "--commit", "--lang", "en")
    assert "Wrote 0 targets; 3 were known already" in again.stdout

    second = write_csv(tmp_path / "b.csv", [
        row(value="24.000,0", decision="2201/QĐ-TTg", day="2026-08-20"), row("HCC-04", "", "", area="24781", withdrawn="x"),
    ])  # fmt: skip
    answer = toancanh("targets", "load", second, "--commit")
    assert answer.returncode == 0, answer.stderr
    assert [(one.plan, one.value) for one in stored(bare_engine)] == [("dia_phuong", 13403.337), ("ttg", 24000.0)]
    assert len(stored(bare_engine, "target")) == 5

    shown = toancanh("targets", "show", "--indicator", "dtc-04", "--area", "68")
    assert "24.000 tỷ đồng" in shown.stdout
    assert "22.156,828" not in shown.stdout
    told = toancanh("targets", "show", "--area", "68", "--year", "2026", "--history", "--lang", "en").stdout
    assert "Assigned by the Prime Minister – 22,156.828 tỷ đồng" in told
    assert "adjusted since" in told
    assert "Chưa giao chỉ tiêu nào" in toancanh("targets", "show", "--indicator", "HCC-04").stdout
    assert "bãi bỏ" in toancanh("targets", "show", "--indicator", "HCC-04", "--history").stdout


def test_a_targets_unit_is_that_of_its_path(bare_engine, toancanh, tmp_path):
    head = [*HEAD[:6], "đơn vị tính", *(f"Tháng {month}" for month in range(1, 13)), *HEAD[-3:]]
    path = write_csv(tmp_path / "a.csv", [row("NEN-01", "1,2", "", [f"0,{n:02d}" for n in range(1, 12)] + ["1,2"],
                     unit="thousand persons")], head)  # fmt: skip
    answer = toancanh("targets", "load", path, "--commit")
    assert answer.returncode == 0, answer.stderr
    (one,) = stored(bare_engine)
    assert one.value == 1200
    assert one.trajectory[0] == pytest.approx(10)


BAD = [
    (row(value="nhiều"), "cột value ghi “nhiều”"),
    (row(value=""), "cột value trống"),
    (row(plan="bộ giao"), "cột plan ghi “bộ giao”"),
    (row(path=[*PATH[:11], "22.000"]), "lộ trình kết thúc ở 22000"),
    (row(path=[*PATH[:4], "x", *PATH[5:]]), "cột 5 ghi “x”"),
    (row(path=[*PATH[:4], "", *PATH[5:]]), "lộ trình thiếu tháng 5 (cột 5)"),
    (row(path=[*PATH[:4], "100", *PATH[5:]]), "giảm ở tháng 5"),
    (row(day="31/2/2026"), "cột date ghi “31/2/2026”"),
    (row("HCC-04", "120"), "cột value: 120 vượt giới hạn 100 %"),
    (row("NEN-01", "95", year="2026-W12"), "không có kỳ tuần"),
    (row(year="hai nghìn"), "Không hiểu kỳ"),
    (row(withdrawn="chưa rõ"), "cột withdrawn ghi “chưa rõ”"),
    (row("XX-99"), "“XX-99”"),
    (row(area="99999"), "99999"),
    (row(value="9"), "đã có ở dòng 2"),
]


def test_a_bad_row_is_named_and_nothing_is_written(bare_engine, tmp_path):
    for bad, words in BAD:
        figures = read_targets(write_csv(tmp_path / "a.csv", [row(), bad]))
        with bare_engine.connect() as connection, pytest.raises(Problem) as problem:
            write(connection, examine(connection, figures), by="thử")
        assert words in problem.value.vi
        assert "dòng 3" in problem.value.vi or "XX-99" in words
    assert stored(bare_engine, "target") == []


def test_a_refused_file_leaves_the_command_with_a_failure(bare_engine, toancanh, tmp_path):
    path = write_csv(tmp_path / "a.csv", [row(), BAD[0][0]])
    assert toancanh("targets", "load", path).returncode == 1
    answer = toancanh("targets", "load", path, "--commit", "--lang", "en")
    assert answer.returncode == 1
    assert "row 3" in answer.stderr
    assert stored(bare_engine, "target") == []


def test_a_merger_hands_each_plan_over_with_its_trajectory(bare_engine):
    with bare_engine.begin() as connection:
        old, *heirs = connection.execute(text(
            "SELECT id FROM toancanh.area WHERE level = 'commune' ORDER BY code LIMIT 3"
        )).scalars()  # fmt: skip
        kept, fresh = (
            {"indicator": code, "area_id": old, "province_code": "68", "period": "2026", "value": value, "rule": rule,
             "decision": "QĐ 1", "plan": plan, "trajectory": path}
            for code, value, rule, plan, path in (
                ("HCC-04", 97.0, "level", "", None),
                ("DTC-04", 1200.0, "to_date", "dia_phuong", [100.0 * month for month in range(1, 13)]),
            )
        )  # fmt: skip
        write_targets(connection, pd.DataFrame([kept, fresh]), sample=False)
        connection.execute(
            text("INSERT INTO toancanh.succession (old_id, new_id, relation, is_main, area_km2, area_share, population, "
                 "population_share) VALUES (:old, :first, 'divided', true, 30, 0.75, 900, 0.75), "
                 "(:old, :second, 'divided', false, 10, 0.25, 300, 0.25)"),
            {"old": old, "first": heirs[0], "second": heirs[1]},
        )  # fmt: skip
        connection.execute(text("UPDATE toancanh.area SET valid_to = '2026-07-01' WHERE id = :old"), {"old": old})
        found, lines, orphans = hand_over_targets(connection, date(2026, 7, 1))
        assert (found, orphans) == (2, [])
        assert sum(item.endswith("dia_phuong") for item in lines["item"]) == 2
        told = connection.execute(
            text("SELECT i.code, t.area_id, t.plan, t.value, t.trajectory, t.decision, t.entered_by FROM toancanh.target_now t "
                 "JOIN toancanh.indicator i ON i.id = t.indicator_id WHERE t.area_id <> :old ORDER BY i.code, t.value DESC"),
            {"old": old},
        ).all()  # fmt: skip
    assert [(one.code, one.area_id, one.plan, one.value) for one in told] == [
        ("DTC-04", heirs[0], "dia_phuong", 900.0),
        ("DTC-04", heirs[1], "dia_phuong", 300.0),
        ("HCC-04", heirs[0], "", 97.0),
    ]
    assert told[0].trajectory == [75.0 * month for month in range(1, 13)]
    assert told[2].trajectory is None
    assert all(one.entered_by and one.decision == "QĐ 1" for one in told)
