"""One standard of the OGC API as this server keeps it: its addresses, what it declares, and where it is linked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from layers.viewer import Viewer
from services.front import Endpoint
from services.language import Language
from services.ogc.collections import Collection

Json = dict[str, Any]
Link = dict[str, Any]


def _no_links(*_: object) -> list[Link]:
    return []


def _nothing(*_: object) -> Json:
    return {}


async def _no_collections(*_: object) -> list[Json]:
    return []


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one standard adds to the server; the documents of the whole are put together from all of them.

    `routes` are (path, endpoint, methods); `first` are GET addresses answered before the middleware. `landing` gives the
    links of the landing page from (base, language), `links` those of a collection from (collection, base, language).
    `described` gives the documents of collections that are no layers, from (request, viewer, base, language).
    `operations` gives path items of OpenAPI and `components` the parameters they name, from (collections, language).
    """

    conformance: tuple[str, ...]
    routes: tuple[tuple[str, Endpoint, tuple[str, ...]], ...] = ()
    first: tuple[tuple[str, Endpoint], ...] = ()
    landing: Callable[[str, Language], list[Link]] = _no_links
    links: Callable[[Collection, str, Language], list[Link]] = _no_links
    described: Callable[[Request, Viewer, str, Language], Awaitable[list[Json]]] = _no_collections
    operations: Callable[[Sequence[Collection], Language], Json] = _nothing
    components: Callable[[Sequence[Collection], Language], Json] = _nothing


def conforms(standard: str, *classes: str) -> tuple[str, ...]:
    """Return the URIs of requirement classes of a standard, such as `ogcapi-tiles-1/1.0`."""
    return tuple(f"http://www.opengis.net/spec/{standard}/conf/{name}" for name in classes)


RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"
