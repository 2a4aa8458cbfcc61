"""How a document is answered: as JSON or as a page, with an entity tag."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.language import language
from services.ogc import pages
from services.ogc.collections import Collection
from services.ogc.links import JSON, fresh, keeping, not_modified, tag
from services.ogc.parameters import COMMON, format_of, refuse_unknown


async def answer(
    request: Request,
    document: dict[str, Any],
    *,
    page: str,
    kind: str = JSON,
    one: Collection | None = None,
    formats: tuple[str, ...] = ("json", "html"),
    known: frozenset[str] = frozenset(),
    **more: Any,
) -> Response:
    """Answer a document as JSON or as a page, with an entity tag made of what it says; `known` are further parameters, `more` what the page shows beside."""
    viewer = viewer_of(request)
    refuse_unknown(request, COMMON | known)
    form = format_of(request, *formats)
    etag = tag(form, language(request), viewer.role, json.dumps(document, sort_keys=True))
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    headers = keeping(viewer, etag)
    if form == "html":
        place = await pages.located(request, document)
        return pages.render(request, page, document=document, one=one, headers=headers, **place, **more)
    return written(document, kind, headers)


def everything_tag(request: Request, viewer: Viewer, *parts: Any) -> str:
    """Return an entity tag that changes when anything in any collection changes."""
    return tag(request.url.path, viewer.role, viewer.provinces, request.app.state.revisions.all(), *parts)


def written(document: dict[str, Any], kind: str, headers: dict[str, str], status: int = 200) -> Response:
    """Write a document as JSON."""
    return Response(json.dumps(document, ensure_ascii=False), status, media_type=kind, headers=headers)
