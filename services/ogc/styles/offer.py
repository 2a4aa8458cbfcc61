"""Styles as a standard of the OGC API: where style documents and the QGIS project are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.links import JSON, link
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import in_path, in_query, operation
from services.ogc.styles import answers, qgis_project
from services.ogc.styles.answers import KINDS, MAPBOX

_TITLES: dict[Language, str] = {"vi": "Kiểu hiển thị", "en": "Styles"}


def _landing(base: str, lang: Language) -> list[dict[str, Any]]:
    project = "QGIS project" if lang == "en" else "Dự án QGIS"
    return [
        link(f"{base}/styles", f"{RELATION}styles", JSON, _TITLES[lang]),
        link(f"{base}/qgis-project.qgs", "related", qgis_project.KIND, project),
    ]


def _links(one: Collection, base: str, lang: Language) -> list[dict[str, Any]]:
    return [link(f"{base}/collections/{one.id}/styles", f"{RELATION}styles", JSON, _TITLES[lang])]


def _operations(_there: Sequence[Collection], _lang: Language) -> dict[str, Any]:
    one = "/collections/{collectionId}/styles"
    return {
        "/styles": operation("getStyles", JSON, ["f", "lang"]),
        "/styles/{styleId}": operation("getStyle", MAPBOX, ["styleId", "lang"]),
        "/qgis-project.qgs": operation("getQgisProject", qgis_project.KIND, ["collections", "crs", "theme", "lang"]),
        one: operation("collection.getStyles", JSON, ["collectionId", "f", "lang"]),
        f"{one}/{{styleId}}": operation(
            "collection.getStyle",
            list(KINDS.values()),
            ["collectionId", "styleId", "styleFormat", "datetime", "level", "boundary", "within", "classes", "lang"],
        ),
    }


def _components(_there: Sequence[Collection], _lang: Language) -> dict[str, Any]:
    return {
        "theme": in_query("theme", {"type": "string", "enum": ["light", "dark"], "default": "light"}),
        "styleId": in_path("styleId", {"type": "string"}),
        "styleFormat": in_query("f", {"type": "string", "enum": list(KINDS), "default": "mapbox"}),
    }


OFFER = Offer(
    conformance=conforms("ogcapi-styles-1/0.0", "core", "mapbox-styles", "sld-10", "sld-11"),
    routes=(
        ("/ogc/qgis-project.qgs", qgis_project.qgis_project, ("GET",)),
        ("/ogc/styles", answers.all_styles, ("GET",)),
        ("/ogc/styles/{style}", answers.one_style, ("GET",)),
        ("/ogc/collections/{collection}/styles", answers.collection_styles, ("GET",)),
        ("/ogc/collections/{collection}/styles/{style}", answers.collection_style, ("GET",)),
    ),
    landing=_landing,
    links=_links,
    operations=_operations,
    components=_components,
)
