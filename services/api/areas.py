"""Areas for the client: one with its children, history and counts, and the search."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import func, select

from boundaries.tables import area as area_table
from boundaries.vintages import CURRENT
from geo.text import fold
from layers.catalogue import FEATURES
from layers.indicators.catalogue import load
from layers.indicators.periods import restore
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.asking import PictureAsked
from services.api.parts import BooksNow, Boundary, PlacesNow, brief, cached, number, vintage_for
from services.database import Reader, Statement
from services.family import family
from services.gazetteer import Area, Places
from services.pictures import parent_of, shown, system_of

router = APIRouter()


@router.get("/areas/{code}")
async def get_area(request: Request, code: str, places: PlacesNow, boundary: Boundary, viewer: ViewerOf) -> Response:
    """One area: names, outline's box and source, parents, children, what it came from and became, and what lies in it."""
    found = places.find(code, boundary)

    async def make() -> dict[str, Any]:
        vintage = boundary or vintage_for(found, None, None)
        return {
            "id": found.id,
            "code": found.code,
            "level": found.level,
            "kind": found.kind,
            "name": found.name,
            "full_name": found.full_name,
            "name_en": found.name_en,
            "bbox": list(found.bbox),
            "label": list(found.label),
            "area_km2": found.area_km2,
            "approximate": found.approximate,
            "source": found.source,
            "resolution": found.resolution,
            "valid_from": found.valid_from.isoformat(),
            "valid_to": found.valid_to.isoformat() if found.valid_to else None,
            "boundary": vintage.id,
            "path": [brief(one) for one in places.path(found)],
            "children": [_listed(one) for one in places.children(found, vintage)],
            **family(places, found),
            "former_names": places.former_names(found),
            "counts": await _counts(request.app.state.reader, viewer, found),
        }

    return await cached(request, ("areas", *(layer.id for layer in FEATURES)), make, viewer.role, viewer.provinces)


@router.get("/shown")
async def get_shown(request: Request, places: PlacesNow, asked: PictureAsked) -> Response:
    """The areas a picture shows: those of a level, of any structure or lens, that share ground with an area."""
    parent = parent_of(places, asked)

    async def make() -> list[dict[str, Any]]:
        return [_listed(one) for one in shown(places, parent, system_of(places, asked, CURRENT))]

    return await cached(request, ("areas",), make)


def _listed(one: Area) -> dict[str, Any]:
    return {
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "full_name": one.full_name,
        "name_en": one.name_en,
        "kind": one.kind,
        "province": one.province_code,
        "bbox": list(one.bbox),
    }


async def _counts(reader: Reader, viewer: Viewer, area: Area) -> dict[str, int]:
    """Count what lies in the area, layer by layer, as the viewer may see it."""
    counts: dict[str, int] = {}
    for layer in FEATURES:
        if not layer.readable(viewer):
            continue
        rows = layer.rows(viewer).subquery()
        statement = select(func.count()).select_from(rows)
        if area.level == "commune":
            statement = statement.where(rows.c.area_id == area.id)
        elif area.level == "province":
            inside = select(area_table.c.id).where(area_table.c.parent_id == area.id)
            statement = statement.where(
                (rows.c.area_id.in_(inside)) | ((rows.c.province_code == area.code) & rows.c.area_id.is_(None))
            )
        counts[layer.id] = int(await reader.value(Statement(statement)) or 0)
    return counts


@router.get("/areas/{code}/figures")
async def get_figures(request: Request, code: str, books: BooksNow, boundary: Boundary, viewer: ViewerOf) -> Response:
    """The newest value of every indicator of one area, with its change against the period before and its state."""
    found = books.places.find(code, boundary)

    async def make() -> dict[str, Any]:
        rows = {row.code: row for row in await books.figures.latest(found)}
        seen = [one for one in load()[1] if one.code in rows and (one.public or viewer.staff)]
        states = {(one.indicator.code, one.period): one.state for one in await books.states.of_area(found, seen)}
        listed = []
        for one in seen:
            now = rows[one.code]
            at = restore(now.letter, now.start)
            change = percent = None
            if now.value is not None and now.before is not None:
                change = now.value - now.before
                percent = round(change / abs(now.before) * 100, 2) if now.before else None
            listed.append(
                {
                    "code": one.code,
                    "period": at.key,
                    "value": number(now.value, one.decimals),
                    "blank": now.blank,
                    "change": number(change, one.decimals),
                    "change_percent": percent,
                    "state": states.get((one.code, at)),
                    "sample": now.sample,
                }
            )
        return {"area": brief(found), "figures": listed}

    return await cached(request, ("areas", "observations"), make, viewer.role)


@router.get("/search")
async def search(
    request: Request,
    places: PlacesNow,
    viewer: ViewerOf,
    q: Annotated[str, Query(max_length=200, description="name, former name or code; accents may be left out")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """Areas and indicators that a person may mean, best first."""

    async def make() -> dict[str, Any]:
        return {"results": [*_areas(places, q, limit), *_indicators(q, limit, viewer)][: limit + 4]}

    return await cached(request, ("areas",), make, viewer.role)


def _areas(places: Places, words: str, limit: int) -> list[dict[str, Any]]:
    results = []
    for found in places.search(words, limit):
        parents = places.path(found.area)[1:-1]
        former = found.by if found.by != found.area.full_name else ""
        results.append(
            {
                "type": "area",
                "code": found.area.code,
                "title": found.area.full_name,
                "title_en": found.area.name_en,
                "subtitle": " · ".join([f"trước đây: {former}"] * bool(former) + [one.full_name for one in parents]),
                "subtitle_en": " · ".join([f"formerly {former}"] * bool(former) + [one.name_en for one in parents]),
                "level": found.area.level,
            }
        )
    return results


def _indicators(words: str, limit: int, viewer: Viewer) -> list[dict[str, Any]]:
    asked = fold(words)
    if len(asked) < 2:
        return []
    modules = {module.id: module for module in load()[0]}
    known = [one for one in load()[1] if one.public or viewer.staff]
    hits = [one for one in known if asked in fold(one.name) or asked in one.name_en.lower() or asked == fold(one.code)]
    hits.sort(key=lambda one: (asked != fold(one.code), not fold(one.name).startswith(asked), one.code))
    return [
        {
            "type": "indicator",
            "code": one.code,
            "title": one.name,
            "title_en": one.name_en,
            "subtitle": modules[one.module].title,
            "subtitle_en": modules[one.module].title_en,
            "level": None,
        }
        for one in hits[:limit]
    ]
