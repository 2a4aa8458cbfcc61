"""Let districts, shares of ground and people, regions and handovers stand beside the areas."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_area_level"), "area", schema="toancanh")
    op.create_check_constraint(
        op.f("ck_area_level"),
        "area",
        "level in ('country', 'province', 'district', 'commune', 'region')",
        schema="toancanh",
    )
    op.drop_constraint(op.f("uq_area_code_valid_from"), "area", schema="toancanh")
    op.create_unique_constraint(
        op.f("uq_area_level_code_valid_from"), "area", ["level", "code", "valid_from"], schema="toancanh"
    )
    for column in (
        sa.Column(
            "is_main", sa.Boolean(), nullable=False, server_default="true", comment="the main one of several successors"
        ),
        sa.Column("area_km2", sa.Double(), comment="ground that passed: what the two outlines have in common"),
        sa.Column("population", sa.Double(), comment="people on the common ground, by a population raster"),
        sa.Column("population_share", sa.Double(), comment="share of the old area's people that went to the new one"),
        sa.Column(
            "flag",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="where outlines and table contradict each other",
        ),
    ):
        op.add_column("succession", column, schema="toancanh")
    op.alter_column("succession", "relation", comment="whole or divided, as the resolutions say", schema="toancanh")
    for name, rule in (
        ("relation", "relation in ('whole', 'divided')"),
        ("shares", "area_share between 0 and 1 and population_share between 0 and 1"),
        ("not_itself", "old_id <> new_id"),
    ):
        op.create_check_constraint(op.f(f"ck_succession_{name}"), "succession", rule, schema="toancanh")
    op.create_table(
        "region_set",
        sa.Column("slug", sa.Text(), nullable=False, comment="kind of its regions in area, and its name in addresses"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_region_set")),
        schema="toancanh",
    )
    op.create_table(
        "overlap",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=False, comment="common ground"),
        sa.Column("population", sa.Double(), comment="people on the common ground, by a population raster"),
        sa.ForeignKeyConstraint(
            ["area_id"], ["toancanh.area.id"], name=op.f("fk_overlap_area_id_area"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["toancanh.area.id"], name=op.f("fk_overlap_region_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", "region_id", name=op.f("pk_overlap")),
        schema="toancanh",
        comment="which communes, of any structure, lie in which region",
    )
    op.create_index(op.f("ix_overlap_region_id"), "overlap", ["region_id"], schema="toancanh")
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("what", sa.Text(), nullable=False, comment="the kind of thing that hung on the ended area"),
        sa.Column("item", sa.Text(), nullable=False, comment="its key"),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="place, population, area, main or all"),
        sa.Column("share", sa.Double(), nullable=False, server_default="1"),
        sa.ForeignKeyConstraint(["old_id"], ["toancanh.area.id"], name=op.f("fk_handover_old_id_area")),
        sa.ForeignKeyConstraint(["new_id"], ["toancanh.area.id"], name=op.f("fk_handover_new_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        schema="toancanh",
        comment="what passed from an ended area to its successor, when and by which rule",
    )
    op.add_column(
        "provenance",
        sa.Column("decision", JSONB(), comment="which areas the rows were taken for, on what evidence"),
        schema="toancanh",
    )


def downgrade() -> None:
    raise NotImplementedError("Areas of the former structure would be lost.")
