"""Figures reach the areas they mean, in the structure they were written in, and the decision is kept."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import text

from boundaries import register
from geo.errors import Problem
from layers.indicators.loading import examine
from layers.indicators.loading import write as write_figures
from layers.indicators.reading import read_figures

FORMER = register.former_communes()
HOME = FORMER[FORMER.parent_code == "68"]
NOW = register.communes()


def take(engine, path, *, boundary="auto", skip_unknown=False, as_is=False, dry_run=False, **told):
    """Read and load a file in a transaction of its own."""
    with engine.begin() as connection:
        report = examine(
            connection, read_figures(path, **told), boundary=boundary, skip_unknown=skip_unknown, as_is=as_is
        )
        return report if dry_run else write_figures(connection, report, title=path.name, by="thử")


def stored(engine, indicator="NEN-01", start="2024-01-01"):
    """(code, first day, last day) -> (value, warning) of the figures at the lowest level."""
    with engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT DISTINCT ON (a.id) a.code, a.valid_to IS NULL, o.value, o.warning FROM toancanh.observation o "
            "JOIN toancanh.area a ON a.id = o.area_id JOIN toancanh.indicator i ON i.id = o.indicator_id WHERE "
            "i.code = :code AND a.level = 'commune' AND period_start = :start AND NOT o.sample "
            "ORDER BY a.id, o.known_at DESC"
        ), {"code": indicator, "start": start})  # fmt: skip
        return {(code, now): (value, warning) for code, now, value, warning in rows}


def decisions(engine):
    with engine.connect() as connection:
        return connection.execute(text(
            "SELECT decision FROM toancanh.provenance WHERE decision IS NOT NULL ORDER BY id"
        )).scalars().all()  # fmt: skip


def write(path, frame):
    frame.to_csv(path, index=False)
    return path


def test_a_wide_workbook_of_former_communes_without_codes(ground_engine, tmp_path):
    rows = HOME.sort_values(["district_code", "code"])
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["DÂN SỐ CÁC XÃ TỈNH LÂM ĐỒNG"])
    sheet.merge_cells("A1:F1")
    sheet.append(["TT", "Tên xã", "Thuộc huyện", "Tỉnh", "Dân số (người)", None])
    sheet.append([None, None, None, None, "2023", "2024"])
    for cells in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"):
        sheet.merge_cells(cells)
    for i, row in enumerate(rows.itertuples()):
        sheet.append([i + 1, row.full_name, row.district_name, "Lâm Đồng", 5000 + i, 6000 + i])
    sheet.append([None, "Tổng cộng", None, None, 1, 2])
    path = tmp_path / "dan-so.xlsx"
    book.save(path)
    preview = take(ground_engine, path, dry_run=True)
    assert preview.evidence[0].vi.startswith("Đây là các xã trước 1/7/2025: khớp 100%")
    with pytest.raises(Problem, match="--boundary former"):
        take(ground_engine, path)
    with pytest.raises(Problem, match="--boundary current chỉ khớp"):
        take(ground_engine, path, boundary="current", skip_unknown=True)
    assert stored(ground_engine) == {}
    report = take(ground_engine, path, boundary="former")
    assert report.accepted == 2 * len(rows)
    for start, first in (("2023-01-01", 5000), ("2024-01-01", 6000)):
        expected = {(code, False): (first + i, None) for i, code in enumerate(rows.code)}
        assert stored(ground_engine, start=start) == expected
    decision = decisions(ground_engine)[-1]
    assert (decision["asked"], decision["boundary"], decision["list"]) == ("former", "former", "former_communes")
    assert decision["by"] == "thử"
    assert decision["rows"] == {"name": len(rows), "total": 1}
    assert decision["evidence"][0]["en"].startswith("These are communes before 1 July 2025")
    assert len(decision["unusual"]) == len(rows)


def test_new_codes_with_old_names_attach_nothing_to_new_communes(ground_engine, tmp_path):
    heirs = register.succession().query("old_level == 'commune' and is_default").set_index("old_code").new_code
    frame = pd.DataFrame({
        "area_code": HOME.code.map(heirs), "area_name": HOME.full_name, "district": HOME.district_name, "value": "5000",
    })  # fmt: skip
    path = write(tmp_path / "lan.csv", frame)
    told = {"indicator": "NEN-01", "period": "2024"}
    with pytest.raises(Problem, match="--boundary"):
        take(ground_engine, path, **told)
    report = take(ground_engine, path, boundary="former", skip_unknown=True, **told)
    found = stored(ground_engine)
    assert len(found) == report.accepted > 0.7 * len(HOME)
    assert not any(now for _, now in found)
    said = dict(zip(frame.area_name + HOME.district_name, HOME.code, strict=True))
    assert {code for code, _ in found} <= set(said.values())


def test_areas_merged_before_2025_are_added_up_and_say_so(ground_engine, tmp_path):
    names = ["Xã Đạ P'loa", "Xã Đoàn Kết", "Xã Bà Gia", "Xã Hà Lâm"]
    frame = pd.DataFrame(
        {"Tên xã": names, "Huyện": "Huyện Đạ Huoai", "Tỉnh": "Lâm Đồng", "Dân số": ["100", "200", "300", "7000"]}
    )
    path = write(tmp_path / "cu.csv", frame)
    take(ground_engine, path, boundary="former", period="2024")
    found = stored(ground_engine)
    assert found["25114", False][0] == 600
    assert "Cộng từ 3 đơn vị" in found["25114", False][1]
    assert found["25105", False] == (7000, None)


def test_two_places_of_a_file_that_are_one_area_are_added_up_and_what_contradicts_is_told_whole(
    ground_engine, ground_toancanh, tmp_path
):
    """A township and a commune of one name, before they merged; a figure given twice; a namesake of another district."""
    place = "Huyện Đạ Huoai, Lâm Đồng"
    lines = [
        ("25096", f"Thị trấn Đạ M'ri, {place}", "4000"), ("25102", f"Xã Đạ M'ri, {place}", "2500"),
        ("25105", f"Xã Hà Lâm, {place}", "7000"), ("24823", "Xã Hà Lâm, Huyện Đức Trọng, Lâm Đồng", "1"),
        ("25111", f"Xã Đạ Oai, {place}", "3000"), ("25111", f"Xã Đạ Oai, {place}", "3001"),
    ]  # fmt: skip
    path = write(tmp_path / "hai.csv", pd.DataFrame(lines, columns=["area_code", "area_name", "value"]))
    told = ("indicators", "load", path, "--indicator", "NEN-01", "--period", "2009", "--boundary", "former")
    refused = ground_toancanh(*told, "--commit")
    assert refused.returncode == 1
    assert "dòng 7" in refused.stderr
    assert "--skip-unknown" in refused.stderr
    done = ground_toancanh(*told, "--commit", "--skip-unknown")
    assert done.returncode == 0, done.stderr
    found = stored(ground_engine, start="2009-01-01")
    assert found["25096", False][0] == 6500
    assert "Cộng từ 2 đơn vị" in found["25096", False][1]
    assert found["25105", False] == (7000, None)
    assert set(found) == {("25096", False), ("25105", False)}


def test_a_files_own_name_and_english_unit_of_an_indicator_are_mapped(ground_engine, tmp_path):
    frame = pd.DataFrame({
        "area_code": ["24781"], "area_name": ["Phường Xuân Hương – Đà Lạt"], "period": ["2025-08"], "value": ["5000"],
        "indicator": ["administrative procedures received"], "unit": ["dossiers"],
    })  # fmt: skip
    path = write(tmp_path / "ho-so.csv", frame)
    assert take(ground_engine, path, dry_run=True).accepted == 0
    assert take(ground_engine, path, indicator="HCC-02").written == 1
    both = pd.concat([frame, frame.assign(indicator="another")])
    with pytest.raises(Problem, match="another"):
        take(ground_engine, write(tmp_path / "hai-ten.csv", both), indicator="HCC-02")
    named = take(ground_engine, tmp_path / "hai-ten.csv", called={"another": "HCC-02"}, dry_run=True, skip_unknown=True)
    assert named.accepted == 1


def test_codes_alone_need_a_persons_word(ground_engine, tmp_path):
    codes = NOW[NOW.parent_code == "68"].code
    path = write(tmp_path / "ma.csv", pd.DataFrame({"ma_xa": codes, "value": "5000"}))
    told = {"indicator": "NEN-01", "period": "2026"}
    with pytest.raises(Problem, match="--boundary"):
        take(ground_engine, path, **told)
    take(ground_engine, path, boundary="current", **told)
    assert set(stored(ground_engine, start="2026-01-01")) == {(code, True) for code in codes}


@pytest.mark.reference
def test_the_census_of_2009_and_the_offices_of_quang_nam(reference, ground_engine):
    folder = reference / "indicators"
    # One ward says 12.45 for 12,450 people: a person must say that it is meant.
    census = folder / "commune_2009_census_population.csv"
    report = take(ground_engine, census, boundary="former", skip_unknown=True, as_is=True)
    assert not report.contradicting
    found = stored(ground_engine, start="2009-01-01")
    assert not any(now for _, now in found)
    assert len(found) > 300  # of the 329 of the three provinces that are loaded
    assert report.not_loaded > 10_000


@pytest.mark.reference
def test_the_offices_of_quang_nam_load_as_they_come(reference, ground_engine, ground_toancanh):
    """Names and units that are not the catalogue's, codes that are missing: documented options are all it takes."""
    places = FORMER[FORMER.parent_code.isin(["48", "49"])]
    with ground_engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO toancanh.area (code, valid_from, valid_to, level, kind, name, full_name, name_en, province_code, "
            "parent_id) SELECT :code, valid_from, valid_to, 'commune', :kind, :name, :full_name, :name_en, code, id "
            "FROM toancanh.area WHERE level = 'province' AND code = :parent_code AND valid_to IS NOT NULL"
        ), places[["code", "kind", "name", "full_name", "name_en", "parent_code"]].to_dict("records"))  # fmt: skip
    name = "administrative procedures received"
    done = ground_toancanh(
        "indicators", "load", reference / "indicators" / "danang_quangnam_procedures_2024_2025.csv",
        "--indicator", f"{name}=HCC-01", "--boundary", "former", "--skip-unknown", "--commit",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Đã ghi 504 số liệu" in done.stdout
    assert f"{name} (district office)" in done.stdout
    found = stored(ground_engine, "HCC-01")
    assert found["20311", False] == (2010, None)
    assert found["20374", False][0] > 0, "a row without a code, by its name"
    assert len(found) == 252
