"""The catalogue is complete, agrees with itself, and says so when it does not."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from layers.indicators import catalogue

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
    assert catalogue.check(catalogue.load()[1]) == []


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
    ],
)
def test_planted_contradictions_are_told(code, fields, word):
    told = catalogue.check(changed(code, **fields))
    assert any(word in sentence for sentence in told), told


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
