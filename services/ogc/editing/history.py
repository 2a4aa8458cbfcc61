"""The history of a feature for staff: every change that people made to it, also after it was deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.errors import BadToken
from services.ogc.answers import written
from services.ogc.collections import collection
from services.ogc.editing.rows import missing
from services.ogc.links import GEOJSON, JSON, VIET_NAM, base_url, keeping, link
from services.ogc.parameters import COMMON, refuse_unknown

_MOST = 1000
_CHANGES = """
SELECT at, who, action, checked, before, after FROM toancanh.feature_change
WHERE layer = %(layer)s AND feature = %(feature)s
  AND (%(provinces)s::text[] = '{}' OR coalesce(after, before)->>'province_code' = ANY (%(provinces)s::text[]))
ORDER BY id DESC LIMIT %(most)s
"""


async def changes(request: Request) -> Response:
    """Answer the changes of a feature, the newest first; geometries are in CRS84."""
    viewer, base = viewer_of(request), base_url(request)
    one = await collection(request, request.path_params["collection"], viewer)
    refuse_unknown(request, COMMON)
    if not viewer.staff:
        raise BadToken("Lịch sử sửa đổi chỉ cán bộ xem được.", "Only staff may read the history.")
    name: str = request.path_params["feature"]
    if not (name.isascii() and name.isdecimal() and len(name) < 19):
        raise missing(one, name)
    asked = {"layer": one.id, "feature": int(name), "provinces": list(viewer.provinces), "most": _MOST}
    rows = await request.app.state.reader.rows(_CHANGES, asked)
    here = f"{base}/collections/{one.id}/items/{int(name)}"
    document = {
        "changes": [_change(*row) for row in rows],
        "links": [link(f"{here}/changes", "self", JSON), link(here, "latest-version", GEOJSON)],
    }
    return written(document, JSON, keeping(viewer))


def _change(
    at: datetime, who: str, action: str, checked: bool, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    """Return one change; `changed` names what differs."""
    names = {*(before or {}), *(after or {})}
    return {
        "at": at.astimezone(VIET_NAM).isoformat(),
        "who": who,
        "action": action,
        "checked": checked,
        "changed": sorted(name for name in names if (before or {}).get(name) != (after or {}).get(name)),
        "before": before,
        "after": after,
    }
