"""A layer: one declaration from which collection, tiles, style, legend, form and tests are computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as date_type
from typing import Literal

from sqlalchemy import ARRAY, ColumnElement, FromClause, Select, Text, any_, literal, select, true

from geo.table import GeometryKind
from layers.viewer import Role, Viewer
from styles.marks import Look

FieldType = Literal["text", "number", "integer", "date", "datetime", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Code:
    """One allowed value of a coded field."""

    value: str
    title: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column people see. One that is not `public` is read by staff only, in every outlet.

    `least` and `most` bound a number, in its unit, where anything beyond is a mistake.
    """

    name: str
    title: str
    title_en: str
    type: FieldType = "text"
    unit: str = ""
    codes: tuple[Code, ...] = ()
    public: bool = True
    popup: bool = True
    filter: bool = False
    tile: bool = False
    required: bool = False
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a number lies within the bounds."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def bounds(self) -> tuple[str, str]:
        """The bounds in words, Vietnamese and English; empty where there are none."""
        vi = [
            f"từ {self.least:g}" if self.least is not None else "",
            f"đến {self.most:g}" if self.most is not None else "",
        ]
        en = [
            f"from {self.least:g}" if self.least is not None else "",
            f"to {self.most:g}" if self.most is not None else "",
        ]
        return " ".join(filter(None, vi)), " ".join(filter(None, en))


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What the map can show: a table, its words, its look and its readers.

    `geometry` names what the table holds; `points_from` is the zoom from which single points are drawn (cells below);
    `parts` are further geometry columns (EPSG:3857) drawn from the tile's source-layer `<id>_<part>`;
    `shown` narrows the rows that the public may see; `moment` is the day that areas are shown as of where a request
    names none (None: today).
    """

    id: str
    title: str
    title_en: str
    description: str
    description_en: str
    table: FromClause
    geometry: GeometryKind
    fields: tuple[Field, ...]
    look: Look = ()
    readers: Role = "public"
    minzoom: int = 0
    maxzoom: int = 22
    points_from: int | None = None
    parts: tuple[str, ...] = ()
    date: str = ""
    moment: date_type | None = None
    title_field: str = "name"
    id_column: str = "id"
    shown: Callable[[FromClause], ColumnElement[bool]] | None = None
    where: Callable[[FromClause], ColumnElement[bool]] | None = None
    editable: bool = True

    def readable(self, viewer: Viewer) -> bool:
        """Whether the viewer may know of the layer at all."""
        return viewer.staff or self.readers == "public"

    def fields_for(self, viewer: Viewer) -> tuple[Field, ...]:
        """Return the fields the viewer may read."""
        return tuple(field for field in self.fields if viewer.staff or field.public)

    def rows(self, viewer: Viewer) -> Select[tuple[object, ...]]:
        """Select what the viewer may see of this layer: the only way to read it.

        Columns: the id, `area_id` and `province_code` where the table has them, the visible fields, `geom`
        (EPSG:4326), `geom_3857` and the parts. A layer the viewer may not read gives no rows.
        """
        table = self.table
        names = [self.id_column, *(f.name for f in self.fields_for(viewer))]
        names += [n for n in ("area_id", "province_code", "sample", "geom", "geom_3857", *self.parts) if n in table.c]
        columns = [table.c[name] for name in dict.fromkeys(names)]
        statement = select(*columns)
        if not self.readable(viewer):
            return statement.where(~true())
        if self.where is not None:
            statement = statement.where(self.where(table))
        if self.shown is not None and not viewer.staff:
            statement = statement.where(self.shown(table))
        if viewer.provinces and "province_code" in table.c:
            held = literal(list(viewer.provinces), ARRAY(Text))  # IN would be written anew for each number of codes
            statement = statement.where(table.c.province_code == any_(held))
        return statement
