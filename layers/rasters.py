"""Rasters: grids of numbers kept as Cloud Optimized GeoTIFF, each with a row that says what it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Double, Integer, Select, Table, Text
from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql import func

from geo.table import metadata
from layers.viewer import Role, Viewer

REVISION = "rasters"

raster = Table(
    "raster",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("description_en", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("readers", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("file", Text, nullable=False, comment="name in the folder of rasters"),
    Column("checksum", Text, nullable=False, comment="SHA-256 of the file that was added"),
    Column("bytes", BigInteger, nullable=False),
    Column("crs", Text, nullable=False, comment="EPSG:number, or WKT"),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("transform", ARRAY(Double), nullable=False, comment="a, b, c, d, e, f of the affine transform"),
    Column("box", ARRAY(Double), nullable=False, comment="west, south, east, north in EPSG:4326"),
    Column("bands", JSONB, nullable=False, comment="name, title, unit, type, nodata, least and most of each"),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("readers in ('public', 'staff')", name="readers"),
)


@dataclass(frozen=True)
class Raster:
    """A stored raster; `crs` is EPSG:number or WKT, `box` west, south, east, north in EPSG:4326."""

    id: str
    title: str
    title_en: str
    description: str
    description_en: str
    source: str
    licence: str
    readers: Role
    sample: bool
    file: str
    checksum: str
    bytes: int
    crs: str
    width: int
    height: int
    transform: tuple[float, float, float, float, float, float]
    box: tuple[float, float, float, float]
    bands: tuple[dict[str, Any], ...]

    def readable(self, viewer: Viewer) -> bool:
        """Whether the viewer may know of the raster at all."""
        return viewer.staff or self.readers == "public"


COLUMNS = tuple(field.name for field in fields(Raster))


def select() -> Select[Any]:
    """Select the columns of `Raster` in their order, by title."""
    return choose(*(raster.c[name] for name in COLUMNS)).order_by(raster.c.title)


def of_row(row: Any) -> Raster:
    """Make a `Raster` of a row of `select`."""
    made = dict(zip(COLUMNS, row, strict=True))
    for name in ("transform", "box", "bands"):
        made[name] = tuple(made[name])
    return Raster(**made)
