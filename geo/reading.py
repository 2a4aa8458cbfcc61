"""Any vector file, archive, folder or table of coordinates as one frame in EPSG:4326, or one sentence why not."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geo import crs as systems
from geo.coordinates import read_points
from geo.encodings import decode, detect, vietnamese_share
from geo.errors import Problem
from geo.formats import TABLE, VECTOR, checksum, is_zip, refuse_foreign, sources, unpack, unreadable

FILE = "_file"
"""Column that says which file of a folder or archive a row comes from (relative path)."""


@dataclass(frozen=True)
class Note:
    """Something the reader did or saw that a person should know."""

    vi: str
    en: str


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be used, and why."""

    row: int
    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file holds: rows in EPSG:4326 indexed by their number in the file, and how they were read."""

    frame: geopandas.GeoDataFrame
    crs: str
    operation: str
    encoding: str
    checksum: str
    notes: tuple[Note, ...] = ()
    refused: tuple[Refusal, ...] = field(default=())


def read(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    outlines: geopandas.GeoDataFrame | None = None,
) -> Reading:
    """Read a vector file, a ZIP or folder of them, or a table with coordinates.

    `crs` overrides what the file says (needed where it says nothing); `outlines` (EPSG:4326; code, full_name) are the
    provinces used to propose VN-2000 zones. Geometries keep their order, shape and defects. Raises Problem.
    """
    refuse_foreign(path)
    if is_zip(path):
        with tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
            parts = _parts(unpack(path, Path(folder)), layer, encoding)
    else:
        parts = _parts(path, layer, encoding)
    frame, declared, name, notes = parts
    frame, refused = _with_geometry(frame)
    if frame.empty:
        raise Problem(f"“{path.name}” không có dòng nào mang hình.", f"“{path.name}” has no row with a geometry.")
    source = _source(frame, declared, crs, outlines)
    frame, more, swapped = _carry(frame, source, outlines)
    if swapped:
        notes.append(
            Note("Hai trục toạ độ bị đổi chỗ, đã đổi lại.", "The two axes were exchanged and have been put right.")
        )
    return Reading(
        frame=frame, crs=source.name, operation=source.operation, encoding=name, checksum=checksum(path),
        notes=tuple(notes), refused=(*refused, *more),
    )  # fmt: skip


def layers(path: Path) -> list[str]:
    """Names of the layers with geometry of a single file; empty for folders, archives and tables."""
    if path.is_dir() or is_zip(path) or path.suffix.lower() in TABLE:
        return []
    try:
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except DataSourceError:
        return []


_Parts = tuple[geopandas.GeoDataFrame, CRS | None, str, list[Note]]


def _parts(path: Path, layer: str | None, encoding: str | None) -> _Parts:
    if not path.is_dir():
        return _file(path, layer, encoding)
    files = sources(path)
    if layer and (named := [f for f in files if f.stem == layer]):
        files, layer = named, None
    if len(files) == 1:
        return _file(files[0], layer, encoding)
    if files[0].suffix.lower() not in (".geojson", ".json"):
        names = ", ".join(f.stem for f in files[:8])
        raise Problem(
            f"Trong “{path.name}” có {len(files)} tệp ({names}); hãy chọn một tệp bằng --layer.",
            f"There are {len(files)} files in “{path.name}” ({names}); choose one with --layer.",
        )
    read_ = [_file(f, None, encoding) for f in files]
    frames = [part[0].assign(**{FILE: str(f.relative_to(path.parent))}) for part, f in zip(read_, files, strict=True)]
    whole = geopandas.GeoDataFrame(pd.concat([pd.DataFrame(f) for f in frames], ignore_index=True), geometry="geometry")
    whole.index = pd.RangeIndex(1, len(whole) + 1)
    return whole, read_[0][1], "utf-8", [note for part in read_ for note in part[3]]


def _file(path: Path, layer: str | None, encoding: str | None) -> _Parts:
    suffix = path.suffix.lower()
    refuse_foreign(path)
    if suffix in TABLE:
        frame, name = read_points(path, encoding, layer)
        return frame, frame.crs, name, []
    if suffix == ".kmz" and is_zip(path):
        with tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
            return _parts(unpack(path, Path(folder)), layer, encoding)
    if suffix not in VECTOR:
        raise unreadable(path)
    raw = suffix in (".shp", ".tab", ".mif")
    try:
        _choose(path, layer)
        frame = pyogrio.read_dataframe(path, layer=layer, encoding="ISO-8859-1" if raw else None)
    except DataLayerError:
        names = ", ".join(layers(path))
        raise Problem(
            f"“{path.name}” không có lớp “{layer}”; các lớp có: {names}.",
            f"“{path.name}” has no layer “{layer}”; its layers are: {names}.",
        ) from None
    except (DataSourceError, UnicodeDecodeError, ValueError, RuntimeError):
        if suffix == ".json":
            frame, name = read_points(path, encoding, layer)
            return frame, frame.crs, name, []
        raise unreadable(path) from None
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise Problem(f"“{path.name}” là bảng không có hình.", f"“{path.name}” is a table without geometry.")
    declared = frame.crs
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame, name, notes = _spelled(frame, _declared(path) if raw else None, encoding, raw=raw)
    return frame.set_crs(None, allow_override=True), declared, name, notes


def _choose(path: Path, layer: str | None) -> None:
    names = layers(path) if layer is None else []
    if len(names) > 1:
        raise Problem(
            f"“{path.name}” có {len(names)} lớp ({', '.join(names)}); hãy chọn một lớp bằng --layer.",
            f"“{path.name}” has {len(names)} layers ({', '.join(names)}); choose one with --layer.",
        )


def _declared(path: Path) -> str | None:
    for name in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if name.exists():
            return name.read_text("ascii", "ignore").strip() or None
    return None


def _spelled(
    frame: geopandas.GeoDataFrame, declared: str | None, forced: str | None, *, raw: bool
) -> tuple[geopandas.GeoDataFrame, str, list[Note]]:
    """Put the text right: read as bytes (`raw`), or well declared but made from bytes of another encoding."""
    columns = [c for c in frame.columns if c != "geometry" and pd.api.types.is_string_dtype(frame[c].dtype)]
    texts = [v for c in columns for v in frame[c].dropna().unique() if not v.isascii()]
    notes: list[Note] = []
    if any("?" in v.strip("? ") and v.isupper() for c in columns for v in frame[c].dropna().unique()[:500]):
        notes.append(Note(
            "Một số chữ trong tệp đã mất dấu thành “?” từ trước, không khôi phục được.",
            "Some letters of the file were lost as “?” before; they cannot be brought back.",
        ))  # fmt: skip
    samples = [b for v in texts if (b := _bytes(v))]
    if not raw and not forced and vietnamese_share(b.decode("latin-1") for b in samples) >= 0.6:
        return frame, "utf-8", notes
    name = detect(samples, declared=declared, forced=forced)
    if not raw and name == "utf-8" and not forced:
        return frame, name, notes
    table = {v: decode(b, name) for v in texts if (b := _bytes(v))}
    for c in columns:
        frame[c] = frame[c].map(lambda v: table.get(v, v) if isinstance(v, str) else v)
    frame.columns = pd.Index([decode(b, name) if (b := _bytes(str(c))) else c for c in frame.columns])
    if name not in ("utf-8", declared):
        notes.append(Note(f"Chữ được đọc theo bảng mã {name}.", f"Text was read as {name}."))
    return frame, name, notes


def _bytes(text: str) -> bytes | None:
    try:
        return None if text.isascii() else text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _with_geometry(frame: geopandas.GeoDataFrame) -> tuple[geopandas.GeoDataFrame, list[Refusal]]:
    bare = frame.geometry.isna() | frame.geometry.is_empty
    refused = [
        Refusal(int(n), "không có hình hoặc toạ độ không phải số", "no geometry, or coordinates are no numbers")
        for n in frame.index[bare]
    ]
    return frame[~bare], refused


def _source(
    frame: geopandas.GeoDataFrame, declared: CRS | None, explicit: str | None, outlines: geopandas.GeoDataFrame | None
) -> systems.Reference:
    bounds = _bounds(frame)
    metres = systems.looks_projected(bounds)
    if explicit:
        source = systems.parse(explicit)
        if source.projected and not metres and max(abs(b) for b in bounds) <= 180:
            raise Problem(
                f"Toạ độ trong tệp là độ (kinh, vĩ độ) nhưng --crs {source.name} tính bằng mét.",
                f"The file's coordinates are degrees, but --crs {source.name} is in metres.",
            )
        return source
    if declared is None:
        if metres:
            raise _ask(bounds, outlines)
        raise Problem(
            "Tệp không ghi hệ toạ độ; nếu là kinh, vĩ độ WGS 84 hãy thêm --crs EPSG:4326 (VN-2000: EPSG:4756).",
            "The file names no coordinate system; for WGS 84 longitude and latitude add --crs EPSG:4326 (VN-2000: "
            "EPSG:4756).",
        )
    source = systems.recognise(declared)
    if metres and not source.projected:
        raise _ask(bounds, outlines)
    return source


def _ask(bounds: tuple[float, float, float, float], outlines: geopandas.GeoDataFrame | None) -> Problem:
    found = systems.candidates(bounds, outlines)
    best = next(iter(found), None)
    vi = "; ".join(c.sentence("vi") for c in found[:4]) if outlines is not None else ""
    en = "; ".join(c.sentence("en") for c in found[:4]) if outlines is not None else ""
    code = best.epsg if best else 5899
    return Problem(
        "Toạ độ tính bằng mét (có thể là VN-2000) mà tệp không ghi hệ toạ độ; "
        f"hãy nêu bằng --crs, ví dụ --crs EPSG:{code}{f' – khả năng: {vi}' if vi else ''}.",
        "The coordinates are metres (perhaps VN-2000) and the file names no coordinate system; "
        f"name it with --crs, such as --crs EPSG:{code}{f' – it may be: {en}' if en else ''}.",
    )


def _carry(
    frame: geopandas.GeoDataFrame, source: systems.Reference, outlines: geopandas.GeoDataFrame | None
) -> tuple[geopandas.GeoDataFrame, list[Refusal], bool]:
    carried = systems.to_wgs84(frame, source)
    here = _inside(carried)
    swapped = False
    if here.mean() < 0.5:
        turned = frame.set_geometry(
            shapely.transform(shapely.force_2d(frame.geometry.to_numpy()), lambda xy: xy[:, ::-1])
        )
        other = systems.to_wgs84(turned, source)
        if _inside(other).mean() > 0.9:
            carried, here, swapped = other, _inside(other), True
    if not here.any():
        if not source.operation and systems.looks_projected(_bounds(frame)):
            raise _ask(_bounds(frame), outlines)
        west, south, east, north = _bounds(carried)
        raise Problem(
            f"Toạ độ nằm ngoài Việt Nam ({west:.2f}, {south:.2f} – {east:.2f}, {north:.2f}); hệ toạ độ có thể bị "
            "ghi sai, "
            "hãy nêu bằng --crs.",
            f"The coordinates lie outside Viet Nam ({west:.2f}, {south:.2f} – {east:.2f}, {north:.2f}); the coordinate "
            "system may be wrong, name it with --crs.",
        )
    refused = [
        Refusal(
            int(n),
            f"toạ độ ngoài Việt Nam ({b[0]:.6g}, {b[1]:.6g})",
            f"coordinates outside Viet Nam ({b[0]:.6g}, {b[1]:.6g})",
        )
        for n, b in zip(frame.index[~here], frame.geometry.bounds.to_numpy()[~here], strict=True)
    ]
    return carried[here], refused, swapped


def _inside(frame: geopandas.GeoDataFrame) -> npt.NDArray[np.bool_]:
    west, south, east, north = systems.WINDOW
    b = frame.geometry.bounds.to_numpy()
    with np.errstate(invalid="ignore"):
        return np.asarray((b[:, 0] >= west) & (b[:, 1] >= south) & (b[:, 2] <= east) & (b[:, 3] <= north))


def _bounds(frame: geopandas.GeoDataFrame) -> tuple[float, float, float, float]:
    """Bounds of the middle 90 % of the rows, so that a few broken coordinates do not hide where the file lies."""
    b = frame.geometry.bounds.to_numpy()
    b = b[np.isfinite(b).all(axis=1)]
    low, high = np.quantile(b[:, :2], 0.05, axis=0), np.quantile(b[:, 2:], 0.95, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
