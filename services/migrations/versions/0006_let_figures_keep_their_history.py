"""Let figures keep their history: rules as applied, journal by province and year, series, adjusted targets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, CHAR, JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LETTERS = ("Y", "H", "N", "Q", "M", "W", "D", "S", "T", "y", "h", "n", "q", "m", "c")

# A year of a province gets a table when it first has figures; years before 2020 share the province's table of the rest.
# Rows that came before their year's table are moved into it.
OBSERVATION_YEAR = """
CREATE FUNCTION toancanh.observation_year(province text, year int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  whole text := 'observation_' || lower(province);
  part text;
BEGIN
  IF to_regclass('toancanh.' || quote_ident(whole)) IS NULL THEN
    whole := 'observation_other';
  END IF;
  part := whole || '_' || year;
  IF year < 2020 OR to_regclass('toancanh.' || quote_ident(part)) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext(part));
  IF to_regclass('toancanh.' || quote_ident(part)) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE toancanh.%I (LIKE toancanh.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, whole);
  EXECUTE format(
    'WITH moved AS (DELETE FROM toancanh.%I WHERE period_start >= %L AND period_start < %L RETURNING *) '
    'INSERT INTO toancanh.%I SELECT * FROM moved',
    whole || '_rest', make_date(year, 1, 1), make_date(year + 1, 1, 1), part);
  EXECUTE format('ALTER TABLE toancanh.%I ATTACH PARTITION toancanh.%I FOR VALUES FROM (%L) TO (%L)',
                 whole, part, make_date(year, 1, 1), make_date(year + 1, 1, 1));
END
$$
"""

SERIES_KEY = """
ALTER TABLE toancanh.figure_series ADD CONSTRAINT pk_figure_series PRIMARY KEY (area_id, indicator_id, period_kind)
INCLUDE (newest_start, newest_value, newest_blank, before_start, before_value, sample)
"""

# What rollup.refresh keeps from here on.
SERIES = """
INSERT INTO toancanh.figure_series
SELECT area_id, indicator_id, period_kind, array_agg(period_start ORDER BY period_start DESC),
       array_agg(value ORDER BY period_start DESC),
       coalesce(jsonb_object_agg(period_start, blank) FILTER (WHERE blank IS NOT NULL), '{}'),
       coalesce(jsonb_object_agg(period_start, warning) FILTER (WHERE warning IS NOT NULL), '{}'), bool_or(sample),
       max(period_start), (array_agg(value ORDER BY period_start DESC))[1], (array_agg(blank ORDER BY period_start DESC))[1],
       (array_agg(period_start ORDER BY period_start DESC))[2], (array_agg(value ORDER BY period_start DESC))[2]
FROM (
  SELECT DISTINCT ON (province_code, indicator_id, area_id, period_kind, period_start) * FROM toancanh.observation
  ORDER BY province_code, indicator_id, area_id, period_kind, period_start, known_at DESC
) o GROUP BY area_id, indicator_id, period_kind
"""

TARGET_NOW = """
CREATE VIEW toancanh.target_now AS
SELECT * FROM (
  SELECT DISTINCT ON (province_code, indicator_id, area_id, period_kind, period_start, plan) *
  FROM toancanh.target
  ORDER BY province_code, indicator_id, area_id, period_kind, period_start, plan, known_at DESC
) t WHERE t.value IS NOT NULL
"""


def upgrade() -> None:
    _catalogue()
    _journal()
    _series()
    _targets()


def _catalogue() -> None:
    op.add_column("indicator", sa.Column("declaration", JSONB(), comment="the catalogue's words as they were last applied; figures follow these rules"), schema="toancanh")  # fmt: skip
    op.add_column("indicator", sa.Column("applied_at", sa.DateTime(timezone=True)), schema="toancanh")
    op.create_table(
        "indicator_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("before", JSONB(), comment="null for a new indicator"),
        sa.Column("after", JSONB(), comment="null for one the catalogue no longer has"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_change")),
        schema="toancanh",
        comment="how the catalogue changed, as it was applied",
    )


def _journal() -> None:
    connection = op.get_bind()
    op.drop_constraint(op.f("ck_observation_period_kind"), "observation", schema="toancanh")
    op.create_check_constraint(
        op.f("ck_observation_period_kind"), "observation", f"period_kind in {LETTERS}", schema="toancanh"
    )
    op.alter_column("observation", "period_kind", comment="kind and calendar, a letter of layers/indicators/periods", schema="toancanh")  # fmt: skip
    op.alter_column("observation", "children", comment="areas below or shorter periods that have a value", schema="toancanh")  # fmt: skip
    op.alter_column("observation", "children_of", comment="areas below or shorter periods in all", schema="toancanh")
    op.add_column("observation", sa.Column("derived", CHAR(1), comment="null as given; F by its formula, S from areas below, T from shorter periods"), schema="toancanh")  # fmt: skip
    op.add_column("observation", sa.Column("source_row", sa.Integer(), comment="line in the file of the provenance"), schema="toancanh")  # fmt: skip
    op.create_check_constraint(op.f("ck_observation_derived"), "observation", "derived in ('F', 'S', 'T')", schema="toancanh")  # fmt: skip
    op.execute(OBSERVATION_YEAR)
    parts = connection.execute(
        sa.text(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'toancanh.observation'::regclass ORDER BY 1"
        )
    ).all()
    for name, bound in parts:
        op.execute(f"ALTER TABLE toancanh.observation DETACH PARTITION toancanh.{name}")
        op.execute(f"ALTER TABLE toancanh.{name} RENAME TO {name}_before")
        op.execute(f"ALTER TABLE toancanh.{name}_before DROP CONSTRAINT IF EXISTS {name}_pkey")
        op.execute(
            f"CREATE TABLE toancanh.{name} PARTITION OF toancanh.observation {bound} PARTITION BY RANGE (period_start)"
        )
        op.execute(f"CREATE TABLE toancanh.{name}_rest PARTITION OF toancanh.{name} DEFAULT")
        years = f"SELECT DISTINCT province_code, extract(year FROM period_start)::int FROM toancanh.{name}_before"
        for code, year in connection.execute(sa.text(years)).all():
            connection.execute(sa.text("SELECT toancanh.observation_year(:code, :year)"), {"code": code, "year": year})
        op.execute(f"INSERT INTO toancanh.{name} SELECT * FROM toancanh.{name}_before")
        op.execute(f"DROP TABLE toancanh.{name}_before")
    op.execute("UPDATE toancanh.observation SET derived = 'S' WHERE children IS NOT NULL")


def _series() -> None:
    op.create_table(
        "figure_series",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("period_kind", CHAR(1), nullable=False),
        sa.Column("period_starts", ARRAY(sa.Date()), nullable=False, comment="newest first"),
        sa.Column("period_values", ARRAY(sa.Double()), nullable=False, comment="beside the starts; null is a blank"),
        sa.Column("blanks", JSONB(), server_default="{}", nullable=False, comment="by first day"),
        sa.Column("warnings", JSONB(), server_default="{}", nullable=False, comment="by first day"),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("newest_start", sa.Date(), nullable=False),
        sa.Column("newest_value", sa.Double()),
        sa.Column("newest_blank", sa.Text()),
        sa.Column("before_start", sa.Date(), comment="of the period before the newest one that has figures"),
        sa.Column("before_value", sa.Double()),
        sa.ForeignKeyConstraint(["area_id"], ["toancanh.area.id"], name=op.f("fk_figure_series_area_id_area")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["toancanh.indicator.id"], name=op.f("fk_figure_series_indicator_id_indicator")
        ),
        schema="toancanh",
        comment="one row a line of time: the newest values of one indicator in one area, kept from observation; the key "
        "includes the newest figures, so that the profile of an area is read from the index alone",
    )
    op.execute(SERIES_KEY)
    op.execute(SERIES)
    for table in ("figure_series", "target"):
        op.execute(
            f"CREATE TRIGGER bump AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON toancanh.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION toancanh.bump('observations')"
        )


def _targets() -> None:
    op.drop_constraint(op.f("pk_target"), "target", schema="toancanh")
    for column in (
        sa.Column(
            "plan", sa.Text(), server_default="", nullable=False, comment="which of several plans: ttg, dia_phuong"
        ),
        sa.Column("known_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("trajectory", ARRAY(sa.Double()), comment="to be reached by the end of each of twelve months"),
        sa.Column("decided_on", sa.Date()),
        sa.Column("entered_by", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("target", column, schema="toancanh")
    op.alter_column("target", "value", nullable=True, comment="null where the target was withdrawn", schema="toancanh")
    op.create_primary_key(
        op.f("pk_target"),
        "target",
        ["province_code", "indicator_id", "area_id", "period_kind", "period_start", "plan", "known_at"],
        schema="toancanh",
    )
    op.create_check_constraint(
        op.f("ck_target_trajectory"), "target", "cardinality(trajectory) = 12", schema="toancanh"
    )
    op.create_table_comment(
        "target",
        "never overwritten: an adjustment is a row known later; the view target_now has the rows in force",
        schema="toancanh",
    )
    op.execute(TARGET_NOW)


def downgrade() -> None:
    raise NotImplementedError("The history of targets and of the catalogue would be lost.")
