"""The table of keys: made once and shown once, known afterwards by their hash only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Identity,
    Integer,
    Table,
    Text,
    select,
    text,
    update,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import func

from geo.errors import Problem
from geo.table import metadata
from layers.viewer import Role, Viewer

api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Text, nullable=False, unique=True, comment="who or what comes with it"),
    Column("hash", Text, nullable=False, unique=True, comment="SHA-256 of the key, which is kept nowhere"),
    Column("role", Text, nullable=False),
    Column("provinces", ARRAY(Text), nullable=False, comment="codes it is limited to; empty: all"),
    Column("rate", Integer, comment="requests a minute; null: that of its role"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("revoked_at", DateTime(timezone=True)),
    Column("used_at", DateTime(timezone=True), comment="last use, to about a minute"),
    CheckConstraint("role in ('public', 'staff')", name="role"),
    CheckConstraint("rate > 0", name="rate"),
)


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key without its secret."""

    id: int
    name: str
    role: Role
    provinces: tuple[str, ...]
    rate: int | None
    created_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def viewer(self) -> Viewer:
        """Who comes with it."""
        return Viewer(name=self.name, role=self.role, provinces=self.provinces)


def hashed(secret: str) -> str:
    """Return what is kept of a key; it is long and random, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def add(
    connection: Connection, name: str, *, role: Role, provinces: Sequence[str] = (), rate: int | None = None
) -> str:
    """Make a key and return it: this is the only moment it is known. Raises Problem for what cannot be."""
    name = name.strip()
    if not name or ":" in name or len(name) > 80:
        raise Problem(
            "Tên mã phải có từ 1 đến 80 chữ, không có dấu hai chấm.",
            "The name of a key must have 1 to 80 letters and no colon.",
        )
    if connection.execute(select(api_key.c.id).where(api_key.c.name == name)).first():
        raise Problem(f"Đã có mã tên “{name}”.", f"There is a key named “{name}” already.")
    known = {
        code
        for (code,) in connection.execute(
            text("SELECT DISTINCT province_code FROM toancanh.area WHERE level = 'province'")
        )
    }
    for code in provinces:
        if code not in known:
            raise Problem(f"Không có tỉnh mã “{code}”.", f"There is no province with the code “{code}”.")
    if provinces and role != "staff":
        raise Problem("Chỉ mã của cán bộ mới giới hạn theo tỉnh.", "Only keys of staff are limited to provinces.")
    if rate is not None and rate < 1:
        raise Problem("Số yêu cầu mỗi phút phải từ 1 trở lên.", "The requests a minute must be 1 or more.")
    secret = "tc_" + secrets.token_urlsafe(32)
    connection.execute(
        insert_into(api_key).values(
            name=name, hash=hashed(secret), role=role, provinces=list(dict.fromkeys(provinces)), rate=rate
        )
    )
    return secret


def listed(connection: Connection) -> list[Key]:
    """Return all keys, the oldest first."""
    columns = [column for column in api_key.c if column.name != "hash"]
    rows = connection.execute(select(*columns).order_by(api_key.c.id)).mappings()
    return [Key(**{**row, "provinces": tuple(row["provinces"])}) for row in rows]


def revoke(connection: Connection, name: str) -> None:
    """End a key for good; its name stays, because changes are recorded under it."""
    done = connection.execute(
        update(api_key).where(api_key.c.name == name, api_key.c.revoked_at.is_(None)).values(revoked_at=func.now())
    )
    if not done.rowcount:
        raise Problem(f"Không có mã “{name}” đang dùng.", f"There is no key “{name}” in use.")
