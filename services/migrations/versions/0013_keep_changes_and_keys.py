"""Keep every change of a feature for good, and the keys that people and programs come with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEEP = """
CREATE FUNCTION toancanh.keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'changes of features are kept as they were written';
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "feature_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False, comment="name of the viewer or of the key"),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("feature", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False, comment="the client named the version it had read"),
        sa.Column("before", JSONB(), comment="the row, its geometry as GeoJSON; null where it was created"),
        sa.Column("after", JSONB(), comment="null where it was deleted"),
        sa.CheckConstraint(
            "action in ('create', 'replace', 'update', 'delete')", name=op.f("ck_feature_change_action")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_change")),
        schema="toancanh",
    )
    op.create_index(op.f("ix_feature_change_layer_feature"), "feature_change", ["layer", "feature"], schema="toancanh")
    op.execute(KEEP)
    op.execute(
        "CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON toancanh.feature_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.keep_changes()"
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="who or what comes with it"),
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 of the key, which is kept nowhere"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("provinces", ARRAY(sa.Text()), nullable=False, comment="codes it is limited to; empty: all"),
        sa.Column("rate", sa.Integer(), comment="requests a minute; null: that of its role"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True), comment="last use, to about a minute"),
        sa.CheckConstraint("role in ('public', 'staff')", name=op.f("ck_api_key_role")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_api_key_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        schema="toancanh",
    )
    op.execute(
        "CREATE TRIGGER bump AFTER INSERT OR DELETE OR UPDATE OF name, hash, role, provinces, rate, revoked_at "
        "ON toancanh.api_key FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('keys')"
    )


def downgrade() -> None:
    op.drop_table("api_key", schema="toancanh")
    op.drop_table("feature_change", schema="toancanh")
    op.execute("DROP FUNCTION toancanh.keep_changes()")
