"""How measures of single lines become a standing: each indicator counts the same, however often it is reported."""

from __future__ import annotations

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {"completeness": 0.4, "timeliness": 0.3, "soundness": 0.3}
DOUBT = 10  # one doubtful figure in ten leaves nothing of soundness

_TODAY = "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_SUM = " + ".join(f"{weight} * coalesce({part}, 0)" for part, weight in WEIGHTS.items())
_KNOWN = " + ".join(f"CASE WHEN {part} IS NULL THEN 0 ELSE {weight} END" for part, weight in WEIGHTS.items())

COLUMNS = [
    "score",
    "completeness",
    "timeliness",
    "soundness",
    "newest",
    "days",
    "as_of",
    "overdue",
    "late",
    "lines",
    "indicators",
    "told",
    "doubted",
    "sample",
]
"""Columns of a standing after `place`: the score (0–100) and its three shares, the last day that has figures and the days
since, for how many days the oldest missing figure has been due, lines that miss one, lines, indicators, values, doubted
ones, and whether any is a sample."""


def standings(place: str, areas: str, indicators: str) -> str:
    """SQL of standings by a place, an expression over the area `a` and the measure `q`, in some areas and indicators.

    `areas` and `indicators` are the words of an array of ids each. Sample figures stand as of their end, others of today.
    """
    return f"""
WITH line AS (
  SELECT {place} AS place, q.indicator_id, q.present::float8 / nullif(q.expected, 0) AS completeness,
         q.on_time::float8 / nullif(q.judged, 0) AS timeliness,
         CASE WHEN q.told > 0 THEN 1 - least(1, {DOUBT} * q.doubted::float8 / q.told) END AS soundness, q.newest_end, q.due_since,
         q.told, q.doubted, q.sample, CASE WHEN q.sample THEN q.as_of ELSE greatest(q.as_of, {_TODAY}) END AS as_of
  FROM toancanh.quality_measure q JOIN toancanh.area a ON a.id = q.area_id
  WHERE q.area_id = ANY({areas}) AND q.indicator_id = ANY({indicators})
),
indicator AS (
  SELECT place, indicator_id, avg(completeness) AS completeness, avg(timeliness) AS timeliness, avg(soundness) AS soundness,
         max(least(newest_end - 1, as_of)) AS newest, min(greatest(as_of - newest_end, 0)) AS days, max(as_of) AS as_of,
         max(as_of - due_since) AS overdue, count(due_since) AS late, count(*) AS lines, sum(told) AS told,
         sum(doubted) AS doubted, bool_or(sample) AS sample
  FROM line GROUP BY 1, 2
),
together AS (
  SELECT place, avg(completeness) AS completeness, avg(timeliness) AS timeliness, avg(soundness) AS soundness, max(newest) AS newest,
         min(days) AS days, max(as_of) AS as_of, max(overdue) AS overdue, sum(late)::int AS late, sum(lines)::int AS lines,
         count(*)::int AS indicators, sum(told)::int AS told, sum(doubted)::int AS doubted, bool_or(sample) AS sample
  FROM indicator GROUP BY 1
)
SELECT place, round((100 * ({_SUM}) / nullif({_KNOWN}, 0))::numeric, 1)::float8 AS score, {", ".join(COLUMNS[1:])}
FROM together ORDER BY 1
"""
