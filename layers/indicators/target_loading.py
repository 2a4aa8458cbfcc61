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
        told, wrong = _understood(row)
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


def _understood(row: dict[Any, Any]) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """A target as stored, or what is wrong with its row."""
    one, period = indicators[row["indicator"]], periods.parse(row["period"])
    plan, rule = _PLAN_WORDS.get(fold(row["plan"])), _RULE_WORDS.get(fold(row["rule"]), usual_rule(one))
    day, withdrawn = _day(row["decided_on"]), fold(row["withdrawn"]) in _YES
    path = [row[month] for month in MONTHS]
    known = [math.isfinite(step) for step in path]
    wrong: tuple[str, str] | None = None
    if plan is None:
        wrong = _said(
            "plan", row["plan"], f"nhận: {', '.join(filter(None, PLANS))}", f"one of {', '.join(filter(None, PLANS))}"
        )
    elif row["rule"] and fold(row["rule"]) not in _RULE_WORDS:
        wrong = _said("rule", row["rule"], f"nhận: {', '.join(get_args(Rule))}", f"one of {', '.join(get_args(Rule))}")
    elif rule == "share" and one.is_rate:
        wrong = (
            f"{one.code} tính bằng {one.unit}: không chia đều theo tháng được (cột rule)",
            f"{one.code} is in {one.unit}: it cannot be shared out among months (column rule)",
        )
    elif period.kind not in ("year", one.period):
        wrong = (
            f"cột period: {one.code} chỉ nhận chỉ tiêu năm hoặc của kỳ {one.period}, không nhận “{period.key}”",
            f"the column period: {one.code} takes targets of a year or of a {one.period}, not of “{period.key}”",
        )
    elif row["decided_on"] and day is None:
        wrong = _said("decided_on", row["decided_on"], "viết 31/12/2025", "write 31/12/2025 or 2025-12-31")
    elif row["withdrawn"] and not withdrawn:
        wrong = _said("withdrawn", row["withdrawn"], "ghi x hoặc để trống", "write x or leave it empty")
    elif row["blank"] and not withdrawn:
        wrong = (
            "cột value trống; muốn bãi bỏ chỉ tiêu thì ghi x ở cột withdrawn",
            ("the column value is empty; to withdraw a target write x in the column withdrawn"),
        )
    elif any(known) and not all(known):
        month = MONTHS[known.index(False)]
        wrong = f"lộ trình thiếu tháng {month} (cột {month})", f"the path lacks month {month} (column {month})"
    elif not withdrawn:
        wrong = _beyond(row, one, path if any(known) else []) or faults(
            Target(period=period, value=row["value"], rule=rule, trajectory=tuple(path) if any(known) else ())
        )
    return {
        "line": row["line"], "area_id": row["area_id"], "province_code": row["province_code"], "indicator": one.code,
        "period": period.key, "plan": plan, "value": math.nan if withdrawn else row["value"], "rule": rule,
        "trajectory": path if any(known) and not withdrawn else None, "decision": row["decision"], "decided_on": day,
    }, wrong  # fmt: skip


def _said(column: str, said: str, vi: str, en: str) -> tuple[str, str]:
    return f"cột {column} ghi “{said}” ({vi})", f"the column {column} says “{said}” ({en})"


def _beyond(row: dict[Any, Any], one: Indicator, path: list[float]) -> tuple[str, str] | None:
    """What no figure of the indicator can be, its target cannot be either."""
    for column, value in zip(("value", *MONTHS), (row["value"], *path), strict=False):
        for limit, beyond, words, words_en in (
            (one.limit_low, -1, "nhỏ hơn giới hạn", "is below the limit"),
            (one.limit_high, 1, "vượt giới hạn", "is above the limit"),
        ):
            if limit is not None and (value - limit) * beyond > 0:
                return (
                    f"cột {column}: {value:g} {words} {limit:g} {one.unit} của {one.code}",
                    f"the column {column}: {value:g} {words_en} {limit:g} {one.unit} of {one.code}",
                )
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
