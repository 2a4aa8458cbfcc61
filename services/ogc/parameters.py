"""Reading what a request asks for: format, page, box, time, systems, filters; anything unknown is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import Request
from starlette.datastructures import QueryParams

from layers.indicators import periods
from layers.indicators.periods import Period
from services.boundary import vintage_asked
from services.errors import BadParameter
from services.ogc.collections import Collection
from services.ogc.cql2 import parameter as cql2
from services.ogc.cql2.nodes import Filter
from services.ogc.fields import filter_value
from services.ogc.links import VIET_NAM
from services.ogc.systems import System, system

COMMON = frozenset({"f", "lang"})
PAGING = frozenset({"limit", "offset", "after"})
SELECTING = frozenset({"bbox", "bbox-crs", "crs", "datetime", "properties", "sortby", "skipGeometry"})
ITEM = frozenset({"crs"})
LIMIT = 100
LEVELS = ("province", "district", "commune")

FILES = {
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
}
"""Media types of the formats of features that are files."""

Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a request for features asks for."""

    limit: int
    offset: int = 0
    after: int | None = None
    box: tuple[float, float, float, float] | None = None
    box_system: System
    system: System
    span: Span | None = None
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    filter: Filter | None = None
    properties: tuple[str, ...] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    geometry: bool = True
    level: str | None = None
    boundary: str | None = None
    period: Period | None = None

    @property
    def crosses(self) -> bool:
        """Whether the box in degrees crosses the 180th meridian."""
        if self.box is None or not self.box_system.stored:
            return False
        return self.box[1] > self.box[3] if self.box_system.swapped else self.box[0] > self.box[2]


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise BadParameter for the first query parameter that is not known here (Features Part 1, 7.6)."""
    allowed = set(known)
    for name in request.query_params:
        if name not in allowed:
            raise BadParameter(
                name, f"Không có tham số “{name[:60]}” ở đây.", f"There is no parameter “{name[:60]}” here."
            )


def format_of(request: Request, *offered: str) -> str:
    """Return the format that is wanted: `f=`, else HTML for a browser, else the first that is offered."""
    asked = request.query_params.get("f")
    if asked is not None:
        if asked not in offered:
            raise BadParameter(
                "f",
                f"Không có định dạng “{asked[:40]}”; hãy chọn {', '.join(offered)}.",
                f"The format “{asked[:40]}” is not offered; choose {', '.join(offered)}.",
            )
        return asked
    accept = request.headers.get("accept", "")
    if "html" in offered and prefers_page(accept):
        return "html"
    for name, kind in FILES.items():
        if kind in accept and name in offered:
            return name
    return offered[0]


def prefers_page(accept: str) -> bool:
    """Whether an Accept header names HTML before all that programs read."""
    places = [accept.find(word) for word in ("application/json", "application/geo+json", "*/*")]
    return "text/html" in accept and all(place < 0 or place > accept.find("text/html") for place in places)


def parse(request: Request, one: Collection, *, most: int) -> Query:
    """Read a request for features; BadParameter names the parameter that cannot be understood."""
    asked = request.query_params
    fields = {field.name: field for field in one.fields}
    own = one.figures.own if one.figures else {"boundary"} if one.areas else set()
    refuse_unknown(request, COMMON | PAGING | SELECTING | cql2.FILTERING | fields.keys() | own)
    filters: dict[str, list[Any]] = {}
    for name, text in asked.multi_items():
        if name in fields and name not in own:
            filters.setdefault(name, []).append(filter_value(fields[name], text))
    box_system = system("bbox-crs", asked.get("bbox-crs"))
    return Query(
        limit=min(whole("limit", asked.get("limit"), LIMIT, least=1), most),
        offset=whole("offset", asked.get("offset"), 0, least=0),
        after=_after(asked.get("after")),
        box=box(asked.get("bbox"), box_system),
        box_system=box_system,
        system=system("crs", asked.get("crs")),
        span=_when(asked, one),
        filters=tuple((name, tuple(values)) for name, values in sorted(filters.items())),
        filter=cql2.asked(asked, fields),
        properties=_names("properties", asked.get("properties"), fields),
        sort=_sort(asked.get("sortby"), fields),
        geometry=asked.get("skipGeometry", "false").lower() not in ("true", "1"),
        level=_level(asked.get("level"), one),
        boundary=asked.get("boundary") if one.figures else None,
        period=_period(asked.get("datetime"), one),
    )


def parse_item(request: Request, one: Collection) -> Query:
    """Read a request for one feature."""
    asked = request.query_params
    own = one.figures.own | {"datetime"} if one.figures else set()
    refuse_unknown(request, COMMON | ITEM | own)
    return Query(
        limit=1,
        box_system=system("bbox-crs", None),
        system=system("crs", asked.get("crs")),
        span=span(asked["datetime"]) if "datetime" in asked else None,
        level=_level(asked.get("level"), one),
        boundary=asked.get("boundary") if one.figures else None,
        period=_period(asked.get("datetime"), one),
    )


def box(text: str | None, within: System) -> tuple[float, float, float, float] | None:
    """Read a bbox of four numbers, or of six (heights are ignored), in the order of its system's axes."""
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[0:2], *numbers[3:5]]
    ordered = 1 if within.stored and not within.swapped else 0  # longitudes may cross the 180th meridian
    wrong = len(numbers) != 4 or not all(map(math.isfinite, numbers)) or numbers[ordered] > numbers[ordered + 2]
    if wrong or (not within.stored and numbers[1] > numbers[3]):
        raise BadParameter(
            "bbox",
            "bbox phải gồm 4 (hoặc 6) số theo thứ tự góc thấp rồi góc cao, ví dụ 108.3,11.8,108.6,12.1.",
            "bbox must be 4 (or 6) numbers, the lower corner first, such as 108.3,11.8,108.6,12.1.",
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def span(text: str) -> Span:
    """Read an instant or interval of RFC 3339; a date is its whole day in Viet Nam, `..` or nothing is open.

    The keys of periods (2026, 2026-Q3, 2026-10, 2026-W30) are read too.
    """
    parts = text.split("/")
    try:
        if len(parts) == 1:
            return _moments(text)
        if len(parts) == 2 and not all(part in ("", "..") for part in parts):
            first = None if parts[0] in ("", "..") else _moments(parts[0])[0]
            last = None if parts[1] in ("", "..") else _moments(parts[1])[1]
            if first and last and first > last:
                raise ValueError
            return first, last
    except (ValueError, OverflowError):
        pass
    raise BadParameter(
        "datetime",
        f"Không hiểu thời gian “{text[:60]}”; hãy viết 2026-07-14, 2026-07-14T08:00:00Z hoặc 2026-01-01/..",
        f"The time “{text[:60]}” is not understood; write 2026-07-14, 2026-07-14T08:00:00Z or 2026-01-01/..",
    )


def _when(asked: QueryParams, one: Collection) -> Span | None:
    """The time asked for; of areas a `boundary` names the day on which they held."""
    vintage = vintage_asked(asked.get("boundary")) if one.areas else None
    if vintage is None:
        return span(asked["datetime"]) if "datetime" in asked else None
    if "datetime" in asked:
        raise BadParameter(
            "boundary",
            "boundary và datetime cùng nêu thời điểm của ranh giới; chỉ dùng một.",
            "boundary and datetime both say when the areas held; use one.",
        )
    return span(vintage.start.isoformat())


def _moments(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment of an instant, a day or a period."""
    if "T" in text or " " in text:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
        try:
            moment = moment.astimezone(VIET_NAM) if moment.tzinfo else moment.replace(tzinfo=VIET_NAM)
        except OverflowError:  # the end of the year 9999 in UTC, which clients send for "for ever"
            moment = moment.replace(tzinfo=VIET_NAM)
        return moment, moment
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        first = last = date.fromisoformat(text)
    else:
        period = periods.parse(text)
        first, last = period.start, period.last_day
    begin = datetime(first.year, first.month, first.day, tzinfo=VIET_NAM)
    end = datetime(last.year, last.month, last.day, tzinfo=VIET_NAM)
    return begin, end + timedelta(days=1) - timedelta(microseconds=1)


def _period(text: str | None, one: Collection) -> Period | None:
    """The period that a datetime names by its key (2026-Q3), as it is meant for an indicator; a date or interval is none."""
    if text is None or one.figures is None or "/" in text or re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", text):
        return None
    try:
        return periods.of_indicator(text, one.figures.indicator)
    except ValueError:
        return None


def whole(name: str, text: str | None, default: int, *, least: int) -> int:
    """Read a whole number from `least` on; BadParameter for anything else."""
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,15}", text) or int(text) < least:
        raise BadParameter(
            name, f"{name} phải là số nguyên từ {least} trở lên.", f"{name} must be a whole number from {least}."
        )
    return int(text)


def _after(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}", text):
        raise BadParameter("after", "after lấy từ liên kết next, không tự đặt.", "after comes from a next link.")
    return int(text)


def _names(name: str, text: str | None, fields: Iterable[str]) -> tuple[str, ...] | None:
    if text is None:
        return None
    wanted = tuple(dict.fromkeys(part for part in text.split(",") if part))
    for part in wanted:
        if part not in fields:
            raise _no_field(name, part)
    return wanted


def _sort(text: str | None, fields: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    keys = []
    for part in (text or "").split(","):
        bare = part.strip().lstrip("+-")
        if not bare:
            continue
        if bare not in fields and bare != "id":
            raise _no_field("sortby", bare)
        keys.append((bare, part.strip().startswith("-")))
    return tuple(keys)


def _level(text: str | None, one: Collection) -> str | None:
    if text is not None and text not in LEVELS:
        allowed = ", ".join(LEVELS)
        raise BadParameter("level", f"level phải là một trong {allowed}.", f"level is one of {allowed}.")
    return text or (one.figures.levels[0] if one.figures else None)


def _no_field(parameter: str, name: str) -> BadParameter:
    return BadParameter(parameter, f"Không có trường “{name[:60]}”.", f"There is no field “{name[:60]}”.")
