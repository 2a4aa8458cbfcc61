"""The statements of the roll-up. `journal` is the table of observations of the areas read, `own` of those written."""

from __future__ import annotations

from boundaries.vintages import VINTAGE_SQL

# Figures are added up as decimals: exact, so that the order in which the database reads them leaves no trace in a sum.
LEAST_SHARE = 0.75  # of the parts must have a value, else the whole is a blank that says so

# What is known now of one indicator in one area `a`: a short walk backwards along the primary key, in its own order.
NEWEST = """
SELECT DISTINCT ON (o.period_kind, o.period_start) o.period_kind, o.period_start, o.value, o.numerator, o.denominator,
       o.blank, o.warning, o.children, o.children_of, o.derived, o.sample, o.provenance_id, o.known_at
FROM {journal} o
WHERE o.province_code = a.province_code AND o.indicator_id = {indicator} AND o.area_id = a.id {periods}
ORDER BY o.period_kind DESC, o.period_start DESC, o.known_at DESC
"""

# A ratio whose parts are indicators follows them: wherever both are known, so is it. Where both parts were rolled up it
# is rolled up itself, from the children that have both.
DERIVE = """
INSERT INTO {own} (province_code, indicator_id, area_id, period_kind, period_start, known_at, value, numerator,
                       denominator, derived, sample, provenance_id, warning)
SELECT a.province_code, r.indicator_id, a.id, k.period_kind, k.period_start,
       CASE WHEN k.there THEN clock_timestamp() ELSE k.known_at END,
       r.scale * k.numerator / k.denominator, k.numerator, k.denominator, 'F', k.sample, k.provenance_id,
       nullif(concat_ws(' ', k.warning, k.warning_below), '')
FROM unnest((:ratios)::int[], (:numerators)::int[], (:denominators)::int[], (:scales)::float8[])
     AS r (indicator_id, numerator_id, denominator_id, scale)
CROSS JOIN toancanh.area a
CROSS JOIN LATERAL (
  SELECT o.period_kind, o.period_start,
         max(o.value) FILTER (WHERE part = 1) AS numerator, max(o.value) FILTER (WHERE part = 2) AS denominator,
         max(o.numerator) FILTER (WHERE part = 3) AS old_numerator,
         max(o.denominator) FILTER (WHERE part = 3) AS old_denominator,
         bool_or(o.children IS NULL) FILTER (WHERE part < 3) AS given, bool_or(part = 3) AS there,
         max(o.known_at) FILTER (WHERE part < 3) AS known_at,
         bool_or(o.sample) FILTER (WHERE part < 3) AS sample, max(o.provenance_id) FILTER (WHERE part = 1) AS provenance_id,
         max(o.warning) FILTER (WHERE part = 1) AS warning, max(o.warning) FILTER (WHERE part = 2) AS warning_below
  FROM (VALUES (1, r.numerator_id), (2, r.denominator_id), (3, r.indicator_id)) AS i (part, indicator_id)
  CROSS JOIN LATERAL ({newest}) o
  GROUP BY o.period_kind, o.period_start
) k
WHERE a.level = :level AND a.province_code = :province AND k.given AND k.numerator IS NOT NULL AND k.denominator > 0
  AND (k.old_numerator, k.old_denominator) IS DISTINCT FROM (k.numerator, k.denominator)
"""

# Which longer periods a shorter one is part of, for the time of one refresh: looked up, for to compute it for every
# figure takes longer than everything else.
CALENDAR = """
CREATE TEMP TABLE IF NOT EXISTS longer (shorter char(1), part date, kind char(1), start date, last date, parts int)
ON COMMIT DROP
"""
FILL_CALENDAR = """
INSERT INTO pg_temp.longer SELECT '{shorter}', o.part, k.*
FROM (
  SELECT d::date AS part, date_part('year', d)::int AS y, date_part('month', d)::int AS m
  FROM generate_series(CAST(:low AS timestamp), CAST(:high AS timestamp), interval '{step}') AS d
) o
CROSS JOIN LATERAL (VALUES {longer}) AS k (kind, start, last, parts) WHERE k.last >= o.part
"""

# Longer periods from their parts, once the last part is there. What is given or follows otherwise stands. Whole tables
# are joined and grouped here: a walk for each area and indicator takes three times as long.
LENGTHEN = f"""
WITH rule AS (
  SELECT *, rule IN ('latest', 'cumulative', 'cumulative_ytd') AS at_end
  FROM unnest((:ids)::smallint[], (:rules)::text[], (:aboves)::text[], (:belows)::text[], (:scales)::float8[],
              (:divideds)::bool[]) AS r (indicator_id, rule, above, below, scale, divided)
),
-- Made decimal before they are repeated for every longer period, and only what is added up: that is most of the time.
shorter AS (
  SELECT o.*, CASE WHEN r.rule IN ('sum', 'mean') THEN o.value::numeric END AS exact,
         CASE WHEN NOT r.at_end AND r.above = 'sum' THEN o.numerator::numeric END AS exact_numerator,
         CASE WHEN NOT r.at_end AND r.below = 'sum' THEN o.denominator::numeric END AS exact_denominator
  FROM ({{parts}}) o JOIN rule r USING (indicator_id) OFFSET 0
),
part AS (
  SELECT o.indicator_id, o.area_id, k.kind, k.start, count(o.value) AS children,
         k.parts - count(*) FILTER (WHERE o.blank = 'not_applicable') AS parts, max(o.known_at) AS known_at,
         (sum(o.exact) FILTER (WHERE o.exact IS NOT NULL))::float8 AS total, min(o.value) AS least, max(o.value) AS most,
         max(o.value) FILTER (WHERE o.period_start = k.last) AS last_value,
         max(o.blank) FILTER (WHERE o.period_start = k.last) AS last_blank,
         max(o.numerator) FILTER (WHERE o.period_start = k.last) AS last_numerator,
         max(o.denominator) FILTER (WHERE o.period_start = k.last) AS last_denominator,
         (sum(o.exact_numerator) FILTER (WHERE o.exact_numerator IS NOT NULL))::float8 AS numerator,
         (sum(o.exact_denominator) FILTER (WHERE o.exact_denominator IS NOT NULL))::float8 AS denominator,
         bool_or(o.sample) AS sample, max(o.provenance_id) AS provenance_id
  FROM shorter o JOIN pg_temp.longer k ON k.shorter = :shorter AND k.part = o.period_start {{wanted}}
  GROUP BY o.indicator_id, o.area_id, k.kind, k.start, k.parts HAVING bool_or(o.period_start = k.last)
),
weighed AS (
  SELECT p.*, r.divided, r.at_end, r.rule, r.scale,
         CASE WHEN r.at_end THEN p.last_value IS NOT NULL WHEN r.rule = 'sum' THEN p.children = p.parts
              ELSE p.children >= p.parts * {LEAST_SHARE} END AND (r.at_end OR p.parts > 0) AS enough,
         CASE WHEN NOT r.at_end AND r.above = 'sum' THEN p.numerator ELSE p.last_numerator END AS above,
         CASE WHEN NOT r.at_end AND r.below = 'sum' THEN p.denominator ELSE p.last_denominator END AS below
  FROM part p JOIN rule r USING (indicator_id)
),
valued AS (
  SELECT *, CASE WHEN NOT enough THEN NULL WHEN rule = 'sum' THEN total WHEN rule = 'mean' THEN total / children
                 WHEN rule = 'min' THEN least WHEN rule = 'max' THEN most WHEN at_end THEN last_value
                 ELSE scale * above / nullif(below, 0) END AS value
  FROM weighed
),
made AS (
  SELECT indicator_id, area_id, kind, start, value, CASE WHEN value IS NOT NULL AND divided THEN above END AS numerator,
         CASE WHEN value IS NOT NULL AND divided THEN below END AS denominator,
         CASE WHEN value IS NULL THEN coalesce(last_blank, 'no_data') END AS blank, children, parts, sample, provenance_id, known_at,
         CASE WHEN at_end OR parts = 0 THEN NULL
              WHEN NOT enough THEN format('Chỉ %s/%s kỳ có số liệu nên chưa tổng hợp.', children, parts)
              WHEN children < parts THEN format('Tổng hợp từ %s/%s kỳ có số liệu.', children, parts) END AS warning
  FROM valued
)
INSERT INTO {{own}} (province_code, indicator_id, area_id, period_kind, period_start, known_at, value, numerator,
                       denominator, blank, derived, children, children_of, sample, provenance_id, warning)
SELECT :province, n.indicator_id, n.area_id, n.kind, n.start,
       CASE WHEN o.area_id IS NULL THEN n.known_at ELSE clock_timestamp() END, n.value, n.numerator, n.denominator, n.blank,
       'T', n.children, n.parts, n.sample, n.provenance_id, n.warning
FROM made n
LEFT JOIN ({{there}}) o ON o.indicator_id = n.indicator_id AND o.area_id = n.area_id AND o.period_kind = n.kind
  AND o.period_start = n.start
WHERE o.area_id IS NULL OR (o.derived = 'S' AND o.children = 0)
   OR (o.derived = 'T' AND (o.value, o.blank, o.numerator, o.denominator, o.children, o.children_of)
                            IS DISTINCT FROM (n.value, n.blank, n.numerator, n.denominator, n.children, n.parts))
"""

# What is known now of the areas of one level of a province, indicator after indicator in the order of the primary key,
# backwards: asked for all of them at once, a few would cost as much as all.
KNOWN = """
SELECT o.* FROM unnest((:ids)::smallint[]) AS i (id) CROSS JOIN LATERAL (
  SELECT DISTINCT ON (o.area_id, o.period_kind, o.period_start) o.*
  FROM {own} o WHERE o.province_code = :province AND o.indicator_id = i.id {periods} {level}
  ORDER BY o.area_id DESC, o.period_kind DESC, o.period_start DESC, o.known_at DESC
) o
"""
LEVEL = "AND o.area_id = ANY(ARRAY(SELECT id FROM toancanh.area WHERE level = :level AND province_code = :province))"

# Children of one parent are read once, for its slice and for its own value. A parent that has a value of its own keeps
# it; one made here before gets a newer one when its children changed. Where no child has a value the parent is blank for
# the reason they share, unless its own shorter periods tell more.
ROLL_UP = f"""
WITH parent AS MATERIALIZED (
  SELECT a.parent_id AS id, p.code, p.province_code, {VINTAGE_SQL} AS boundary,
         array_agg(a.id ORDER BY a.id) AS children, array_agg(a.province_code ORDER BY a.id) AS provinces
  FROM toancanh.area a JOIN toancanh.area p ON p.id = a.parent_id
  WHERE a.level = :level AND (:country OR a.province_code = :province) GROUP BY 1, 2, 3, 4
),
read AS MATERIALIZED (
  SELECT r.indicator_id, r.rule, r.scale, r.divided, p.id AS area_id, p.code, p.province_code, p.boundary,
         cardinality(p.children) - c.exempt AS children_of, cardinality(p.children) - c.there AS silent, c.*
  FROM (
    SELECT *, rule IN ('ratio', 'weighted_mean') AS divided
    FROM unnest((:ids)::int[], (:rules)::text[], (:scales)::float8[]) AS r (indicator_id, rule, scale)
  ) r
  CROSS JOIN parent p
  CROSS JOIN LATERAL (
    SELECT o.period_kind, o.period_start, array_agg(a.id) AS area_ids, array_agg(o.value) AS area_values,
           coalesce(jsonb_object_agg(a.id, o.blank) FILTER (WHERE o.blank IS NOT NULL), '{{{{}}}}') AS blanks,
           coalesce(jsonb_object_agg(a.id, o.warning) FILTER (WHERE o.warning IS NOT NULL), '{{{{}}}}') AS warnings,
           bool_or(o.sample) AS sample, max(o.provenance_id) AS provenance_id, max(o.known_at) AS known_at,
           count(o.value) AS children, count(*) FILTER (WHERE o.blank = 'not_applicable') AS exempt, count(*) AS there,
           sum(CASE WHEN o.derived = 'S' AND o.children_of > 0 THEN o.children WHEN o.value IS NOT NULL THEN 1 ELSE 0 END)
             AS leaves,
           sum(CASE WHEN o.derived = 'S' AND o.children_of > 0 THEN o.children_of WHEN o.blank = 'not_applicable' THEN 0
                    ELSE 1 END) AS leaves_of,
           (sum(o.value::numeric) FILTER (WHERE r.rule IN ('sum', 'mean') AND o.value IS NOT NULL))::float8 AS total,
           min(o.value) AS least, max(o.value) AS most,
           (sum(o.numerator::numeric) FILTER (WHERE r.divided AND o.numerator IS NOT NULL))::float8 AS numerator,
           (sum(o.denominator::numeric) FILTER (WHERE r.divided AND o.denominator IS NOT NULL))::float8 AS denominator,
           CASE WHEN min(o.blank) = max(o.blank) AND count(o.value) = 0 THEN min(o.blank) ELSE 'no_data' END AS blank
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
-- The country may be summed from the areas of either side of a reform: the newer side with figures is the one that counts.
newest AS (
  SELECT DISTINCT ON (indicator_id, area_id, period_kind, period_start) *,
         CASE rule WHEN 'sum' THEN total WHEN 'mean' THEN total / nullif(children, 0) WHEN 'min' THEN least
                   WHEN 'max' THEN most ELSE scale * numerator / nullif(denominator, 0) END AS whole,
         children >= children_of * {LEAST_SHARE} AS enough
  FROM read WHERE rule <> 'latest'
  ORDER BY indicator_id, area_id, period_kind, period_start, children > 0 DESC, boundary DESC
),
-- Enough is judged by the areas just below; told are the areas that reported, however deep: 135 of 137 communes, not 10 of
-- 10 districts.
told AS (
  SELECT province_code, indicator_id, area_id, period_kind, period_start, numerator, denominator, divided, enough, blank, sample,
         provenance_id, known_at, CASE WHEN enough AND children > 0 THEN whole END AS value,
         CASE WHEN children > 0 THEN leaves ELSE 0 END AS children,
         CASE WHEN children > 0 THEN leaves_of + silent ELSE children_of END AS children_of
  FROM newest
),
made AS (
  SELECT province_code, indicator_id, area_id, period_kind, period_start, value,
         CASE WHEN value IS NOT NULL AND divided THEN numerator END AS numerator,
         CASE WHEN value IS NOT NULL AND divided THEN denominator END AS denominator,
         CASE WHEN value IS NULL THEN blank END AS blank, children, children_of, sample, provenance_id, known_at,
         CASE WHEN children = 0 THEN NULL
              WHEN NOT enough THEN format('Chỉ %s/%s đơn vị có số liệu nên chưa tổng hợp.', children, children_of)
              WHEN children < children_of THEN format('Tổng hợp từ %s/%s đơn vị có số liệu.', children, children_of)
         END AS warning
  FROM told
)
INSERT INTO {{own}} (province_code, indicator_id, area_id, period_kind, period_start, known_at, value,
  numerator, denominator, blank, derived, children, children_of, sample, provenance_id, warning)
SELECT m.province_code, m.indicator_id, m.area_id, m.period_kind, m.period_start,
  CASE WHEN o.area_id IS NULL THEN m.known_at ELSE clock_timestamp() END, m.value,
  m.numerator, m.denominator, m.blank, 'S', m.children, m.children_of, m.sample, m.provenance_id, m.warning
FROM made m
LEFT JOIN LATERAL (
  SELECT o.area_id, o.value, o.numerator, o.denominator, o.blank, o.derived, o.children, o.children_of FROM {{own}} o
  WHERE o.province_code = m.province_code AND o.indicator_id = m.indicator_id AND o.area_id = m.area_id
    AND o.period_kind = m.period_kind AND o.period_start = m.period_start
  ORDER BY o.known_at DESC LIMIT 1
) o ON true
WHERE o.area_id IS NULL OR (o.derived = 'T' AND m.children > 0)
   OR (o.derived = 'S' AND (o.value, o.numerator, o.denominator, o.blank, o.children, o.children_of)
                         IS DISTINCT FROM (m.value, m.numerator, m.denominator, m.blank, m.children, m.children_of))
"""

# The lines of time, newest period first: what is known now comes in this order.
SERIES = """
INSERT INTO toancanh.figure_series AS s
SELECT area_id, indicator_id, period_kind, starts, figures, coalesce(blanks, '{{}}'), coalesce(warnings, '{{}}'), sample,
       starts[1], figures[1], blanks ->> starts[1]::text, starts[2], figures[2]
FROM (
  SELECT indicator_id, area_id, period_kind, array_agg(period_start) AS starts, array_agg(value) AS figures,
         jsonb_object_agg(period_start, blank) FILTER (WHERE blank IS NOT NULL) AS blanks,
         jsonb_object_agg(period_start, warning) FILTER (WHERE warning IS NOT NULL) AS warnings, bool_or(sample) AS sample
  FROM ({known}) o GROUP BY 1, 2, 3
) l
ON CONFLICT (area_id, indicator_id, period_kind) DO UPDATE
SET period_starts = excluded.period_starts, period_values = excluded.period_values, blanks = excluded.blanks,
    warnings = excluded.warnings, sample = excluded.sample, newest_start = excluded.newest_start,
    newest_value = excluded.newest_value, newest_blank = excluded.newest_blank, before_start = excluded.before_start,
    before_value = excluded.before_value
WHERE (s.period_starts, s.period_values, s.blanks, s.warnings, s.sample)
  IS DISTINCT FROM (excluded.period_starts, excluded.period_values, excluded.blanks, excluded.warnings, excluded.sample)
"""
