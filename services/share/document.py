"""One self-contained HTML page of a map, made with folium: nothing in it points outside the file."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Element, Figure
from folium.utilities import JsCode
from jinja2 import Template
from shapely.geometry.base import BaseGeometry

from services.share.furniture import (
    furniture,
    language_of,
    name_of,
    reason,
    short_name,
    suffix_of,
    text_of,
    value_text,
    where_of,
)
from services.share.inset import ARCHIPELAGO_BOXES, islets
from services.share.ranks import ranks
from services.share.view import Outline, Place, View, fills
from services.share.words import WORDS, in_words
from styles import classes
from styles.basemap import ARCHIPELAGOS
from styles.palette import EMPTY, LAND, STATES

_FOLDER = Path(__file__).parent
_NEIGHBOURS = "#eceae5"  # other provinces: between land abroad and the areas that are told about
_MARGIN = "#eef2f4"
_SHEET = shapely.box(99.02, 3.02, 120.98, 24.98)  # what the neighbouring land is known for
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def share_map(view: View, *, lang: str = "vi", land: BaseGeometry | None = None) -> str:
    """Return the page of a map as HTML text.

    `land` is the land abroad (EPSG:4326), drawn in grey. The page shows the same classes and colours as the screen,
    names source and date, says when figures are samples or outlines approximate, and always names the archipelagos.
    """
    words = WORDS[lang]
    page = folium.Map(
        tiles=None, zoom_control=False, zoom_snap=0.25, min_zoom=4, max_zoom=13, prefer_canvas=len(view.places) > 900
    )
    page.default_js, page.default_css = [], []
    page._id = "view"
    frame = _frame(view)
    colours = fills(view)
    _ground(page, view, land)
    areas = _areas(view, colours, lang)
    page.add_child(areas)
    page.add_child(_border(view))
    figure = page.get_root()
    assert isinstance(figure, Figure)
    figure._id = "page"
    figure.title = escape(f"{name_of(view, lang)} – {where_of(view, lang)}, {view.period.label(language_of(lang))}")
    figure.header.add_child(_Raw(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'), name="policy")
    figure.header.add_child(_Raw('<link rel="icon" href="data:,">'), name="icon")
    figure.header.add_child(_Raw(f"<!--\n{_text('vendor/LICENSE')}-->"), name="licence")
    figure.header.add_child(_Raw(f"<style>{_leaflet_css()}{_text('page.css')}</style>"), name="look")
    figure.header.add_child(_Raw(f"<script>{_text('vendor/leaflet.js')}</script>"), name="leaflet")
    data = json.dumps(_data(view, frame, colours, lang), ensure_ascii=False, separators=(",", ":")).replace(
        "</", "<\\/"
    )
    figure.header.add_child(_Raw(f"<script>const TC = {data};\n{_text('page.js')}</script>"), name="behaviour")
    figure.html.add_child(_Raw(furniture(view, colours, lang)), name="furniture")
    figure.script.add_child(
        _Raw(f"addEventListener('load', () => tcStart({page.get_name()}, {areas.get_name()}));"), name="start"
    )
    html: str = figure.render()
    return html.replace("<html>", f'<html lang="{lang}">', 1).replace(
        "</body>", f"<noscript>{escape(words['noscript'])}</noscript></body>", 1
    )


class _Raw(Element):
    """Text that goes into the page as it is."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _leaflet_css() -> str:
    """Leaflet's style without its pictures, which nothing on this page uses."""
    return re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", _text("vendor/leaflet.css"))


def _frame(view: View) -> tuple[float, float, float, float]:
    """West, south, east, north of what is shown first; the whole country always reaches to its archipelagos."""
    west, south, east, north = shapely.total_bounds(np.array([place.shape for place in view.places]))
    if view.area_code == "VN":
        return min(west, 102.0), min(south, 6.8), max(east, 117.8), max(north, 23.5)
    if view.area_code in ("48", "56"):  # their archipelagos lie far out: the mainland opens, the rest is in the inset
        parts = shapely.get_parts([place.shape for place in view.places])
        near = parts[shapely.get_x(shapely.centroid(parts)) < 110.5]
        west, south, east, north = shapely.total_bounds(near)
    return float(west), float(south), float(east), float(north)


def _ground(page: folium.Map, view: View, land: BaseGeometry | None) -> None:
    """Land abroad and the other provinces, without figures and without answers to the pointer."""
    quiet = {"interactive": False, "smooth_factor": 0}
    if land is not None:
        shape = _geometry(shapely.simplify(land.intersection(_SHEET), 0.012), 3)
        page.add_child(_layer([_feature("land", shape)], "land", LAND.light, quiet))
    if view.area_code != "VN":
        others = [_feature(o.code, _geometry(o.shape, 3)) for o in view.context if o.code != view.area_code]
        page.add_child(_layer(others, "neighbours", _NEIGHBOURS, quiet, line="#c3c9cd"))
    # The map is a sheet: beyond it nothing is known, so nothing may look like open sea.
    beyond = shapely.box(-179, -80, 270, 84).difference(_SHEET)
    page.add_child(_layer([_feature("beyond", _geometry(beyond, 3))], "beyond", _MARGIN, quiet, line="#c9d3d9"))


def _feature(name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": name, "properties": {}, "geometry": geometry}


def _layer(
    features: list[dict[str, Any]], name: str, fill: str, options: dict[str, Any], line: str | None = None
) -> folium.GeoJson:
    made = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda _: {
            "fillColor": fill,
            "fillOpacity": 1,
            "color": line or fill,
            "weight": 1,
            "stroke": True,
        },
        control=False,
        **options,
    )
    made._id = name
    return made


def _areas(view: View, colours: list[str], lang: str) -> folium.GeoJson:
    ranked = ranks(view, lang)
    fills = {str(place.id): colour for place, colour in zip(view.places, colours, strict=True)}
    digits = 3 if len(view.places) > 900 or view.area_code == "VN" else 4
    features = [
        {
            "type": "Feature",
            "id": str(place.id),
            "properties": _properties(place, view, ranked.get(place.id, ""), lang),
            "geometry": _geometry(place.shape, digits),
        }
        for place in view.places
    ]
    thin = len(view.places) > 900
    made = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda f: {
            "fillColor": fills[f["id"]],
            "fillOpacity": 1,
            "color": "#ffffff",
            "weight": 0.4 if thin else 0.9,
        },
        highlight_function=lambda _: {"weight": 2.4, "color": "#24323d"},
        on_each_feature=JsCode("tcEach"),
        smooth_factor=0,
        control=False,
    )
    made._id = "areas"
    return made


def _border(view: View) -> folium.GeoJson:
    """The outline of the whole, so that pale areas at its rim still belong to it."""
    whole = shapely.remove_repeated_points(shapely.union_all([place.shape for place in view.places], grid_size=1e-4))
    country = view.area_code == "VN"
    border = shapely.simplify(shapely.boundary(whole), 0.004 if country else 0.0)
    line = _geometry(border, 3 if country else 4)
    made = folium.GeoJson(
        {"type": "FeatureCollection", "features": [_feature("border", line)]},
        style_function=lambda _: {"color": "#7b8791", "weight": 1.3, "fill": False},
        interactive=False,
        smooth_factor=0,
        control=False,
    )
    made._id = "border"
    return made


def _properties(place: Place, view: View, rank: str, lang: str) -> dict[str, Any]:
    one = view.indicator
    made: dict[str, Any] = {"name": place.name_en if lang == "en" else place.full_name}
    if place.carried:
        made["why"] = reason(place.carried, view, lang)
    if place.value is None:
        return made | {"blank": [key for key, *_ in EMPTY].index(place.blank or "no_data")}
    made |= {"v": round(place.value, one.decimals + 2), "text": text_of(place, view, lang)}
    if one.is_ratio and place.numerator is not None and place.denominator is not None:
        made["num"] = _amount(place.numerator, one.numerator_unit, lang)
        made["den"] = _amount(place.denominator, one.denominator_unit, lang)
    if place.target is not None:
        made["plan"] = value_text(place.target, view, lang)
        made["state"] = place.state
    if rank:
        made["rank"] = rank
    if place.warning:
        made["warning"] = in_words(place.warning, lang)
    return made


def _amount(value: float, unit: str, lang: str) -> str:
    short = round(value) if abs(value) >= 100 else round(value, 2)
    return f"{classes.number_text(short, None, lang)} {in_words(unit, lang)}".strip()


def _geometry(shape: BaseGeometry, digits: int) -> dict[str, Any]:
    rounded = shapely.remove_repeated_points(shapely.transform(shape, lambda xy: np.round(xy, digits)))
    made: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return made


def _data(view: View, frame: tuple[float, float, float, float], colours: list[str], lang: str) -> dict[str, Any]:
    one, words = view.indicator, WORDS[lang]
    english = lang == "en"
    return {
        "bounds": [[frame[1], frame[0]], [frame[3], frame[2]]],
        "isles": [[round(lat, 3), round(lon, 3)] for lon, lat in islets((o.code, o.shape) for o in view.context)[0]],
        "labels": _labels(view, colours, lang),
        "words": words,
        "blanks": [en if english else vi for _, vi, en, _ in EMPTY],
        "states": {key: en if english else vi for key, (vi, en, _) in STATES.items()},
        "numerator": one.numerator_name_en if english else one.numerator_name,
        "denominator": one.denominator_name_en if english else one.denominator_name,
        "subtitle": view.period.label(language_of(lang)).capitalize(),
        "sample": view.sample,
        "suffix": suffix_of(view, lang),
        "down": one.direction == "down",
        "inset": view.area_code != "VN",
        "selected": str(view.selected) if view.selected else None,
    }


def _labels(view: View, colours: list[str], lang: str) -> list[list[Any]]:
    """Names by importance: longitude, latitude, text, kind, width of the area, figure, whether on dark.

    The width is a share of the world's, so that the page knows at which zoom a name fits.
    """
    # Above the islets, so that name and dots are both clear.
    isles = [
        [lon, box.bounds[3] + 0.2, vi if lang == "vi" else en, "isles", 1, "", 0]
        for (vi, en, lon, _), box in zip(ARCHIPELAGOS, ARCHIPELAGO_BOXES, strict=True)
    ]
    largest = sorted(view.places, key=lambda p: (p.kind not in ("phuong", "thanh_pho"), -p.shape.area))
    dark = {p.id: _luminance(colour) < 0.4 for p, colour in zip(view.places, colours, strict=True)}
    areas: list[list[Any]] = []
    for p in largest:
        figure = "" if p.value is None else text_of(p, view, lang)
        # A figure under the name only where it is short: “1.234.567 triệu đồng” under each name would be noise.
        areas.append(
            [*_spot(p), short_name(p, lang), "area", _room(p), figure if len(figure) <= 9 else "", int(dark[p.id])]
        )
    named = {view.area_code} if view.area_code != "VN" else {o.code for o in view.context}
    around = [[*_spot(o), o.name, "province", _room(o), "", 0] for o in view.context if o.label and o.code not in named]
    return isles + areas + around


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _spot(outline: Outline) -> list[float]:
    lon, lat = outline.label or (0.0, 0.0)
    return [round(lon, 4), round(lat, 4)]


def _room(outline: Outline) -> float:
    bounds = shapely.bounds(shapely.get_parts(outline.shape))
    return round(float((bounds[:, 2] - bounds[:, 0]).max()) / 360, 6)
