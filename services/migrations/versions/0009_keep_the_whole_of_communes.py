"""Keep the whole of every commune beside its parts in regions: a region need not cover it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO toancanh.overlap (area_id, region_id, area_km2) "
        "SELECT id, id, ST_Area(geom::geography) / 1e6 FROM toancanh.area "
        "WHERE id IN (SELECT area_id FROM toancanh.overlap) ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.execute("DELETE FROM toancanh.overlap WHERE area_id = region_id")
