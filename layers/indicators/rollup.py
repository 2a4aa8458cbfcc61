"""What follows from figures by each indicator's own rule: longer periods, ratios, areas above; pictures and series."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from geo.errors import Problem
from layers.indicators.catalogue import Indicator, load
from layers.indicators.longer import STAGES, Longer, longer_of, part_rules
from layers.indicators.rollup_sql import (
    CALENDAR,
    DERIVE,
    FILL_CALENDAR,
    KNOWN,
    LENGTHEN,
    LEVEL,
    NEWEST,
    ROLL_UP,
    SERIES,
)
from layers.indicators.store import indicator_ids, wait_for_turn
from layers.indicators.tables import partition

Progress = Callable[[int, int], None]
"""Called with the provinces that are done and all there are."""


def refresh(
    connection: Connection,
    indicators: Collection[int] | None = None,
    *,
    starts: Collection[date] | None = None,
    provinces: Collection[str] | None = None,
    country: bool = True,
) -> int:
    """Bring everything that follows from observations up to date, for some indicators (by number) or all; how much was not.

    Level by level from communes to the country: longer periods, ratios of indicators, areas above. `starts` are the
    first days of the periods that changed: only they and the longer periods that hold them are read. `provinces` are
    the ones whose figures changed; `country` is made from them. What is right already is not written again, so that
    making everything anew leaves no trace.
    """
    wait_for_turn(connection)
    work = _Work(connection, indicators, starts)
    there: dict[str, list[str]] = {}
    for code, level in connection.execute(_LEVELS):
        if provinces is None or code in provinces:
            there.setdefault(code, []).append(level)
    connection.execute(text("; ".join(f"SET LOCAL {name} = {how}" for name, how in _planned(starts).items())))
    for code, levels in there.items():
        for level in levels:
            work.step(level, code)
    if country:
        work.country()
    for code in (*there, *(["VN"] if country else [])):
        work.series(code)
    connection.execute(text("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _planned(starts))))
    return work.written


def _planned(starts: Collection[date] | None) -> dict[str, str]:
    """How the database is to plan: along the keys, because sorting everything takes longer.

    Where everything is read, what is there is compared with what should be by one pass over both: the planner takes
    lists of indicators for one row, and would read all that is there again for each row.
    """
    found = {"enable_sort": "off", "work_mem": "'256MB'", "jit": "off"}
    return found if starts is not None else {**found, "enable_nestloop": "off"}


def rebuild(engine: Engine, provinces: Collection[str] | None = None, progress: Progress = lambda *_: None) -> int:
    """Make everything anew that follows from observations, each province in a transaction of its own; how much was wrong.

    Loads wait for one province at the longest; stopped half-way it leaves what is right and can be begun again.
    Raises Problem, and does nothing, where a province is not known.
    """
    with engine.connect() as connection:
        there = list(connection.execute(_PROVINCES).scalars())
    if unknown := sorted({*(provinces or ())} - {*there}):
        named = ", ".join(unknown)
        raise Problem(f"Không có tỉnh mang mã “{named}”.", f"There is no province with the code “{named}”.")
    codes = [code for code in there if provinces is None or code in provinces]
    written = 0
    for done, code in enumerate(codes):
        progress(done, len(codes))
        with engine.begin() as connection:
            written += refresh(connection, provinces=[code], country=False)
    with engine.begin() as connection:
        written += refresh(connection, provinces=[])
    progress(len(codes), len(codes))
    return written


_PROVINCES = text("SELECT DISTINCT province_code FROM toancanh.area WHERE level = 'province' ORDER BY 1")
_LEVELS = text(
    "SELECT DISTINCT province_code, level FROM toancanh.area WHERE level IN ('commune', 'district', 'province') "
    "ORDER BY province_code, level"
)
_JOURNAL = "toancanh.observation"
EVER = (date(1970, 1, 1), date(2100, 1, 1))  # years that figures can be for


class _Work:
    """The statements of one refresh, each with what it is bound to."""

    def __init__(self, connection: Connection, indicators: Collection[int] | None, starts: Collection[date] | None):
        self.connection = connection
        self.written = 0
        numbers = indicator_ids(connection)
        touched = set(numbers.values()) if indicators is None else set(indicators)
        listed = load()[1]
        ratios = [one for one in listed if one.space_rule == "ratio" and one.numerator and one.denominator]
        ratios = [one for one in ratios if {numbers[one.numerator], numbers[one.denominator]} & touched]
        touched |= {numbers[one.code] for one in ratios}
        self.rolled = [one for one in listed if numbers[one.code] in touched]
        self.numbers = numbers
        self.starts = None if starts is None else set(starts)
        if self.starts is not None:
            for kinds in STAGES:
                self.starts |= {start for kind in kinds for start, _ in kind.spans(self.starts)}
        self._calendar()
        self.derived = {
            "ratios": [numbers[one.code] for one in ratios],
            "numerators": [numbers[one.numerator] for one in ratios],
            "denominators": [numbers[one.denominator] for one in ratios],
            "scales": [one.scale for one in ratios],
        }
        self.summed = {
            "ids": [numbers[one.code] for one in self.rolled],
            "rules": [one.space_rule for one in self.rolled],
            "scales": [one.scale if one.space_rule == "ratio" else 1.0 for one in self.rolled],
        }

    def _calendar(self) -> None:
        self.connection.execute(text(CALENDAR))
        self.connection.execute(text("TRUNCATE pg_temp.longer"))
        for kind in (kind for kinds in STAGES for kind in kinds):
            spans = [EVER] if self.starts is None else kind.spans(self.starts)
            statement = FILL_CALENDAR.format(shorter=kind.shorter, step=kind.step, longer=kind.sql())
            self.connection.execute(text(statement), {"low": min(spans)[0], "high": max(end for _, end in spans)})

    def step(self, level: str, province: str) -> None:
        """Make what follows at a level of a province, and the level above from it."""
        own = partition(province)
        self._here(own, level, province)
        if level != "province":
            self._roll_up(own, own, {"level": level, "province": province, "country": False})

    def country(self) -> None:
        """Make the country from its provinces."""
        self._roll_up(_JOURNAL, partition("VN"), {"level": "province", "province": None, "country": True})
        self._here(partition("VN"), "country", "VN")

    def _here(self, own: str, level: str, province: str) -> None:
        """Longer periods and ratios of areas by themselves: a ratio is a part of longer ones, and they of ratios."""
        here = {"level": level, "province": province}
        self._derive(own, here)
        for kinds in STAGES:
            made = [self._lengthen(kind, own, here) for kind in kinds]
            if any(made):
                self._derive(own, here)

    def series(self, province: str) -> None:
        """Make the series of a province's areas anew where their figures changed."""
        known = KNOWN.format(own=partition(province), periods="", level="")
        self.connection.execute(text(SERIES.format(known=known)), {"ids": self.summed["ids"], "province": province})

    def _lengthen(self, kind: Longer, own: str, here: dict[str, Any]) -> bool:
        """Make longer periods; whether any was made."""
        some = [one for one in self.rolled if kind in longer_of(one)]
        bound: dict[str, Any] = {**here, **self._rules(some), "shorter": kind.shorter, "longer": list(kind.longer)}
        read, made, wanted = "AND o.period_kind = :shorter", "AND o.period_kind = ANY(:longer)", ""
        if self.starts is not None:
            spans = kind.spans(self.starts)
            bound |= {"low": spans[0][0], "high": max(end for _, end in spans), "wanted": [start for start, _ in spans]}
            read += " AND o.period_start >= :low AND o.period_start < :high"
            made += " AND o.period_start = ANY(:wanted)"
            wanted = "AND k.start = ANY(:wanted)"
        if not some:
            return False
        statement = LENGTHEN.format(
            own=own, wanted=wanted, parts=KNOWN.format(own=own, periods=read, level=LEVEL),
            there=KNOWN.format(own=own, periods=made, level=LEVEL),
        )  # fmt: skip
        return self._write(statement, bound) > 0

    def _rules(self, some: list[Indicator]) -> dict[str, Any]:
        parts = [part_rules(one) for one in some]
        return {
            "ids": [self.numbers[one.code] for one in some],
            "rules": [one.time_rule for one in some],
            "aboves": [above for above, _ in parts],
            "belows": [below for _, below in parts],
            "scales": [one.scale if one.space_rule == "ratio" else 1.0 for one in some],
            "divideds": [one.space_rule in ("ratio", "weighted_mean") for one in some],
        }

    def _derive(self, own: str, here: dict[str, Any]) -> None:
        if self.derived["ratios"]:
            statement = DERIVE.format(own=own, newest=self._known(own, "i.indicator_id"))
            self._write(statement, {**self.derived, **here, **self._bound()})

    def _roll_up(self, journal: str, own: str, here: dict[str, Any]) -> None:
        statement = ROLL_UP.format(own=own, newest=self._known(journal, "r.indicator_id"))
        self._write(statement, {**self.summed, **here, **self._bound()})

    def _write(self, statement: str, bound: dict[str, Any]) -> int:
        count = self.connection.execute(text(statement), bound).rowcount
        self.written += count
        return count

    def _known(self, journal: str, indicator: str) -> str:
        return _newest(journal, indicator, "" if self.starts is None else "AND o.period_start = ANY(:starts)")

    def _bound(self) -> dict[str, Any]:
        return {} if self.starts is None else {"starts": sorted(self.starts)}


def _newest(journal: str, indicator: str, periods: str = "") -> str:
    return NEWEST.format(journal=journal, indicator=indicator, periods=periods)
