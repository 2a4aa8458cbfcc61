"""Absolute links, media types and the headers that let a client keep an answer."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from layers.catalogue import AREAS, catalogue
from layers.viewer import Viewer

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"

ROOT = "/ogc"
ZONED_ROOT = "/ogc/vn2000"  # the same in the TM-3 zones of VN-2000 too

VIET_NAM = timezone(timedelta(hours=7))
_ADDRESS = frozenset({b"host", b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix"})
_AREA_IDS = frozenset(layer.id for layer in AREAS)
_HERE = Path(__file__).resolve().parent.parent.parent
# What this build says may differ from what the last one said of the same data.
_BUILD = version("toancanh") + str(
    max(int(path.stat().st_mtime) for path in (*_HERE.glob("layers/**/*"), *_HERE.glob("services/ogc/**/*")))
)


def base_url(request: Request) -> str:
    """Return the public address of the OGC root without a closing slash, right behind a proxy as well."""
    root: str = request.scope.get("alias", ROOT)
    configured: str = request.app.state.settings.base_url
    if configured:
        return configured.rstrip("/") + root
    given = {name: value.decode("latin-1") for name, value in request.scope["headers"] if name in _ADDRESS}
    forwarded = dict(re.findall(r'(\w+)="?([^;,"]+)"?', given.get(b"forwarded", "").split(",")[0].lower()))
    host = given.get(b"x-forwarded-host", "").split(",")[0].strip() or forwarded.get("host") or given.get(b"host")
    scheme = given.get(b"x-forwarded-proto", "").split(",")[0].strip() or forwarded.get("proto")
    prefix = given.get(b"x-forwarded-prefix", str(request.scope.get("root_path", ""))).rstrip("/")
    return f"{scheme or request.scope['scheme']}://{host or request.url.netloc}{prefix}{root}"


def site_url(base: str) -> str:
    """Return the address of the whole site for that of one of its OGC roots, without a closing slash."""
    return base.removesuffix(ZONED_ROOT).removesuffix(ROOT)


def link(href: str, rel: str, kind: str, title: str = "") -> dict[str, str]:
    """Return one link object."""
    made = {"href": href, "rel": rel, "type": kind}
    return {**made, "title": title} if title else made


def with_parameters(address: str, parameters: list[tuple[str, str]]) -> str:
    """Return an address with a query string; commas, colons and slashes stay readable."""
    return f"{address}?{urlencode(parameters, safe=':/,')}" if parameters else address


def revision_name(layer_id: str) -> str:
    """Return the name under which the revision of a collection is counted."""
    if layer_id in _AREA_IDS:
        return "areas"
    return layer_id if layer_id in catalogue else "observations"  # what is no layer is made of figures


def today() -> date:
    """Return the day it is in Viet Nam."""
    return datetime.now(VIET_NAM).date()


def now() -> str:
    """Return this moment as RFC 3339 text in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tag(*parts: Any) -> str:
    """Return a weak entity tag of everything an answer depends on; the day is part of it, areas change by date."""
    text = "\x1f".join(map(str, (_BUILD, today(), *parts)))
    return f'W/"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


def fresh(request: Request, etag: str) -> bool:
    """Whether the client already has the answer with this entity tag."""
    asked = request.headers.get("if-none-match")
    return asked is not None and matches(asked, etag)


def matches(asked: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag."""
    if asked == etag:
        return True  # nearly always: nothing to take apart
    bare = etag.removeprefix("W/")
    return asked.strip() == "*" or any(one.strip().removeprefix("W/") == bare for one in asked.split(","))


def keeping(viewer: Viewer, etag: str = "") -> dict[str, str]:
    """Return the caching headers of an answer: staff answers are kept by nobody."""
    if viewer.staff:
        return {"Cache-Control": "private, no-store", "Vary": "Authorization, X-API-Key"}
    headers = {"Cache-Control": "public, no-cache", "Vary": "Authorization, X-API-Key, Accept, Accept-Language"}
    return {**headers, "ETag": etag} if etag else headers


def not_modified(viewer: Viewer, etag: str) -> Response:
    """Answer that what the client has is still right."""
    return Response(status_code=304, headers=keeping(viewer, etag))
