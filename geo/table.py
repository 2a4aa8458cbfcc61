"""The PostGIS ground of every table: one metadata, one naming convention, one shape for features on the map."""

from __future__ import annotations

from typing import Any, Literal

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.sql import func

SCHEMA = "toancanh"

GeometryKind = Literal["Point", "Line", "Polygon", "Any"]

_POSTGIS_TYPE: dict[GeometryKind, str] = {
    "Point": "POINT",
    "Line": "MULTILINESTRING",
    "Polygon": "MULTIPOLYGON",
    "Any": "GEOMETRY",
}

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
)


def feature_table(name: str, geometry: GeometryKind, *columns: Column[Any]) -> Table:
    """Declare a table of map features.

    Every feature has an `id`, the `province_code` that leads its primary key (so that the table can be split by
    province later without a change), the `area_id` of the commune that holds it on its date, its geometry in EPSG:4326
    and the same geometry in EPSG:3857 for tiles, and where it came from.
    """
    kind = _POSTGIS_TYPE[geometry]
    return Table(
        name,
        metadata,
        Column("province_code", Text, primary_key=True),
        Column("id", BigInteger, Identity(), primary_key=True, unique=True),
        Column("area_id", Integer, index=True, comment="commune that holds the feature on its date"),
        *columns,
        Column("sample", Boolean, nullable=False, server_default="false"),
        Column("source", Text, nullable=False, server_default=""),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("geom", Geometry(kind, 4326, spatial_index=False), nullable=False),
        Column(
            "geom_3857",
            Geometry(kind, 3857, spatial_index=False),
            Computed("public.ST_Transform(geom, 3857)", persisted=True),
        ),
        Index(f"ix_{name}_geom", "geom", postgresql_using="gist"),
        Index(f"ix_{name}_geom_3857", "geom_3857", postgresql_using="gist"),
    )
