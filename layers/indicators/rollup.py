"""From communes to provinces to the country by each indicator's own rule, and the slices the map reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, text

from boundaries.vintages import VINTAGE_SQL
from layers.indicators.catalogue import load
from layers.indicators.store import indicator_ids

LEAST_SHARE = 0.75  # of the children must have a value, else the parent is a blank that says so

# What is known now of one indicator in one area `a`: a short walk backwards along the primary key, in its own order.
_NEWEST = """
SELECT DISTINCT ON (o.period_kind, o.period_start) o.period_kind, o.period_start, o.value, o.numerator, o.denominator,
       o.blank, o.warning, o.children, o.sample, o.provenance_id
FROM toancanh.observation o
WHERE o.province_code = a.province_code AND o.indicator_id = {indicator} AND o.area_id = a.id {periods}
ORDER BY o.period_kind DESC, o.period_start DESC, o.known_at DESC
"""

# A ratio whose parts are indicators follows them: wherever both are known, so is it. Where both parts were rolled up it
# is rolled up itself, from the children that have both.
_DERIVE = """
INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, period_start, known_at, value,
                                  numerator, denominator, sample, provenance_id, warning)
SELECT a.province_code, r.indicator_id, a.id, k.period_kind, k.period_start, clock_timestamp(),
       r.scale * k.numerator / k.denominator, k.numerator, k.denominator, k.sample, k.provenance_id,
       nullif(concat_ws(' ', k.warning, k.warning_below), '')
FROM unnest((:ratios)::int[], (:numerators)::int[], (:denominators)::int[], (:scales)::float8[])
     AS r (indicator_id, numerator_id, denominator_id, scale)
CROSS JOIN toancanh.area a
CROSS JOIN LATERAL (
  SELECT o.period_kind, o.period_start,
         max(o.value) FILTER (WHERE part = 1) AS numerator, max(o.value) FILTER (WHERE part = 2) AS denominator,
         max(o.numerator) FILTER (WHERE part = 3) AS old_numerator,
         max(o.denominator) FILTER (WHERE part = 3) AS old_denominator,
         bool_or(o.children IS NULL) FILTER (WHERE part < 3) AS given,
         bool_or(o.sample) FILTER (WHERE part < 3) AS sample, max(o.provenance_id) FILTER (WHERE part = 1) AS provenance_id,
         max(o.warning) FILTER (WHERE part = 1) AS warning, max(o.warning) FILTER (WHERE part = 2) AS warning_below
  FROM (VALUES (1, r.numerator_id), (2, r.denominator_id), (3, r.indicator_id)) AS i (part, indicator_id)
  CROSS JOIN LATERAL ({newest}) o
  GROUP BY o.period_kind, o.period_start
) k
WHERE a.level = :level AND k.given AND k.numerator IS NOT NULL AND k.denominator > 0
  AND (k.old_numerator, k.old_denominator) IS DISTINCT FROM (k.numerator, k.denominator)
"""

# Children of one parent are read once, for its slice and for its own value. A parent that has a value of its own keeps
# it; one made here before gets a newer one when its children changed.
_ROLL_UP = f"""
WITH parent AS MATERIALIZED (
  SELECT a.parent_id AS id, p.code, p.province_code, {VINTAGE_SQL} AS boundary,
         array_agg(a.id ORDER BY a.id) AS children, array_agg(a.province_code ORDER BY a.id) AS provinces
  FROM toancanh.area a JOIN toancanh.area p ON p.id = a.parent_id WHERE a.level = :level GROUP BY 1, 2, 3, 4
),
read AS MATERIALIZED (
  SELECT r.indicator_id, r.rule, r.scale, p.id AS area_id, p.code, p.province_code, p.boundary,
         cardinality(p.children) - c.exempt AS children_of, c.*
  FROM unnest((:ids)::int[], (:rules)::text[], (:scales)::float8[]) AS r (indicator_id, rule, scale)
  CROSS JOIN parent p
  CROSS JOIN LATERAL (
    SELECT o.period_kind, o.period_start, array_agg(a.id) AS area_ids, array_agg(o.value) AS area_values,
           coalesce(jsonb_object_agg(a.id, o.blank) FILTER (WHERE o.blank IS NOT NULL), '{{{{}}}}') AS blanks,
           coalesce(jsonb_object_agg(a.id, o.warning) FILTER (WHERE o.warning IS NOT NULL), '{{{{}}}}') AS warnings,
           bool_or(o.sample) AS sample, max(o.provenance_id) AS provenance_id,
           count(o.value) AS children, count(*) FILTER (WHERE o.blank = 'not_applicable') AS exempt,
           sum(o.value) AS total, min(o.value) AS least, max(o.value) AS most,
           sum(o.numerator) AS numerator, sum(o.denominator) AS denominator
    FROM unnest(p.children, p.provinces) AS a (id, province_code) CROSS JOIN LATERAL ({{newest}}) o
    GROUP BY o.period_kind, o.period_start
  ) c
),
slices AS (
  INSERT INTO toancanh.figure_slice AS s
    (indicator_id, level, within, boundary, period_kind, period_start, area_ids, area_values, blanks, warnings, sample)
  SELECT indicator_id, :level, code, boundary, period_kind, period_start, area_ids, area_values, blanks, warnings, sample
  FROM read
  ON CONFLICT (indicator_id, level, within, boundary, period_kind, period_start) DO UPDATE
  SET area_ids = excluded.area_ids, area_values = excluded.area_values, blanks = excluded.blanks,
      warnings = excluded.warnings, sample = excluded.sample
  WHERE (s.area_ids, s.area_values, s.blanks, s.warnings, s.sample)
    IS DISTINCT FROM (excluded.area_ids, excluded.area_values, excluded.blanks, excluded.warnings, excluded.sample)
),
-- The country may be summed from the areas of either side of a reform: the newer side is the one that counts.
newest AS (
  SELECT DISTINCT ON (indicator_id, area_id, period_kind, period_start) *,
         CASE rule WHEN 'sum' THEN total WHEN 'mean' THEN total / children WHEN 'min' THEN least WHEN 'max' THEN most
                   ELSE scale * numerator / nullif(denominator, 0) END AS value,
         rule IN ('ratio', 'weighted_mean') AS divided, children >= children_of * {LEAST_SHARE} AS enough
  FROM read WHERE children > 0 AND rule <> 'latest'
  ORDER BY indicator_id, area_id, period_kind, period_start, boundary DESC
),
made AS (
  SELECT province_code, indicator_id, area_id, period_kind, period_start, CASE WHEN enough THEN value END AS value,
         CASE WHEN enough AND divided THEN numerator END AS numerator,
         CASE WHEN enough AND divided THEN denominator END AS denominator, CASE WHEN NOT enough THEN 'no_data' END AS blank,
         children, children_of, sample, provenance_id,
         CASE WHEN NOT enough THEN format('Chỉ %s/%s đơn vị có số liệu nên chưa tổng hợp.', children, children_of)
              WHEN children < children_of THEN format('Tổng hợp từ %s/%s đơn vị có số liệu.', children, children_of)
         END AS warning
  FROM newest WHERE value IS NOT NULL
)
INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, period_start, known_at, value,
  numerator, denominator, blank, children, children_of, sample, provenance_id, warning)
SELECT m.province_code, m.indicator_id, m.area_id, m.period_kind, m.period_start, clock_timestamp(), m.value,
  m.numerator, m.denominator, m.blank, m.children, m.children_of, m.sample, m.provenance_id, m.warning
FROM made m
LEFT JOIN LATERAL (
  SELECT o.area_id, o.value, o.numerator, o.denominator, o.children, o.children_of FROM toancanh.observation o
  WHERE o.province_code = m.province_code AND o.indicator_id = m.indicator_id AND o.area_id = m.area_id
    AND o.period_kind = m.period_kind AND o.period_start = m.period_start
  ORDER BY o.known_at DESC LIMIT 1
) o ON true
WHERE o.area_id IS NULL OR (o.children IS NOT NULL AND (o.value, o.numerator, o.denominator, o.children, o.children_of)
                             IS DISTINCT FROM (m.value, m.numerator, m.denominator, m.children, m.children_of))
"""


def refresh(
    connection: Connection, indicators: Collection[int] | None = None, *, starts: Collection[date] | None = None
) -> None:
    """Bring everything that follows from observations up to date, for some indicators (by number) or all.

    In this order: ratios of indicators, provinces from communes, the country from provinces; slices beside their level.
    `starts` are the first days of the periods that changed: no other period is read, for none follows from another.
    """
    numbers = indicator_ids(connection)
    touched = set(numbers.values()) if indicators is None else set(indicators)
    listed = load()[1]
    ratios = [one for one in listed if one.space_rule == "ratio" and one.numerator and one.denominator]
    ratios = [one for one in ratios if {numbers[one.numerator], numbers[one.denominator]} & touched]
    touched |= {numbers[one.code] for one in ratios}
    rolled = [one for one in listed if numbers[one.code] in touched]
    periods = "" if starts is None else "AND o.period_start = ANY(:starts)"
    derive = text(_DERIVE.format(newest=_NEWEST.format(indicator="i.indicator_id", periods=periods)))
    roll_up = text(_ROLL_UP.format(newest=_NEWEST.format(indicator="r.indicator_id", periods=periods)))
    derived = {
        "ratios": [numbers[one.code] for one in ratios],
        "numerators": [numbers[one.numerator] for one in ratios],
        "denominators": [numbers[one.denominator] for one in ratios],
        "scales": [one.scale for one in ratios],
    }
    summed = {
        "ids": [numbers[one.code] for one in rolled],
        "rules": [one.space_rule for one in rolled],
        "scales": [one.scale if one.space_rule == "ratio" else 1.0 for one in rolled],
    }
    bound = {} if starts is None else {"starts": sorted(starts)}
    # Grouped by hash, children are added up in the same order every time, so a sum is the same to its last digit.
    connection.execute(text("SET LOCAL enable_sort = off"))
    for level in ("commune", "district", "province", "country"):
        if ratios:
            connection.execute(derive, {**derived, **bound, "level": level})
        if level != "country":
            connection.execute(roll_up, {**summed, **bound, "level": level})
    connection.execute(text("SET LOCAL enable_sort = on"))
