"""From communes to provinces to the country by each indicator's own rule, and the slices the map reads."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from boundaries.vintages import VINTAGE_SQL
from layers.indicators.catalogue import load
from layers.indicators.store import indicator_ids

LEAST_SHARE = 0.75  # of the children must have a value, else the parent is a blank that says so

# What is known now, kept beside while roll-ups add to it; a table of its own so that the planner knows its size.
_CURRENT = """
CREATE TEMP TABLE now_known ON COMMIT DROP AS
SELECT DISTINCT ON (o.province_code, o.indicator_id, o.area_id, o.period_kind, o.period_start) o.*
FROM toancanh.observation o
WHERE o.indicator_id = ANY(:ids)
ORDER BY o.province_code, o.indicator_id, o.area_id, o.period_kind, o.period_start, o.known_at DESC
"""
_INDEX = "CREATE INDEX ON now_known (indicator_id, area_id, period_kind, period_start)"

# A ratio whose parts are indicators follows them: wherever both are known, so is it.
_DERIVE = """
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT n.province_code, r.indicator_id, n.area_id, n.period_kind, n.period_start,
       r.scale * n.value / d.value AS value, n.value AS numerator, d.value AS denominator,
       NULL::text AS blank, NULL::smallint AS children, NULL::smallint AS children_of,
       n.sample OR d.sample AS sample, n.provenance_id, nullif(concat_ws(' ', n.warning, d.warning), '') AS warning
FROM unnest((:ratios)::int[], (:numerators)::int[], (:denominators)::int[], (:scales)::float8[])
     AS r (indicator_id, numerator_id, denominator_id, scale)
JOIN now_known n ON n.indicator_id = r.numerator_id AND n.value IS NOT NULL
JOIN now_known d ON d.indicator_id = r.denominator_id AND d.area_id = n.area_id
                AND d.period_kind = n.period_kind AND d.period_start = n.period_start AND d.value > 0
LEFT JOIN now_known o ON o.indicator_id = r.indicator_id AND o.area_id = n.area_id
                     AND o.period_kind = n.period_kind AND o.period_start = n.period_start
WHERE (o.numerator, o.denominator) IS DISTINCT FROM (n.value, d.value)
"""

# A parent that has a value of its own keeps it; one made here before gets a newer one when its children changed.
_ROLL_UP = f"""
CREATE TEMP TABLE made ON COMMIT DROP AS
WITH family AS (
  SELECT a.id, p.id AS parent_id, p.province_code, {VINTAGE_SQL} AS boundary,
         count(*) OVER (PARTITION BY p.id, {VINTAGE_SQL}) AS siblings
  FROM toancanh.area a JOIN toancanh.area p ON p.id = a.parent_id WHERE a.level = :level
),
summed AS (
  SELECT f.province_code, o.indicator_id, f.parent_id AS area_id, o.period_kind, o.period_start,
         CASE r.rule WHEN 'sum' THEN sum(o.value)
                     WHEN 'mean' THEN avg(o.value)
                     WHEN 'min' THEN min(o.value)
                     WHEN 'max' THEN max(o.value)
                     ELSE r.scale * sum(o.numerator) / nullif(sum(o.denominator), 0) END AS value,
         CASE WHEN r.rule IN ('ratio', 'weighted_mean') THEN sum(o.numerator) END AS numerator,
         CASE WHEN r.rule IN ('ratio', 'weighted_mean') THEN sum(o.denominator) END AS denominator,
         count(o.value)::smallint AS children,
         (f.siblings - count(*) FILTER (WHERE o.blank = 'not_applicable'))::smallint AS children_of,
         bool_or(o.sample) AS sample, max(o.provenance_id) AS provenance_id, f.boundary
  FROM unnest((:ids)::int[], (:rules)::text[], (:scales)::float8[]) AS r (indicator_id, rule, scale)
  JOIN now_known o USING (indicator_id)
  JOIN family f ON f.id = o.area_id
  GROUP BY f.province_code, o.indicator_id, f.parent_id, o.period_kind, o.period_start, f.boundary, f.siblings,
           r.rule, r.scale
  HAVING count(o.value) > 0
),
-- The country may be summed from the areas of either side of a reform: the newer side is the one that counts.
newest AS (SELECT DISTINCT ON (indicator_id, area_id, period_kind, period_start) * FROM summed
           ORDER BY indicator_id, area_id, period_kind, period_start, boundary DESC)
SELECT m.province_code, m.indicator_id, m.area_id, m.period_kind, m.period_start,
       CASE WHEN m.enough THEN m.value END AS value, CASE WHEN m.enough THEN m.numerator END AS numerator,
       CASE WHEN m.enough THEN m.denominator END AS denominator, CASE WHEN NOT m.enough THEN 'no_data' END AS blank,
       m.children, m.children_of, m.sample, m.provenance_id,
       CASE WHEN NOT m.enough
            THEN format('Chỉ %s/%s đơn vị có số liệu nên chưa tổng hợp.', m.children, m.children_of)
            WHEN m.children < m.children_of
            THEN format('Tổng hợp từ %s/%s đơn vị có số liệu.', m.children, m.children_of) END AS warning
FROM (SELECT *, children >= children_of * {LEAST_SHARE} AS enough FROM newest WHERE value IS NOT NULL) m
LEFT JOIN now_known o USING (indicator_id, area_id, period_kind, period_start)
WHERE o.area_id IS NULL OR (o.children IS NOT NULL AND o.value IS DISTINCT FROM CASE WHEN m.enough THEN m.value END)
"""

_MADE = (
    "province_code, indicator_id, area_id, period_kind, period_start, value, numerator, denominator, blank, children, "
    "children_of, sample, provenance_id, warning"
)
_KEEP = (
    "DELETE FROM now_known o USING made m WHERE (o.indicator_id, o.area_id, o.period_kind, o.period_start) "
    "= (m.indicator_id, m.area_id, m.period_kind, m.period_start)",
    f"INSERT INTO now_known ({_MADE}, status) SELECT {_MADE}, 'F' FROM made",
    f"INSERT INTO toancanh.observation ({_MADE}, known_at) SELECT {_MADE}, clock_timestamp() FROM made",
    "DROP TABLE made",
)

_SLICES = f"""
INSERT INTO toancanh.figure_slice AS s
  (indicator_id, level, within, boundary, period_kind, period_start, area_ids, area_values, blanks, warnings, sample)
SELECT o.indicator_id, a.level, CASE WHEN a.level IN ('district', 'commune') THEN a.province_code ELSE 'VN' END, {VINTAGE_SQL},
       o.period_kind, o.period_start,
       array_agg(a.id ORDER BY a.id), array_agg(o.value ORDER BY a.id),
       coalesce(jsonb_object_agg(a.id, o.blank) FILTER (WHERE o.blank IS NOT NULL), '{{}}'),
       coalesce(jsonb_object_agg(a.id, o.warning) FILTER (WHERE o.warning IS NOT NULL), '{{}}'),
       bool_or(o.sample)
FROM now_known o JOIN toancanh.area a ON a.id = o.area_id
WHERE a.level <> 'country' AND o.indicator_id = ANY(:ids)
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (indicator_id, level, within, boundary, period_kind, period_start) DO UPDATE
SET area_ids = excluded.area_ids, area_values = excluded.area_values, blanks = excluded.blanks,
    warnings = excluded.warnings, sample = excluded.sample
"""


def refresh(connection: Connection, indicators: Collection[int] | None = None) -> None:
    """Bring everything that follows from observations up to date, for some indicators (by number) or all.

    In this order: ratios of indicators, provinces from communes, the country from provinces, slices.
    """
    numbers = indicator_ids(connection)
    touched = set(numbers.values()) if indicators is None else set(indicators)
    listed = load()[1]
    ratios = [one for one in listed if one.space_rule == "ratio" and one.numerator and one.denominator]
    ratios = [one for one in ratios if {numbers[one.numerator], numbers[one.denominator]} & touched]
    touched |= {numbers[one.code] for one in ratios}
    read = touched | {numbers[part] for one in ratios for part in (one.numerator, one.denominator)}
    connection.execute(text("DROP TABLE IF EXISTS now_known"))
    connection.execute(text(_CURRENT), {"ids": sorted(read)})
    connection.execute(text(_INDEX))
    connection.execute(text("ANALYZE now_known"))
    _make(
        connection,
        _DERIVE,
        ratios=[numbers[one.code] for one in ratios],
        numerators=[numbers[one.numerator] for one in ratios],
        denominators=[numbers[one.denominator] for one in ratios],
        scales=[one.scale for one in ratios],
    )
    rolled = [one for one in listed if one.space_rule != "latest" and numbers[one.code] in touched]
    for level in ("commune", "district", "province"):
        _make(
            connection,
            _ROLL_UP,
            level=level,
            ids=[numbers[one.code] for one in rolled],
            rules=[one.space_rule for one in rolled],
            scales=[one.scale if one.space_rule == "ratio" else 1.0 for one in rolled],
        )
    connection.execute(text(_SLICES), {"ids": sorted(touched)})


def _make(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(text(statement), values)
    for step in _KEEP:
        connection.execute(text(step))
