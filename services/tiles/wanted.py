"""Which tile an address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request

from layers.catalogue import catalogue
from layers.layer import Layer
from layers.viewer import Viewer
from services.errors import BadParameter, NotFound
from services.ogc.fields import filter_value
from services.ogc.links import VIET_NAM, revision_name
from services.ogc.parameters import span
from services.tiles import grid, statements

_KNOWN = frozenset({"f", "v", "lang", "datetime"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tile as it is asked for; equal ones have equal bytes as long as revision and day are the same."""

    layer: Layer
    viewer: Viewer
    tile: grid.Tile
    filters: tuple[tuple[str, tuple[Any, ...]], ...]
    day: date | None
    version: str | None
    revision: str  # the name its revision is counted under
    dated: bool  # whether it changes with the day

    def under(self, revision: int, today: date) -> tuple[Any, ...]:
        """Return everything its bytes depend on."""
        day = self.day or (today if self.dated else None)
        return (self.layer.id, self.viewer.role, self.viewer.provinces, self.tile, self.filters, day, revision)


def read(request: Request, viewer: Viewer) -> Wanted:
    """Read the address of a tile; NotFound or BadParameter where there is none."""
    path = request.path_params
    layer = catalogue.get(path["collection"])
    if layer is None or not layer.readable(viewer):
        raise NotFound(
            f"Không có mảnh bản đồ của “{path['collection'][:80]}”.",
            f"There are no tiles of “{path['collection'][:80]}”.",
        )
    tile = grid.read(
        grid.find(path["grid"]), path["z"], path["y"], path["x"], lowest=layer.minzoom, highest=layer.maxzoom
    )
    fields = statements.filters_of(layer, viewer)
    filters: dict[str, list[Any]] = {}
    for name, text in request.query_params.multi_items():
        if name in fields:
            filters.setdefault(name, []).append(filter_value(fields[name], text))
        elif name not in _KNOWN or (name == "f" and text != "mvt"):
            raise BadParameter(
                name, f"Không có tham số “{name[:60]}” ở đây.", f"There is no parameter “{name[:60]}” here."
            )
    when = request.query_params.get("datetime")
    moment = span(when)[0] if when else None
    ranged = layer.id in statements.AREA_IDS
    return Wanted(
        layer=layer,
        viewer=viewer,
        tile=tile,
        filters=tuple((name, tuple(values)) for name, values in sorted(filters.items())),
        day=moment.astimezone(VIET_NAM).date() if moment and ranged else layer.moment,
        version=request.query_params.get("v"),
        revision=revision_name(layer.id),
        dated=ranged,
    )
