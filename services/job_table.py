"""The table of jobs: what was asked, how far it is and where its results lie."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.sql import func

from geo.table import metadata

STATUSES = ("accepted", "running", "successful", "failed", "dismissed")

process_job = Table(
    "process_job",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True, comment="random: who knows it may read the job"),
    Column("process", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("message", Text, nullable=False, server_default=""),
    Column("progress", SmallInteger, nullable=False, server_default="0"),
    Column("owner", Text, nullable=False, comment="name of the viewer"),
    Column("role", Text, nullable=False),
    Column("provinces", ARRAY(Text), nullable=False),
    Column("client", Text, nullable=False, comment="whom the limit of waiting jobs counts"),
    Column("lang", Text, nullable=False),
    Column("base", Text, nullable=False, comment="public address of the OGC root when it was asked"),
    Column("asked", JSONB, nullable=False, comment="the execute request"),
    Column("results", JSONB, comment="media type, file and size of each output"),
    Column("problem", JSONB, comment="what went wrong, as RFC 9457"),
    Column("ticket", BigInteger, comment="number in the queue"),
    Column("created", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started", DateTime(timezone=True)),
    Column("finished", DateTime(timezone=True)),
    Column("updated", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(f"status in {STATUSES}", name="status"),
    Index("ix_process_job_created", "created"),
)
