"""A part of a raster written for clients: GeoTIFF with its numbers, PNG to look at, CoverageJSON for scripts."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.ma as ma
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from geo.raster_reading import Frame
from layers.rasters import Raster
from services.language import Language
from services.ogc.systems import System
from styles.palette import SEQUENTIAL

Json = dict[str, Any]
Values = ma.MaskedArray[Any, Any]

GEOTIFF = "image/tiff; application=geotiff"
COVERAGEJSON = "application/prs.coverage+json"
PNG = "image/png"


def as_tif(values: Values, frame: Frame, one: Raster, bands: Sequence[int]) -> bytes:
    """Return a GeoTIFF; cells without a value hold the raster's own mark, else NaN, else the type's least number."""
    described = [one.bands[number - 1] for number in bands]
    nodata = described[0]["nodata"]
    if nodata is None and values.mask.any():
        nodata = float("nan") if values.dtype.kind == "f" else float(np.iinfo(values.dtype).min)
    profile = {
        "driver": "GTiff", "width": frame.width, "height": frame.height, "count": len(described),
        "dtype": values.dtype, "crs": rasterio.CRS.from_wkt(frame.crs.to_wkt()), "transform": frame.transform,
        "compress": "deflate", "zlevel": 1, "predictor": 3 if values.dtype.kind == "f" else 2, "nodata": nodata,
    }  # fmt: skip
    if min(frame.width, frame.height) >= 256:
        profile |= {"tiled": True, "blockxsize": 256, "blockysize": 256}
    with MemoryFile() as memory:
        with memory.open(**profile) as made:
            made.write(values.filled(nodata) if nodata is not None else values.data)
            for i, band in enumerate(described, 1):
                made.set_band_description(i, band["name"])
                made.set_band_unit(i, band["unit"])
        return bytes(memory.read())


def as_png(values: Values, one: Raster, bands: Sequence[int]) -> bytes:
    """Return a picture: three bands of bytes as colours, else the first band along the ramp of figures (2nd to 98th percentile)."""
    if values.shape[0] == 3 and values.dtype == np.uint8:
        colours = np.moveaxis(values.filled(0), 0, -1)
    else:
        band = one.bands[bands[0] - 1]
        low, high = band["low"] or 0.0, band["high"] or 0.0
        part = (values[0].astype(np.float64) - low) / ((high - low) or 1.0)
        colours = _ramp()[(np.clip(part.filled(0), 0, 1) * 255).astype(np.uint8)]
    alpha = np.where(ma.getmaskarray(values)[0], 0, 255).astype(np.uint8)
    picture = np.moveaxis(np.dstack([colours, alpha]), -1, 0)
    with MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        profile = {"driver": "PNG", "width": picture.shape[2], "height": picture.shape[1], "count": 4, "dtype": "uint8"}
        with memory.open(**profile, ZLEVEL=3) as made:
            made.write(picture)
        return bytes(memory.read())


def as_covjson(
    values: Values, frame: Frame, one: Raster, bands: Sequence[int], at: System | None, lang: Language
) -> bytes:
    """Return CoverageJSON of a grid, its axes the centres of the cells, null where there is no value."""
    a, e = frame.transform.a, frame.transform.e
    west, north = frame.transform.c + a / 2, frame.transform.f + e / 2
    geographic = frame.crs.is_geographic
    document = {
        "type": "Coverage",
        "domain": {
            "type": "Domain",
            "domainType": "Grid",
            "axes": {
                "x": {"start": west, "stop": west + a * (frame.width - 1), "num": frame.width},
                "y": {"start": north, "stop": north + e * (frame.height - 1), "num": frame.height},
            },
            "referencing": [
                {
                    "coordinates": ["x", "y"],
                    "system": {
                        "type": "GeographicCRS" if geographic else "ProjectedCRS",
                        **({"id": at.uri} if at else {"wkt": frame.crs.to_wkt()}),
                    },
                }
            ],
        },
        "parameters": {one.bands[n - 1]["name"]: parameter(one, n, lang) for n in bands},
        "ranges": {
            one.bands[n - 1]["name"]: {
                "type": "NdArray",
                "dataType": "float" if values.dtype.kind == "f" else "integer",
                "axisNames": ["y", "x"],
                "shape": [frame.height, frame.width],
                "values": _listed(values[i]),
            }
            for i, n in enumerate(bands)
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def parameter(one: Raster, number: int, lang: Language) -> Json:
    """Return what a band is, as CoverageJSON writes it."""
    band = one.bands[number - 1]
    label = one.title_en if lang == "en" else one.title
    words = {"vi": one.title, "en": one.title_en}
    made: Json = {"type": "Parameter", "description": words, "observedProperty": {"label": words}}
    if band["title"] or len(one.bands) > 1:
        made["description"] = {lang: f"{label}: {band['title'] or band['name']}"}
    if band["unit"]:
        made["unit"] = {"label": {lang: band["unit"]}, "symbol": band["unit"]}
    return made


def _listed(values: Values) -> list[Any]:
    flat = values.ravel()
    listed = flat.filled(0).tolist()
    mask = ma.getmaskarray(flat) | (~np.isfinite(flat.data) if flat.dtype.kind == "f" else False)
    return [None if gone else value for value, gone in zip(listed, mask.tolist(), strict=True)]


def _ramp() -> Any:
    stops = np.array([[int(tone.light[i : i + 2], 16) for i in (1, 3, 5)] for tone in SEQUENTIAL[max(SEQUENTIAL)]])
    places = np.linspace(0, 255, len(stops))
    return np.stack([np.interp(np.arange(256), places, stops[:, i]) for i in range(3)], axis=1).astype(np.uint8)
