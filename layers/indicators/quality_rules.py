"""The rules of quality held to lines of time: where each finds something, and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from boundaries.vintages import CURRENT
from layers.indicators import quality
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, restore
from layers.indicators.quality import Floats, Mask
from layers.indicators.quality_read import Group, Lines

TRACE = 0.01  # shares of a former area below that are a trace of two outlines that do not match
NAMED = 12  # missing periods, neighbours, former areas that evidence names
DIGITS = 6  # significant digits of numbers in evidence


@dataclass(frozen=True, slots=True)
class Flag:
    """A figure doubted by a rule, or missing, with what the rule saw."""

    area: int
    number: int
    period: Period
    rule: str
    evidence: dict[str, Any]


def is_count(one: Indicator) -> bool:
    """Whether figures count things, so that small ones vary by chance."""
    return one.space_rule == "sum" and one.decimals == 0 and "đồng" not in one.unit


def outlying(group: Group, line: Lines) -> list[Flag]:
    """Values out of line with the area's past and its neighbours."""
    one = line.one
    low = -np.inf if one.limit_low is None else one.limit_low
    high = np.inf if one.limit_high is None else one.limit_high
    found, expected, far = quality.outliers(
        line.values, group.neighbours, unit=10.0**-one.decimals, counts=is_count(one),
        effect=quality.EFFECT if one.space_rule == "sum" else quality.EFFECT_OF_RATE, limits=(low, high),
    )  # fmt: skip
    flags = []
    for row, column in np.argwhere(found).tolist():
        beside = group.neighbours[row]
        beside = beside[(beside >= 0) & np.isfinite(line.values[beside, column])]
        told = {
            "value": short(line.values[row, column]), "expected": short(expected[row, column]),
            "far": short(far[row, column], 2), "neighbours": [group.codes[place] for place in beside[:NAMED].tolist()],
        }  # fmt: skip
        flags.append(Flag(int(group.ids[row]), line.number, line.periods[column], "outlier", told))
    return flags


def meant(
    flags: Iterable[Flag],
    parts: Mapping[tuple[int, int, str, date], tuple[float, float]],
    book: Mapping[int, Indicator],
) -> list[Flag]:
    """The outliers that are more than the chance of few things: of ratios by their numerators and denominators."""
    kept = []
    for flag in flags:
        told = parts.get((flag.number, flag.area, flag.period.letter, flag.period.stored_start))
        one = book[flag.number]
        if told and one.is_ratio and quality.by_chance(flag.evidence["expected"], *told, one.scale):
            continue
        kept.append(flag)
    return kept


def where(flags: Iterable[Flag], group: Group, line: Lines) -> Mask:
    """The places of a line's values that flags doubt."""
    rows = {area: row for row, area in enumerate(group.ids.tolist())}
    columns = {period: column for column, period in enumerate(line.periods)}
    mask = np.zeros(line.values.shape, dtype=bool)
    for flag in flags:
        mask[rows[flag.area], columns[flag.period]] = True
    return mask


def copying(group: Group, some: Iterable[Lines]) -> tuple[dict[int, Mask], list[Flag]]:
    """Figures that are the last period's once more: whole forms of an area, whole columns of an indicator.

    `some` are the lines of one module by one kind of period, which are handed in together.
    """
    listed = list(some)
    every = np.unique(np.concatenate([line.starts for line in listed]))
    form = np.zeros((len(group.ids), len(every)))
    seen: list[tuple[Lines, Any, Floats, Mask]] = []
    told_before: list[Floats] = []
    for line in listed:
        column = np.searchsorted(every, line.starts)
        speaks = quality.repeated(line.values, 10.0**-line.one.decimals, counts=is_count(line.one))
        wide = np.full(form.shape, np.nan)
        wide[:, column] = line.values
        # The same number twice on a form (received and solved) repeats itself once.
        again = np.logical_or.reduce([wide == other for other in told_before], initial=False)
        told_before.append(wide)
        form[:, column] += np.where(np.broadcast_to(again, form.shape)[:, column], 0.0, speaks)
        same = np.zeros(line.values.shape, dtype=bool)
        same[:, 1:] = line.values[:, 1:] == line.values[:, :-1]
        seen.append((line, column, speaks, same & ((line.values != 0) | (speaks != 0))))
    forms = quality.copied(form, quality.COPIED_FORM)
    told = sum(
        (_spread(same | (speaks != 0), column, form.shape) for _, column, speaks, same in seen),
        np.zeros(form.shape, int),
    )
    equal = sum((_spread(same, column, form.shape) for _, column, _, same in seen), np.zeros(form.shape, int))
    masks: dict[int, Mask] = {}
    flags: list[Flag] = []
    for line, column, speaks, same in seen:
        whole = quality.copied(speaks.sum(0), quality.COPIED_COLUMN)[None, :]
        hit = same & (forms[:, column] | (whole & (speaks > 0)))
        masks[line.number] = hit
        for row, at in np.argwhere(hit).tolist():
            here = int(column[at])
            scope = "form" if forms[row, here] else "column"
            odds = form[row, here] if scope == "form" else speaks[:, at].sum()
            counts = (
                (equal[row, here], told[row, here])
                if scope == "form"
                else (same[:, at].sum(), (same | (speaks != 0))[:, at].sum())
            )
            evidence = {
                "value": short(line.values[row, at]), "scope": scope, "equal": int(counts[0]), "of": int(counts[1]),
                "previous": line.periods[at - 1].key, "chance": short(float(np.exp(-min(odds, 80.0))), 2),
            }  # fmt: skip
            flags.append(Flag(int(group.ids[row]), line.number, line.periods[at], "copy", evidence))
    return masks, flags


def _spread(mask: Mask, column: Any, shape: tuple[int, int]) -> Any:
    wide = np.zeros(shape, dtype=int)
    wide[:, column] = mask
    return wide


def leaping(group: Group, before: Lines, after: Lines, share: Floats, codes: list[list[str]]) -> list[Flag]:
    """Areas whose figures changed with the merger: those of the areas before carried to them, against their own.

    Periods of the first year are held against the same ones a year before. `share` is what each former area (columns)
    passed on; `codes` name the former areas of each.
    """
    column = {period: at for at, period in enumerate(before.periods)}
    pairs = [
        (column[period.last_year()], at)
        for at, period in enumerate(after.periods)
        if period.start >= CURRENT.start and period.last_year() in column and period.last_year().end <= CURRENT.start
    ]
    if len(pairs) < quality.MATCHED:
        return []
    old = np.nan_to_num(before.values[:, [pair[0] for pair in pairs]])
    lacking = (share > TRACE) @ np.isnan(before.values[:, [pair[0] for pair in pairs]]).astype(float) > 0
    carried, least, most = (
        np.where(lacking, np.nan, part @ old)
        for part in (share, share * (share > 1 - TRACE), (share > TRACE).astype(float))
    )
    new = after.values[:, [pair[1] for pair in pairs]]
    one = after.one
    noise: Literal["flow", "stock", "amount"] = "amount"
    if is_count(one):
        noise = "flow" if one.time_rule == "sum" else "stock"
    found, factor, usual = quality.leaps(carried, new, least, most, noise=noise)
    flags = []
    for row in np.flatnonzero(found).tolist():
        told = np.isfinite(carried[row]) & np.isfinite(new[row])
        evidence = {
            "before": short(float(carried[row][told].mean())), "after": short(float(new[row][told].mean())),
            "factor": short(factor[row], 3), "usual": short(usual, 3), "periods": int(told.sum()),
            "former": codes[row][:NAMED],
        }  # fmt: skip
        first = after.periods[pairs[int(np.flatnonzero(told)[0])][1]]
        flags.append(Flag(int(group.ids[row]), after.number, first, "merger", evidence))
    return flags


def contradicting(rows: Iterable[Any], rules: Mapping[int, Any]) -> list[Flag]:
    """Figures given for a parent that contradict those of its children."""
    flags = []
    for row in rows:
        one = rules[row.indicator_id]
        parts = np.array([np.nan if value is None else value for value in row.area_values])
        of_all = len(parts) - row.exempt
        if not quality.disagrees(one.space_rule, row.value, parts, of_all, 10.0**-one.decimals):
            continue
        there = parts[np.isfinite(parts)]
        evidence = {
            "rule": one.space_rule, "given": short(row.value), "sum": short(float(there.sum())),
            "low": short(float(there.min())), "high": short(float(there.max())), "with_value": len(there), "of": of_all,
        }  # fmt: skip
        period = restore(row.period_kind, row.period_start)
        flags.append(Flag(row.area_id, row.indicator_id, period, "consistency", evidence))
    return flags


def short(value: float, digits: int = DIGITS) -> float | None:
    """A number with so many significant digits; None for none."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None
