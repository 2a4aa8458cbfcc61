"""Which picture a request means: the areas it shows, the period, and whether its figures were carried there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from boundaries.links import System
from boundaries.vintages import CURRENT, VINTAGES, Vintage, vintage_on
from layers.indicators.catalogue import Indicator
from layers.indicators.joining import cut
from layers.indicators.periods import Period
from services.carried import Carried, History, sources
from services.errors import NotFound
from services.figures import Figures, Holding, Slice
from services.gazetteer import Area, Places
from services.lenses import lens


@dataclass(frozen=True)
class Asked:
    """What a request says of the picture it wants.

    `boundary`: the structure asked for, None to follow the period; `frame`: the structure `within` is meant in;
    `lens`: name of a lens, whose areas are shown instead of those of a level; `known`: the instant whose knowledge counts.
    """

    level: str
    within: str
    boundary: Vintage | None
    frame: Vintage | None
    lens: str | None
    period: Period | None
    known: datetime | None = None


@dataclass(frozen=True)
class Picture:
    """One indicator and period over areas; `history` where the figures were carried to them."""

    system: System
    parent: Area
    at: Period
    areas: list[Area]
    ids: npt.NDArray[np.int64]  # of the areas
    within: list[str]  # codes of the areas just above: figures of their children are kept together
    history: History | None
    known: datetime | None = None

    @property
    def vintage(self) -> Vintage:
        """The structure of the areas; regions lie over the present one."""
        return CURRENT if self.system.is_region else next(v for v in VINTAGES if v.start == self.system.boundary)


async def pictured(places: Places, figures: Figures, carried: Carried, one: Indicator, asked: Asked) -> Picture:
    """Find the picture a request means. NotFound where the indicator has no figures that could be shown there."""
    parent = parent_of(places, asked)
    if parent.level in ("district", "commune"):  # nothing but communes lies in these
        asked = replace(asked, level="commune")
    held = (await figures.holdings()).get(one.code, [])
    system, at = _chosen(places, one, held, asked, parent)
    areas = shown(places, parent, system)
    ids, above = places.numbers((parent.id, system), areas)
    if asked.known and asked.period is None:
        at = await carried.journal.newest(one, areas, at.letter, asked.known) or at
    direct = any(System(h.boundary, h.level) == system and at in h.periods for h in held)
    history = None
    if not direct or cut(one, at):
        history = await carried.history(places, one, at.letter, system, ids.tolist(), asked.known)
        if history is not None and not (history.rows.period == at.stored_start).any():
            history = None
    return Picture(system, parent, at, areas, ids, above or [parent.code], history, asked.known)


async def stored(
    figures: Figures, carried: Carried, one: Indicator, picture: Picture, spans: Sequence[Period] = ()
) -> dict[Period, Slice]:
    """Return the stored figures of some periods of one kind (of the picture's own where none are named), of its areas
    only and of all of them: what is missing is a blank."""
    spans = spans or [picture.at]
    if picture.known:
        found = await carried.journal.slices(one, picture.areas, spans, picture.known)
    else:
        found = await figures.slices(one, picture.system.level, picture.within, picture.vintage, spans)
    ids = picture.ids
    return {period: whole(slice_, ids) for period, slice_ in found.items()}


async def over_time(
    places: Places, figures: Figures, carried: Carried, one: Indicator, picture: Picture, spans: Sequence[Period]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the values of a picture's areas (rows) in some periods of its kind (columns), and which were carried."""
    held = (await figures.holdings()).get(one.code, [])
    own = {p for h in held if System(h.boundary, h.level) == picture.system for p in h.periods}
    values = np.full((len(picture.areas), len(spans)), np.nan)
    brought = np.zeros(values.shape, dtype=bool)
    ids = picture.ids
    row = dict(zip(ids.tolist(), range(len(ids)), strict=True))
    if direct := [span for span in spans if span in own]:
        for span, found in (await stored(figures, carried, one, picture, direct)).items():
            values[[row[i] for i in found.ids.tolist()], spans.index(span)] = found.values
    rest = [span for span in spans if span not in own or cut(one, span)]
    if rest:
        letter = spans[0].letter
        history = await carried.history(places, one, letter, picture.system, ids.tolist(), picture.known)
        for span in rest if history else ():
            rows = history.at(span.stored_start).value.reindex(ids)  # type: ignore[union-attr]
            column = spans.index(span)
            there = np.isnan(values[:, column]) & rows.notna().to_numpy()
            values[there, column] = rows.to_numpy()[there]
            brought[there, column] = True
    return values, brought


def whole(found: Slice, areas: npt.NDArray[np.int64]) -> Slice:
    """Keep these areas and add those that have no row at all, each a blank: what is missing is told, never left out."""
    if len(areas) == len(found.ids) and np.array_equal(np.sort(areas), np.sort(found.ids)):
        return found
    mine, missing = np.isin(found.ids, areas), np.sort(areas[~np.isin(areas, found.ids)])
    ids = found.ids[mine]
    kept = {str(number) for number in ids.tolist()}
    return Slice(
        np.concatenate([ids, missing]),
        np.concatenate([found.values[mine], np.full(len(missing), np.nan)]),
        {
            **{key: word for key, word in found.blanks.items() if key in kept},
            **{str(area_id): "no_data" for area_id in missing.tolist()},
        },
        {key: word for key, word in found.warnings.items() if key in kept},
        found.sample,
    )


def system_of(places: Places, asked: Asked, usual: Vintage) -> System:
    """The areas a request shows: those of its lens, else of a level in the structure asked for."""
    if asked.lens:
        return lens(places, asked.lens).system
    return System((asked.boundary or usual).start, asked.level)


def parent_of(places: Places, asked: Asked) -> Area:
    """The area whose inside is asked for; NotFound for an unknown code, BadParameter for an unknown lens."""
    if asked.lens:
        lens(places, asked.lens)
    return places.find(asked.within, asked.frame or asked.boundary)


def shown(places: Places, parent: Area, system: System) -> list[Area]:
    """The areas of a system that lie in, or share ground with, an area of any structure."""
    if system.is_region:
        return places.regions(str(system.boundary))
    return places.sharing(parent, system.level, vintage_on(system.boundary))  # type: ignore[arg-type]


def _chosen(places: Places, one: Indicator, held: list[Holding], asked: Asked, parent: Area) -> tuple[System, Period]:
    wanted = asked.period
    if asked.lens or asked.boundary:
        system = system_of(places, asked, CURRENT)
        reaching = [
            h
            for h in held
            if System(h.boundary, h.level) == system
            or System(h.boundary, h.level) in sources([h], h.last.letter, system)
        ]
        at = wanted or _newest(one, reaching).last
        return system, at
    of_level = [h for h in held if h.level == asked.level and _speaks_of(places, h, parent)]
    if wanted is None:
        newest = _newest(one, of_level)
        return System(newest.boundary, asked.level), newest.last
    match = [h for h in of_level if wanted in h.periods]
    boundary = max(match, key=lambda h: h.boundary).boundary if match else vintage_on(wanted.last_day).start
    return System(boundary, asked.level), wanted


def _speaks_of(places: Places, holding: Holding, parent: Area) -> bool:
    if parent.level == "country":
        return True
    provinces = {one.province_code for one in places.sharing(parent, "province", vintage_on(holding.boundary))}
    return not provinces.isdisjoint(holding.within) or holding.level == "province"


def _newest(one: Indicator, held: list[Holding]) -> Holding:
    if not held:
        raise NotFound(
            f"Chỉ tiêu {one.code} chưa có số liệu ở cấp này.",
            f"The indicator {one.code} has no figures at this level yet.",
        )
    return max(held, key=lambda h: (h.last.letter == one.letter, h.last.end))
