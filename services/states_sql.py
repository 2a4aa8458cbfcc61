"""The statements that read values together with their targets."""

from __future__ import annotations

_NO_TARGET = ", ".join(
    f"NULL::{kind}" for kind in ("text", "date", "float8", "text", "float8[]", "text", "text", "date", "bool")
)
_TARGET = (
    "t.period_kind::text, t.period_start, t.value, t.rule, t.trajectory, t.plan, t.decision, t.decided_on, t.sample"
)
OF_AREA = f"""
SELECT s.indicator_id, s.period_kind::text, array_send(s.period_starts), array_send(array_replace(s.period_values, NULL, 'NaN')),
  nullif(s.blanks, '{{}}'), s.sample, {_NO_TARGET}
FROM toancanh.figure_series s WHERE s.area_id = %(area)s AND s.indicator_id = ANY(%(numbers)s)
UNION ALL
SELECT t.indicator_id, NULL, NULL, NULL, NULL, NULL, {_TARGET} FROM toancanh.target_now t
WHERE t.province_code = %(province)s AND t.area_id = %(area)s AND t.indicator_id = ANY(%(numbers)s)
"""
# The same as it was known at an instant, from the journals.
OF_AREA_THEN = f"""
SELECT s.indicator_id, s.period_kind::text, array_send(array_agg(s.period_start)),
  array_send(array_agg(coalesce(s.value, 'NaN'))),
  coalesce(jsonb_object_agg(s.period_start, s.blank) FILTER (WHERE s.blank IS NOT NULL), '{{{{}}}}'), bool_or(s.sample), {_NO_TARGET}
FROM (
  SELECT DISTINCT ON (o.indicator_id, o.period_kind, o.period_start) o.* FROM {{own}} o
  WHERE o.province_code = %(province)s AND o.area_id = %(area)s AND o.indicator_id = ANY(%(numbers)s)
    AND o.known_at <= %(known)s ORDER BY o.indicator_id, o.period_kind, o.period_start, o.known_at DESC
) s GROUP BY s.indicator_id, s.period_kind
UNION ALL
SELECT t.indicator_id, NULL, NULL, NULL, NULL, NULL, {_TARGET} FROM (
  SELECT DISTINCT ON (indicator_id, period_kind, period_start, plan) * FROM toancanh.target
  WHERE province_code = %(province)s AND area_id = %(area)s AND indicator_id = ANY(%(numbers)s) AND known_at <= %(known)s
  ORDER BY indicator_id, period_kind, period_start, plan, known_at DESC
) t WHERE t.value IS NOT NULL
"""
OF_PICTURE = f"""
SELECT s.indicator_id, s.period_start, array_send(s.area_ids), array_send(array_replace(s.area_values, NULL, 'NaN')), NULL::int,
  {_NO_TARGET}
FROM toancanh.figure_slice s
WHERE s.level = %(level)s AND s.boundary = %(boundary)s AND (s.within = ANY(%(within)s) OR %(nation)s)
  AND ((s.indicator_id = %(number)s AND s.period_kind = %(kind)s AND s.period_start BETWEEN %(first)s AND %(start)s)
    OR (s.indicator_id = ANY(%(plans)s) AND s.period_kind = 'Y' AND s.period_start = %(year)s))
UNION ALL
SELECT NULL, NULL, NULL, NULL, t.area_id, {_TARGET} FROM toancanh.target_now t
WHERE t.province_code = ANY(%(provinces)s) AND t.indicator_id = %(number)s AND t.area_id = ANY(%(ids)s)
  AND ((t.period_kind = %(kind)s AND t.period_start = %(start)s) OR (t.period_kind = 'Y' AND t.period_start = %(year)s))
"""
OF_PICTURE_THEN = f"""
SELECT o.indicator_id, o.period_start, array_send(array_agg(o.area_id)), array_send(array_agg(coalesce(o.value, 'NaN'))),
  NULL::int, {_NO_TARGET}
FROM ({{theirs}}) o GROUP BY o.indicator_id, o.period_start
UNION ALL
SELECT NULL, NULL, NULL, NULL, t.area_id, {_TARGET} FROM (
  SELECT DISTINCT ON (area_id, period_kind, period_start, plan) * FROM toancanh.target
  WHERE province_code = ANY(%(provinces)s) AND indicator_id = %(number)s AND area_id = ANY(%(ids)s) AND known_at <= %(known)s
    AND ((period_kind = %(kind)s AND period_start = %(start)s) OR (period_kind = 'Y' AND period_start = %(year)s))
  ORDER BY area_id, period_kind, period_start, plan, known_at DESC
) t WHERE t.value IS NOT NULL
"""
# Of one province; put together for those that are asked for.
THEIRS = """
(SELECT DISTINCT ON (o.indicator_id, o.area_id, o.period_start) o.indicator_id, o.area_id, o.period_start, o.value
 FROM {own} o
 WHERE o.province_code = '{code}' AND o.area_id = ANY(%(ids)s) AND o.known_at <= %(known)s
   AND ((o.indicator_id = %(number)s AND o.period_kind = %(kind)s AND o.period_start BETWEEN %(first)s AND %(start)s)
     OR (o.indicator_id = ANY(%(plans)s) AND o.period_kind = 'Y' AND o.period_start = %(year)s))
 ORDER BY o.indicator_id, o.area_id, o.period_start, o.known_at DESC)"""
PEERS = """
SELECT s.indicator_id, array_send(s.area_ids), array_send(array_replace(s.area_values, NULL, 'NaN'))
FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[], %(starts)s::date[]) AS a (number, kind, start)
JOIN toancanh.figure_slice s ON s.indicator_id = a.number AND s.period_kind = a.kind AND s.period_start = a.start
WHERE s.level = %(level)s AND s.boundary = %(boundary)s AND s.within = %(within)s
"""
# Of one province, as it was known at an instant.
PEERS_THEN = """
(SELECT DISTINCT ON (o.indicator_id, o.area_id) o.indicator_id, o.area_id, o.value
 FROM unnest(%(numbers)s::smallint[], %(kinds)s::char(1)[], %(starts)s::date[]) AS a (number, kind, start)
 JOIN {own} o ON o.indicator_id = a.number AND o.period_kind = a.kind AND o.period_start = a.start
 WHERE o.province_code = '{code}' AND o.area_id = ANY(%(ids)s) AND o.known_at <= %(known)s
 ORDER BY o.indicator_id, o.area_id, o.known_at DESC)"""
PEERS_OF = """
SELECT indicator_id, array_send(array_agg(area_id)), array_send(array_agg(coalesce(value, 'NaN')))
FROM ({theirs}) o GROUP BY indicator_id"""
ANY = "SELECT EXISTS (SELECT FROM toancanh.target_now WHERE indicator_id = %(number)s)"
