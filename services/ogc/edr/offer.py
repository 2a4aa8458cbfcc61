"""OGC API – EDR as a standard of the feeds: its collection, addresses and description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from layers.viewer import Viewer
from services.language import Language
from services.ogc.collections import Collection, extent_of, holdings
from services.ogc.edr import answers, locations
from services.ogc.edr.asked import FORMATS
from services.ogc.edr.coverage_json import MEDIA, parameter
from services.ogc.figures.answers import figures_of
from services.ogc.holdings import Figures, union
from services.ogc.links import GEOJSON, HTML, JSON, link
from services.ogc.offer import Offer, conforms
from services.ogc.operations import in_path, in_query, operation
from services.ogc.systems import CRS84, SYSTEMS

Json = dict[str, Any]

_WORDS: dict[Language, tuple[str, str]] = {
    "vi": (
        "Chỉ tiêu theo địa bàn và kỳ (EDR)",
        "Mọi chỉ tiêu của mọi địa bàn: chọn địa bàn bằng mã, đa giác hoặc điểm, chọn chỉ tiêu bằng parameter-name, kỳ bằng "
        "datetime (2026-10, 2026-Q3, 2025-07/2026-10). Không nêu boundary là số thu thập cho chính địa bàn; nêu boundary "
        "thì số theo ranh giới khác được quy đổi sang.",
    ),
    "en": (
        "Indicators by area and period (EDR)",
        "Every indicator of every area: choose areas by code, polygon or point, indicators by parameter-name and periods by "
        "datetime (2026-10, 2026-Q3, 2025-07/2026-10). Without boundary figures are those collected for the area itself; "
        "with it figures on other boundaries are carried over.",
    ),
}
_QUERIES = ("position", "area", "locations")
_SYSTEMS = [{"crs": one.uri, "wkt": f"EPSG:{one.srid}" if one is not CRS84 else "OGC:CRS84"} for one in SYSTEMS]


async def _described(request: Request, viewer: Viewer, base: str, lang: Language) -> list[Json]:
    there = list((await figures_of(request, viewer)).values())
    if not there:
        return []

    async def tell() -> Json:
        first, last = zip(*(one.span for one in there), strict=True)
        box = union([one.box for one in there if one.box])
        return {
            "extent": extent_of(box, [f"{min(first)}T00:00:00Z", f"{max(last)}T00:00:00Z"]),
            "parameter_names": {one.indicator.code: _parameter(one, lang) for one in there},
        }

    # Kept, because every description of a collection asks for all of them.
    told = await holdings(request).once(("edr", viewer.role, lang), ["observations", "areas"], tell)
    here, (title, description) = f"{base}/collections/{answers.ID}", _WORDS[lang]
    return [
        {
            "id": answers.ID,
            "title": title,
            "description": description,
            "keywords": ["EDR", "CoverageJSON", "Toàn Cảnh"],
            "extent": told["extent"],
            "crs": [one.uri for one in SYSTEMS],
            "storageCrs": CRS84.uri,
            "output_formats": list(FORMATS),
            "data_queries": {name: {"link": _query(here, name, lang)} for name in _QUERIES},
            "parameter_names": told["parameter_names"],
            "links": [
                link(here, "self", JSON),
                link(f"{here}?f=html", "alternate", HTML),
                link(f"{here}/locations", "data", GEOJSON, "Locations" if lang == "en" else "Địa bàn"),
            ],
        }
    ]


def _parameter(one: Figures, lang: Language) -> Json:
    """An indicator as the schema of EDR has it: texts where CoverageJSON has both languages; the description has both."""
    told = parameter(one)
    labels = told["observedProperty"]["label"]
    return {
        "type": "Parameter",
        "id": one.indicator.code,
        "label": labels[lang],
        "description": " / ".join(told["description"].values()),
        "unit": {"label": told["unit"]["label"][lang], "symbol": told["unit"]["symbol"]},
        "observedProperty": {
            "id": one.indicator.code,
            "label": labels[lang],
            "description": " / ".join(labels.values()),
        },
    }


def _query(here: str, name: str, lang: Language) -> Json:
    titles = {
        "position": ("Số liệu tại một điểm", "Figures at a point"),
        "area": ("Số liệu trong một đa giác", "Figures in a polygon"),
        "locations": ("Số liệu của một địa bàn theo mã", "Figures of an area by its code"),
    }
    title = titles[name][lang == "en"]
    return {
        **link(f"{here}/{name}", "data", GEOJSON if name == "locations" else MEDIA, title),  # the list; one has figures
        "variables": {
            "title": title,
            "query_type": name,
            "output_formats": list(FORMATS),
            "default_output_format": FORMATS[0],
            "crs_details": _SYSTEMS,
            **({"coords": {"description": "WKT"}} if name != "locations" else {}),
        },
    }


_DATA = ["parameter-name", "datetime", "crs", "level", "boundary", "edrFormat", "lang"]


def _operations(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    here, kinds = f"/collections/{answers.ID}", [MEDIA, GEOJSON, "text/csv"]
    title = _WORDS[lang][0]
    return {
        f"{here}/locations": operation(
            "listLocations", GEOJSON, ["bbox", "datetime", "level", "boundary", "crs", "limit", "offset", "lang"],
            tag=answers.ID, title=title,
        ),
        f"{here}/locations/{{locationId}}": operation(
            "getLocation", kinds, ["locationId", *_DATA], tag=answers.ID, title=title
        ),
        f"{here}/position": operation("getPosition", kinds, ["coords", *_DATA], tag=answers.ID, title=title),
        f"{here}/area": operation("getArea", kinds, ["coords", *_DATA], tag=answers.ID, title=title),
    }  # fmt: skip


def _components(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    text = {"type": "string"}
    return {
        "coords": {**in_query("coords", text, example="POINT(108.44 11.94)"), "required": True},
        "parameter-name": in_query(
            "parameter-name", {"type": "array", "items": text}, style="form", explode=False, example=["HCC-04"]
        ),
        "locationId": in_path("locationId", text),
        "edrFormat": in_query("f", {**text, "enum": list(FORMATS), "default": FORMATS[0]}),
    }


_CLASSES = ("core", "collections", "queries", "json", "geojson", "edr-geojson", "covjson", "oas30")

OFFER = Offer(
    conformance=(
        *conforms("ogcapi-edr-1/1.0", *_CLASSES),
        *conforms("ogcapi-edr-1/1.1", *_CLASSES, "position", "area", "locations"),
    ),
    first=(
        (f"/ogc/collections/{answers.ID}/locations", locations.locations),
        (f"/ogc/collections/{answers.ID}/locations/{{location}}", answers.location),
        (f"/ogc/collections/{answers.ID}/area", answers.area),
        (f"/ogc/collections/{answers.ID}/position", answers.position),
    ),
    described=_described,
    operations=_operations,
    components=_components,
)
