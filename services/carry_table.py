"""A person's table carried to other boundaries: its areas recognised first, nothing stored."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.carry import carry
from boundaries.detective import Verdict, examine, resolve
from boundaries.evidence import doubt
from boundaries.known import Boundary
from boundaries.links import OUTSIDE, Ground, System
from boundaries.vintages import CURRENT, VINTAGES
from geo.coordinates import decimal_mark, number
from geo.errors import Problem
from services.carriage import METHODS, REFUSED
from services.gazetteer import Places
from services.lenses import lens

SHOWN = 60  # lines named in a refusal
TOLD = 10  # of them with the reason of each
PARTED = ("ratio", "weighted_mean")
ADDABLE = ("sum", *PARTED)
BLANK_WORDS = ("", "-", "–", "—", "..", "...", "…")  # cells that say there is no figure
VINTAGE = {"former": VINTAGES[0], "current": CURRENT}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How to carry: the rule of the figures, which areas the rows are of, which they should become, and columns."""

    rule: str
    to: str
    of: str = "auto"
    scale: float = 1.0
    value: str = "value"
    numerator: str = ""
    denominator: str = ""
    period: str = ""


@dataclass(frozen=True)
class CarriedTable:
    """The carried table as CSV, and the report: verdict, how rows were tied, which were left out and why."""

    csv: str
    report: dict[str, Any]


def carry_table(text: str, wish: Wish, places: Places, ground: Ground) -> CarriedTable:
    """Carry a CSV table. Raises Problem where its areas are not certain, a column is missing or nothing links the two."""
    table = _read(text)
    verdict = examine(table)
    chosen = _chosen(verdict, wish.of)
    tied = resolve(table, verdict, chosen, codes_alone=wish.of != "auto")
    figures, left = _figures(table, tied, wish, places, chosen)
    levels = tied.level[tied.level != ""].value_counts()
    level = str(levels.index[0])
    source = System(VINTAGE[chosen].start, level)
    target = _target(wish.to, level, places)
    links = ground.links(source, target)
    if links is None:
        raise Problem(
            "Bảng đã theo đúng các đơn vị được yêu cầu, hoặc chưa biết đường nối giữa hai bên.",
            "The table is of these areas already, or nothing is known that links the two.",
        )
    links = links.leaving(figures.area_id.tolist())
    carried = carry(figures, links, wish.rule, scale=wish.scale)
    reached = links.target[np.isin(links.source, figures.area_id)]
    carried = carried[carried.area_id.isin(reached)]
    shown = carried[carried.area_id != OUTSIDE].reset_index(drop=True)
    return CarriedTable(_written(shown, links.by_target(), places), _report(verdict, chosen, tied, left, carried))


def _read(text: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=None, engine="python")
    except (ValueError, csv.Error, pd.errors.ParserError):
        raise Problem("Không đọc được bảng CSV.", "The CSV table cannot be read.") from None
    if table.empty:
        raise Problem("Bảng không có dòng nào.", "The table has no rows.")
    return table


def _chosen(verdict: Verdict, of: str) -> Boundary:
    if of in VINTAGE:
        return of  # type: ignore[return-value]
    if of != "auto":
        raise Problem(
            f"“of” phải là auto, former hoặc current, không phải “{of}”.",
            f"“of” is auto, former or current, not “{of}”.",
        )
    if not verdict.certain or verdict.boundary is None:
        why = doubt(verdict)
        raise Problem(
            f"Chưa chắc bảng theo đơn vị nào: {why.vi}; hãy nêu of=former hoặc of=current.",
            f"It is not certain which areas the table speaks of: {why.en}; say of=former or of=current.",
        )
    return verdict.boundary


def _target(to: str, level: str, places: Places) -> System:
    if to in VINTAGE:
        return System(VINTAGE[to].start, "commune" if level == "district" else level)
    return lens(places, to).system


def _figures(
    table: pd.DataFrame, tied: pd.DataFrame, wish: Wish, places: Places, chosen: Boundary
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    columns = _columns(table, wish)
    if missing := [name for name in (*columns.values(), wish.period) if name and name not in table]:
        raise Problem(
            f"Bảng không có cột {', '.join(missing)}; các cột có: {', '.join(map(str, table.columns))}.",
            f"The table has no column {', '.join(missing)}; it has {', '.join(map(str, table.columns))}.",
        )
    mark = decimal_mark(text for name in columns.values() if name for text in table[name].unique())
    if mark == "?":
        raise Problem(
            "Không rõ “1.234” trong bảng là một nghìn hai trăm hay một phẩy hai; hãy viết số không có dấu ngăn nghìn.",
            "It is not clear whether “1.234” in the table is a thousand or a decimal; write numbers without marks of thousands.",
        )
    found = pd.DataFrame({"code": tied.code, "level": tied.level, "how": tied.how, "line": table.index + 2})
    for ours, theirs in columns.items():
        found[ours] = [number(text, mark) for text in table[theirs]] if theirs else float("nan")
    if not columns["value"]:
        found["value"] = (wish.scale if wish.rule == "ratio" else 1.0) * found.numerator / found.denominator
        found["value"] = found.value.where(np.isfinite(found.value))
    found["period"] = table[wish.period] if wish.period else ""
    areas = {(one.code, one.level): one.id for one in places.structure(VINTAGE[chosen])}
    found["area_id"] = [areas.get(pair) for pair in zip(found.code, found.level, strict=True)]
    found["blank"] = _blank(found.value)
    lost = found.area_id.isna() & (tied.how != "total")
    said = zip(found.line[lost], found.code[lost], tied.vi[lost], tied.en[lost], strict=True)
    left: list[dict[str, Any]] = [
        {"line": int(line), "code": code or None, "reason": vi or "chưa có ranh giới", "reason_en": en or "not loaded"}
        for line, code, vi, en in said
    ]
    if found.area_id.isna().all():
        raise Problem(
            f"Không có dòng nào nhận ra được đơn vị hành chính: {_lines(left, 'dòng', 'reason')}.",
            f"No row could be tied to an area: {_lines(left, 'line', 'reason_en')}.",
        )
    left = sorted([*left, *_no_numbers(table, found, columns)], key=lambda one: one["line"])
    kept = found[found.area_id.notna()].astype({"area_id": int})
    merged = kept.groupby(["area_id", "period"]).how.transform(lambda ways: "older" in set(ways))
    twice = kept.duplicated(["area_id", "period"], keep=False) & ~(merged & (wish.rule in ADDABLE))
    if twice.any():
        lines = ", ".join(map(str, kept.line[twice].head(SHOWN))) + (", …" if twice.sum() > SHOWN else "")
        raise Problem(
            f"Nhiều dòng nói về cùng một đơn vị và kỳ (dòng {lines}); bỏ hoặc gộp các dòng ấy rồi gửi lại.",
            f"Several rows are of one area and period (lines {lines}); drop or merge those lines and send it again.",
        )
    return _put_together(kept, wish), left


def _columns(table: pd.DataFrame, wish: Wish) -> dict[str, str]:
    """Where each number stands; a figure with numerator and denominator needs no column of its own."""
    columns = {"value": wish.value, "numerator": wish.numerator, "denominator": wish.denominator}
    if wish.rule in PARTED and wish.numerator and wish.denominator and wish.value not in table:
        columns["value"] = ""
    return columns


def _lines(left: list[dict[str, Any]], word: str, reason: str) -> str:
    told = [f"{word} {one['line']} ({one[reason].rstrip('.')})" for one in left[:TOLD]]
    return "; ".join(told) + ("; …" if len(left) > TOLD else "")


def _no_numbers(table: pd.DataFrame, found: pd.DataFrame, columns: dict[str, str]) -> list[dict[str, Any]]:
    """Cells of known areas that hold something else than a number."""
    said = []
    for ours, theirs in columns.items():
        if not theirs:
            continue
        wrong = found[ours].isna() & found.area_id.notna() & ~table[theirs].str.strip().isin(BLANK_WORDS)
        for line, code, text in zip(found.line[wrong], found.code[wrong], table[theirs][wrong], strict=True):
            vi, en = f"“{text[:40]}” ở cột {theirs} không phải là số", f"“{text[:40]}” in column {theirs} is no number"
            said.append({"line": int(line), "code": code, "reason": vi, "reason_en": en})
    return said


def _put_together(rows: pd.DataFrame, wish: Wish) -> pd.DataFrame:
    """Rows of communes that had merged before 2025 already are parts of one area: their sums are its figure."""
    parts = ["value", "numerator", "denominator"]
    sums = rows.groupby(["area_id", "period"], as_index=False)[parts].sum(min_count=1)
    if wish.rule in PARTED:
        factor = wish.scale if wish.rule == "ratio" else 1.0
        several = rows.groupby(["area_id", "period"]).value.transform("size").gt(1)
        twice = set(rows.area_id[several])
        sums["value"] = sums.value.where(~sums.area_id.isin(twice), factor * sums.numerator / sums.denominator)
    return sums.assign(blank=_blank(sums.value))


def _blank(values: pd.Series) -> list[Any]:
    return ["no_data" if pd.isna(value) else None for value in values]


def _written(carried: pd.DataFrame, sources: dict[int, list[int]], places: Places) -> str:
    areas = [places.by_id[i] for i in carried.area_id]
    out = pd.DataFrame({
        "area_code": [one.code for one in areas],
        "area_name": [one.full_name for one in areas],
        "period": carried.period,
        **{name: carried[name] for name in ("value", "numerator", "denominator", "low", "high", "estimated")},
        "method": [METHODS[name][0] for name in carried.method],
        "sources": ["; ".join(f"{places.by_id[i].code} {places.by_id[i].full_name}" for i in sources.get(t, [])) for t in carried.area_id],
        "sources_known": carried.known,
        "sources_of": carried.of,
        "blank": carried.blank,
        "note": [REFUSED[word][0] if word else "" for word in carried.refused],
    })  # fmt: skip
    return str(out.to_csv(index=False))


def _report(
    verdict: Verdict, chosen: Boundary, tied: pd.DataFrame, left: list[dict[str, Any]], carried: pd.DataFrame
) -> dict[str, Any]:
    outside = carried.area_id == OUTSIDE
    return {
        "boundary": chosen,
        "certain": verdict.certain,
        "evidence": [{"vi": one.vi, "en": one.en} for one in verdict.evidence],
        "tied": {str(how): int(count) for how, count in tied.how.value_counts().items()},
        "left_out": left[:200],
        "left_out_count": len(left),
        "total_carried": _total(carried, ~outside & carried.value.notna()),
        "total_refused": _total(carried, ~outside & carried.value.isna()),
        "total_unassigned": _total(carried, outside),
        "refused": {
            str(word): int(count)
            for word, count in carried.refused[~outside & (carried.refused != "")].value_counts().items()
        },
    }


def _total(carried: pd.DataFrame, some: pd.Series) -> float:
    return math.fsum(carried.partial[some].dropna())
