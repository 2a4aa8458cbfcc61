"""Figures on boundaries they were not collected for: every period of an indicator, carried to the areas asked for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from boundaries.carry import Links, carry
from boundaries.links import System
from boundaries.predecessors import otherwise, undivided
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

_COLUMNS = ["area_id", "period", "value", "numerator", "denominator", "blank", "derived", "sample"]
KEPT = 48  # histories in memory

METHODS = {
    OWN: ("số của chính đơn vị", "the area's own figures"),
    "whole": ("cộng nguyên vẹn các đơn vị đã nhập vào", "whole areas put together"),
    "population": ("phần bị chia tính theo dân số trên lưới 1 km", "divided parts by people on a 1 km grid"),
    "published": ("phần bị chia tính theo dân số công bố", "divided parts by published population"),
    "area": ("phần bị chia tính theo diện tích", "divided parts by ground"),
    "equal": ("phần bị chia đều", "divided parts equally"),
}
LOSS = (
    "; chia ngược về đơn vị cũ nên chi tiết đã mất, hãy đọc theo khoảng sai số",
    "; divided back to former areas, so detail is lost: read it by its bounds",
)
JOINED = ("gộp các kỳ của chính đơn vị với các kỳ được quy đổi:", "its own periods put together with carried ones:")
FIRST = VINTAGES[0].start
EARLY = (
    f"trước {FIRST.day}/{FIRST.month}/{FIRST.year} số liệu theo ranh giới khi đó: tỉnh tách ra sau nằm trong tỉnh gốc, "
    "không chia lại được",
    f"before {FIRST:%-d %B %Y} figures are of the boundaries then: a province that split off later is inside its parent's "
    "and cannot be told apart",
)
"""What is true of figures older than the oldest structure that is known."""
REFUSED = {
    "side_by_side": (
        "Chỉ tiêu này không cộng gộp được: xem số của từng đơn vị cũ.",
        "This indicator cannot be merged into one number: see each former area.",
    ),
    "no_parts": (
        "Tỷ lệ không có tử số, mẫu số nên không quy đổi được.",
        "A ratio without numerator and denominator cannot be carried.",
    ),
    "undivided": (
        "Tỉnh khi đó gồm cả đất nay thuộc tỉnh khác nên không tách lại được.",
        "The province then held ground that is now another's, and cannot be told apart.",
    ),
    "few": ("Quá ít đơn vị nguồn có số liệu.", "Too few of the source areas have figures."),
}


@dataclass(frozen=True)
class History:
    """Carried figures of every period: `rows` as `boundaries.carry.carry` gives them – period its stored day – with
    `boundary` and `level` of the areas they come from and `own`: how many parts of a period that a reform cuts are the
    area's own. Where an area has a figure of its own for such a period, its row has the method `own`."""

    rows: pd.DataFrame
    sources: dict[System, dict[int, list[int]]]  # where figures come from -> target -> the areas there
    sample: bool

    def of(self, row: Any) -> System:
        """The system the figure of a row was carried from."""
        return System(row.boundary, row.level)

    def with_more(self, other: History) -> History:
        """This history with the areas and periods of another one that it has no figure of itself."""
        both = pd.concat([self.rows, other.rows], ignore_index=True)
        order = (both.known == 0).sort_values(kind="stable").index
        rows = both.loc[order].drop_duplicates(["area_id", "period"]).sort_values(["area_id", "period"])
        return History(rows.reset_index(drop=True), self.sources | other.sources, self.sample or other.sample)

    def without(self, period: Period) -> History:
        """This history without the blanks of a period."""
        gone = (self.rows.period == period.stored_start) & self.rows.value.isna()
        return History(self.rows[~gone], self.sources, self.sample)

    def at(self, start: date) -> pd.DataFrame:
        """The rows of one period, by area."""
        return self.rows[self.rows.period == start].set_index("area_id")


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
            self._kept[key] = found
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
        rows = pd.DataFrame(told, columns=_COLUMNS)
        carried = await asyncio.to_thread(carry, rows, links, one.space_rule, scale=one.scale)
        carried = without_undivided(carried, links, places)
        mine = carried[carried.area_id.isin(ids)].assign(boundary=source.boundary, level=source.level, own=0)
        return History(mine, {source: links.by_target()}, bool(rows["sample"].any()))

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
        made = made.assign(boundary=made.area_id.map(source.boundary), level=made.area_id.map(source.level))
        rows = pd.concat([made, _own(stands)], ignore_index=True).assign(period=period.stored_start)
        return History(rows, history.sources, history.sample or bool(told["sample"].any()))


def _own(told: pd.DataFrame) -> pd.DataFrame:
    """Own figures in the columns of carried ones."""
    numbers = told[["value", "numerator", "denominator"]].astype(float)
    return told[["area_id", "period", "blank"]].assign(
        **numbers, low=numbers.value, high=numbers.value, estimated=0.0, known=1, of=1, refused="", method=OWN, own=0
    )


def sources(held: Sequence[Holding], kind: str, target: System) -> list[System]:
    """The systems figures may come from, best first: the same level, then communes, then provinces."""
    there = {System(one.boundary, one.level) for one in held if one.last.letter == kind}
    there = {one for one in there if one.boundary != target.boundary}
    forward = not target.is_region and any(str(one.boundary) < str(target.boundary) for one in there)
    order = ["province", "commune"] if target.level == "province" and forward else ["commune", "province"]
    return sorted((one for one in there if one.level in order), key=lambda one: order.index(one.level))


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


def explained(history: History, row: Any, places: Places, at: Period) -> dict[str, Any]:
    """Return what a person needs to judge a carried value: method, sources, share estimated, error band."""
    refused = REFUSED.get(row.refused)
    method, method_en = METHODS[row.method]
    if not refused and row.method != "whole" and str(places.by_id[int(row.area_id)].vintage) < str(row.boundary):
        method, method_en = f"{method}{LOSS[0]}", f"{method_en}{LOSS[1]}"
    if row.own:
        method, method_en = f"{JOINED[0]} {method}", f"{JOINED[1]} {method_en}"
    from_there = history.sources.get(history.of(row), {}).get(int(row.area_id), [])
    if row.boundary == FIRST and at.start < FIRST:
        codes = [places.by_id[i].code for i in from_there if i in places.by_id] if row.level == "province" else []
        others = otherwise(codes, at.last_day)
        method = "; ".join([method, EARLY[0], *(one.vi for one in others)])
        method_en = "; ".join([method_en, EARLY[1], *(one.en for one in others)])
        if row.refused == "undivided":
            held = undivided(codes, at.last_day)
            refused = (
                f"{refused[0][:-1]}: {'; '.join(one.vi for one in held)}." if refused else "",
                f"{refused[1][:-1]}: {'; '.join(one.en for one in held)}." if refused else "",
            )
        if row.refused == "few" and refused:
            refused = (f"{refused[0][:-1]}; {EARLY[0]}.", f"{refused[1][:-1]}; {EARLY[1]}.")
    return {
        "boundary": str(row.boundary),
        "level": row.level,
        "period": at.key,
        "method": row.method,
        "method_text": method,
        "method_text_en": method_en,
        "estimated": round(float(row.estimated), 4),
        "known": int(row.known),
        "of": int(row.of),
        "refused": row.refused or None,
        "refused_text": refused[0] if refused else None,
        "refused_text_en": refused[1] if refused else None,
        "sources": [
            {
                "code": places.by_id[i].code,
                "name": places.by_id[i].full_name,
                "name_en": places.by_id[i].name_en,
                "id": i,
            }
            for i in from_there
            if i in places.by_id
        ],
    }
