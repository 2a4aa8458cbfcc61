"""Tables of every sort are taken for what they are, and no row is tied to an area it does not mean."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from boundaries import register
from boundaries.detective import examine, resolve
from boundaries.layout import lay_out
from boundaries.spoken import likeness, loose
from geo.grids import read_grid
from geo.text import fold

NOW = register.communes()
THEN = register.former_communes()
PROVINCE = register.former_provinces().set_index("code")["name"]
HEIRS = register.succession().query("old_level == 'commune' and is_default").set_index("old_code")["new_code"]


def present(province: str = "68") -> pd.DataFrame:
    return NOW[NOW.parent_code == province].assign(truth=lambda t: t.code, province="Lâm Đồng", district="")


def former(province: str = "68") -> pd.DataFrame:
    rows = THEN[THEN.parent_code == province]
    return rows.assign(truth=rows.code, province=PROVINCE[province], district=rows.district_name)


def table(rows: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """The columns of a table under the headings given, values beside them, lines from 2."""
    made = pd.DataFrame({heading: rows[source].astype(str).to_numpy() for heading, source in columns.items()})
    made["Số hồ sơ"] = [str(1000 + 7 * i) for i in range(len(made))]
    made.index = range(2, len(made) + 2)
    return made


def english(rows: pd.DataFrame) -> pd.Series:
    return rows.name_en


def short(name: str) -> str:
    return name.replace("Phường ", "P.").replace("Xã ", "X. ").replace("Thị trấn ", "TT. ")


MADE = {
    "present, code and name": lambda: (present(), {"Mã": "code", "Tên": "full_name"}, "current", True),
    "present, names bare": lambda: (present(), {"Mã": "code", "Tên": "name"}, "current", True),
    "present, no codes": lambda: (present(), {"Tên xã": "full_name", "Tỉnh": "province"}, "current", False),
    "present, no codes, no province": lambda: (present(), {"Tên xã": "full_name"}, "current", False),
    "present, English": lambda: (present(), {"code": "code", "ward": "name_en"}, "current", True),
    "present, no diacritics": lambda: (
        present().assign(full_name=lambda t: t.full_name.map(fold)), {"code": "code", "name": "full_name"}, "current", True,
    ),
    "present, capitals and short kinds": lambda: (
        present().assign(full_name=lambda t: t.full_name.map(short).str.upper()),
        {"Mã": "code", "Đơn vị": "full_name"}, "current", True,
    ),
    "present, Hà Nội, zeros lost": lambda: (
        present("01").assign(code=lambda t: t.code.str.lstrip("0"), province="Hà Nội"),
        {"Mã xã": "code", "Tên xã": "full_name"}, "current", True,
    ),
    "present, codes as decimals": lambda: (
        present().assign(code=lambda t: t.code + ".0"), {"Mã xã": "code", "Tên xã": "full_name"}, "current", True,
    ),
    "present, office names": lambda: (
        present().assign(full_name=lambda t: "UBND " + t.full_name.str.lower()),
        {"Mã xã": "code", "Đơn vị": "full_name"}, "current", True,
    ),
    "former, code and name": lambda: (former(), {"Mã": "code", "Tên": "full_name"}, "former", True),
    "former, parents after commas": lambda: (
        former().assign(full_name=lambda t: t.full_name + ", " + t.district + ", tỉnh Lâm Đồng"),
        {"Mã": "code", "Tên": "full_name"}, "former", True,
    ),
    "former, districts third": lambda: (
        former(), {"Mã": "code", "Tên": "name", "Thuộc": "district"}, "former", True,
    ),
    "former, no codes, district and province": lambda: (
        former(), {"area_name": "full_name", "district": "district", "province": "province"}, "former", False,
    ),
    "former, no codes, no diacritics": lambda: (
        former().assign(full_name=lambda t: t.full_name.map(fold), district=lambda t: t.district.map(fold)),
        {"xa": "full_name", "huyen": "district"}, "former", False,
    ),
    "former, merged province named": lambda: (
        former("49").assign(province="Đà Nẵng"),
        {"Tên xã": "full_name", "Huyện": "district", "Tỉnh": "province"}, "former", False,
    ),
    "former, Hà Nội, zeros lost": lambda: (
        former("01").assign(code=lambda t: t.code.str.lstrip("0")), {"ma_xa": "code", "ten": "full_name"}, "former", True,
    ),
    "former, hats misplaced": lambda: (
        former().assign(full_name=lambda t: t.full_name.str.replace("òa", "oà").str.replace("ủy", "uỷ")),
        {"Mã": "code", "Tên": "full_name"}, "former", True,
    ),
    "new codes, old names": lambda: (
        former().assign(code=lambda t: t.code.map(HEIRS)),
        {"Mã": "code", "Tên": "full_name", "Huyện": "district"}, "former", False,
    ),
    "old codes, new names": lambda: (
        present().assign(code=lambda t: t.code.map({n: o for o, n in HEIRS.items()})),
        {"Mã": "code", "Tên": "full_name"}, "current", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MADE)
def test_a_table_is_known_for_what_it_is(case):
    rows, columns, boundary, certain = MADE[case]()
    made = table(rows, **columns)
    verdict = examine(made)
    assert verdict.boundary == boundary, verdict.evidence
    assert verdict.certain is certain, verdict.evidence
    assert "Số hồ sơ" not in verdict.columns.values()
    found = resolve(made, verdict, boundary)
    truth = rows.truth.to_numpy()
    wrong = found[(found.code != "") & (found.code != truth)]
    assert wrong.empty, wrong
    assert (found.code != "").mean() > (0.35 if "new" in case else 0.9 if not certain else 0.999), (
        found.how.value_counts()
    )


@pytest.mark.parametrize("case", MADE)
def test_the_other_structure_takes_no_row_for_another_place(case):
    """A person who chooses the wrong structure gets only areas of the same name, and hears how few fit."""
    rows, columns, boundary, _ = MADE[case]()
    made = table(rows, **columns)
    verdict = examine(made)
    other = "former" if boundary == "current" else "current"
    assert verdict.share[other] < verdict.share[boundary]
    found = resolve(made, verdict, other)
    listed = (THEN if other == "former" else NOW).drop_duplicates("code").set_index("code")
    tied = found[found.code != ""]
    names = rows.name.to_numpy()[(found.code != "").to_numpy()]
    assert all(
        loose(listed.name[c]) == loose(n) or h == "older" for c, n, h in zip(tied.code, names, tied.how, strict=True)
    )


def country(frame: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    district = frame.district_name if "district_name" in frame else ""
    named = frame.parent_code.map(provinces.set_index("code")["name"])
    return frame.assign(truth=frame.code, province=named, district=district)


def whole(case: str) -> tuple[pd.DataFrame, dict[str, str], str, float]:
    """A table of the whole country, the columns shown, its structure, and the least share of rows to be tied."""
    then, now = country(THEN, register.former_provinces()), country(NOW, register.provinces())
    parents = {"Huyện": "district", "Tỉnh": "province"}
    match case:
        case "former names":
            return then, {"Tên": "full_name", **parents}, "former", 1.0
        case "former names bare":
            return then, {"Tên": "name", **parents}, "former", 0.99
        case "former names unmarked":
            plain = then.assign(**{c: then[c].map(fold) for c in ("full_name", "district", "province")})
            return plain, {"Tên": "full_name", **parents}, "former", 0.99
        case "present names unmarked":
            plain = now.assign(**{c: now[c].map(fold) for c in ("full_name", "province")})
            return plain, {"Tên": "full_name", "Tỉnh": "province"}, "current", 0.99
        case "new codes, old names":
            coded = then.assign(code=then.code.map(HEIRS)).dropna(subset=["code"])
            return coded, {"Mã": "code", "Tên": "full_name", **parents}, "former", 0.7
        case _:
            olds = {new: old for old, new in HEIRS.items()}
            coded = now.assign(code=now.code.map(olds)).dropna(subset=["code"])
            return coded, {"Mã": "code", "Tên": "full_name", "Tỉnh": "province"}, "current", 0.6


@pytest.mark.parametrize(
    "case",
    ["former names", "former names bare", "former names unmarked", "present names unmarked", "new codes, old names",
     "old codes, new names"],
)  # fmt: skip
def test_in_the_whole_country_no_row_is_tied_to_a_wrong_commune(case):
    rows, columns, boundary, least = whole(case)
    made = table(rows, **columns)
    verdict = examine(made)
    assert verdict.boundary == boundary
    found = resolve(made, verdict, boundary)
    wrong = found[(found.code != "") & (found.code != rows.truth.to_numpy())]
    assert wrong.empty, wrong
    assert (found.code != "").mean() >= least


def test_ben_nghe_never_becomes_sai_gon():
    """26740 was Bến Nghé and is Sài Gòn: name and code must agree in the structure that is meant."""
    for name in ("Phường Bến Nghé", "Bến Nghé", "P. Ben Nghe", "Ward Ben Nghe", "Phường Bến Nghé, Quận 1"):
        for code in ("26740", ""):
            made = pd.DataFrame({"Mã": [code], "Tên": [name], "Tỉnh": ["TP. Hồ Chí Minh"]}, index=[2], dtype=object)
            verdict = examine(made)
            assert resolve(made, verdict, "current").code[2] == ""
            assert resolve(made, verdict, "former").code[2] == "26740"
    new = pd.DataFrame({"Mã": ["26740"], "Tên": ["Phường Sài Gòn"]}, index=[2], dtype=object)
    assert resolve(new, examine(new), "former").code[2] == ""
    assert resolve(new, examine(new), "current").code[2] == "26740"


def test_half_of_each_ties_only_what_fits_one_structure():
    rows = pd.concat([present().iloc[::2], former().iloc[::2]])
    for columns in ({"Mã": "code", "Tên": "full_name"}, {"Tên": "full_name", "Tỉnh": "province"}):
        made = table(rows, **columns)
        verdict = examine(made)
        assert verdict.mixed
        assert not verdict.certain
        halves = {"current": len(present().iloc[::2]), "former": len(former().iloc[::2])}
        for boundary in ("current", "former"):
            found = resolve(made, verdict, boundary)
            mine = range(halves["current"]) if boundary == "current" else range(halves["current"], len(rows))
            tied = [i for i, code in enumerate(found.code) if code]
            assert set(tied) <= set(mine)
            assert (found.code.iloc[tied].to_numpy() == rows.truth.iloc[tied].to_numpy()).all()


def test_codes_alone_never_decide_but_a_person_may():
    made = table(former(), Mã="code")
    verdict = examine(made)
    assert not verdict.certain
    assert resolve(made, verdict, "former").code.eq("").all()
    assert resolve(made, verdict, "former", codes_alone=True).code.ne("").all()


def test_numbers_are_not_taken_for_codes():
    made = table(present(), Tên="full_name")
    made["Dân số"] = [str(10_000 + 31 * i) for i in range(len(made))]
    made["Hộ"] = [str(101 + i) for i in range(len(made))]
    made["STT"] = [str(i) for i in range(1, len(made) + 1)]
    assert examine(made).columns == {"name": "Tên"}


def provinces(frame: pd.DataFrame, **columns: str) -> pd.DataFrame:
    return table(frame.assign(truth=frame.code), **columns)


def test_sixty_three_and_thirty_four_provinces_are_told_apart():
    old, new = register.former_provinces(), register.provinces()
    for columns in ({"Mã tỉnh": "code", "Tỉnh": "name"}, {"Tỉnh, thành phố": "full_name"}, {"province": "name_en"}):
        for frame, boundary in ((old, "former"), (new, "current")):
            made = provinces(frame, **columns)
            verdict = examine(made)
            assert (verdict.boundary, verdict.certain) == (boundary, True), verdict.evidence
            assert resolve(made, verdict, boundary).code.tolist() == frame.code.tolist()
    both = provinces(new[new.code.isin(["68", "79"])], Mã="code", Tên="full_name")
    assert examine(both).boundary is None
    assert not examine(both).certain


def test_districts_are_known_and_have_no_place_today():
    made = provinces(register.former_districts().query("parent_code == '49'"), Huyện="full_name")
    verdict = examine(made)
    assert verdict.best == "former_districts"
    assert resolve(made, verdict, "former").level.eq("district").all()
    assert resolve(made, verdict, "current").code.eq("").all()


def test_older_names_lead_to_the_area_that_took_them_and_say_so():
    made = pd.DataFrame({"Tên": ["Phường 6", "Phường 7", "Phường Võ Thị Sáu"], "Huyện": "Quận 3", "Tỉnh": "TP.HCM"},
                        index=[2, 3, 4], dtype=object)  # fmt: skip
    found = resolve(made, examine(made), "former")
    assert found.code.tolist() == ["27139"] * 3
    assert found.how.tolist() == ["older", "older", "name"]
    assert "sáp nhập" in found.vi[2]


def test_evidence_speaks_of_odd_rows_in_both_languages():
    rows = former().head(100)
    made = table(rows, Mã="code", Tên="full_name")
    more = [["99998", "Xã Không Có", "1"], ["99999", "Xã Chẳng Có", "1"], ["", "Tổng cộng", "1"]]
    made = pd.concat([made, pd.DataFrame(more, columns=made.columns, index=[200, 201, 300])])
    verdict = examine(made)
    assert verdict.neither == (200, 201)
    assert verdict.totals == (300,)
    assert verdict.evidence[0].vi.startswith("Đây là các xã trước 1/7/2025: khớp 98%")
    assert verdict.evidence[0].en.startswith("These are communes before 1 July 2025: 98%")
    told = json.loads(json.dumps(verdict.to_json(), ensure_ascii=False))
    assert told["best"] == "former_communes"
    assert {one["id"] for one in told["lists"]} >= {"communes", "provinces", "former_districts"}


def test_a_spreadsheet_with_titles_and_merged_headings(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    rows = former().sort_values("district").head(40)
    sheet.append(["UBND TỈNH LÂM ĐỒNG", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    sheet.append(["BÁO CÁO SỐ HỒ SƠ CỦA CÁC XÃ"])
    sheet.merge_cells("A2:F2")
    sheet.append([])
    sheet.append(["TT", "Huyện", "Đơn vị", "Mã", "Hồ sơ", None])
    sheet.append([None, None, None, None, "2023", "2024"])
    for cell in ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4"):
        sheet.merge_cells(cell)
    sheet.append(["A", "B", "C", "D", 1, 2])
    sheet.append([None, None, "Tổng số", None, 100, 200])
    for i, row in enumerate(rows.itertuples(), 1):
        sheet.append([i, row.district, row.full_name, int(row.code), i, 2 * i])
    first = 8
    for _, group in rows.reset_index().groupby("district", sort=False):
        if len(group) > 1:
            sheet.merge_cells(start_row=first, end_row=first + len(group) - 1, start_column=2, end_column=2)
        first += len(group)
    path = tmp_path / "bao-cao.xlsx"
    book.save(path)
    laid = lay_out(read_grid(path)[0])
    assert laid.headings["Hồ sơ 2024"] == ("Hồ sơ", "2024")
    verdict = examine(laid.frame)
    assert verdict.columns == {"name": "Đơn vị", "district": "Huyện", "code": "Mã"}
    assert (verdict.boundary, verdict.certain, verdict.totals) == ("former", True, (7,))
    found = resolve(laid.frame, verdict, "former")
    assert found.code.tolist()[1:] == rows.code.tolist()


def test_a_district_named_above_its_communes_is_their_parent():
    rows = former().sort_values(["district", "code"])
    lines = [("Tên", "Số")]
    truth = []
    for district, group in rows.groupby("district"):
        lines += [(district, "1"), *((name, "1") for name in group.full_name)]
        truth += ["", *group.code]
    laid = lay_out({i: list(line) for i, line in enumerate(lines, 1)})
    found = resolve(laid.frame, examine(laid.frame), "former")
    tied = [
        (code, right) for code, level, right in zip(found.code, found.level, truth, strict=True) if level == "commune"
    ]
    assert all(code == right for code, right in tied)
    assert len(tied) > 0.95 * len(rows)


def test_marks_missing_misplaced_or_contradicting():
    assert likeness("Hoà Bình", "Hòa Bình") == "same"
    assert likeness("Đăk Nông", "Đắk Nông") == "same"
    assert likeness("hoa binh", "Hòa Bình") == "bare"
    assert likeness("Trà Don", "Trà Dơn") == "part"
    assert likeness("Tam Dân", "Tam Đàn") == "near"
    assert loose("AVương") == loose("A Vương")


NAMESAKES = pd.DataFrame(
    [
        ["20365", "Xã Tam Thanh, Thành phố Tam Kỳ, Quảng Nam", ""],  # of 20359
        ["20359", "Xã Tam Thanh, Thành phố Tam Kỳ, Quảng Nam", "20359"],
        ["19609", "Xã Cam Thanh, Huyện Cam Lộ, Quảng Trị", ""],  # a commune of its own until 2019
        ["", "Xã Tam Thành, Huyện Phú Ninh, Quảng Nam", "20365"],
        ["", "Xã Tam Thành, Thành phố Tam Kỳ, Quảng Nam", ""],
        ["20365", "Xã Tam Thành, Huyện Vụ Bản, Nam Định", ""],
        ["", "xa tam thanh, phu ninh, quang nam", ""],
        ["11587", "Xã Đại Bản, Huyện An Dương, Hải Phòng", "11587"],  # moved to another district under its code
        ["00712", "Thị trấn Phó Bảng, Huyện Đồng Văn, Hà Giang", "00712"],
    ],
    columns=["Mã", "Tên", "đúng"], index=range(2, 11),
)  # fmt: skip


def test_a_name_that_is_not_tied_says_the_true_reason():
    made = pd.DataFrame({"Tên": ["xa vinh hao", "phuong 1 da lat", "Xã Không Có"], "Số": "5"}, index=range(2, 5))
    tied = resolve(made, examine(made), "former")
    assert list(tied.how) == ["alone", "joined", "unknown"]
    assert "nhiều đơn vị cùng tên" in tied.vi[2]
    assert tied.vi[3].endswith("cần dấu phẩy ở giữa: Phường 1 24784")
    assert tied.en[4] == "not in the list before 1 July 2025"
    assert set(tied.code) == {""}


def test_other_marks_are_another_name_and_a_parent_that_contradicts_refuses():
    made = NAMESAKES[["Mã", "Tên"]]
    found = resolve(made, examine(made), "former", codes_alone=True)
    assert found.code.tolist() == NAMESAKES["đúng"].tolist()
    assert (found.how == "moved").sum() == 1
    assert (found.vi[found.how != "both"] != "").all()
    assert "khác dấu" in found.vi[4]
    plain = pd.DataFrame({"Tên": ["xa tam thanh, phu ninh, quang nam", "xa tam thanh, tam ky, quang nam"]})
    assert resolve(plain, examine(plain), "former").code.tolist() == ["20365", "20359"]


REAL = {
    "commune_2025_population_area.csv": ("current", True, 1.0),
    "commune_2009_census_population.csv": ("former", False, 0.96),
    "danang_quangnam_procedures_2024_2025.csv": ("former", False, 0.99),
    "gso_province_year.csv": ("former", True, 0.9),
    "papi_province_year.csv": ("former", True, 1.0),
}


@pytest.mark.reference
@pytest.mark.parametrize("name", REAL)
def test_real_tables(reference, name):
    boundary, certain, least = REAL[name]
    made = lay_out(read_grid(reference / "indicators" / name)[0]).frame
    verdict = examine(made)
    assert (verdict.boundary, verdict.certain) == (boundary, certain), verdict.evidence
    found = resolve(made, verdict, boundary)
    tied = found.code != ""
    assert tied.mean() >= least
    # Where the publisher gives a code that the list has, no other area is meant but by an older name.
    own = {"former": set(THEN.code), "current": set(NOW.code)}[boundary]
    coded = made["area_code"].isin(own) & tied
    moved = coded & (made["area_code"] != found.code)
    assert set(found[moved].how) <= {"other_code"}
