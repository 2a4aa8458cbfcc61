"""One row a figure: places of one area put together, repetitions left out, contradictions named."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pandas as pd

from boundaries.predecessors import PART as PROVINCE
from boundaries.predecessors import alone, otherwise
from geo.reading import Refusal
from geo.text import fold
from layers.indicators import periods
from layers.indicators.catalogue import load as catalogue
from layers.indicators.period_labels import Language
from layers.indicators.spoken import spoken

if TYPE_CHECKING:
    from layers.indicators.loading import FigureReport

PARTS = "Cộng từ {} đơn vị đã sáp nhập trước 2025."
PART = "Tên cũ đã sáp nhập trước 2025: có thể chỉ là một phần của đơn vị."


class LeftOut(NamedTuple):
    """Figures that are not taken: of which indicator or series ("" for any), why, how many."""

    of: str
    vi: str
    en: str
    rows: int


def together(rows: pd.DataFrame, report: FigureReport) -> pd.DataFrame:
    """Add up the figures of places that were one area by 2025; what does not add up is left out where it is a part."""
    book = {one.code: one for one in catalogue()[1]}
    key = ["indicator", "said", "area_id", "period"]
    part = (rows["how"].eq("older") & rows["level"].eq("commune")) | rows["how"].eq(PROVINCE)
    rows = rows.assign(part=_cautions(rows))
    rows = rows[~_alone(rows, key, report)]
    part = part.reindex(rows.index)
    group = rows[rows.set_index(key).index.isin(rows[part].set_index(key).index)]
    made: list[dict[Any, Any]] = []
    for (first, *_), members in group.groupby(key, sort=False):
        code = str(first)
        if book[code].space_rule != "sum" and (members["how"] == PROVINCE).any():
            lone = members[members["how"] == PROVINCE]
            report.left_out.append(
                LeftOut(
                    code,
                    "tỉnh đã nhập vào tỉnh khác: chỉ tiêu này không cộng được",
                    "a province that became part of another: this indicator does not add up",
                    len(lone),
                )
            )
            made += members[members["how"] != PROVINCE].to_dict("records")
            continue
        if book[code].space_rule != "sum":
            report.left_out.append(
                LeftOut(
                    code,
                    "đơn vị đã sáp nhập trước 2025: chỉ tiêu này không cộng được",
                    "areas that merged before 2025: this indicator does not add up",
                    len(members),
                )
            )
            continue
        row = members.iloc[0].to_dict()
        blank = next((b for b in members["blank"] if b), None)
        row |= {"value": math.nan if blank else math.fsum(members["value"]), "blank": blank}
        added = PART if len(members) == 1 else PARTS.format(len(members))
        row["part"] = " ".join(filter(None, (added, row["part"])))
        made.append(row)
    if made:
        extra = pd.DataFrame(made).astype({"blank": object})
        extra["blank"] = pd.Series([row["blank"] for row in made], index=extra.index, dtype=object)
        rows = pd.concat([rows.drop(index=group.index), extra], ignore_index=True).sort_values("line", kind="stable")
    else:
        rows = rows.drop(index=group.index)
    return rows.reset_index(drop=True)


def _alone(rows: pd.DataFrame, key: list[str], report: FigureReport) -> pd.Series:
    """Whether a row is the part of a province that has no figure itself: it is not the whole."""
    lost = alone(rows, key)
    if lost.any():
        report.left_out.append(
            LeftOut(
                "",
                "tỉnh đã nhập vào tỉnh khác, tỉnh nhận không có số liệu cùng kỳ",
                "a province that became part of another, which has no figure of that period",
                int(lost.sum()),
            )
        )
    return lost


def counted(found: list[LeftOut]) -> list[LeftOut]:
    """What is left out of one series for one reason as one line."""
    rows: Counter[LeftOut] = Counter()
    for one in found:
        rows[one._replace(rows=0)] += one.rows
    return [one._replace(rows=count) for one, count in rows.items()]


def _cautions(rows: pd.DataFrame) -> pd.Series:
    """What is true of figures of provinces that were others then."""
    said = {
        (code, key): " ".join(one.sentences[0] for one in otherwise((code,), periods.parse(key).last_day))
        for code, key in rows.loc[rows["level"].eq("province"), ["province_code", "period"]]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    }
    told = [
        (said.get((code, key)) or None) if level == "province" else None
        for code, key, level in zip(rows["province_code"], rows["period"], rows["level"], strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype=object)


def once(rows: pd.DataFrame, report: FigureReport, skip_unknown: bool) -> pd.DataFrame:
    """Keep one row a figure: of several source series for one indicator the one the catalogue names first.

    Where rows contradict each other none is believed: all are left out with `skip_unknown`.
    """
    order = {fold(name): i for one in catalogue()[1] for i, name in enumerate((one.code, *one.aliases))}
    ranked = rows.assign(rank=rows["said"].map(lambda s: order.get(fold(s), 0)), empty=rows["blank"].notna())
    key = ["indicator", "area_id", "period"]
    ranked = ranked.sort_values([*key, "empty", "rank", "line"], kind="stable")
    again = ranked.duplicated(key, keep="first")
    first = {(r["indicator"], r["area_id"], r["period"]): r for r in ranked[~again].to_dict("records")}
    series: Counter[tuple[str, str]] = Counter()
    same: dict[str, list[int]] = {}
    disputed: set[tuple[Any, ...]] = set()
    for row in ranked[again].to_dict("records"):
        kept = first[(row["indicator"], row["area_id"], row["period"])]
        if row["said"] != kept["said"]:
            series[(row["indicator"], row["said"])] += 1
        elif row["value"] == kept["value"] or (row["blank"] and kept["blank"]):
            same.setdefault(row["indicator"], []).append(int(row["line"]))
        else:
            report.contradicting.append(Refusal(int(row["line"]), *_twice(row, kept)))
            disputed.add((row["indicator"], row["area_id"], row["period"]))
    report.left_out += [
        LeftOut(said, f"trùng với chuỗi khác của {code}", f"another series of {code} says it already", count)
        for (code, said), count in series.items()
    ]
    for code, lines in same.items():
        told = ", ".join(map(str, lines[:5])) + ("…" if len(lines) > 5 else "")
        report.left_out.append(
            LeftOut(code, f"ghi lại y hệt ở dòng {told}", f"repeated word for word in rows {told}", len(lines))
        )
    kept_rows = ranked[~again]
    if disputed and skip_unknown:
        out = pd.MultiIndex.from_frame(kept_rows[key]).isin(list(disputed))
        kept_rows = kept_rows[~out]
        report.left_out.append(
            LeftOut(
                "",
                "số liệu trái nhau, ghi nhiều lần với giá trị khác nhau",
                "figures that contradict each other",
                len(disputed),
            )
        )
    return kept_rows.sort_values("line").drop(columns=["rank", "empty"])


def _twice(row: dict[Any, Any], kept: dict[Any, Any]) -> tuple[str, str]:
    here, there, here_en, there_en = (
        spoken(one["value"], lang) if one["blank"] is None else "–"
        for lang in get_args(Language)
        for one in (row, kept)
    )
    where = f"dòng {kept['line']}" if kept["column"] == row["column"] else f"dòng {kept['line']} cột {kept['column']}"
    row_en = where.replace("dòng", "row").replace("cột", "column")
    what = f"{row['indicator']} {row['area_code']} {row['period']}"
    return (
        f"cột {row['column']}: {what} ghi hai lần với giá trị khác nhau, {here} và {there} ({where})",
        f"the column {row['column']}: {what} is given twice with different values, {here_en} and {there_en} ({row_en})",
    )
