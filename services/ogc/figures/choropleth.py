"""The picture of an indicator that a request for a map or a style means: its areas, their classes and the legend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from fastapi import Request

from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from services import legends
from services.books import Books
from services.boundary import vintage_asked
from services.errors import BadParameter, NotFound
from services.legends import Method
from services.lenses import lenses
from services.ogc.collections import Collection
from services.ogc.links import VIET_NAM
from services.ogc.parameters import LEVELS, span
from services.pictures import Asked, Picture, pictured, stored
from styles.classes import class_of
from styles.palette import UNMERGED

READ = frozenset({"level", "boundary", "within", "datetime", "classes"})
"""The parameters that choose the picture of an indicator."""

NEUTRAL = {"light": "#e3e6e4", "dark": "#35424b"}  # a figure that no class holds: it has no target


@dataclass(frozen=True)
class Choropleth:
    """A picture with the key of each area's legend row: the number of a class, a blank, or None where no row holds it."""

    picture: Picture
    legend: Mapping[str, Any]
    keys: Mapping[int, int | str | None]  # by area number
    sample: bool

    def colours(self, theme: str) -> dict[int, str]:
        """Return the colour of each area by its number."""
        name = "colour_dark" if theme == "dark" else "colour"
        tones: dict[int | str | None, str] = {k: row[name] for k, row in enumerate(self.legend["classes"])}
        tones |= {row["key"]: row[name] for row in self.legend["blanks"]}
        return {area: tones.get(key, NEUTRAL[theme]) for area, key in self.keys.items()}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the legend: every class, and the blanks that are met."""
        met = set(self.keys.values())
        return [*self.legend["classes"], *(row for row in self.legend["blanks"] if row["key"] in met)]


async def choropleth(request: Request, one: Collection, method: Method) -> Choropleth:
    """Return the picture that the request means. NotFound where there are no such figures."""
    assert one.figures is not None
    state, indicator = request.app.state, one.figures.indicator
    books = Books(state.reader, await state.gazetteer.places(), state.figures, state.carried, state.states)
    asked = _asked(request, books, one)
    picture = await pictured(books.places, books.figures, books.carried, indicator, asked)
    try:
        legend = await legends.legend(books, indicator, picture, method, _classes(request))
    except BadParameter as wrong:
        if wrong.parameter == "method":  # here the method is the name of a style
            raise NotFound(wrong.sentence("vi"), wrong.sentence("en")) from None
        raise
    edges = [row["from"] for row in legend["classes"]] + [row["to"] for row in legend["classes"][-1:]]
    keys: dict[int, int | str | None] = {}
    if picture.history:
        rows = picture.history.at(picture.at.stored_start).reindex(picture.ids)
        for area, value, blank, refused in zip(rows.index.tolist(), rows.value, rows.blank, rows.refused, strict=True):
            if value == value:
                keys[area] = class_of(value, edges)
            elif isinstance(refused, str) and refused not in ("", "few"):
                keys[area] = UNMERGED[0]
            else:
                keys[area] = blank if isinstance(blank, str) else "no_data"
        return _seen(one, Choropleth(picture, legend, keys, picture.history.sample(picture.at.stored_start)))
    found = (await stored(books.figures, books.carried, indicator, picture))[picture.at]
    states: dict[int, int | None] = {}
    if legend["method"] == "target":
        judged = await books.states.of_picture(indicator, picture.areas, picture.within, picture.vintage, picture.at)
        order = {row["key"]: k for k, row in enumerate(legend["classes"])}
        states = {area: order.get(held[0].state) if held else None for area, held in judged.items()}
    for area, value in zip(found.ids.tolist(), found.values.tolist(), strict=True):
        if np.isnan(value):
            keys[area] = found.blanks.get(str(area), "no_data")
        else:
            keys[area] = states.get(area) if legend["method"] == "target" else class_of(value, edges)
    return _seen(one, Choropleth(picture, legend, keys, found.sample))


def _seen(one: Collection, shown: Choropleth) -> Choropleth:
    """Leave out areas that the viewer may not see figures of, as the layer's rows do."""
    provinces = one.viewer.provinces
    if not provinces:
        return shown
    mine = {area.id for area in shown.picture.areas if area.province_code in provinces}
    return replace(shown, keys={area: key for area, key in shown.keys.items() if area in mine})


def _asked(request: Request, books: Books, one: Collection) -> Asked:
    assert one.figures is not None
    given = request.query_params
    level = given.get("level") or one.figures.levels[0]
    if level not in LEVELS:
        allowed = ", ".join(LEVELS)
        raise BadParameter("level", f"level phải là một trong {allowed}.", f"level is one of {allowed}.")
    within = given.get("within", "VN")
    boundary = given.get("boundary")
    through = boundary if boundary in {known.id for known in lenses(books.places)} else None
    vintage = None if through else vintage_asked(boundary)
    try:
        books.places.find(within, vintage)
    except NotFound as wrong:
        raise BadParameter("within", wrong.sentence("vi"), wrong.sentence("en")) from None
    first, last, wanted = _when(given.get("datetime"), one.figures.indicator)
    at = one.figures.choose(level if boundary is None else None, first, last, wanted)
    if at is None:
        raise NotFound(
            f"“{one.layer.title}” không có số liệu của thời gian và cấp này.",
            f"“{one.layer.title_en}” has no figures of this time and level.",
        )
    return Asked(level, within, vintage, None, through, at)


def _when(text: str | None, one: Indicator) -> tuple[date | None, date | None, Period | None]:
    """The days that a datetime spans, and the period it names by its key (2026-Q3)."""
    if text is None:
        return None, None, None
    first, last = (side and side.astimezone(VIET_NAM).date() for side in span(text))
    named = "/" not in text and not re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", text)
    return first, last, periods.of_indicator(text, one) if named else None


def _classes(request: Request) -> int:
    text = request.query_params.get("classes", str(legends.CLASSES))
    if text not in {"3", "4", "5", "6", "7"}:
        raise BadParameter("classes", "classes là số lớp, từ 3 đến 7.", "classes is a number of classes, 3 to 7.")
    return int(text)
