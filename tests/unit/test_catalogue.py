"""The catalogue is complete, agrees with itself, and says so when it does not."""

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.errors import Problem
from layers.indicators import catalogue
from layers.indicators.catalogue_check import check
from layers.indicators.declaration import Module, Owner, restored, written
from layers.indicators.units import factor

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "data"
DATA = REFERENCE if REFERENCE.exists() else None
needs_data = pytest.mark.skipif(DATA is None, reason="needs the data pack beside the project (../shared)")


def changed(which: str, **fields):
    return [replace(one, **fields) if one.code == which else one for one in catalogue.load()[1]]


def test_every_module_and_indicator_is_there():
    modules, indicators = catalogue.load()
    assert len(modules) == 30
    assert sum(not one.code.startswith("NEN-") for one in indicators) == 283
    assert {one.module for one in indicators} == {module.id for module in modules}
    assert [module.order for module in modules] == list(range(30))


def test_the_catalogue_agrees_with_itself():
    modules, indicators = catalogue.load()
    assert check(indicators, modules) == []


def test_a_module_leads_with_its_lead():
    modules, indicators = catalogue.load()
    for module in modules:
        assert next(one.code for one in indicators if one.module == module.id) == module.lead


@pytest.mark.parametrize(
    ("code", "fields", "word"),
    [
        ("HCC-04", {"denominator": "HCC-99"}, "HCC-99"),
        ("HCC-04", {"denominator_name": "", "denominator": ""}, "mẫu số"),
        ("HCC-04", {"time_rule": "mean"}, "theo thời gian"),
        ("HCC-04", {"scale": 0.0}, "hệ số"),
        ("HCC-03", {"numerator": "HCC-04"}, "quay vòng"),
        ("KT-20", {"time_rule": "sum"}, "số thời điểm"),
        ("NN-05", {"time_rule": "sum"}, "số thời điểm"),
        ("KT-06", {"space_rule": "sum"}, "số tương đối"),
        ("YT-03", {"weight": ""}, "quyền số"),
        ("KT-03", {"denominator_unit": "nghìn người"}, "nghìn người"),
        ("KT-20", {"lowest_level": "district"}, "cấp thấp nhất"),
        ("KT-20", {"direction": "sideways"}, "chiều tốt"),
        ("KT-20", {"decimals": 9}, "thập phân"),
        ("KT-20", {"aliases": ("Population",)}, "NEN-01"),
        ("KT-20", {"code": "KT-19"}, "KT-19"),
        ("KT-20", {"low": 5.0, "high": 5.0}, "ngưỡng"),
        ("KT-20", {"low": -5.0}, "ngoài giới hạn"),
        ("HCC-04", {"limit_low": 100.0}, "giới hạn"),
        ("YT-03", {"target_low": 100.0}, "khoảng mục tiêu"),
        ("KT-20", {"unit": "ngừơi"}, "danh mục đơn vị"),
        ("HCC-04", {"numerator_unit": "bộ hồ sơ"}, "danh mục đơn vị"),
        ("YT-03", {"weight_unit": "gường"}, "danh mục đơn vị"),
        ("KT-20", {"source_units": {"thousand persons": 0.0}}, "hệ số quy đổi"),
        ("HCC-04", {"bands": (-3.0, -8.0, -5.0)}, "ngưỡng cảnh báo"),
        ("HCC-04", {"bands": (3.0, -8.0)}, "ngưỡng cảnh báo"),
        ("HCC-04", {"bands": ()}, "ngưỡng cảnh báo"),
        ("HCC-04", {"calendar": "lunar"}, "lịch báo cáo"),
        ("HCC-04", {"calendar": "nd09"}, "không có kỳ “day”"),
        ("HCC-04", {"period": "fortnight"}, "kỳ số liệu"),
        ("DTC-04", {"period": "to_date", "time_rule": "sum"}, "lũy kế từ đầu năm"),
        ("DTC-04", {"plans": {"quoc_hoi": "DTC-01"}}, "quoc_hoi"),
        ("DTC-04", {"plans": {"ttg": "DTC-99"}}, "DTC-99"),
        ("DTC-04", {"plans": {"ttg": "NO-04"}}, "tính bằng “căn”"),
        ("TTR-03", {"owners": (Owner("A", None, date(2025, 7, 1)), Owner("B", date(2025, 7, 1)))}, "chồng lên nhau"),
        ("TTR-03", {"owners": (Owner("A"), Owner("B"))}, "chồng lên nhau"),
        ("TTR-03", {"owners": (Owner("A", None, date(2025, 6, 1)), Owner("B", date(2025, 7, 1)))}, "không ai chủ trì"),
        ("TTR-03", {"owners": (Owner("A", date(2025, 7, 1), date(2025, 6, 1)),)}, "kết thúc trước"),
    ],
)
def test_planted_contradictions_are_told(code, fields, word):
    told = check(changed(code, **fields))
    assert any(word in vi for vi, _ in told), told
    assert all(vi.startswith(en.split(":")[0]) for vi, en in told)  # both tongues speak of the same indicator


def test_a_lead_must_be_one_of_the_module():
    told = check(catalogue.load()[1], [Module("y-te", "Y tế", "Health", lead="GD-01")])
    assert [vi for vi, _ in told] == ["Nhóm y-te: chỉ tiêu dẫn đầu “GD-01” không thuộc nhóm."]


def test_a_declaration_survives_its_way_through_the_database():
    for one in catalogue.load()[1]:
        assert restored(json.loads(json.dumps(written(one)))) == one


def test_a_declaration_of_another_version_is_read():
    told = written(catalogue.indicators["HCC-04"]) | {"colour": "red"}
    del told["bands"], told["owners"]
    assert restored(told) == replace(catalogue.indicators["HCC-04"], owners=())


def test_the_inspectorate_of_the_department_ended_with_june_2025():
    one = catalogue.indicators["TTR-03"]
    assert one.owner_on(date(2025, 6, 30)) == "Thanh tra Sở Xây dựng"
    assert one.owner_on(date(2025, 7, 1)) == one.owner == "Sở Xây dựng"


def test_one_disbursement_has_two_plans_and_two_rates():
    """4,127.575 over 22,156.828 and over 13,403.337 billion đồng: the published 18.63 % and 30.8 %."""
    plans = {"DTC-01": 13_403.337, "DTC-02": 22_156.828}
    for code in ("DTC-04", "DTC-05", "DTC-06"):
        against = catalogue.against_plans(catalogue.indicators[code])
        assert [(one.plan, one.rate.code) for one in against] == [("ttg", "DTC-05"), ("dia_phuong", "DTC-06")]
        rates = [one.rate.scale * 4_127.575 / plans[one.rate.denominator] for one in against]
        assert [round(rate, 2) for rate in rates] == [30.8, 18.63]
        assert (
            [one.planned.code for one in against] == [one.rate.denominator for one in against] == ["DTC-01", "DTC-02"]
        )
    assert catalogue.against_plans(catalogue.indicators["HCC-04"]) == ()


def test_units_of_money_are_told_apart():
    assert factor("triệu đồng", "tỷ đồng") == pytest.approx(0.001)
    assert factor("ha", "km²") == pytest.approx(0.01)
    assert factor("ha", "tỷ đồng") is None
    assert factor("thúng", "kg") is None


@pytest.fixture
def own(tmp_path):
    """A province's own files: the budget's, to be changed."""
    name = "02-ngan-sach.csv"
    with (catalogue.FOLDER / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def write(columns=None, **fields):
        rows[0].update(fields)
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns or list(rows[0]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        catalogue.use(tmp_path)
        return catalogue.load()

    yield write
    catalogue.use(None)


def test_files_of_a_province_go_before_those_of_the_product(own):
    own(name="Tỷ lệ thu ngân sách của tỉnh ta")
    assert catalogue.find("NS-03").name == "Tỷ lệ thu ngân sách của tỉnh ta"
    assert catalogue.indicators["HCC-04"].name.startswith("Tỷ lệ hồ sơ")
    catalogue.use(None)
    assert catalogue.indicators["NS-03"].name == "Tỷ lệ thực hiện dự toán thu ngân sách nhà nước"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"decimals": "một"}, "02-ngan-sach.csv, dòng 2, cột decimals: không hiểu “một”."),
        ({"bands": "-3;xấu"}, "02-ngan-sach.csv, dòng 2, cột bands: không hiểu “-3;xấu”."),
        ({"owners": "Sở Tài chính@2025"}, "02-ngan-sach.csv, dòng 2, cột owners: không hiểu “Sở Tài chính@2025”."),
        ({"public": "no"}, "02-ngan-sach.csv, dòng 2, cột public: không hiểu “no”."),
        ({"plans": "ttg"}, "02-ngan-sach.csv, dòng 2, cột plans: không hiểu “ttg”."),
        ({"colour": "red"}, "02-ngan-sach.csv, dòng 2: không có cột “colour”."),
        ({"columns": ["code", "name", "unit"]}, "02-ngan-sach.csv, dòng 2: thiếu cột name_en, decimals"),
    ],
)
def test_what_cannot_be_read_is_told_by_line_and_column(own, fields, sentence):
    with pytest.raises(Problem, match=re.escape(sentence)):
        own(**fields)


def test_finding_by_code_or_source_name():
    assert catalogue.find("hcc-04").code == "HCC-04"
    assert catalogue.find(" density ").code == "NEN-03"
    assert catalogue.find("Average population by province | Total").source_units["thousand persons"] == 1000
    assert catalogue.find("no such indicator") is None


def test_scales_fit_their_units():
    """A ratio of like things is a percentage, one per 1,000 people is times 1,000, and so on."""
    for one in catalogue.load()[1]:
        if not one.is_ratio:
            continue
        if one.unit == "%":
            assert one.scale == 100, one.code
        elif per := re.search(r"/([\d.]+) dân", one.unit):
            assert one.scale == float(per[1].replace(".", "")), one.code
    known = catalogue.indicators
    assert known["KT-03"].scale == 1000  # tỷ đồng a person → triệu đồng
    assert (known["PTDT-06"].denominator, known["PTDT-06"].scale) == ("PTDT-02", 100)  # a hectare → a km²


@needs_data
def test_the_reference_table_is_taken_over_whole():
    with (DATA / "reference" / "indicators.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    titles = {module.id: module.title for module in catalogue.load()[0]}
    for row in rows:
        one = catalogue.indicators[row["code"]]
        if one.period == "school":  # what schools report is of their year
            assert row["period"] == "year"
            row["period"] = "school"
        if one.period == "to_date":  # told each month, each time from January
            assert (row["period"], one.time_rule) == ("month", "cumulative_ytd")
            row["period"] = "to_date"
        assert (one.name, one.unit, one.period, one.direction, one.lowest_level, titles[one.module]) == (
            *(row["name_vi"], row["unit"], row["period"]),
            *(row["direction"], row["lowest_level"], row["module"]),
        )
    assert len(rows) == 283


@needs_data
@pytest.mark.parametrize("name", ["commune_2025_population_area", "gso_province_year", "papi_province_year"])
def test_every_published_series_finds_its_indicator_and_unit(name):
    with (DATA / "indicators" / f"{name}.csv").open(encoding="utf-8-sig") as file:
        series = {(row["indicator"], row["unit"]) for row in csv.DictReader(file)}
    for source, unit in series:
        one = catalogue.find(source)
        assert one, source
        assert unit in one.source_units, (source, unit)
