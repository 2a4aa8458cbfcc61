"""Bring the database to the shape this version needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

import layers.catalogue
import layers.indicators.quality_tables
import layers.indicators.tables
import layers.rasters
import layers.revision  # noqa: F401  (each of these declares its tables)
import services.audit
import services.job_table
import services.key_table  # noqa: F401
from geo.table import SCHEMA, metadata
from layers.indicators.sync import declare

__all__ = ["current", "head", "metadata", "upgrade"]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_path_separator", "os")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every migration that is missing, all in one transaction."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(20250701)"))  # two servers may start at once
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if revision == "head":
            declare(connection)


def head() -> str:
    """Return the newest revision this version knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(engine: Engine) -> str | None:
    """Return the revision the database is at, or nothing for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


def difference(engine: Engine) -> list[object]:
    """Return what the declared tables and the database disagree about: empty when there is no drift."""
    from alembic.autogenerate import compare_metadata
    from geoalchemy2 import alembic_helpers

    def include(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        if kind == "table" and reflected and (name or "").startswith(("observation_", "alembic_")):
            return False
        kept = alembic_helpers.include_object(thing, name, kind, reflected, other)  # type: ignore[no-untyped-call]
        return bool(kept)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table_schema": SCHEMA,
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                "include_object": include,
                "compare_type": True,
            },
        )
        return list(compare_metadata(context, metadata))
