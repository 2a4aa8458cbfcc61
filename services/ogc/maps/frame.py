"""The frame of a picture: which ground it shows in which system, and where a place falls on it in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geo.crs import parse
from services.ogc.systems import System

Box = tuple[float, float, float, float]
Numbers = npt.NDArray[np.float64]

PIXEL = 0.00028  # metres: the pixel that scales are counted with (OGC)
_RADIUS = 6378137.0
_TILE = 2 * math.pi * _RADIUS / 512  # metres of EPSG:3857 in a pixel at zoom 0, as web maps count it
_STEPS = 32  # points along each side of a box that is carried into another system
_LIMIT = 85.06  # degrees of latitude to which EPSG:3857 reaches


@dataclass(frozen=True)
class Frame:
    """A picture of `width` × `height` pixels of the box (west, south, east, north) in units of `system`."""

    system: System
    box: Box
    width: int
    height: int

    @property
    def zoom(self) -> float:
        """The zoom at which a web map shows the middle of the picture as large."""
        west, south, east, north = self.mercator
        return math.log2(_TILE * max(self.width / max(east - west, 1e-6), self.height / max(north - south, 1e-6)))

    @property
    def mercator(self) -> Box:
        """The box around the picture in EPSG:3857."""
        return carried(self.box, self.system.srid, 3857)

    @property
    def metres(self) -> float:
        """How many metres on the ground are a pixel, in the middle."""
        across, _ = ground(self.box, self.system)
        return across / self.width

    def content_box(self) -> str:
        """Return the box as its header says it, in the order of the system's axes."""
        west, south, east, north = self.box
        sides = (south, west, north, east) if self.system.swapped else self.box
        return ",".join(f"{side:.{self.system.digits}f}" for side in sides)

    def pixels(self, coordinates: Numbers) -> Numbers:
        """Return where points of EPSG:3857 fall, in pixels from the lower left corner."""
        west, south, east, north = self.box
        x, y = carry(coordinates[:, 0], coordinates[:, 1], 3857, self.system.srid)
        return np.column_stack([
            (x - west) * (self.width / (east - west)), (y - south) * (self.height / (north - south))
        ])  # fmt: skip

    def drawn(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Return shapes of EPSG:3857 in pixels."""
        return shapely.transform(shapes, self.pixels)


def ground(box: Box, system: System) -> tuple[float, float]:
    """Return how many metres a box in units of a system is wide and high on the ground, in its middle."""
    west, south, east, north = box
    if system.srid in (4326, 4756):
        degree = math.pi * _RADIUS / 180
        middle = math.cos(math.radians(min(max((south + north) / 2, -89.9), 89.9)))
        return (east - west) * degree * middle, (north - south) * degree
    stretch = 1 / math.cosh((south + north) / 2 / _RADIUS) if system.srid == 3857 else 1.0
    return (east - west) * stretch, (north - south) * stretch


def carry(x: Numbers, y: Numbers, source: int, target: int) -> tuple[Numbers, Numbers]:
    """Carry coordinates (x before y) from one of the feeds' systems to another; VN-2000 goes by EPSG:6960."""
    if source == target:
        return x, y
    if source == 3857:
        x, y = np.degrees(x / _RADIUS), np.degrees(np.arctan(np.sinh(y / _RADIUS)))
    elif source != 4326:
        x, y = _pipeline(source).transform(x, y)
    if target == 3857:
        y = np.clip(y, -_LIMIT, _LIMIT)
        return np.radians(x) * _RADIUS, np.arcsinh(np.tan(np.radians(y))) * _RADIUS
    if target != 4326:
        x, y = _pipeline(target).transform(x, y, direction="INVERSE")
    return x, y


def carried(box: Box, source: int, target: int) -> Box:
    """Return the box in another system that holds a box of this one; its sides are followed, which may be bent there."""
    if source == target:
        return box
    west, south, east, north = box
    along = np.linspace(0, 1, _STEPS)
    x = np.concatenate([west + (east - west) * along] * 2 + [np.full(_STEPS, west), np.full(_STEPS, east)])
    rise = south + (north - south) * along
    y = np.concatenate([np.full(_STEPS, south), np.full(_STEPS, north), rise, rise])
    x, y = carry(x, y, source, target)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


@lru_cache(maxsize=16)
def _pipeline(srid: int) -> Transformer:
    return Transformer.from_pipeline(parse(f"EPSG:{srid}").pipeline)
