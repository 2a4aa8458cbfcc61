"""How many things of a layer lie in each area of any structure or lens: exact, by the things themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Integer, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from boundaries.tables import area
from boundaries.vintages import CURRENT
from layers.catalogue import FEATURES
from layers.layer import Layer
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.asking import PictureAsked
from services.api.parts import PlacesNow, brief, cached
from services.database import Statement
from services.errors import NotFound
from services.pictures import parent_of, shown, system_of

router = APIRouter()


@router.get("/layers/{layer_id}/counts")
async def get_counts(
    request: Request, layer_id: str, places: PlacesNow, asked: PictureAsked, viewer: ViewerOf
) -> Response:
    """The number of things of one layer in each area; a thing belongs where its place lies, whatever the reform."""
    layer = next((one for one in FEATURES if one.id == layer_id and one.readable(viewer)), None)
    if layer is None:
        raise NotFound(f"Không có lớp “{layer_id[:60]}”.", f"There is no layer “{layer_id[:60]}”.")
    parent = parent_of(places, asked)

    async def make() -> dict[str, Any]:
        system = system_of(places, asked, CURRENT)
        areas = shown(places, parent, system)
        found = dict(await request.app.state.reader.rows(_statement(layer, viewer), {"ids": [one.id for one in areas]}))
        return {
            "layer": layer.id,
            "within": parent.code,
            "level": system.level,
            "lens": asked.lens,
            "ids": [one.id for one in areas],
            "areas": [brief(one) for one in areas],
            "values": [found.get(one.id, 0) for one in areas],
        }

    return await cached(request, ("areas", layer.id), make, viewer.role, viewer.provinces)


def _statement(layer: Layer, viewer: Viewer) -> Statement:
    """Count things by area: a thing on a common border belongs to one area only; lines and plans go by a point on them."""
    rows = layer.rows(viewer).subquery("r")
    place = func.ST_PointOnSurface(rows.c.geom) if layer.geometry != "Point" else rows.c.geom
    wanted = area.c.id == any_(bindparam("ids", type_=ARRAY(Integer)))
    each = (
        select(rows.c.id, func.min(area.c.id).label("area_id"))
        .select_from(rows)
        .join(area, wanted & func.ST_Intersects(area.c.geom, place))
        .group_by(rows.c.id)
        .subquery("each")
    )
    return Statement(select(each.c.area_id, func.count()).group_by(each.c.area_id))
