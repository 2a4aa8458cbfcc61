"""The documents that describe the feeds as a whole: landing page, conformance and collections."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc import pages
from services.ogc.answers import answer, everything_tag, written
from services.ogc.collections import Collection, collection, collections, describe, extent_of
from services.ogc.links import HTML, JSON, OPENAPI, base_url, fresh, keeping, link, not_modified
from services.ogc.offer import conforms
from services.ogc.offers import OFFERS
from services.ogc.parameters import COMMON, format_of, refuse_unknown

_COMMON = (
    *conforms("ogcapi-common-1/1.0", "core", "landing-page", "json", "html", "oas30"),
    *conforms("ogcapi-common-2/1.0", "collections"),
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
        "vi": ("Trang này", "Mô tả API", "Trang mô tả API", "Chuẩn tuân theo", "Các tập dữ liệu"),
        "en": ("This page", "API definition", "API page", "Conformance", "Collections"),
    }[lang]
    document = {
        "title": TITLES[lang],
        "description": DESCRIPTIONS[lang],
        "extent": extent_of(None, None),
        "links": [
            link(f"{base}/", "self", JSON, words[0]),
            link(f"{base}/?f=html", "alternate", HTML, words[0]),
            link(f"{base}/openapi", "service-desc", OPENAPI, words[1]),
            link(f"{base}/openapi?f=html", "service-doc", HTML, words[2]),
            link(f"{base}/conformance", "conformance", JSON, words[3]),
            link(f"{base}/collections", "data", JSON, words[4]),
            *(one for offer in OFFERS for one in offer.landing(base, lang)),
        ],
    }
    return await answer(request, document, page="landing")


async def conformance(request: Request) -> Response:
    """Answer the requirement classes this server keeps."""
    kept = (*_COMMON, *(one for offer in OFFERS for one in offer.conformance))
    return await answer(request, {"conformsTo": list(dict.fromkeys(kept))}, page="conformance")


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
            "collections": [
                *[await _linked(request, one, base, lang) for one in await collections(request, viewer)],
                *await _further(request, viewer, base, lang),
            ],
        }
        if len(kept) > 20:
            kept.clear()
        kept[key] = document
    if form == "html":
        return pages.render(request, "collections", document=document, headers=keeping(viewer, etag))
    return written(document, JSON, keeping(viewer, etag))


async def one_collection(request: Request) -> Response:
    """Answer one collection."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    name = request.path_params["collection"]
    for document in await _further(request, viewer, base, lang):
        if document["id"] == name:
            return await answer(
                request, document, page="coverage" if document.get("itemType") == "coverage" else "generic"
            )
    one = await collection(request, name, viewer)
    return await answer(request, await _linked(request, one, base, lang), page="collection", one=one)


async def _further(request: Request, viewer: Viewer, base: str, lang: Language) -> list[dict[str, Any]]:
    """Return the documents of the collections that are no layers."""
    return [document for offer in OFFERS for document in await offer.described(request, viewer, base, lang)]


async def _linked(request: Request, one: Collection, base: str, lang: Language) -> dict[str, Any]:
    """Return the description of a collection with everything that is offered of it."""
    document = await describe(request, one, base, lang)
    document["links"] += [made for offer in OFFERS for made in offer.links(one, base, lang)]
    return document
