"""Columns written as binary rows come back as they were: nulls, texts of several lengths, dates and moments."""

import numpy as np
from sqlalchemy import text

from layers.indicators import copying


def test_rows_come_back_as_they_were(engine):
    words = ["", "trễ", "không áp dụng"]
    codes = np.array([1, -1, 0, 2, 1])
    days = np.array(["1999-12-31", "2000-01-01", "2026-10-31", "2024-02-29", "2022-01-01"], dtype="datetime64[D]")
    moments = np.array(["2026-11-12T01:00:00.000001", *["1999-01-01T00:00:00"] * 4], dtype="datetime64[us]")
    values = np.array([1.5, np.nan, -0.0, 1e300, np.nan])
    columns = [
        copying.numbers(np.arange(5) - 2, ">i2"),
        copying.numbers(np.array([1, np.nan, 3, 4, np.nan]), ">i4"),
        copying.numbers(values, ">f8"),
        copying.texts(codes, words),
        copying.dates(days),
        copying.moments(moments),
        copying.flags([True, False, True, True, False]),
    ]
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TEMP TABLE t (a smallint, b int, c float8, d text, e date, f timestamptz, g boolean)")
        )
        driver = connection.connection.driver_connection
        with driver.cursor().copy("COPY t FROM STDIN (FORMAT binary)") as copy:
            copy.write(copying.START)
            for rows in copying.rows(columns):
                copy.write(rows)
            copy.write(copying.END)
        found = connection.execute(text("SELECT a, b, c, d, e, f AT TIME ZONE 'UTC', g FROM t ORDER BY a")).all()
    assert [row[0] for row in found] == [-2, -1, 0, 1, 2]
    assert [row[1] for row in found] == [1, None, 3, 4, None]
    assert [row[2] for row in found] == [1.5, None, 0.0, 1e300, None]
    assert [row[3] for row in found] == ["trễ", None, "", "không áp dụng", "trễ"]
    assert [row[4] for row in found] == days.astype(object).tolist()
    assert [row[5] for row in found] == moments.astype(object).tolist()
    assert [row[6] for row in found] == [True, False, True, True, False]
