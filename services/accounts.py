"""Who is asking: the public, or staff by the token of the settings (accounts of persons come later)."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Annotated

from fastapi import Depends, Request

from layers.viewer import PUBLIC, Viewer
from services.errors import BadToken
from services.settings import Settings

STAFF = Viewer(name="cán bộ", role="staff")


def viewer_of(authorization: str | None, settings: Settings) -> Viewer:
    """Return the viewer of an Authorization header: none is the public; Bearer or Basic must hold the staff token.

    Raises BadToken for anything else, so that a mistyped token is not silently the public.
    """
    if not authorization:
        return PUBLIC
    scheme, _, rest = authorization.partition(" ")
    given = rest.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    token = settings.staff_token.get_secret_value() if settings.staff_token else ""
    if scheme.lower() in ("basic", "bearer") and token and hmac.compare_digest(given.encode(), token.encode()):
        return STAFF
    raise BadToken("Mã truy cập không đúng.", "The access token is wrong.")


def viewer(request: Request) -> Viewer:
    """FastAPI dependency: the viewer of this request."""
    return viewer_of(request.headers.get("authorization"), request.app.state.settings)


ViewerOf = Annotated[Viewer, Depends(viewer)]
