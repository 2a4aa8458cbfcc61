"""Show quality on the map: what stands of each area, and one name for how new all of it is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_area",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), comment="0 to 100, of the three shares that follow"),
        sa.Column("completeness", sa.Double()),
        sa.Column("timeliness", sa.Double()),
        sa.Column("soundness", sa.Double()),
        sa.Column("newest", sa.Date(), comment="last day that has figures"),
        sa.Column("days", sa.Integer(), comment="since then"),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("overdue", sa.Integer(), comment="days for which the oldest missing figure has been due"),
        sa.Column("late", sa.Integer(), nullable=False, comment="indicators that miss a figure that was due"),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_quality_area_area_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_quality_area")),
        schema="toancanh",
        comment="of public indicators, for the map",
    )
    for table in ("quality_flag", "quality_measure"):
        op.execute(f"DROP TRIGGER bump ON toancanh.{table}")
    for table in ("quality_flag", "quality_measure", "quality_area"):
        op.execute(
            f"CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('data-quality')"
        )
    # The layer draws the outlines of areas: tiles of it are old when these change.
    op.execute(
        "CREATE TRIGGER bump_quality AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.area_shape "
        "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('data-quality')"
    )
    op.execute("DELETE FROM toancanh.revision WHERE name = 'quality'")


def downgrade() -> None:
    op.drop_table("quality_area", schema="toancanh")
    op.execute("DROP TRIGGER bump_quality ON toancanh.area_shape")
    for table in ("quality_flag", "quality_measure"):
        op.execute(f"DROP TRIGGER bump ON toancanh.{table}")
        op.execute(
            f"CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('quality')"
        )
