"""What the client needs before it can draw: the product, boundaries, layers and the style of the map."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy import func, select

from boundaries.vintages import CURRENT, VINTAGES
from layers.catalogue import COMPUTED, FEATURES
from layers.indicators.catalogue import FIRST_INDICATORS
from layers.layer import Field, Layer
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.parts import Boundary, FiguresNow, PlacesNow, cached
from services.database import Statement
from services.errors import NotFound
from services.figures import Figures
from services.gazetteer import Places
from services.language import language
from services.lenses import Lens, lenses
from services.lenses import lens as find_lens
from services.settings import PROJECT, Settings
from styles.basemap import ARCHIPELAGOS, document
from styles.legend import legend
from styles.maplibre import images, style_layers

router = APIRouter()

LAND = PROJECT / "boundaries" / "data" / "land.geojson"


@router.get("/start")
async def get_start(request: Request, places: PlacesNow, figures: FiguresNow, viewer: ViewerOf) -> Response:
    """The product, its boundary vintages, layers as the viewer may see them, and what to show first."""
    settings: Settings = request.app.state.settings
    revisions = request.app.state.revisions

    async def make() -> dict[str, Any]:
        home = await _home(places, settings)
        return {
            "product": "Toàn Cảnh",
            "version": version("toancanh"),
            "home": home,
            "languages": ["vi", "en"],
            "boundaries": [_boundary(places, one) for one in reversed(VINTAGES) if places.all("province", one)],
            "lenses": [{"id": one.id, "title": one.title, "title_en": one.title_en} for one in lenses(places)],
            "bbox": list(places.find("VN").bbox),
            "default": {"indicator": await _first(figures), "area": home, "period": None},
            "archipelagos": [{"name": vi, "name_en": en, "lon": lon, "lat": lat} for vi, en, lon, lat in ARCHIPELAGOS],
            "basemap": _basemap(settings),
            "revision": {"areas": str(revisions["areas"]), "observations": str(revisions["observations"])},
            "staff": viewer.staff,
            "layers": [
                await _layer(request, layer, viewer) for layer in (*COMPUTED, *FEATURES) if layer.readable(viewer)
            ],
        }

    return await cached(
        request,
        ("areas", "observations", *(layer.id for layer in (*COMPUTED, *FEATURES))),
        make,
        viewer.role,
        viewer.provinces,
    )


async def _home(places: Places, settings: Settings) -> str:
    if settings.home == "VN":
        return "VN"
    return places.find(settings.home).code


async def _first(figures: Figures) -> str:
    held = await figures.holdings()
    return next((code for code in FIRST_INDICATORS if code in held), next(iter(held), FIRST_INDICATORS[0]))


def _boundary(places: Places, vintage: Any) -> dict[str, Any]:
    provinces = places.all("province", vintage)
    return {
        "id": vintage.id,
        "from": vintage.id,
        "to": vintage.until.isoformat() if vintage.until else None,
        "title": vintage.title,
        "title_en": vintage.title_en,
        "approximate": any(one.approximate for one in provinces),
        "levels": [level for level in ("province", "district", "commune") if places.all(level, vintage)],
        "communes_of": [one.code for one in provinces if places.children(one)],
    }


def _basemap(settings: Settings) -> dict[str, str] | None:
    if not settings.basemap:
        return None
    kind = "xyz" if "{z}" in settings.basemap else "pmtiles"
    local = kind == "pmtiles" and "://" not in settings.basemap
    return {
        "kind": kind,
        "url": "/api/basemap.pmtiles" if local else settings.basemap,
        "attribution": settings.basemap_attribution,
    }


async def _layer(request: Request, layer: Layer, viewer: Viewer) -> dict[str, Any]:
    rows = layer.rows(viewer).subquery()
    found = await request.app.state.reader.row(
        Statement(select(func.count(), func.bool_or(rows.c.sample)).select_from(rows))
    )
    count, sample = found or (0, False)
    revision = request.app.state.revisions[layer.id]
    fields = layer.fields_for(viewer)
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "description": layer.description,
        "description_en": layer.description_en,
        "geometry": layer.geometry,
        "count": count,
        "sample": bool(sample),
        "counted": layer in FEATURES,  # things in areas; what is told of every area itself is not counted
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "tiles": f"/ogc/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt&v={revision}",
        "style": {
            theme: style_layers(layer.id, layer.look, theme, cells_below=layer.points_from)
            for theme in ("light", "dark")
        },
        "images": images(layer.look),
        "legend": legend(layer.look, layer.title, layer.title_en),
        "title_field": layer.title_field,
        "fields": [_field(one) for one in fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "title": field.title,
        "title_en": field.title_en,
        "type": field.type,
        "unit": field.unit,
        "codes": [{"value": c.value, "title": c.title, "title_en": c.title_en} for c in field.codes],
        "popup": field.popup,
        "filter": field.filter,
    }


@router.get("/style")
async def get_style(
    request: Request,
    places: PlacesNow,
    boundary: Boundary,
    theme: Annotated[Literal["light", "dark"], Query()] = "light",
    lens: Annotated[str | None, Query(description="name of a lens, whose areas are drawn over the others")] = None,
) -> Response:
    """The MapLibre style of the map itself, without any layer on it."""
    revision = request.app.state.revisions["areas"]
    vintage = (boundary or CURRENT).id
    address = "/ogc/collections/{}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt&datetime={}&v={}"
    through = find_lens(places, lens) if lens else None

    async def make() -> dict[str, Any]:
        return document(
            theme=theme,
            lang=language(request),
            provinces=address.format("provinces", vintage, revision),
            communes=address.format("communes", vintage, revision),
            land="/api/land.json",
            bounds=list(places.find("VN").bbox),
            lens=(_through(address, through, revision), through.collection) if through else None,
        )

    return await cached(request, ("areas",), make, language(request))


def _through(address: str, lens: Lens, revision: int) -> str:
    day = CURRENT.id if lens.system.is_region else str(lens.system.boundary)
    kind = f"&kind={lens.system.boundary}" if lens.system.is_region else ""
    return address.format(lens.collection, day, revision) + kind


@router.get("/land.json")
async def get_land() -> Response:
    """The land around Viet Nam, without borders and names (Natural Earth, public domain)."""
    return FileResponse(LAND, media_type="application/geo+json", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/basemap.pmtiles")
async def get_basemap(request: Request) -> Response:
    """The optional background map, where the setting names a local file; ranges are served."""
    path = Path(request.app.state.settings.basemap)
    if not path.is_file():
        raise NotFound("Máy chủ này không có tệp bản đồ nền.", "This server has no file of a background map.")
    return FileResponse(path, media_type="application/vnd.pmtiles")
