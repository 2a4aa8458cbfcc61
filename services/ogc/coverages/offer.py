"""OGC API – Coverages: the rasters that are kept, cut, scaled and carried to another system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from geo.raster_reading import read
from services.accounts import viewer as viewer_of
from services.language import Language, language
from services.ogc.collections import Collection
from services.ogc.coverages.asked import Wanted, wanted
from services.ogc.coverages.described import described, domain_set, range_type, schema
from services.ogc.coverages.kept import path_of, raster
from services.ogc.coverages.written import COVERAGEJSON, GEOTIFF, PNG, as_covjson, as_png, as_tif
from services.ogc.links import JSON, fresh, keeping, not_modified, tag
from services.ogc.offer import Offer, conforms
from services.ogc.operations import in_path, in_query, operation
from services.ogc.parameters import format_of

Json = dict[str, Any]

_KINDS = {"tif": GEOTIFF, "png": PNG, "covjson": COVERAGEJSON}


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
    described=described,
    operations=_operations,
    components=_components,
)
