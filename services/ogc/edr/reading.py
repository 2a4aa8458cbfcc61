"""Figures of many indicators, areas and periods at once, as OGC API – EDR asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from boundaries.links import System as Structure
from boundaries.vintages import VINTAGES, Vintage
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import cut
from layers.indicators.periods import Period
from services.books import Books
from services.errors import TooLarge
from services.figures import Holding
from services.gazetteer import Area
from services.lines import line
from services.ogc.edr.asked import Ask
from services.ogc.holdings import Figures

MOST = 250_000  # values in one answer: indicators × areas × periods

# One row an area and indicator, found by the key alone.
_SERIES = """
SELECT s.area_id, s.indicator_id, s.period_kind, array_send(s.period_starts), array_send(array_replace(s.period_values, NULL, 'NaN')),
       nullif(s.blanks, '{}')
FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[]) AS k (number, kind)
JOIN toancanh.figure_series s
  ON s.area_id = ANY(%(areas)s) AND s.indicator_id = k.number AND s.period_kind = k.kind
"""


@dataclass(frozen=True, eq=False)
class Table:
    """One indicator over areas (rows) and periods of one kind (columns); NaN is a blank.

    `blanks` tells why by (area id, period); `carried` marks values brought from other boundaries.
    """

    figures: Figures
    areas: list[Area]
    spans: list[Period]
    values: npt.NDArray[np.float64]
    carried: npt.NDArray[np.bool_]
    blanks: dict[tuple[int, Period], str]

    @property
    def indicator(self) -> Indicator:
        """The indicator."""
        return self.figures.indicator


async def tables(books: Books, ask: Ask, areas: Sequence[Area]) -> list[Table]:
    """Return the figures asked for of some areas, each indicator in the periods of one kind; TooLarge for too many.

    Areas have the figures that were collected for them; where `boundary` is asked for, and for a period that a reform
    cuts, those that can be carried to them as well.
    """
    made = [table for group in _alike(areas) for one in ask.figures if (table := _empty(ask, one, group))]
    size = sum(table.values.size for table in made)
    if size > MOST:
        raise TooLarge(
            f"Yêu cầu có {size:,} giá trị; tối đa {MOST:,}. Hãy bớt chỉ tiêu, địa bàn hoặc kỳ.".replace(",", "."),
            f"The request has {size:,} values; at most {MOST:,}. Ask for fewer indicators, areas or periods.",
        )
    await _fill(books, made)
    for table in made:
        await _carry(books, ask, table)
        np.round(table.values, table.indicator.decimals + 2, out=table.values)
    return made


def vintage_of(area: Area) -> Vintage:
    """The structure an area belongs to."""
    return next(one for one in VINTAGES if one.start == area.vintage)


def _alike(areas: Sequence[Area]) -> Iterator[list[Area]]:
    """Areas of one level and structure together, in their order."""
    groups: dict[tuple[str, date], list[Area]] = {}
    for area in areas:
        groups.setdefault((area.level, area.vintage), []).append(area)
    yield from groups.values()


def _empty(ask: Ask, figures: Figures, areas: list[Area]) -> Table | None:
    spans = _spans(ask, figures, areas[0])
    if not spans:
        return None
    shape = (len(areas), len(spans))
    return Table(figures, areas, spans, np.full(shape, np.nan), np.zeros(shape, dtype=bool), {})


def _spans(ask: Ask, figures: Figures, like: Area) -> list[Period]:
    """The periods asked for: of the kind that `datetime` names (2026-01/2026-10: months), else of the usual one."""
    one = figures.indicator
    held = [h for h in figures.held if not ask.letters or h.last.letter in ask.letters]
    own = [h for h in held if like.level == "country" or _structure(h) == _structure(like)]
    there = held if ask.vintage else own
    if not there:
        return []
    named = ask.named(one)
    if named and not ask.interval and any(named[0] in h.periods for h in there):
        return [named[0]]
    kinds = {h.last.letter for h in there}
    usual = max(own or there, key=lambda h: (h.last.letter == one.letter, h.last.end)).last.letter
    kind = next((period.letter for period in named if period.letter in kinds), usual)
    periods = {p for h in there if h.last.letter == kind for p in h.periods}
    return sorted(
        p
        for p in periods
        if (ask.last is None or p.start <= ask.last) and (ask.first is None or p.last_day >= ask.first)
    )


def _structure(one: Holding | Area) -> tuple[str, date]:
    return one.level, one.boundary if isinstance(one, Holding) else one.vintage


async def _fill(books: Books, made: Sequence[Table]) -> None:
    """Read the areas' own figures, all in one statement."""
    asked: dict[tuple[int, str], list[tuple[Table, dict[int, int], dict[Period, int]]]] = {}
    for table in made:
        key = (await books.figures.number(table.indicator), table.spans[0].letter)
        rows_of = {area.id: row for row, area in enumerate(table.areas)}
        asked.setdefault(key, []).append((table, rows_of, _columns(table)))
    areas = {area.id for table in made for area in table.areas}
    bound = {"areas": list(areas), "numbers": [key[0] for key in asked], "kinds": [key[1] for key in asked]}
    for area, number, kind, starts, values, blanks in await books.reader.rows(_SERIES, bound, binary=True):
        told = line(kind, starts, values, blanks, sample=False)
        for table, rows_of, columns in asked[number, kind]:
            if (row := rows_of.get(area)) is None:
                continue
            for period, value in zip(told.periods, told.values.tolist(), strict=True):
                if (column := columns.get(period)) is not None:
                    table.values[row, column] = value
                    if value != value:
                        table.blanks[area, period] = told.blank(period)


def _columns(table: Table) -> dict[Period, int]:
    return {period: column for column, period in enumerate(table.spans)}


async def _carry(books: Books, ask: Ask, table: Table) -> None:
    """Bring figures from other boundaries into the blanks, where that is asked for or a reform cuts the period."""
    one, areas = table.indicator, table.areas
    if areas[0].level == "country":  # the same on any boundaries
        return
    wanted = ask.vintage or any(cut(one, period) for period in table.spans)
    if not wanted or not np.isnan(table.values).any():
        return
    held = (await books.figures.holdings()).get(one.code, [])
    own = {period for h in held if _structure(h) == _structure(areas[0]) for period in h.periods}
    columns = {p.stored_start: (column, p) for column, p in enumerate(table.spans) if p not in own or cut(one, p)}
    structure = Structure(areas[0].vintage, areas[0].level)
    ids = [area.id for area in areas]
    history = await books.carried.history(books.places, one, table.spans[0].letter, structure, ids)
    if history is None or not columns:
        return
    rows_of = {area: row for row, area in enumerate(ids)}
    told = history.rows
    for area, day, value, blank in zip(told.area_id, told.period, told.value, told.blank, strict=True):
        if area not in rows_of or day not in columns:
            continue
        row, (column, period) = rows_of[area], columns[day]
        if np.isnan(table.values[row, column]):
            if value == value:
                table.values[row, column], table.carried[row, column] = value, True
                table.blanks.pop((area, period), None)
            elif isinstance(blank, str):
                table.blanks[area, period] = blank
