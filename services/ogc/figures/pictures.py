"""Which figures a request for an indicator's features means, as arrays beside the areas they are for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pandas as pd
from fastapi import Request

from boundaries.vintages import CURRENT, vintage_on
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import OWN
from layers.indicators.targets import PLANS
from services.books import Books
from services.boundary import vintage_asked
from services.carriage import METHODS, REFUSED
from services.journal import STATUS_OF
from services.lenses import lenses
from services.ogc.collections import Collection
from services.ogc.figures import pivot_reading
from services.ogc.figures.pivot import Pivot
from services.ogc.links import VIET_NAM
from services.ogc.parameters import Query
from services.pictures import Asked, Picture, pictured, stored

Binds = dict[str, Any]

_NAMES = (
    "value", "numerator", "denominator", "blank", "warning", "status", "derived", "sample", "source", "known_at", "target",
    "plan", "state", "carried", "method", "estimated", "low", "high",
)  # fmt: skip
KEPT = 24  # pictures in memory: whoever reads all pages of one asks for it again and again


class Pictures:
    """Pictures as the binds of their statement, the last ones kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Binds | None] = OrderedDict()

    async def binds(self, key: object, make: Callable[[], Awaitable[Binds | None]]) -> Binds | None:
        """Return what a statement is bound to, made where it is not kept."""
        if key not in self._kept:
            self._kept[key] = await make()
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


async def chosen(request: Request, one: Collection, query: Query) -> Binds | None:
    """Return the values of the statement of a collection; None where an indicator has no such figures."""
    if one.figures is None:
        return {}
    state = request.app.state
    first, last = (side and side.astimezone(VIET_NAM).date() for side in query.span) if query.span else (None, None)
    places = await state.gazetteer.places()
    asked_level = query.level or one.figures.levels[0]
    through = query.boundary if query.boundary in {known.id for known in lenses(places)} else None
    vintage = None if through else vintage_asked(query.boundary)
    level = asked_level if query.boundary is None else None  # on other boundaries figures of any level may be carried
    revision = (state.revisions["areas"], state.revisions["observations"])
    books = Books(state.reader, places, state.figures, state.carried, state.states)
    if isinstance(table := one.figures, Pivot):
        moments = pivot_reading.moments(table, level, first, last, query.period)
        then = vintage or (None if through else vintage_on(last) if last else CURRENT)  # one structure for all columns
        key = (one.layer.table.name, moments, asked_level, then, through, revision)  # type: ignore[attr-defined]
        return await _pictures(request).binds(
            key, lambda: pivot_reading.binds(books, table, moments, asked_level, then, through)
        )
    at = one.figures.choose(level, first, last, query.period)
    if at is None:
        return None
    indicator, asked = one.figures.indicator, Asked(asked_level, "VN", vintage, None, through, at)
    return await _pictures(request).binds((one.id, asked, revision), lambda: _binds(books, indicator, asked))


def _pictures(request: Request) -> Pictures:
    state = request.app.state
    if not hasattr(state, "pictures"):
        state.pictures = Pictures()
    found: Pictures = state.pictures
    return found


async def _binds(books: Books, one: Indicator, asked: Asked) -> Binds:
    picture = await pictured(books.places, books.figures, books.carried, one, asked)
    table = _carried(picture) if picture.history else await _stored(books, one, picture)
    table = table.reindex(columns=list(_NAMES))
    arrays = {name + "s": _plain(table[name]) for name in _NAMES}
    return {"period": picture.at.key, "unit": one.unit, "ids": table.index.tolist(), **arrays}


async def _stored(books: Books, one: Indicator, picture: Picture) -> pd.DataFrame:
    found = (await stored(books.figures, books.carried, one, picture))[picture.at]
    judged = await books.states.of_picture(one, picture.areas, picture.within, picture.vintage, picture.at)
    entries = await books.journal.at(one, picture.areas, picture.at)
    rows = []
    for area, value in zip(found.ids.tolist(), found.values.tolist(), strict=True):
        entry, held = entries.get(area), judged.get(area)
        first = held[0] if held else None
        target = first.target if first else None
        rows.append({
            "value": value, "blank": found.blanks.get(str(area), "no_data") if np.isnan(value) else None,
            "warning": found.warnings.get(str(area)), "sample": found.sample, "carried": False,
            "target": first.due.value if first and first.due else None, "state": first.state if first else None,
            "plan": PLANS.get(target.plan, (target.plan,))[0] if target else None,
            **({
                "numerator": entry.numerator, "denominator": entry.denominator, "derived": entry.derived,
                "status": STATUS_OF[entry.status], "sample": entry.sample, "source": entry.title, "known_at": entry.known_at,
            } if entry else {}),
        })  # fmt: skip
    return pd.DataFrame(rows, index=found.ids.tolist(), columns=list(_NAMES), dtype=object)


def _carried(picture: Picture) -> pd.DataFrame:
    assert picture.history is not None
    rows = picture.history.at(picture.at.stored_start).reindex(picture.ids)
    carried = (rows.method != OWN) & rows.method.notna()
    blank = rows.blank.where(rows.blank.notna() | rows.value.notna(), "no_data")
    return rows.assign(
        carried=carried,
        sample=rows["sample"].where(rows["sample"].notna(), False).astype(bool),
        blank=blank,
        warning=rows.warning.fillna(rows.refused.map({word: vi for word, (vi, _) in REFUSED.items()})),
        method=rows.method.map(lambda name: METHODS[name][0], na_action="ignore").where(carried),
        **{name: rows[name].where(carried) for name in ("estimated", "low", "high")},
    )


def _plain(column: pd.Series) -> list[Any]:
    """A column as the driver takes it: None for what is not there."""
    return [None if value is None or value != value else value for value in column.tolist()]
