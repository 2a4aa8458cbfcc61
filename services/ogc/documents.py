"""The documents that describe the feeds: landing page, conformance, collections, queryables and schemas."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.catalogue import catalogue
from layers.layer import Field
from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc import pages
from services.ogc.collections import Collection, collection, collections, describe
from services.ogc.fields import schema
from services.ogc.links import (
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    base_url,
    fresh,
    keeping,
    link,
    not_modified,
    revision_name,
    tag,
)
from services.ogc.parameters import COMMON, format_of, refuse_unknown

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)

TITLES: dict[Language, str] = {"vi": "Toàn Cảnh – dữ liệu bản đồ", "en": "Toàn Cảnh – map data"}
DESCRIPTIONS: dict[Language, str] = {
    "vi": "Địa giới, chỉ tiêu, quy hoạch, dự án, camera và phản ánh theo chuẩn OGC API.",
    "en": "Administrative areas, indicators, planning, projects, cameras and citizen reports as OGC API.",
}


async def landing(request: Request) -> Response:
    """Answer the landing page."""
    base, lang = base_url(request), language(request)
    words = {
        "vi": (
            "Trang này",
            "Mô tả API",
            "Trang mô tả API",
            "Chuẩn tuân theo",
            "Các tập dữ liệu",
            "Lưới mảnh",
            "Các quy trình",
        ),
        "en": (
            "This page",
            "API definition",
            "API page",
            "Conformance",
            "Collections",
            "Tile matrix sets",
            "Processes",
        ),
    }[lang]
    document = {
        "title": TITLES[lang],
        "description": DESCRIPTIONS[lang],
        "links": [
            link(f"{base}/", "self", JSON, words[0]),
            link(f"{base}/?f=html", "alternate", HTML, words[0]),
            link(f"{base}/openapi", "service-desc", OPENAPI, words[1]),
            link(f"{base}/openapi?f=html", "service-doc", HTML, words[2]),
            link(f"{base}/conformance", "conformance", JSON, words[3]),
            link(f"{base}/collections", "data", JSON, words[4]),
            link(f"{base}/processes", "http://www.opengis.net/def/rel/ogc/1.0/processes", JSON, words[6]),
            link(
                f"{base}/tileMatrixSets",
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                JSON,
                words[5],
            ),
        ],
    }
    return await answer(request, document, page="landing")


async def conformance(request: Request) -> Response:
    """Answer the requirement classes this server keeps."""
    return await answer(request, {"conformsTo": list(CONFORMANCE)}, page="conformance")


async def all_collections(request: Request) -> Response:
    """Answer every collection the viewer may know of."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, COMMON)
    form = format_of(request, "json", "html")
    etag = everything_tag(request, viewer, form, base, lang)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    kept = request.app.state.__dict__.setdefault("ogc_documents", {})
    key = ("collections", viewer.role, viewer.provinces, base, lang, etag)
    document = kept.get(key)
    if document is None:
        here = f"{base}/collections"
        document = {
            "links": [link(here, "self", JSON), link(f"{here}?f=html", "alternate", HTML)],
            "collections": [await describe(request, one, base, lang) for one in await collections(request, viewer)],
        }
        if len(kept) > 20:
            kept.clear()
        kept[key] = document
    if form == "html":
        return pages.render(request, "collections", document=document, headers=keeping(viewer, etag))
    return _json(document, JSON, keeping(viewer, etag))


async def one_collection(request: Request) -> Response:
    """Answer one collection."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    document = await describe(request, one, base_url(request), language(request))
    return await answer(request, document, page="collection", one=one)


async def queryables(request: Request) -> Response:
    """Answer the fields that items can be filtered by."""
    one = await collection(request, request.path_params["collection"], viewer_of(request))
    document = _schema(request, one, "queryables")
    return await answer(request, document, page="schema", kind=SCHEMA, one=one)


async def returnables(request: Request) -> Response:
    """Answer the schema of the features of a collection."""
    one = await collection(request, request.path_params["collection"], viewer_of(request))
    document = _schema(request, one, "schema")
    return await answer(request, document, page="schema", kind=SCHEMA, one=one)


async def answer(
    request: Request,
    document: dict[str, Any],
    *,
    page: str,
    kind: str = JSON,
    one: Collection | None = None,
    formats: tuple[str, ...] = ("json", "html"),
) -> Response:
    """Answer a document as JSON or as a page, with an entity tag made of what it says."""
    viewer = viewer_of(request)
    refuse_unknown(request, COMMON)
    form = format_of(request, *formats)
    etag = tag(form, language(request), viewer.role, json.dumps(document, sort_keys=True))
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    headers = keeping(viewer, etag)
    if form == "html":
        return pages.render(request, page, document=document, one=one, headers=headers)
    return _json(document, kind, headers)


def everything_tag(request: Request, viewer: Viewer, *parts: Any) -> str:
    """Return an entity tag that changes when anything in any collection changes."""
    revisions = request.app.state.revisions
    names = sorted({"observations", *map(revision_name, catalogue)})
    return tag(request.url.path, viewer.role, viewer.provinces, [revisions[name] for name in names], *parts)


def _json(document: dict[str, Any], kind: str, headers: dict[str, str]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), media_type=kind, headers=headers)


def _schema(request: Request, one: Collection, name: str) -> dict[str, Any]:
    base, lang = base_url(request), language(request)
    shape = "geometry-any" if one.layer.geometry == "Any" else f"geometry-{_SHAPES[one.layer.geometry]}"
    geometry: dict[str, Any] = {"title": "Hình" if lang == "vi" else "Shape", "format": shape}
    properties: dict[str, Any] = {"geometry": geometry}
    if name == "schema":
        properties = {
            "id": {"title": "Số hiệu" if lang == "vi" else "Id", "type": "integer", "x-ogc-role": "id"},
            "geometry": geometry | {"x-ogc-role": "primary-geometry"},
        }
    for field in one.fields:
        properties[field.name] = _role(one, field, schema(field, lang)) if name == "schema" else schema(field, lang)
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{one.id}/{name}",
        "type": "object",
        "title": one.title(lang),
        "description": one.description(lang),
        "properties": properties,
    }
    if name == "queryables":
        document["additionalProperties"] = False
    return document


def _role(one: Collection, field: Field, made: dict[str, Any]) -> dict[str, Any]:
    roles = {
        "": "",
        one.layer.date: "primary-instant",
        one.layer.title_field: "title",
    }
    if one.ranged:
        roles |= {"valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
    role = roles.get(field.name)
    return {**made, "x-ogc-role": role} if role else made


_SHAPES = {"Point": "point", "Line": "multilinestring", "Polygon": "multipolygon"}
