"""What the features of a table of indicators are bound to: an array for each column beside the areas."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from boundaries.vintages import Vintage
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from services.books import Books
from services.ogc.figures.pivot import Pivot, column
from services.ogc.holdings import Figures
from services.pictures import Asked, Picture, pictured, stored

Binds = dict[str, Any]


def moments(
    one: Pivot, level: str | None, first: date | None, last: date | None, named: Period | None
) -> tuple[Period | None, ...]:
    """The period of each indicator: the one that is named, else the newest in [first, last]; None where there is none."""
    return tuple(member.choose(level, first, last, _as_meant(named, member)) for member in one.members)


async def binds(
    books: Books, one: Pivot, moments: tuple[Period | None, ...], level: str, vintage: Vintage | None, lens: str | None
) -> Binds | None:
    """Return the binds of the statement of a table; None where it has no figures at all."""
    found: Binds = {}
    ids: list[int] | None = None
    for member, at in zip(one.members, moments, strict=True):
        if at is None:
            continue
        picture = await pictured(
            books.places, books.figures, books.carried, member.indicator, Asked(level, "VN", vintage, None, lens, at)
        )
        ids = ids or picture.ids.tolist()
        found |= await _columns(books, member.indicator, picture, ids, one.more)
    if ids is None:
        return None
    for member in one.members:
        name = column(member.indicator)
        found.setdefault(name, [None] * len(ids))
        for kind in one.more:
            found.setdefault(f"{name}_{kind}", ["no_data" if kind == "blank" else None] * len(ids))
    return {**found, "ids": ids, "periods": _told(one, moments)}


async def _columns(
    books: Books, one: Indicator, picture: Picture, ids: list[int], more: tuple[str, ...]
) -> dict[str, list[Any]]:
    values: dict[int, float]
    blanks: dict[int, str]
    if picture.history:
        rows = picture.history.at(picture.at.stored_start)
        values = dict(zip(rows.index.tolist(), rows.value.tolist(), strict=True))
        blanks = {a: word for a, word in zip(rows.index.tolist(), rows.blank, strict=True) if isinstance(word, str)}
    else:
        slice_ = (await stored(books.figures, books.carried, one, picture))[picture.at]
        values = dict(zip(slice_.ids.tolist(), slice_.values.tolist(), strict=True))
        blanks = {int(area): word for area, word in slice_.blanks.items()}
    numbers = [value if (value := values.get(area, np.nan)) == value else None for area in ids]
    made: dict[str, list[Any]] = {column(one): numbers}
    judged = {}
    if not picture.history and {"target", "state"} & set(more):
        judged = await books.states.of_picture(one, picture.areas, picture.within, picture.vintage, picture.at)
    first = [held[0] if (held := judged.get(area)) else None for area in ids]
    told: dict[str, list[Any]] = {
        "target": [held.due.value if held and held.due else None for held in first],
        "state": [held.state if held else None for held in first],
        "blank": [None if n is not None else blanks.get(a, "no_data") for a, n in zip(ids, numbers, strict=True)],
        "period": [picture.at.key] * len(ids),
    }
    return made | {f"{column(one)}_{kind}": told[kind] for kind in more}


def _as_meant(named: Period | None, member: Figures) -> Period | None:
    return periods.of_indicator(named.key, member.indicator) if named else None


def _told(one: Pivot, moments: tuple[Period | None, ...]) -> str:
    """The periods in words: the one that most have, and those of the others by their codes."""
    keys = {m.indicator.code: at.key for m, at in zip(one.members, moments, strict=True) if at}
    usual = max(keys.values(), key=list(keys.values()).count)
    others: dict[str, list[str]] = {}
    for code, key in keys.items():
        if key != usual:
            others.setdefault(key, []).append(code)
    return "; ".join([usual, *(f"{key}: {', '.join(codes)}" for key, codes in others.items())])
