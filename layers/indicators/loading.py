"""Figures taken in: tied to the areas they mean, doubts beside values, nothing overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, text

from boundaries.evidence import Sentence
from boundaries.vintages import Vintage
from geo.errors import Problem
from geo.reading import Refusal
from layers.indicators import periods
from layers.indicators.areas import Asked, Tied, tie
from layers.indicators.catalogue import load as catalogue
from layers.indicators.checks import check
from layers.indicators.gathering import LeftOut, counted, once, together
from layers.indicators.mixup import Mixup
from layers.indicators.mixup import find as find_mixups
from layers.indicators.quality_store import refresh as refresh_quality
from layers.indicators.reading import Figures
from layers.indicators.rollup import refresh
from layers.indicators.stated import stated
from layers.indicators.store import add_provenance, indicator_ids
from layers.indicators.store import write as write_rows

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Doubt(NamedTuple):
    """A value that is kept with a warning: where, of which indicator and period, in which unit, and the warning."""

    area: str
    indicator: str
    period: str
    value: float
    unit: str
    warning: str


@dataclass(kw_only=True)
class FigureReport:
    """What a table of figures holds and what becomes of it: `rows` are the figures as they would be written."""

    figures: Figures
    skip_unknown: bool
    as_is: bool
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    decision: dict[str, Any] = field(default_factory=dict)
    accepted: int = 0
    indicators: dict[str, int] = field(default_factory=dict)
    vintages: dict[Vintage, int] = field(default_factory=dict)
    evidence: tuple[Sentence, ...] = ()
    doubt: Problem | None = None
    unusual: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    unknown_areas: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    contradicting: list[Refusal] = field(default_factory=list)
    mixups: list[Mixup] = field(default_factory=list)
    not_loaded: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    blanks: dict[str, int] = field(default_factory=dict)
    warnings: list[Doubt] = field(default_factory=list)
    same: int = 0
    written: int = 0


def examine(
    connection: Connection,
    figures: Figures,
    *,
    boundary: Asked = "auto",
    skip_unknown: bool = False,
    as_is: bool = False,
    today: date | None = None,
) -> FigureReport:
    """Tie figures to areas and check them against the catalogue and what is known; nothing is written.

    Areas whose boundaries are not loaded are left out and counted. `skip_unknown` leaves out rows whose area or indicator
    is not clear and figures that contradict each other, `as_is` takes figures that seem to be in another unit.
    """
    report = FigureReport(figures=figures, skip_unknown=skip_unknown, as_is=as_is)
    ids = indicator_ids(connection)
    tied = tie(connection, figures, boundary, stated(connection, figures, ids))
    _tell(tied, report)
    rows, refused, early = check(tied.rows, figures.columns, today or datetime.now(VIET_NAM).date())
    report.refused = [*figures.refused, *refused]
    report.left_out += [
        LeftOut(code, "kỳ chưa đến, để trống", "blank, the period is still to come", count)
        for code, count in early.items()
    ]
    rows = once(together(rows, report), report, skip_unknown)
    report.refused.sort(key=lambda one: one.row)
    rows = _without_derived(rows, report)
    report.left_out = counted(report.left_out)
    report.mixups = find_mixups(connection, rows, ids)
    report.rows = rows.assign(warning=pd.Series(_warnings(rows, report), index=rows.index, dtype=object))
    report.accepted = len(rows)
    report.indicators = {str(k): int(v) for k, v in rows["indicator"].value_counts().sort_index().items()}
    report.blanks = {str(k): int(v) for k, v in rows["blank"].dropna().value_counts().items()}
    return report


def write(connection: Connection, report: FigureReport, *, title: str, by: str = "") -> FigureReport:
    """Write what is new in the caller's transaction, all or nothing, and tell the report how much that was.

    Raises Problem while the structure of areas is in doubt, for refused rows, and for rows and figures that are neither
    clear nor left out nor taken as they are. Figures equal to the newest known ones are not written again. The decision
    which areas were meant is kept with the source; `by` is who made it.
    """
    _refuse(report)
    ids = indicator_ids(connection)
    fresh = _fresh(connection, report.rows, ids)
    report.same = len(report.rows) - len(fresh)
    if len(fresh):
        figures, now = report.figures, datetime.now(UTC)
        provenance = add_provenance(
            connection, "; ".join(figures.sources) or title, file=title, checksum=figures.checksum,
            decision={**report.decision, "by": by, "at": now.isoformat(timespec="seconds")},
        )  # fmt: skip
        report.written = write_rows(connection, [fresh], provenance_id=provenance, sample=False, known_at=now)
        starts = {periods.parse(key).stored_start for key in fresh["period"].unique()}
        touched = {ids[code] for code in fresh["indicator"].unique()}
        provinces = set(fresh["province_code"])
        refresh(connection, touched, starts=starts, provinces=provinces)
        refresh_quality(connection, touched, provinces=provinces)
    return report


def _tell(tied: Tied, report: FigureReport) -> None:
    report.evidence, report.doubt, report.decision = tied.evidence, tied.doubt, tied.decision
    report.vintages, report.not_loaded = tied.vintages, tied.not_loaded
    report.unknown_areas, report.unusual = tied.refused, tied.unusual
    if tied.totals:
        report.left_out.append(
            LeftOut("", "dòng tổng, được tính lại từ các đơn vị", "sums, computed again from the areas", tied.totals)
        )


def _refuse(report: FigureReport) -> None:
    unknown, skip_unknown = report.figures.unknown_indicators, report.skip_unknown
    if report.contradicting and not skip_unknown:
        lines = sorted({one.row for one in report.contradicting})
        told = ", ".join(map(str, lines[:20])) + (", …" if len(lines) > 20 else "")
        first = report.contradicting[0]
        raise Problem(
            f"{len(report.contradicting)} số liệu trái nhau (dòng {told}; dòng {first.row}: {first.vi}); sửa tệp, hoặc thêm "
            "--skip-unknown để bỏ mọi số liệu ấy.",
            f"{len(report.contradicting)} figures contradict others (rows {told}; row {first.row}: {first.en}); mend the "
            "file, or add --skip-unknown to leave all of them out.",
        )
    if report.refused:
        first, count = report.refused[0], len(report.refused)
        raise Problem(
            f"{count} số liệu bị từ chối (dòng {first.row}: {first.vi}); sửa tệp rồi nạp lại.",
            f"{count} figures are refused (row {first.row}: {first.en}); mend the file and load it again.",
        )
    if unknown and not skip_unknown:
        name = next(iter(unknown))
        raise Problem(
            f"{len(unknown)} chỉ tiêu không có trong danh mục (ví dụ “{name}”); thêm --skip-unknown để bỏ.",
            f"{len(unknown)} indicators are not in the catalogue (such as “{name}”); add "
            "--skip-unknown to leave them out.",
        )
    if report.doubt:
        raise report.doubt
    if report.unknown_areas and not skip_unknown:
        line, code, name, vi, en = report.unknown_areas[0]
        raise Problem(
            f"{len(report.unknown_areas)} dòng không gắn được vào đơn vị nào (dòng {line}: “{code}” {name}: {vi}); thêm "
            "--skip-unknown để bỏ.",
            f"{len(report.unknown_areas)} rows cannot be tied to an area (row {line}: “{code}” {name}: {en}); add "
            "--skip-unknown to leave them out.",
        )
    if report.mixups and not report.as_is:
        raise Problem(*report.mixups[0].sentences())
    if not report.accepted:
        raise Problem("Không có số liệu nào dùng được.", "There is no figure that can be used.")


def _without_derived(rows: pd.DataFrame, report: FigureReport) -> pd.DataFrame:
    """Leave out ratios whose two parts are in the table: they are computed from them at every level."""
    there = set(rows["indicator"])
    derived = {
        one.code
        for one in catalogue()[1]
        if one.is_ratio and one.code in there and {one.numerator, one.denominator} <= there
    }
    for code, count in rows[rows["indicator"].isin(derived)]["indicator"].value_counts().items():
        report.left_out.append(
            LeftOut(
                str(code),
                "được tính lại từ tử số và mẫu số có trong tệp",
                "computed again from numerator and denominator in the file",
                int(count),
            )
        )
    return rows[~rows["indicator"].isin(derived)]


def _warnings(rows: pd.DataFrame, report: FigureReport) -> list[str | None]:
    """A sentence beside every value outside the plausible bounds of its indicator or confirmed against what is known.

    The value itself stays.
    """
    book = {one.code: one for one in catalogue()[1]}
    confirmed = (
        {(one.code, one.column, line) for one in report.mixups for line, *_ in one.rows} if report.as_is else set()
    )
    sentences: list[str | None] = []
    for row in rows.to_dict("records"):
        one = book[row["indicator"]]
        sentence = None
        if row["blank"] is None and row["level"] == one.lowest_level:
            if one.low is not None and row["value"] < one.low:
                sentence = f"Giá trị công bố thấp bất thường (dưới {one.low:g} {one.unit}), cần kiểm tra lại."
            elif one.high is not None and row["value"] > one.high:
                sentence = f"Giá trị công bố cao bất thường (trên {one.high:g} {one.unit}), cần kiểm tra lại."
        if (one.code, row["column"], row["line"]) in confirmed:
            sentence = "Khác xa các số liệu đã biết, đã xác nhận đúng như nguồn ghi khi nạp."
        if sentence:
            area = f"{row['area_code']} {row['area_name']}".strip()
            report.warnings.append(Doubt(area, one.code, row["period"], row["value"], one.unit, sentence))
        sentences.append(" ".join(filter(None, (sentence, row["part"]))) or None)
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
        stored.get((r["indicator"], r["area_id"], spans[r["period"]].letter, spans[r["period"]].stored_start))
        != (None if r["blank"] else r["value"], r["blank"], r["warning"], False)
        for r in rows.to_dict("records")
    ]
    return rows[new]
