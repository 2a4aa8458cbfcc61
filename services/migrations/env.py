"""Run alembic over our metadata; the connection comes from `services.migrate`."""

from alembic import context
from geoalchemy2 import alembic_helpers

from geo.table import SCHEMA
from services.migrate import metadata


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Look at our own schema only."""
    if type_ == "schema":
        return name == SCHEMA
    return True


def include_object(thing: object, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:
    """Leave partitions and alembic's own table alone: they follow their parents."""
    if type_ == "table" and reflected and (name or "").startswith(("observation_", "alembic_")):
        return False
    return bool(alembic_helpers.include_object(thing, name, type_, reflected, compare_to))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=include_name,
    include_object=include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
