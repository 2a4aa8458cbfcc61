"""Tables with coordinates: which columns hold them, and how what people type becomes points."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo.errors import Problem
from geo.formats import unreadable
from geo.grids import read_grid
from geo.text import fold

_X = ("lon", "lng", "long", "longitude", "kinh do", "kinhdo", "x", "toa do x", "easting", "e", "coord x", "point x")
_Y = ("lat", "latitude", "vi do", "vido", "y", "toa do y", "northing", "n", "coord y", "point y")
_WKT = ("wkt", "geometry", "geom", "the geom", "shape", "hinh")
_DEGREES = frozenset(("lon", "lng", "long", "longitude", "kinh do", "kinhdo"))


def read_rows(path: Path, encoding: str | None = None, layer: str | None = None) -> tuple[pd.DataFrame, str]:
    """Read a table as text: rows indexed by their line in the file, empty text for what is missing; and its encoding.

    CSV, TSV, JSON lists of records and XLSX. Raises Problem.
    """
    if path.suffix.lower() in (".json", ".geojson"):
        try:
            frame = pd.read_json(io.BytesIO(path.read_bytes()), dtype=False, convert_dates=False)
        except ValueError:
            raise unreadable(path) from None
        frame.index = pd.RangeIndex(1, len(frame) + 1)
        return frame.astype(object).where(frame.notna(), "").map(_text), "utf-8"
    grid, name = read_grid(path, encoding, layer)
    if not grid:
        raise unreadable(path)
    (_, head), *lines = grid.items()
    width = max(i for i, cell in enumerate(head, 1) if cell)
    cells = [row[:width] for _, row in lines]
    return pd.DataFrame(cells, columns=head[:width], index=[number for number, _ in lines], dtype=object), name


def read_points(
    path: Path, encoding: str | None = None, layer: str | None = None
) -> tuple[geopandas.GeoDataFrame, str]:
    """Read a table whose columns hold coordinates or WKT; geometry is None where a row has none that can be read.

    The CRS is EPSG:4326 where the columns are called longitude and latitude, and unknown otherwise.
    """
    rows, name = read_rows(path, encoding, layer)
    folded = {fold(str(column)): column for column in reversed(list(rows.columns))}
    if wkt := next((folded[n] for n in _WKT if n in folded), None):
        shapes = shapely.from_wkt(rows[wkt].replace("", None).to_numpy(dtype=object), on_invalid="ignore")
        if (shapes != np.array(None)).any():
            return geopandas.GeoDataFrame(rows.drop(columns=wkt), geometry=shapes), name
    x = next((n for n in _X if n in folded), None)
    y = next((n for n in _Y if n in folded), None)
    if x is None or y is None:
        raise Problem(
            f"“{path.name}” không có cột toạ độ; cần hai cột như kinh_do và vi_do (hoặc x, y kèm --crs).",
            f"“{path.name}” has no coordinate columns; two such as longitude and latitude (or x, y with --crs) are "
            "needed.",
        )
    lon = np.array([number(v) for v in rows[folded[x]]], dtype=float)
    lat = np.array([number(v) for v in rows[folded[y]]], dtype=float)
    good = np.isfinite(lon) & np.isfinite(lat)
    shapes = np.full(len(rows), None, dtype=object)
    shapes[good] = shapely.points(lon[good], lat[good])
    known = x in _DEGREES or (good.any() and np.nanmedian(np.abs(lon)) <= 180 and np.nanmedian(np.abs(lat)) <= 180)
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326" if known else None), name


def decimal_mark(texts: Iterable[str]) -> str:
    """Which mark, "." or ",", stands before the decimals in a column of numbers; "?" where "1.234" could be either."""
    evidence, doubtful = set(), False
    for text in texts:
        plain = text.strip().replace(" ", "").lstrip("+-")
        if not re.fullmatch(r"\d*[.,][\d.,]*", plain):
            continue
        last = plain[max(plain.rfind("."), plain.rfind(","))]
        other = "," if last == "." else "."
        if other in plain:
            evidence.add(last)
        elif plain.count(last) > 1:
            evidence.add(other)
        elif re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain):
            doubtful = True
        else:
            evidence.add(last)
    if len(evidence) == 1:
        return evidence.pop()
    return "?" if doubtful else "."


def number(text: object, decimal: str = "") -> float:
    """A number as people write it, blanks between thousands or not; NaN where it is none.

    `decimal` is the mark before the decimals; without it a single comma is one, and a single point too.
    """
    if isinstance(text, (int, float)):
        return float(text)
    plain = str(text).strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if decimal:
        plain = plain.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = plain[:last].replace(",", "").replace(".", "") + "." + plain[last + 1 :]
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
