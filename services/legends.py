"""The classes that a picture of figures is shown by: the same on the screen, in map pictures and in style files."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from layers.indicators.catalogue import Indicator
from layers.indicators.states import states_of
from services.books import Books
from services.errors import BadParameter
from services.pictures import Picture
from styles import classes as classification

Method = Literal["target", "quantile", "natural", "equal"]
METHODS: tuple[Method, ...] = ("quantile", "natural", "equal")
CLASSES = 5  # where a request says nothing


async def methods(books: Books, one: Indicator, picture: Picture) -> tuple[Method, ...]:
    """Return the ways a picture can be cut into classes: carried figures have no targets of their own."""
    judged = not picture.history and await books.states.has_targets(one)
    return ("target", *METHODS) if judged else METHODS


async def legend(books: Books, one: Indicator, picture: Picture, method: Method, classes: int) -> dict[str, Any]:
    """Return method, methods, classes, blanks, unit and decimals; classes are made from all periods, so that they stay
    put while time plays. BadParameter for targets where there are none."""
    possible = await methods(books, one, picture)
    if method == "target" and not picture.history and "target" not in possible:
        raise BadParameter(
            "method",
            f"Chỉ tiêu {one.code} chưa có kế hoạch để so sánh.",
            f"The indicator {one.code} has no targets to compare with.",
        )
    # Targets were set for areas of their own time: carried figures are shown by classes of their size.
    used: Method = method if method in possible else "quantile"
    if used == "target":
        made = classification.target_classes(states_of(one))
    else:
        edges = classification.breaks(await _pool(books, one, picture), used, classes)
        made = classification.legend_classes(edges, one.decimals)
    return {
        "method": used,
        "methods": list(possible),
        "classes": made,
        "blanks": classification.blanks(carried=picture.history is not None),
        "unit": one.unit,
        "decimals": one.decimals,
    }


async def _pool(books: Books, one: Indicator, picture: Picture) -> npt.NDArray[np.float64]:
    if picture.history:
        values = picture.history.rows.value[picture.history.rows.area_id.isin(picture.ids)]
        return np.asarray(values.dropna(), dtype=np.float64)
    return await books.figures.pool(one, picture.system.level, picture.within, picture.vintage, picture.at.letter)
