"""Coordinate systems the feeds answer in: their names on the wire, PostGIS numbers and axis orders."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from geo.crs import TM3
from services.errors import BadParameter

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class System:
    """One coordinate system; `swapped` when its first axis is north (latitude), unlike what PostGIS stores."""

    uri: str
    srid: int
    swapped: bool = False
    digits: int = 3

    @property
    def stored(self) -> bool:
        """Whether features are stored in it, apart from the axis order."""
        return self.srid == 4326


CRS84 = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, digits=7)

SYSTEMS: tuple[System, ...] = (
    CRS84,
    System(_EPSG + "4326", 4326, swapped=True, digits=7),
    System(_EPSG + "3857", 3857),
    System(_EPSG + "3405", 3405),  # VN-2000 / UTM 48N
    System(_EPSG + "3406", 3406),  # VN-2000 / UTM 49N
    System(_EPSG + "4756", 4756, swapped=True, digits=7),  # VN-2000
)
URIS: tuple[str, ...] = tuple(one.uri for one in SYSTEMS)
ZONES: tuple[System, ...] = tuple(System(f"{_EPSG}{code}", code) for code in sorted(TM3))
"""VN-2000 / TM-3, offered on the second root only: strict test suites do not know these codes."""

_zones_too: ContextVar[bool] = ContextVar("zones_too", default=False)


def offer_zones() -> None:
    """Offer the TM-3 zones as well in the request that is being answered."""
    _zones_too.set(True)


def uris() -> tuple[str, ...]:
    """Return the systems that collections say they are offered in."""
    return (*URIS, *(one.uri for one in ZONES)) if _zones_too.get() else URIS


def _names(systems: tuple[System, ...]) -> dict[str, System]:
    """Return the ways to write each system of EPSG."""
    return {
        name: one
        for one in systems
        for name in (
            one.uri,
            one.uri.replace("http:", "https:", 1),
            f"EPSG:{one.srid}",
            f"urn:ogc:def:crs:EPSG::{one.srid}",
        )
    }


_NAMES = _names(SYSTEMS[1:]) | dict.fromkeys(
    (CRS84.uri, CRS84.uri.replace("http:", "https:", 1), "urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"), CRS84
)
_ZONE_NAMES = _names(ZONES)


def system(parameter: str, text: str | None) -> System:
    """Return the system a parameter names (CRS84 where it says nothing); BadParameter for one we do not offer."""
    if not text:
        return CRS84
    name = text.strip("[]")
    found = _NAMES.get(name) or (_ZONE_NAMES.get(name) if _zones_too.get() else None)
    if found is None:
        raise BadParameter(
            parameter,
            f"Hệ toạ độ “{text[:60]}” không có ở đây; các hệ dùng được được liệt kê trong mục crs của tập dữ liệu.",
            f"The coordinate system “{text[:60]}” is not offered; the collection lists those that are under crs.",
        )
    return found
