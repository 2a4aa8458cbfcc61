"""Flags and scores of figures as they are read over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from layers.indicators import periods, quality
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from layers.indicators.quality_words import TITLES, sentences
from services.database import Reader
from services.gazetteer import Area, Places

# Each indicator of an area counts the same, however often it is reported: shares first by indicator, then together.
_SCORES = """
WITH asked AS (SELECT id, CASE WHEN %(by_province)s THEN province_code ELSE code END AS place FROM toancanh.area
               WHERE id = ANY(%(areas)s)),
one AS (
  SELECT a.place, q.indicator_id, q.owner, q.area_id, sum(q.expected) AS expected, sum(q.present) AS present,
         sum(q.judged) AS judged, sum(q.on_time) AS on_time, sum(q.told) AS told, sum(q.doubted) AS doubted,
         max(q.newest_end) AS newest_end, min(q.due_since) AS due_since, bool_and(q.sample) AS sample,
         max(CASE WHEN q.sample THEN q.as_of ELSE greatest(q.as_of, %(today)s::date) END) AS as_of
  FROM asked a JOIN toancanh.quality_measure q ON q.area_id = a.id
  WHERE q.indicator_id = ANY(%(indicators)s) GROUP BY 1, 2, 3, 4
),
indicator AS (
  SELECT {group} AS place, indicator_id, avg(present::float8 / nullif(expected, 0)) AS complete,
         avg(on_time::float8 / nullif(judged, 0)) AS timely,
         avg(CASE WHEN told > 0 THEN 1 - least(1, {doubt} * doubted / told::float8) END) AS sound,
         max(least(newest_end - 1, as_of)) AS newest, min(greatest(as_of - newest_end, 0)) AS days, max(as_of) AS as_of, max(as_of - due_since) AS overdue,
         count(*) FILTER (WHERE due_since IS NOT NULL) AS late, count(*) AS of, sum(told) AS told, sum(doubted) AS doubted
  FROM one GROUP BY 1, 2
)
SELECT place, avg(complete), avg(timely), avg(sound), max(newest), min(days), max(as_of), max(overdue), sum(late)::int, sum(of)::int,
       count(*)::int, sum(told)::int, sum(doubted)::int
FROM indicator GROUP BY 1 ORDER BY 1
"""
_FLAGS = """
SELECT f.area_id, i.code, f.period_kind::text, f.period_start, f.rule, f.evidence, f.found_at, count(*) OVER ()
FROM toancanh.quality_flag f JOIN toancanh.indicator i ON i.id = f.indicator_id
WHERE f.area_id = ANY(%(areas)s) AND f.indicator_id = ANY(%(indicators)s)
  AND (%(rule)s::text IS NULL OR f.rule = %(rule)s) AND (%(kind)s::text IS NULL OR f.period_kind = %(kind)s)
  AND (%(start)s::date IS NULL OR f.period_start = %(start)s)
ORDER BY f.period_start DESC, f.found_at DESC, i.code, f.area_id, f.rule LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNTS = """
SELECT f.area_id, i.code, f.period_kind::text, f.period_start, f.rule, count(*)::int
FROM toancanh.quality_flag f JOIN toancanh.indicator i ON i.id = f.indicator_id
WHERE f.area_id = ANY(%(areas)s) AND f.indicator_id = ANY(%(indicators)s) GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How complete, timely and sound figures are (shares), and how new: of an area or an organisation."""

    place: str
    complete: float | None
    timely: float | None
    sound: float | None
    newest: date | None  # last day that has figures
    days: int | None  # since then
    as_of: date
    overdue: int | None
    late: int
    of: int
    indicators: int
    told: int
    doubted: int

    @property
    def score(self) -> float | None:
        """Between 0 and 100; None where nothing is known."""
        found = quality.score(
            *(float("nan") if part is None else part for part in (self.complete, self.timely, self.sound))
        )
        return round(found, 1) if found == found else None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A flag: what a rule found in a figure, with its evidence and two sentences."""

    area: Area
    one: Indicator
    period: Period
    rule: str
    evidence: Mapping[str, Any]
    found_at: datetime

    def told(self) -> dict[str, Any]:
        """As JSON tells it beside a value."""
        title, title_en = TITLES[self.rule]
        text, text_en = sentences(self.rule, self.evidence, self.one, self.period)
        return {
            "rule": self.rule, "title": title, "title_en": title_en, "text": text, "text_en": text_en,
            "evidence": dict(self.evidence),
        }  # fmt: skip


async def standings(
    reader: Reader, areas: Collection[int], indicators: Collection[int], today: date, *, by: str
) -> list[Standing]:
    """How figures of some indicators (by number) stand in some areas: by `area`, `province` or `owner`."""
    statement = _SCORES.format(group="owner" if by == "owner" else "place", doubt=quality.DOUBT)
    asked = {"areas": list(areas), "indicators": list(indicators), "today": today, "by_province": by == "province"}
    return [Standing(*row) for row in await reader.rows(statement, asked)]


async def doubts(
    reader: Reader, places: Places, areas: Collection[int], indicators: Collection[int], *, rule: str | None = None,
    at: Period | None = None, limit: int | None = None, offset: int = 0,
) -> tuple[list[Doubt], int]:  # fmt: skip
    """Flags of some areas and indicators (by number), the newest periods first, and how many there are in all."""
    asked = {
        "areas": list(areas), "indicators": list(indicators), "rule": rule, "limit": limit, "offset": offset,
        "kind": at.letter if at else None, "start": at.stored_start if at else None,
    }  # fmt: skip
    rows: Sequence[Any] = await reader.rows(_FLAGS, asked)
    found = []
    for area, code, kind, start, name, evidence, found_at, _ in rows:
        one = find(code)
        if one and area in places.by_id:
            found.append(Doubt(places.by_id[area], one, periods.restore(kind, start), name, evidence, found_at))
    return found, int(rows[0][-1]) if rows else 0


async def counted(
    reader: Reader, areas: Collection[int], indicators: Collection[int]
) -> list[tuple[int, Indicator, Period, str, int]]:
    """How many flags there are, by area, indicator, period and rule."""
    rows = await reader.rows(_COUNTS, {"areas": list(areas), "indicators": list(indicators)})
    return [
        (area, one, periods.restore(kind, start), rule, count)
        for area, code, kind, start, rule, count in rows
        if (one := find(code))
    ]
