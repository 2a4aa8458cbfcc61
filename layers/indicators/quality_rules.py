"""The rules of quality held to lines of time: where each finds something, and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import numpy as np

from boundaries.vintages import CURRENT
from layers.indicators import quality
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, PeriodKind, of, restore
from layers.indicators.quality import Floats, Mask
from layers.indicators.quality_read import Group, Lines, back

DUE: Mapping[PeriodKind, int] = {
    "day": 1, "week": 2, "month": 6, "to_date": 6, "quarter": 15, "half": 20, "nine": 20, "year": 40, "school": 40,
}  # fmt: skip
"""Days after the end of a period by which its figure is due."""
LEAST_PRESENT = 0.8  # of what was due
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


class Measure(NamedTuple):
    """How complete, timely and sound an area's figures of an indicator were while an owner answered for it."""

    area: int
    number: int
    owner: str
    expected: int
    present: int
    judged: int
    on_time: int
    told: int
    doubted: int
    newest_end: date | None
    due_since: date | None
    as_of: date
    sample: bool


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


def counted(
    group: Group, line: Lines, told: Mapping[int, Any], doubted: Mask, today: date
) -> tuple[list[Measure], list[Flag]]:
    """How complete, timely and sound the line of each area is until a day, and flags for what is missing or late.

    `told` has by area the starts of periods and the days on which their figures were first told. Lateness is judged
    from when the first figure of the indicator came: what was handed in for years gone by is not late.
    """
    due = _due(line, today)
    column = {period: at for at, period in enumerate(line.periods)}
    at = np.array([column.get(period, -1) for period in due], dtype=np.int64)
    shape = len(group.ids), len(due)
    there, value, doubt = (np.zeros(shape, dtype=bool) for _ in range(3))
    known = at >= 0
    there[:, known] = (np.isfinite(line.values) | line.excused)[:, at[known]]
    value[:, known] = np.isfinite(line.values)[:, at[known]]
    doubt[:, known] = doubted[:, at[known]]
    ends = np.array([period.end for period in due], dtype="datetime64[D]")
    days = ends + DUE[line.one.period]
    expected = ends[None, :] > group.since[:, None]
    first = _first(group, told, due)
    came = np.isfinite(first)
    began = first[came].min() if came.any() else np.inf
    judged = came & expected & (days.astype(np.int64) >= began)[None, :]
    in_time = judged & (first <= days.astype(np.int64)[None, :])
    missing = expected & ~there
    owners = [line.one.owner_on(period.last_day) for period in due]
    last = {owner: place for place, owner in enumerate(owners)}
    newest = np.where(np.isfinite(line.values), np.arange(len(line.periods))[None, :], -1).max(1, initial=-1)
    measures, flags = [], []
    for row, area in enumerate(group.ids.tolist()):
        tail = _tail(missing[row], there[row])
        newest_end = line.periods[newest[row]].end if newest[row] >= 0 else None
        for owner in last or {line.one.owner_on(today): 0}:
            mine = np.array([one == owner for one in owners], dtype=bool)
            present = not owners or owner == owners[-1]
            measures.append(Measure(
                area, line.number, owner, *(int(mask[row, mine].sum()) for mask in (expected, there & expected, judged, in_time, value, value & doubt)),
                newest_end if present else None,
                days[tail].astype(object) if present and tail is not None else None, today, line.sample,
            ))  # fmt: skip
        flags += _gaps(area, line, due, expected[row], missing[row], tail, days, newest[row])
        for place in np.flatnonzero(judged[row] & ~in_time[row]).tolist():
            day = (np.datetime64("1970-01-01") + int(first[row, place])).astype(object)
            limit = days[place].astype(object)
            evidence = {"due": limit.isoformat(), "told": day.isoformat(), "days": (day - limit).days}
            flags.append(Flag(area, line.number, due[place], "timeliness", evidence))
    return measures, flags


def _due(line: Lines, today: date) -> list[Period]:
    """The periods whose figures were due by a day, as far back as they are counted."""
    start = today - back(line.one.period)
    first = next((period for period in line.periods if period.end > start), None)
    found: list[Period] = []
    period = first if first is None else max(first, of(first.kind, start, first.calendar))
    while period is not None and period.end + timedelta(days=DUE[line.one.period]) <= today:
        found.append(period)
        period = period.next()
    return found


def _first(group: Group, told: Mapping[int, Any], due: list[Period]) -> Floats:
    """Days (since 1970) on which figures were first told, areas × periods; NaN where none came."""
    starts = np.array([period.stored_start for period in due], dtype="datetime64[D]")
    found = np.full((len(group.ids), len(due)), np.nan)
    for row, area in enumerate(group.ids.tolist()):
        if area in told and len(due):
            mine, days = told[area]
            at = np.searchsorted(starts, mine).clip(max=len(due) - 1)
            same = starts[at] == mine
            found[row, at[same]] = days[same].astype("datetime64[D]").astype(np.int64)
    return found


def _tail(missing: Mask, there: Mask) -> int | None:
    """The place of the first figure that is missing with nothing after it."""
    after = int(np.flatnonzero(there)[-1]) + 1 if there.any() else 0
    open_ = np.flatnonzero(missing[after:])
    return after + int(open_[0]) if open_.size else None


def _gaps(
    area: int, line: Lines, due: list[Period], expected: Mask, missing: Mask, tail: int | None, days: Any, newest: int
) -> list[Flag]:
    flags = []
    if tail is not None:
        told = line.periods[newest].key if newest >= 0 else None
        evidence = {"due": days[tail].astype(object).isoformat(), "newest": told}
        flags.append(Flag(area, line.number, due[tail], "timeliness", evidence))
    if expected.any() and missing.sum() > (1 - LEAST_PRESENT) * expected.sum():
        gone = [due[place].key for place in np.flatnonzero(missing).tolist()]
        evidence = {
            "present": int((expected & ~missing).sum()),
            "expected": int(expected.sum()),
            "missing": gone[-NAMED:],
        }
        flags.append(Flag(area, line.number, due[int(np.flatnonzero(missing)[-1])], "completeness", evidence))
    return flags


def short(value: float, digits: int = DIGITS) -> float | None:
    """A number with so many significant digits; None for none."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None
