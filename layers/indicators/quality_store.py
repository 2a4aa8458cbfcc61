"""Flags and measures of quality made anew from figures: of what a load touched, or of everything."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Table, text

from layers.indicators.catalogue import Indicator, load
from layers.indicators.quality_counting import Measure, counted
from layers.indicators.quality_read import Group, Lines, first_told, former, given, groups, lines, parts_of, sample_end
from layers.indicators.quality_read import back as counted_back
from layers.indicators.quality_rules import (
    Flag,
    contradicting,
    copying,
    leaping,
    meant,
    outlying,
    where,
)
from layers.indicators.quality_sql import standings
from layers.indicators.quality_tables import quality_area, quality_flag, quality_measure
from layers.indicators.store import indicator_ids

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
MERGED = {"D": "M", "W": "M", "M": "M", "Q": "Q", "T": "T", "m": "m", "c": "c", "q": "q"}
"""The letter of the periods that are compared across a merger, by that of the indicator."""


@dataclass(kw_only=True)
class Work:
    """What is made for one group of areas."""

    flags: list[Flag] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)


def refresh(
    connection: Connection,
    indicators: Collection[int] | None = None,
    *,
    provinces: Collection[str] | None = None,
    today: date | None = None,
) -> tuple[int, int]:
    """Make flags and measures of the areas that stand anew; return how many flags there are and how many rows changed.

    `indicators` (by number) are what changed: all of their modules are looked at, because forms are handed in whole.
    `provinces` are where; the provinces of the country are one group of their own.
    """
    today = today or datetime.now(VIET_NAM).date()
    book = {
        number: one for one in load()[1] for number in [indicator_ids(connection).get(one.code)] if number is not None
    }
    if indicators is not None:
        touched = {book[number].module for number in indicators if number in book}
        book = {number: one for number, one in book.items() if one.module in touched}
    end = sample_end(connection)
    count = changed = 0
    for group in groups(connection, None if provinces is None else {*provinces, "VN"}):
        mine = {number: one for number, one in book.items() if one.lowest_level == group.level}
        work = _examine(connection, group, mine, book, today, min(today, end) if end else today)
        count += len(work.flags)
        changed += _keep(connection, group, book, work)
    return count, changed + (_forget(connection, book) if indicators is None and provinces is None else 0)


def _forget(connection: Connection, book: Mapping[int, Indicator]) -> int:
    """Remove what is told of areas that ended and of indicators that the catalogue has no longer."""
    gone = "indicator_id <> ALL(:book) OR area_id IN (SELECT id FROM toancanh.area WHERE valid_to IS NOT NULL)"
    asked = {"book": list(book)}
    count = 0
    for table in (quality_flag, quality_measure):
        found = int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {gone}"), asked).scalar_one())
        if found:
            connection.execute(text(f"DELETE FROM {table} WHERE {gone}"), asked)
        count += found
    return count


def _examine(
    connection: Connection,
    group: Group,
    mine: Mapping[int, Indicator],
    book: Mapping[int, Indicator],
    today: date,
    sample_day: date,
) -> Work:
    work = Work()
    letters = {number: one.letter for number, one in mine.items()}
    there = list(lines(connection, group.ids, mine, letters))
    told = first_told(connection, group, there, min(today, sample_day))
    codes = {line.one.code for line in there}
    there = [line for line in there if not _follows(line, codes, told)]
    doubted = _doubted(connection, group, there, work)
    for line in there:
        day = sample_day if line.sample else today
        measures, flags = counted(group, line, told.get(line.number, {}), doubted[line.number], day)
        work.measures += measures
        work.flags += flags
    _merged(connection, group, mine, work)
    first = min(today, sample_day) - counted_back("year")
    work.flags += contradicting(given(connection, group, list(book), first), book)
    return work


def _follows(line: Lines, codes: Collection[str], told: Mapping[int, Any]) -> bool:
    """Whether the line is reckoned from two others, which are looked at themselves."""
    return line.one.is_ratio and {line.one.numerator, line.one.denominator} <= set(codes) and line.number not in told


def _doubted(connection: Connection, group: Group, there: Sequence[Lines], work: Work) -> dict[int, Any]:
    """Where values are doubted, by number of the indicator."""
    book = {line.number: line.one for line in there}
    found = [flag for line in there for flag in outlying(group, line)]
    keys = [
        (flag.number, flag.area, flag.period.letter, flag.period.stored_start)
        for flag in found
        if book[flag.number].is_ratio
    ]
    found = meant(found, parts_of(connection, group.provinces, keys), book)
    work.flags += found
    forms: dict[tuple[str, str], list[Lines]] = defaultdict(list)
    masks: dict[int, Any] = {}
    for line in there:
        masks[line.number] = where([flag for flag in found if flag.number == line.number], group, line)
        forms[line.one.module, line.letter].append(line)
    for some in forms.values():
        copies, flags = copying(group, some)
        work.flags += flags
        for number, mask in copies.items():
            masks[number] = masks[number] | mask
    return masks


def _merged(connection: Connection, group: Group, mine: Mapping[int, Indicator], work: Work) -> None:
    letters = {
        number: MERGED[one.letter] for number, one in mine.items() if one.space_rule == "sum" and one.letter in MERGED
    }
    ids, share = former(connection, group)
    if not len(ids) or not letters:
        return
    after = {line.number: line for line in lines(connection, group.ids, mine, letters)}
    told = connection.execute(text("SELECT id, code FROM toancanh.area WHERE id = ANY(:ids)"), {"ids": ids.tolist()})
    names = {int(number): str(code) for number, code in told}
    largest = np.argsort(-share, axis=1, kind="stable")
    codes = [[names[int(ids[at])] for at in order if share[row, at] > 0] for row, order in enumerate(largest)]
    for line in lines(connection, ids, mine, letters):
        if line.number in after:
            work.flags += leaping(group, line, after[line.number], share, codes)


def _keep(connection: Connection, group: Group, book: Mapping[int, Indicator], work: Work) -> int:
    """Write what is new or other than before and remove what no longer holds; return how many rows that were."""
    flags = {
        (flag.area, flag.number, flag.period.letter, flag.period.stored_start, flag.rule): (json.dumps(flag.evidence),)
        for flag in work.flags
    }
    measures = {(one.area, one.number, one.owner): one[3:] for one in work.measures}
    scope = {"areas": group.ids.tolist(), "indicators": list(book), "code": group.code}
    changed = sum(
        _sync(connection, table, [(*key, *rest) for key, rest in found.items()], scope)
        for table, found in ((quality_flag, flags), (quality_measure, measures))
    )
    return changed + _stand(connection, group, scope)


def _stand(connection: Connection, group: Group, scope: dict[str, Any]) -> int:
    """Sum up how the areas of a group stand with the indicators that everyone may know of."""
    known = indicator_ids(connection)
    public = [known[one.code] for one in load()[1] if one.public]
    asked = {"areas": group.ids.tolist(), "indicators": public}
    flags = {int(area): int(count) for area, count in connection.execute(_FLAGS_OF, asked)}
    rows = connection.execute(text(standings("a.id", ":areas", ":indicators")), asked)
    return _sync(
        connection,
        quality_area,
        [
            (
                row.place, row.score, row.completeness, row.timeliness, row.soundness, row.newest, row.days, row.as_of, row.overdue,
                row.late, flags.get(row.place, 0), row.sample,
            )
            for row in rows
        ],
        scope,
    )  # fmt: skip


_FLAGS_OF = text(
    "SELECT area_id, count(*) FROM toancanh.quality_flag WHERE area_id = ANY(:areas) AND indicator_id = ANY(:indicators) "
    "GROUP BY 1"
)
# What contradicts the areas inside is doubted of the parent, with its children; all else of the areas themselves.
_OF_PARENT = """
(t.rule = 'consistency' AND t.area_id IN
  (SELECT id FROM toancanh.area WHERE code = :code AND valid_to IS NULL AND level IN ('province', 'country')))
OR (t.rule <> 'consistency' AND t.area_id = ANY(:areas))
"""


def _sync(connection: Connection, table: Table, rows: list[tuple[Any, ...]], scope: dict[str, Any]) -> int:
    """Let a table have these rows and no others in a scope; statements run only where they change something."""
    names = [column.name for column in table.columns if column.name != "found_at"]
    keys = [column.name for column in table.primary_key.columns]
    rest = [name for name in names if name not in keys]
    driver = cast(Any, connection.connection.driver_connection)
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.quality_now"))
    connection.execute(
        text(f"CREATE TEMP TABLE quality_now ON COMMIT DROP AS SELECT {', '.join(names)} FROM {table} WHERE false")
    )
    with driver.cursor().copy(f"COPY pg_temp.quality_now ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    same = " AND ".join(f"n.{key} = t.{key}" for key in keys)
    mine = _OF_PARENT if table is quality_flag else "t.area_id = ANY(:areas)"
    if "indicator_id" in keys:
        mine = f"t.indicator_id = ANY(:indicators) AND ({mine})"
    gone = f"FROM {table} t WHERE {mine} AND NOT EXISTS (SELECT FROM pg_temp.quality_now n WHERE {same})"
    ours, theirs = (", ".join(f"{alias}.{name}" for name in rest) for alias in "nt")
    new = f"FROM pg_temp.quality_now n LEFT JOIN {table} t ON {same} WHERE t.area_id IS NULL OR ({ours}) IS DISTINCT FROM ({theirs})"
    counts = []
    for words, statement in (
        (gone, f"DELETE {gone}"),
        (new, f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(f'n.{name}' for name in names)} {new} "
              f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)}"),
    ):  # fmt: skip
        counts.append(int(connection.execute(text(f"SELECT count(*) {words}"), scope).scalar_one()))
        if counts[-1]:
            connection.execute(text(statement), scope)
    return sum(counts)
