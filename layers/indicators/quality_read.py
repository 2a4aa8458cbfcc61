"""Lines of time as arrays of areas × periods, when they were told, and what they are compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from boundaries.successors import passages
from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.quality import Floats, Ints, Mask

EPOCH = np.datetime64("2000-01-01")  # PostgreSQL counts days from here
EXCUSED = ("not_due", "not_applicable", "suppressed")
BACK: Mapping[PeriodKind, int] = {"day": 60, "week": 182, "year": 800, "school": 800}
BACK_ELSE = 400
"""Days back from today in which figures are counted."""
LONGEST = 120  # newest periods of a line that are read


@dataclass(frozen=True, slots=True)
class Group:
    """Areas of one level inside one parent, that are compared with each other; arrays run parallel."""

    code: str
    level: str
    ids: Ints
    codes: tuple[str, ...]
    since: npt.NDArray[np.datetime64]
    neighbours: Ints  # rows, -1 where there is none

    @property
    def provinces(self) -> list[str]:
        """The provinces whose figures these areas have."""
        return [self.code] if self.level == "commune" else list(self.codes)


@dataclass(frozen=True, slots=True)
class Lines:
    """One indicator of a group by one kind of period, the oldest first; `excused` is where a blank has its reason."""

    one: Indicator
    number: int
    letter: str
    periods: tuple[Period, ...]
    values: Floats
    excused: Mask
    sample: bool

    @property
    def starts(self) -> npt.NDArray[np.datetime64]:
        """The days that store the periods."""
        return _days([period.stored_start for period in self.periods])

    @property
    def ends(self) -> npt.NDArray[np.datetime64]:
        """The days after the periods."""
        return _days([period.end for period in self.periods])


_GROUPS = text("""
SELECT p.code, a.level, a.id, a.code AS area, a.valid_from, a.geom IS NULL AS nowhere
FROM toancanh.area a JOIN toancanh.area p ON p.id = a.parent_id
WHERE a.level IN ('commune', 'province') AND a.valid_to IS NULL AND p.level IN ('province', 'country')
  AND (CAST(:codes AS text[]) IS NULL OR p.code = ANY(:codes)) ORDER BY p.code, a.level, a.id
""")
# Generalised outlines are a coverage: neighbours have the same points along their border.
_TOUCHING = text("""
SELECT a.area_id, b.area_id FROM toancanh.area_shape a
JOIN toancanh.area_shape b ON b.band = 9 AND b.area_id <> a.area_id AND ST_Intersects(a.geom, b.geom)
WHERE a.band = 9 AND a.area_id = ANY(:ids) AND b.area_id = ANY(:ids) ORDER BY 1, 2
""")
_SERIES = text("""
SELECT s.indicator_id, s.period_kind, s.area_id, array_send(s.period_starts[1:k.size]) AS starts,
       array_send(array_replace(s.period_values[1:k.size], NULL, 'NaN')) AS figures, nullif(s.blanks, '{}') AS blanks, s.sample
FROM unnest((:indicators)::smallint[], (:kinds)::char(1)[], (:sizes)::int[]) AS k (indicator_id, period_kind, size)
JOIN toancanh.figure_series s ON s.indicator_id = k.indicator_id AND s.period_kind = k.period_kind AND s.area_id = ANY(:areas)
ORDER BY 1, 2
""")
# The day each figure was first told, of those a source gave.
_TOLD = text("""
SELECT indicator_id, area_id, array_send(array_agg(period_start)) AS starts, array_send(array_agg(told)) AS days
FROM (
  SELECT o.indicator_id, o.area_id, o.period_start, (min(o.known_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS told
  FROM toancanh.observation o
  JOIN unnest((:indicators)::smallint[], (:kinds)::char(1)[], (:since)::date[]) AS k (indicator_id, period_kind, since)
    ON k.indicator_id = o.indicator_id AND k.period_kind = o.period_kind AND o.period_start >= k.since
  WHERE o.province_code = ANY(:provinces) AND o.area_id = ANY(:areas) AND o.derived IS NULL AND o.value IS NOT NULL
    AND o.period_start >= :first
  GROUP BY 1, 2, 3
) f GROUP BY 1, 2
""")
_PARTS = text("""
SELECT k.number, k.area, k.kind, k.start, o.numerator, o.denominator
FROM unnest((:numbers)::smallint[], (:areas)::int[], (:kinds)::char(1)[], (:starts)::date[]) AS k (number, area, kind, start)
CROSS JOIN LATERAL (
  SELECT o.numerator, o.denominator FROM toancanh.observation o
  WHERE o.province_code = ANY(:provinces) AND o.indicator_id = k.number AND o.area_id = k.area AND o.period_kind = k.kind
    AND o.period_start = k.start
  ORDER BY o.known_at DESC LIMIT 1
) o WHERE o.numerator IS NOT NULL AND o.denominator > 0
""")
# Figures given for the parent beside those of its children for the same period.
_GIVEN = text("""
SELECT g.indicator_id, g.area_id, g.period_kind, g.period_start, g.value, s.area_values,
       (SELECT count(*) FROM jsonb_each_text(s.blanks) b WHERE b.value = 'not_applicable') AS exempt
FROM (
  SELECT DISTINCT ON (o.indicator_id, o.period_kind, o.period_start) o.*
  FROM toancanh.observation o JOIN toancanh.area p ON p.id = o.area_id AND p.valid_to IS NULL
  WHERE o.province_code = :code AND p.code = :code AND p.level <> 'commune' AND o.indicator_id = ANY(:indicators)
    AND o.period_start >= :first
  ORDER BY o.indicator_id, o.period_kind, o.period_start, o.known_at DESC
) g
JOIN toancanh.figure_slice s ON s.indicator_id = g.indicator_id AND s.level = :level AND s.within = :code
  AND s.boundary = :boundary AND s.period_kind = g.period_kind AND s.period_start = g.period_start
WHERE g.derived IS NULL AND g.value IS NOT NULL
""")


def groups(connection: Connection, codes: Collection[str] | None = None) -> Iterator[Group]:
    """The areas that stand, by parent and level; of some parents or of all."""
    rows = connection.execute(_GROUPS, {"codes": None if codes is None else list(codes)}).all()
    for (code, level), some in groupby(rows, key=lambda row: (row.code, row.level)):
        members = list(some)
        ids = np.array([row.id for row in members], dtype=np.int64)
        yield Group(
            code=code, level=level, ids=ids, codes=tuple(row.area for row in members),
            since=_days([row.valid_from for row in members]), neighbours=_neighbours(connection, ids),
        )  # fmt: skip


def _neighbours(connection: Connection, ids: Ints) -> Ints:
    row = {number: place for place, number in enumerate(ids.tolist())}
    beside: list[list[int]] = [[] for _ in row]
    for one, other in connection.execute(_TOUCHING, {"ids": ids.tolist()}):
        beside[row[one]].append(row[other])
    table = np.full((len(ids), max(map(len, beside), default=0) or 1), -1, dtype=np.int64)
    for place, others in enumerate(beside):
        table[place, : len(others)] = others
    return table


def lines(
    connection: Connection,
    areas: Ints,
    indicators: Mapping[int, Indicator],
    letters: Mapping[int, str],
    size: int = LONGEST,
) -> Iterator[Lines]:
    """The newest periods of indicators (by number) in some areas, each by the letter of its periods."""
    told = {
        "indicators": list(letters), "kinds": list(letters.values()), "sizes": [size] * len(letters), "areas": areas.tolist(),
    }  # fmt: skip
    row = {number: place for place, number in enumerate(areas.tolist())}
    rows = connection.execute(_SERIES, told).all()
    for (number, letter), members in groupby(rows, key=lambda one: (one.indicator_id, one.period_kind)):
        some = list(members)
        starts = [_dates(one.starts) for one in some]
        every = np.unique(np.concatenate(starts))
        values = np.full((len(areas), len(every)), np.nan)
        excused = np.zeros(values.shape, dtype=bool)
        for one, mine in zip(some, starts, strict=True):
            column = np.searchsorted(every, mine)
            values[row[one.area_id], column] = unpacked(one.figures, ">f8")
            reasons = [np.datetime64(day) for day, word in (one.blanks or {}).items() if word in EXCUSED]
            where = np.searchsorted(every, np.array(reasons, dtype="datetime64[D]"))
            excused[row[one.area_id], where[where < len(every)]] = True
        spans = tuple(periods.restore(letter, start) for start in every.astype(object))
        yield Lines(indicators[number], number, letter, spans, values, excused, any(one.sample for one in some))


def back(kind: PeriodKind) -> timedelta:
    """How far back figures of a kind of period are counted."""
    return timedelta(days=BACK.get(kind, BACK_ELSE))


def first_told(connection: Connection, group: Group, some: Collection[Lines], today: date) -> dict[int, dict[int, Any]]:
    """By number of the indicator and area the starts of periods and the days on which their figures were first told."""
    since = [today - back(one.one.period) for one in some]
    found: dict[int, dict[int, Any]] = {}
    asked = {
        "indicators": [one.number for one in some], "kinds": [one.letter for one in some], "since": since,
        "areas": group.ids.tolist(), "first": min(since, default=today),
        "provinces": group.provinces,
    }  # fmt: skip
    for row in connection.execute(_TOLD, asked):
        found.setdefault(row.indicator_id, {})[row.area_id] = (_dates(row.starts), _dates(row.days))
    return found


def parts_of(
    connection: Connection, provinces: Collection[str], keys: Collection[tuple[int, int, str, date]]
) -> dict[tuple[int, int, str, date], tuple[float, float]]:
    """Numerators and denominators of figures by number, area, letter and first day; of those that have both."""
    numbers, areas, kinds, starts = (list(column) for column in zip(*keys, strict=True)) if keys else ([], [], [], [])
    rows = connection.execute(
        _PARTS, {"numbers": numbers, "areas": areas, "kinds": kinds, "starts": starts, "provinces": list(provinces)}
    )
    return {(number, area, kind, start): (above, below) for number, area, kind, start, above, below in rows}


def given(connection: Connection, group: Group, numbers: Collection[int], first: date) -> list[Any]:
    """Figures given for the parent of a group with those of its children, since a day."""
    return list(
        connection.execute(
            _GIVEN,
            {
                "code": group.code, "level": group.level, "indicators": list(numbers), "first": first,
                "boundary": group.since.max().astype(object),
            },
        )
    )  # fmt: skip


def sample_end(connection: Connection) -> date | None:
    """The day after the last sample figure of a day, else of a month."""
    rows = connection.execute(
        text(
            "SELECT period_kind, max(newest_start) FROM toancanh.figure_series WHERE sample AND period_kind IN ('D', 'M') GROUP BY 1"
        )
    ).all()
    ends = {kind: periods.restore(kind, start).end for kind, start in rows}
    return ends.get("D") or ends.get("M")


def former(connection: Connection, group: Group) -> tuple[Ints, Floats]:
    """The areas that passed to a group's, and the share of each (columns) that falls to each of the group (rows)."""
    links = passages(connection)
    links = links[(links["level"] == group.level) & links["old_id"].isin(passages_to(links, group.ids))]
    ids = np.unique(links["old_id"].to_numpy(np.int64))
    share = 1.0 / links.groupby("old_id")["new_id"].transform("size")
    for measure in ("area_km2", "population"):
        total = links.groupby("old_id")[measure].transform(lambda column: column.sum(skipna=False))
        share = (links[measure] / total.where(total > 0)).fillna(share)
    table = np.zeros((len(group.ids), len(ids)))
    row = pd.Series(range(len(group.ids)), index=group.ids).reindex(links["new_id"]).to_numpy(float)
    here = np.isfinite(row)
    table[row[here].astype(int), np.searchsorted(ids, links["old_id"].to_numpy(np.int64)[here])] = share.to_numpy(
        float
    )[here]
    return ids, table


def passages_to(links: pd.DataFrame, ids: Ints) -> npt.NDArray[np.int64]:
    """The ended areas of which anything passed to some areas."""
    return np.asarray(links["old_id"][links["new_id"].isin(ids)].unique(), dtype=np.int64)


def unpacked(raw: bytes, form: str) -> npt.NDArray[Any]:
    """Read an array as the database sends it: twenty bytes, then each value after its length; none is null."""
    return np.frombuffer(raw[20:], dtype=[("length", ">i4"), ("value", form)])["value"].astype(form[1:])


def _dates(raw: bytes) -> npt.NDArray[np.datetime64]:
    return EPOCH + unpacked(raw, ">i4").astype("timedelta64[D]")


def _days(told: list[date]) -> npt.NDArray[np.datetime64]:
    return np.array(told, dtype="datetime64[D]")
