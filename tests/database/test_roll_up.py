"""Roll-up: what a change makes of its own periods is what making everything anew gives."""

from __future__ import annotations

import random

from sqlalchemy import text

from layers.indicators.catalogue import load
from layers.indicators.rollup import refresh
from layers.indicators.store import indicator_ids

NEWEST = """
SELECT DISTINCT ON (o.indicator_id, o.area_id, o.period_kind, o.period_start) o.indicator_id, o.area_id, o.period_kind,
       o.period_start, o.value, o.numerator, o.denominator, o.blank, o.children, o.children_of, o.warning, o.sample
FROM toancanh.observation o WHERE o.indicator_id = ANY(:ids)
ORDER BY o.indicator_id, o.area_id, o.period_kind, o.period_start, o.known_at DESC
"""
SLICES = """
SELECT indicator_id, level, within, boundary, period_kind, period_start, area_ids, area_values, blanks, warnings, sample
FROM toancanh.figure_slice WHERE indicator_id = ANY(:ids) ORDER BY 1, 2, 3, 4, 5, 6
"""
CHANGE = text(
    "INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, period_start, known_at, value, "
    "numerator, denominator, blank) SELECT province_code, indicator_id, area_id, period_kind, period_start, "
    "clock_timestamp(), CAST(:value AS float8), CAST(:value AS float8) * denominator, denominator, :blank "
    "FROM toancanh.observation WHERE (indicator_id, area_id, period_kind, period_start) = (:number, :area, :kind, :start) "
    "ORDER BY known_at DESC LIMIT 1"
)


def picture(connection, ids):
    bound = {"ids": sorted(ids)}
    return [connection.execute(text(words), bound).all() for words in (NEWEST, SLICES)]


def families(numbers):
    """Return the numbers of one indicator of each rule and of all parts of ratios, and of the ratios themselves."""
    listed = load()[1]
    ratios = [one for one in listed if one.space_rule == "ratio" and one.numerator and one.denominator]
    parts = {code for one in ratios for code in (one.numerator, one.denominator)}
    alone = {one.space_rule: one.code for one in listed if one.code not in parts and one not in ratios}
    return sorted(numbers[code] for code in {*alone.values(), *parts}), {numbers[one.code] for one in ratios}


def test_what_a_change_makes_is_what_making_all_anew_gives(demo_engine, demo_toancanh):
    chance = random.Random(68)
    with demo_engine.connect() as connection:
        numbers = indicator_ids(connection)
        chosen, ratios = families(numbers)
        figures = connection.execute(
            text(
                "SELECT o.indicator_id, o.area_id, o.period_kind, o.period_start FROM toancanh.observation o "
                "JOIN toancanh.area a ON a.id = o.area_id WHERE a.level = 'commune' AND o.province_code = '68' "
                "AND o.indicator_id = ANY(:ids) "
                "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
            ),
            {"ids": chosen},
        ).all()
        changed = chance.sample(figures, 60)
        # A whole month falls blank, too: its parent may then no longer be told.
        number, _, kind, start = chance.choice(figures)
        changed += [row for row in figures if (row[0], row[2], row[3]) == (number, kind, start)][:40]
        for number, area, kind, start in changed:
            blank = chance.random() < 0.3
            connection.execute(
                CHANGE,
                {
                    "number": number, "area": area, "kind": kind, "start": start,
                    "value": None if blank else round(chance.uniform(1, 500), 1), "blank": "late" if blank else None,
                },
            )  # fmt: skip
        refresh(connection, {row[0] for row in changed}, starts={row[3] for row in changed}, provinces={"68"})
        concerned = {*chosen, *ratios}
        told = picture(connection, concerned)
        connection.commit()
        # Each province is a transaction of its own, so that whoever loads figures meanwhile waits for one at most.
        made = demo_toancanh("indicators", "rebuild", "--province", "68").stdout
        assert "đều đúng" in made, "a change left something that follows from it as it was"
        assert picture(connection, concerned) == told
        connection.execute(
            text(
                "DELETE FROM toancanh.observation "
                "WHERE province_code = '68' AND children IS NOT NULL AND indicator_id = ANY(:ids)"
            ),
            {"ids": sorted(concerned)},
        )
        connection.execute(
            text("DELETE FROM toancanh.figure_slice WHERE within = '68' AND indicator_id = ANY(:ids)"),
            {"ids": sorted(concerned)},
        )
        connection.commit()
        assert "được sửa cho đúng" in demo_toancanh("indicators", "rebuild", "--province", "68").stdout
        assert picture(connection, concerned)[1] == told[1]
        refused = demo_toancanh("indicators", "rebuild", "--province", "99")
        assert refused.returncode == 1
        assert "Không có tỉnh mang mã “99”" in refused.stderr
