"""Read a shared map: the picture asked for, its classes, outlines and sources, and how carried figures came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from boundaries.known import LISTS
from boundaries.links import System
from boundaries.vintages import CURRENT, vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from layers.indicators.states import Judged
from services.boundary import vintage_asked
from services.carriage import UNMERGED, explained
from services.carried import Carried
from services.database import Reader
from services.errors import BadParameter, NotFound
from services.figures import Figures, Slice
from services.gazetteer import Area, Places
from services.lenses import lens as find_lens
from services.pictures import Asked, Picture, pictured
from services.share.view import Carriage, Level, Method, Outline, Place, View
from services.states import States
from styles import classes

# Band 9 is drawn to zoom 9 and good a little beyond: the balance of a file that is fit for an e-mail.
_SHAPES = """
SELECT a.id, a.code, a.level, a.kind, a.name, a.full_name, a.name_en, a.approximate, a.source, a.province_code,
       ST_AsBinary(ST_Transform(s.geom, 4326)), ST_X(a.label), ST_Y(a.label)
FROM toancanh.area a JOIN toancanh.area_shape s ON s.area_id = a.id AND s.band = %(band)s
WHERE a.id = ANY(%(ids)s) ORDER BY a.code
"""
_PARTS = """
SELECT DISTINCT ON (o.area_id) o.area_id, o.value, o.numerator, o.denominator, o.known_at, p.title
FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id
LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id
WHERE i.code = %(code)s AND o.area_id = ANY(%(ids)s) AND o.period_kind = %(kind)s AND o.period_start = %(start)s
ORDER BY o.area_id, o.known_at DESC
"""


@dataclass(frozen=True)
class Books:
    """What a map is read from."""

    reader: Reader
    places: Places
    figures: Figures
    carried: Carried


@dataclass(frozen=True)
class _Told:
    """What is told of one area before its outline is known."""

    value: float | None
    blank: str | None
    warning: str | None = None
    numerator: float | None = None
    denominator: float | None = None
    carried: Carriage | None = None


async def read_view(
    books: Books,
    *,
    indicator: str,
    area: str = "VN",
    period: str | None = None,
    level: Level | None = None,
    method: Method = "quantile",
    boundary: str | None = None,
    frame: str | None = None,
    lens: str | None = None,
    n: int = 5,
) -> View:
    """Read the map of one indicator over the areas inside `area` (for a commune: inside its province).

    Without `period` the newest is shown, without `level` the one below the area. `boundary` is the structure of the
    areas shown, `frame` that of `area` where it is another, `lens` shows its own areas; figures collected on other areas
    are carried. Raises NotFound for an unknown indicator or area and where there are no figures, BadParameter for a
    period, date or lens that cannot be understood.
    """
    one = find(indicator)
    if one is None:
        raise NotFound(
            f"Không có chỉ tiêu mang mã “{indicator}”.", f"There is no indicator with the code “{indicator}”."
        )
    vintage, within = vintage_asked(boundary), vintage_asked(frame)
    place = books.places.find(area, within or vintage)
    parent = (books.places.at(place, "province") or place) if place.level == "commune" else place
    if vintage is None and parent.vintage != CURRENT.start and parent.level != "country":
        vintage = vintage_on(parent.vintage)  # an area that ended is shown in its own time
    level = level or ("province" if parent.level == "country" else "commune")
    asked = Asked(level, parent.code, vintage, within, lens, _period(period) if period else None)
    picture = await pictured(books.places, books.figures, books.carried, one, asked)
    stored = None if picture.history else await _stored(books, one, picture)
    told = _direct(picture, stored) if stored else _carried(picture, books.places)
    if not told:
        raise _nothing(one, picture.at, parent)
    if method == "target" and picture.history:
        method = "quantile"  # targets were set for areas of their own time
    targets = {} if picture.history else await _targets(books, one, picture)
    if method == "target" and not targets:
        raise BadParameter(
            "method",
            f"Chỉ tiêu {one.code} chưa có kế hoạch để so sánh.",
            f"The indicator {one.code} has no targets to compare with.",
        )
    edges = [] if method == "target" else classes.breaks(await _pool(books, one, picture), method, n)
    own = await _parts(books.reader, one, picture.at, told) if stored else {}
    collected = own or await _parts(books.reader, one, picture.at, _collected_on(picture))
    whole = await _parts(books.reader, one, picture.at, [parent.id])
    around = picture.vintage if parent.level == "country" else vintage_on(parent.vintage)
    provinces = [area.id for area in books.places.all("province", around)]
    through = find_lens(books.places, lens) if lens else None
    return View(
        indicator=one,
        area_code=parent.code,
        area=parent.full_name,
        area_en=parent.name_en,
        level=picture.system.level,
        period=picture.at,
        vintage=picture.vintage,
        method=method,
        edges=tuple(edges),
        selected=place.id if place is not parent else None,
        whole=whole[parent.id][1] if parent.id in whole else None,
        places=tuple(
            _joined(outline, told.get(outline.id, _Told(None, "no_data")), own.get(outline.id), targets, edges)
            for outline in await _outlines(books.reader, [area.id for area in picture.areas], _band(parent))
        ),
        context=tuple(await _outlines(books.reader, provinces, band=7)),
        sources=tuple(sorted({row[5] for row in collected.values() if row[5]})),
        known_at=max((row[4] for row in collected.values()), default=None),
        sample=stored.sample if stored else bool(picture.history and picture.history.sample(picture.at.stored_start)),
        lens=(through.title, through.title_en) if through else None,
        origin=_origin(picture),
    )


def _period(text: str) -> Period:
    try:
        return periods.parse(text)
    except ValueError as error:
        raise BadParameter(
            "period",
            str(error),
            f"The period “{text}” is not understood: write 2025, 2025-Q3, 2025-07 or 2025-07-14.",
        ) from None


def _nothing(one: Indicator, at: Period, parent: Area) -> NotFound:
    where = parent.full_name
    where = where if parent.level == "country" else where[0].lower() + where[1:]
    return NotFound(
        f"Chỉ tiêu {one.code} không có số liệu của {at.label()} ở {where}.",
        f"The indicator {one.code} has no figures for {at.label('en')} in {parent.name_en}.",
    )


async def _stored(books: Books, one: Indicator, picture: Picture) -> Slice:
    return await books.figures.slice(one, picture.system.level, picture.within, picture.vintage, picture.at)


def _direct(picture: Picture, found: Slice) -> dict[int, _Told]:
    """The figures as they were collected, by area."""
    shown = {area.id for area in picture.areas}
    told: dict[int, _Told] = {}
    for area, value in zip(found.ids.tolist(), found.values.tolist(), strict=True):
        if area in shown:
            blank = found.blanks.get(str(area), "no_data") if np.isnan(value) else None
            told[area] = _Told(_known(value), blank, found.warnings.get(str(area)))
    return told


def _carried(picture: Picture, places: Places) -> dict[int, _Told]:
    """The figures carried to the areas shown, each with its reason."""
    history = picture.history
    assert history is not None
    told: dict[int, _Told] = {}
    row: Any
    for row in history.rows[history.rows.period == picture.at.stored_start].itertuples():
        why, value = explained(history, row, places, picture.at), _known(row.value)
        blank = "unmerged" if row.refused in UNMERGED else row.blank or "no_data"
        told[row.area_id] = _Told(
            value, blank if value is None else None, row.warning,
            numerator=_known(row.numerator), denominator=_known(row.denominator),
            carried=Carriage(
                method=why["method_text"], method_en=why["method_text_en"], estimated=float(row.estimated),
                low=_known(row.low), high=_known(row.high), refused=why["refused_text"], refused_en=why["refused_text_en"],
                sources=tuple(one["name"] for one in why["sources"]),
                sources_en=tuple(one["name_en"] for one in why["sources"]),
            ),
        )  # fmt: skip
    return told


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _collected_on(picture: Picture) -> set[int]:
    """The areas whose figures a carried picture is made from."""
    assert picture.history is not None
    shown = {area.id for area in picture.areas}
    return {
        source
        for by_target in picture.history.sources.values()
        for target, found in by_target.items()
        if target in shown
        for source in found
    }


def _origin(picture: Picture) -> tuple[str, str] | None:
    """Whose figures a carried picture is made from, in words."""
    if picture.history is None:
        return None
    rows = picture.history.at(picture.at.stored_start)
    told = rows[rows.known > 0] if (rows.known > 0).any() else rows
    source = System(*Counter(zip(told.boundary, told.level, strict=True)).most_common(1)[0][0])
    structure = "current" if source.boundary == CURRENT.start else "former"
    title = next(one for one in LISTS if (one.boundary, one.level) == (structure, source.level))
    return title.title, title.title_en


async def _pool(books: Books, one: Indicator, picture: Picture) -> list[float]:
    """Every value of every period of this kind, for classes that stay put while time passes."""
    if picture.history:
        return [float(value) for value in picture.history.rows.value.dropna()]
    found = await books.figures.pool(one, picture.system.level, picture.within, picture.vintage, picture.at.letter)
    return [float(value) for value in found]


async def _targets(books: Books, one: Indicator, picture: Picture) -> dict[int, Judged]:
    """What the first plan asks of each area that has one, and how it stands."""
    judged = await States(books.reader, books.figures).of_picture(
        one, picture.areas, picture.within, picture.vintage, picture.at
    )
    return {area: found[0] for area, found in judged.items() if found}


async def _parts(reader: Reader, one: Indicator, at: Period, ids: Iterable[int]) -> Mapping[int, tuple[Any, ...]]:
    """Area, value, numerator, denominator, when known and source by area, as last known."""
    values = {"code": one.code, "ids": list(ids), "kind": at.letter, "start": at.stored_start}
    return {row[0]: row for row in await reader.rows(_PARTS, values)}


def _band(parent: Area) -> int:
    return 9 if parent.level == "country" else 11


async def _outlines(reader: Reader, ids: list[int], band: int) -> list[Outline]:
    return [
        Outline(
            id=row[0], code=row[1], level=row[2], kind=row[3], name=row[4], full_name=row[5], name_en=row[6],
            approximate=row[7], source=row[8], province_code=row[9], shape=shapely.from_wkb(bytes(row[10])),
            label=None if row[11] is None else (row[11], row[12]),
        )
        for row in await reader.rows(_SHAPES, {"band": band, "ids": ids})
    ]  # fmt: skip


def _joined(
    outline: Outline, told: _Told, own: tuple[Any, ...] | None, targets: dict[int, Judged],
    edges: list[float],
) -> Place:  # fmt: skip
    target = targets.get(outline.id)
    if own:
        told = replace(told, numerator=own[2], denominator=own[3])
    return Place(
        **vars(outline),
        **vars(told),
        target=target.due.value if target and target.due else None,
        state=target.state if target else None,
        klass=classes.class_of(told.value, edges) if told.value is not None and edges else None,
    )
