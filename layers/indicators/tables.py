"""Observations that are never overwritten, the slices the map reads, and targets."""

from functools import cache

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, CHAR, JSONB
from sqlalchemy.sql import func

from boundaries import register
from geo.table import metadata

indicator = Table(
    "indicator",
    metadata,
    Column("id", SmallInteger, Identity(), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    comment="numbers for the catalogue's codes; the catalogue itself is data in the repository",
)

provenance = Table(
    "provenance",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("title", Text, nullable=False),
    Column("file", Text, nullable=False, server_default=""),
    Column("checksum", Text, nullable=False, server_default=""),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("decision", JSONB, comment="which areas the rows were taken for, on what evidence"),
    comment="where observations came from",
)

# No foreign keys here: three checks a row would cost more than the row (docs/decisions/0002).
observation = Table(
    "observation",
    metadata,
    Column("province_code", Text, primary_key=True),
    Column("indicator_id", SmallInteger, primary_key=True),
    Column("area_id", Integer, primary_key=True),
    Column("period_kind", CHAR(1), primary_key=True, comment="Y H Q M W D"),
    Column("period_start", Date, primary_key=True),
    Column("known_at", DateTime(timezone=True), primary_key=True, server_default=func.now()),
    Column("value", Double),
    Column("numerator", Double),
    Column("denominator", Double),
    Column("children", SmallInteger, comment="areas below that have a value, for a value rolled up"),
    Column("children_of", SmallInteger, comment="areas below in all"),
    Column("status", CHAR(1), nullable=False, server_default="F", comment="E estimate, P preliminary, F final"),
    Column("blank", Text, comment="why there is no value"),
    Column("warning", Text, comment="why the value is doubted"),
    Column("sample", Boolean, nullable=False, server_default="false"),
    Column("provenance_id", Integer),
    CheckConstraint("period_kind in ('Y', 'H', 'Q', 'M', 'W', 'D')", name="period_kind"),
    CheckConstraint("(value is null) = (blank is not null)", name="value_or_blank"),
    CheckConstraint(
        "blank in ('no_data', 'late', 'not_due', 'not_applicable', 'suppressed')",
        name="blank",
    ),
    postgresql_partition_by="LIST (province_code)",
)


@cache
def partition(province_code: str) -> str:
    """Return the table that holds the observations of one province: to plan over all of them takes longer than to read."""
    own = province_code in {*register.former_provinces()["code"], "VN"}
    return f"toancanh.observation_{province_code.lower() if own else 'other'}"


figure_slice = Table(
    "figure_slice",
    metadata,
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("within", Text, primary_key=True, comment="code of the area whose children the values are for"),
    Column("boundary", Date, primary_key=True, comment="first day of the boundary vintage"),
    Column("period_kind", CHAR(1), primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("area_ids", ARRAY(Integer), nullable=False),
    Column("area_values", ARRAY(Double), nullable=False),
    Column("blanks", JSONB, nullable=False, server_default="{}"),
    Column("warnings", JSONB, nullable=False, server_default="{}"),
    Column("sample", Boolean, nullable=False),
    comment="one row a picture: the newest values of one indicator and period under one parent, kept from observation",
)

target = Table(
    "target",
    metadata,
    Column("province_code", Text, primary_key=True),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id"), primary_key=True),
    Column("area_id", Integer, ForeignKey("area.id"), primary_key=True),
    Column("period_kind", CHAR(1), primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("value", Double, nullable=False),
    Column("rule", Text, nullable=False, server_default="level", comment="what a part of the period owes"),
    Column("decision", Text, nullable=False, server_default=""),
    Column("sample", Boolean, nullable=False, server_default="false"),
)
