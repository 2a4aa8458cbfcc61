"""OGC API – Records: a searchable catalogue of every layer, indicator and dataset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.errors import NotFound
from services.language import Language, language
from services.ogc import pages
from services.ogc.answers import answer, everything_tag
from services.ogc.collections import Collection, extent_of
from services.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    SCHEMA,
    base_url,
    fresh,
    keeping,
    link,
    not_modified,
    now,
    with_parameters,
)
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import in_path, in_query, operation
from services.ogc.parameters import COMMON, format_of, refuse_unknown
from services.ogc.records.made import ID, TYPES, Record, records
from services.ogc.records.search import SORTABLES, asked, matching

Json = dict[str, Any]

_WORDS: dict[Language, tuple[str, str]] = {
    "vi": (
        "Danh mục dữ liệu",
        "Mọi lớp bản đồ, chỉ tiêu và tập dữ liệu: mô tả, nguồn, độ mới, cơ quan chủ quản, giấy phép; tìm bằng q, không cần dấu.",
    ),
    "en": (
        "Catalogue of data",
        "Every map layer, indicator and dataset: description, lineage, freshness, owner, licence; search with q.",
    ),
}


async def items(request: Request) -> Response:
    """Answer a page of the records that match."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    form = format_of(request, "json", "html")
    search = asked(request, request.app.state.settings.items_limit)
    etag = everything_tag(request, viewer, form, base, lang, sorted(request.query_params.multi_items()))
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    found = matching(await _records(request, viewer, base, lang), search)
    page = found[search.offset : search.offset + search.limit]
    document = {
        "type": "FeatureCollection",
        "timeStamp": now(),
        "numberMatched": len(found),
        "numberReturned": len(page),
        "links": _page_links(request, base, len(found), search.offset, search.limit),
        "features": [one.document for one in page],
    }
    headers = keeping(viewer, etag)
    if form == "html":
        return pages.render(request, "records", document=document | {"title": _WORDS[lang][0]}, headers=headers)
    return Response(json.dumps(document, ensure_ascii=False), media_type=GEOJSON, headers=headers)


async def item(request: Request) -> Response:
    """Answer one record."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, COMMON)
    name = request.path_params["record"]
    found = [one for one in await _records(request, viewer, base, lang) if one.document["id"] == name]
    if not found:
        raise NotFound(f"Danh mục không có “{name[:60]}”.", f"The catalogue has no “{name[:60]}”.")
    return await answer(request, found[0].document, page="record", kind=GEOJSON)


async def queryables(request: Request) -> Response:
    """Answer what records can be searched by."""
    return await answer(request, _schema(request, "queryables", ("type",)), page="generic", kind=SCHEMA)


async def sortables(request: Request) -> Response:
    """Answer what records can be sorted by."""
    return await answer(request, _schema(request, "sortables", SORTABLES), page="generic", kind=SCHEMA)


def _schema(request: Request, name: str, fields: Sequence[str]) -> Json:
    kinds: dict[str, Json] = {
        "type": {"type": "string", "enum": list(TYPES)},
        "created": {"type": "string", "format": "date-time"},
        "updated": {"type": "string", "format": "date-time"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base_url(request)}/collections/{ID}/{name}",
        "type": "object",
        "title": _WORDS[language(request)][0],
        "properties": {field: kinds.get(field, {"type": "string"}) for field in fields},
        "additionalProperties": False,
    }


async def _records(request: Request, viewer: Viewer, base: str, lang: Language) -> list[Record]:
    from services.ogc.offers import OFFERS  # the catalogue describes what all offer, itself among them

    kept: dict[Any, list[Record]] = request.app.state.__dict__.setdefault("ogc_records", {})
    revisions = request.app.state.revisions
    now_true = revisions.all()
    key = (viewer.role, viewer.provinces, base, lang, now_true)
    if key not in kept:
        if len(kept) > 10:
            kept.clear()
        kept[key] = await records(request, viewer, base, lang, OFFERS)
    return kept[key]


def _page_links(request: Request, base: str, total: int, offset: int, limit: int) -> list[dict[str, str]]:
    address = f"{base}/collections/{ID}/items"
    given = request.query_params.multi_items()
    rest = [(name, value) for name, value in given if name != "offset"]
    other = [(name, value) for name, value in given if name != "f"]
    links = [
        link(with_parameters(address, given), "self", GEOJSON),
        link(with_parameters(address, [*other, ("f", "html")]), "alternate", HTML),
        link(f"{base}/collections/{ID}", "collection", JSON),
    ]
    if offset + limit < total:
        links.append(link(with_parameters(address, [*rest, ("offset", str(offset + limit))]), "next", GEOJSON))
    if offset:
        links.append(link(with_parameters(address, [*rest, ("offset", str(max(0, offset - limit)))]), "prev", GEOJSON))
    return links


async def _described(request: Request, viewer: Viewer, base: str, lang: Language) -> list[Json]:  # noqa: ARG001
    here, (title, description) = f"{base}/collections/{ID}", _WORDS[lang]
    return [
        {
            "id": ID,
            "type": "Collection",
            "itemType": "record",
            "title": title,
            "description": description,
            "keywords": ["Records", "Toàn Cảnh"],
            "extent": extent_of(None, None),
            "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
            "storageCrs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "links": [
                link(here, "self", JSON),
                link(f"{here}?f=html", "alternate", HTML),
                link(f"{here}/items", "items", GEOJSON, title),
                link(f"{here}/items?f=html", "items", HTML, title),
                link(f"{here}/queryables", f"{RELATION}queryables", SCHEMA),
                link(f"{here}/sortables", f"{RELATION}sortables", SCHEMA),
            ],
        }
    ]


def _operations(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    here, title = f"/collections/{ID}/items", _WORDS[lang][0]
    names = ["q", "recordType", "ids", "externalIds", "bbox", "datetime", "limit", "offset", "recordSort", "f", "lang"]
    return {
        here: operation("getRecords", GEOJSON, names, tag=ID, title=title),
        f"{here}/{{recordId}}": operation("getRecord", GEOJSON, ["recordId", "f", "lang"], tag=ID, title=title),
    }


def _components(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    commas: Json = {"style": "form", "explode": False}
    text = {"type": "string"}
    return {
        "q": in_query("q", {"type": "array", "items": text}, **commas, example=["giai ngan"]),
        "recordType": in_query("type", {"type": "array", "items": {**text, "enum": list(TYPES)}}, **commas),
        "ids": in_query("ids", {"type": "array", "items": text}, **commas),
        "externalIds": in_query("externalIds", {"type": "array", "items": text}, **commas, example=["HCC-04"]),
        "recordSort": in_query("sortby", {"type": "array", "items": text}, **commas, example=["-updated"]),
        "recordId": in_path("recordId", text),
    }


def _landing(base: str, lang: Language) -> list[Json]:
    return [link(f"{base}/collections/{ID}/items", f"{RELATION}ogc-catalog", GEOJSON, _WORDS[lang][0])]


OFFER = Offer(
    conformance=conforms(
        "ogcapi-records-1/1.0", "record-core", "record-collection", "record-core-query-parameters", "record-api",
        "searchable-catalog", "sorting", "json", "html",
    ),
    first=(
        (f"/ogc/collections/{ID}/items", items),
        (f"/ogc/collections/{ID}/items/{{record}}", item),
    ),
    routes=(
        (f"/ogc/collections/{ID}/queryables", queryables, ("GET",)),
        (f"/ogc/collections/{ID}/sortables", sortables, ("GET",)),
    ),
    landing=_landing,
    described=_described,
    operations=_operations,
    components=_components,
)  # fmt: skip
