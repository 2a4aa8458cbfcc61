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
    # Five island districts had no communes: they stand at both levels under one code.
    UniqueConstraint("level", "code", "valid_from"),
    CheckConstraint("level in ('country', 'province', 'district', 'commune', 'region')", name="level"),
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
    Column("relation", Text, nullable=False, comment="whole or divided, as the resolutions say"),
    Column("is_main", Boolean, nullable=False, server_default="true", comment="the main one of several successors"),
    Column("area_km2", Double, comment="ground that passed: what the two outlines have in common"),
    Column("area_share", Double, comment="share of the old area that went to the new one"),
    Column("population", Double, comment="people on the common ground, by a population raster"),
    Column("population_share", Double, comment="share of the old area's people that went to the new one"),
    Column("flag", Text, nullable=False, server_default="", comment="where outlines and table contradict each other"),
    Column("source", Text, nullable=False, server_default=""),
    CheckConstraint("relation in ('whole', 'divided')", name="relation"),
    CheckConstraint("area_share between 0 and 1 and population_share between 0 and 1", name="shares"),
    CheckConstraint("old_id <> new_id", name="not_itself"),
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

# Regions that are no administrative areas – forest districts, police areas, basins – stand in `area` at level region.
region_set = Table(
    "region_set",
    metadata,
    Column("slug", Text, primary_key=True, comment="kind of its regions in area, and its name in addresses"),
    Column("title", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

overlap = Table(
    "overlap",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("region_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("area_km2", Double, nullable=False, comment="common ground"),
    Column("population", Double, comment="people on the common ground, by a population raster"),
    comment="which communes, of any structure, lie in which region",
)

handover = Table(
    "handover",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("what", Text, nullable=False, comment="the kind of thing that hung on the ended area"),
    Column("item", Text, nullable=False, comment="its key"),
    Column("old_id", Integer, ForeignKey("area.id"), nullable=False),
    Column("new_id", Integer, ForeignKey("area.id"), nullable=False),
    Column("rule", Text, nullable=False, comment="place, population, area, main or all"),
    Column("share", Double, nullable=False, server_default="1"),
    comment="what passed from an ended area to its successor, when and by which rule",
)
