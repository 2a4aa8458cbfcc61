"""The journal of figures: what stands behind one value, how it was revised, and what was known at an instant.

Provinces have tables of their own: a statement names those it needs, for to plan over all takes longer than to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, restore
from layers.indicators.tables import partition
from services.database import Reader
from services.figures import Figures, Slice, slice_of
from services.gazetteer import Area
from services.lines import Line, line

STATUS_OF = {"E": "estimate", "P": "preliminary", "F": "final"}
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)  # after all that is known

_MINE = """
o.province_code = %(province)s AND o.indicator_id = %(indicator)s AND o.area_id = %(area)s AND o.period_kind = %(kind)s
  AND o.known_at <= %(known)s"""
_COLUMNS = """
o.period_start, o.value, o.blank, o.warning, o.numerator, o.denominator, o.derived, o.children, o.children_of, o.status,
  o.known_at, o.sample, p.title, p.file, o.source_row, p.loaded_at, p.decision ->> 'by'"""
_FIGURE = """
SELECT {columns} FROM {own} o LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id
WHERE {mine} AND o.period_start = %(start)s ORDER BY o.known_at DESC"""
_MARKS = """
SELECT DISTINCT ON (o.period_start) o.period_start, o.status, o.derived, o.sample
FROM {own} o WHERE {mine} ORDER BY o.period_start, o.known_at DESC"""
_LINE = """
SELECT array_send(array_agg(period_start)), array_send(array_agg(coalesce(value, 'NaN'))),
       coalesce(jsonb_object_agg(period_start, blank) FILTER (WHERE blank IS NOT NULL), '{{}}'), bool_or(sample),
       coalesce(jsonb_object_agg(period_start, warning) FILTER (WHERE warning IS NOT NULL), '{{}}')
FROM (SELECT DISTINCT ON (o.period_start) o.period_start, o.value, o.blank, o.warning, o.sample
      FROM {own} o WHERE {mine} ORDER BY o.period_start, o.known_at DESC) l HAVING count(*) > 0"""
# Of one province; put together for those that are asked for.
_THEIRS = """
(SELECT DISTINCT ON (o.area_id, o.period_start) o.*
 FROM {own} o
 WHERE o.province_code = '{code}' AND o.indicator_id = %(indicator)s AND o.period_kind = %(kind)s
   AND o.area_id = ANY(%(ids_{code})s) AND o.known_at <= %(known)s {span}
 ORDER BY o.area_id, o.period_start, o.known_at DESC)"""
_STARTS = "AND o.period_start = ANY(%(starts)s)"
_SLICES = """
SELECT array_send(array_agg(area_id)), array_send(array_agg(coalesce(value, 'NaN'))),
       jsonb_object_agg(area_id, blank) FILTER (WHERE blank IS NOT NULL),
       jsonb_object_agg(area_id, warning) FILTER (WHERE warning IS NOT NULL), bool_or(sample), period_start
FROM ({theirs}) o GROUP BY period_start"""
FIGURES = "area_id, period_start, value, numerator, denominator, blank, derived, sample, children, children_of"
_FIGURES = f"SELECT {FIGURES} FROM ({{theirs}}) o"


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as it was entered or derived, and where it came from."""

    start: date
    value: float | None
    blank: str | None
    warning: str | None
    numerator: float | None
    denominator: float | None
    derived: str | None  # None as given; F by its formula, S from areas below, T from shorter periods
    children: int | None
    children_of: int | None
    status: str
    known_at: datetime
    sample: bool
    title: str | None
    file: str | None
    row: int | None
    loaded_at: datetime | None
    entered_by: str | None


@dataclass
class Journal:
    """Reads the journal; `known` is the instant whose knowledge counts, None for now."""

    reader: Reader
    figures: Figures

    async def entry(self, one: Indicator, area: Area, period: Period, known: datetime | None = None) -> Entry | None:
        """Return what is known of one figure, or None where nothing is."""
        found = await self._entries(one, area, period, known, " LIMIT 1")
        return found[0] if found else None

    async def entries(self, one: Indicator, area: Area, period: Period) -> list[Entry]:
        """Return all that was ever known of one figure, the newest first."""
        return await self._entries(one, area, period, None, "")

    async def marks(
        self, one: Indicator, area: Area, letter: str, known: datetime | None = None
    ) -> dict[date, tuple[str | None, str | None]]:
        """Return status and derivation of every period of a kind, by stored day; a sample has no status."""
        statement = _MARKS.format(own=partition(area.province_code), mine=_MINE)
        rows = await self.reader.rows(statement, await self._mine(one, area, letter, known), binary=True)
        return {start: (None if sample else STATUS_OF[status], derived) for start, status, derived, sample in rows}

    async def series(self, one: Indicator, area: Area, letter: str, known: datetime) -> Line | None:
        """Return every period of a kind in one area as it was known then, or None where nothing was."""
        statement = _LINE.format(own=partition(area.province_code), mine=_MINE)
        row = await self.reader.row(statement, await self._mine(one, area, letter, known), binary=True)
        return line(letter, *row) if row else None

    async def slices(
        self, one: Indicator, areas: Sequence[Area], periods: Sequence[Period], known: datetime
    ) -> dict[Period, Slice]:
        """Return some periods of one kind over areas as they were known then."""
        theirs = _theirs(areas, _STARTS)
        if not theirs:
            return {period: slice_of([]) for period in periods}
        bound = await self._bound(one, areas, periods[0].letter, known)
        bound["starts"] = [period.stored_start for period in periods]
        rows = await self.reader.rows(_SLICES.format(theirs=theirs), bound, binary=True)
        return {period: slice_of([row for row in rows if row[5] == period.stored_start]) for period in periods}

    async def at(
        self, one: Indicator, areas: Sequence[Area], period: Period, known: datetime | None = None
    ) -> dict[int, Entry]:
        """Return what is known of one period of areas, by number of the area."""
        theirs = _theirs(areas, _STARTS)
        if not theirs:
            return {}
        bound = await self._bound(one, areas, period.letter, known)
        bound["starts"] = [period.stored_start]
        statement = (
            f"SELECT o.area_id, {_COLUMNS} FROM ({theirs}) o LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id"
        )
        return {row[0]: Entry(*row[1:]) for row in await self.reader.rows(statement, bound, binary=True)}

    async def of(
        self,
        one: Indicator,
        areas: Sequence[Area],
        letter: str,
        known: datetime | None = None,
        periods: Sequence[Period] = (),
    ) -> Sequence[tuple[Any, ...]]:
        """Return rows of `FIGURES` of areas: of some periods of a kind, of all where none are named."""
        theirs = _theirs(areas, _STARTS if periods else "")
        if not theirs:
            return []
        bound = await self._bound(one, areas, letter, known)
        bound["starts"] = [period.stored_start for period in periods]
        return await self.reader.rows(_FIGURES.format(theirs=theirs), bound, binary=True)

    async def newest(self, one: Indicator, areas: Sequence[Area], letter: str, known: datetime) -> Period | None:
        """Return the newest period of a kind that anything was known of then."""
        theirs = _theirs(areas, "")
        if not theirs:
            return None
        statement = f"SELECT max(period_start) FROM ({theirs}) o"
        start = await self.reader.value(statement, await self._bound(one, areas, letter, known))
        return restore(letter, start) if start else None

    async def _entries(
        self, one: Indicator, area: Area, period: Period, known: datetime | None, most: str
    ) -> list[Entry]:
        own = partition(area.province_code)
        bound = {**await self._mine(one, area, period.letter, known), "start": period.stored_start}
        statement = _FIGURE.format(columns=_COLUMNS, own=own, mine=_MINE) + most
        return [Entry(*row) for row in await self.reader.rows(statement, bound, binary=True)]

    async def _mine(self, one: Indicator, area: Area, letter: str, known: datetime | None) -> dict[str, Any]:
        return {
            "province": area.province_code, "indicator": await self.figures.number(one), "area": area.id, "kind": letter,
            "known": known or ALWAYS,
        }  # fmt: skip

    async def _bound(
        self, one: Indicator, areas: Iterable[Area], letter: str, known: datetime | None
    ) -> dict[str, Any]:
        return {
            "indicator": await self.figures.number(one), "kind": letter, "known": known or ALWAYS,
            **{f"ids_{code}": ids for code, ids in _by_province(areas).items()},
        }  # fmt: skip


def _theirs(areas: Iterable[Area], span: str) -> str:
    return " UNION ALL ".join(_THEIRS.format(own=partition(code), code=code, span=span) for code in _by_province(areas))


def _by_province(areas: Iterable[Area]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for area in sorted(areas, key=lambda one: one.province_code):
        if area.level != "region":
            found.setdefault(area.province_code, []).append(area.id)
    return found
