"""What a request for indicators as environmental data (OGC API – EDR) asks for, read strictly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from fastapi import Request
from shapely.geometry.base import BaseGeometry

from boundaries.vintages import Vintage
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from services.boundary import vintage_asked
from services.errors import BadParameter
from services.ogc.holdings import Figures
from services.ogc.links import VIET_NAM
from services.ogc.parameters import LEVELS, refuse_unknown, span
from services.ogc.systems import CRS84, System, system

FORMATS = ("CoverageJSON", "GeoJSON", "CSV")
SELECTING = frozenset({"parameter-name", "parameter_names", "datetime", "crs", "level", "boundary", "f", "lang"})
MOST_CORNERS = 5000  # of a shape in an address
MOST_POINTS = 100
FAR = {3857: 2.1e7}  # metres from the origin of a projected system
DEGREES = 7  # decimals that systems in degrees are written with

_PLAIN_SYSTEMS = {"CRS84", "CRS:84", "WGS84"}
_SPELLINGS = {"json": "CoverageJSON", "covjson": "CoverageJSON", **{name.lower(): name for name in FORMATS}}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is wanted of some places: indicators, time, structure of areas, system of coordinates and format.

    `datetime` is the text asked for, `first` and `last` its days in Viet Nam; `vintage` None follows the place. `letters`
    are those of the kinds of periods wanted, empty to follow `datetime` and the indicator.
    """

    figures: tuple[Figures, ...]
    datetime: str | None
    first: date | None
    last: date | None
    level: str | None
    vintage: Vintage | None
    system: System = CRS84
    form: str = FORMATS[0]
    letters: str = ""

    def named(self, one: Indicator) -> list[Period]:
        """The periods that `datetime` or the ends of its interval name by their keys (2026-Q3), as meant for an indicator."""
        found = []
        for text in (self.datetime or "").split("/"):
            if text and text != ".." and "T" not in text and not _is_day(text):
                with suppress(ValueError):
                    found.append(periods.of_indicator(text, one))
        return found

    def only(self, some: Collection[Figures]) -> Ask:
        """The same question about some of the indicators."""
        return replace(self, figures=tuple(some))

    @property
    def interval(self) -> bool:
        """Whether `datetime` is an interval."""
        return "/" in (self.datetime or "")


def ask(request: Request, known: Mapping[str, Figures], *more: str) -> Ask:
    """Read a request for data; BadParameter names what cannot be understood."""
    asked = request.query_params
    refuse_unknown(request, SELECTING | set(more))
    when = asked.get("datetime")
    first, last = (side and side.astimezone(VIET_NAM).date() for side in span(when)) if when else (None, None)
    return Ask(
        figures=_figures(asked.get("parameter-name", asked.get("parameter_names")), known),
        datetime=when,
        first=first,
        last=last,
        level=level(asked.get("level")),
        vintage=vintage_asked(asked.get("boundary")),
        system=system_of(asked.get("crs")),
        form=form(asked.get("f")),
    )


def form(text: str | None) -> str:
    """The format asked for, in any case; CoverageJSON where none is."""
    found = _SPELLINGS.get((text or FORMATS[0]).lower())
    if found is None:
        names = ", ".join(FORMATS)
        raise BadParameter(
            "f",
            f"Không có định dạng “{(text or '')[:40]}”; hãy chọn {names}.",
            f"The format “{(text or '')[:40]}” is not offered; choose {names}.",
        )
    return found


def level(text: str | None) -> str | None:
    """The level of areas asked for, or nothing where none is."""
    if text is not None and text not in LEVELS:
        names = ", ".join(LEVELS)
        raise BadParameter("level", f"level phải là một trong {names}.", f"level is one of {names}.")
    return text


def system_of(text: str | None) -> System:
    """The system of coordinates, of the request's and of the answer's; CRS84 where none is named."""
    return CRS84 if text in _PLAIN_SYSTEMS else system("crs", text)


def shape(request: Request, kinds: tuple[str, ...], within: System) -> BaseGeometry:
    """Read `coords`, well-known text of one of these kinds in a system; BadParameter says what is wrong with it."""
    text = request.query_params.get("coords", "")
    try:
        with np.errstate(over="ignore"):
            found = shapely.from_wkt(text) if text else None
    except shapely.errors.GEOSException:
        found = None
    example = "POINT(108.44 11.94)" if "Point" in kinds else "POLYGON((108 11,109 11,109 12,108 12,108 11))"
    if found is None or found.geom_type not in kinds or found.is_empty:
        raise BadParameter(
            "coords",
            f"coords phải là WKT như {example}.",
            f"coords must be well-known text such as {example}.",
        )
    if shapely.count_coordinates(found) > MOST_CORNERS or shapely.get_num_geometries(found) > MOST_POINTS:
        raise BadParameter(
            "coords",
            f"coords có quá nhiều đỉnh; tối đa {MOST_CORNERS} đỉnh và {MOST_POINTS} phần.",
            f"coords has too many corners: at most {MOST_CORNERS} in {MOST_POINTS} parts.",
        )
    if not _on_earth(found, within):
        raise BadParameter(
            "coords", "Toạ độ trong coords ngoài phạm vi của hệ toạ độ.", "coords is outside of its system."
        )
    if not found.is_valid:
        why = shapely.is_valid_reason(found)
        raise BadParameter("coords", f"Hình trong coords không hợp lệ: {why}.", f"The shape is not valid: {why}.")
    return found


def _figures(text: str | None, known: Mapping[str, Figures]) -> tuple[Figures, ...]:
    if text is None:
        return tuple(known.values())
    found = []
    for code in dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()):
        if code not in known:
            raise BadParameter(
                "parameter-name",
                f"Không có chỉ tiêu “{code[:40]}” với số liệu; các mã có trong parameter_names của tập dữ liệu.",
                f"There is no indicator “{code[:40]}” with figures; the collection lists them under parameter_names.",
            )
        found.append(known[code])
    if not found:
        raise BadParameter("parameter-name", "parameter-name trống.", "parameter-name is empty.")
    return tuple(found)


def _on_earth(shape: BaseGeometry, within: System) -> bool:
    """Whether every corner is a number that the system can mean."""
    corners = np.abs(shapely.get_coordinates(shape))
    degrees = [90.0, 180.0] if within.swapped else [180.0, 90.0]
    return bool((corners <= (degrees if within.digits == DEGREES else FAR.get(within.srid, 1e7))).all())


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
