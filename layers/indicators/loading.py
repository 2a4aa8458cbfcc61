"""Figures taken in: which areas they speak of is decided first, doubts stand beside values, nothing is overwritten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from boundaries import register
from boundaries.vintages import CURRENT, VINTAGES
from geo.errors import Problem
from geo.text import fold, name_key
from layers.indicators import periods
from layers.indicators.catalogue import load as catalogue
from layers.indicators.reading import Figures
from layers.indicators.rollup import refresh
from layers.indicators.store import KINDS, add_provenance, indicator_ids, write

Boundary = Literal["auto", "former", "current"]
FORMER = VINTAGES[0]


@dataclass(kw_only=True)
class FigureReport:
    """What a table of figures holds and what becomes of it."""

    total: int
    accepted: int = 0
    indicators: dict[str, int] = field(default_factory=dict)
    vintages: dict[str, int] = field(default_factory=dict)
    unknown_areas: list[tuple[int, str, str]] = field(default_factory=list)
    not_loaded: int = 0
    left_out: list[tuple[str, str, int]] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)
    blanks: dict[str, int] = field(default_factory=dict)
    warnings: list[tuple[str, str, str]] = field(default_factory=list)
    same: int = 0
    written: int = 0


def load(
    connection: Connection,
    figures: Figures,
    *,
    title: str,
    boundary: Boundary = "auto",
    skip_unknown: bool = False,
    dry_run: bool = True,
) -> FigureReport:
    """Check figures against areas and catalogue and, unless it is a dry run, write them in the caller's transaction.

    Raises Problem for tables of communes from before the reform, and – when writing – for refused rows, unknown areas
    or indicators (left out with `skip_unknown`) and contradicting duplicates. Areas in the register whose boundaries are
    not loaded are left out and counted. Figures equal to the newest known ones are not written again.
    """
    report = FigureReport(total=figures.total)
    rows = _areas(connection, figures.rows, boundary, report)
    rows = _once(rows, report)
    rows = _without_derived(rows, report)
    rows = rows.assign(warning=pd.Series(_warnings(rows, report), index=rows.index, dtype=object))
    report.accepted = len(rows)
    report.indicators = {str(k): int(v) for k, v in rows["indicator"].value_counts().sort_index().items()}
    report.blanks = {str(k): int(v) for k, v in rows["blank"].dropna().value_counts().items()}
    if dry_run:
        return report
    _refuse(figures, report, skip_unknown)
    ids = indicator_ids(connection)
    fresh = _fresh(connection, rows, ids)
    report.same = len(rows) - len(fresh)
    if len(fresh):
        provenance = add_provenance(
            connection, "; ".join(figures.sources) or title, file=title, checksum=figures.checksum
        )
        report.written = write(connection, [fresh], provenance_id=provenance, sample=False, known_at=datetime.now(UTC))
        starts = {periods.parse(key).start for key in fresh["period"].unique()}
        refresh(connection, {ids[code] for code in fresh["indicator"].unique()}, starts=starts)
    return report


def _refuse(figures: Figures, report: FigureReport, skip_unknown: bool) -> None:
    if figures.refused:
        first = figures.refused[0]
        raise Problem(
            f"{len(figures.refused)} dòng bị từ chối (dòng {first.row}: {first.vi}); sửa tệp rồi nạp lại.",
            f"{len(figures.refused)} rows are refused (row {first.row}: {first.en}); mend the file and load it again.",
        )
    if figures.unknown_indicators and not skip_unknown:
        name = next(iter(figures.unknown_indicators))
        raise Problem(
            f"{len(figures.unknown_indicators)} chỉ tiêu không có trong danh mục (ví dụ “{name}”); thêm "
            "--skip-unknown để bỏ.",
            f"{len(figures.unknown_indicators)} indicators are not in the catalogue (such as “{name}”); add "
            "--skip-unknown to leave them out.",
        )
    if report.unknown_areas and not skip_unknown:
        line, code, name = report.unknown_areas[0]
        raise Problem(
            f"{len(report.unknown_areas)} dòng có mã đơn vị không nhận ra (dòng {line}: “{code}” {name}); thêm "
            "--skip-unknown để bỏ.",
            f"{len(report.unknown_areas)} rows have an unknown area code (row {line}: “{code}” {name}); add "
            "--skip-unknown to leave them out.",
        )
    if report.twice:
        line, what = report.twice[0]
        raise Problem(
            f"{len(report.twice)} số liệu ghi hai lần với giá trị khác nhau (dòng {line}: {what}).",
            f"{len(report.twice)} figures are given twice with different values (row {line}: {what}).",
        )
    if not report.accepted:
        raise Problem("Không có số liệu nào dùng được.", "There is no figure that can be used.")


def _areas(connection: Connection, rows: pd.DataFrame, boundary: Boundary, report: FigureReport) -> pd.DataFrame:
    """Tie each row to the area its code meant in its time: the code alone names other places before and after."""
    codes = rows["area_code"].where(~rows["area_code"].str.fullmatch(r"\d"), "0" + rows["area_code"])
    codes = codes.where(~codes.str.fullmatch(r"\d{4}"), "0" + codes)
    communes = codes.str.fullmatch(r"\d{5}").fillna(False)
    districts = codes.str.fullmatch(r"\d{3}").fillna(False)
    if len(rows) and districts.mean() > 0.5:
        raise Problem(
            "Tệp chứa số liệu cấp huyện (mã ba chữ số); cấp huyện đã bãi bỏ từ 1/7/2025.",
            "The file holds figures of districts (three-digit codes), which were abolished on 1 July 2025.",
        )
    if communes.any():
        _refuse_former_communes(rows[communes].assign(code=codes[communes]), boundary)
        _refuse_exchanged(rows[communes].assign(code=codes[communes]))
    spans = {key: periods.parse(key).last_day for key in rows["period"].unique()}
    last = rows["period"].map(spans)
    former = pd.Series(boundary == "former", index=rows.index) if boundary != "auto" else last < CURRENT.start
    former &= ~communes
    if boundary == "auto":
        _refuse_recast(set(codes[former]))
    stored: dict[date, dict[str, int]] = {
        vintage: dict(connection.execute(_AREAS, {"day": vintage}).all()) for vintage in (FORMER.start, CURRENT.start)
    }
    province: dict[int, str] = dict(connection.execute(text("SELECT id, province_code FROM toancanh.area")).all())
    found = [
        stored[FORMER.start if old else CURRENT.start].get("VN" if c.upper() in ("VN", "00") else c)
        for c, old in zip(codes, former, strict=True)
    ]
    listed = {True: set(register.former_provinces()["code"]), False: _present()}
    lost = np.array([a is None for a in found], dtype=bool)
    known = np.array([c in listed[bool(old)] for c, old in zip(codes, former, strict=True)], dtype=bool)
    report.not_loaded = int((lost & known).sum())
    gone = rows[lost & ~known]
    report.unknown_areas = list(zip(gone["line"], gone["area_code"], gone["area_name"], strict=True))
    kept = rows[~lost].assign(
        area_id=[a for a in found if a is not None], level=np.where(communes, "commune", "province")[~lost]
    )
    report.vintages = {
        vintage.title: count
        for vintage, count in ((FORMER, int((former & ~lost).sum())), (CURRENT, int((~former & ~lost).sum()))) if count
    }  # fmt: skip
    return kept.assign(province_code=kept["area_id"].map(province))


_AREAS = text(
    "SELECT code, id FROM toancanh.area WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) "
    "ORDER BY valid_from"
)


def _present() -> set[str]:
    return {"VN", *register.provinces()["code"], *register.communes()["code"]}


def _refuse_former_communes(rows: pd.DataFrame, boundary: Boundary) -> None:
    """Most codes of today's communes named another commune before: codes fit only together with their names."""
    pairs = rows[["code", "area_name"]].drop_duplicates()
    named = pairs[pairs["area_name"] != ""]
    before = register.former_communes().set_index("code")["name"]
    now = register.communes().set_index("code")["name"]
    last = max(periods.parse(key).last_day for key in rows["period"].unique())
    if len(named):
        fits_now = _share(named, now)
        fits_before = _share(named, before)
        old = fits_now < 0.7 and fits_before > fits_now
    else:
        fits_now = float(pairs["code"].isin(now.index).mean())
        fits_before = float(pairs["code"].isin(before.index).mean())
        old = fits_now < 0.7
    if old or boundary == "former" or last < CURRENT.start:
        raise Problem(
            f"Tệp chứa số liệu của các xã trước 1/7/2025 (khớp {fits_before:.0%} với danh mục cũ, {fits_now:.0%} "
            "với danh mục hiện "
            "hành); nhiều mã đã được dùng lại cho xã khác nên không ghép vào bản đồ hiện hành được.",
            f"The file holds figures of communes from before 1 July 2025 ({fits_before:.0%} match the former list, "
            f"{fits_now:.0%} the "
            "present one); many codes now name other communes, so they cannot be joined to today's map.",
        )


def _refuse_exchanged(rows: pd.DataFrame) -> None:
    """Refuse a code beside the name of another commune of its province: one of the two is a slip."""
    now = register.communes().set_index("code")
    keys = now["name"].map(name_key)
    for row in rows[rows["area_name"] != ""].drop_duplicates(["code", "area_name"]).to_dict("records"):
        code, said = row["code"], name_key(str(row["area_name"]).split(",")[0])
        if code not in now.index or said.endswith(keys[code]):
            continue
        there = now.index[
            (now["parent_code"] == now["parent_code"][code]) & [said.endswith(f" {k}") or said == k for k in keys]
        ]
        if len(there):
            right, wrong = now["full_name"][there[0]], now["full_name"][code]
            raise Problem(
                f"Dòng {row['line']}: mã {code} là {wrong} nhưng tên ghi “{row['area_name']}” (mã {there[0]}); sửa mã hoặc tên.",
                f"Row {row['line']}: the code {code} is {wrong}, the name says “{row['area_name']}” ({right}, code "
                f"{there[0]}); mend the code or the name.",
            )


def _refuse_recast(codes: set[str]) -> None:
    """Refuse to guess for early years told in today's provinces: their codes named smaller provinces then."""
    gone = set(register.former_provinces()["code"]) - set(register.provinces()["code"])
    if len(codes & set(register.provinces()["code"])) > 10 and not codes & gone:
        raise Problem(
            "Số liệu trước 1/7/2025 nhưng chỉ có mã của 34 tỉnh hiện nay; hãy nêu --boundary current (đã tính lại theo tỉnh mới) "
            "hoặc --boundary former (theo tỉnh cũ).",
            "The figures are from before 1 July 2025 but only carry codes of today's 34 provinces; say --boundary current "
            "(recomputed for the new provinces) or --boundary former (the old provinces).",
        )


def _share(pairs: pd.DataFrame, names: pd.Series) -> float:
    """Share of (code, name) that agree; the name may carry its kind and the names above it after a comma."""
    there = pairs["code"].map(names[~names.index.duplicated()])
    hits = [
        isinstance(b, str) and name_key(str(a).split(",")[0]).endswith(name_key(b))
        for a, b in zip(pairs["area_name"], there, strict=True)
    ]
    return float(np.mean(hits)) if hits else 1.0


def _once(rows: pd.DataFrame, report: FigureReport) -> pd.DataFrame:
    """Keep one row a figure: of several source series for one indicator the one the catalogue names first."""
    order = {fold(name): i for one in catalogue()[1] for i, name in enumerate((one.code, *one.aliases))}
    ranked = rows.assign(rank=rows["said"].map(lambda s: order.get(fold(s), 0)), empty=rows["blank"].notna())
    key = ["indicator", "area_id", "period"]
    ranked = ranked.sort_values([*key, "empty", "rank", "line"], kind="stable")
    again = ranked.duplicated(key, keep="first")
    first = {(r["indicator"], r["area_id"], r["period"]): r for r in ranked[~again].to_dict("records")}
    series: Counter[tuple[str, str]] = Counter()
    for row in ranked[again].to_dict("records"):
        kept = first[(row["indicator"], row["area_id"], row["period"])]
        if row["said"] != kept["said"]:
            series[(row["indicator"], row["said"])] += 1
        elif not (row["value"] == kept["value"] or (row["blank"] and kept["blank"])):
            report.twice.append((int(row["line"]), f"{row['indicator']} {row['area_code']} {row['period']}"))
    report.left_out += [(said, f"trùng với chuỗi khác của {code}", count) for (code, said), count in series.items()]
    return ranked[~again].sort_values("line").drop(columns=["rank", "empty"])


def _without_derived(rows: pd.DataFrame, report: FigureReport) -> pd.DataFrame:
    """Leave out ratios whose two parts are in the table: they are computed from them at every level."""
    there = set(rows["indicator"])
    derived = {
        one.code
        for one in catalogue()[1]
        if one.is_ratio and one.code in there and {one.numerator, one.denominator} <= there
    }
    for code, count in rows[rows["indicator"].isin(derived)]["indicator"].value_counts().items():
        report.left_out.append((str(code), "được tính lại từ tử số và mẫu số có trong tệp", int(count)))
    return rows[~rows["indicator"].isin(derived)]


def _warnings(rows: pd.DataFrame, report: FigureReport) -> list[str | None]:
    """A sentence beside every value outside the plausible bounds of its indicator; the value itself stays."""
    book = {one.code: one for one in catalogue()[1]}
    sentences: list[str | None] = []
    for row in rows.to_dict("records"):
        one = book[row["indicator"]]
        sentence = None
        if row["blank"] is None and row["level"] == one.lowest_level:
            if one.low is not None and row["value"] < one.low:
                sentence = f"Giá trị công bố thấp bất thường (dưới {one.low:g} {one.unit}), cần kiểm tra lại."
            elif one.high is not None and row["value"] > one.high:
                sentence = f"Giá trị công bố cao bất thường (trên {one.high:g} {one.unit}), cần kiểm tra lại."
        if sentence:
            what = f"{one.code} {row['period']}: {row['value']:g} {one.unit}"
            report.warnings.append((f"{row['area_code']} {row['area_name']}", what, sentence))
        sentences.append(sentence)
    return sentences


def _fresh(connection: Connection, rows: pd.DataFrame, ids: dict[str, int]) -> pd.DataFrame:
    """Rows that say something new against the newest known figures."""
    codes = {number: code for code, number in ids.items()}
    newest = connection.execute(
        text(
            "SELECT DISTINCT ON (province_code, indicator_id, area_id, period_kind, period_start) "
            "indicator_id, area_id, period_kind, period_start, value, blank, warning, sample FROM toancanh.observation "
            "WHERE indicator_id = ANY(:ids) AND province_code = ANY(:provinces) "
            "ORDER BY province_code, indicator_id, area_id, period_kind, period_start, known_at DESC"
        ),
        {"ids": [ids[c] for c in rows["indicator"].unique()], "provinces": rows["province_code"].unique().tolist()},
    )
    stored: dict[tuple[str, int, str, date], tuple[object, ...]] = {
        (codes[i], a, k, d): (v, b, w, s) for i, a, k, d, v, b, w, s in newest
    }
    spans = {key: periods.parse(key) for key in rows["period"].unique()}
    new = [
        stored.get((r["indicator"], r["area_id"], KINDS[spans[r["period"]].kind], spans[r["period"]].start))
        != (None if r["blank"] else r["value"], r["blank"], r["warning"], False)
        for r in rows.to_dict("records")
    ]
    return rows[new]
