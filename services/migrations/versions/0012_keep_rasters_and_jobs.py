"""Keep rasters, which are files with a row each, and the jobs of processes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raster",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False, comment="name in the folder of rasters"),
        sa.Column("checksum", sa.Text(), nullable=False, comment="SHA-256 of the file that was added"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False, comment="EPSG:number, or WKT"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("transform", ARRAY(sa.Double()), nullable=False, comment="a, b, c, d, e, f of the affine transform"),
        sa.Column("box", ARRAY(sa.Double()), nullable=False, comment="west, south, east, north in EPSG:4326"),
        sa.Column("bands", JSONB(), nullable=False, comment="name, title, unit, type, nodata, least and most of each"),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("readers in ('public', 'staff')", name=op.f("ck_raster_readers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raster")),
        schema="toancanh",
    )
    op.execute(
        "CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.raster "
        "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('rasters')"
    )
    op.create_table(
        "process_job",
        sa.Column("id", UUID(as_uuid=True), nullable=False, comment="random: who knows it may read the job"),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("progress", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="name of the viewer"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("provinces", ARRAY(sa.Text()), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="whom the limit of waiting jobs counts"),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False, comment="public address of the OGC root when it was asked"),
        sa.Column("asked", JSONB(), nullable=False, comment="the execute request"),
        sa.Column("results", JSONB(), comment="media type, file and size of each output"),
        sa.Column("problem", JSONB(), comment="what went wrong, as RFC 9457"),
        sa.Column("ticket", sa.BigInteger(), comment="number in the queue"),
        sa.Column("created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True)),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "status in ('accepted', 'running', 'successful', 'failed', 'dismissed')", name=op.f("ck_process_job_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_job")),
        schema="toancanh",
    )
    op.create_index("ix_process_job_created", "process_job", ["created"], schema="toancanh")


def downgrade() -> None:
    op.drop_table("process_job", schema="toancanh")
    op.drop_table("raster", schema="toancanh")
