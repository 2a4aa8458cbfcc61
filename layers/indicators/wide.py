"""Tables with a column for each indicator or period, turned into one row a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from boundaries.layout import Laid
from geo.errors import Problem
from layers.indicators import periods
from layers.indicators.naming import meant

_UNIT = re.compile(r"\(([^()]*)\)\s*$")


def long(laid: Laid, names: dict[str, str], fixed: Mapping[str, str]) -> pd.DataFrame:
    """One row a figure with our columns, indexed by line; `fixed` gives the indicator or period of all figures.

    `column` is the heading each figure stands under; `names` (our column -> theirs) gains them all. Raises Problem where
    indicator, period or value are nowhere told.
    """
    kept = pd.DataFrame({ours: laid.frame[theirs] for ours, theirs in names.items()})
    for ours, value in fixed.items():
        if ours not in names:
            kept[ours] = value
    if "value" in names and not (missing := [c for c in ("period", "indicator") if c not in kept]):
        return kept.assign(column=names["value"])
    if "value" not in names:
        wide = _wide(laid, names, kept)
        if wide is not None:
            names["value"] = ", ".join(dict.fromkeys(wide["column"]))
            return wide
        missing = [c for c in ("period", "indicator", "value") if c not in kept]
    there = ", ".join(laid.frame.columns[:12])
    raise Problem(
        f"Tệp thiếu cột {', '.join(missing)}; các cột có: {there} – hãy nêu bằng --map {missing[0]}=tên cột, hoặc --indicator "
        "và --period cho cả tệp.",
        f"The file lacks {', '.join(missing)}; it has {there} – name it with --map {missing[0]}=column, or say --indicator and "
        "--period for the whole file.",
    )


def _wide(laid: Laid, names: Mapping[str, str], kept: pd.DataFrame) -> pd.DataFrame | None:
    frames = []
    free = [str(column) for column in laid.frame.columns if column not in names.values()]
    for column in free:
        indicator, period, unit = _heading(laid.headings[column])
        if (indicator or "indicator" in kept) and (period or "period" in kept) and (indicator or period):
            told = {"indicator": indicator, "period": period, "unit": unit}
            figures = kept.assign(**{k: v for k, v in told.items() if v}, value=laid.frame[column], column=column)
            frames.append(figures)
    if not frames:
        # One column of numbers beside indicator and period told for the whole file.
        rest = [column for column in free if _numeric(laid.frame[column])]
        if len(rest) == 1 and {"indicator", "period"} <= set(kept.columns):
            return kept.assign(value=laid.frame[rest[0]], column=rest[0])
        return None
    return pd.concat(frames).fillna("").sort_index(kind="stable")


def _heading(parts: tuple[str, ...]) -> tuple[str, str, str]:
    """The indicator, the period and the unit that the parts of a heading tell."""
    indicator = period = unit = ""
    for said in (" ".join(parts), *parts):
        plain = _UNIT.sub("", said).strip()
        one = meant(said) or meant(plain)
        if one and not indicator:
            indicator = one.code
            told = _UNIT.search(said)
            unit = (
                told[1].strip() if told and (told[1].strip() in one.source_units or told[1].strip() == one.unit) else ""
            )
        elif not period:
            period = _period(plain)
    return indicator, period, unit


def _period(text: str) -> str:
    try:
        return periods.parse(text).key
    except ValueError:
        return ""


def _numeric(cells: pd.Series) -> bool:
    said = cells[cells != ""]
    return (
        len(said) > 0 and float(said.str.contains(r"\d").mean()) > 0.5 and not said.str.contains(r"[^\W\d_]{4}").any()
    )
