"""Keep the cells in which points are drawn at low zooms, so that a tile of a million points is a look-up.

The cells are derived: they live in a schema of their own and can be made again with `toancanh_derived.gather`.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Layer, table, lowest and highest zoom of its cells, and what the public may see of it.
LAYERS = (
    ("cameras", "camera", 6, 9, "true"),
    ("citizen-reports", "citizen_report", 0, 10, "moderated"),
)

CELL = """
CREATE TABLE toancanh_derived.cell (
  layer text NOT NULL, z smallint NOT NULL, x integer NOT NULL, y integer NOT NULL, place smallint NOT NULL,
  n integer NOT NULL, sum_x double precision NOT NULL, sum_y double precision NOT NULL,
  public_n integer NOT NULL, public_x double precision NOT NULL, public_y double precision NOT NULL,
  PRIMARY KEY (layer, z, x, y, place)
)
"""

# Ten cells along a tile at every zoom nest: a cell holds two by two of the next zoom, so one pass over the points
# at the highest zoom is enough. `changes` holds sign, x, y (EPSG:3857) and whether the public sees the point.
CELLS_SQL = """
CREATE FUNCTION toancanh_derived.cells_sql(of_layer text, lowest int, highest int, changes text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $add$
DECLARE
  half constant float8 := 20037508.342789244;
BEGIN
  RETURN format($sql$
    INSERT INTO toancanh_derived.cell AS c (layer, z, x, y, place, n, sum_x, sum_y, public_n, public_x, public_y)
    SELECT %L, z, cx / 10, cy / 10, (cy %% 10) * 10 + cx %% 10, n, sx, sy, pn, px, py
    FROM (
      SELECT z, cx >> (%s - z) AS cx, cy >> (%s - z) AS cy, sum(n) AS n, sum(sx) AS sx, sum(sy) AS sy,
             sum(pn) AS pn, sum(px) AS px, sum(py) AS py
      FROM (
        SELECT floor((x + %s) / %s)::int AS cx, floor((%s - y) / %s)::int AS cy,
               sum(sign)::int AS n, sum(sign * x) AS sx, sum(sign * y) AS sy,
               coalesce(sum(sign) FILTER (WHERE open), 0)::int AS pn,
               coalesce(sum(sign * x) FILTER (WHERE open), 0) AS px,
               coalesce(sum(sign * y) FILTER (WHERE open), 0) AS py
        FROM (SELECT sum(sign)::int AS sign, x, y, open FROM (%s) change GROUP BY x, y, open HAVING sum(sign) <> 0) net
        GROUP BY 1, 2
      ) finest CROSS JOIN generate_series(%s, %s) AS z
      GROUP BY 1, 2, 3
    ) every ORDER BY 2, 3, 4, 5
    ON CONFLICT (layer, z, x, y, place) DO UPDATE SET
      n = c.n + excluded.n, sum_x = c.sum_x + excluded.sum_x, sum_y = c.sum_y + excluded.sum_y,
      public_n = c.public_n + excluded.public_n, public_x = c.public_x + excluded.public_x,
      public_y = c.public_y + excluded.public_y
  $sql$, of_layer, highest, highest, half, 2 * half / (10 * 2 ^ highest), half, 2 * half / (10 * 2 ^ highest),
         changes, lowest, highest);
END
$add$
"""

GATHER = """
CREATE FUNCTION toancanh_derived.gather(of_layer text, lowest int, highest int, points text) RETURNS void
LANGUAGE plpgsql AS $gather$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('toancanh_derived.cell'), hashtext(of_layer));
  DELETE FROM toancanh_derived.cell WHERE layer = of_layer;
  EXECUTE toancanh_derived.cells_sql(of_layer, lowest, highest, points);
END
$gather$
"""

# Writers of one layer that move or show points wait for each other here: cells of low zooms are shared by all of
# them, and two transactions that met them in different order would lock each other out.
KEEP = """
CREATE FUNCTION toancanh_derived.keep_cells() RETURNS trigger LANGUAGE plpgsql AS $keep$
DECLARE
  coming constant text := format('SELECT 1 AS sign, ST_X(geom_3857) AS x, ST_Y(geom_3857) AS y, (%s) AS open FROM coming', TG_ARGV[3]);
  going constant text := format('SELECT -1 AS sign, ST_X(geom_3857) AS x, ST_Y(geom_3857) AS y, (%s) AS open FROM going', TG_ARGV[3]);
  changes text;
  moved boolean;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM toancanh_derived.cell WHERE layer = TG_ARGV[0];
    RETURN NULL;
  END IF;
  changes := CASE TG_OP WHEN 'INSERT' THEN coming WHEN 'DELETE' THEN going ELSE coming || ' UNION ALL ' || going END;
  IF TG_OP = 'UPDATE' THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM (%s) c GROUP BY x, y, open HAVING sum(sign) <> 0)', changes) INTO moved;
    IF NOT moved THEN
      RETURN NULL;
    END IF;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('toancanh_derived.cell'), hashtext(TG_ARGV[0]));
  EXECUTE toancanh_derived.cells_sql(TG_ARGV[0], TG_ARGV[1]::int, TG_ARGV[2]::int, changes);
  RETURN NULL;
END
$keep$
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA toancanh_derived")
    op.execute(CELL)
    op.execute(CELLS_SQL)
    op.execute(GATHER)
    op.execute(KEEP)
    for layer, table, lowest, highest, public in LAYERS:
        call = f"EXECUTE FUNCTION toancanh_derived.keep_cells('{layer}', '{lowest}', '{highest}', '{public}')"
        for event, tables in (
            ("INSERT", "REFERENCING NEW TABLE AS coming"),
            ("DELETE", "REFERENCING OLD TABLE AS going"),
            ("UPDATE", "REFERENCING OLD TABLE AS going NEW TABLE AS coming"),
            ("TRUNCATE", ""),
        ):
            op.execute(
                f"CREATE TRIGGER cells_{event.lower()} AFTER {event} ON toancanh.{table} {tables} "
                f"FOR EACH STATEMENT {call}"
            )
        points = (
            f"SELECT 1 AS sign, ST_X(geom_3857) AS x, ST_Y(geom_3857) AS y, ({public}) AS open FROM toancanh.{table}"
        )
        op.execute(f"SELECT toancanh_derived.gather('{layer}', {lowest}, {highest}, '{points}')")
