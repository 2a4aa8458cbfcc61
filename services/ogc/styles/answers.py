"""Styles over HTTP: each collection's look as MapLibre style and SLD, the whole map, and lists of what there is."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.catalogue import FEATURES
from services.accounts import viewer as viewer_of
from services.errors import NotFound
from services.language import Language, language
from services.ogc.answers import answer
from services.ogc.collections import collection
from services.ogc.figures.choropleth import READ, choropleth
from services.ogc.links import JSON, base_url, fresh, keeping, link, not_modified, revision_name, tag, with_parameters
from services.ogc.offer import RELATION
from services.ogc.parameters import COMMON, format_of, refuse_unknown
from services.ogc.styles.documents import figures_style, layer_style, map_style, sld
from services.ogc.styles.known import style_of, styles_of
from styles.palette import THEMES

MAPBOX = "application/vnd.mapbox.style+json"
SLD = "application/vnd.ogc.sld+xml;version="
KINDS = {"mapbox": MAPBOX, "sld10": f"{SLD}1.0", "sld11": f"{SLD}1.1"}
WHOLE = "toan-canh"
_WORDS: dict[Language, dict[str, str]] = {
    "vi": {"mapbox": "MapLibre/Mapbox", "sld10": "SLD 1.0", "sld11": "SLD 1.1 (SE 1.1)", "map": "Ảnh bản đồ", "whole": "Toàn Cảnh"},
    "en": {"mapbox": "MapLibre/Mapbox", "sld10": "SLD 1.0", "sld11": "SLD 1.1 (SE 1.1)", "map": "Map picture", "whole": "Toàn Cảnh"},
}  # fmt: skip


async def all_styles(request: Request) -> Response:
    """Answer the styles of the whole map."""
    base, lang = base_url(request), language(request)
    styles = [
        {
            "id": _whole_id(theme),
            "title": _whole_title(theme, lang),
            "links": [link(f"{base}/styles/{_whole_id(theme)}?f=mapbox", "stylesheet", MAPBOX, _WORDS[lang]["mapbox"])],
        }
        for theme in THEMES
    ]
    document = {"links": [link(f"{base}/styles", "self", JSON)], "default": WHOLE, "styles": styles}
    return await answer(request, document, page="generic")


async def one_style(request: Request) -> Response:
    """Answer the style of the whole map: ground, names, and every layer of features that the viewer may see."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, COMMON)
    format_of(request, "mapbox")
    name = request.path_params["style"]
    theme = next((theme for theme in THEMES if _whole_id(theme) == name), None)
    if theme is None:
        there = ", ".join(_whole_id(one) for one in THEMES)
        raise NotFound(
            f"Không có kiểu “{name[:60]}”; có {there}.", f"There is no style “{name[:60]}”; there are {there}."
        )
    shown = [layer for layer in FEATURES if layer.readable(viewer)]
    document = await map_style(request, shown, base, theme, lang, _whole_title(theme, lang))
    return _written(request, json.dumps(document, ensure_ascii=False).encode(), MAPBOX)


async def collection_styles(request: Request) -> Response:
    """Answer the styles of a collection."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    one = await collection(request, request.path_params["collection"], viewer)
    targets = one.figures is not None and await request.app.state.states.has_targets(one.figures.indicator)
    here = f"{base}/collections/{one.id}/styles"
    offered = styles_of(one, targets=targets)
    document = {
        "links": [link(here, "self", JSON)],
        "default": offered[0].id,
        "styles": [
            {"id": style.id, "title": style.title(lang), "links": style_links(f"{here}/{style.id}", lang)}
            for style in offered
        ],
    }
    return await answer(request, document, page="generic", one=one)


async def collection_style(request: Request) -> Response:
    """Answer a style of a collection as MapLibre style or SLD."""
    viewer, lang = viewer_of(request), language(request)
    one = await collection(request, request.path_params["collection"], viewer)
    style = style_of(one, request.path_params["style"])
    refuse_unknown(request, COMMON | (READ if one.figures else frozenset()))
    form = _form(request)
    etag = tag(
        request.scope["path"], sorted(request.query_params.multi_items()), form, base_url(request), lang, viewer.role,
        viewer.provinces, [request.app.state.revisions[name] for name in sorted({"areas", revision_name(one.id)})],
    )  # fmt: skip
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    shown = await choropleth(request, one, style.method) if style.method else None
    if form == "mapbox":
        made = (
            await figures_style(request, one, style, shown, lang)
            if shown
            else await layer_style(request, one, style, lang)
        )
        body = json.dumps(made, ensure_ascii=False).encode()
    else:
        body = sld(one, style, shown, "1.0.0" if form == "sld10" else "1.1.0", lang)
    return Response(body, media_type=KINDS[form], headers=keeping(viewer, etag))


def style_links(here: str, lang: Language, given: list[tuple[str, str]] | None = None) -> list[dict[str, Any]]:
    """Return the links of one style of a collection: its documents and its map."""
    words = _WORDS[lang]
    documents = [
        link(with_parameters(here, [("f", form), *(given or [])]), "stylesheet", kind, words[form])
        for form, kind in KINDS.items()
    ]
    return [*documents, link(f"{here}/map", f"{RELATION}map", "image/png", words["map"])]


def _form(request: Request) -> str:
    """The encoding that is asked for by `f`, else by the media types a client accepts."""
    accept = request.headers.get("accept", "")
    if "f" not in request.query_params and "application/vnd.ogc.sld+xml" in accept:
        return "sld11" if "version=1.1" in accept else "sld10"
    return format_of(request, *KINDS)


def _written(request: Request, body: bytes, kind: str) -> Response:
    viewer = viewer_of(request)
    etag = tag(viewer.role, language(request), body)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    return Response(body, media_type=kind, headers=keeping(viewer, etag))


def _whole_id(theme: str) -> str:
    return WHOLE if theme == "light" else f"{WHOLE}-dark"


def _whole_title(theme: str, lang: Language) -> str:
    dark = "dark" if lang == "en" else "nền tối"
    return _WORDS[lang]["whole"] if theme == "light" else f"{_WORDS[lang]['whole']} ({dark})"
