"""Make the job queue: procrastinate's own tables in a schema of their own."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path = jobs, public")
    connection = op.get_bind().connection.driver_connection
    connection.execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path = public, toancanh")


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")
