"""Features taken into a layer's table: checked and shown first, tied to the commune that holds them, all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, Table, text

from boundaries.locate import Place, locate, locate_table
from boundaries.vintages import CURRENT
from geo import repair
from geo.errors import Problem
from geo.reading import Reading, Refusal
from layers.columns import Columns, convert, match
from layers.layer import Layer

_OWN = ("id", "province_code", "area_id", "sample", "source", "recorded_at", "geom", "geom_3857")


@dataclass(kw_only=True)
class LoadReport:
    """What a file holds for a layer and what becomes of it."""

    rows: int
    accepted: int
    kinds: dict[str, int]
    columns: Columns
    refused: list[Refusal]
    repaired: int = 0
    communes: list[tuple[str, int]] = field(default_factory=list)
    outside: int = 0
    replaced: int = 0
    written: int = 0


def load(
    connection: Connection,
    layer: Layer,
    reading: Reading,
    *,
    columns: Mapping[str, str] | None = None,
    source: str,
    replace: bool = False,
    dry_run: bool = True,
    skip_refused: bool = False,
) -> LoadReport:
    """Check the rows of a file for a layer and, unless it is a dry run, write them in the caller's transaction.

    Raises Problem where a required column is missing, where no row is good, and – when writing – where rows are refused
    and `skip_refused` was not said. `replace` first removes what an earlier load of the same `source` wrote.
    """
    if not isinstance(layer.table, Table) or "geom" not in layer.table.c or not layer.editable:
        raise Problem(f"Lớp {layer.id} không nhận dữ liệu từ tệp.", f"The layer {layer.id} takes no data from files.")
    frame = reading.frame
    found = match(layer, [str(c) for c in frame.columns if c not in ("geometry", "_file")], columns or {})
    values = convert(layer, pd.DataFrame(frame), found)
    shapes, refused, repaired = _fitting(layer, frame.geometry[values.index])
    good = geopandas.GeoDataFrame(values.loc[shapes.index], geometry=shapes, crs=4326)
    report = LoadReport(
        rows=len(frame) + len(reading.refused), accepted=len(good), kinds=dict(Counter(frame.geometry.geom_type)),
        columns=found, refused=sorted([*reading.refused, *found.refused, *refused], key=lambda r: r.row),
        repaired=repaired,
    )  # fmt: skip
    places = locate(connection, good.geometry.to_numpy(), _days(layer, good)) if len(good) else []
    report.communes, report.outside = _named(connection, places)
    if dry_run:
        return report
    if good.empty:
        raise Problem("Không có dòng nào dùng được.", "There is no row that can be used.")
    if report.refused and not skip_refused:
        first = report.refused[0]
        raise Problem(
            f"{len(report.refused)} dòng bị từ chối (dòng {first.row}: {first.vi}); sửa tệp, hoặc thêm "
            "--skip-refused để bỏ các dòng đó.",
            f"{len(report.refused)} rows are refused (row {first.row}: {first.en}); mend the file, or add "
            "--skip-refused to leave them out.",
        )
    if replace:
        gone = connection.execute(text(f"DELETE FROM {layer.table} WHERE source = :source"), {"source": source})
        report.replaced = int(gone.rowcount)
    report.written = _write(connection, layer.table, good, places, sample=False, source=source)
    return report


def insert_features(
    connection: Connection, layer: Layer, frame: geopandas.GeoDataFrame, *, sample: bool, source: str
) -> int:
    """Write features (columns named as the layer's fields, EPSG:4326) in bulk; return how many.

    A column `area_id` is believed; without it every feature is located.
    """
    assert isinstance(layer.table, Table)
    if frame.empty:
        return 0
    shapes, refused, _ = _fitting(layer, frame.geometry)
    assert not refused, refused[:3]
    whole = frame.set_geometry(shapes)
    if "area_id" in frame.columns and frame["area_id"].notna().all():
        rows = connection.execute(
            text("SELECT id, province_code FROM toancanh.area WHERE id = ANY(:ids)"),
            {"ids": [int(i) for i in frame["area_id"].unique()]},
        )
        province: dict[int, str] = dict(rows.all())
        places = [Place(int(i), province[int(i)]) for i in frame["area_id"]]
    else:
        places = locate(connection, whole.geometry.to_numpy(), _days(layer, whole))
    return _write(connection, layer.table, whole, places, sample=sample, source=source)


def settle(
    connection: Connection, layer: Layer, shape: shapely.Geometry, values: Mapping[str, Any]
) -> tuple[shapely.Geometry, Place, bool]:
    """Bring one geometry (EPSG:4326) to the kind the table holds and find its commune on the feature's day.

    Returns whether it had to be repaired as well. Raises Problem for a geometry of another kind or without an area.
    """
    frame = geopandas.GeoDataFrame([dict(values)], geometry=[shape], crs=4326)
    shapes, refused, repaired = _fitting(layer, frame.geometry)
    if refused:
        raise Problem(
            f"{refused[0].vi[:1].upper()}{refused[0].vi[1:]}.", f"{refused[0].en[:1].upper()}{refused[0].en[1:]}."
        )
    [place] = locate(connection, shapes.to_numpy(), _days(layer, frame))
    return shapes.iloc[0], place, repaired > 0


def relocate(connection: Connection, layers: Iterable[Layer]) -> dict[str, int]:
    """Tie the features of layers to their communes anew, after boundaries changed; return how many moved in each."""
    moved: dict[str, int] = {}
    for layer in layers:
        if isinstance(layer.table, Table) and {"id", "area_id", "province_code", "geom"} <= set(layer.table.c.keys()):
            own = f"coalesce(f.{layer.date}::date, current_date)" if layer.date else "current_date"
            day = f"greatest({own}, DATE '{CURRENT.start}')"
            moved[layer.id] = locate_table(connection, str(layer.table), day)
    return moved


def _days(layer: Layer, frame: pd.DataFrame) -> list[date]:
    """The day of each feature: its own, but not before the first boundaries that have communes."""
    dates = frame[layer.date] if layer.date in frame.columns else [None] * len(frame)
    today = date.today()
    days = []
    for value in dates:
        own = value.date() if isinstance(value, datetime) else value
        days.append(max(own, CURRENT.start) if isinstance(own, date) and not pd.isna(own) else today)
    return days


def _fitting(layer: Layer, shapes: geopandas.GeoSeries) -> tuple[geopandas.GeoSeries, list[Refusal], int]:
    """Bring geometries to the kind the table holds; refuse those of another kind."""
    if not len(shapes):
        return shapes, [], 0
    flat: npt.NDArray[np.object_] = shapely.force_2d(shapes.to_numpy())
    kinds = shapely.get_type_id(flat)
    wanted = {"Point": (0, 4), "Line": (1, 2, 5), "Polygon": (3, 6, 7), "Any": tuple(range(8))}[layer.geometry]
    good = np.isin(kinds, wanted)
    repaired = 0
    if layer.geometry == "Point":
        single = good & (kinds == 4)
        good &= ~(single & (shapely.get_num_geometries(flat) != 1))
        flat = np.where(single & good, shapely.get_geometry(flat, 0), flat)
    elif layer.geometry == "Line":
        flat[good] = [g if g.geom_type == "MultiLineString" else shapely.MultiLineString([g]) for g in flat[good]]
    without_area = np.zeros(len(flat), dtype=bool)
    area = good & np.isin(kinds, (3, 6, 7) if layer.geometry == "Polygon" else (3, 6))
    if area.any():
        mended, done = repair.polygons(flat[area])
        repaired = len({number for number, _ in done.invalid} | set(np.flatnonzero(kinds[area] == 7)))
        flat[area] = mended
        without_area = area & (flat == np.array(None))
        good &= ~without_area
    words = {
        "Point": ("điểm", "points"),
        "Line": ("đường", "lines"),
        "Polygon": ("vùng", "areas"),
        "Any": ("hình", "geometries"),
    }
    of_another_kind = (
        f"lớp {layer.id} chỉ nhận {words[layer.geometry][0]}",
        f"the layer {layer.id} takes {words[layer.geometry][1]} only",
    )
    refused = [
        Refusal(int(row), *(("hình không có diện tích", "the shape has no area") if empty else of_another_kind))
        for row, empty in zip(shapes.index[~good], without_area[~good], strict=True)
    ]
    return geopandas.GeoSeries(flat, index=shapes.index, crs=4326)[good], refused, repaired


def _named(connection: Connection, places: list[Place]) -> tuple[list[tuple[str, int]], int]:
    counts = Counter(p.area_id for p in places)
    outside = counts.pop(None, 0)
    rows = connection.execute(
        text("SELECT id, full_name FROM toancanh.area WHERE id = ANY(:ids)"),
        {"ids": [i for i in counts if i is not None]},
    )
    names: dict[int, str] = dict(rows.all())
    return [(names[i], n) for i, n in counts.most_common() if i is not None], outside


def _write(
    connection: Connection,
    table: Table,
    frame: geopandas.GeoDataFrame,
    places: list[Place],
    *,
    sample: bool,
    source: str,
) -> int:
    columns = [c for c in table.c if c.name in frame.columns and c.name not in _OWN and c.computed is None]
    filled = {
        c.name: getattr(c.server_default, "arg", None)
        for c in columns
        if c.server_default is not None and not c.nullable
    }
    names = [c.name for c in columns]
    head = ("province_code", "area_id", "sample", "source", "geom")
    wkb = shapely.to_wkb(shapely.set_srid(frame.geometry.to_numpy(), 4326), hex=True, include_srid=True)
    values = [frame[name].tolist() for name in names]
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY {table} ({', '.join([*head, *names])}) FROM STDIN") as copy:
        for i, place in enumerate(places):
            row = [_plain(column[i], filled.get(name)) for name, column in zip(names, values, strict=True)]
            copy.write_row((place.province_code, place.area_id, sample, source, wkb[i], *row))
    return len(frame)


def _plain(value: Any, default: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None if default is None else str(default)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.generic):
        return value.item()
    return value
