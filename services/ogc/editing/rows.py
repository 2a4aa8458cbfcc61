"""Writing one feature: checked, tied to its commune, with its history, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import shapely
from shapely.errors import GEOSException
from sqlalchemy import Connection, Table, delete, func, insert, literal_column, text, update
from sqlalchemy.exc import DBAPIError

from boundaries.locate import Place
from geo.crs import WINDOW
from geo.errors import Problem
from layers.layer import Layer
from layers.loading import settle
from services import audit
from services.errors import BadProperty, Changed, Forbidden, NotFound
from services.ogc.collections import Collection
from services.ogc.editing.sent import Sent, refuse_reversed
from services.ogc.features import statements
from services.ogc.features.versions import agrees
from services.ogc.parameters import Query
from services.ogc.systems import CRS84, System


@dataclass(frozen=True, kw_only=True)
class Written:
    """A feature after a change: its number, itself as GeoJSON in CRS84, and what its author should look at again."""

    number: int
    body: bytes
    repaired: bool = False  # its shape was not valid
    outside: bool = False  # it lies in no commune: at sea, or in another country


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Who changes which collection; `match` is the If-Match header of the request."""

    one: Collection
    match: str | None = None

    @property
    def table(self) -> Table:
        """The table of the layer."""
        return cast(Table, self.one.layer.table)


def create(connection: Connection, edit: Edit, sent: Sent, system: System) -> Written:
    """Add a feature; it is no sample, and its source is who entered it."""
    layer, viewer = edit.one.layer, edit.one.viewer
    assert sent.shape is not None
    refuse_reversed(sent.values, {})
    shape, place, repaired = _placed(connection, edit, sent.shape, system, sent.values)
    filled = {name: value for name, value in sent.values.items() if value is not None}
    row = filled | _ground(shape, place) | {"sample": False, "source": viewer.name}
    number = int(connection.execute(insert(edit.table).values(row).returning(edit.table.c.id)).scalar_one())
    after = audit.locked(connection, layer, number)
    audit.record(connection, layer, number, "create", who=viewer.name, checked=False, before=None, after=after)
    return _written(connection, edit, number, repaired, place)


def change(connection: Connection, edit: Edit, number: int, sent: Sent, system: System, *, whole: bool) -> Written:
    """Replace a feature, or update what was sent of it."""
    layer = edit.one.layer
    before = _held(connection, edit, number)
    refuse_reversed(sent.values, before)
    row: dict[Any, Any] = {
        name: literal_column("DEFAULT") if value is None and not edit.table.c[name].nullable else value
        for name, value in sent.values.items()
    }
    repaired, place = False, None
    if sent.shape is not None or (layer.date and layer.date in sent.values):
        shape = sent.shape
        if shape is None:
            shape, system = _stored(connection, edit, number), CRS84
        day = {layer.date: sent.values[layer.date]} if layer.date in sent.values else _day(connection, edit, number)
        shape, place, repaired = _placed(connection, edit, shape, system, day)
        row |= _ground(shape, place)
    if row:
        row |= {"sample": False}  # what a person has changed is no longer made up
        connection.execute(update(edit.table).where(edit.table.c.id == number).values(row))
        after = audit.locked(connection, layer, number)
        audit.record(
            connection, layer, number, "replace" if whole else "update",
            who=edit.one.viewer.name, checked=edit.match is not None, before=before, after=after,
        )  # fmt: skip
    return _written(connection, edit, number, repaired, place)


def remove(connection: Connection, edit: Edit, number: int) -> None:
    """Delete a feature; its history keeps it."""
    layer = edit.one.layer
    before = _held(connection, edit, number)
    connection.execute(delete(edit.table).where(edit.table.c.id == number))
    audit.record(
        connection, layer, number, "delete",
        who=edit.one.viewer.name, checked=edit.match is not None, before=before, after=None,
    )  # fmt: skip


def _held(connection: Connection, edit: Edit, number: int) -> audit.Row:
    """Lock a feature the viewer may see and return its row; Changed where it is not what the client has read."""
    before = audit.locked(connection, edit.one.layer, number)
    if before is None or _read(connection, edit.one, number, CRS84) is None:
        raise missing(edit.one, str(number))
    if edit.match is not None and not agrees(
        edit.match, lambda system: _read(connection, edit.one, number, system) or b""
    ):
        raise Changed(
            "Đối tượng này đã được người khác sửa; hãy đọc lại rồi sửa tiếp.",
            "The feature was changed by somebody else; read it again before you change it.",
        )
    return before


def missing(one: Collection, name: str) -> NotFound:
    """Return the problem of a feature that is not there."""
    return NotFound(
        f"Không có đối tượng “{name[:40]}” trong “{one.id}”.", f"There is no feature “{name[:40]}” in “{one.id}”."
    )


def _read(connection: Connection, one: Collection, number: int, system: System) -> bytes | None:
    """Read a feature through the statement that answers it, as bytes."""
    statement, found = statements.item(one, Query(limit=1, box_system=CRS84, system=system), number)
    driver: Any = connection.connection.driver_connection
    row = driver.execute(statement.text, {**statement.fixed, **found}).fetchone()
    return bytes(row[0]) if row else None


def _written(connection: Connection, edit: Edit, number: int, repaired: bool, place: Place | None) -> Written:
    body = _read(connection, edit.one, number, CRS84)
    assert body is not None
    return Written(number=number, body=body, repaired=repaired, outside=place is not None and place.area_id is None)


def _stored(connection: Connection, edit: Edit, number: int) -> shapely.Geometry:
    found = connection.execute(text(f"SELECT ST_AsBinary(geom) FROM {edit.table} WHERE id = :id"), {"id": number})
    return shapely.from_wkb(bytes(found.scalar_one()))


def _day(connection: Connection, edit: Edit, number: int) -> dict[str, Any]:
    name = edit.one.layer.date
    if not name:
        return {}
    found = connection.execute(text(f"SELECT {name} FROM {edit.table} WHERE id = :id"), {"id": number})
    return {name: found.scalar_one()}


def _placed(
    connection: Connection, edit: Edit, shape: shapely.Geometry, system: System, values: Mapping[str, Any]
) -> tuple[shapely.Geometry, Place, bool]:
    """Bring a shape to EPSG:4326 and the layer's kind, and find its commune; BadProperty where it cannot be kept."""
    layer: Layer = edit.one.layer
    flat = shapely.force_2d(shape)
    if system.swapped:
        flat = shapely.transform(flat, lambda points: points[:, ::-1])
    if not system.stored:
        flat = _carried(connection, flat, system)
    west, south, east, north = WINDOW
    bounds = shapely.bounds(flat)
    if not (west <= bounds[0] <= bounds[2] <= east and south <= bounds[1] <= bounds[3] <= north):
        raise BadProperty(
            "geometry",
            "Hình nằm ngoài Việt Nam; hãy xem lại hệ toạ độ (Content-Crs) và thứ tự trục.",
            "The shape is not in Viet Nam; check its coordinate system (Content-Crs) and axis order.",
        )
    if isinstance(flat, shapely.GeometryCollection) and not (layer.geometry == "Any" and shapely.is_valid(flat)):
        raise BadProperty(
            "geometry",
            f"Lớp {layer.id} không nhận hình gộp này: nó sai loại hoặc không hợp lệ.",
            f"The layer {layer.id} does not take this geometry collection: it is of another kind or not valid.",
        )
    try:
        fitted, place, repaired = settle(connection, layer, flat, values)
    except Problem as problem:
        raise BadProperty("geometry", problem.vi, problem.en) from None
    except GEOSException:  # rings whose points all lie at one place
        raise BadProperty("geometry", "Hình không có diện tích.", "The shape has no area.") from None
    if not shapely.is_valid(fitted):
        reason = shapely.is_valid_reason(fitted)
        raise BadProperty("geometry", f"Hình không hợp lệ: {reason}.", f"The shape is not valid: {reason}.")
    provinces = edit.one.viewer.provinces
    if provinces and place.province_code not in provinces:
        held = ", ".join(provinces)
        raise Forbidden(
            f"Chỗ này thuộc tỉnh mã {place.province_code}; mã truy cập này chỉ sửa được trong tỉnh {held}.",
            f"This place is in the province {place.province_code}; this key may edit in {held} only.",
        )
    return fitted, place, repaired


def _carried(connection: Connection, shape: shapely.Geometry, system: System) -> shapely.Geometry:
    try:
        found = connection.execute(
            text("SELECT ST_AsBinary(ST_Transform(ST_GeomFromWKB(:shape, :srid), 4326))"),
            {"shape": shapely.to_wkb(shape), "srid": system.srid},
        )
        return shapely.from_wkb(bytes(found.scalar_one()))
    except DBAPIError:
        raise BadProperty(
            "geometry",
            "Toạ độ không hợp với hệ toạ độ nêu trong Content-Crs.",
            "The coordinates do not fit the system named in Content-Crs.",
        ) from None


def _ground(shape: shapely.Geometry, place: Place) -> dict[str, Any]:
    return {
        "geom": func.ST_GeomFromWKB(shapely.to_wkb(shape), 4326),
        "area_id": place.area_id,
        "province_code": place.province_code,
    }
