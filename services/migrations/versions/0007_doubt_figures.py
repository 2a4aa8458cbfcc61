"""Doubt figures: flags with their evidence, and how complete, timely and sound the figures of an area are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import CHAR, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_flag",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("period_kind", CHAR(1), nullable=False),
        sa.Column(
            "period_start", sa.Date(), nullable=False, comment="of the value that is doubted, or that is missing"
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("evidence", JSONB(), nullable=False, comment="what the rule saw, by its words"),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "rule in ('completeness', 'timeliness', 'consistency', 'outlier', 'copy', 'merger')",
            name=op.f("ck_quality_flag_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_quality_flag_area_id_area"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["toancanh.indicator.id"],
            name=op.f("fk_quality_flag_indicator_id_indicator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "area_id", "indicator_id", "period_kind", "period_start", "rule", name=op.f("pk_quality_flag")
        ),
        schema="toancanh",
        comment="made anew from the figures: a flag that no longer holds is gone",
    )
    op.create_index("ix_quality_flag_indicator_id", "quality_flag", ["indicator_id", "period_start"], schema="toancanh")
    op.create_table(
        "quality_measure",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="who answered for the indicator in the periods counted"),
        sa.Column("expected", sa.SmallInteger(), nullable=False, comment="periods whose figures were due"),
        sa.Column("present", sa.SmallInteger(), nullable=False, comment="of these with a figure or a reason for none"),
        sa.Column("judged", sa.SmallInteger(), nullable=False, comment="periods told while reporting went on"),
        sa.Column("on_time", sa.SmallInteger(), nullable=False, comment="of these by the due day"),
        sa.Column("told", sa.SmallInteger(), nullable=False, comment="values"),
        sa.Column("doubted", sa.SmallInteger(), nullable=False, comment="of these flagged"),
        sa.Column("newest_end", sa.Date(), comment="day after the newest period with a figure"),
        sa.Column("due_since", sa.Date(), comment="when the oldest figure that is missing behind it was due"),
        sa.Column(
            "as_of",
            sa.Date(),
            nullable=False,
            comment="day it was reckoned for: of sample figures that of the sample's end",
        ),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_quality_measure_area_id_area"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["toancanh.indicator.id"],
            name=op.f("fk_quality_measure_indicator_id_indicator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("area_id", "indicator_id", "owner", name=op.f("pk_quality_measure")),
        schema="toancanh",
        comment="by area, indicator and owner: what scores and freshness are made of",
    )
    op.create_index("ix_quality_measure_indicator_id", "quality_measure", ["indicator_id"], schema="toancanh")
    for table in ("quality_flag", "quality_measure"):
        op.execute(
            f"CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('quality')"
        )


def downgrade() -> None:
    for table in ("quality_measure", "quality_flag"):
        op.drop_table(table, schema="toancanh")
