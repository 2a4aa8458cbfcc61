"""The functions that a filter may call: what they take and give, and their SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import ColumnElement, Double, Integer, cast, func, literal_column

from services.ogc.cql2.nodes import Kind

Sql = ColumnElement[Any]
Words = tuple[str, str]

_NUMBERS: tuple[Kind, ...] = ("integer", "number")
TIMES: tuple[Kind, ...] = ("date", "datetime")


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function: what it does (Vietnamese, English), the kinds each argument may have, the kind it gives, and its SQL."""

    words: Words
    takes: tuple[tuple[Words, tuple[Kind, ...]], ...]
    gives: Kind
    sql: Callable[..., Sql]


_TIME: tuple[Words, tuple[Kind, ...]] = (("thời điểm", "time"), TIMES)
_TEXT: tuple[Words, tuple[Kind, ...]] = (("chữ", "text"), ("text",))
_NUMBER: tuple[Words, tuple[Kind, ...]] = (("số", "number"), _NUMBERS)
_SHAPE: tuple[Words, tuple[Kind, ...]] = (("hình", "geometry"), ("geometry",))


def _part(name: str) -> Callable[[Sql], Sql]:
    """A part of a day, of a moment as clocks in Viet Nam show it."""

    def made(time: Sql) -> Sql:
        local = func.timezone("Asia/Ho_Chi_Minh", time) if getattr(time.type, "timezone", False) else time
        return cast(func.date_part(literal_column(f"'{name}'"), local), Integer)

    return made


def _on_earth(shape: Sql) -> Sql:
    return cast(shape, Geography(srid=4326))


FUNCTIONS: dict[str, Function] = {
    "year": Function(words=("Năm của một thời điểm, giờ Việt Nam.", "Year of a time, in Viet Nam."), takes=(_TIME,),
                     gives="integer", sql=_part("year")),
    "month": Function(words=("Tháng của một thời điểm, 1 đến 12.", "Month of a time, 1 to 12."), takes=(_TIME,),
                      gives="integer", sql=_part("month")),
    "day": Function(words=("Ngày trong tháng của một thời điểm.", "Day of the month of a time."), takes=(_TIME,),
                    gives="integer", sql=_part("day")),
    "length": Function(words=("Số ký tự của chữ.", "Number of letters of a text."), takes=(_TEXT,), gives="integer",
                       sql=func.char_length),
    "abs": Function(words=("Giá trị tuyệt đối.", "Absolute value."), takes=(_NUMBER,), gives="number", sql=func.abs),
    "round": Function(words=("Số nguyên gần nhất; nửa đơn vị làm tròn về số chẵn.", "Nearest whole number; halves go to the even one."),
                      takes=(_NUMBER,), gives="number", sql=lambda number: func.round(cast(number, Double))),
    "area": Function(words=("Diện tích trên mặt đất, m².", "Area on the ground, m²."), takes=(_SHAPE,), gives="number",
                     sql=lambda shape: func.ST_Area(_on_earth(shape))),
    "distance": Function(words=("Khoảng cách trên mặt đất giữa hai hình, mét.", "Distance on the ground between two geometries, metres."),
                         takes=(_SHAPE, _SHAPE), gives="number",
                         sql=lambda one, other: func.ST_Distance(_on_earth(one), _on_earth(other))),
}  # fmt: skip
