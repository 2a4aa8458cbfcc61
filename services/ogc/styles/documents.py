"""Putting style documents together for a request: where their tiles are, and what the catalogue says of their look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from boundaries.vintages import CURRENT
from layers.layer import Layer
from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.language import Language
from services.ogc.collections import Collection, holdings
from services.ogc.figures.choropleth import NEUTRAL, Choropleth
from services.ogc.links import base_url, site_url
from services.ogc.styles.known import Style, look_of
from services.tiles.grid import NAME as GRID
from services.tiles.statements import AREA_IDS
from styles import basemap
from styles import sld as sld_writer
from styles.maplibre import style_layers
from styles.palette import Theme, Tone
from styles.rules import Part, choropleth, portrayal
from styles.stylesheet import Source, document, of_areas, of_figures, of_layer

Json = dict[str, Any]

VIET_NAM = (102.0, 6.5, 118.0, 23.5)
_OF_LEVEL = {
    "province": "provinces", "commune": "communes", "district": "former-districts", "region": "regions",
}  # fmt: skip


async def source(request: Request, layer: Layer, viewer: Viewer, more: str = "") -> Source:
    """Return where the tiles of a layer are."""
    box = (await holdings(request).extent(layer, viewer)).box or VIET_NAM
    zooms = (max(layer.minzoom, 3 if layer.id in AREA_IDS else 0), layer.maxzoom)
    return Source(tiles(base_url(request), layer.id) + more, zooms, [round(side, 6) for side in box])


def tiles(base: str, layer_id: str) -> str:
    """Return the address of a layer's tiles."""
    return f"{base}/collections/{layer_id}/tiles/{GRID}/{{z}}/{{y}}/{{x}}?f=mvt"


async def layer_style(request: Request, one: Collection, style: Style, lang: Language) -> Json:
    """Return the MapLibre style of a layer."""
    where, layer = await source(request, one.layer, one.viewer), one.layer
    if layer.id in AREA_IDS:
        return of_areas(layer.id, one.title(lang), where, style.theme, lang)
    return of_layer(layer.id, one.title(lang), layer.look, where, style.theme, lang, cells_below=layer.points_from)


async def figures_style(request: Request, one: Collection, style: Style, shown: Choropleth, lang: Language) -> Json:
    """Return the MapLibre style of a picture of figures: colours by the code of the area on the tiles of the areas."""
    tones = {theme: shown.colours(theme) for theme in ("light", "dark")}
    by_code = {
        area.code: Tone(tones["light"][area.id], tones["dark"][area.id])
        for area in shown.picture.areas
        if area.id in tones["light"]
    }
    name = tile_layer(shown)
    system = shown.picture.system
    kind = f"&kind={system.boundary}" if system.is_region else ""
    day = CURRENT.id if system.is_region else shown.picture.vintage.id
    where = Source(
        f"{tiles(base_url(request), name)}&datetime={day}{kind}",
        (3, 22),
        [round(side, 6) for side in shown.picture.parent.bbox],
    )
    return of_figures(
        name, one.title(lang), where, by_code, Tone(NEUTRAL["light"], NEUTRAL["dark"]), style.theme, lang,
        collection=one.id, period=shown.picture.at.key, method=shown.legend["method"], legend=shown.rows, sample=shown.sample,
    )  # fmt: skip


async def map_style(
    request: Request, layers: Sequence[Layer], base: str, theme: Theme, lang: Language, title: str
) -> Json:
    """Return the MapLibre style of the whole map: its ground and these layers on it."""
    viewer = viewer_of(request)
    places = await request.app.state.gazetteer.places()
    ground = basemap.document(
        theme=theme,
        lang=lang,
        provinces=f"{tiles(base, 'provinces')}&datetime={CURRENT.id}",
        communes=f"{tiles(base, 'communes')}&datetime={CURRENT.id}",
        land=f"{site_url(base)}/api/land.json",
        bounds=list(places.find("VN").bbox),
    )
    sources, drawn = dict(ground["sources"]), list(ground["layers"])
    first_name = next((at for at, one in enumerate(drawn) if one["type"] == "symbol"), len(drawn))
    for layer in layers:
        sources[layer.id] = (await source(request, layer, viewer)).document()
        made = style_layers(layer.id, layer.look, theme, cells_below=layer.points_from)
        drawn[first_name:first_name] = made
        first_name += len(made)
    return document(title, sources, drawn, lang)


def sld(one: Collection, style: Style, shown: Choropleth | None, version: sld_writer.Version, lang: Language) -> bytes:
    """Return the SLD of a collection."""
    named = "name" if one.id in AREA_IDS else ""
    return sld_writer.document(
        one.id, style.id, one.title(lang), parts(one, style.theme, shown),
        version=version, lang=lang, theme=style.theme, label=named,
    )  # fmt: skip


def parts(one: Collection, theme: Theme, shown: Choropleth | None) -> tuple[Part, ...]:
    """Return the rules of a collection's look."""
    if shown is not None:
        return choropleth(shown.legend, theme)
    return portrayal(look_of(one.layer), theme, one.layer.title, one.layer.title_en)


def tile_layer(shown: Choropleth) -> str:
    """Return the layer whose tiles hold the areas of a picture."""
    return _OF_LEVEL[shown.picture.system.level]
