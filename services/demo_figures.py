"""Which sample figures a demonstration has: the newest at once, the rest of five years afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from boundaries import register
from boundaries.vintages import CURRENT, VINTAGES, Vintage
from layers.indicators import periods
from layers.indicators.catalogue import FIRST_INDICATORS, Indicator, load
from layers.indicators.periods import PeriodKind
from layers.indicators.sample import Span, iter_sample
from layers.indicators.sample_areas import former, today
from layers.indicators.sample_model import Model
from layers.indicators.sample_targets import iter_targets
from layers.indicators.store import write, write_targets

SEED = 20250701
LAST = date(2026, 10, 31)  # fixed, so that every installation shows the same sample
END = date(2026, 11, 1)
NOW = datetime(2026, 11, 12, 1, tzinfo=UTC)  # what comes later is late
FIRST = date(2022, 1, 1)  # five years
SHORT_SINCE = date(2024, 1, 1)  # from here on months of what is kept by day or week; of the years before, years
AT_ONCE = date(2025, 1, 1)  # what a first start waits for
DAYS, DAYS_AT_ONCE = date(2026, 9, 7), date(2026, 9, 28)  # Mondays: weeks of days are whole
WEEKS, WEEKS_AT_ONCE = date(2026, 4, 27), date(2026, 8, 24)
# The whole country has 27 times the communes: at once the head of each module and one year, afterwards all and two years.
NATION, NATION_AT_ONCE = date(2024, 11, 1), date(2025, 11, 1)
NATION_INDICATORS = 3
REFORM = CURRENT.start
FORMER = VINTAGES[-2]
SHORT: tuple[PeriodKind, ...] = ("day", "week")
LONG: tuple[PeriodKind, ...] = ("to_date", "quarter", "half", "year", "school")
PUBLISHED = "NEN-02"  # the area of today's communes is no sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures that are made together: of the areas of one structure, for some spans of time and indicators."""

    vintage: Vintage
    spans: tuple[Span, ...]
    years: tuple[int, ...] = ()  # of targets
    where: Literal["all", "home", "others"] = "all"
    heads: bool | None = None  # only the heads of modules, or only the others


def at_once(home: str) -> list[Part]:
    """What the first map needs."""
    if home == "VN":
        spans = (_months(NATION_AT_ONCE, END), *_long(NATION_AT_ONCE, END))
        return [Part(vintage=CURRENT, spans=spans, years=(2025, 2026), heads=True)]
    short = _short("day", DAYS_AT_ONCE, END), _short("week", WEEKS_AT_ONCE, END)
    return [
        Part(vintage=CURRENT, spans=(*short, _months(REFORM, END), *_long(REFORM, END)), years=(2025, 2026)),
        Part(vintage=FORMER, spans=(_months(AT_ONCE, REFORM), *_long(AT_ONCE, REFORM)), years=(2025,)),
    ]


def afterwards(home: str) -> list[Part]:
    """The rest: of a province five years of its own and the longer periods of the others; of the country two years."""
    if home == "VN":
        before = Part(vintage=FORMER, spans=(_months(NATION, REFORM), *_long(NATION, REFORM)), years=(2024, 2025))
        # No year ends between, and the plans of the year were told at once.
        heads = (_months(REFORM, NATION_AT_ONCE), *(s for s in _long(REFORM, NATION_AT_ONCE) if s.kind != "year"))
        return [
            before,
            Part(vintage=CURRENT, spans=heads, heads=True),
            Part(vintage=CURRENT, spans=(_months(REFORM, END), *_long(REFORM, END)), years=(2025, 2026), heads=False),
        ]
    short = _short("day", DAYS, DAYS_AT_ONCE), _short("week", WEEKS, WEEKS_AT_ONCE)
    spans = (
        Span("month", FIRST, AT_ONCE, ("month",), everyone=False),
        Span("month", SHORT_SINCE, AT_ONCE, SHORT, everyone=False),
        Span("year", FIRST, SHORT_SINCE, SHORT, everyone=False),
        *_long(FIRST, AT_ONCE),
    )
    return [
        Part(vintage=CURRENT, spans=short, where="home"),
        Part(vintage=FORMER, spans=spans, years=(2022, 2023, 2024), where="home"),
        Part(vintage=FORMER, spans=_long(FIRST, AT_ONCE), where="others"),
    ]


def _short(kind: PeriodKind, first: date, end: date) -> Span:
    return Span(kind, first, end, (kind,), everyone=False)


def _months(first: date, end: date) -> Span:
    return Span("month", first, end, (*SHORT, "month"))


def _long(first: date, end: date) -> tuple[Span, ...]:
    return tuple(Span(kind, first, end, (kind,)) for kind in LONG)


class Sample:
    """The sample figures of areas (id, level, code, province_code, valid_to)."""

    def __init__(self, areas: pd.DataFrame, home: str) -> None:
        self.home = home
        areas = areas[areas["level"].isin(["province", "commune"])]
        now = areas["valid_to"].isna()
        self._areas = {FORMER: areas[~now], CURRENT: areas[now]}
        self._provinces = provinces(home)
        self._today = today(self._areas[CURRENT], SEED)
        self._models: dict[tuple[Vintage, str, date], Model] = {}

    def write(self, connection: Connection, parts: Sequence[Part], some: Collection[Indicator], source: int) -> int:
        """Write figures and targets of some indicators; return how many figures."""
        count = 0
        for part in parts:
            count += write(connection, self.figures(part, some), provenance_id=source, sample=True, known_at=NOW)
            for frame in self.targets(part, some):
                write_targets(connection, frame, sample=True)
            if self.home == "VN":
                self._model(part).made.clear()  # of thousands of communes it would fill the memory
        return count

    def figures(self, part: Part, some: Collection[Indicator]) -> Iterator[pd.DataFrame]:
        """Return the figures of a part, as `write` takes them."""
        return self._placed(iter_sample(self._model(part), part.spans, now=NOW, indicators=_chosen(part, some)), part)

    def targets(self, part: Part, some: Collection[Indicator]) -> Iterator[pd.DataFrame]:
        """Return the targets of a part, as `write_targets` takes them."""
        made = iter_targets(self._model(part), part.years, some=_chosen(part, some)) if part.years else ()
        return self._placed(made, part)

    def _model(self, part: Part) -> Model:
        now = part.vintage == CURRENT
        first = min((span.first for span in part.spans if span.kind not in SHORT), default=REFORM)
        if (part.vintage, part.where, first) not in self._models:
            ids = self._areas[part.vintage]
            if part.where != "all":
                ids = ids[ids["province_code"].isin(self._provinces) == (part.where == "home")]
            ground = today(ids, SEED) if now else former(ids, SEED, self._today)
            last = LAST if now else REFORM - timedelta(days=1)
            self._models[part.vintage, part.where, first] = Model(
                ground, periods.of("month", first), periods.of("month", last), daily=now and self.home != "VN"
            )
        return self._models[part.vintage, part.where, first]

    def _placed(self, frames: Iterable[pd.DataFrame], part: Part) -> Iterator[pd.DataFrame]:
        """The same frames with the province of each area."""
        ids = self._areas[part.vintage].sort_values("id")
        numbers, provinces = ids["id"].to_numpy(), pd.Categorical(ids["province_code"])
        for frame in frames:
            codes = provinces.codes[np.searchsorted(numbers, frame["area_id"])]
            yield frame.assign(province_code=pd.Categorical.from_codes(codes, provinces.categories))


def _chosen(part: Part, some: Collection[Indicator]) -> list[Indicator]:
    chosen = [one for one in some if part.heads is None or (one.code in heads()) == part.heads]
    return chosen if part.vintage == FORMER else [one for one in chosen if one.code != PUBLISHED]


def provinces(home: str) -> frozenset[str]:
    """The codes of home and of the provinces it was made of; of the country those of its first province."""
    code = "01" if home == "VN" else home
    heirs = register.succession().query("old_level == 'province' and new_code == @code")
    return frozenset({code, *heirs["old_code"]})


@cache
def heads() -> frozenset[str]:
    """The first indicators of every module, and those that open."""
    modules, listed = load()
    found = {
        one.code for module in modules for one in [one for one in listed if one.module == module.id][:NATION_INDICATORS]
    }
    return frozenset(found | set(FIRST_INDICATORS))


def loaded(connection: Connection) -> pd.DataFrame:
    """Return the areas of a demonstration as `Sample` takes them."""
    return pd.read_sql(
        text(
            "SELECT id, level, code, province_code, valid_to FROM toancanh.area "
            "WHERE level IN ('province', 'commune') AND (valid_to IS NULL OR valid_to = :until) ORDER BY id"
        ),
        connection,
        params={"until": FORMER.until},
    )
