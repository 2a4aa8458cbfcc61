"""Write observations and targets in bulk; what was known before stays."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, insert, select, text

from layers.indicators import copying, periods
from layers.indicators.catalogue import load
from layers.indicators.tables import indicator, provenance

_TURN = 20250704  # one transaction at a time changes figures
STATUSES = {"estimate": "E", "preliminary": "P", "final": "F"}

_COLUMNS = [
    "province_code",
    "indicator_id",
    "area_id",
    "period_kind",
    "period_start",
    "known_at",
    "value",
    "numerator",
    "denominator",
    "status",
    "blank",
    "warning",
    "sample",
    "provenance_id",
    "source_row",
]


def indicator_ids(connection: Connection) -> dict[str, int]:
    """Return the number of every code of the catalogue; codes new to the database get theirs now."""
    known = dict(connection.execute(select(indicator.c.code, indicator.c.id)).all())
    fresh = [{"code": one.code} for one in load()[1] if one.code not in known]
    if fresh:
        connection.execute(insert(indicator), fresh)
        known = dict(connection.execute(select(indicator.c.code, indicator.c.id)).all())
    return known


def add_provenance(
    connection: Connection,
    title: str,
    *,
    file: str = "",
    checksum: str = "",
    decision: Mapping[str, object] | None = None,
) -> int:
    """Record where observations come from and for which areas they were taken; return its number."""
    values = {"title": title, "file": file, "checksum": checksum, "decision": decision}
    made = connection.execute(insert(provenance).values(**values).returning(provenance.c.id))
    return int(made.scalar_one())


def wait_for_turn(connection: Connection) -> None:
    """Let one transaction at a time change figures: what follows from them is made of all that is known before it."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TURN})


def write(
    connection: Connection,
    frames: Iterable[pd.DataFrame],
    *,
    provenance_id: int,
    sample: bool,
    known_at: datetime,
) -> int:
    """Copy observations into the database and return how many.

    Frames have the columns indicator (code), area_id, province_code, period (key), value, numerator, denominator,
    status (estimate, preliminary, final), blank, warning and, where they are told, line (of a file) and known_at. A
    row without a value needs a blank.
    """
    wait_for_turn(connection)
    ids = indicator_ids(connection)
    count = 0
    room: set[tuple[str, int]] = set()
    driver = connection.connection.driver_connection
    assert driver is not None
    command = f"COPY toancanh.observation ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT binary)"
    todo = iter(frames)
    frame = next(todo, None)
    while frame is not None:
        _make_room(connection, _lacking(frame, room), room)
        # One COPY as long as there is room, so that the database writes while the next frame is made.
        with driver.cursor().copy(command) as copy:
            copy.write(copying.START)
            while frame is not None and not _lacking(frame, room):
                for rows in copying.rows(_columns(frame, ids, provenance_id, sample, known_at)):
                    copy.write(rows)
                count += len(frame)
                frame = next(todo, None)
            copy.write(copying.END)
    return count


def _columns(
    frame: pd.DataFrame, ids: Mapping[str, int], provenance_id: int, sample: bool, known_at: datetime
) -> list[copying.Column]:
    """The columns of `_COLUMNS` as the database takes them."""
    size = len(frame)
    provinces, codes, period, status, blank, warning = (
        _coded(frame[name]) for name in ("province_code", "indicator", "period", "status", "blank", "warning")
    )
    meant = [periods.parse(name) for name in period[1]]
    when = pd.to_datetime(frame["known_at"] if "known_at" in frame else pd.Series([known_at] * size), utc=True)
    lines = pd.to_numeric(frame["line"]).to_numpy(float) if "line" in frame else np.full(size, np.nan)
    return [
        copying.texts(*provinces),
        copying.numbers(np.array([ids[code] for code in codes[1]])[codes[0]], ">i2"),
        copying.numbers(frame["area_id"].to_numpy(np.int64), ">i4"),
        copying.texts(period[0], [one.letter for one in meant]),
        copying.dates(np.array([one.stored_start for one in meant], dtype="datetime64[D]")[period[0]]),
        copying.moments(when.dt.tz_convert(None).to_numpy("datetime64[us]")),
        *(
            copying.numbers(pd.to_numeric(frame[name]).to_numpy(float), ">f8")
            for name in ("value", "numerator", "denominator")
        ),
        copying.texts(status[0], [STATUSES[word] for word in status[1]]),
        copying.texts(*blank),
        copying.texts(*warning),
        copying.flags(np.full(size, sample)),
        copying.numbers(np.full(size, provenance_id), ">i4"),
        copying.numbers(lines, ">i4"),
    ]


def _coded(column: pd.Series) -> tuple[npt.NDArray[np.integer[Any]], list[str]]:
    """The place of each text among the different ones, -1 where there is none."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, words = pd.factorize(column)
    return codes, list(words)


def _lacking(frame: pd.DataFrame, room: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """The provinces and years of a frame, and the country's years, that are not known to have a table."""
    (codes, provinces), (kept, keys) = _coded(frame["province_code"]), _coded(frame["period"])
    years = np.array([periods.parse(key).stored_start.year for key in keys], dtype=np.int64)
    pairs = {divmod(int(pair), len(provinces)) for pair in np.unique(years[kept] * len(provinces) + codes)}
    found = {(provinces[code], year) for year, code in pairs}
    return (found | {("VN", year) for _, year in found}) - room


def _make_room(connection: Connection, lacking: set[tuple[str, int]], room: set[tuple[str, int]]) -> None:
    """Let provinces have tables of observations for years; `room` is what is known to be there."""
    pairs = sorted(lacking)
    connection.execute(
        text(
            "SELECT toancanh.observation_year(p.code, p.year) "
            "FROM unnest((:codes)::text[], (:years)::int[]) AS p (code, year)"
        ),
        {"codes": [code for code, _ in pairs], "years": [year for _, year in pairs]},
    )
    room.update(pairs)


def write_targets(connection: Connection, frame: pd.DataFrame, *, sample: bool) -> int:
    """Copy targets and return how many; one that was adjusted is a further row, known later.

    Columns: indicator, area_id, province_code, period, value (NaN withdraws it), rule, decision and, where they are
    told, plan, trajectory (twelve numbers), decided_on, entered_by, known_at.
    """
    wait_for_turn(connection)
    ids = indicator_ids(connection)
    table = pd.DataFrame(
        {
            "province_code": frame["province_code"],
            "indicator_id": frame["indicator"].map(ids),
            "area_id": frame["area_id"],
            "period_kind": frame["period"].map(_kinds(frame["period"])),
            "period_start": frame["period"].map(_starts(frame["period"])),
            "value": frame["value"],
            "rule": frame["rule"],
            "decision": frame["decision"],
            "sample": sample,
            "plan": frame.get("plan", ""),
            "trajectory": frame["trajectory"].map(array) if "trajectory" in frame else None,
            "decided_on": frame.get("decided_on"),
            "entered_by": frame.get("entered_by", ""),
            **({"known_at": frame["known_at"]} if "known_at" in frame else {}),
        }
    )
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(
        f"COPY toancanh.target ({', '.join(table.columns)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (plan, decision, entered_by))"
    ) as copy:
        copy.write(_csv(table))
    return len(table)


def array(values: Iterable[float] | None) -> str | None:
    """Write numbers as PostgreSQL reads an array; None stays nothing."""
    return None if values is None else "{" + ",".join(map(repr, map(float, values))) + "}"


def analyse(connection: Connection) -> None:
    """Let the planner know what was written."""
    connection.execute(text("ANALYZE toancanh.observation"))


def _kinds(keys: pd.Series) -> dict[str, str]:
    return {key: periods.parse(key).letter for key in keys.unique()}


def _starts(keys: pd.Series) -> dict[str, str]:
    return {key: periods.parse(key).stored_start.isoformat() for key in keys.unique()}


def _csv(table: pd.DataFrame) -> str:
    text_ = io.StringIO()
    table.to_csv(text_, header=False, index=False)
    return text_.getvalue()
