"""How complete, timely and sound lines of time are: what was due, what came, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.indicators.periods import Period, PeriodKind, of
from layers.indicators.quality import Floats, Mask
from layers.indicators.quality_read import Group, Lines, back
from layers.indicators.quality_rules import NAMED, Flag

DUE: Mapping[PeriodKind, int] = {
    "day": 1, "week": 2, "month": 6, "to_date": 6, "quarter": 15, "half": 20, "nine": 20, "year": 40, "school": 40,
}  # fmt: skip
"""Days after the end of a period by which its figure is due."""
LEAST_PRESENT = 0.8  # of what was due
_EPOCH = np.datetime64("1970-01-01")


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


@dataclass(frozen=True, slots=True)
class _Due:
    """What was due of a line, areas × periods: due at all, there, with a value, doubted, and the day it was first told."""

    periods: list[Period]
    days: npt.NDArray[np.datetime64]
    expected: Mask
    there: Mask
    value: Mask
    doubted: Mask
    told: Floats

    @property
    def judged(self) -> Mask:
        """What can be late: told, and due since the first figure of all came. Years gone by are not handed in late."""
        came = np.isfinite(self.told)
        began = self.told[came].min() if came.any() else np.inf
        return np.asarray(came & self.expected & (self.limits >= began)[None, :])

    @property
    def in_time(self) -> Mask:
        """What was told by its day."""
        return self.judged & (self.told <= self.limits[None, :])

    @property
    def limits(self) -> Floats:
        """The days by which figures were due, since 1970."""
        return self.days.astype(np.int64).astype(float)


def counted(
    group: Group, line: Lines, told: Mapping[int, Any], doubted: Mask, today: date
) -> tuple[list[Measure], list[Flag]]:
    """How complete, timely and sound the line of each area is until a day, and flags for what is missing or late.

    `told` has by area the starts of periods and the days on which their figures were first told.
    """
    due = _of(group, line, told, doubted, today)
    judged, in_time, missing = due.judged, due.in_time, due.expected & ~due.there
    kinds = (due.expected, due.there & due.expected, judged, in_time, due.value, due.value & due.doubted)
    owners = np.array([line.one.owner_on(period.last_day) for period in due.periods], dtype=object)
    now = owners[-1] if len(owners) else line.one.owner_on(today)
    counts = {owner: [mask[:, owners == owner].sum(1) for mask in kinds] for owner in {*owners.tolist(), now}}
    newest = np.where(np.isfinite(line.values), np.arange(len(line.periods))[None, :], -1).max(1, initial=-1)
    open_ = _open(line, due, missing)
    measures: list[Measure] = []
    flags: list[Flag] = []
    for row, area in enumerate(group.ids.tolist()):
        end = line.periods[newest[row]].end if newest[row] >= 0 else None
        since = due.days[open_[row]].astype(object) if open_[row] >= 0 else None
        for owner, found in counts.items():
            expected, present, timed, on_time, values, doubts = (int(count[row]) for count in found)
            fresh = (end, since) if owner == now else (None, None)
            measures.append(
                Measure(
                    area, line.number, owner, expected, present, timed, on_time, values, doubts, *fresh, today, line.sample
                )
            )  # fmt: skip
        if since:
            last = line.periods[newest[row]].key if newest[row] >= 0 else None
            flags.append(_flag(area, line, due, open_[row], "timeliness", {"due": since.isoformat(), "newest": last}))
    flags += _gaps(group, line, due, missing)
    for row, place in np.argwhere(judged & ~in_time).tolist():
        day = (_EPOCH + int(due.told[row, place])).astype(object)
        limit = due.days[place].astype(object)
        evidence = {"due": limit.isoformat(), "told": day.isoformat(), "days": (day - limit).days}
        flags.append(_flag(int(group.ids[row]), line, due, place, "timeliness", evidence))
    return measures, flags


def _of(group: Group, line: Lines, told: Mapping[int, Any], doubted: Mask, today: date) -> _Due:
    """What was due by a day, as far back as it is counted; of an area from its first figure on."""
    start = today - back(line.one.period)
    first = line.periods[0]
    period = max(first, of(first.kind, start, first.calendar))
    found: list[Period] = []
    while period.end + timedelta(days=DUE[line.one.period]) <= today:
        found.append(period)
        period = period.next()
    column = {period: at for at, period in enumerate(line.periods)}
    at = np.array([column.get(period, -1) for period in found], dtype=np.int64)
    there = np.isfinite(line.values) | line.excused

    def due(mask: Mask) -> Mask:
        return np.where(at >= 0, mask[:, at], False) if len(at) else np.zeros((len(mask), 0), dtype=bool)

    ends = np.array([period.end for period in found], dtype="datetime64[D]")
    began = line.ends[there.argmax(1)]  # of an area that never told anything, the first of all
    return _Due(
        periods=found,
        days=ends + DUE[line.one.period],
        expected=(ends[None, :] > group.since[:, None]) & (ends[None, :] >= began[:, None]),
        there=due(there),
        value=due(np.isfinite(line.values)),
        doubted=due(doubted),
        told=_first(group, told, found),
    )


def _first(group: Group, told: Mapping[int, Any], due: list[Period]) -> Floats:
    """Days (since 1970) on which figures were first told, areas × periods; NaN where none came."""
    starts = np.array([period.stored_start for period in due], dtype="datetime64[D]")
    found = np.full((len(group.ids), len(due)), np.nan)
    for row, area in enumerate(group.ids.tolist()):
        if area in told and len(due):
            mine, days = told[area]
            at = np.searchsorted(starts, mine).clip(max=len(due) - 1)
            same = starts[at] == mine
            found[row, at[same]] = (days[same] - _EPOCH).astype(np.int64)
    return found


def _open(line: Lines, due: _Due, missing: Mask) -> npt.NDArray[np.int64]:
    """For each area the place of the first figure that is missing with nothing after it; -1 where none is."""
    none = np.full(len(missing), -1, dtype=np.int64)
    if not due.periods:
        return none
    there = np.isfinite(line.values) | line.excused
    later = there[:, line.starts > np.datetime64(due.periods[-1].stored_start)].any(1)
    places = np.arange(len(due.periods))
    last = np.where(due.there, places[None, :], -1).max(1)
    behind = missing & (places[None, :] > last[:, None])
    return np.where(behind.any(1) & ~later, behind.argmax(1), none)


def _gaps(group: Group, line: Lines, due: _Due, missing: Mask) -> list[Flag]:
    """Flags of the lines with less than what is least, at the newest figure that is missing."""
    flags = []
    for row in np.flatnonzero(
        due.expected.sum(1) - missing.sum(1) < LEAST_PRESENT * due.expected.sum(1) - 1e-9
    ).tolist():
        gone = np.flatnonzero(missing[row]).tolist()
        expected = int(due.expected[row].sum())
        evidence = {
            "present": expected - len(gone), "expected": expected, "missing": [due.periods[at].key for at in gone[-NAMED:]],
        }  # fmt: skip
        flags.append(_flag(int(group.ids[row]), line, due, gone[-1], "completeness", evidence))
    return flags


def _flag(area: int, line: Lines, due: _Due, place: int, rule: str, evidence: dict[str, Any]) -> Flag:
    return Flag(area, line.number, due.periods[place], rule, evidence)
