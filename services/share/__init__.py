"""Maps that travel: one HTML file of the current view, for an e-mail or a meeting without a network."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import shapely
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from services.database import engine
from services.language import language
from services.settings import Settings
from services.share.document import share_map
from services.share.reading import read_view
from services.share.view import Level, Method

__all__ = ["file_name", "install", "make"]


def make(
    engine: Engine,
    *,
    indicator: str,
    area: str = "VN",
    period: str | None = None,
    level: Level | None = None,
    method: Method = "quantile",
    boundary: str | None = None,
    lang: str = "vi",
) -> tuple[str, str]:
    """Return the page of a map as HTML text, and a name for its file. Raises as `read_view` does."""
    with engine.connect() as connection:
        view = read_view(
            connection,
            indicator=indicator,
            area=area,
            period=period,
            level=level,
            method=method,
            boundary=boundary,
        )
    name = file_name(view.indicator.code, view.area_code, view.period.key)
    return share_map(view, lang=lang, land=land_abroad()), name


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
    settings: Settings = app.state.settings
    made = engine(settings, timeout=True)

    @app.get("/api/share", include_in_schema=True)
    def get_share(
        request: Request,
        indicator: Annotated[str, Query(description="code of the indicator")],
        area: Annotated[str, Query(description="code of the area; VN is the country")] = "VN",
        period: Annotated[str | None, Query(description="period; empty: the newest")] = None,
        level: Annotated[Literal["province", "commune"] | None, Query(description="level of the areas shown")] = None,
        method: Annotated[Method, Query(description="how classes are cut")] = "quantile",
        boundary: Annotated[str, Query(description="boundary vintage or date; empty: that of the figures")] = "",
    ) -> Response:
        """The current view as one HTML file that opens without a network."""
        text, name = make(
            made,
            indicator=indicator,
            area=area,
            period=period or None,
            level=level,
            method=method,
            boundary=boundary or None,
            lang=language(request),
        )
        return Response(
            text,
            media_type="text/html; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"},
        )
