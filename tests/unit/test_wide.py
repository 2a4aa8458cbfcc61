"""Tables with a column for each indicator or period are read as one row a figure."""

from __future__ import annotations

import pytest

from geo.errors import Problem
from layers.indicators.reading import read_figures


def figures(tmp_path, text, **told):
    path = tmp_path / "bang.csv"
    path.write_text(text, encoding="utf-8")
    made = read_figures(path, **told)
    assert made.refused == []
    return made.rows[["line", "indicator", "period", "value"]].to_numpy().tolist()


def test_a_column_for_each_indicator(tmp_path):
    text = "Tên xã;Dân số;Diện tích tự nhiên (km2)\nPhường Lâm Viên – Đà Lạt;12000;3,5\n"
    assert figures(tmp_path, text, period="2026-10") == [[2, "NEN-01", "2026-10", 12000], [2, "NEN-02", "2026-10", 3.5]]


def test_a_column_for_each_year(tmp_path):
    text = "Tên xã;2023;Năm 2024\nPhường Lâm Viên – Đà Lạt;12000;13000\n"
    made = figures(tmp_path, text, indicator="population")
    assert made == [[2, "NEN-01", "2023", 12000], [2, "NEN-01", "2024", 13000]]


def test_indicator_over_years_in_two_rows_of_headings(tmp_path):
    text = "TT;Tên xã;Dân số;;Diện tích tự nhiên\n;;2023;2024;2024\n1;Phường Lâm Viên – Đà Lạt;12000;13000;3,5\n"
    made = figures(tmp_path, text)
    assert made == [[3, "NEN-01", "2023", 12000], [3, "NEN-01", "2024", 13000], [3, "NEN-02", "2024", 3.5]]


def test_values_without_codes_under_any_heading(tmp_path):
    text = "Đơn vị,Thuộc,Số người\nPhường 7,TP Đà Lạt,12000\nPhường 8,TP Đà Lạt,13000\n"
    made = figures(tmp_path, text, indicator="NEN-01", period="2024")
    assert [row[3] for row in made] == [12000, 13000]


def test_what_is_nowhere_told_is_asked_for(tmp_path):
    text = "area_name;district;province;value\nPhường 7;TP Đà Lạt;Lâm Đồng;1200\n"
    with pytest.raises(Problem, match=r"period, indicator.*--indicator và --period"):
        figures(tmp_path, text)
