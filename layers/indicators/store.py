"""Write observations and targets in bulk; what was known before stays."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert, select, text

from layers.indicators import periods
from layers.indicators.catalogue import load
from layers.indicators.tables import indicator, provenance

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
    ids = indicator_ids(connection)
    count = 0
    driver = connection.connection.driver_connection
    assert driver is not None
    names = ", ".join(_COLUMNS)
    for frame in frames:
        starts = frame["period"].map(_starts(frame["period"]))
        _make_room(connection, frame["province_code"], starts)
        table = pd.DataFrame(
            {
                "province_code": frame["province_code"],
                "indicator_id": frame["indicator"].map(ids),
                "area_id": frame["area_id"],
                "period_kind": frame["period"].map(_kinds(frame["period"])),
                "period_start": starts,
                "known_at": frame["known_at"] if "known_at" in frame else known_at.isoformat(),
                "value": frame["value"],
                "numerator": frame["numerator"],
                "denominator": frame["denominator"],
                "status": frame["status"].map(STATUSES),
                "blank": frame["blank"],
                "warning": frame["warning"],
                "sample": sample,
                "provenance_id": provenance_id,
                "source_row": frame.get("line"),
            }
        )
        with driver.cursor().copy(f"COPY toancanh.observation ({names}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(_csv(table))
        count += len(table)
    return count


def _make_room(connection: Connection, provinces: pd.Series, starts: pd.Series) -> None:
    """Let each province and year, and the country's, have its table of observations."""
    years = starts.str[:4].astype(int)
    pairs = {*zip(provinces, years, strict=True), *(("VN", year) for year in years.unique())}
    connection.execute(
        text(
            "SELECT toancanh.observation_year(p.code, p.year) "
            "FROM unnest((:codes)::text[], (:years)::int[]) AS p (code, year)"
        ),
        {"codes": [code for code, _ in sorted(pairs)], "years": [int(year) for _, year in sorted(pairs)]},
    )


def write_targets(connection: Connection, frame: pd.DataFrame, *, sample: bool) -> int:
    """Copy targets and return how many; one that was adjusted is a further row, known later.

    Columns: indicator, area_id, province_code, period, value (NaN withdraws it), rule, decision and, where they are
    told, plan, trajectory (twelve numbers), decided_on, entered_by.
    """
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
