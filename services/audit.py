"""Every change people make to features, kept for good: who, when, and the row before and after."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
    text,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import func

from geo.table import metadata
from layers.layer import Layer

Action = Literal["create", "replace", "update", "delete"]
Row = dict[str, Any]

feature_change = Table(
    "feature_change",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("who", Text, nullable=False, comment="name of the viewer or of the key"),
    Column("layer", Text, nullable=False),
    Column("feature", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("checked", Boolean, nullable=False, comment="the client named the version it had read"),
    Column("before", JSONB, comment="the row, its geometry as GeoJSON; null where it was created"),
    Column("after", JSONB, comment="null where it was deleted"),
    CheckConstraint("action in ('create', 'replace', 'update', 'delete')", name="action"),
    Index("ix_feature_change_layer_feature", "layer", "feature"),
)


def locked(connection: Connection, layer: Layer, feature: int) -> Row | None:
    """Return a row as it is kept in the history, locked until the transaction ends; None where there is none."""
    left_out = ", ".join(f"'{name}'" for name in ("geom", "geom_3857", *layer.parts))
    found: Row | None = connection.execute(
        text(
            f"SELECT to_jsonb(t) - ARRAY[{left_out}] || jsonb_build_object('geom', ST_AsGeoJSON(t.geom, 15)::jsonb) "
            f"FROM {layer.table} t WHERE t.id = :id FOR UPDATE"
        ),
        {"id": feature},
    ).scalar()
    return found


def record(
    connection: Connection,
    layer: Layer,
    feature: int,
    action: Action,
    *,
    who: str,
    checked: bool,
    before: Row | None,
    after: Row | None,
) -> None:
    """Write a change down in the transaction that makes it."""
    connection.execute(
        insert_into(feature_change).values(
            layer=layer.id, feature=feature, action=action, who=who, checked=checked, before=before, after=after
        )
    )
