"""Who is asking: the public, staff by the token of the settings, or whoever a key was made for."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Annotated

from fastapi import Depends, Request

from layers.viewer import PUBLIC, Viewer
from services.errors import BadToken
from services.keys import Held, Keys
from services.settings import Settings

STAFF = Viewer(name="cán bộ", role="staff")


def viewer_of(authorization: str | None, settings: Settings, keys: Keys | None = None) -> Viewer:
    """Return the viewer of an Authorization header: none is the public; Bearer or Basic must hold a key in use.

    Raises BadToken for anything else, so that a mistyped token is not silently the public.
    """
    if not authorization:
        return PUBLIC
    found = key_of(authorization, settings, keys)
    if found is None:
        raise BadToken("Mã truy cập không đúng.", "The access token is wrong.")
    return found.viewer


def key_of(authorization: str, settings: Settings, keys: Keys | None) -> Held | None:
    """Return the key that an Authorization header holds; the token of the settings is one with the number 0."""
    secret = _secret(authorization)
    token = settings.staff_token.get_secret_value() if settings.staff_token else ""
    if secret and token and hmac.compare_digest(secret.encode(), token.encode()):
        return Held(0, STAFF, None)
    return keys.find(secret) if secret and keys is not None else None


def viewer(request: Request) -> Viewer:
    """FastAPI dependency: the viewer of this request."""
    state = request.app.state
    return viewer_of(request.headers.get("authorization"), state.settings, state.keys)


def _secret(authorization: str) -> str:
    """Return the key in a header: the token of Bearer, the password of Basic whatever the name."""
    scheme, _, rest = authorization.partition(" ")
    given = rest.strip()
    match scheme.lower():
        case "bearer":
            return given
        case "basic":
            try:
                return base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""


ViewerOf = Annotated[Viewer, Depends(viewer)]
