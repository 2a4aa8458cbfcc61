"""The OpenAPI 3.0 definition of the feeds: clients read from it which filters the server takes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.layer import Field
from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc import pages
from services.ogc.collections import Collection, collections
from services.ogc.documents import DESCRIPTIONS, TITLES, everything_tag
from services.ogc.fields import parameter_schema
from services.ogc.links import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA, base_url, fresh, keeping, not_modified
from services.ogc.parameters import COMMON, LIMIT, format_of, refuse_unknown

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
    """Return the OpenAPI 3.0.3 document for these collections."""
    components: Json = _parameters(most, lang)
    components["collectionId"] = _choice("collectionId", [one.id for one in there])
    components["tiledId"] = _choice("collectionId", [one.id for one in there if one.tiled])
    for one in there:
        for field in one.fields:
            components.setdefault(_component(one, field), _filter(field, lang, shared=one.figures is not None))
    paths: Json = {path: _get(name, kind, [*names, "f", "lang"]) for path, name, kind, names in _COMMON_PATHS}
    for one in there:
        paths |= _paths(one, lang)
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLES[lang], "description": DESCRIPTIONS[lang], "version": version},
        "servers": [{"url": base}],
        "tags": [{"name": one.id, "description": one.title(lang)} for one in there],
        "paths": paths,
        "components": {"parameters": components, "responses": _RESPONSES},
    }


# What is the same for every collection is said once; items are said for each, because clients look there for filters.
_HERE = "/collections/{collectionId}"
_COMMON_PATHS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("/", "getLandingPage", JSON, []),
    ("/conformance", "getConformance", JSON, []),
    ("/collections", "getCollections", JSON, []),
    ("/tileMatrixSets", "getTileMatrixSets", JSON, []),
    ("/tileMatrixSets/{tileMatrixSetId}", "getTileMatrixSet", JSON, ["tileMatrixSetId"]),
    (_HERE, "describeCollection", JSON, ["collectionId"]),
    (f"{_HERE}/queryables", "getQueryables", SCHEMA, ["collectionId"]),
    (f"{_HERE}/schema", "getSchema", SCHEMA, ["collectionId"]),
    (f"{_HERE}/tiles", "getTileSets", JSON, ["tiledId"]),
    (f"{_HERE}/tiles/{{tileMatrixSetId}}", "getTileSet", JSON, ["tiledId", "tileMatrixSetId"]),
    (
        f"{_HERE}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        "getTile",
        MVT,
        ["tiledId", "tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "datetime"],
    ),
)
_SELECTING = ["bbox", "bbox-crs", "crs", "datetime", "limit", "offset", "properties", "sortby", "skipGeometry"]


def _paths(one: Collection, lang: Language) -> Json:
    here = f"/collections/{one.id}/items"
    name = "".join(part.capitalize() for part in one.id.split("-"))
    own = [_component(one, field) for field in one.fields if not (one.figures and field.name == "level")]
    level, when = (["level", "boundary"], ["level", "boundary", "datetime"]) if one.figures else ([], [])
    level = ["boundary"] if one.areas else level
    return {
        here: _get(f"get{name}", GEOJSON, [*_SELECTING, *level, *own, "f", "lang"], one.id, title=one.title(lang)),
        f"{here}/{{featureId}}": _get(f"get{name}Feature", GEOJSON, ["featureId", "crs", *when, "f", "lang"], one.id),
    }


def _component(one: Collection, field: Field) -> str:
    return f"figure.{field.name}" if one.figures else f"{one.id}.{field.name}"


def _filter(field: Field, lang: Language, *, shared: bool) -> Json:
    made: Json = {"name": field.name, "in": "query", "required": False, "schema": parameter_schema(field)}
    if not shared:  # the titles of an indicator's fields are its own, the parameters are common to all
        made["description"] = field.title_en if lang == "en" else field.title
    return made


def _get(operation: str, kind: str, parameters: list[str], tag: str = "", *, title: str = "") -> Json:
    get: Json = {
        "operationId": operation,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
        "responses": {
            str(status): {"$ref": f"#/components/responses/{name}"}
            for status, name in ((200, _ANSWERS[kind]), (400, "Bad"), (404, "Missing"))
        },
    }
    if tag:
        get["tags"] = [tag]
    if title:
        get["summary"] = title
    return {"get": get}


_BOUNDARY: dict[Language, str] = {
    "vi": "Đơn vị để xem số liệu: current (hiện nay), một ngày (2024-06-30: như ngày đó) hoặc tên lăng kính "
    "(former-district). Số thu thập theo đơn vị khác được quy đổi, có carried, method, estimated, low, high.",
    "en": "Areas to see the figures on: current, a date (2024-06-30: as on that day) or a lens (former-district). "
    "Figures collected on other areas are carried, with carried, method, estimated, low and high.",
}


def _parameters(most: int, lang: Language) -> Json:
    def query(name: str, schema: Json, **more: Any) -> Json:
        return {"name": name, "in": "query", "required": False, "schema": schema, **more}

    def path(name: str, schema: Json) -> Json:
        return {"name": name, "in": "path", "required": True, "schema": schema}

    uri = {"type": "string", "format": "uri"}
    number = {"type": "integer", "minimum": 0}
    listed = {"type": "array", "items": {"type": "string"}}
    commas: Json = {"style": "form", "explode": False}
    return {
        "f": query("f", {"type": "string", "enum": ["json", "html"]}),
        "lang": query("lang", {"type": "string", "enum": ["vi", "en"], "default": lang}),
        "limit": query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": LIMIT}),
        "offset": query("offset", {"type": "integer", "minimum": 0, "default": 0}),
        "bbox": query(
            "bbox",
            {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
            **commas,
        ),
        "bbox-crs": query("bbox-crs", uri),
        "crs": query("crs", uri),
        "datetime": query("datetime", {"type": "string"}),
        "properties": query("properties", listed, **commas),
        "sortby": query("sortby", listed, **commas),
        "skipGeometry": query("skipGeometry", {"type": "boolean", "default": False}),
        "level": query("level", {"type": "string", "enum": ["province", "district", "commune"]}),
        "boundary": query("boundary", {"type": "string", "example": "2024-06-30"}, description=_BOUNDARY[lang]),
        "featureId": path("featureId", {"type": "integer"}),
        "tileMatrixSetId": path("tileMatrixSetId", {"type": "string", "enum": ["WebMercatorQuad"]}),
        "tileMatrix": path("tileMatrix", number),
        "tileRow": path("tileRow", number),
        "tileCol": path("tileCol", number),
    }  # fmt: skip


def _choice(name: str, ids: list[str]) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "enum": ids}}


_ANSWERS = {JSON: "Document", SCHEMA: "Schema", GEOJSON: "Features", MVT: "Tile"}
_PROBLEM: Json = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
        }
    }
}
_RESPONSES: Json = {
    name: {"description": "OK", "content": {kind: {}} if kind == MVT else {kind: {}, HTML: {}}}
    for kind, name in _ANSWERS.items()
} | {
    "Bad": {"description": "A parameter cannot be understood", "content": _PROBLEM},
    "Missing": {"description": "There is no such resource", "content": _PROBLEM},
}
