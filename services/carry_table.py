"""A person's table carried to other boundaries: its areas recognised first, nothing stored."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.carry import carry
from boundaries.detective import Verdict, examine, resolve
from boundaries.evidence import doubt
from boundaries.known import Boundary
from boundaries.links import Ground, System
from boundaries.vintages import CURRENT, VINTAGES
from geo.coordinates import decimal_mark, number
from geo.errors import Problem
from services.carried import METHODS, REFUSED
from services.gazetteer import Places
from services.lenses import lens

SHOWN = 60  # lines named in a refusal
ADDABLE = ("sum", "ratio", "weighted_mean")
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
    if figures.empty or levels.empty:
        raise Problem("Không có dòng nào nhận ra được đơn vị hành chính.", "No row could be tied to an area.")
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
    carried = carried[carried.area_id.isin(reached)].reset_index(drop=True)
    return CarriedTable(_written(carried, links.by_target(), places), _report(verdict, chosen, tied, left, carried))


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
    columns = {"value": wish.value, "numerator": wish.numerator, "denominator": wish.denominator}
    if missing := [name for name in (*columns.values(), wish.period) if name and name not in table]:
        raise Problem(
            f"Bảng không có cột {', '.join(missing)}; các cột có: {', '.join(map(str, table.columns))}.",
            f"The table has no column {', '.join(missing)}; it has {', '.join(map(str, table.columns))}.",
        )
    mark = decimal_mark(text for name in columns.values() if name for text in table[name].unique()) or "."
    found = pd.DataFrame({"code": tied.code, "level": tied.level, "how": tied.how, "line": table.index + 2})
    for ours, theirs in columns.items():
        found[ours] = [number(text, mark) for text in table[theirs]] if theirs else float("nan")
    found["period"] = table[wish.period] if wish.period else ""
    areas = {(one.code, one.level): one.id for one in places.structure(VINTAGE[chosen])}
    found["area_id"] = [areas.get(pair) for pair in zip(found.code, found.level, strict=True)]
    found["blank"] = _blank(found.value)
    lost = found.area_id.isna() & (tied.how != "total")
    said = zip(found.line[lost], found.code[lost], tied.vi[lost], tied.en[lost], strict=True)
    left = [
        {"line": int(line), "code": code or None, "reason": vi or "chưa có ranh giới", "reason_en": en or "not loaded"}
        for line, code, vi, en in said
    ]
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


def _put_together(rows: pd.DataFrame, wish: Wish) -> pd.DataFrame:
    """Rows of communes that had merged before 2025 already are parts of one area: their sums are its figure."""
    parts = ["value", "numerator", "denominator"]
    sums = rows.groupby(["area_id", "period"], as_index=False)[parts].sum(min_count=1)
    if wish.rule in ("ratio", "weighted_mean"):
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
    return {
        "boundary": chosen,
        "certain": verdict.certain,
        "evidence": [{"vi": one.vi, "en": one.en} for one in verdict.evidence],
        "tied": {str(how): int(count) for how, count in tied.how.value_counts().items()},
        "left_out": left[:200],
        "left_out_count": len(left),
        "total_carried": float(carried.partial.sum()),
        "refused": {
            str(word): int(count) for word, count in carried.refused[carried.refused != ""].value_counts().items()
        },
    }
