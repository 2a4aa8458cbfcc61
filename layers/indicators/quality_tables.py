"""What is doubtful of figures, and how complete, timely and sound those of an area are."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import CHAR, JSONB
from sqlalchemy.sql import func

from geo.table import metadata

RULES = ("completeness", "timeliness", "consistency", "outlier", "copy", "merger")

quality_flag = Table(
    "quality_flag",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True),
    Column("period_kind", CHAR(1), primary_key=True),
    Column("period_start", Date, primary_key=True, comment="of the value that is doubted, or that is missing"),
    Column("rule", Text, primary_key=True),
    Column("evidence", JSONB, nullable=False, comment="what the rule saw, by its words"),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(f"rule in ({', '.join(map(repr, RULES))})", name="rule"),
    Index("ix_quality_flag_indicator_id", "indicator_id", "period_start"),
    comment="made anew from the figures: a flag that no longer holds is gone",
)

quality_measure = Table(
    "quality_measure",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", Text, primary_key=True, comment="who answered for the indicator in the periods counted"),
    Column("expected", SmallInteger, nullable=False, comment="periods whose figures were due"),
    Column("present", SmallInteger, nullable=False, comment="of these with a figure or a reason for none"),
    Column("judged", SmallInteger, nullable=False, comment="periods told while reporting went on"),
    Column("on_time", SmallInteger, nullable=False, comment="of these by the due day"),
    Column("told", SmallInteger, nullable=False, comment="values"),
    Column("doubted", SmallInteger, nullable=False, comment="of these flagged"),
    Column("newest_end", Date, comment="day after the newest period with a figure"),
    Column("due_since", Date, comment="when the oldest figure that is missing behind it was due"),
    Column(
        "as_of", Date, nullable=False, comment="day it was reckoned for: of sample figures that of the sample's end"
    ),
    Column("sample", Boolean, nullable=False),
    Index("ix_quality_measure_indicator_id", "indicator_id"),
    comment="by area, indicator and owner: what scores and freshness are made of",
)

quality_area = Table(
    "quality_area",
    metadata,
    Column("area_id", Integer, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("score", Double, comment="0 to 100, of the three shares that follow"),
    Column("completeness", Double),
    Column("timeliness", Double),
    Column("soundness", Double),
    Column("newest", Date, comment="last day that has figures"),
    Column("days", Integer, comment="since then"),
    Column("as_of", Date, nullable=False),
    Column("overdue", Integer, comment="days for which the oldest missing figure has been due"),
    Column("late", Integer, nullable=False, comment="indicators that miss a figure that was due"),
    Column("flags", Integer, nullable=False),
    Column("sample", Boolean, nullable=False),
    comment="of public indicators, for the map",
)
