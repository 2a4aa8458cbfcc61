"""Reading a feature that was sent: its properties by the layer's schema, its geometry as a shape."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

import shapely
from sqlalchemy import BigInteger, Integer, SmallInteger, Table

from layers.columns import needed
from layers.layer import Field, FieldType, Layer
from services.errors import BadProperty
from services.ogc.links import VIET_NAM

MOST_BYTES = 8 * 2**20
MOST_VERTICES = 100_000
MOST_LETTERS = 20_000  # of one text

_KEPT_HERE = ("id", "area_id", "province_code", "sample", "source", "recorded_at", "geom", "geom_3857")
_MEMBERS = frozenset({"type", "id", "geometry", "properties", "links", "bbox", "crs", "@context", "time", "place"})


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A feature, or the part of one, as a client sent it.

    `values` are those of the fields that were named, None where one is to be empty; `shape` is in the client's
    coordinates and axis order, None where none was sent.
    """

    values: Mapping[str, Any]
    shape: shapely.Geometry | None


def writable(layer: Layer) -> dict[str, Field]:
    """Return the fields that people fill in, by name: not those the database computes."""
    columns = layer.table.c
    return {f.name: f for f in layer.fields if f.name in columns and columns[f.name].computed is None}


def editable(layer: Layer) -> bool:
    """Whether features of a layer can be written at all."""
    return layer.editable and isinstance(layer.table, Table) and {"geom", "id", "area_id"} <= set(layer.table.c.keys())


def read(body: bytes, layer: Layer, *, whole: bool) -> Sent:
    """Read a GeoJSON feature, or with `whole` false what a merge patch changes; BadProperty names what is wrong."""
    document = _document(body)
    if (whole or "type" in document) and document.get("type") != "Feature":
        _refuse("type", "Dữ liệu gửi lên phải là một Feature của GeoJSON.", "The body must be one GeoJSON Feature.")
    for name in document:
        if name not in _MEMBERS:
            _refuse(
                name,
                f"GeoJSON không có mục “{name[:60]}” ở một đối tượng; thuộc tính nằm trong properties.",
                f"A GeoJSON feature has no member “{name[:60]}”; attributes belong in properties.",
            )
    properties = document.get("properties")
    if properties is None and not (whole and "properties" not in document):
        properties = {}
    if not isinstance(properties, dict):
        _refuse("properties", "properties phải là một đối tượng JSON.", "properties must be a JSON object.")
    shape = _shape(document.get("geometry")) if whole or "geometry" in document else None
    return Sent(values=_values(layer, properties, whole=whole), shape=shape)


def refuse_reversed(values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Raise BadProperty where a feature would end before it begins; `before` is the row as JSON."""
    first, last = (str(values.get(name, before.get(name)) or "") for name in ("valid_from", "valid_to"))
    if first and last and last <= first:
        _refuse("valid_to", "valid_to phải sau valid_from.", "valid_to must come after valid_from.")


def _document(body: bytes) -> dict[str, Any]:
    def constant(_: str) -> NoReturn:
        raise ValueError

    try:
        document = json.loads(body.decode(), parse_constant=constant)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        _refuse(
            "body", "Dữ liệu gửi lên không phải là JSON của một đối tượng.", "The body is not the JSON of a feature."
        )
    return document


def _values(layer: Layer, properties: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    fields = writable(layer)
    ignored = {*_KEPT_HERE, *(f.name for f in layer.fields)} - fields.keys()
    values: dict[str, Any] = dict.fromkeys(fields) if whole else {}
    for name, given in properties.items():
        if name in fields:
            values[name] = _value(layer, fields[name], given)
        elif name not in ignored:
            allowed = ", ".join(fields)
            _refuse(
                name,
                f"Lớp {layer.id} không có thuộc tính “{name[:60]}”; các thuộc tính: {allowed}.",
                f"The layer {layer.id} has no property “{name[:60]}”; it has {allowed}.",
            )
    for name, value in values.items():
        if value is None and (needed(layer, fields[name]) or (fields[name].required and not _filled(layer, name))):
            _refuse(
                name,
                f"Thiếu {name} ({fields[name].title}): thuộc tính này bắt buộc.",
                f"{name} ({fields[name].title_en}) is missing: it is required.",
            )
    return values


def _filled(layer: Layer, name: str) -> bool:
    return layer.table.c[name].server_default is not None


def _value(layer: Layer, field: Field, given: Any) -> Any:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    try:
        value = _READERS[field.type](given)
    except (ValueError, TypeError, OverflowError):
        vi, en = _WORDS[field.type]
        _refuse(
            field.name, f"{field.name} ({field.title}) phải là {vi}.", f"{field.name} ({field.title_en}) must be {en}."
        )
    if field.codes and value not in (codes := [code.value for code in field.codes]):
        allowed = ", ".join(codes)
        _refuse(
            field.name,
            f"{field.name} ({field.title}) phải là một trong: {allowed}.",
            f"{field.name} ({field.title_en}) must be one of: {allowed}.",
        )
    if field.type in ("number", "integer") and not field.holds(value):
        vi, en = field.bounds
        _refuse(
            field.name, f"{field.name} ({field.title}) phải {vi}.", f"{field.name} ({field.title_en}) must be {en}."
        )
    if field.type == "integer":
        most = _MOST[type(layer.table.c[field.name].type)]
        if not -most <= value <= most:
            _refuse(field.name, f"{field.name} lớn nhất là {most}.", f"{field.name} is at most {most}.")
    return value


def _text(given: Any) -> str:
    if not isinstance(given, str) or "\x00" in given or len(given) > MOST_LETTERS:
        raise ValueError
    given.encode()  # half of a surrogate pair is no letter: UnicodeEncodeError is a ValueError
    return unicodedata.normalize("NFC", given)


def _number(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError
    number = float(given)
    if not math.isfinite(number):
        raise ValueError
    return number


def _integer(given: Any) -> int:
    number = _number(given)
    if not number.is_integer():
        raise ValueError
    return int(given)


def _boolean(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError
    return given


def _moment(given: Any) -> datetime:
    found = datetime.fromisoformat(_text(given))
    found = found.astimezone(VIET_NAM) if found.tzinfo else found.replace(tzinfo=VIET_NAM)
    if not 1900 <= found.year <= 2999:
        raise ValueError
    return found


def _day(given: Any) -> date:
    found = date.fromisoformat(_text(given))
    if not 1900 <= found.year <= 2999:
        raise ValueError
    return found


_READERS: dict[FieldType, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _day,
    "datetime": _moment,
}
_WORDS: dict[FieldType, tuple[str, str]] = {
    "text": (f"chữ, nhiều nhất {MOST_LETTERS} ký tự", f"text of at most {MOST_LETTERS} letters"),
    "number": ("số", "a number"),
    "integer": ("số nguyên", "a whole number"),
    "boolean": ("true hoặc false", "true or false"),
    "date": ("ngày dạng 2026-07-14", "a date like 2026-07-14"),
    "datetime": ("thời điểm dạng 2026-07-14T08:00:00+07:00", "a moment like 2026-07-14T08:00:00+07:00"),
}
_MOST: dict[type[Any], int] = {SmallInteger: 2**15 - 1, Integer: 2**31 - 1, BigInteger: 2**63 - 1}


def _shape(given: Any) -> shapely.Geometry:
    try:
        shape = shapely.from_geojson(json.dumps(given)) if isinstance(given, dict) else None
    except (shapely.errors.GEOSException, ValueError, RecursionError):
        shape = None
    if shape is None or shape.is_empty:
        _refuse("geometry", "geometry không phải là hình của GeoJSON.", "geometry is not a GeoJSON geometry.")
    if shapely.get_num_coordinates(shape) > MOST_VERTICES:
        _refuse(
            "geometry",
            f"Hình có quá nhiều đỉnh; nhiều nhất {MOST_VERTICES}.",
            f"The shape has too many vertices; at most {MOST_VERTICES}.",
        )
    return shape


def _refuse(name: str, vi: str, en: str) -> NoReturn:
    raise BadProperty(name[:60], vi, en)
