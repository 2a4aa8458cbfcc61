"""Flags and scores of figures as they are read over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from layers.indicators import periods, quality_sql
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from layers.indicators.quality_words import TITLES, sentences
from services.database import Reader
from services.gazetteer import Area, Places

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
    score: float | None  # between 0 and 100
    completeness: float | None
    timeliness: float | None
    soundness: float | None
    newest: date | None  # last day that has figures
    days: int | None  # since then
    as_of: date
    overdue: int | None  # days for which the oldest missing figure has been due
    late: int  # lines that miss one
    lines: int
    indicators: int
    told: int  # values
    doubted: int
    sample: bool


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
            "kind": self.rule, "title": title, "title_en": title_en, "evidence": text, "evidence_en": text_en,
            "found": dict(self.evidence), "period": self.period.key,
        }  # fmt: skip


_PLACES = {"area": "a.code", "province": "a.province_code", "owner": "q.owner"}


async def standings(
    reader: Reader, areas: Collection[int], indicators: Collection[int], *, by: Literal["area", "province", "owner"]
) -> list[Standing]:
    """How figures of some indicators (by number) stand in some areas."""
    statement = quality_sql.standings(_PLACES[by], "%(areas)s", "%(indicators)s")
    rows = await reader.rows(statement, {"areas": list(areas), "indicators": list(indicators)})
    return [Standing(*row) for row in rows]


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
