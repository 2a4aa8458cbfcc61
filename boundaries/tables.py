"""Areas and their history as PostGIS tables: identity is (code, valid_from), never the code alone."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import func

from geo.table import metadata

area = Table(
    "area",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False, comment="GSO code: VN, two digits a province, five a commune"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="first day on which the area is no more; null while it stands"),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, comment="without the kind: Lâm Đồng"),
    Column("full_name", Text, nullable=False, comment="with the kind: Tỉnh Lâm Đồng"),
    Column("name_en", Text, nullable=False),
    Column(
        "province_code",
        Text,
        nullable=False,
        comment="the area's own code for a province, VN for the country",
    ),
    Column("parent_id", Integer, ForeignKey("area.id", deferrable=True, initially="DEFERRED"), index=True),
    Column("resolution", Text, nullable=False, server_default="", comment="legal act that made the area"),
    Column("area_km2", Double, comment="as published"),
    Column("source", Text, nullable=False, server_default="", comment="where the outline comes from"),
    Column("approximate", Boolean, nullable=False, server_default="false"),
    Column(
        "folded",
        Text,
        nullable=False,
        server_default="",
        comment="full name as `geo.text.fold` gives it, for search",
    ),
    Column("geom", Geometry("MULTIPOLYGON", 4326, spatial_index=False)),
    Column("label", Geometry("POINT", 4326, spatial_index=False)),
    UniqueConstraint("code", "valid_from"),
    CheckConstraint("level in ('country', 'province', 'commune')", name="level"),
    CheckConstraint("valid_to is null or valid_to > valid_from", name="validity"),
    Index("ix_area_geom", "geom", postgresql_using="gist"),
    Index("ix_area_level_province_code", "level", "province_code"),
)

# Outlines generalised together for each zoom band, so that neighbours keep one common edge.
area_shape = Table(
    "area_shape",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("band", SmallInteger, primary_key=True, comment="highest zoom the shape is drawn at"),
    Column("geom", Geometry("MULTIPOLYGON", 3857, spatial_index=False), nullable=False),
    *(
        Index(f"ix_area_shape_band_{band}", "geom", postgresql_using="gist", postgresql_where=f"band = {band}")
        for band in (5, 7, 9, 11, 22)
    ),
)

# Communes cut into small pieces: which commune holds a point is then a look-up.
area_piece = Table(
    "area_piece",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("geom", Geometry("POLYGON", 4326, spatial_index=False), nullable=False),
    Index("ix_area_piece_geom", "geom", postgresql_using="gist"),
)

area_alias = Table(
    "area_alias",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("folded", Text, nullable=False),
    Column("weight", Double, nullable=False, server_default="0"),
    comment="other names people search by: former communes, districts, provinces",
)

succession = Table(
    "succession",
    metadata,
    Column("old_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("new_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("relation", Text, nullable=False, comment="whole or divided"),
    Column("area_share", Double, comment="share of the old area that went to the new one"),
    Column("source", Text, nullable=False, server_default=""),
)

boundary_load = Table(
    "boundary_load",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("path", Text, nullable=False),
    Column("checksum", Text, nullable=False, server_default="", comment="SHA-256 of what was read"),
    Column("report", JSONB, nullable=False),
    comment="what was loaded, when, from where, and what the check said",
)
