"""Totals in a table, or told by a person, are evidence of what it is written in; a sum is never an area's figure."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest
from starlette.testclient import TestClient

from boundaries import register
from boundaries.detective import examine, resolve
from boundaries.layout import lay_out
from geo.errors import Problem
from geo.grids import read_grid
from services.app import create_app
from services.settings import Settings

NOW = register.communes()
THEN = register.former_communes()
ADDRESS = "/api/boundaries/verdict"
FIGURES = {
    "plain": lambda value: str(value),
    "thousands": lambda value: f"{value:,}".replace(",", "."),
    "decimals": lambda value: f"{value / 10:.1f}".replace(".", ","),
}


def of(frame: pd.DataFrame, province: str) -> pd.DataFrame:
    rows = frame[frame.parent_code == province]
    return rows.assign(value=[1000 + 37 * i for i in range(len(rows))])


def laid(lines: list[tuple[str, ...]], path) -> pd.DataFrame:
    """A table as it comes out of a real file."""
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    return lay_out(read_grid(path)[0]).frame


def score(verdict, id_):
    return next((one.sums_agree, one.sums) for one in verdict.lists if one.id == id_)


@pytest.mark.parametrize("written", FIGURES)
@pytest.mark.parametrize("label", ["Tổng cộng", "Toàn tỉnh", "TỔNG SỐ", "Toàn tỉnh Lâm Đồng", "Cả nước"])
def test_a_total_that_agrees_is_told(tmp_path, written, label):
    rows, figure = of(NOW, "68"), FIGURES[written]
    lines = [("Mã", "Tên", "Dân số"), ("", label, figure(rows.value.sum()))]
    lines += [(row.code, row.full_name, figure(row.value)) for row in rows.itertuples()]
    made = laid(lines, tmp_path / "bang.csv")
    verdict = examine(made)
    assert score(verdict, "communes") == (1, 1)
    assert verdict.boundary == "current"
    assert "1 trong 1 tổng bằng các dòng là các xã hiện nay (từ 1/7/2025) cộng lại." in [e.vi for e in verdict.evidence]
    found = resolve(made, verdict, "current")
    assert found.level[2] in ("", "country")
    assert found.code.iloc[1:].tolist() == rows.code.tolist()


def test_a_total_that_contradicts_says_by_how_much(tmp_path):
    rows = of(NOW, "68")
    lines = [("Mã", "Tên", "Dân số")] + [(row.code, row.full_name, str(row.value)) for row in rows.itertuples()]
    total = rows.value.sum() + 5000
    made = laid([*lines, ("", "Tổng cộng", str(total))], tmp_path / "bang.csv")
    verdict = examine(made)
    assert (verdict.boundary, verdict.certain) == ("current", True)  # the rows are what they are: the sum is in doubt
    assert score(verdict, "communes") == (0, 1)
    first = verdict.sums[0]
    assert (first.line, first.said, first.difference, first.rows) == (made.index[-1], total, 5000, len(rows))
    told = [one.vi for one in verdict.evidence if one.vi.startswith(f"Dòng {made.index[-1]}, cột “Dân số”")]
    assert len(told) == 1
    assert "chênh 5.000, 1%" in told[0]


def test_the_total_decides_where_codes_and_names_fit_both_times(tmp_path):
    """Provinces that kept name and code over communes that kept both: only the sums tell which province is meant."""
    both = NOW.merge(THEN, on=["code", "name", "kind"], suffixes=("", "_then"))
    parts = pd.concat(
        [
            of(both.assign(parent_code=both.parent_code_then), "68").head(12),
            of(both.assign(parent_code=both.parent_code_then), "60").head(9),
        ]
    )
    assert set(NOW.set_index("code").parent_code[parts.code]) == {"68"}
    lines = [("Mã", "Tên", "Hộ")] + [(row.code, row.full_name, str(row.value)) for row in parts.itertuples()]
    for rows, boundary in ((parts, "current"), (parts[parts.parent_code == "68"], "former")):
        above = ("68", "Lâm Đồng", str(rows.value.sum()))
        verdict = examine(laid([lines[0], above, *lines[1:]], tmp_path / "bang.csv"))
        assert verdict.share["former"] == verdict.share["current"]
        assert verdict.boundary == boundary, verdict.evidence


def test_districts_over_their_communes_and_sums_by_section(tmp_path):
    rows = of(THEN, "49").sort_values("district_name", kind="stable")
    lines = [("Mã", "Tên", "Thuộc huyện", "Dân số"), ("49", "Tỉnh Quảng Nam", "", str(rows.value.sum()))]
    for district, group in rows.groupby("district_name", sort=False):
        lines += [(row.code, row.full_name, district, str(row.value)) for row in group.itertuples()]
        lines += [("", "Cộng", district, str(group.value.sum()))]
    made = laid(lines, tmp_path / "bang.csv")
    verdict = examine(made)
    districts = rows.district_name.nunique()
    assert (verdict.boundary, verdict.certain) == ("former", True)
    assert score(verdict, "former_communes") == (districts + 1, districts + 1)
    found = resolve(made, verdict, "former")
    assert (found.how == "total").sum() == districts
    assert not found.code[found.code != ""].duplicated().any()


def test_a_table_by_period_and_indicator_is_summed_within_them(tmp_path):
    provinces = register.former_provinces()
    lines = [("code", "name", "year", "indicator", "value")]
    for year in (2014, 2015):
        for i, indicator in enumerate(("people", "pigs", "growth")):
            values = [100 + 7 * k + year % 100 + i for k in range(len(provinces))]
            total = sum(values) if i < 2 else 200  # a rate: the country is among its provinces
            lines += [("", "CẢ NƯỚC", str(year), indicator, str(total))]
            lines += [
                (p.code, p.name, str(year), indicator, str(v))
                for p, v in zip(provinces.itertuples(index=False), values, strict=True)
            ]
    verdict = examine(laid(lines, tmp_path / "bang.csv"))
    assert verdict.boundary == "former"
    assert score(verdict, "former_provinces") == (4, 4)


def test_a_total_beside_the_counter_is_no_row(tmp_path):
    book = openpyxl.Workbook()
    rows = of(NOW, "68").head(30)
    book.active.append(["STT", "Đơn vị", "Số hồ sơ"])
    for i, row in enumerate(rows.itertuples(), 1):
        book.active.append([i, row.full_name, row.value])
    book.active.append(["Tổng cộng", None, int(rows.value.sum())])
    book.save(tmp_path / "bang.xlsx")
    verdict = examine(lay_out(read_grid(tmp_path / "bang.xlsx")[0]).frame)
    assert verdict.totals == (32,)
    assert score(verdict, "communes") == (1, 1)


def test_a_commune_called_trung_binh_is_one(tmp_path):
    rows = THEN[THEN.district_name == "Huyện Trần Đề"]
    lines = [("Tên", "Huyện", "Số"), *((row.name, "Huyện Trần Đề", "5") for row in rows.itertuples(index=False))]
    assert "Trung Bình" in set(rows.name)
    assert examine(laid(lines, tmp_path / "bang.csv")).totals == ()


def test_a_given_total_is_compared_and_one_without_a_column_refused(tmp_path):
    rows = of(NOW, "68")
    lines = [("Mã", "Tên", "Dân số")] + [(row.code, row.full_name, str(row.value)) for row in rows.itertuples()]
    made = laid(lines, tmp_path / "bang.csv")
    good = examine(made, totals={"Dân số": float(rows.value.sum())})
    assert score(good, "communes") == (1, 1)
    assert good.sums[0].line is None
    off = examine(made, totals={"Dân số": 1e6})
    assert any(one.vi.startswith("Tổng đã cho, cột “Dân số”: ghi 1.000.000") for one in off.evidence)
    with pytest.raises(Problem, match="không có cột số liệu “Số hộ”"):
        examine(made, totals={"Số hộ": 1.0})


def test_totals_over_http():
    client = TestClient(
        create_app(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", _env_file=None))
    )
    rows = of(NOW, "68")
    body = io.BytesIO(rows[["code", "full_name", "value"]].to_csv(index=False).encode()).getvalue()
    told = client.post(ADDRESS, params={"total": f"value={rows.value.sum()}"}, content=body).json()
    assert [(one["agrees"], one["difference"]) for one in told["sums"] if one["list"] == "communes"] == [(True, 0)]
    assert next(one for one in told["lists"] if one["id"] == "communes")["sums_agree"] == 1
    for wrong in ("value", "=5", "value=nhiều", "other=5"):
        answer = client.post(ADDRESS, params={"total": wrong}, content=body)
        assert answer.status_code == 422, wrong


@pytest.mark.reference
def test_the_whole_country_is_the_sum_of_its_63_provinces(reference):
    made = lay_out(read_grid(reference / "indicators" / "gso_province_year.csv")[0]).frame
    verdict = examine(made)
    agree, compared = score(verdict, "former_provinces")
    assert compared > 100
    assert agree > 0.5 * compared, [one for one in verdict.sums if not one.agrees][:10]
    assert score(verdict, "provinces")[0] == 0
