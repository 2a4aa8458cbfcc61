"""A person's table carried to other boundaries: its areas recognised first, nothing stored."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.carry import Links, carry
from boundaries.detective import Verdict, examine, resolve
from boundaries.evidence import doubt
from boundaries.known import Boundary
from boundaries.links import OUTSIDE, Ground, System
from boundaries.predecessors import otherwise, together_again
from boundaries.vintages import CURRENT, VINTAGES
from geo.errors import Problem
from services.carriage import METHODS, REFUSED
from services.carried import without_undivided
from services.carry_rows import Rows, Wish, last_day, rows_of
from services.gazetteer import Places
from services.lenses import lens

MOST = 200  # lines left out that the report names
VINTAGE = {"former": VINTAGES[0], "current": CURRENT}


@dataclass(frozen=True)
class CarriedTable:
    """The carried table as CSV, and the report: verdict, how rows were tied, which were left out and why."""

    csv: str
    report: dict[str, Any]


def carry_table(text: str, wish: Wish, places: Places, ground: Ground, lang: str = "vi") -> CarriedTable:
    """Carry a CSV table, its methods and notes told in a language. Raises Problem where its areas are not certain, a column is missing or nothing links the two."""
    table = _read(text)
    verdict = examine(table)
    chosen = _chosen(verdict, wish.of)
    tied = resolve(table, verdict, chosen, codes_alone=wish.of != "auto")
    areas = {(one.code, one.level): one.id for one in places.structure(VINTAGE[chosen])}
    rows = rows_of(table, tied, wish, areas, _said(table, verdict))
    source = System(VINTAGE[chosen].start, rows.level)
    target = _target(wish.to, rows.level, places)
    links = ground.links(source, target)
    if links is None:
        raise Problem(
            "Bảng đã theo đúng các đơn vị được yêu cầu, hoặc chưa biết đường nối giữa hai bên.",
            "The table is of these areas already, or nothing is known that links the two.",
        )
    links = links.leaving(rows.figures.area_id.tolist())
    codes = {one.id: one.code for one in places.structure(VINTAGE[chosen]) if one.level == "province"}
    figures = together_again(rows.figures, links, codes, last_day)
    carried = _as_then(carry(figures, links, wish.rule, scale=wish.scale), links, places)
    reached = links.target[np.isin(links.source, rows.figures.area_id)]
    carried = carried[carried.area_id.isin(reached)]
    shown = carried[carried.area_id != OUTSIDE].reset_index(drop=True)
    return CarriedTable(_written(shown, links.by_target(), places, lang), _report(verdict, chosen, rows, carried))


def _said(table: pd.DataFrame, verdict: Verdict) -> list[tuple[str, str]]:
    """Code and name of each row as written."""
    empty = [""] * len(table)
    code, name = (
        table[verdict.columns[role]].str.strip() if role in verdict.columns else empty for role in ("code", "name")
    )
    return list(zip(code, name, strict=True))


def _as_then(carried: pd.DataFrame, links: Links, places: Places) -> pd.DataFrame:
    """Carried figures but for those of provinces that then held what is now another's."""
    days = {text: last_day(text) or CURRENT.start for text in carried.period.unique()}
    then = without_undivided(carried.assign(period=carried.period.map(days)), links, places)
    return then.assign(period=carried.period)


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


def _written(carried: pd.DataFrame, sources: dict[int, list[int]], places: Places, lang: str) -> str:
    areas = [places.by_id[i] for i in carried.area_id]
    out = pd.DataFrame({
        "area_code": [one.code for one in areas],
        "area_name": [one.full_name for one in areas],
        "period": carried.period,
        **{name: carried[name] for name in ("value", "numerator", "denominator", "low", "high", "estimated")},
        "method": [METHODS[name][lang == "en"] for name in carried.method],
        "sources": ["; ".join(f"{places.by_id[i].code} {places.by_id[i].full_name}" for i in sources.get(t, [])) for t in carried.area_id],
        "sources_known": carried.known,
        "sources_of": carried.of,
        "blank": carried.blank,
        "note": _notes(carried, sources, places, lang),
    })  # fmt: skip
    return str(out.to_csv(index=False))


def _notes(carried: pd.DataFrame, sources: dict[int, list[int]], places: Places, lang: str) -> list[str]:
    """Why a figure is missing, and what is true of provinces that were others than later in its period."""
    days = {text: last_day(text) for text in carried.period.unique()}
    notes = []
    for area, period, word in zip(carried.area_id, carried.period, carried.refused, strict=True):
        there = [places.by_id[i] for i in sources.get(area, [])] if days[period] else []
        others = otherwise([one.code for one in there if one.level == "province"], days[period] or CURRENT.start)
        said = [REFUSED[word][lang == "en"]] if word else []
        notes.append(" ".join([*said, *(one.sentences[lang == "en"] for one in others)]))
    return notes


def _report(verdict: Verdict, chosen: Boundary, rows: Rows, carried: pd.DataFrame) -> dict[str, Any]:
    outside = carried.area_id == OUTSIDE
    return {
        "boundary": chosen,
        "certain": verdict.certain,
        "evidence": [{"vi": one.vi, "en": one.en} for one in verdict.evidence],
        "tied": rows.tied,
        "left_out": rows.left[:MOST],
        "left_out_count": len(rows.left),
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
