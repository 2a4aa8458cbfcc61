"""Targets taken in from a table: tied to the areas they mean, an adjustment beside what was known before."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Problem
from geo.reading import Refusal
from geo.text import fold
from layers.indicators import periods
from layers.indicators.areas import Asked, Tied, tie
from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.checks import Fault, limit_fault, period_fault
from layers.indicators.reading import Figures, read_figures
from layers.indicators.store import indicator_ids, write_targets
from layers.indicators.targets import PLANS, Rule, Target, faults, usual_rule

MONTHS = [str(month) for month in range(1, 13)]
_MONTH_WORDS = ("{}", "thang {}", "t{}", "month {}", "luy ke thang {}", "den thang {}", "het thang {}")
_AMOUNTS: Mapping[str, tuple[str, ...]] = {
    month: tuple(word.format(number) for word in _MONTH_WORDS for number in dict.fromkeys((month, month.zfill(2))))
    for month in MONTHS
}
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "value": ("target", "muc tieu", "ke hoach", "ke hoach nam", "chi tieu giao", "muc giao"),
    "plan": ("plan", "loai ke hoach", "cap giao"),
    "rule": ("rule", "quy tac", "cach tinh"),
    "decision": ("decision", "quyet dinh", "so quyet dinh", "van ban"),
    "decided_on": ("decided on", "date", "ngay", "ngay quyet dinh", "ngay ban hanh"),
    "withdrawn": ("withdrawn", "bai bo", "thu hoi"),
}  # fmt: skip
_PLAN_WORDS: Mapping[str, str] = {
    **{fold(key): key for key in PLANS},
    **{fold(title): key for key, titles in PLANS.items() for title in titles if key},
    "thu tuong": "ttg", "ttg giao": "ttg", "thu tuong giao": "ttg", "dia phuong": "dia_phuong", "tinh giao": "dia_phuong",
    "hdnd giao": "hdnd", "ke hoach": "",
}  # fmt: skip
_RULE_WORDS: Mapping[str, Rule] = {
    "level": "level", "muc": "level", "muc khong doi": "level", "share": "share", "chia deu": "share",
    "to date": "to_date", "luy ke": "to_date",
}  # fmt: skip
_YES = {"x", "co", "yes", "true", "1"}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_NOW = text(
    "SELECT DISTINCT ON (indicator_id, area_id, period_kind, period_start, plan) indicator_id, area_id, period_kind, "
    "period_start, plan, value, rule, trajectory, decision, decided_on, sample FROM toancanh.target "
    "WHERE indicator_id = ANY(:indicators) AND area_id = ANY(:areas) "
    "ORDER BY indicator_id, area_id, period_kind, period_start, plan, known_at DESC"
)


@dataclass(kw_only=True)
class TargetReport:
    """What a table of targets holds and what becomes of it."""

    total: int
    columns: dict[str, str]
    tied: Tied
    rows: pd.DataFrame
    unknown_indicators: dict[str, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    new: int = 0
    adjusted: int = 0
    withdrawn: int = 0
    same: int = 0


def read_targets(
    path: Path, *, encoding: str | None = None, chosen: Mapping[str, str] | None = None, decimal: str = ""
) -> Figures:
    """Read a table of targets: area, indicator, year, value and, where they are told, plan, rule, months, decision."""
    return read_figures(path, encoding=encoding, chosen=chosen, decimal=decimal, texts=_TEXTS, amounts=_AMOUNTS)


def examine(connection: Connection, figures: Figures, *, boundary: Asked = "auto") -> TargetReport:
    """Tie targets to areas and hold each to its indicator, its plan and the ones before; nothing is written."""
    tied = tie(connection, figures, boundary)
    report = TargetReport(
        total=figures.total, columns=figures.columns, tied=tied, rows=tied.rows.iloc[:0],
        unknown_indicators=figures.unknown_indicators, refused=[*figures.refused],
    )  # fmt: skip
    good = []
    for row in tied.rows.to_dict("records"):
        told, wrong = _understood(row, figures.columns)
        if wrong:
            report.refused.append(Refusal(int(row["line"]), *wrong))
        else:
            good.append(told)
    report.refused += _twice(good)
    if good:
        report.rows = _fresh(connection, pd.DataFrame(good).astype({"trajectory": object, "value": float}), report)
    report.refused.sort(key=lambda one: one.row)
    return report


def write(connection: Connection, report: TargetReport, *, by: str) -> int:
    """Write what is new or adjusted in the caller's transaction and return how many rows; all or nothing.

    Raises Problem for the first row that is refused, an indicator or an area that is not known, or doubt about the
    structure of areas.
    """
    _refuse(report)
    if report.rows.empty:
        return 0
    return write_targets(connection, report.rows.assign(entered_by=by), sample=False)


def _understood(row: dict[Any, Any], names: Mapping[str, str]) -> tuple[dict[str, Any], Fault | None]:
    """A target as stored, or what is wrong with its row; a year's target is of the year, whatever its calendar."""
    one, period = indicators[row["indicator"]], periods.parse(row["period"])
    if period.kind == "year":
        period = periods.year(period.in_year)
    withdrawn = fold(row["withdrawn"]) in _YES
    path = [row[month] for month in MONTHS] if any(math.isfinite(row[month]) for month in MONTHS) else []
    told = {
        "line": row["line"], "area_id": row["area_id"], "province_code": row["province_code"], "indicator": one.code,
        "period": period.key, "plan": _PLAN_WORDS.get(fold(row["plan"])), "value": math.nan if withdrawn else row["value"],
        "rule": _RULE_WORDS.get(fold(row["rule"]), usual_rule(one)), "trajectory": None if withdrawn else path or None,
        "decision": row["decision"], "decided_on": _day(row["decided_on"]),
    }  # fmt: skip
    wrong = _words_fault(row, told, names)
    if wrong is None and not withdrawn:
        wrong = _amounts_fault(row, path, one, {**names, "value": row["column"]})
    if wrong is None and period.kind != "year":
        wrong = period_fault(one, period)
    if wrong is None and told["rule"] == "share" and one.is_rate:
        wrong = (
            f"{one.code} tính bằng {one.unit}: không chia theo tháng được",
            f"{one.code} is in {one.unit}: it cannot be shared out among months",
        )
    if wrong is None and not withdrawn:
        wrong = faults(Target(period=period, value=row["value"], rule=told["rule"], trajectory=tuple(path)))
    return told, wrong


def _words_fault(row: dict[Any, Any], told: Mapping[str, Any], names: Mapping[str, str]) -> Fault | None:
    """A word that is none of those a column takes."""
    plans, rules = ", ".join(filter(None, PLANS)), ", ".join(get_args(Rule))
    for column, fits, vi, en in (
        ("plan", told["plan"] is not None, f"nhận: {plans}", f"one of {plans}"),
        ("rule", fold(row["rule"]) in _RULE_WORDS, f"nhận: {rules}", f"one of {rules}"),
        ("decided_on", told["decided_on"] is not None, "viết 31/12/2025", "write 31/12/2025 or 2025-12-31"),
        ("withdrawn", fold(row["withdrawn"]) in _YES, "ghi x hoặc để trống", "write x or leave it empty"),
    ):
        if row[column] and not fits:
            theirs = names.get(column, column)
            return f"cột {theirs} ghi “{row[column]}” ({vi})", f"the column {theirs} says “{row[column]}” ({en})"
    return None


def _amounts_fault(row: dict[Any, Any], path: list[float], one: Indicator, names: Mapping[str, str]) -> Fault | None:
    """A number that is missing, or that no figure of the indicator can be."""
    for column, value in zip(("value", *MONTHS), (row["value"], *path), strict=False):
        theirs = names.get(column, column)
        if column != "value" and math.isnan(value):
            return f"lộ trình thiếu tháng {column} (cột {theirs})", f"the path lacks month {column} (column {theirs})"
        if math.isnan(value):
            return (
                f"cột {theirs} trống; muốn bãi bỏ chỉ tiêu thì ghi x ở cột withdrawn",
                f"the column {theirs} is empty; to withdraw a target write x in the column withdrawn",
            )
        if wrong := limit_fault(one, value):
            return f"cột {theirs}: {wrong[0]}", f"the column {theirs}: {wrong[1]}"
    return None


def _day(said: str) -> date | None:
    found = _DAY.fullmatch(said)
    try:
        return date(*map(int, reversed(found.groups()))) if found else date.fromisoformat(said[:10])
    except ValueError:
        return None


def _twice(rows: list[dict[str, Any]]) -> list[Refusal]:
    """Rows that tell a target again; both lines are named, and neither is taken."""
    first: dict[tuple[Any, ...], int] = {}
    found = []
    for row in rows:
        key = tuple(row[name] for name in ("indicator", "area_id", "period", "plan"))
        if key in first:
            vi, en = f"chỉ tiêu này đã có ở dòng {first[key]}", f"this target is told in row {first[key]} already"
            found.append(Refusal(int(row["line"]), vi, en))
        first.setdefault(key, int(row["line"]))
    return found


def _fresh(connection: Connection, rows: pd.DataFrame, report: TargetReport) -> pd.DataFrame:
    """Rows that say something new against the newest known targets; those count as new, adjusted or withdrawn."""
    numbers = indicator_ids(connection)
    asked = {
        "indicators": [numbers[code] for code in rows["indicator"].unique()],
        "areas": [int(area) for area in rows["area_id"].unique()],
    }
    stored = {tuple(row[:5]): tuple(row[5:]) for row in connection.execute(_NOW, asked)}
    kept = []
    for row in rows.to_dict("records"):
        period = periods.parse(row["period"])
        before = stored.get(
            (numbers[row["indicator"]], row["area_id"], period.letter, period.stored_start, row["plan"])
        )
        gone = math.isnan(row["value"])
        told = (
            None if gone else row["value"],
            row["rule"],
            row["trajectory"],
            row["decision"],
            row["decided_on"],
            False,
        )
        if before == told or (gone and (before is None or before[0] is None)):
            report.same += 1
            kept.append(False)
            continue
        report.withdrawn += gone
        report.adjusted += before is not None and not gone
        report.new += before is None
        kept.append(True)
    return rows[kept]


def _refuse(report: TargetReport) -> None:
    if report.refused:
        first = report.refused[0]
        raise Problem(
            f"{len(report.refused)} dòng bị từ chối (dòng {first.row}: {first.vi}); sửa tệp rồi nạp lại.",
            f"{len(report.refused)} rows are refused (row {first.row}: {first.en}); mend the file and load it again.",
        )
    if report.unknown_indicators:
        name = next(iter(report.unknown_indicators))
        raise Problem(
            f"{len(report.unknown_indicators)} chỉ tiêu không có trong danh mục (ví dụ “{name}”).",
            f"{len(report.unknown_indicators)} indicators are not in the catalogue (such as “{name}”).",
        )
    if report.tied.doubt:
        raise report.tied.doubt
    if report.tied.refused:
        line, code, name, vi, en = report.tied.refused[0]
        count = len(report.tied.refused)
        raise Problem(
            f"{count} dòng không gắn được vào đơn vị nào (dòng {line}: “{code}” {name}: {vi}).",
            f"{count} rows cannot be tied to an area (row {line}: “{code}” {name}: {en}).",
        )
