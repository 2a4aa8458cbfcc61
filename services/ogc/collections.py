"""The collections of a viewer: layers of the catalogue and indicators that have figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from fastapi import Request

from layers.catalogue import catalogue
from layers.indicators.layer import indicator_layer
from layers.layer import Field, Layer
from layers.viewer import Viewer
from services.errors import NotFound
from services.language import Language, language
from services.ogc.fields import fields_of
from services.ogc.figures import pivot
from services.ogc.holdings import Box, Figures, Holdings
from services.ogc.links import HTML, JSON, base_url, link
from services.ogc.systems import CRS84, uris

SAMPLE_WORD = {"vi": "dữ liệu minh hoạ", "en": "sample data"}


@dataclass(frozen=True)
class Collection:
    """A layer as one viewer sees it, or the figures of one indicator or of several side by side."""

    layer: Layer
    viewer: Viewer
    figures: Figures | None = None

    @property
    def id(self) -> str:
        """Its id in addresses."""
        return self.layer.id

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field the viewer may read."""
        return fields_of(self.layer, self.viewer)

    @property
    def tiled(self) -> bool:
        """Whether it has vector tiles: figures travel apart from the tiles of the areas."""
        return self.figures is None

    @property
    def dated(self) -> bool:
        """Whether `datetime` means something here."""
        return bool(self.figures or self.layer.date or "valid_from" in self.layer.table.c)

    @cached_property
    def ranged(self) -> bool:
        """Whether each feature is valid from a day until another."""
        return {"valid_from", "valid_to"} <= set(self.layer.table.c.keys()) and self.layer.date in (
            "",
            "valid_from",
        )

    @property
    def areas(self) -> bool:
        """Whether its features are areas of the structures that `boundary` tells apart."""
        return self.figures is None and self.ranged and "province_code" in self.layer.table.c

    def title(self, lang: Language) -> str:
        """Its title for people."""
        return self.layer.title_en if lang == "en" else self.layer.title

    def description(self, lang: Language) -> str:
        """One or two sentences for people."""
        return self.layer.description_en if lang == "en" else self.layer.description


def holdings(request: Request) -> Holdings:
    """Return what the application knows of its data; one for each application."""
    state = request.app.state
    if not hasattr(state, "holdings"):
        state.holdings = Holdings(request.app)
    found: Holdings = state.holdings
    return found


async def collections(request: Request, viewer: Viewer) -> list[Collection]:
    """Return every collection the viewer may know of, layers first."""
    figures = await holdings(request).figures()
    return [
        *(Collection(layer, viewer) for layer in catalogue.values() if layer.readable(viewer)),
        *(Collection(layer, viewer, one) for layer, one in _indicators(figures.values()) if layer.readable(viewer)),
        *(Collection(one.layer, viewer, one) for one in pivot.modules(figures.values(), viewer)),
    ]


async def collection(request: Request, name: str, viewer: Viewer) -> Collection:
    """Return one collection; NotFound for one that is not there or that the viewer may not know of."""
    layer = catalogue.get(name)
    if layer is not None and layer.readable(viewer):
        return _collection(name, viewer)
    if layer is None and name.startswith("indicator-"):
        figures = (await holdings(request).figures()).get(name)
        own = indicator_layer(figures.indicator) if figures else None
        if own is not None and own.readable(viewer):
            return Collection(own, viewer, figures)
    if layer is None and name.startswith((pivot.PREFIX, pivot.CHOSEN)):
        figures_of = (await holdings(request).figures()).values()
        if table := pivot.find(name, figures_of, viewer, request.query_params):
            return Collection(table.layer, viewer, table)
    for described in getattr(request.app.state, "described", ()):  # what is no layer: a raster, the catalogue
        if any(one["id"] == name for one in await described(request, viewer, base_url(request), language(request))):
            raise NotFound(
                f"Tập dữ liệu “{name[:80]}” không có tài nguyên này.",
                f"The collection “{name[:80]}” has no such resource.",
            )
    raise NotFound(f"Không có tập dữ liệu “{name[:80]}”.", f"There is no collection “{name[:80]}”.")


def _indicators(held: Iterable[Figures]) -> Iterator[tuple[Layer, Figures]]:
    return ((indicator_layer(one.indicator), one) for one in held)


@lru_cache(maxsize=256)
def _collection(name: str, viewer: Viewer) -> Collection:
    return Collection(catalogue[name], viewer)


async def describe(request: Request, one: Collection, base: str, lang: Language) -> dict[str, Any]:
    """Return the description of a collection (OGC API – Features Part 1 and 2), linked to nothing but itself."""
    if one.figures is not None:
        box, sample = one.figures.box, one.figures.sample
        interval: list[str | None] | None = [_instant(day) for day in one.figures.span]
    else:
        extent = await holdings(request).extent(one.layer, one.viewer)
        box, sample = extent.box, extent.sample
        dated = bool(one.layer.date) and extent.first is not None
        interval = [_instant(extent.first), None if one.ranged else _instant(extent.last)] if dated else None
    here, word = f"{base}/collections/{one.id}", "This page" if lang == "en" else "Trang này"
    document: dict[str, Any] = {
        "id": one.id,
        "title": one.title(lang),
        "description": one.description(lang),
        "keywords": [*([SAMPLE_WORD[lang]] if sample else []), "Toàn Cảnh"],
        "extent": extent_of(box, interval),
        "itemType": "feature",
        "crs": list(uris()),
        "storageCrs": CRS84.uri,
        "links": [
            link(here, "self", JSON, word),
            link(f"{here}?f=html", "alternate", HTML, word),
        ],
    }
    if sample:
        words = "Dữ liệu minh hoạ." if lang == "vi" else "Sample data."
        document["description"] = f"{document['description']} {words}"
    return document


def extent_of(box: Box | None, interval: list[str | None] | None) -> dict[str, Any]:
    """Return the extent of a collection; Viet Nam where it has no box (EPSG:4326)."""
    extent: dict[str, Any] = {
        "spatial": {
            "bbox": [[round(side, 6) for side in box] if box else [102.0, 6.5, 118.0, 23.5]],
            "crs": CRS84.uri,
        }
    }
    if interval:
        extent["temporal"] = {
            "interval": [interval],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def _instant(moment: date | datetime | None) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.isoformat()
    return f"{moment.isoformat()}T00:00:00Z"
