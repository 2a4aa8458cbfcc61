"""How new the data of a layer are: a counter that every change of its table raises and announces."""

from sqlalchemy import BigInteger, Column, Table, Text

from geo.table import metadata

CHANNEL = "toancanh_revision"  # PostgreSQL NOTIFY channel, the payload is the name

revision = Table(
    "revision",
    metadata,
    Column("name", Text, primary_key=True, comment="a layer's id, `areas` or `observations`"),
    Column("value", BigInteger, nullable=False, server_default="0"),
)
