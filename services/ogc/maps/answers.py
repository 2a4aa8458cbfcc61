"""Map pictures of a collection, of a collection in one of its styles, and of several together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.responses import Response

from boundaries.vintages import CURRENT
from services.accounts import viewer as viewer_of
from services.cache import Answer, Answers
from services.errors import BadParameter, NotFound
from services.gazetteer import Area, Places
from services.language import Language, language
from services.ogc.collections import Collection, collection, holdings
from services.ogc.fields import filter_value
from services.ogc.figures.choropleth import READ, Choropleth, choropleth
from services.ogc.links import fresh, keeping, not_modified, revision_name, tag, today
from services.ogc.maps.asked import FORMATS, Dress, dress, frame, refuse
from services.ogc.maps.drawing import Scene, Sheet, picture
from services.ogc.maps.frame import Box, Frame
from services.ogc.maps.legend import block
from services.ogc.maps.names import COMMUNES_FROM, names
from services.ogc.maps.reading import areas, asked_of, features
from services.ogc.parameters import span
from services.ogc.styles.known import Style, look_of, style_of
from services.tiles.statements import AREA_IDS, filters_of

_MEMORY = 32 * 2**20  # bytes of finished pictures
_AT_ONCE = 2  # pictures drawn at the same time in one process
_TITLE = 34  # pixels that a title takes
_SMALL = ("commune", "district")
_VIET_NAM: Box = (102.0, 6.5, 118.0, 23.5)


Chosen = list[tuple[Collection, Style]]


@dataclass(frozen=True, slots=True)
class Drawn(Answer):
    """A finished picture and the headers that say what it shows."""

    said: tuple[tuple[str, str], ...] = ()


async def collection_map(request: Request) -> Response:
    """Answer a picture of one collection, in the style of the path or the usual one."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    style = style_of(one, request.path_params.get("style"))
    return await _answer(request, [(one, style)])


async def dataset_map(request: Request) -> Response:
    """Answer a picture of the collections that `collections` names, the first one lowest; of the provinces without it."""
    viewer = viewer_of(request)
    ids = [part.rsplit("/", 1)[-1] for part in request.query_params.get("collections", "provinces").split(",") if part]
    try:
        chosen = [await collection(request, name, viewer) for name in dict.fromkeys(ids)]
    except NotFound as wrong:
        raise BadParameter("collections", wrong.sentence("vi"), wrong.sentence("en")) from None
    if not chosen or len(chosen) > 8:
        raise BadParameter(
            "collections", "collections là tên của 1 đến 8 tập dữ liệu.", "collections names 1 to 8 collections."
        )
    return await _answer(request, [(one, style_of(one, None)) for one in chosen], more=frozenset({"collections"}))


async def _answer(request: Request, chosen: Chosen, more: frozenset[str] = frozenset()) -> Response:
    viewer, lang = viewer_of(request), language(request)
    refuse(request, more | _read(chosen))
    worn = dress(request)
    etag = _tag(request, chosen, worn)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    kept: Answers = request.app.state.__dict__.setdefault("map_pictures", Answers(_MEMORY))
    found = None if viewer.staff else kept.get(etag)
    if not isinstance(found, Drawn):
        found = await _drawn(request, chosen, worn, etag, lang)
        if not viewer.staff:
            kept.put(etag, found)
    return Response(found.body, media_type=found.media_type, headers=keeping(viewer, etag) | dict(found.said))


def _tag(request: Request, chosen: Chosen, worn: Dress) -> str:
    viewer, revisions = viewer_of(request), request.app.state.revisions
    known = {"areas", *(revision_name(one.id) for one, _ in chosen)}
    return tag(
        request.scope["path"],
        sorted(request.query_params.multi_items()),
        worn.form,
        language(request),
        viewer.role,
        viewer.provinces,
        [revisions[name] for name in sorted(known)],
    )


def _read(chosen: Chosen) -> frozenset[str]:
    """The parameters that the collections of a picture know: filters only where it is of one."""
    names = {"datetime"} if any(one.dated for one, _ in chosen) else set()
    names |= {name for one, _ in chosen if one.figures for name in READ}
    if len(chosen) == 1 and chosen[0][0].figures is None:
        names |= filters_of(chosen[0][0].layer, chosen[0][0].viewer).keys()
    return frozenset(names)


async def _drawn(request: Request, chosen: Chosen, worn: Dress, etag: str, lang: Language) -> Drawn:
    pictures = {one.id: await choropleth(request, one, style.method) for one, style in chosen if style.method}
    shown = frame(request, await _whole(request, chosen, pictures), top=_TITLE if worn.title else 0)
    theme = chosen[0][1].theme
    sheets, blocks = [], []
    for one, style in chosen:
        sheet = await _sheet(request, one, style, pictures.get(one.id), shown)
        sheets.append(sheet)
        if worn.legend:
            blocks.append(block(one, style.theme, lang, pictures.get(one.id), sheet.taken))
    own = worn.ground == "own"
    places = await request.app.state.gazetteer.places()
    picture_of = next(iter(pictures.values()), None)
    vintage = picture_of.picture.vintage if picture_of else CURRENT
    provinces = places.all("province", vintage)
    scene = Scene(
        frame=shown, dress=worn, theme=theme, lang=lang, sheets=sheets, legends=blocks,
        provinces=await areas(request, shown, [one.id for one in provinces]) if own else None,
        names=names(shown, _named(places, picture_of, provinces, shown, sheets), lang) if worn.ground else (),
    )  # fmt: skip
    body = await to_thread.run_sync(picture, scene, limiter=_drawing(request))
    said = {"Content-Crs": f"<{shown.system.uri}>", "Content-Bbox": shown.content_box()}
    if when := await _when(request, chosen, picture_of):
        said["Content-Datetime"] = when
    return Drawn(body, FORMATS[worn.form], etag, zipped=False, said=tuple(said.items()))


def _drawing(request: Request) -> CapacityLimiter:
    """Let few pictures be drawn at a time: each takes a processor, and a large one a hundred megabytes."""
    limiter: CapacityLimiter = request.app.state.__dict__.setdefault("map_drawing", CapacityLimiter(_AT_ONCE))
    return limiter


async def _when(request: Request, chosen: Chosen, shown: Choropleth | None) -> str:
    """The time that a picture is of: that of its figures, that asked for, today for areas, else all that there is."""
    if shown is not None:
        return f"{shown.picture.at.start.isoformat()}/{shown.picture.at.last_day.isoformat()}"
    one = next((one for one, _ in chosen if one.dated), None)
    if one is None:
        return ""
    extent = await holdings(request).extent(one.layer, one.viewer)
    sides: list[date | datetime | None] = [extent.first, extent.last]
    if one.areas:
        sides = [one.layer.moment or today()] * 2
    if "datetime" in request.query_params:
        asked = span(request.query_params["datetime"])
        sides = [side or known for side, known in zip(asked, sides, strict=True)]
    first, last = (side.isoformat() if side else ".." for side in sides)
    return first if first == last else f"{first}/{last}"


async def _sheet(request: Request, one: Collection, style: Style, shown: Choropleth | None, frame: Frame) -> Sheet:
    if shown is not None:
        taken = await areas(request, frame, list(shown.keys))
        small = shown.picture.system.level in _SMALL
        return Sheet(taken, style.theme, tones=shown.colours(style.theme), small=small, areas=True)
    given = request.query_params
    fields = filters_of(one.layer, one.viewer)
    filters: dict[str, list[Any]] = {}
    for name, text in given.multi_items():
        if name in fields and "collections" not in given:
            filters.setdefault(name, []).append(filter_value(fields[name], text))
    when = span(given["datetime"]) if "datetime" in given and one.dated else None
    query = asked_of(tuple((name, tuple(values)) for name, values in sorted(filters.items())), when)
    look = look_of(one.layer)
    return Sheet(await features(request, one, frame, look, query), style.theme, look, areas=one.id in AREA_IDS)


async def _whole(request: Request, chosen: Chosen, pictures: dict[str, Choropleth]) -> Box:
    """The box (EPSG:4326) around everything that is shown, where a request names none."""
    boxes: list[Box] = []
    for one, _ in chosen:
        if one.id in pictures:
            west, south, east, north = pictures[one.id].picture.parent.bbox
            boxes.append((west, south, east, north))
        elif (extent := (await holdings(request).extent(one.layer, one.viewer)).box) is not None:
            boxes.append(extent)
    if not boxes:
        return _VIET_NAM
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _named(
    places: Places, shown: Choropleth | None, provinces: list[Area], frame: Frame, sheets: list[Sheet]
) -> list[Area]:
    """The areas that are named: those shown where there is room for their names, else the provinces around."""
    own = [places.by_id[area] for sheet in sheets if sheet.areas for area in sheet.taken.ids if area in places.by_id]
    small = any(one.level in _SMALL for one in own)
    if own and (not small or frame.zoom >= COMMUNES_FROM):
        return own
    parent = shown.picture.parent.id if shown else None
    return [one for one in provinces if one.id != parent]
