"""Searching the records of the catalogue: words without accents, kinds, ids, place and time."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from geo.text import fold
from services.errors import BadParameter
from services.ogc.holdings import Box
from services.ogc.links import VIET_NAM
from services.ogc.parameters import COMMON, box, refuse_unknown, span, whole
from services.ogc.records.made import TYPES, Record
from services.ogc.systems import CRS84

LIMIT = 10
SORTABLES = ("id", "title", "type", "created", "updated")
_KNOWN = COMMON | {"q", "type", "ids", "externalIds", "bbox", "datetime", "limit", "offset", "sortby"}


@dataclass(frozen=True, kw_only=True)
class Search:
    """What records are wanted; `words` are folded terms of which one must be there."""

    words: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    box: Box | None = None
    first: date | None = None
    last: date | None = None
    limit: int = LIMIT
    offset: int = 0
    sort: tuple[tuple[str, bool], ...] = ()


def asked(request: Request, most: int) -> Search:
    """Read a request for records; BadParameter names the parameter that cannot be understood."""
    asked = request.query_params
    refuse_unknown(request, _KNOWN)
    types = _list(asked.get("type"))
    for name in types:
        if name not in TYPES:
            raise BadParameter(
                "type", f"type phải là một trong {', '.join(TYPES)}.", f"type is one of {', '.join(TYPES)}."
            )
    first, last = span(asked["datetime"]) if "datetime" in asked else (None, None)
    return Search(
        words=tuple(word for part in _list(asked.get("q")) if (word := fold(part))),
        types=types,
        ids=_list(asked.get("ids")),
        external=_list(asked.get("externalIds")),
        box=box(asked.get("bbox"), CRS84),
        first=first and first.astimezone(VIET_NAM).date(),
        last=last and last.astimezone(VIET_NAM).date(),
        limit=min(whole("limit", asked.get("limit"), LIMIT, least=1), most),
        offset=whole("offset", asked.get("offset"), 0, least=0),
        sort=_sort(asked.get("sortby")),
    )


def matching(records: Iterable[Record], search: Search) -> list[Record]:
    """Return the records that match, sorted as asked; without a wish those whose title has the words go first."""
    matching = [one for one in records if _matches(one, search)]
    if search.words and not search.sort:
        matching.sort(key=lambda one: not any(_says(fold(one.properties["title"]), word) for word in search.words))
    for name, down in reversed(search.sort):
        matching.sort(key=operator.methodcaller("value", name), reverse=down)
    return matching


def _matches(one: Record, search: Search) -> bool:
    if search.types and one.properties["type"] not in search.types:
        return False
    if search.ids and one.document["id"] not in search.ids:
        return False
    if search.external and not any(
        told in search.external
        for named in one.properties.get("externalIds", ())
        for told in (named["value"], f"{named['scheme']}:{named['value']}")
    ):
        return False
    if search.words and not any(_says(text, word) for word in search.words for text in one.texts):
        return False
    return _near(one.box, search.box) and _then(one.span, search)


def _says(text: str, word: str) -> bool:
    """Whether a folded text has the words in their order, each from its start on."""
    return f" {word}" in f" {text}"


def _near(own: Box | None, wanted: Box | None) -> bool:
    if wanted is None:
        return True
    if own is None:
        return False
    west, south, east, north = wanted
    across = (own[0] <= east and own[2] >= west) if west <= east else (own[2] >= west or own[0] <= east)
    return across and own[1] <= north and own[3] >= south


def _then(own: Sequence[date | None] | None, search: Search) -> bool:
    """Whether the times meet; a record that tells of no time meets any."""
    if own is None:
        return True
    first, last = own
    return (search.last is None or first is None or first <= search.last) and (
        search.first is None or last is None or last >= search.first
    )


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _sort(text: str | None) -> tuple[tuple[str, bool], ...]:
    keys = []
    for part in _list(text):
        name = part.lstrip("+- ")
        if name not in SORTABLES:
            names = ", ".join(SORTABLES)
            raise BadParameter("sortby", f"sortby phải là một trong {names}.", f"sortby is one of {names}.")
        keys.append((name, part.startswith("-")))
    return tuple(keys)
