"""What the routes of the client share: their dependencies, the boundary parameter and cached JSON.

Dependencies are asynchronous even where they wait for nothing: a plain function is called in another thread, which takes longer
than all of its work.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import orjson
from fastapi import Depends, Path, Query, Request
from fastapi.responses import Response

from boundaries.vintages import CURRENT, VINTAGES, Vintage, vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from services.accounts import viewer as viewer_of
from services.books import Books
from services.boundary import vintage_asked
from services.cache import finish, respond
from services.carried import Carried
from services.errors import BadParameter, NotFound
from services.figures import Figures
from services.gazetteer import Area, Places


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


async def books(request: Request) -> Books:
    """All that figures are read from."""
    state = request.app.state
    return Books(state.reader, await state.gazetteer.places(), state.figures, state.carried, state.states)


async def indicator_asked(
    request: Request,
    code: Annotated[str, Path(description="code of the indicator, in any case", examples=["HCC-04"])],
) -> Indicator:
    """The indicator of a path; to those who may not know of an internal one it is not there."""
    found, viewer = indicator(code), viewer_of(request)  # a wrong token is told even where none is needed
    if not (found.public or viewer.staff):
        raise _unknown(code)
    return found


KnownText = Annotated[
    str | None,
    Query(
        description="as known then: a moment (2026-09-30T08:00:00+07:00) or the end of a day (2026-09-30)",
        examples=["2026-09-30"],
    ),
]
BoundaryText = Annotated[str, Query(description="boundary vintage or date; empty or `current`: the present")]


async def known(known: KnownText = None) -> datetime | None:
    """The instant whose knowledge is asked for, or nothing for now."""
    return moment(known)


def moment(known: str | None) -> datetime | None:
    """Read an instant, or the end of a day; BadParameter where it is none."""
    if not known:
        return None
    try:
        if len(known) == 10:
            return datetime.combine(date.fromisoformat(known), time.max, VIET_NAM)
        found = datetime.fromisoformat(known.replace(" ", "+") if "T" in known else known)  # a + may come as a space
    except ValueError:
        raise BadParameter(
            "known",
            f"Không hiểu thời điểm “{known[:40]}”: hãy viết 2026-09-30 hoặc 2026-09-30T08:00:00+07:00.",
            f"The moment “{known[:40]}” is not understood: write 2026-09-30 or 2026-09-30T08:00:00+07:00.",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=VIET_NAM)


async def boundary(boundary: BoundaryText = "") -> Vintage | None:
    """The vintage asked for, or nothing for the present one."""
    return vintage_asked(boundary)


VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

PlacesNow = Annotated[Places, Depends(places)]
FiguresNow = Annotated[Figures, Depends(figures)]
CarriedNow = Annotated[Carried, Depends(carried)]
BooksNow = Annotated[Books, Depends(books)]
IndicatorOf = Annotated[Indicator, Depends(indicator_asked)]
Boundary = Annotated[Vintage | None, Depends(boundary)]
KnownOn = Annotated[datetime | None, Depends(known)]


def indicator(code: str) -> Indicator:
    """Return the indicator of a path; NotFound names the code."""
    found = find(code)
    if found is None:
        raise _unknown(code)
    return found


def _unknown(code: str) -> NotFound:
    return NotFound(f"Không có chỉ tiêu mang mã “{code}”.", f"There is no indicator with the code “{code}”.")


def period(text: str, one: Indicator | None = None) -> Period:
    """Return the period of a parameter, as it is meant for an indicator; BadParameter says what is accepted."""
    try:
        return periods.of_indicator(text, one) if one else periods.parse(text)
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


def instant(moment: datetime | None) -> str | None:
    """Return a moment as it is told in Viet Nam; nothing where there is none."""
    return moment.astimezone(VIET_NAM).isoformat(timespec="seconds") if moment else None


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

    async def body() -> tuple[bytes, str, str]:
        return written(await make()), "application/json", ""

    return await kept(request, names, body, *extra)


def written(told: Any) -> bytes:
    """Write JSON; arrays of numpy are written as they are, NaN as null."""
    return orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)


async def kept(
    request: Request, names: tuple[str, ...], make: Callable[[], Awaitable[tuple[bytes, str, str]]], *extra: object
) -> Response:
    """Answer what `make` gives – body, media type, name of the file to save – kept while the revisions of `names` stay."""
    revisions = request.app.state.revisions
    state = tuple(revisions[name] for name in names)
    key = (request.url.path, request.url.query, state, extra)
    answer = request.app.state.answers.get(key)
    if answer is None:
        body, media_type, file = await make()
        etag = f'W/"{abs(hash(key)):x}"'
        answer = request.app.state.answers.put(key, finish(body, media_type, etag, file=file))
    request.app.state.at_hand.remember(request.scope, names, state, key)
    return respond(request, answer, cache_control="no-cache")
