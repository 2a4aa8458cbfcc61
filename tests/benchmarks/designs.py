"""Ways to keep observations, side by side: size, the four reads of the screen, and one changed value. On request only."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from harness import Bench, Row

GROUP = "Designs of observations"
MONTHS, PROVINCES, COMMUNES = 24, 34, 98  # 34 × 98 = 3,332 communes
TRIES = 150

_FIGURES = """
SELECT i AS indicator_id, p * 1000 + c AS area_id, p AS province, (DATE '2024-11-01' + m * INTERVAL '1 month')::date AS start,
       ((i * 7919 + (p * 1000 + c) * 104729::bigint + m * 31) % 9973) / 100.0::float8 AS value
FROM generate_series(1, {indicators}) i, generate_series(1, {provinces}) p, generate_series(1, {communes}) c,
     generate_series(0, {months} - 1) m
"""
_COLUMNS = (
    "(province smallint, indicator_id smallint, area_id int, kind \"char\" DEFAULT 'M', start date, known_at timestamptz "
    "DEFAULT now(), value float8, numerator float8, denominator float8, status \"char\" DEFAULT 'F', provenance_id int DEFAULT 1)"
)
_INTO = "INSERT INTO d.{table} (province, indicator_id, area_id, start, value) SELECT province, indicator_id, area_id, start, value FROM ({figures}) f"
_NEWEST = "SELECT DISTINCT ON ({by}) {by}, value FROM d.{table} WHERE {where} ORDER BY {by}, known_at DESC"


@dataclass(frozen=True, kw_only=True)
class Design:
    """How to make it, how to read it (each a statement over i, p, a, s), how to change one value."""

    name: str
    make: tuple[str, ...]
    reads: Mapping[str, str]
    change: tuple[str, ...]
    tables: str = field(default="")


def _rows(table: str, *, areas: str = "area_id", journal: bool = True) -> dict[str, str]:
    def read(by: str, where: str) -> str:
        if journal:
            return _NEWEST.format(by=by, table=table, where=where)
        return f"SELECT {by}, value FROM d.{table} WHERE {where}"

    return {
        "slice of the nation": read("area_id", "indicator_id = %(i)s AND start = %(s)s"),
        "slice of a province": read("area_id", "indicator_id = %(i)s AND start = %(s)s AND province = %(p)s"),
        "series": read("start", "indicator_id = %(i)s AND area_id = %(a)s AND province = %(p)s"),
        "profile": read("indicator_id", "area_id = %(a)s AND start = %(s)s AND province = %(p)s"),
    }


_ADD = (
    "INSERT INTO d.{table} (province, indicator_id, area_id, start, value, known_at) "
    "VALUES (%(p)s, %(i)s, %(a)s, %(s)s, random(), clock_timestamp())"
)
_KEY = "PRIMARY KEY (province, indicator_id, area_id, kind, start, known_at)"


def _designs(size: Mapping[str, int]) -> list[Design]:
    figures = _FIGURES.format(**size)

    def into(table: str) -> str:
        return _INTO.format(table=table, figures=figures)

    years = range(2024, 2027)
    partitions = [f"CREATE TABLE d.parts_{p} PARTITION OF d.parts FOR VALUES IN ({p}) PARTITION BY RANGE (start)"
                  for p in range(1, size["provinces"] + 1)]  # fmt: skip
    partitions += [
        f"CREATE TABLE d.parts_{p}_{y} PARTITION OF d.parts_{p} FOR VALUES FROM ('{y}-01-01') TO ('{y + 1}-01-01')"
        for p in range(1, size["provinces"] + 1) for y in years
    ]  # fmt: skip
    slices = (
        "CREATE TABLE d.slices AS SELECT indicator_id, province, start, array_agg(area_id ORDER BY area_id) AS areas, "
        f"array_agg(value ORDER BY area_id) AS figures FROM ({figures}) f GROUP BY 1, 2, 3",
        "ALTER TABLE d.slices ADD PRIMARY KEY (indicator_id, province, start)",
    )
    series = (
        "CREATE TABLE d.series AS SELECT area_id, indicator_id, array_agg(start ORDER BY start DESC) AS starts, array_agg(value "
        f"ORDER BY start DESC) AS figures, max(start) AS newest, 0::float8 AS newest_value FROM ({figures}) f GROUP BY 1, 2",
        "ALTER TABLE d.series ADD PRIMARY KEY (area_id, indicator_id) INCLUDE (newest, newest_value)",
    )
    to_slice = (
        "UPDATE d.slices SET figures[array_position(areas, %(a)s)] = random() "
        "WHERE indicator_id = %(i)s AND province = %(p)s AND start = %(s)s"
    )
    to_series = "UPDATE d.series SET figures[array_position(starts, %(s)s::date)] = random() WHERE area_id = %(a)s AND indicator_id = %(i)s"
    from_slices = {
        "slice of the nation": "SELECT areas, figures FROM d.slices WHERE indicator_id = %(i)s AND start = %(s)s",
        "slice of a province": "SELECT areas, figures FROM d.slices WHERE indicator_id = %(i)s AND start = %(s)s AND province = %(p)s",
    }
    from_series = {
        "series": "SELECT starts, figures FROM d.series WHERE area_id = %(a)s AND indicator_id = %(i)s",
        "profile": "SELECT indicator_id, newest, newest_value FROM d.series WHERE area_id = %(a)s",
    }
    journal = _rows("parts")
    return [
        Design(
            name="one table, text keys", tables="words",
            make=(
                "CREATE TABLE d.words AS SELECT lpad(province::text, 2, '0') AS province, 'KT-' || lpad(indicator_id::text, 3, '0') AS "
                "indicator_id, lpad(area_id::text, 5, '0') AS area_id, to_char(start, 'YYYY-MM') AS start, now() AS known_at, value "
                f"FROM ({figures}) f",
                "ALTER TABLE d.words ADD PRIMARY KEY (indicator_id, area_id, start, known_at)",
            ),
            reads={
                name: words.replace("%(i)s", "'KT-' || lpad(%(i)s::text, 3, '0')").replace("%(a)s", "lpad(%(a)s::text, 5, '0')")
                .replace("%(s)s", "to_char(%(s)s::date, 'YYYY-MM')").replace("%(p)s", "lpad(%(p)s::text, 2, '0')")
                for name, words in _rows("words").items()
            },
            change=(),
        ),
        Design(
            name="one journal, whole keys", tables="journal",
            make=(f"CREATE TABLE d.journal {_COLUMNS}", into("journal"), f"ALTER TABLE d.journal ADD {_KEY}"),
            reads=_rows("journal"), change=(_ADD.format(table="journal"),),
        ),
        Design(
            name="one table without history, two covering indexes", tables="covered",
            make=(
                f"CREATE TABLE d.covered {_COLUMNS}", into("covered"),
                "CREATE INDEX ON d.covered (indicator_id, start, province, area_id) INCLUDE (value)",
                "CREATE INDEX ON d.covered (area_id, indicator_id, start, province) INCLUDE (value)",
            ),
            reads=_rows("covered", journal=False), change=(_ADD.format(table="covered"),),
        ),
        Design(
            name="journal by province and year", tables="parts",
            make=(f"CREATE TABLE d.parts {_COLUMNS} PARTITION BY LIST (province)", *partitions, into("parts"), f"ALTER TABLE d.parts ADD {_KEY}"),
            reads=journal, change=(_ADD.format(table="parts"),),
        ),
        Design(name="a row a slice", tables="slices", make=slices, reads=from_slices, change=(to_slice,)),
        Design(name="a row a series", tables="series", make=series, reads=from_series, change=(to_series,)),
        Design(
            name="chosen: journal by province and year, with slices and series beside it", tables="parts|slices|series",
            make=(), reads=from_slices | from_series, change=(_ADD.format(table="parts"), to_slice, to_series),
        ),
    ]  # fmt: skip


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group; the tables are made in a schema of their own and dropped at the end."""
    size = {"indicators": 8 if bench.quick else 283, "months": MONTHS, "provinces": PROVINCES, "communes": COMMUNES}
    rows: list[Row] = []
    with psycopg.connect(bench.dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS d CASCADE")
        connection.execute("CREATE SCHEMA d")
        connection.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SET synchronous_commit = off")
        try:
            for design in _designs(size):
                bench.say(f"designs: {design.name}")
                begun = time.perf_counter()
                for statement in design.make:
                    connection.execute(statement)  # type: ignore[arg-type]
                took = time.perf_counter() - begun
                connection.execute("RESET work_mem")
                for table in design.tables.split("|"):
                    connection.execute(f"VACUUM (ANALYZE) d.{table}")  # type: ignore[arg-type]
                rows += _measured(connection, design, size, took)
        finally:
            connection.execute("DROP SCHEMA d CASCADE")
    return rows


def _measured(connection: psycopg.Connection[Any], design: Design, size: Mapping[str, int], took: float) -> list[Row]:
    def row(name: str, unit: str, value: float) -> Row:
        return Row(group=GROUP, name=f"{design.name}: {name}", unit=unit, product=value)

    kept = connection.execute(
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'd' AND c.relkind = 'r' AND c.relname ~ %(like)s",
        {"like": f"^({design.tables})(_|$)"},
    ).fetchone()
    found = [row("on disk", "MB", float(kept[0] if kept else 0) / 1e6)]
    if design.make:
        found.append(row("made in", "s", took))
    for name, statement in design.reads.items():
        found.append(row(name, "ms", _median(size, lambda at, s=statement: connection.execute(s, at).fetchall())))
    if design.change:

        def change(at: Mapping[str, Any]) -> None:
            with connection.transaction():
                for statement in design.change:
                    connection.execute(statement, at)  # type: ignore[arg-type]

        found.append(row("one value changed", "ms", _median(size, change)))
    return found


def _median(size: Mapping[str, int], work: Callable[[Mapping[str, Any]], object]) -> float:
    rng = random.Random(68)
    times = []
    for _ in range(TRIES):
        province = rng.randint(1, size["provinces"])
        month = rng.randrange(size["months"])
        year, number = divmod(2024 * 12 + 10 + month, 12)
        at = {"i": rng.randint(1, size["indicators"]), "p": province, "s": f"{year}-{number + 1:02}-01",
              "a": province * 1000 + rng.randint(1, size["communes"])}  # fmt: skip
        begun = time.perf_counter()
        work(at)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
