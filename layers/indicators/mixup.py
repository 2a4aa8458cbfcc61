"""Units mixed up: figures that fit what is known only after they are multiplied by the step between two units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from layers.indicators import periods
from layers.indicators.catalogue import Indicator, indicators
from layers.indicators.spoken import spoken
from layers.indicators.terms import english
from layers.indicators.units import factor, units

FEW = 3  # figures of its own that an area must have, else those of its peers count
PEERS = 10  # of them at least
ROOM = 2.0  # how far beyond what is known a figure may lie and still fit it
FAR = 10.0  # how far beyond what is known a figure must lie to be doubted
LEAST = 50.0  # of the steps between units only those that people miss
WHOLE = 0.5  # share of a column that makes it a matter of the column

# Of each area the usual span of its positive figures, and that of all areas of its level in its province.
_KNOWN = text("""
WITH told AS (
  SELECT s.indicator_id, s.period_kind, s.area_id, a.level, a.province_code, count(*) AS count,
         percentile_cont(0.1) WITHIN GROUP (ORDER BY v) AS low, percentile_cont(0.9) WITHIN GROUP (ORDER BY v) AS high
  FROM unnest((:indicators)::int[], (:kinds)::text[]) AS k (indicator_id, period_kind)
  JOIN toancanh.figure_series s ON s.indicator_id = k.indicator_id AND s.period_kind = k.period_kind
  JOIN toancanh.area a ON a.id = s.area_id AND a.province_code = ANY(:provinces) AND a.level = ANY(:levels)
  CROSS JOIN LATERAL unnest(s.period_values[1:36]) AS v WHERE v > 0
  GROUP BY 1, 2, 3, 4, 5
)
SELECT indicator_id, period_kind, area_id, level, count, low, high, count(*) AS areas,
       percentile_cont(0.05) WITHIN GROUP (ORDER BY low) AS least, percentile_cont(0.95) WITHIN GROUP (ORDER BY high) AS most
FROM told GROUP BY GROUPING SETS ((indicator_id, period_kind, area_id, level, count, low, high), (indicator_id, period_kind, level))
""")


@dataclass(frozen=True, slots=True)
class Mixup:
    """Figures of one column that look `step` times too large because they are in another unit.

    `rows` are (line, value, and the least and most that is known); `whole` where most of the `of` comparable figures of
    the column are like that.
    """

    code: str
    column: str
    unit: str
    step: float
    rows: tuple[tuple[int, float, float, float], ...]
    of: int

    @property
    def whole(self) -> bool:
        """Whether the column is in another unit rather than some of its cells."""
        return len(self.rows) >= WHOLE * self.of

    def sentences(self) -> tuple[str, str]:
        """What is suspected and how to answer, in Vietnamese and English."""
        one = indicators[self.code]
        line, value, low, high = self.rows[0]
        times = (f"gấp {spoken(self.step)} lần", f"{spoken(self.step, 'en')} times")
        if self.step < 1:
            times = (f"chỉ bằng 1/{spoken(1 / self.step)}", f"only 1/{spoken(1 / self.step, 'en')} of")
        where = f"{len(self.rows)}/{self.of}"
        vi = (
            f"Cột {self.column}: {where} số liệu {self.code} {times[0]} mức đã biết (dòng {line}: {spoken(value)} {one.unit}, "
            f"đã biết {spoken(low)}–{spoken(high)}), có lẽ ghi bằng “{self.unit}”; "
        )
        en = (
            f"The column {self.column}: {where} figures of {self.code} are {times[1]} what is known (row {line}: "
            f"{spoken(value, 'en')} {english(one.unit)}, known are {spoken(low, 'en')}–{spoken(high, 'en')}), perhaps in "
            f"{english(self.unit)}; "
        )
        if self.whole:
            option = f'--unit "{self.code}={self.unit}"'
            vi, en = f"{vi}thêm {option} nếu đúng vậy", f"{en}add {option} if so"
        else:
            lines = ", ".join(str(row[0]) for row in self.rows[:10]) + ("…" if len(self.rows) > 10 else "")
            many, many_en = ("các dòng", "rows") if len(self.rows) > 1 else ("dòng", "row")
            vi, en = f"{vi}sửa {many} {lines} trong tệp", f"{en}mend {many_en} {lines} of the file"
        return (
            f"{vi}, hoặc thêm --as-is để nạp đúng như tệp ghi, kèm cảnh báo.",
            f"{en}, or add --as-is to load them as they stand, with a warning.",
        )


def find(connection: Connection, rows: pd.DataFrame, ids: dict[str, int]) -> list[Mixup]:
    """Return what looks mixed up in tied rows, against what the database knows of the areas and of their peers."""
    rows = rows[rows["blank"].isna() & (rows["value"] > 0)]
    rows = rows[rows["indicator"].isin([code for code in rows["indicator"].unique() if _steps(indicators[code])])]
    if rows.empty:
        return []
    rows = rows.assign(kind=[periods.parse(key).letter for key in rows["period"]])
    asked = rows[["indicator", "kind"]].drop_duplicates()
    known = pd.DataFrame(
        connection.execute(
            _KNOWN,
            {
                "indicators": [ids[code] for code in asked["indicator"]], "kinds": asked["kind"].tolist(),
                "provinces": rows["province_code"].unique().tolist(), "levels": rows["level"].unique().tolist(),
            },
        ).all(),
        columns=["indicator_id", "kind", "area_id", "level", "count", "low", "high", "areas", "least", "most"],
    )  # fmt: skip
    codes = {number: code for code, number in ids.items()}
    known["indicator"] = known["indicator_id"].map(codes)
    own = known[known["area_id"].notna()]
    peers = known[known["area_id"].isna() & (known["areas"] >= PEERS)].drop(columns=["area_id", "count", "low", "high"])
    told = rows.merge(
        own[["indicator", "kind", "area_id", "count", "low", "high"]], "left", ["indicator", "kind", "area_id"]
    )
    told = told.merge(peers[["indicator", "kind", "level", "least", "most"]], "left", ["indicator", "kind", "level"])
    return compare(told)


def compare(rows: pd.DataFrame) -> list[Mixup]:
    """Return what looks mixed up in rows with what is known beside each.

    Columns: line, column, indicator, level, value, count, low, high (of the area's own figures), least, most (of its
    peers'). Where nothing is known of either, the plausible bounds of the catalogue and the rest of the column count.
    """
    found = []
    for (code, column), some in rows.groupby(["indicator", "column"], sort=False):
        one = indicators[str(code)]
        low, high = _span(some, one)
        value = some["value"].to_numpy(float)
        comparable = int(np.isfinite(low).sum())
        left = np.ones(len(some), dtype=bool)
        for unit, step in _steps(one):
            beyond = value > FAR * high if step > 1 else value < low / FAR
            fits = (value / step >= low / ROOM) & (value / step <= high * ROOM)
            here = np.flatnonzero(beyond & fits & left)
            left[here] = False
            if here.size:
                lines = some["line"].to_numpy(int)[here].tolist()
                told = zip(lines, value[here].tolist(), low[here].tolist(), high[here].tolist(), strict=True)
                found.append(Mixup(one.code, str(column), unit, step, tuple(told), comparable))
    return found


def _span(some: pd.DataFrame, one: Indicator) -> tuple[np.ndarray, np.ndarray]:
    """The least and most that is known of each row: its area's own figures, else its peers', the catalogue's, the column's."""
    value, count, low, high, least, most = (
        some[name].to_numpy(float) for name in ("value", "count", "low", "high", "least", "most")
    )
    own = (count >= FEW) | ((low <= value) & (value <= high))
    low, high = np.where(own, low, least), np.where(own, high, most)
    unknown = ~np.isfinite(low)
    lowest = (some["level"] == one.lowest_level).to_numpy(bool)
    if one.low and one.high:
        low, high = (np.where(unknown & lowest, bound, known) for bound, known in ((one.low, low), (one.high, high)))
    unknown = ~np.isfinite(low)
    for level in some["level"][unknown].unique():
        like = unknown & (some["level"] == level).to_numpy(bool)
        if like.sum() > 2 * FEW:
            middle = np.percentile(value[like], [25, 75])
            low, high = (np.where(like, bound, known) for bound, known in zip(middle, (low, high), strict=True))
    return low, high


def _steps(one: Indicator) -> list[tuple[str, float]]:
    """The units that figures may be in by mistake, with how many times too large they look then; the nearest first."""
    found = []
    for name in units():
        share = factor(one.unit, name)
        if share and name != one.unit and max(share, 1 / share) >= LEAST:
            found.append((name, share))
    return sorted(found, key=lambda pair: max(pair[1], 1 / pair[1]))
