"""The fields a viewer may read of a layer: how they are described and how a filter on one is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, any_, bindparam

from layers.layer import Field, FieldType, Layer
from layers.viewer import Viewer
from services.errors import BadParameter
from services.language import Language
from services.ogc.links import VIET_NAM

# Columns of every feature table that are not declared as fields of a layer.
_GROUND = (
    Field(name="area_id", title="Số hiệu xã, phường (id của communes)", title_en="Id of the commune", type="integer"),
    Field(name="province_code", title="Mã tỉnh", title_en="Province code", filter=True),
    Field(name="sample", title="Dữ liệu minh hoạ", title_en="Sample data", type="boolean"),
)

_SCHEMAS: dict[FieldType, dict[str, str]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def fields_of(layer: Layer, viewer: Viewer) -> tuple[Field, ...]:
    """Return every field of a layer that the viewer may read, in order."""
    declared = layer.fields_for(viewer)
    names = {field.name for field in layer.fields}  # a declared field that is private stays private
    return (*declared, *(f for f in _GROUND if f.name in layer.table.c and f.name not in names))


def schema(field: Field, lang: Language) -> dict[str, Any]:
    """Return the JSON Schema of a field with its title, unit and codes."""
    made: dict[str, Any] = {"title": field.title_en if lang == "en" else field.title, **_SCHEMAS[field.type]}
    if field.unit:
        made["x-ogc-unit"] = field.unit
    made |= {name: end for name, end in (("minimum", field.least), ("maximum", field.most)) if end is not None}
    if field.codes:
        made["enum"] = [code.value for code in field.codes]
        made["description"] = "; ".join(
            f"{code.value} = {code.title_en if lang == 'en' else code.title}" for code in field.codes
        )
    return made


def parameter_schema(field: Field) -> dict[str, Any]:
    """Return the schema of a filter parameter: the plain type, as OpenAPI 3.0 wants it."""
    return dict(_SCHEMAS[field.type])


def filter_value(field: Field, text: str) -> Any:
    """Read what a filter asks for in the field's type; BadParameter when it is not of that type."""
    try:
        return _READERS[field.type](text)
    except (ValueError, KeyError, OverflowError):
        vi, en = _WORDS[field.type]
        raise BadParameter(
            field.name,
            f"Giá trị “{text[:80]}” của {field.name} phải là {vi}.",
            f"The value “{text[:80]}” of {field.name} must be {en}.",
        ) from None


def among(name: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return that a column is one of the values a filter asks for, which are bound as `f_<name>`."""
    # As the column's own type, a number too large for a smallint would be an error and not a filter nothing matches.
    kind = BigInteger() if isinstance(column.type, Integer) else column.type
    return column == any_(bindparam(f"f_{name}", type_=ARRAY(kind)))


def _integer(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _number(text: str) -> float:
    number = float(text)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


def _text(text: str) -> str:
    if "\x00" in text:
        raise ValueError
    return text


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    # In one zone: PostgreSQL refuses offsets beyond 16 hours, which ISO 8601 has.
    return found.astimezone(VIET_NAM) if found.tzinfo else found.replace(tzinfo=VIET_NAM)


_READERS: dict[FieldType, Callable[[str], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    "date": date.fromisoformat,
    "datetime": _moment,
}
_WORDS: dict[FieldType, tuple[str, str]] = {
    "text": ("chữ", "text"),
    "number": ("số", "a number"),
    "integer": ("số nguyên", "a whole number"),
    "boolean": ("true hoặc false", "true or false"),
    "date": ("ngày dạng 2026-07-14", "a date like 2026-07-14"),
    "datetime": ("thời điểm dạng 2026-07-14T08:00:00+07:00", "a moment like 2026-07-14T08:00:00+07:00"),
}
