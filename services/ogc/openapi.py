"""The OpenAPI 3.0 definition of the feeds: clients read from it which filters the server takes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc import pages
from services.ogc.answers import everything_tag
from services.ogc.collections import Collection, collections
from services.ogc.documents import DESCRIPTIONS, TITLES
from services.ogc.links import JSON, OPENAPI, base_url, fresh, keeping, not_modified
from services.ogc.offers import OFFERS
from services.ogc.operations import RESPONSES, in_query, operation
from services.ogc.parameters import COMMON, format_of, refuse_unknown

Json = dict[str, Any]


async def definition(request: Request) -> Response:
    """Answer the definition of everything the viewer may ask."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, COMMON)
    form = format_of(request, "json", "html")
    etag = everything_tag(request, viewer, form, base, lang)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    there = await collections(request, viewer)
    most = request.app.state.settings.items_limit
    if form == "html":
        made = document(there, base, lang, request.app.version, most)
        return pages.render(request, "openapi", document=made, headers=keeping(viewer, etag))
    kept = request.app.state.__dict__.setdefault("ogc_definitions", {})
    key = (viewer.role, viewer.provinces, base, lang, tuple(one.id for one in there))
    if key not in kept:
        if len(kept) > 20:
            kept.clear()
        made = document(there, base, lang, request.app.version, most)
        kept[key] = json.dumps(made, ensure_ascii=False).encode()
    return Response(kept[key], media_type=OPENAPI, headers=keeping(viewer, etag))


def document(there: list[Collection], base: str, lang: Language, version: str, most: int) -> Json:
    """Return the OpenAPI 3.0.3 document for these collections; `most` is the largest page of features."""
    components: Json = {
        "f": in_query("f", {"type": "string", "enum": ["json", "html"]}),
        "lang": in_query("lang", {"type": "string", "enum": ["vi", "en"], "default": lang}),
    }
    paths: Json = {path: operation(name, JSON, [*names, "f", "lang"]) for path, name, names in _COMMON_PATHS}
    for offer in OFFERS:
        components |= offer.components(there, lang)
        for path, made in offer.operations(there, lang).items():
            paths[path] = paths.get(path, {}) | made
    components["limit"]["schema"]["maximum"] = most
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLES[lang], "description": DESCRIPTIONS[lang], "version": version},
        "servers": [{"url": base}],
        "tags": [{"name": one.id, "description": one.title(lang)} for one in there],
        "paths": paths,
        "components": {"parameters": components, "responses": RESPONSES},
    }


_COMMON_PATHS: tuple[tuple[str, str, list[str]], ...] = (
    ("/", "getLandingPage", []),
    ("/conformance", "getConformance", []),
    ("/collections", "getCollections", []),
    ("/collections/{collectionId}", "describeCollection", ["collectionId"]),
)
