"""Maps that travel: one HTML file of the current view, for an e-mail or a meeting without a network."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import resources
from typing import Annotated, Any

import shapely
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from services.carried import Carried
from services.database import Reader
from services.figures import Figures
from services.gazetteer import Gazetteer
from services.language import language
from services.linkage import Linkage
from services.revisions import Revisions
from services.settings import Settings
from services.share.document import share_map
from services.share.reading import Books, read_view
from services.share.view import Level, Method

__all__ = ["file_name", "install", "make"]


def make(engine: Engine, *, lang: str = "vi", **asked: Any) -> tuple[str, str]:
    """Return the page of a map as HTML text, and a name for its file. Takes and raises what `read_view` does."""
    return asyncio.run(_alone(engine.url.render_as_string(hide_password=False), lang, asked))


async def _alone(url: str, lang: str, asked: dict[str, Any]) -> tuple[str, str]:
    """Make a page outside the server."""
    reader, revisions = Reader(url, size=2, timeout_ms=Settings().statement_timeout_ms), Revisions(url)
    figures = Figures(reader, revisions)
    await reader.open()
    try:
        places = await Gazetteer(reader, revisions).places()
        carried = Carried(reader, revisions, figures, Linkage(reader, revisions))
        return await _page(Books(reader, places, figures, carried), lang, asked)
    finally:
        await reader.close()


async def _page(books: Books, lang: str, asked: dict[str, Any]) -> tuple[str, str]:
    view = await read_view(books, **asked)
    name = file_name(view.indicator.code, view.area_code, view.period.key)
    return await asyncio.to_thread(share_map, view, lang=lang, land=land_abroad()), name


def file_name(indicator: str, area: str, period: str) -> str:
    """Return the name a shared map is saved under: plain letters, so that every mail program keeps it."""
    return f"toan-canh_{indicator.lower()}_{area.lower()}_{period.lower()}.html"


@cache
def land_abroad() -> BaseGeometry:
    """The land around Viet Nam (EPSG:4326; Natural Earth, public domain)."""
    text = (resources.files("boundaries") / "data" / "land.geojson").read_text(encoding="utf-8")
    return shapely.make_valid(shapely.from_geojson(text))


def install(app: FastAPI) -> None:
    """Answer GET /api/share with the file as a download."""

    @app.get("/api/share", include_in_schema=True)
    async def get_share(
        request: Request,
        indicator: Annotated[str, Query(description="code of the indicator")],
        area: Annotated[str, Query(description="code of the area; VN is the country")] = "VN",
        period: Annotated[str, Query(description="period; empty: the newest")] = "",
        level: Annotated[Level | None, Query(description="level of the areas shown")] = None,
        method: Annotated[Method, Query(description="how classes are cut")] = "quantile",
        boundary: Annotated[str, Query(description="boundary vintage or date; empty: that of the figures")] = "",
        frame: Annotated[str, Query(description="structure `area` is meant in; empty: that of boundary")] = "",
        lens: Annotated[str, Query(description="lens whose areas are shown instead")] = "",
    ) -> Response:
        """The current view as one HTML file that opens without a network."""
        state = request.app.state
        books = Books(state.reader, await state.gazetteer.places(), state.figures, state.carried)
        asked = {
            "indicator": indicator, "area": area, "period": period, "level": level, "method": method,
            "boundary": boundary, "frame": frame, "lens": lens,
        }  # fmt: skip
        given = {key: value for key, value in asked.items() if value or key == "indicator"}
        text, name = await _page(books, language(request), given)
        return Response(
            text,
            media_type="text/html; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"},
        )
