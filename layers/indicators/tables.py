"""Observations that are never overwritten, the pictures and series made of them, and targets."""

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
from layers.indicators.periods import LETTERS

indicator = Table(
    "indicator",
    metadata,
    Column("id", SmallInteger, Identity(), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("declaration", JSONB, comment="the catalogue's words as they were last applied; figures follow these rules"),
    Column("applied_at", DateTime(timezone=True)),
    comment="numbers for the catalogue's codes; the catalogue itself is data in the repository",
)

indicator_change = Table(
    "indicator_change",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("by", Text, nullable=False, server_default=""),
    Column("before", JSONB, comment="null for a new indicator"),
    Column("after", JSONB, comment="null for one the catalogue no longer has"),
    comment="how the catalogue changed, as it was applied",
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
    Column(
        "period_kind", CHAR(1), primary_key=True, comment="kind and calendar, a letter of layers/indicators/periods"
    ),
    Column("period_start", Date, primary_key=True),
    Column("known_at", DateTime(timezone=True), primary_key=True, server_default=func.now()),
    Column("value", Double),
    Column("numerator", Double),
    Column("denominator", Double),
    Column("derived", CHAR(1), comment="null as given; F by its formula, S from areas below, T from shorter periods"),
    Column("children", SmallInteger, comment="areas below or shorter periods that have a value"),
    Column("children_of", SmallInteger, comment="areas below or shorter periods in all"),
    Column("status", CHAR(1), nullable=False, server_default="F", comment="E estimate, P preliminary, F final"),
    Column("blank", Text, comment="why there is no value"),
    Column("warning", Text, comment="why the value is doubted"),
    Column("sample", Boolean, nullable=False, server_default="false"),
    Column("provenance_id", Integer),
    Column("source_row", Integer, comment="line in the file of the provenance"),
    CheckConstraint(f"period_kind in ({', '.join(map(repr, LETTERS.values()))})", name="period_kind"),
    CheckConstraint("derived in ('F', 'S', 'T')", name="derived"),
    CheckConstraint("(value is null) = (blank is not null)", name="value_or_blank"),
    CheckConstraint(
        "blank in ('no_data', 'late', 'not_due', 'not_applicable', 'suppressed')",
        name="blank",
    ),
    postgresql_partition_by="LIST (province_code)",
)


@cache
def partition(province_code: str) -> str:
    """Return the table with the observations of one province, by year inside: to plan over all takes longer than to read."""
    return f"toancanh.observation_{province_code.lower() if province_code in _with_own_table() else 'other'}"


@cache
def _with_own_table() -> frozenset[str]:
    return frozenset((*register.former_provinces()["code"], "VN"))


figure_slice = Table(
    "figure_slice",
    metadata,
    Column("indicator_id", SmallInteger, primary_key=True),
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

figure_series = Table(
    "figure_series",
    metadata,
    Column("area_id", Integer, primary_key=True),
    Column("indicator_id", SmallInteger, primary_key=True),
    Column("period_kind", CHAR(1), primary_key=True),
    Column("period_starts", ARRAY(Date), nullable=False, comment="newest first"),
    Column("period_values", ARRAY(Double), nullable=False, comment="beside the starts; null is a blank"),
    Column("blanks", JSONB, nullable=False, server_default="{}", comment="by first day"),
    Column("warnings", JSONB, nullable=False, server_default="{}", comment="by first day"),
    Column("sample", Boolean, nullable=False),
    Column("newest_start", Date, nullable=False),
    Column("newest_value", Double),
    Column("newest_blank", Text),
    Column("before_start", Date, comment="of the period before the newest one that has figures"),
    Column("before_value", Double),
    comment="one row a line of time: the newest values of one indicator in one area, kept from observation; the key "
    "includes the newest figures, so that the profile of an area is read from the index alone",
)

target = Table(
    "target",
    metadata,
    Column("province_code", Text, primary_key=True),
    Column("indicator_id", SmallInteger, ForeignKey("indicator.id"), primary_key=True),
    Column("area_id", Integer, ForeignKey("area.id", deferrable=True), primary_key=True),
    Column("period_kind", CHAR(1), primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("plan", Text, primary_key=True, server_default="", comment="which of several plans: ttg, dia_phuong"),
    Column("known_at", DateTime(timezone=True), primary_key=True, server_default=func.now()),
    Column("value", Double, comment="null where the target was withdrawn"),
    Column("rule", Text, nullable=False, server_default="level", comment="what a part of the period owes"),
    Column("trajectory", ARRAY(Double), comment="to be reached by the end of each of twelve months"),
    Column("decision", Text, nullable=False, server_default=""),
    Column("decided_on", Date),
    Column("sample", Boolean, nullable=False, server_default="false"),
    Column("entered_by", Text, nullable=False, server_default=""),
    CheckConstraint("cardinality(trajectory) = 12", name="trajectory"),
    comment="never overwritten: an adjustment is a row known later; the view target_now has the rows in force",
)
