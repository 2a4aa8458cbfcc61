"""The locations of OGC API – EDR: administrative areas with their codes as ids."""

from __future__ import annotations

import json

from fastapi import Request
from starlette.responses import Response

from boundaries.vintages import CURRENT
from services.accounts import viewer as viewer_of
from services.boundary import vintage_asked
from services.errors import BadParameter
from services.gazetteer import Area
from services.ogc.collections import holdings
from services.ogc.edr.asked import level as level_asked
from services.ogc.edr.asked import system_of
from services.ogc.edr.places import outlines
from services.ogc.links import GEOJSON, base_url, fresh, keeping, link, not_modified, now, tag, with_parameters
from services.ogc.parameters import box, refuse_unknown, span, whole
from services.ogc.systems import CRS84

LIMIT = 1000
_KNOWN = frozenset({"bbox", "datetime", "level", "boundary", "crs", "limit", "offset", "f", "lang"})


async def locations(request: Request) -> Response:
    """Answer a page of areas of one level (provinces where none is asked for) with their outlines."""
    viewer, asked = viewer_of(request), request.query_params
    refuse_unknown(request, _KNOWN)
    if asked.get("f", "json").lower() not in ("json", "geojson"):
        raise BadParameter("f", "Danh sách địa bàn chỉ có GeoJSON.", "The list of locations is offered as GeoJSON.")
    if "datetime" in asked:
        span(asked["datetime"])
    vintage, level = vintage_asked(asked.get("boundary")) or CURRENT, level_asked(asked.get("level")) or "province"
    system = system_of(asked.get("crs"))
    limit = min(whole("limit", asked.get("limit"), LIMIT, least=1), LIMIT)
    offset = whole("offset", asked.get("offset"), 0, least=0)
    inside = box(asked.get("bbox"), CRS84)
    revisions = request.app.state.revisions
    base = f"{base_url(request)}/collections/indicators"
    etag = tag(base, sorted(asked.multi_items()), viewer.role, revisions["areas"], revisions["observations"])
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    places = await request.app.state.gazetteer.places()
    there = [one for one in places.all(level, vintage) if inside is None or _meets(one, inside)]
    page = there[offset : offset + limit]
    shapes = await outlines(request, page, system)
    told = await _parameters(request, level, staff=viewer.staff)
    here = f"{base}/locations"
    links = [
        link(with_parameters(here, asked.multi_items()), "self", GEOJSON),
        link(base, "collection", "application/json"),
    ]
    if offset + limit < len(there):
        rest = [(name, value) for name, value in asked.multi_items() if name != "offset"]
        links.append(link(with_parameters(here, [*rest, ("offset", str(offset + limit))]), "next", GEOJSON))
    head = json.dumps(
        {
            "type": "FeatureCollection",
            "timeStamp": now(),
            "numberMatched": len(there),
            "numberReturned": len(page),
            "links": links,
        },
        ensure_ascii=False,
    )
    suffix = f"?boundary={vintage.id}" if vintage is not CURRENT else ""
    features = [
        f'{{"type":"Feature","id":"{one.code}","geometry":{shapes.get(one.id, "null")},"properties":'
        + json.dumps(
            {
                "code": one.code,
                "label": one.full_name,
                "label_en": one.name_en,
                "level": one.level,
                "province_code": one.province_code,
                "boundary": one.vintage.isoformat(),
                "datetime": f"{one.valid_from}/{one.valid_to or '..'}",
                "parameter-name": told,
                "edrqueryendpoint": f"{here}/{one.code}{suffix}",
            },
            ensure_ascii=False,
        )
        + "}"
        for one in page
    ]
    body = head[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n"
    headers = keeping(viewer, etag) | {"Content-Crs": f"<{system.uri}>"}
    return Response(body, media_type=GEOJSON, headers=headers)


async def _parameters(request: Request, level: str, *, staff: bool) -> list[str]:
    """Codes of the indicators with figures at a level."""
    there = (await holdings(request).figures()).values()
    return [f.indicator.code for f in there if level in f.levels and (f.indicator.public or staff)]


def _meets(one: Area, inside: tuple[float, float, float, float]) -> bool:
    west, south, east, north = inside
    left, bottom, right, top = one.bbox
    across = (left <= east and right >= west) if west <= east else (right >= west or left <= east)
    return across and bottom <= north and top >= south
