"""One indicator of one area through time: its own figures and, where it has none, carried ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import numpy as np

from boundaries.links import System
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import OWN, cut_periods
from layers.indicators.periods import Period, restore
from services.books import Books
from services.carriage import explained
from services.carried import History
from services.errors import NotFound
from services.gazetteer import Area


@dataclass(frozen=True, slots=True)
class Moment:
    """One period: a value or why there is none; `brought` is the row it was carried by."""

    value: float | None
    blank: str | None
    warning: str | None = None
    brought: Any = None

    @property
    def band(self) -> tuple[float | None, float | None]:
        """The bounds of a carried value."""
        return (finite(self.brought.low), finite(self.brought.high)) if self.brought else (None, None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every period of a kind, ascending."""

    moments: dict[Period, Moment]
    history: History | None
    sample: bool

    def at(self, period: Period) -> Moment:
        """What is told of a period."""
        return self.moments.get(period, Moment(None, "no_data"))

    def value(self, period: Period) -> float | None:
        """The value of a period."""
        return self.at(period).value

    def explained(self, period: Period, books: Books) -> dict[str, Any] | None:
        """How a carried value came about; None for the area's own."""
        row = self.at(period).brought
        return explained(self.history, row, books.places, period) if self.history and row is not None else None


async def timeline(books: Books, one: Indicator, place: Area, letter: str, known: datetime | None = None) -> Timeline:
    """Return the line of an area as it is known now, or was known at an instant."""
    if known:
        own = await books.journal.series(one, place, letter, known)
    else:
        own = await books.figures.series(one, place, letter)
    moments: dict[Period, Moment] = {}
    for period, value in zip(own.periods, own.values.tolist(), strict=True) if own else ():
        day = period.stored_start.isoformat()
        there = np.isfinite(value)
        blank = None if there else own.blanks.get(day, "no_data") if own else None
        moments[period] = Moment(value if there else None, blank, own.warnings.get(day) if own else None)
    torn, history = moments.keys() & set(cut_periods(one, letter)), None
    if place.level != "country":  # the country is the same on any boundaries
        system = System(place.kind if place.level == "region" else place.vintage, place.level)
        history = await books.carried.history(books.places, one, letter, system, [place.id], known)
    for row in history.rows[history.rows.area_id == place.id].itertuples() if history else ():
        period = restore(letter, cast(date, row.period))
        # A blank that a reform made gives way to what is put together from both sides of it.
        gives_way = period in torn and row.method != OWN and moments[period].value is None
        if period not in moments or gives_way:
            moments[period] = Moment(finite(cast(float, row.value)), _word(row.blank), _word(row.warning), row)
    sample = bool(own and own.sample) or any(one.brought.sample for one in moments.values() if one.brought)
    return Timeline(dict(sorted(moments.items())), history, sample)


async def newest(books: Books, one: Indicator, place: Area, known: datetime | None = None) -> Period:
    """Return the newest period of the indicator's usual kind that areas like this one have, else of whatever ends last.

    NotFound where the indicator has no figures at all.
    """
    held = (await books.figures.holdings()).get(one.code, [])
    own = [h for h in held if place.level == "country" or (h.level == place.level and h.boundary == place.vintage)]
    if not held:
        raise NotFound(f"Chỉ tiêu {one.code} chưa có số liệu.", f"The indicator {one.code} has no figures yet.")
    found = max(own or held, key=lambda h: (h.last.letter == one.letter, h.last.end)).last
    if known is None:
        return found
    return await books.journal.newest(one, [place], found.letter, known) or found


def finite(value: float) -> float | None:
    """A number, or None for a blank."""
    return float(value) if np.isfinite(value) else None


def _word(text: Any) -> str | None:
    return text if isinstance(text, str) else None
