"""Maps as a standard of the OGC API: where pictures are and what a client may ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.links import link
from services.ogc.maps import answers
from services.ogc.maps.asked import FORMATS, MOST
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import in_query, operation

Json = dict[str, Any]
_TITLES: dict[Language, str] = {"vi": "Ảnh bản đồ", "en": "Map picture"}
_ASKED = [
    "bbox", "bbox-crs", "subset", "subset-crs", "center", "center-crs", "scale-denominator", "crs", "width", "height", "bgcolor", "transparent", "legend", "title", "datetime", "mapFormat", "lang",
]  # fmt: skip
_OF_FIGURES = ["level", "boundary", "within", "classes"]


def _landing(base: str, lang: Language) -> list[dict[str, Any]]:
    return [link(f"{base}/map", f"{RELATION}map", "image/png", _TITLES[lang])]


def _links(one: Collection, base: str, lang: Language) -> list[dict[str, Any]]:
    here = f"{base}/collections/{one.id}/map"
    return [
        link(f"{here}?f={form}", f"{RELATION}map", kind, f"{_TITLES[lang]} ({form})") for form, kind in FORMATS.items()
    ]


def _operations(_there: Sequence[Collection], _lang: Language) -> Json:
    kinds = list(FORMATS.values())
    one = "/collections/{collectionId}"
    return {
        "/map": operation("dataset.getMap", kinds, [*_ASKED, "collections", *_OF_FIGURES]),
        f"{one}/map": operation("collection.getMap", kinds, ["collectionId", *_ASKED, *_OF_FIGURES]),
        f"{one}/styles/{{styleId}}/map": operation(
            "collection.style.getMap", kinds, ["collectionId", "styleId", *_ASKED, *_OF_FIGURES]
        ),
    }


def _components(_there: Sequence[Collection], _lang: Language) -> Json:
    side = {"type": "integer", "minimum": 1, "maximum": MOST}
    uri = {"type": "string", "format": "uri"}
    return {
        "subset": in_query("subset", {"type": "string", "example": "Lon(108:109),Lat(11.5:12)"}),
        "subset-crs": in_query("subset-crs", uri),
        "center": in_query(
            "center",
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            style="form",
            explode=False,
        ),
        "center-crs": in_query("center-crs", uri),
        "scale-denominator": in_query("scale-denominator", {"type": "number", "minimum": 100}),
        "mapFormat": in_query("f", {"type": "string", "enum": list(FORMATS)}),
        "width": in_query("width", side),
        "height": in_query("height", side),
        "bgcolor": in_query("bgcolor", {"type": "string", "example": "0xFFFFFF"}),
        "transparent": in_query("transparent", {"type": "boolean", "default": True}),
        "legend": in_query("legend", {"type": "string", "enum": ["false", "true", "only"], "default": "false"}),
        "title": in_query("title", {"type": "string", "maxLength": 160}),
        "collections": in_query(
            "collections", {"type": "array", "items": {"type": "string"}}, style="form", explode=False
        ),
        "within": in_query("within", {"type": "string", "default": "VN", "example": "68"}),
        "classes": in_query("classes", {"type": "integer", "minimum": 3, "maximum": 7, "default": 5}),
    }


OFFER = Offer(
    conformance=conforms(
        "ogcapi-maps-1/1.0",
        "core",
        "collections-selection",
        "collection-map",
        "dataset-map",
        "crs",
        "png",
    ),
    routes=(
        ("/ogc/map", answers.dataset_map, ("GET",)),
        ("/ogc/collections/{collection}/map", answers.collection_map, ("GET",)),
        ("/ogc/collections/{collection}/styles/{style}/map", answers.collection_map, ("GET",)),
    ),
    landing=_landing,
    links=_links,
    operations=_operations,
    components=_components,
)
