"""Let pictures and lines of time stand without foreign keys: they follow from the journal, which has none either.

Checking both for every line made took longer than making them. What is aimed at areas may be told before them in one
transaction.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEYS = (
    ("figure_slice", "indicator_id", "indicator"),
    ("figure_series", "area_id", "area"),
    ("figure_series", "indicator_id", "indicator"),
)


def upgrade() -> None:
    for table, column, other in _KEYS:
        op.execute(f"ALTER TABLE toancanh.{table} DROP CONSTRAINT IF EXISTS fk_{table}_{column}_{other}")
    op.execute("ALTER TABLE toancanh.target ALTER CONSTRAINT fk_target_area_id_area DEFERRABLE")


def downgrade() -> None:
    op.execute("ALTER TABLE toancanh.target ALTER CONSTRAINT fk_target_area_id_area NOT DEFERRABLE")
    for table, column, other in _KEYS:
        op.execute(
            f"ALTER TABLE toancanh.{table} ADD CONSTRAINT fk_{table}_{column}_{other} "
            f"FOREIGN KEY ({column}) REFERENCES toancanh.{other} (id)"
        )
