"""Quality through the database: what a load doubts at once, what mending takes back, and that a second run changes nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import text

from layers.indicators import quality_store
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, indicator_ids, write

MONTHS = [f"{year}-{month:02d}" for year, months in ((2025, range(7, 13)), (2026, range(1, 10))) for month in months]
TODAY = date(2026, 10, 20)  # September was due on the 6th


def areas(connection) -> list[int]:
    return list(
        connection.execute(text("SELECT id FROM toancanh.area WHERE level = 'commune' ORDER BY code")).scalars()
    )


def tell(connection, frame: pd.DataFrame) -> None:
    known = pd.to_datetime([f"{key}-01" for key in frame["period"]]) + pd.DateOffset(months=1, days=3)
    rows = frame.assign(
        province_code="68", numerator=None, denominator=None, status="final", blank=None, warning=None,
        known_at=frame.get("known_at", pd.Series(known, index=frame.index)).dt.tz_localize("UTC"),
    )  # fmt: skip
    source = add_provenance(connection, "thử")
    write(connection, [rows], provenance_id=source, sample=False, known_at=None)
    refresh(connection)


def flags(connection) -> set[tuple[str, int, str, str]]:
    return {
        (rule, area, code, start.isoformat())
        for rule, area, code, start in connection.execute(text(
            "SELECT f.rule, f.area_id, i.code, f.period_start FROM toancanh.quality_flag f "
            "JOIN toancanh.indicator i ON i.id = f.indicator_id"
        ))
    }  # fmt: skip


def test_planted_mistakes_are_flagged_where_they_are_and_gone_when_mended(bare_engine):
    chance = np.random.default_rng(5)
    with bare_engine.begin() as connection:
        ids = areas(connection)
        codes = ("DL-01", "DL-04")
        tables = {
            code: np.round(
                np.exp(chance.normal(8, 0.5, (len(ids), 1)) + chance.normal(0, 0.1, (len(ids), len(MONTHS))))
            )
            for code in codes
        }
        tables["DL-01"][3, 8] *= 6
        for table in tables.values():
            table[5, 10] = table[5, 9]
        frame = pd.DataFrame(
            [
                (code, ids[row], month, table[row, column])
                for code, table in tables.items()
                for row in range(len(ids))
                for column, month in enumerate(MONTHS)
                if not (row == 7 and column == len(MONTHS) - 1)  # September of one never came
            ],
            columns=["indicator", "area_id", "period", "value"],
        )
        tell(connection, frame)
        parent = connection.execute(text("SELECT id FROM toancanh.area WHERE code = '68'")).scalar_one()
        total = float(tables["DL-01"][:, 2].sum())
        whole = pd.DataFrame([("DL-01", parent, MONTHS[2], total * 1.2)], columns=frame.columns)
        tell(connection, whole.assign(known_at=pd.Timestamp("2025-10-20")))
        quality_store.refresh(connection, today=TODAY)
        first = flags(connection)
        expected = {
            ("outlier", ids[3], "DL-01", "2026-03-01"),
            *(("copy", ids[5], code, "2026-05-01") for code in codes),
            *(("timeliness", ids[7], code, "2026-09-01") for code in codes),
            ("consistency", parent, "DL-01", "2025-09-01"),
        }
        assert expected <= first
        assert len(first - expected) <= 2, first - expected
        assert quality_store.refresh(connection, today=TODAY)[1] == 0, "nothing changed, nothing is written"
        number = indicator_ids(connection)["DL-01"]
        assert quality_store.refresh(connection, {number}, provinces={"68"}, today=TODAY)[1] == 0
        mended = pd.DataFrame([("DL-01", ids[3], MONTHS[8], tables["DL-01"][3, 8] / 6)], columns=frame.columns)
        tell(connection, mended.assign(known_at=pd.Timestamp("2026-10-10")))
        quality_store.refresh(connection, {number}, provinces={"68"}, today=TODAY)
        assert flags(connection) == first - {("outlier", ids[3], "DL-01", "2026-03-01")}
        late = connection.execute(
            text("SELECT score, late, overdue, flags FROM toancanh.quality_area WHERE area_id = :area"),
            {"area": ids[7]},
        ).one()
        assert late.late == 2
        assert late.overdue >= 14
        best = connection.execute(text("SELECT max(score) FROM toancanh.quality_area")).scalar_one()
        assert late.score < best == 100
