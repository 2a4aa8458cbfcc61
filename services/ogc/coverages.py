"""OGC API – Coverages: the rasters that are kept, cut, scaled and carried to another system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from geo.raster_reading import read
from layers.rasters import REVISION, Raster, of_row, select
from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.database import Statement
from services.errors import NotFound, Unavailable
from services.language import Language, language
from services.ogc import schemas
from services.ogc.answers import answer
from services.ogc.collections import SAMPLE_WORD, Collection
from services.ogc.coverages_asked import Wanted, axes, own_system, wanted
from services.ogc.coverages_written import COVERAGEJSON, GEOTIFF, PNG, as_covjson, as_png, as_tif
from services.ogc.links import HTML, JSON, SCHEMA, base_url, fresh, keeping, link, not_modified, tag
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import in_path, in_query, operation
from services.ogc.parameters import format_of
from services.ogc.systems import CRS84, URIS
from services.rasters import folder

Json = dict[str, Any]

_KINDS = {"tif": GEOTIFF, "png": PNG, "covjson": COVERAGEJSON}
_STATEMENT = Statement(select())


async def rasters(request: Request, viewer: Viewer) -> list[Raster]:
    """Return the rasters the viewer may know of."""
    state = request.app.state
    revision = state.revisions[REVISION]
    kept: tuple[int, list[Raster]] | None = getattr(state, "rasters", None)
    if kept is None or kept[0] != revision:
        kept = revision, [of_row(row) for row in await state.reader.rows(_STATEMENT)]
        state.rasters = kept
    return [one for one in kept[1] if one.readable(viewer)]


async def raster(request: Request, name: str, viewer: Viewer) -> Raster:
    """Return one raster; NotFound for one that is not there or that the viewer may not know of."""
    for one in await rasters(request, viewer):
        if one.id == name:
            return one
    raise NotFound(f"Không có raster “{name[:80]}”.", f"There is no coverage “{name[:80]}”.")


def path_of(request: Request, one: Raster) -> Path:
    """Return where its file lies; Unavailable where it is gone."""
    path = folder(request.app.state.settings) / one.file
    if not path.is_file():
        raise Unavailable(
            f"Tệp của raster “{one.id}” không còn trong thư mục dữ liệu.",
            f"The file of the coverage “{one.id}” is not in the data folder.",
        )
    return path


async def coverage(request: Request) -> Response:
    """Answer cells of a raster as GeoTIFF, PNG or CoverageJSON."""
    viewer, lang = viewer_of(request), language(request)
    one = await raster(request, request.path_params["collection"], viewer)
    form = _format(request)
    etag = tag(request.url.path, str(request.query_params), form, lang, one.file, one.title, one.bands)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    path = path_of(request, one)

    def make() -> tuple[Wanted, bytes]:
        asked = wanted(request, one, path, form)
        values = read(path, asked.frame, asked.bands)
        if form == "png":
            return asked, as_png(values, one, asked.bands)
        if form == "covjson":
            return asked, as_covjson(values, asked.frame, one, asked.bands, asked.system, lang)
        return asked, as_tif(values, asked.frame, one, asked.bands)

    asked, body = await run_in_threadpool(make)
    headers = keeping(viewer, etag) | {"Content-Disposition": f'inline; filename="{one.id}.{form}"'}
    if asked.system is not None:
        headers["Content-Crs"] = f"<{asked.system.uri}>"
    headers["Content-Bbox"] = ",".join(f"{side:.10g}" for side in asked.frame.bounds)
    return Response(body, media_type=_KINDS[form], headers=headers)


def _format(request: Request) -> str:
    accept = request.headers.get("accept", "")
    if "f" in request.query_params:
        form = format_of(request, "tif", "png", "covjson", "json")
        return "covjson" if form == "json" else form
    places = {form: accept.find(kind.split(";")[0]) for form, kind in _KINDS.items()}
    named = {form: place for form, place in places.items() if place >= 0}
    if not named and accept.startswith("application/json"):
        return "covjson"
    return min(named, key=lambda form: named[form]) if named and "*/*" not in accept[:3] else "tif"


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


async def _described(request: Request, viewer: Viewer, base: str, lang: Language) -> list[Json]:
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


def _operations(_: Sequence[Collection], __: Language) -> Json:
    here = "/collections/{coverageId}/coverage"
    asked = ["coverageId", *_ASKED]
    return {
        here: operation("getCoverage", [GEOTIFF, PNG, COVERAGEJSON], asked, tag="coverages"),
        f"{here}/rangetype": operation("getRangeType", JSON, ["coverageId", "f", "lang"], tag="coverages"),
        f"{here}/domainset": operation("getDomainSet", JSON, ["coverageId", "f", "lang"], tag="coverages"),
    }


def _components(_: Sequence[Collection], __: Language) -> Json:
    text: Json = {"type": "string"}
    return {
        "coverageId": in_path("coverageId", text),
        "subset": in_query("subset", text, example="Lat(11.5:12),Lon(108:108.5)"),
        "subset-crs": in_query("subset-crs", {**text, "format": "uri"}),
        "scale-factor": in_query("scale-factor", {"type": "number", "exclusiveMinimum": True, "minimum": 0}),
        "scale-size": in_query("scale-size", text, example="Lon(200),Lat(150)"),
        "coverageProperties": in_query("properties", {"type": "array", "items": text}, style="form", explode=False),
        "coverageFormat": in_query("f", {**text, "enum": list(_KINDS)}),
    }


_ASKED = (
    "bbox", "bbox-crs", "subset", "subset-crs", "crs", "coverageProperties", "scale-factor", "scale-size", "coverageFormat",
)  # fmt: skip
_DATA_TYPE = {
    "uint8": "http://www.opengis.net/def/dataType/OGC/0/unsignedByte",
    "int16": "http://www.opengis.net/def/dataType/OGC/0/signedShort",
    "uint16": "http://www.opengis.net/def/dataType/OGC/0/unsignedShort",
    "int32": "http://www.opengis.net/def/dataType/OGC/0/signedInt",
    "uint32": "http://www.opengis.net/def/dataType/OGC/0/unsignedInt",
    "float32": "http://www.opengis.net/def/dataType/OGC/0/float32",
    "float64": "http://www.opengis.net/def/dataType/OGC/0/float64",
}

OFFER = Offer(
    conformance=conforms(
        "ogcapi-coverages-1/1.0",
        "core",
        "subsetting",
        "scaling",
        "crs",
        "fieldselection",
        "geotiff",
        "coveragejson",
        "png",
        "oas30",
        "geodata-coverage",
        "coverage-subset",
        "coverage-rangesubset",
        "coverage-bbox",
        "coverage-scaling",
    ),
    routes=(
        ("/ogc/collections/{collection}/schema", schema, ("GET",)),
        ("/ogc/collections/{collection}/coverage", coverage, ("GET",)),
        ("/ogc/collections/{collection}/coverage/rangetype", range_type, ("GET",)),
        ("/ogc/collections/{collection}/coverage/domainset", domain_set, ("GET",)),
    ),
    described=_described,
    operations=_operations,
    components=_components,
)

__all__ = ["OFFER", "path_of", "raster", "rasters"]
