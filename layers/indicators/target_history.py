"""Targets as they were known over time, for people to read."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from layers.indicators import periods

_ALL = """
SELECT i.code, a.code, a.full_name, t.period_kind, t.period_start, t.plan, t.known_at, t.value, t.rule, t.trajectory,
  t.decision, t.decided_on, t.sample, t.entered_by,
  t.known_at = max(t.known_at) OVER (PARTITION BY t.indicator_id, t.area_id, t.period_kind, t.period_start, t.plan)
FROM toancanh.target t JOIN toancanh.indicator i ON i.id = t.indicator_id JOIN toancanh.area a ON a.id = t.area_id
WHERE (CAST(:indicator AS text) IS NULL OR i.code = :indicator) AND (CAST(:area AS text) IS NULL OR a.code = :area)
  AND (CAST(:year AS int) IS NULL OR extract(year FROM t.period_start) = :year)
ORDER BY i.code, a.code, t.period_start, t.period_kind, t.plan, t.known_at
"""


class Told(NamedTuple):
    """One row of the journal of targets; `value` is None where the target was withdrawn, `now` marks the one in force."""

    indicator: str
    area: str
    name: str
    period: str
    plan: str
    known_at: datetime
    value: float | None
    rule: str
    trajectory: tuple[float, ...]
    decision: str
    decided_on: date | None
    sample: bool
    entered_by: str
    now: bool


def told(
    connection: Connection, *, indicator: str | None = None, area: str | None = None, year: int | None = None
) -> list[Told]:
    """Return every target ever known of an indicator, an area, a year (all where not given), oldest first."""
    rows = connection.execute(text(_ALL), {"indicator": indicator, "area": area, "year": year})
    return [
        Told(code, place, name, periods.restore(letter, start).key, plan, known, value, rule, tuple(path or ()), *rest)
        for code, place, name, letter, start, plan, known, value, rule, path, *rest in rows
    ]
