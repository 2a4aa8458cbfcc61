"""Figures of provinces and the country that are stored already, to compare the rows of a new table with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, text

from boundaries.known import Boundary, Level
from boundaries.totals import Stated
from layers.indicators import periods
from layers.indicators.catalogue import indicators
from layers.indicators.periods import Period
from layers.indicators.reading import Figures

# The newest word on each, where it was told and not added up from areas below or shorter periods.
_STORED = text("""
WITH newest AS (
  SELECT DISTINCT ON (a.id, k.indicator_id, k.period_kind, k.period_start)
         k.indicator_id, k.period_kind, k.period_start, a.code, a.full_name, a.name_en, a.valid_to IS NULL AS standing,
         o.value, o.derived, o.sample
  FROM unnest((:indicators)::int[], (:kinds)::text[], (:starts)::date[]) AS k (indicator_id, period_kind, period_start)
  JOIN toancanh.area a ON a.level = ANY(:levels)
  JOIN toancanh.observation o ON o.province_code = a.province_code AND o.indicator_id = k.indicator_id AND o.area_id = a.id
    AND o.period_kind = k.period_kind AND o.period_start = k.period_start
  ORDER BY a.id, k.indicator_id, k.period_kind, k.period_start, o.known_at DESC
)
SELECT * FROM newest WHERE value IS NOT NULL AND derived IS NULL AND NOT sample
""")


def stated(connection: Connection, figures: Figures, ids: dict[str, int]) -> Callable[[Level], Sequence[Stated]]:
    """Return what tells the stored totals of a table's indicators and periods, for areas above the level of its rows."""

    def above(level: Level) -> list[Stated]:
        levels = ["country"] if level == "province" else ["province", "country"]
        return _above(connection, figures.rows, ids, levels)

    return above


def _above(connection: Connection, rows: pd.DataFrame, ids: dict[str, int], levels: list[str]) -> list[Stated]:
    rows = rows[rows["value"].notna() & rows["indicator"].map(lambda code: indicators[code].space_rule == "sum")]
    series: dict[tuple[str, str, str, str, float], dict[int, float]] = {}
    for row in rows.to_dict("records"):
        key = (row["indicator"], row["period"], row["column"], row["said"], row["factor"])
        series.setdefault(key, {})[row["line"]] = row["value"] / row["factor"]
    groups: dict[tuple[int, str, date], list[tuple[str, float, Period, dict[int, float]]]] = {}
    for (code, said, column, _, factor), values in series.items():
        period = periods.parse(said)
        groups.setdefault((ids[code], period.letter, period.stored_start), []).append((column, factor, period, values))
    if not groups:
        return []
    numbers, kinds, starts = (list(column) for column in zip(*groups, strict=True))
    stored = connection.execute(
        _STORED, {"indicators": numbers, "kinds": kinds, "starts": starts, "levels": levels}
    ).all()
    return [
        Stated(
            boundary=boundary, holder=one.code, column=column, said=one.value / factor, figures=values,
            of=(f"{one.full_name}, {period.label()}", f"{one.name_en}, {period.label('en')}"),
        )
        for one in stored
        for column, factor, period, values in groups[one.indicator_id, one.period_kind, one.period_start]
        for boundary in _structures(one.code, standing=one.standing)
    ]  # fmt: skip


def _structures(code: str, *, standing: bool) -> tuple[Boundary, ...]:
    """The structures an area is of: the country is of both."""
    if code == "VN":
        return "former", "current"
    return ("current",) if standing else ("former",)
