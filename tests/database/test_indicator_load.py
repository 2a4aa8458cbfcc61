"""Figures taken in: areas by code and time, blanks and doubts kept apart, contradictions refused, all or nothing."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import text

from boundaries import register

HEAD = ["area_code", "area_name", "period", "indicator", "value", "unit", "source"]


def write_csv(path, rows, head=HEAD):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])
    return path


def count(engine, where: str = "true") -> int:
    with engine.connect() as connection:
        return connection.execute(text(
            "SELECT count(*) FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id "
            f"JOIN toancanh.area a ON a.id = o.area_id WHERE {where}"
        )).scalar_one()  # fmt: skip


def value(engine, code: str, area: str, start: str):
    with engine.connect() as connection:
        return connection.execute(text(
            "SELECT o.value, o.numerator, o.denominator, o.blank, o.warning, o.sample FROM toancanh.observation o "
            "JOIN toancanh.indicator i ON i.id = o.indicator_id JOIN toancanh.area a ON a.id = o.area_id "
            "WHERE i.code = :code AND a.code = :area AND period_start = :start ORDER BY known_at DESC LIMIT 1"
        ), {"code": code, "area": area, "start": start}).one_or_none()  # fmt: skip


GOOD = [
    ["24781", "Phường Xuân Hương – Đà Lạt", "T8/2025", "population", "103.000", "person", "thử"],
    ["24781", "Phường Xuân Hương – Đà Lạt", "T8/2025", "area", "51,5", "km2", "thử"],
    ["24778", "Phường Lâm Viên – Đà Lạt", "T8/2025", "population", "đang cập nhật", "person", "thử"],
    ["23272", "Đặc khu Phú Quý", "T8/2025", "NEN-01", "72", "", "thử"],
]


def test_figures_are_previewed_then_written_once(ground_engine, ground_toancanh, tmp_path):
    path = write_csv(tmp_path / "a.csv", GOOD)
    before = count(ground_engine)
    preview = ground_toancanh("indicators", "load", path)
    assert preview.returncode == 0, preview.stderr
    assert "chưa ghi gì" in preview.stdout
    assert "đang cập nhật" in preview.stdout
    assert count(ground_engine) == before
    answer = ground_toancanh("indicators", "load", path, "--commit")
    assert answer.returncode == 0, answer.stderr
    assert value(ground_engine, "NEN-01", "24781", "2025-08-01")[0] == 103000
    assert value(ground_engine, "NEN-01", "24778", "2025-08-01")[3] == "no_data"
    doubted = value(ground_engine, "NEN-01", "23272", "2025-08-01")
    assert doubted[0] == 72
    assert "thấp bất thường" in doubted[4]
    density = value(ground_engine, "NEN-03", "24781", "2025-08-01")
    assert density[:3] == (2000.0, 103000.0, 51.5)
    total = value(ground_engine, "NEN-01", "68", "2025-08-01")
    assert (total[0], total[3]) == (None, "no_data"), "two of 124 communes are not the province"
    assert "2/124" in total[4]
    with ground_engine.connect() as connection:
        slice_ = connection.execute(text(
            "SELECT array_length(area_ids, 1), blanks, warnings FROM toancanh.figure_slice f JOIN toancanh.indicator i "
            "ON i.id = f.indicator_id WHERE i.code = 'NEN-01' AND within = '68' AND period_start = '2025-08-01'"
        )).one()  # fmt: skip
    assert slice_[0] == 3
    assert list(slice_[1].values()) == ["no_data"]
    after = count(ground_engine)
    again = ground_toancanh("indicators", "load", path, "--commit")
    assert "Đã ghi 0 số liệu" in again.stdout
    assert count(ground_engine) == after


BAD = {
    "text in the value column": (
        ["24781", "", "2025-08", "population", "nhiều lắm", "person", ""],
        "dòng 2: cột value ghi “nhiều lắm”",
    ),
    "a period nobody understands": (["24781", "", "thg 10", "population", "5000", "person", ""], "thg 10"),
    "an unknown indicator": (["24781", "", "2025-08", "hạnh phúc", "5", "", ""], "hạnh phúc"),
    "an unknown area": (["99999", "", "2025-08", "population", "5000", "person", ""], "99999"),
    "an unknown unit": (["24781", "", "2025-08", "population", "5000", "con gà", ""], "con gà"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_give_one_sentence_and_nothing_is_written(ground_engine, ground_toancanh, tmp_path, case):
    row, sentence = BAD[case]
    path = write_csv(tmp_path / "b.csv", [row, *GOOD[1:3]])
    before = count(ground_engine)
    answer = ground_toancanh("indicators", "load", path, "--commit")
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert answer.stderr.strip().count("\n") == 0
    assert count(ground_engine) == before


def test_duplicates_that_disagree_and_missing_columns_are_refused(ground_engine, ground_toancanh, tmp_path):
    twice = write_csv(tmp_path / "c.csv", [GOOD[0], [*GOOD[0][:3], "population", "99000", "person", ""], GOOD[1]])
    assert "hai lần" in ground_toancanh("indicators", "load", twice, "--commit").stderr
    headless = write_csv(tmp_path / "d.csv", [["24781", "5"]], head=["area_code", "value"])
    assert "period, indicator" in ground_toancanh("indicators", "load", headless).stderr
    pdf = tmp_path / "e.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    assert "PDF" in ground_toancanh("indicators", "load", pdf).stderr


def test_a_thousand_and_a_decimal_are_not_confused(ground_engine, ground_toancanh, tmp_path):
    path = write_csv(tmp_path / "k.csv", [[*GOOD[0][:4], "103.178", "person", ""]])
    asked = ground_toancanh("indicators", "load", path, "--commit")
    assert asked.returncode == 1
    assert "--decimal" in asked.stderr
    assert ground_toancanh("indicators", "load", path, "--commit", "--decimal", ",").returncode == 0
    assert value(ground_engine, "NEN-01", "24781", "2025-08-01")[0] == 103178


def test_unknown_rows_are_left_out_when_asked(ground_engine, ground_toancanh, tmp_path):
    path = write_csv(tmp_path / "f.csv", [*GOOD, BAD["an unknown area"][0], BAD["an unknown indicator"][0]])
    answer = ground_toancanh("indicators", "load", path, "--skip-unknown", "--commit")
    assert answer.returncode == 0, answer.stderr
    assert "99999" in answer.stdout
    assert "hạnh phúc" in answer.stdout
    assert value(ground_engine, "NEN-01", "24781", "2025-08-01")[0] == 103000


def test_ha_tay_is_part_of_ha_noi_and_undivided_provinces_say_so(ground_engine, ground_toancanh, tmp_path):
    """Before 1 August 2008 and 1 January 2004 provinces were others than those of their codes later."""
    people = "Average population by province | Total"
    rows = [
        ["01", "Ha Noi", "2007", people, "3228.5", "thousand persons", ""],
        ["28", "Ha Tay", "2007", people, "2773.7", "thousand persons", ""],
        ["01", "Ha Noi", "2008", people, "6381.8", "thousand persons", ""],
        ["28", "Ha Tay", "2008", people, "..", "thousand persons", ""],
        ["28", "Ha Tay", "2006", people, "2742.4", "thousand persons", ""],
        ["66", "Dak Lak", "2003", people, "1995.6", "thousand persons", ""],
        ["66", "Dak Lak", "2004", people, "1635.6", "thousand persons", ""],
        ["67", "Dak Nong", "2004", people, "403.4", "thousand persons", ""],
    ]  # fmt: skip
    path = write_csv(tmp_path / "ht.csv", rows)
    answer = ground_toancanh("indicators", "load", path, "--boundary", "former", "--skip-unknown", "--commit")
    assert answer.returncode == 0, answer.stderr
    assert "kết thúc ngày 1/8/2008" in answer.stdout
    assert "tỉnh nhận không có số liệu cùng kỳ" in answer.stdout
    found = {
        (code, start): value(ground_engine, "NEN-01", code, f"{start}-01-01")
        for code, start in (("01", 2007), ("01", 2008), ("01", 2006), ("66", 2003), ("66", 2004))
    }
    assert found["01", 2007][0] == 6_002_200
    assert "Mê Linh" in found["01", 2007][4]
    assert found["01", 2008][:1] == (6_381_800,)
    assert found["01", 2008][4] is None
    assert found["01", 2006] is None
    assert "gồm cả Đắk Nông" in found["66", 2003][4]
    assert found["66", 2004][4] is None


def test_totals_in_the_table_or_stored_tell_which_structure_is_meant(ground_engine, ground_toancanh, tmp_path):
    """Communes that kept code and name in a province that kept both: only what they add up to tells of which time."""
    now, then = register.communes(), register.former_communes()
    both = now.merge(then, on=["code", "name", "kind"], suffixes=("", "_then")).query("parent_code == '68'")
    both = both[both.parent_code_then.isin(("60", "68"))]
    head = ["area_code", "area_name", "period", "indicator", "value", "unit"]

    def rows(period, *above):
        figures = [(row.code, row.full_name, 5 + i / 10) for i, row in enumerate(both.itertuples())]
        return [[*one[:2], period, "NEN-01", one[2], "thousand persons"] for one in (*above, *figures)]

    inside = sum(50 + i for i, home in enumerate(both.parent_code_then) if home == "68") / 10
    everything = sum(50 + i for i in range(len(both))) / 10
    assert 0 < inside < everything
    asked = ground_toancanh("indicators", "load", write_csv(tmp_path / "t.csv", rows("2024"), head), "--commit")
    assert asked.returncode == 1
    assert "không có tổng nào cho biết" in asked.stderr
    summed = write_csv(tmp_path / "t.csv", rows("2024", ("68", "Lâm Đồng", inside)), head)
    answer = ground_toancanh("indicators", "load", summed, "--commit")
    assert answer.returncode == 0, answer.stderr
    here = "i.code = 'NEN-01' AND a.level = 'commune' AND period_start = '2024-01-01' AND o.derived IS NULL"
    assert count(ground_engine, f"{here} AND a.valid_to = '2025-07-01' AND NOT o.sample") == len(both)
    above = [["68", "Lâm Đồng", "2025-08", "NEN-01", round(1000 * everything), "person"]]
    province = write_csv(tmp_path / "p.csv", above, head)
    assert ground_toancanh("indicators", "load", province, "--boundary", "current", "--commit").returncode == 0
    answer = ground_toancanh("indicators", "load", write_csv(tmp_path / "t.csv", rows("2025-08"), head), "--commit")
    assert answer.returncode == 0, answer.stderr
    assert "Số đã lưu của Tỉnh Lâm Đồng, tháng 8/2025" in " ".join(answer.stdout.split())
    here = "i.code = 'NEN-01' AND a.level = 'commune' AND period_start = '2025-08-01' AND NOT o.sample"
    assert count(ground_engine, f"{here} AND a.valid_to IS NULL") == len(both)


def test_years_before_the_reform_belong_to_the_provinces_of_that_time(ground_engine, ground_toancanh, tmp_path):
    rows = [
        ["67", "Đắk Nông", "2016", "Average population by province | Total", "600", "thousand persons", ""],
        ["68", "Lâm Đồng", "2016", "Average population by province | Total", "1300", "thousand persons", ""],
        ["68", "Lâm Đồng", "2026", "Average population by province | Total", "3900", "thousand persons", ""],
    ]
    answer = ground_toancanh("indicators", "load", write_csv(tmp_path / "g.csv", rows), "--commit")
    assert answer.returncode == 0, answer.stderr
    assert count(ground_engine, "i.code = 'NEN-01' AND a.valid_to IS NOT NULL AND a.level = 'province'") == 2
    assert value(ground_engine, "NEN-01", "67", "2016-01-01")[0] == 600_000
    assert (
        count(
            ground_engine, "i.code = 'NEN-01' AND a.code = '68' AND period_start = '2026-01-01' AND a.valid_to IS NULL"
        )
        == 1
    )


def test_early_years_told_in_todays_provinces_are_not_guessed(ground_engine, ground_toancanh, tmp_path):
    codes = ["01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31"]
    rows = [[code, "", "2020", "population", "1000000", "person", ""] for code in codes]
    path = write_csv(tmp_path / "i.csv", rows)
    asked = ground_toancanh("indicators", "load", path, "--commit")
    assert asked.returncode == 1
    assert "--boundary current" in asked.stderr
    answer = ground_toancanh("indicators", "load", path, "--commit", "--boundary", "current")
    assert answer.returncode == 0, answer.stderr
    here = "i.code = 'NEN-01' AND period_start = '2020-01-01' AND a.level = 'province' AND a.valid_to IS NULL"
    assert count(ground_engine, here) == len(codes)


def test_communes_of_before_the_reform_go_to_the_areas_of_their_time(ground_engine, ground_toancanh, tmp_path):
    rows = [
        ["24769", "Phường 7, Thành phố Đà Lạt", "2024", "population", "15000", "person", ""],
        ["24775", "Phường 12, Thành phố Đà Lạt", "2024", "population", "9000", "person", ""],
        ["24778", "Phường 9, Thành phố Đà Lạt", "2025-08", "population", "15000", "person", ""],
        ["24781", "Phường 2, Thành phố Đà Lạt", "2025-08", "population", "15000", "person", ""],
    ]
    answer = ground_toancanh("indicators", "load", write_csv(tmp_path / "h.csv", rows[:2]), "--commit")
    assert answer.returncode == 0, answer.stderr
    here = "i.code = 'NEN-01' AND a.level = 'commune' AND o.value IN (15000, 9000)"
    assert count(ground_engine, f"{here} AND a.valid_to = '2025-07-01'") == 2
    answer = ground_toancanh("indicators", "load", write_csv(tmp_path / "h.csv", rows[2:]), "--commit")
    assert answer.returncode == 1
    assert "các xã trước 1/7/2025" in answer.stderr
    assert "--boundary former" in answer.stderr
    assert count(ground_engine, here) == 2
    assert count(ground_engine, f"{here} AND a.valid_to IS NULL") == 0


@pytest.mark.reference
def test_the_real_tables_load(reference, ground_engine, ground_toancanh):
    folder = reference / "indicators"
    answer = ground_toancanh("indicators", "load", folder / "commune_2025_population_area.csv", "--commit")
    assert answer.returncode == 0, answer.stderr
    here = "a.level = 'commune' AND a.province_code = '68' AND period_start = '2025-07-01' AND NOT o.sample"
    assert count(ground_engine, f"i.code = 'NEN-01' AND {here}") == 124
    blanks = count(ground_engine, f"i.code = 'NEN-01' AND o.blank = 'no_data' AND {here}")
    assert count(ground_engine, f"i.code = 'NEN-03' AND {here}") == 124 - blanks
    for name, indicators in (("gso_province_year.csv", 20), ("papi_province_year.csv", 29)):
        refused = ground_toancanh("indicators", "load", folder / name, "--commit")
        answer = ground_toancanh("indicators", "load", folder / name, "--skip-unknown", "--as-is", "--commit")
        assert answer.returncode == 0, answer.stderr
        if name.startswith("gso"):
            assert refused.returncode == 1
            assert "Ha Tay" in answer.stdout or "WHOLE COUNTRY" in answer.stdout
        with ground_engine.connect() as connection:
            found = connection.execute(text(
                "SELECT count(DISTINCT indicator_id) FROM toancanh.figure_slice WHERE boundary = '2008-08-01' AND "
                "level = 'province'"
            )).scalar_one()  # fmt: skip
        assert found >= indicators
    assert count(ground_engine, "i.code = 'NEN-01' AND a.code = 'VN' AND period_start < '2020-01-01'") > 10
