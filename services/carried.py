"""Figures on boundaries they were not collected for: every period of an indicator, carried to the areas asked for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from boundaries.carry import Links, carry
from boundaries.links import System
from boundaries.predecessors import together_again, undivided
from boundaries.vintages import VINTAGES
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import OWN, cut, cut_periods, join
from layers.indicators.periods import Period
from services.database import Reader
from services.figures import Figures, Holding
from services.gazetteer import Places
from services.journal import Journal
from services.linkage import Linkage
from services.revisions import Revisions

_COLUMNS = [
    "area_id", "period", "value", "numerator", "denominator", "blank", "derived", "sample", "children", "children_of",
]  # fmt: skip
KEPT = 48  # histories in memory
FIRST = VINTAGES[0].start
COMPLETE = "Tổng hợp từ {}/{} đơn vị có số liệu."  # as the roll-up says it
TOO_FEW = "Chỉ {}/{} đơn vị có số liệu nên chưa tổng hợp."


@dataclass(frozen=True)
class History:
    """Carried figures of every period: `rows` as `boundaries.carry.carry` gives them – period its stored day – with
    `boundary` and `level` of the areas they come from, `sample` (whether a figure it comes from is one) and `own`: how
    many parts of a period that a reform cuts are the area's own. Where an area has a figure of its own for such a period,
    its row has the method `own`."""

    rows: pd.DataFrame
    sources: dict[System, dict[int, list[int]]]  # where figures come from -> target -> the areas there

    def of(self, row: Any) -> System:
        """The system the figure of a row was carried from."""
        return System(row.boundary, row.level)

    def with_more(self, other: History) -> History:
        """This history with the areas and periods of another one that it has no figure of itself."""
        both = pd.concat([self.rows, other.rows], ignore_index=True)
        order = (both.known == 0).sort_values(kind="stable").index
        rows = both.loc[order].drop_duplicates(["area_id", "period"]).sort_values(["area_id", "period"])
        return History(rows.reset_index(drop=True), self.sources | other.sources)

    def without(self, period: Period) -> History:
        """This history without the blanks of a period."""
        gone = (self.rows.period == period.stored_start) & self.rows.value.isna()
        return History(self.rows[~gone], self.sources)

    def warned(self) -> History:
        """This history with the sentence of the roll-up where some of the areas that should have reported did not."""
        rows = self.rows
        words = np.where(rows.value.notna(), COMPLETE, TOO_FEW)
        told = [text.format(known, of) for text, known, of in zip(words, rows.known, rows["of"], strict=True)]
        short = (rows.known > 0) & (rows.known < rows["of"]) & (rows.value.notna() | (rows.refused == "few"))
        return History(rows.assign(warning=pd.Series(told, rows.index, object).where(short, None)), self.sources)

    def at(self, start: date) -> pd.DataFrame:
        """The rows of one period, by area."""
        return self.rows[self.rows.period == start].set_index("area_id")

    def sample(self, start: date) -> bool:
        """Whether any figure of one period comes from one of the sample."""
        return bool(self.rows["sample"][self.rows.period == start].any())


class Carried:
    """Carries figures on request; nothing is stored, and nothing original is changed."""

    def __init__(self, reader: Reader, revisions: Revisions, figures: Figures, linkage: Linkage) -> None:
        self.journal = Journal(reader, figures)
        self._revisions = revisions
        self._figures = figures
        self._linkage = linkage
        self._kept: OrderedDict[object, History | None] = OrderedDict()

    async def history(
        self,
        places: Places,
        one: Indicator,
        kind: str,
        target: System,
        ids: Sequence[int],
        known: datetime | None = None,
    ) -> History | None:
        """Return the carried history of the areas `ids` of a system, or None where nothing can be carried to it.

        `kind` is the letter of the period's kind, `known` the instant whose knowledge counts. The structure with figures
        of that kind is the source: of the same level where areas only merged, else of communes, the finest there are.
        """
        revision = (self._revisions["areas"], self._revisions["observations"])
        key = (one.code, kind, target, tuple(sorted(ids)), known, revision)
        if key not in self._kept:
            found = await self._history(places, one, kind, target, ids, known)
            for period in cut_periods(one, kind):
                joined = await self._joined(places, one, period, target, ids, known)
                if joined is not None:
                    found = joined if found is None else found.without(period).with_more(joined)
            self._kept[key] = found.warned() if found else None
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    async def _history(
        self,
        places: Places,
        one: Indicator,
        kind: str,
        target: System,
        ids: Sequence[int],
        known: datetime | None,
    ) -> History | None:
        held = (await self._figures.holdings()).get(one.code, [])
        ground = await self._linkage.ground()
        found: History | None = None
        left: dict[object, list[int]] = {}  # structure -> areas it has told nothing of yet
        for source in sources(held, kind, target):
            wanted = left.setdefault(source.boundary, list(ids))
            part = await self._from(places, one, kind, ground.links(source, target), source, wanted, known)
            if part is None:
                continue
            found = part if found is None else found.with_more(part)
            reached = set(part.rows.area_id[part.rows.known > 0])
            left[source.boundary] = [i for i in wanted if i not in reached]
        return found

    async def _from(
        self,
        places: Places,
        one: Indicator,
        kind: str,
        links: Links | None,
        source: System,
        ids: Sequence[int],
        known: datetime | None,
    ) -> History | None:
        """Carry the figures of one system to some areas; None where it knows nothing of them."""
        links = links.reaching(ids) if links else None
        if links is None or not len(links.source):
            return None
        needed = [places.by_id[i] for i in sorted(set(links.source.tolist())) if i in places.by_id]
        told = await self.journal.of(one, needed, kind, known)
        if not told:
            return None
        codes = {area.id: area.code for area in needed if area.level == "province"}
        rows = together_again(pd.DataFrame(told, columns=_COLUMNS), links, codes, lambda day: day)
        carried = await asyncio.to_thread(carry, rows, links, one.space_rule, scale=one.scale)
        carried = without_undivided(carried, links, places)
        carried = with_reports(carried, rows, links, parted=one.space_rule in ("ratio", "weighted_mean"))
        mine = carried[carried.area_id.isin(ids)].assign(boundary=source.boundary, level=source.level, own=0)
        return History(mine, {source: links.by_target()})

    async def _joined(
        self,
        places: Places,
        one: Indicator,
        period: Period,
        target: System,
        ids: Sequence[int],
        known: datetime | None,
    ) -> History | None:
        """Put a period that a reform cuts together from its parts; None where no area needs it."""
        areas = [places.by_id[i] for i in ids]
        told = pd.DataFrame(await self.journal.of(one, areas, period.letter, known, [period]), columns=_COLUMNS)
        stands = told[told.value.notna() | told.derived.isna()]  # a figure of its own, or a blank that was given
        rest = sorted(set(ids) - set(stands.area_id))
        parts = cut(one, period)
        history = await self.history(places, one, parts[0].letter, target, rest, known) if rest else None
        if history is None:
            return None
        lent = [places.by_id[i] for i in rest]
        own = _own(pd.DataFrame(await self.journal.of(one, lent, parts[0].letter, known, parts), columns=_COLUMNS))
        both = pd.concat([own, history.rows], ignore_index=True).drop_duplicates(["area_id", "period"])
        made = join(both, one, parts)
        if made.empty:
            return None
        source = history.rows.drop_duplicates("area_id").set_index("area_id")
        used = both.period.isin([part.stored_start for part in parts])
        sampled = set(both.area_id[used & both["sample"].astype(bool)])
        made = made.assign(
            boundary=made.area_id.map(source.boundary),
            level=made.area_id.map(source.level),
            sample=made.area_id.isin(sampled),
        )
        rows = pd.concat([made, _own(stands)], ignore_index=True).assign(period=period.stored_start)
        return History(rows, history.sources)


def _own(told: pd.DataFrame) -> pd.DataFrame:
    """Own figures in the columns of carried ones."""
    numbers = told[["value", "numerator", "denominator"]].astype(float)
    return told[["area_id", "period", "blank"]].assign(
        **numbers,
        low=numbers.value,
        high=numbers.value,
        estimated=0.0,
        known=1,
        of=1,
        refused="",
        method=OWN,
        own=0,
        sample=told["sample"],
    )


def sources(held: Sequence[Holding], kind: str, target: System) -> list[System]:
    """The systems figures may come from, best first: the same level, then communes, then provinces."""
    there = {System(one.boundary, one.level) for one in held if one.last.letter == kind}
    there = {one for one in there if one.boundary != target.boundary}
    forward = not target.is_region and any(str(one.boundary) < str(target.boundary) for one in there)
    order = ["province", "commune"] if target.level == "province" and forward else ["commune", "province"]
    return sorted((one for one in there if one.level in order), key=lambda one: order.index(one.level))


def with_reports(carried: pd.DataFrame, figures: pd.DataFrame, links: Links, *, parted: bool) -> pd.DataFrame:
    """Carried figures whose `known` and `of` count the areas that report: behind a province its communes, as its own
    figure tells them, and not the province as one; with `sample`, whether any of the figures is one.

    `figures`: what was carried, with `children`, `children_of` and `sample`; `parted`: a figure needs numerator and denominator.
    """
    known = figures.value.notna() & (figures.numerator.notna() & (figures.denominator > 0) if parted else True)
    added = (figures.derived == "S") & (figures.children_of > 0)
    days = pd.Index(carried.period.unique())  # numbers in their stead take a third of the time
    counts = figures[["area_id"]].assign(
        period=days.get_indexer(figures.period),
        reported=figures.children.where(added, 1).where(known, 0),
        reporting=figures.children_of.where(added, (figures.blank != "not_applicable").astype(int)),
        there=1,
        sample=figures["sample"].astype(int),
    )
    pairs = pd.DataFrame({"area_id": links.source, "target": links.target})
    of = (
        pairs.merge(counts, on="area_id")
        .groupby(["target", "period"])[["reported", "reporting", "there", "sample"]]
        .sum()
    )
    told = (
        of.reindex(pd.MultiIndex.from_arrays([carried.area_id, days.get_indexer(carried.period)]))
        .fillna(0)
        .to_numpy(dtype=int)
    )
    counted = carried["of"] + told[:, 1] - told[:, 2]  # the silent count as one each
    return carried.assign(known=told[:, 0], of=counted, sample=told[:, 3] > 0)


def without_undivided(carried: pd.DataFrame, links: Links, places: Places) -> pd.DataFrame:
    """Carried figures but for those of provinces that then held what is now another's ground: refused as undivided."""
    early = pd.to_datetime(carried.period).dt.date < FIRST
    refused: list[int] = []
    parts = links.by_target()
    for area in carried.area_id[early].unique():
        there = [places.by_id[i] for i in parts.get(int(area), []) if i in places.by_id]
        codes = [one.code for one in there if one.level == "province"]
        mine = carried[early & carried.area_id.eq(area) & carried.value.notna()]
        refused += [
            at for at, day in zip(mine.index, mine.period, strict=True) if undivided(codes, pd.Timestamp(day).date())
        ]
    if not refused:
        return carried
    carried = carried.copy()
    carried.loc[refused, ["value", "numerator", "denominator", "low", "high"]] = float("nan")
    carried.loc[refused, "refused"] = "undivided"
    carried.loc[refused, "blank"] = "no_data"
    return carried
