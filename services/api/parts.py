"""What the routes of the client share: their dependencies, the boundary parameter and cached JSON.

Dependencies are asynchronous even where they wait for nothing: a plain function is called in another thread, which takes longer
than all of its work.
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from fastapi import Depends, Query, Request
from fastapi.responses import Response

from boundaries.vintages import CURRENT, VINTAGES, Vintage, vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from services.boundary import vintage_asked
from services.cache import finish, respond
from services.carried import Carried
from services.errors import BadParameter, NotFound
from services.figures import Figures
from services.gazetteer import Area, Places
from services.states import States


async def places(request: Request) -> Places:
    """The areas as they are now."""
    found: Places = await request.app.state.gazetteer.places()
    return found


async def figures(request: Request) -> Figures:
    """The reader of figures."""
    found: Figures = request.app.state.figures
    return found


async def carried(request: Request) -> Carried:
    """What carries figures across boundaries."""
    found: Carried = request.app.state.carried
    return found


async def states(request: Request) -> States:
    """What holds values against targets."""
    found: States = request.app.state.states
    return found


async def boundary(
    boundary: Annotated[str, Query(description="boundary vintage or date; empty or `current`: the present")] = "",
) -> Vintage | None:
    """The vintage asked for, or nothing for the present one."""
    return vintage_asked(boundary)


PlacesNow = Annotated[Places, Depends(places)]
FiguresNow = Annotated[Figures, Depends(figures)]
CarriedNow = Annotated[Carried, Depends(carried)]
StatesNow = Annotated[States, Depends(states)]
Boundary = Annotated[Vintage | None, Depends(boundary)]


def indicator(code: str) -> Indicator:
    """Return the indicator of a path; NotFound names the code."""
    found = find(code)
    if found is None:
        raise NotFound(f"Không có chỉ tiêu mang mã “{code}”.", f"There is no indicator with the code “{code}”.")
    return found


def period(text: str) -> Period:
    """Return the period of a parameter; BadParameter says what is accepted."""
    try:
        return periods.parse(text)
    except ValueError as error:
        raise BadParameter(
            "period",
            str(error),
            f"The period “{text}” is not understood: write 2025, 2025-Q3, 2025-07 or 2025-07-14.",
        ) from None


def vintage_for(area: Area | None, asked: Vintage | None, at: Period | None) -> Vintage:
    """Return the vintage a figure is read in: the one asked for, the area's own, else that of the period's last day."""
    if asked:
        return asked
    if area is not None and area.level != "country":
        return next(v for v in VINTAGES if v.start == area.vintage)
    return vintage_on(at.last_day) if at else CURRENT


def number(value: float | None, decimals: int) -> float | None:
    """Round for the wire: two digits more than are shown; a blank is null."""
    if value is None or not math.isfinite(value):
        return None
    return round(value, decimals + 2)


def numbers(values: npt.NDArray[np.float64], decimals: int) -> list[float | None]:
    """Round many values for the wire as `number` does one."""
    rounded: list[float | None] = np.round(values, decimals + 2).tolist()
    for blank in np.flatnonzero(~np.isfinite(values)).tolist():
        rounded[blank] = None
    return rounded


def brief(area: Area) -> dict[str, Any]:
    """Return what a list needs of an area."""
    return {
        "code": area.code,
        "full_name": area.full_name,
        "name": area.name,
        "name_en": area.name_en,
        "level": area.level,
    }


async def cached(
    request: Request, names: tuple[str, ...], make: Callable[[], Awaitable[Any]], *extra: object
) -> Response:
    """Answer JSON that follows only from the address and the revisions of `names`; made once, then kept."""
    revisions = request.app.state.revisions
    state = tuple(revisions[name] for name in names)
    key = (request.url.path, request.url.query, state, extra)
    answer = request.app.state.answers.get(key)
    if answer is None:
        body = json.dumps(await make(), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        etag = f'W/"{abs(hash(key)):x}"'
        answer = request.app.state.answers.put(key, finish(body, "application/json", etag))
    return respond(request, answer, cache_control="no-cache")
