"""What is said of a raster: its collection, grid, bands and schema."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.rasters import Raster
from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc.answers import answer
from services.ogc.collections import SAMPLE_WORD
from services.ogc.coverages.asked import axes, own_system
from services.ogc.coverages.kept import raster, rasters
from services.ogc.coverages.written import COVERAGEJSON, GEOTIFF, PNG
from services.ogc.features import schemas
from services.ogc.links import HTML, JSON, SCHEMA, base_url, link
from services.ogc.offer import RELATION
from services.ogc.systems import CRS84, URIS

Json = dict[str, Any]

_DATA_TYPE = {
    "uint8": "http://www.opengis.net/def/dataType/OGC/0/unsignedByte",
    "int16": "http://www.opengis.net/def/dataType/OGC/0/signedShort",
    "uint16": "http://www.opengis.net/def/dataType/OGC/0/unsignedShort",
    "int32": "http://www.opengis.net/def/dataType/OGC/0/signedInt",
    "uint32": "http://www.opengis.net/def/dataType/OGC/0/unsignedInt",
    "float32": "http://www.opengis.net/def/dataType/OGC/0/float32",
    "float64": "http://www.opengis.net/def/dataType/OGC/0/float64",
}


async def range_type(request: Request) -> Response:
    """Answer what the cells hold, band by band."""
    one = await raster(request, request.path_params["collection"], viewer_of(request))
    document = {
        "type": "DataRecord",
        "field": [
            {
                "type": "Quantity",
                "name": band["name"],
                "id": band["name"],
                "definition": band["type"],
                "description": band["title"] or _title(one, language(request)),
                **({"uom": {"type": "UnitReference", "code": band["unit"]}} if band["unit"] else {}),
                "encodingInfo": {"dataType": _DATA_TYPE.get(band["type"], band["type"])},
                **({"nodata": band["nodata"]} if band["nodata"] is not None else {}),
            }
            for band in one.bands
        ],
    }
    return await answer(request, document, page="generic")


async def domain_set(request: Request) -> Response:
    """Answer the grid of the cells."""
    one = await raster(request, request.path_params["collection"], viewer_of(request))
    system = own_system(one)
    geographic = system is not None and system.stored
    x, y = axes(geographic)
    a, _, c, _, e, f = one.transform
    unit = "deg" if geographic else "m"
    named = [
        {"type": "RegularAxis", "axisLabel": x, "lowerBound": c, "upperBound": c + a * one.width, "uomLabel": unit, "resolution": a},
        {"type": "RegularAxis", "axisLabel": y, "lowerBound": f + e * one.height, "upperBound": f, "uomLabel": unit, "resolution": -e},
    ]  # fmt: skip
    document = {
        "type": "DomainSet",
        "generalGrid": {
            "type": "GeneralGridCoverage",
            "srsName": system.uri if system else one.crs,
            "axisLabels": [x, y],
            "axis": named,
            "gridLimits": {
                "type": "GridLimits",
                "srsName": "http://www.opengis.net/def/crs/OGC/0/Index2D",
                "axisLabels": ["i", "j"],
                "axis": [
                    {"type": "IndexAxis", "axisLabel": "i", "lowerBound": 0, "upperBound": one.width - 1},
                    {"type": "IndexAxis", "axisLabel": "j", "lowerBound": 0, "upperBound": one.height - 1},
                ],
            },
        },
    }
    return await answer(request, document, page="generic")


async def schema(request: Request) -> Response:
    """Answer the schema of a raster's cells, or that of a layer's features, which has the same address."""
    name, lang = request.path_params["collection"], language(request)
    one = next((one for one in await rasters(request, viewer_of(request)) if one.id == name), None)
    if one is None:
        return await schemas.returnables(request)
    properties = {
        band["name"]: {
            "title": band["title"] or _title(one, lang),
            "type": "number" if band["type"].startswith("float") else "integer",
            "x-ogc-propertySeq": number,
            **({"x-ogc-unit": band["unit"]} if band["unit"] else {}),
        }
        for number, band in enumerate(one.bands, 1)
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base_url(request)}/collections/{one.id}/schema",
        "type": "object",
        "title": _title(one, lang),
        "properties": properties,
    }
    return await answer(request, document, page="schema", kind=SCHEMA)


async def described(request: Request, viewer: Viewer, base: str, lang: Language) -> list[Json]:
    """Return the collections that are rasters."""
    return [_document(one, base, lang) for one in await rasters(request, viewer)]


def _document(one: Raster, base: str, lang: Language) -> Json:
    here = f"{base}/collections/{one.id}"
    system = own_system(one)
    x, y = axes(system is not None and system.stored)
    word = {"vi": ("Trang này", "Lưới số liệu", "Ảnh xem nhanh", "Kênh", "Lưới"),
            "en": ("This page", "Coverage", "Preview", "Bands", "Grid")}[lang]  # fmt: skip
    cells = [
        {"cellsCount": one.width, "resolution": one.transform[0]},
        {"cellsCount": one.height, "resolution": -one.transform[4]},
    ]
    return {
        "id": one.id,
        "title": _title(one, lang),
        "description": _words(one, lang),
        "keywords": [*([SAMPLE_WORD[lang]] if one.sample else []), "Toàn Cảnh"],
        "license": one.licence,
        "itemType": "coverage",
        "dataType": "coverage",
        "extent": {"spatial": {"bbox": [[round(side, 6) for side in one.box]], "crs": CRS84.uri, "grid": cells}},
        "crs": list(dict.fromkeys([*([system.uri] if system else []), *URIS])),
        "storageCrs": system.uri if system else one.crs,
        "axes": [x, y],
        "links": [
            link(here, "self", JSON, word[0]),
            link(f"{here}?f=html", "alternate", HTML, word[0]),
            link(f"{here}/coverage", f"{RELATION}coverage", GEOTIFF, f"{word[1]} (GeoTIFF)"),
            link(f"{here}/coverage?f=covjson", f"{RELATION}coverage", COVERAGEJSON, f"{word[1]} (CoverageJSON)"),
            link(f"{here}/coverage?f=png&width=600", "preview", PNG, word[2]),
            link(f"{here}/schema", f"{RELATION}schema", SCHEMA, word[3]),
            link(f"{here}/coverage/rangetype", f"{RELATION}coverage-rangetype", JSON, word[3]),
            link(f"{here}/coverage/domainset", f"{RELATION}coverage-domainset", JSON, word[4]),
        ],
    }


def _title(one: Raster, lang: Language) -> str:
    return one.title_en if lang == "en" else one.title


def _words(one: Raster, lang: Language) -> str:
    said = [one.description_en if lang == "en" else one.description]
    said.append(f"{'Source' if lang == 'en' else 'Nguồn'}: {one.source}.")
    said.append(
        f"{'Licence' if lang == 'en' else 'Giấy phép'}: {one.licence or ('unknown' if lang == 'en' else 'chưa rõ')}."
    )
    if one.sample:
        said.append("Sample data." if lang == "en" else "Dữ liệu minh hoạ.")
    return " ".join(part for part in said if part)
