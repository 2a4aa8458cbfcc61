"""A QGIS project made of the catalogue: vector tiles as on the map, features to work with, and chosen indicators."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import numpy as np
from fastapi import Request
from starlette.responses import Response

from layers.catalogue import AREAS, COMPUTED, FEATURES
from layers.indicators.catalogue import FIRST_INDICATORS
from layers.indicators.layer import layer_id
from layers.layer import Layer
from services.accounts import viewer as viewer_of
from services.errors import BadParameter, NotFound
from services.language import Language, language
from services.legends import METHODS
from services.ogc.answers import everything_tag
from services.ogc.collections import Collection, collection, holdings
from services.ogc.figures.choropleth import choropleth
from services.ogc.links import base_url, fresh, keeping, not_modified
from services.ogc.maps.frame import carry
from services.ogc.parameters import refuse_unknown
from services.ogc.styles.documents import VIET_NAM, parts, tiles
from services.ogc.systems import System, system
from services.tiles.statements import AREA_IDS
from styles import basemap
from styles.palette import SEA, Theme, colour_of
from styles.qgis import FeatureLayer, Group, NamesLayer, TileLayer, project

KIND = "application/x-qgis-project"
MOST = 60  # indicators in one project: QGIS asks about each when the project opens
_WEB = "http://www.opengis.net/def/crs/EPSG/0/3857"
_TITLES: dict[Language, dict[str, str]] = {
    "vi": {"tiles": "Bản đồ (mảnh vec-tơ)", "features": "Dữ liệu (OGC API – Features)", "figures": "Chỉ tiêu", "archipelagos": "Quần đảo Hoàng Sa, quần đảo Trường Sa",
           "areas": "Địa giới (OGC API – Features)"},
    "en": {"tiles": "Map (vector tiles)", "features": "Data (OGC API – Features)", "figures": "Indicators", "archipelagos": "Hoang Sa and Truong Sa archipelagos",
           "areas": "Areas (OGC API – Features)"},
}  # fmt: skip
_KINDS: dict[str, tuple[Literal["Point", "Line", "Polygon"], ...]] = {
    "Point": ("Point",), "Line": ("Line",), "Polygon": ("Polygon",), "Any": ("Point", "Line", "Polygon"),
}  # fmt: skip


async def qgis_project(request: Request) -> Response:
    """Answer the project; `collections` names the indicators in it, `crs` its system."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, {"lang", "crs", "collections", "theme"})
    to = system("crs", request.query_params.get("crs", _WEB))
    theme = _theme(request.query_params.get("theme", "light"))
    etag = everything_tag(request, viewer, base, lang, to.uri, theme, sorted(request.query_params.multi_items()))
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    words = _TITLES[lang]
    groups = [
        Group(words["figures"], await _figures(request, theme, lang, base), open=False),
        Group(words["features"], [
            await _features(request, Collection(one, viewer), theme, lang, base)
            for one in (*reversed(FEATURES), *COMPUTED) if await _held(request, one)
        ], open=False),
        Group(words["areas"], [
            await _features(request, Collection(one, viewer), theme, lang, base)
            for one in AREAS if await _held(request, one)
        ], open=False),
        Group(words["tiles"], [
            NamesLayer(
                _id("archipelagos", "names"), words["archipelagos"], json.dumps(basemap.archipelagos(), ensure_ascii=False),
                "name_en" if lang == "en" else "name", VIET_NAM,
            ),
        ] + [
            await _tiles(request, Collection(one, viewer), theme, lang, base)
            for one in (*reversed(FEATURES), *reversed(AREAS[:2])) if await _held(request, one)
        ]),
    ]  # fmt: skip
    places = await request.app.state.gazetteer.places()
    home = places.find(request.app.state.settings.home)
    body = project(
        "Toàn Cảnh", groups, crs=f"EPSG:{to.srid}", view=_view(home.bbox, to), ground=colour_of(SEA, theme), theme=theme, lang=lang
    )  # fmt: skip
    headers = keeping(viewer, etag) | {"Content-Disposition": 'attachment; filename="toan-canh.qgs"'}
    return Response(body, media_type=KIND, headers=headers)


async def _figures(request: Request, theme: Theme, lang: Language, base: str) -> list[FeatureLayer]:
    """The indicators that are asked for, else the first ones; each in the classes of its newest figures."""
    viewer, asked = viewer_of(request), request.query_params.get("collections")
    names = [part for part in asked.split(",") if part] if asked is not None else None
    if names is not None and len(names) > MOST:
        raise BadParameter("collections", f"Tối đa {MOST} chỉ tiêu.", f"At most {MOST} indicators.")
    found = []
    for name in dict.fromkeys(names if names is not None else map(layer_id, FIRST_INDICATORS)):
        try:
            one = await collection(request, name, viewer)
            shown = await choropleth(request, one, METHODS[0]) if one.figures else None
        except NotFound as wrong:
            if names is None:
                continue
            raise BadParameter("collections", wrong.sentence("vi"), wrong.sentence("en")) from None
        if shown is None:
            continue  # a layer, which is in the project anyway
        box = one.figures.box or VIET_NAM if one.figures else VIET_NAM
        found.append(
            FeatureLayer(
                _id(one.id, "features"), one.title(lang), base, one.id, "Polygon", parts(one, theme, shown), box
            )
        )
    return found


async def _features(request: Request, one: Collection, theme: Theme, lang: Language, base: str) -> FeatureLayer:
    box = (await holdings(request).extent(one.layer, one.viewer)).box or VIET_NAM
    kind = _KINDS[one.layer.geometry][0]
    return FeatureLayer(_id(one.id, "features"), one.title(lang), base, one.id, kind, parts(one, theme, None), box)


async def _tiles(request: Request, one: Collection, theme: Theme, lang: Language, base: str) -> TileLayer:
    box = (await holdings(request).extent(one.layer, one.viewer)).box or VIET_NAM
    area = one.id in AREA_IDS
    return TileLayer(
        _id(one.id, "tiles"), one.title(lang), tiles(base, one.id), (max(one.layer.minzoom, 3 if area else 0), 14), one.id,
        parts(one, theme, None), box, label=f"{one.id}_label" if area else "",
        cells=f"{one.id}_cells" if one.layer.points_from is not None else "",
    )  # fmt: skip


async def _held(request: Request, layer: Layer) -> bool:
    """Whether the viewer may know of a layer and it has features."""
    viewer = viewer_of(request)
    return layer.readable(viewer) and (await holdings(request).extent(layer, viewer)).count > 0


def _theme(text: str) -> Theme:
    if text not in ("light", "dark"):
        raise BadParameter("theme", "theme là light hoặc dark.", "theme is light or dark.")
    return text  # type: ignore[return-value]


def _view(box: Any, to: System) -> tuple[float, float, float, float]:
    x, y = carry(np.array([box[0], box[2]]), np.array([box[1], box[3]]), 4326, to.srid)
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])


def _id(name: str, kind: str) -> str:
    """An id that QGIS keeps: it replaces short ones."""
    return f"toancanh_{re.sub(r'[^a-z0-9]', '_', name)}_{kind}"
