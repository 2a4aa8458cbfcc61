"""Make the first tables: areas, observations, the four feature layers."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# 63 provinces until 1/7/2025; the 34 of today use 34 of the same codes.
PROVINCES = [
    "01",
    "02",
    "04",
    "06",
    "08",
    "10",
    "11",
    "12",
    "14",
    "15",
    "17",
    "19",
    "20",
    "22",
    "24",
    "25",
    "26",
    "27",
    "30",
    "31",
    "33",
    "34",
    "35",
    "36",
    "37",
    "38",
    "40",
    "42",
    "44",
    "45",
    "46",
    "48",
    "49",
    "51",
    "52",
    "54",
    "56",
    "58",
    "60",
    "62",
    "64",
    "66",
    "67",
    "68",
    "70",
    "72",
    "74",
    "75",
    "77",
    "79",
    "80",
    "82",
    "83",
    "84",
    "86",
    "87",
    "89",
    "91",
    "92",
    "93",
    "94",
    "95",
    "96",
]

# Zones of VN-2000 (TM-3) that PostGIS 3.3 does not know: code and central meridian.
MERIDIANS = {
    9205: 103, 9206: 104, 9207: 104.5, 9208: 104.75, 9209: 105.5, 9210: 105.75, 9211: 106, 9212: 106.25, 9213: 106.5,
    9214: 107, 9215: 107.25, 9216: 107.5, 9217: 108.25, 9218: 108.5,
}  # fmt: skip

# Name of the counter that a change of the table raises.
REVISIONS = {
    "area": "areas",
    "area_shape": "areas",
    "figure_slice": "observations",
    "planning_zone": "planning-zones",
    "project": "projects",
    "camera": "cameras",
    "citizen_report": "citizen-reports",
}

VIEW_SECTOR = """
CREATE FUNCTION toancanh.view_sector(place geometry, azimuth float8, field_of_view float8, range_m float8)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public AS $$
  SELECT CASE
    WHEN range_m IS NULL THEN NULL
    WHEN azimuth IS NULL OR field_of_view IS NULL OR field_of_view >= 360
      THEN ST_Transform(ST_Buffer(place::geography, range_m)::geometry, 3857)
    ELSE ST_Transform(ST_MakePolygon(ST_MakeLine(
      ARRAY[place]
      || ARRAY(SELECT ST_Project(place::geography, range_m, radians(azimuth + field_of_view * (i / 12.0 - 0.5)))::geometry
               FROM generate_series(0, 12) AS i)
      || ARRAY[place])), 3857)
  END
$$
"""

BUMP = """
CREATE FUNCTION toancanh.bump() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO toancanh.revision AS r (name, value) VALUES (TG_ARGV[0], 1)
  ON CONFLICT (name) DO UPDATE SET value = r.value + 1;
  PERFORM pg_notify('toancanh_revision', TG_ARGV[0]);
  RETURN NULL;
END
$$
"""


def _ground() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public")
    for code, meridian in MERIDIANS.items():
        definition = (
            f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +units=m +no_defs"
        )
        op.execute(
            "INSERT INTO public.spatial_ref_sys (srid, auth_name, auth_srid, proj4text) "
            f"VALUES ({code}, 'EPSG', {code}, '{definition}') ON CONFLICT (srid) DO NOTHING"
        )
    op.execute(VIEW_SECTOR)
    op.execute(BUMP)


def _partitions() -> None:
    for code in [*PROVINCES, "VN"]:
        op.execute(
            f"CREATE TABLE toancanh.observation_{code.lower()} PARTITION OF toancanh.observation FOR VALUES IN ('{code}')"
        )
    op.execute("CREATE TABLE toancanh.observation_other PARTITION OF toancanh.observation DEFAULT")


def _revisions() -> None:
    for table, name in REVISIONS.items():
        op.execute(
            f"CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('{name}')"
        )


def upgrade() -> None:
    _ground()
    op.create_geospatial_table(
        "area",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="GSO code: VN, two digits a province, five a commune"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="first day on which the area is no more; null while it stands",
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="without the kind: Lâm Đồng"),
        sa.Column("full_name", sa.Text(), nullable=False, comment="with the kind: Tỉnh Lâm Đồng"),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "province_code",
            sa.Text(),
            nullable=False,
            comment="the area's own code for a province, VN for the country",
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False, comment="legal act that made the area"),
        sa.Column("area_km2", sa.Double(), nullable=True, comment="as published"),
        sa.Column("source", sa.Text(), server_default="", nullable=False, comment="where the outline comes from"),
        sa.Column("approximate", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "folded",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="full name as `geo.text.fold` gives it, for search",
        ),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "label",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("level in ('country', 'province', 'commune')", name=op.f("ck_area_level")),
        sa.CheckConstraint("valid_to is null or valid_to > valid_from", name=op.f("ck_area_validity")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["toancanh.area.id"],
            name=op.f("fk_area_parent_id_area"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_area_code_valid_from")),
        schema="toancanh",
    )
    op.create_geospatial_index(
        "ix_area_geom",
        "area",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_area_level_province_code", "area", ["level", "province_code"], unique=False, schema="toancanh")
    op.create_index(op.f("ix_area_parent_id"), "area", ["parent_id"], unique=False, schema="toancanh")
    op.create_table(
        "boundary_load",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Text(), server_default="", nullable=False, comment="SHA-256 of what was read"),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_load")),
        schema="toancanh",
        comment="what was loaded, when, from where, and what the check said",
    )
    op.create_geospatial_table(
        "camera",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True, comment="commune that holds the feature on its date"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="fixed", nullable=False),
        sa.Column("state", sa.Text(), server_default="online", nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("height_m", sa.Double(), nullable=True),
        sa.Column("azimuth", sa.Double(), nullable=True, comment="degrees from north, null for all round"),
        sa.Column("field_of_view", sa.Double(), nullable=True),
        sa.Column("range_m", sa.Double(), nullable=True),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("stream_url", sa.Text(), nullable=True),
        sa.Column("snapshot_url", sa.Text(), nullable=True),
        sa.Column(
            "view_3857",
            Geometry(
                geometry_type="POLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            sa.Computed("toancanh.view_sector(geom, azimuth, field_of_view, range_m)", persisted=True),
            nullable=True,
        ),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="POINT",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            sa.Computed("public.ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_camera")),
        sa.UniqueConstraint("id", name=op.f("uq_camera_id")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_camera_area_id"), "camera", ["area_id"], unique=False, schema="toancanh")
    op.create_geospatial_index(
        "ix_camera_geom",
        "camera",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_camera_geom_3857",
        "camera",
        ["geom_3857"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "citizen_report",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True, comment="commune that holds the feature on its date"),
        sa.Column("code", sa.Text(), nullable=False, comment="tracking code given to the citizen"),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="moi", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=True),
        sa.Column("supporters", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=True),
        sa.Column("reporter_phone", sa.Text(), nullable=True),
        sa.Column("moderated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="POINT",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            sa.Computed("public.ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_citizen_report")),
        sa.UniqueConstraint("id", name=op.f("uq_citizen_report_id")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_citizen_report_area_id"), "citizen_report", ["area_id"], unique=False, schema="toancanh")
    op.create_geospatial_index(
        "ix_citizen_report_geom",
        "citizen_report",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_citizen_report_geom_3857",
        "citizen_report",
        ["geom_3857"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
        schema="toancanh",
        comment="numbers for the catalogue's codes; the catalogue itself is data in the repository",
    )
    op.create_geospatial_table(
        "planning_zone",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True, comment="commune that holds the feature on its date"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("plan_name", sa.Text(), nullable=False),
        sa.Column("plan_level", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("density_max", sa.Double(), nullable=True),
        sa.Column("storeys_max", sa.Integer(), nullable=True),
        sa.Column("far_max", sa.Double(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            sa.Computed("public.ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_planning_zone")),
        sa.UniqueConstraint("id", name=op.f("uq_planning_zone_id")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_planning_zone_area_id"), "planning_zone", ["area_id"], unique=False, schema="toancanh")
    op.create_geospatial_index(
        "ix_planning_zone_geom",
        "planning_zone",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_planning_zone_geom_3857",
        "planning_zone",
        ["geom_3857"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "project",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True, comment="commune that holds the feature on its date"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("investor", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=True),
        sa.Column("project_group", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total_investment", sa.Double(), nullable=True),
        sa.Column("plan_central", sa.Double(), nullable=True),
        sa.Column("plan_local", sa.Double(), nullable=True),
        sa.Column("disbursed", sa.Double(), nullable=True),
        sa.Column(
            "rate_central",
            sa.Double(),
            sa.Computed("disbursed / nullif(plan_central, 0) * 100", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "rate_local",
            sa.Double(),
            sa.Computed("disbursed / nullif(plan_local, 0) * 100", persisted=True),
            nullable=True,
        ),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("obstacle", sa.Text(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"),
            sa.Computed("public.ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_project")),
        sa.UniqueConstraint("id", name=op.f("uq_project_id")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_project_area_id"), "project", ["area_id"], unique=False, schema="toancanh")
    op.create_geospatial_index(
        "ix_project_geom",
        "project",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_project_geom_3857",
        "project",
        ["geom_3857"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "provenance",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("checksum", sa.Text(), server_default="", nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provenance")),
        schema="toancanh",
        comment="where observations came from",
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False, comment="a layer's id, `areas` or `observations`"),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
        schema="toancanh",
    )
    op.create_table(
        "area_alias",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_area_alias_area_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", "name", "kind", name=op.f("pk_area_alias")),
        schema="toancanh",
        comment="other names people search by: former communes, districts, provinces",
    )
    op.create_geospatial_table(
        "area_piece",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_area_piece_area_id_area"), ondelete="CASCADE"
        ),
        schema="toancanh",
    )
    op.create_index(op.f("ix_area_piece_area_id"), "area_piece", ["area_id"], unique=False, schema="toancanh")
    op.create_geospatial_index(
        "ix_area_piece_geom",
        "area_piece",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "area_shape",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False, comment="highest zoom the shape is drawn at"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_area_shape_area_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", "band", name=op.f("pk_area_shape")),
        schema="toancanh",
    )
    op.create_geospatial_index(
        "ix_area_shape_band_11",
        "area_shape",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_where="band = 11",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_area_shape_band_22",
        "area_shape",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_where="band = 22",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_area_shape_band_5",
        "area_shape",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_where="band = 5",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_area_shape_band_7",
        "area_shape",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_where="band = 7",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_area_shape_band_9",
        "area_shape",
        ["geom"],
        unique=False,
        schema="toancanh",
        postgresql_using="gist",
        postgresql_where="band = 9",
        postgresql_ops={},
    )
    op.create_table(
        "figure_slice",
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("within", sa.Text(), nullable=False, comment="code of the area whose children the values are for"),
        sa.Column("boundary", sa.Date(), nullable=False, comment="first day of the boundary vintage"),
        sa.Column("period_kind", sa.CHAR(length=1), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("area_ids", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("area_values", postgresql.ARRAY(sa.Double()), nullable=False),
        sa.Column("blanks", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["toancanh.indicator.id"], name=op.f("fk_figure_slice_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint(
            "indicator_id",
            "level",
            "within",
            "boundary",
            "period_kind",
            "period_start",
            name=op.f("pk_figure_slice"),
        ),
        schema="toancanh",
        comment="one row a picture: the newest values of one indicator and period under one parent, kept from observation",
    )
    op.create_table(
        "observation",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period_kind", sa.CHAR(length=1), nullable=False, comment="Y H Q M W D"),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column(
            "children",
            sa.SmallInteger(),
            nullable=True,
            comment="areas below that have a value, for a value rolled up",
        ),
        sa.Column("children_of", sa.SmallInteger(), nullable=True, comment="areas below in all"),
        sa.Column(
            "status",
            sa.CHAR(length=1),
            server_default="F",
            nullable=False,
            comment="E estimate, P preliminary, F final",
        ),
        sa.Column("blank", sa.Text(), nullable=True, comment="why there is no value"),
        sa.Column("warning", sa.Text(), nullable=True, comment="why the value is doubted"),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("provenance_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "blank in ('no_data', 'late', 'not_due', 'not_applicable', 'suppressed')",
            name=op.f("ck_observation_blank"),
        ),
        sa.CheckConstraint("period_kind in ('Y', 'H', 'Q', 'M', 'W', 'D')", name=op.f("ck_observation_period_kind")),
        sa.CheckConstraint("(value is null) = (blank is not null)", name=op.f("ck_observation_value_or_blank")),
        sa.PrimaryKeyConstraint(
            "province_code",
            "indicator_id",
            "area_id",
            "period_kind",
            "period_start",
            "known_at",
            name=op.f("pk_observation"),
        ),
        schema="toancanh",
        postgresql_partition_by="LIST (province_code)",
    )
    op.create_table(
        "succession",
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False, comment="whole or divided"),
        sa.Column("area_share", sa.Double(), nullable=True, comment="share of the old area that went to the new one"),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["new_id"], ["toancanh.area.id"], name=op.f("fk_succession_new_id_area"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["old_id"], ["toancanh.area.id"], name=op.f("fk_succession_old_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("old_id", "new_id", name=op.f("pk_succession")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_succession_new_id"), "succession", ["new_id"], unique=False, schema="toancanh")
    op.create_table(
        "target",
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period_kind", sa.CHAR(length=1), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), server_default="level", nullable=False, comment="what a part of the period owes"),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("sample", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["toancanh.area.id"], name=op.f("fk_target_area_id_area")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["toancanh.indicator.id"], name=op.f("fk_target_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint(
            "province_code", "indicator_id", "area_id", "period_kind", "period_start", name=op.f("pk_target")
        ),
        schema="toancanh",
    )
    _partitions()
    _revisions()


def downgrade() -> None:
    raise NotImplementedError("the first migration has nothing to go back to: drop the schema toancanh instead")
