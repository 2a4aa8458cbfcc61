"""Which figures a request for an indicator's features means: period, areas, and whether they were carried there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from fastapi import Request

from boundaries.links import System
from layers.indicators.layer import indicator_layer
from layers.indicators.periods import Period, restore
from services.boundary import vintage_asked
from services.carried import METHODS, Carried, History
from services.gazetteer import Places
from services.lenses import lens, lenses
from services.ogc.collections import Collection
from services.ogc.holdings import Figures, Slices
from services.ogc.links import VIET_NAM
from services.ogc.parameters import Query
from services.pictures import shown


async def chosen(request: Request, one: Collection, query: Query) -> tuple[Collection, dict[str, Any]] | None:
    """Return the collection to read and the values of its statement; None where there are no such figures."""
    if one.figures is None:
        return one, {}
    first, last = (side and side.astimezone(VIET_NAM).date() for side in query.span) if query.span else (None, None)
    level = query.level or one.figures.levels[0]
    if query.boundary is None:
        found = one.figures.choose(level, first, last)
        return (one, _stored(one, *found)) if found else None
    places: Places = await request.app.state.gazetteer.places()
    system = _system(places, query.boundary, level)
    there = [(slices, period) for slices, period in _periods(one.figures, first, last)]
    direct = [pair for pair in there if (pair[0].boundary, pair[0].level) == (system.boundary, system.level)]
    newest = max(there, key=lambda pair: pair[1], default=None)
    if newest is None:
        return None
    at = newest[1]
    match = [pair for pair in direct if pair[1] == at]
    if match:
        return one, _stored(one, *match[0])
    carried: Carried = request.app.state.carried
    areas = shown(places, places.find("VN"), system)
    history = await carried.history(places, one.figures.indicator, at.letter, system, [a.id for a in areas])
    if history is None:
        return None
    table = replace(one, layer=indicator_layer(one.figures.indicator, carried=True))
    return table, _carried(one, history, at)


def _system(places: Places, boundary: str, level: str) -> System:
    if boundary in {known.id for known in lenses(places)}:
        return lens(places, boundary).system
    vintage = vintage_asked(boundary)
    assert vintage is not None
    return System(vintage.start, level)


def _periods(figures: Figures, first: date | None, last: date | None) -> Iterator[tuple[Slices, Period]]:
    """Every period within the days, of the kind the catalogue names where there is one, else of any."""
    usual = figures.indicator.letter
    kinds = {one.kind for one in figures.slices}
    kind = usual if usual in kinds else sorted(kinds)[0]
    for one in figures.slices:
        for start in one.starts if one.kind == kind else ():
            period = restore(one.kind, start)
            if not ((first and period.last_day < first) or (last and period.start > last)):
                yield one, period


def _stored(one: Collection, slices: Slices, period: Period) -> dict[str, Any]:
    assert one.figures is not None
    return {
        "indicator": slices.indicator_id,
        "level": slices.level,
        "kind": slices.kind,
        "start": period.stored_start,
        "boundary": slices.boundary,
        "period": period.key,
        "unit": one.figures.indicator.unit,
    }


def _carried(one: Collection, history: History, at: Period) -> dict[str, Any]:
    assert one.figures is not None
    rows = history.at(at.stored_start)

    def numbers(name: str) -> list[float | None]:
        return [None if pd.isna(value) else float(value) for value in rows[name]]

    return {
        "period": at.key,
        "unit": one.figures.indicator.unit,
        "sample": history.sample,
        "ids": rows.index.tolist(),
        **{name + "s": numbers(name) for name in ("value", "numerator", "denominator", "low", "high", "estimated")},
        "blanks": [word if isinstance(word, str) else None for word in rows.blank],
        "methods": [METHODS[name][0] for name in rows.method],
    }
