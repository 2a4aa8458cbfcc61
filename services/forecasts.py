"""The end of a year foreseen for one indicator of one area, from its own years and those of the areas beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boundaries.vintages import vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.course import History, Manner, manner
from layers.indicators.forecast import Forecast, forecast
from layers.indicators.periods import Period
from layers.indicators.targets import Target, order
from services.books import Books
from services.gazetteer import Area
from services.lines import Line, line

_LINES = """
SELECT area_id, period_kind::text, array_send(period_starts), array_send(array_replace(period_values, NULL, 'NaN')), blanks, sample
FROM toancanh.figure_series WHERE indicator_id = %(number)s AND period_kind = ANY(%(kinds)s) AND area_id = ANY(%(areas)s)
"""


@dataclass(frozen=True)
class Foreseen:
    """A year foreseen up to whose newest known period, against each plan; once without a target where there is none."""

    year: Period
    until: Period | None
    sample: bool
    plans: list[tuple[Target | None, Forecast]]


async def foreseen(books: Books, one: Indicator, area: Area, year: int | None) -> Foreseen | None:
    """Foresee the end of a year, without one of the newest that is known; None where nothing is known at all.

    Months are the steps where there are any, else the indicator's own periods. The areas beside it lend their past
    years, so that the error of the method shows in many cases.
    """
    (standing,) = await books.states.of_area(area, [one], periods.year(year) if year else None)
    kind = one.letter if one.period == "month" else "M"
    parent = books.places.by_id.get(area.parent_id or 0)
    beside = books.places.children(parent, vintage_on(area.vintage)) if parent else []
    asked = {
        "number": await books.figures.number(one), "kinds": [kind, one.letter], "areas": [area.id, *(b.id for b in beside)],
    }  # fmt: skip
    lines: dict[str, dict[int, Line]] = {}
    for number, letter, *rest in await books.reader.rows(_LINES, asked, binary=True):
        lines.setdefault(letter, {})[number] = line(letter, *rest)
    chosen = next((lines[letter] for letter in (kind, one.letter) if area.id in lines.get(letter, {})), {})
    newest = [chosen[area.id].last] if chosen else [target.period for target in standing.targets]
    if year is None and not newest:
        return None
    of = periods.year(year or max(period.in_year for period in newest))
    return await asyncio.to_thread(_foresee, one, area, of, standing.targets, chosen)


def _foresee(
    one: Indicator, area: Area, year: Period, targets: Sequence[Target], lines: Mapping[int, Line]
) -> Foreseen:
    own = lines.get(area.id)
    history: History = own.courses() if own else {}
    siblings = [other.courses() for number, other in lines.items() if number != area.id]
    made: dict[Manner, Forecast] = {}

    def by(how: Manner) -> Forecast:
        if how not in made:
            made[how] = forecast(history, siblings, year.in_year, how, relative=one.is_rate)
        return made[how]

    of_year = sorted((target for target in targets if target.period == year), key=order)
    return Foreseen(
        year,
        _until(own, year) if own else None,
        bool(own and own.sample),
        [(target, by(manner(one, target.rule))) for target in of_year] or [(None, by(manner(one, None)))],
    )


def _until(own: Line, year: Period) -> Period | None:
    """The newest period of a year that has a value."""
    told = [period for period, value in own.before(own.last, len(own.days)) if value is not None]
    return next((period for period in reversed(told) if period.in_year == year.in_year), None)


def probability(one: Indicator, target: Target | None, made: Forecast) -> float | None:
    """Return how likely a year ends as its target asks: at least, at most, or so near that its state would be green."""
    if one.target_low is not None or one.target_high is not None:
        return made.probability(one.target_low, one.target_high)
    if target is None:
        return None
    if one.direction == "up":
        return made.probability(target.value, None)
    if one.direction == "down":
        return made.probability(None, target.value)
    slack = abs(one.bands[0]) * (1.0 if one.unit == "%" else abs(target.value) / 100)
    return made.probability(target.value - slack, target.value + slack)
