"""The version of a feature: a strong entity tag of what was read, by which an edit says what it is made on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from services.ogc.systems import SYSTEMS, ZONES, System


def version(system: System, body: bytes) -> str:
    """Return the entity tag of a feature as GeoJSON in a system; the tag names the system."""
    return f'"{_name(system)}-{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def agrees(asked: str, read: Callable[[System], bytes]) -> bool:
    """Whether an If-Match header names the feature as it is now; `read` gives its bytes in a system."""
    if asked.strip() == "*":
        return True
    known = {_name(system): system for system in (*SYSTEMS, *ZONES)}
    for part in asked.split(",")[:20]:
        given = part.strip()
        system = known.get(given.strip('"').partition("-")[0])
        if system is not None and version(system, read(system)) == given:
            return True
    return False


def _name(system: System) -> str:
    return system.uri.rpartition("/")[2]
