"""A period that a reform cuts in two: an area's own figures of one part and carried ones of the other, put together.

The areas of each side report their own part only, so the roll-up leaves such a year blank; here its shorter periods are
put together by the indicator's own rule, and the result says how much of it was carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from boundaries.carry import WEIGHTINGS
from boundaries.vintages import VINTAGES
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.longer import longer_of, part_rules
from layers.indicators.periods import Period
from layers.indicators.rollup_sql import LEAST_SHARE

AT_END = ("latest", "cumulative", "cumulative_ytd")  # the last part is the whole: nothing is cut
OWN = "own"  # the method of an area's own figure
_METHODS = (OWN, "whole", *WEIGHTINGS)  # the weakest last
_REFUSALS = ("side_by_side", "no_parts", "few")


def parts_of(one: Indicator, period: Period) -> tuple[Period, ...]:
    """Return the shorter periods that the roll-up makes a period of an indicator of; nothing where it makes none."""
    shorter = next((kind.shorter for kind in longer_of(one) if period.letter in kind.longer), None)
    return periods.range(periods.restore(shorter, period.start).kind, period, period) if shorter else ()


def cut(one: Indicator, period: Period) -> tuple[Period, ...]:
    """Return the shorter periods that a period is made of, where a reform lies between them; else nothing."""
    if one.time_rule in AT_END or not any(period.start < vintage.start < period.end for vintage in VINTAGES):
        return ()
    return parts_of(one, period)


def cut_periods(one: Indicator, letter: str) -> list[Period]:
    """Return the periods of a kind that a reform cuts for an indicator."""
    held = [periods.restore(letter, vintage.start) for vintage in VINTAGES[1:]]
    return [period for period in held if cut(one, period)]


def join(parts: pd.DataFrame, one: Indicator, spans: Sequence[Period]) -> pd.DataFrame:
    """Put shorter periods together to the one they make, area by area.

    `parts`: one row an area and shorter period in the columns of `boundaries.carry.carry`, own figures with the method
    `own`. Returns rows in the same columns without `period`, and `own`: how many parts are the area's own. An area whose
    last part is not told yet gives no row.
    """
    last = spans[-1].stored_start
    rows = parts[parts.period.isin([span.stored_start for span in spans])].sort_values(["area_id", "period"])
    told = rows.loc[rows.period == last, "area_id"]
    rows = rows[rows.area_id.isin(told)]
    exempt = rows.blank == "not_applicable"
    counts = rows.value.notna() | exempt  # what was refused has parts that tell nothing of the whole
    rows = rows.assign(numerator=rows.numerator.where(counts), denominator=rows.denominator.where(counts))
    weighted = rows.assign(
        known_value=rows.value.notna(),
        exempt=exempt,
        is_own=(rows.method == OWN) & rows.value.notna(),
        low_part=(rows.low * _weight(rows, one)).fillna(rows.numerator),
        high_part=(rows.high * _weight(rows, one)).fillna(rows.numerator),
        size=_size(rows, one),
        rank=rows.method.map(_METHODS.index).where(rows.value.notna(), 0),
    )
    weighted["divided"] = weighted.estimated.fillna(0) * weighted["size"]
    areas = weighted.groupby("area_id")
    made = pd.DataFrame({"children": areas.known_value.sum(), "of_parts": len(spans) - areas.exempt.sum()})
    least = 1.0 if one.time_rule == "sum" else LEAST_SHARE
    enough = (made.of_parts > 0) & (made.children >= made.of_parts * least)
    for name in ("value", "low", "high"):
        made[name] = _whole(weighted, one, last, name).where(enough)
    ended = weighted[weighted.period == last].set_index("area_id")
    divided = one.time_rule in ("ratio", "weighted_mean")
    for name, rule in zip(("numerator", "denominator"), part_rules(one), strict=True):
        part = areas[name].sum(min_count=1) if rule == "sum" else ended[name]
        made[name] = part.where(enough) if divided else np.nan
    made["estimated"] = (areas.divided.sum() / areas["size"].sum().replace(0, np.nan)).fillna(0.0)
    carried = weighted[weighted.method != OWN].groupby("area_id")
    made["known"] = carried.known.min().reindex(made.index).fillna(0).astype(int)
    made["of"] = carried["of"].max().reindex(made.index).fillna(0).astype(int)
    made["method"] = areas["rank"].max().map(lambda rank: _METHODS[int(rank)])
    made["own"] = areas.is_own.sum()
    made["refused"] = areas.refused.agg(_refusal).where(made.value.isna(), "")
    made["blank"] = ended.blank.where(ended.blank.notna(), "no_data").where(made.value.isna(), None)
    made["partial"] = np.nan
    return made.drop(columns=["children", "of_parts"]).reset_index()


def _whole(rows: pd.DataFrame, one: Indicator, last: date, name: str) -> pd.Series:
    """The value of the whole, or one of its bounds, by the rule in time."""
    areas = rows.groupby("area_id")
    match one.time_rule:
        case "sum":
            return areas[name].sum()
        case "mean":
            return areas[name].mean()
        case "min":
            return areas[name].min()
        case "max":
            return areas[name].max()
    above, below = part_rules(one)
    top = "numerator" if name == "value" else f"{name}_part"
    ended = rows[rows.period == last].set_index("area_id")
    over = areas[top].sum() if above == "sum" else ended[top]
    under = areas.denominator.sum() if below == "sum" else ended.denominator
    return _scale(one) * over / under.where(under != 0)


def _weight(rows: pd.DataFrame, one: Indicator) -> pd.Series:
    """What a bound of a part is worth in the whole: of a ratio, the numerator it stands for."""
    return rows.denominator / _scale(one)


def _size(rows: pd.DataFrame, one: Indicator) -> pd.Series:
    """How much each part counts for the share that is estimated."""
    column = rows.value if one.time_rule == "sum" else rows.numerator
    if one.time_rule not in ("sum", "ratio", "weighted_mean"):
        return rows.value.notna().astype(float)
    return column.abs().fillna(0.0)


def _scale(one: Indicator) -> float:
    return one.scale if one.space_rule == "ratio" else 1.0


def _refusal(words: pd.Series) -> str:
    said = set(words)
    return next((word for word in _REFUSALS if word in said), "")
