"""CQL2 JSON checked against the fields of a collection: a tree of operations whose every literal is a value apart.

The tree is the shape of the filter: two filters that differ in values only have the same tree and share a statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from layers.layer import Field
from services.errors import BadParameter
from services.ogc.cql2 import shapes
from services.ogc.cql2.functions import FUNCTIONS, TIMES
from services.ogc.cql2.nodes import (
    ARITHMETIC,
    COMPARISONS,
    INSTANTS,
    INTERVALS,
    SPATIAL,
    Call,
    Column,
    Filter,
    Kind,
    Node,
    Value,
)
from services.ogc.fields import filter_value
from services.ogc.systems import System

MOST_NODES, MOST_DEEP, MOST_LISTED = 500, 40, 1000
GEOMETRY = "geometry"

_NUMBERS: tuple[Kind, ...] = ("integer", "number")


def build(found: Any, fields: Mapping[str, Field], system: System) -> Filter:
    """Return the filter that CQL2 JSON says, its shapes in `system`; BadParameter names what is wrong with it."""
    reader = _Reader(fields, system)
    tree = reader.read(found, 0)
    if tree.kind != "boolean":
        raise wrong("filter phải là một điều kiện đúng hoặc sai.", "filter must be a condition that is true or false.")
    return Filter(tree, tuple((name, reader.values[name]) for name in reader.values))


def wrong(vi: str, en: str) -> BadParameter:
    """Return what is said of a filter that cannot be used."""
    return BadParameter("filter", vi, en)


class _Reader:
    def __init__(self, fields: Mapping[str, Field], system: System) -> None:
        self.fields, self.system = fields, system
        self.values: dict[str, Any] = {}
        self.nodes = 0

    def read(self, found: Any, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > MOST_DEEP:
            raise wrong(
                f"filter quá phức tạp: nhiều nhất {MOST_NODES} thành phần, lồng nhau {MOST_DEEP} lớp.",
                f"filter is too complex: at most {MOST_NODES} parts, nested {MOST_DEEP} deep.",
            )
        if isinstance(found, bool | int | float | str):
            return self.literal(found)
        if isinstance(found, dict):
            if "op" in found:
                return self.operation(found["op"], found.get("args"), depth)
            if "property" in found:
                return self.column(found["property"])
            if "interval" in found:
                return self.interval(found["interval"], depth)
            for name in ("date", "timestamp"):
                if name in found:
                    return self.keep(_moment(found[name], dated=name == "date"))
            if "bbox" in found or "type" in found:
                return self.value(shapes.read(found, self.system), "geometry")
        raise wrong(
            f"filter có phần không hiểu được: {_short(found)}.", f"filter has a part that is not CQL2: {_short(found)}."
        )

    def value(self, value: Any, kind: Kind, *, many: bool = False) -> Value:
        name = f"q{len(self.values)}"
        self.values[name] = value
        return Value(name, kind, many)

    def keep(self, moment: Any) -> Value:
        return self.value(moment, "date" if type(moment) is date else "datetime")

    def literal(self, found: bool | int | float | str) -> Value:
        if isinstance(found, bool):
            return self.value(found, "boolean")
        if isinstance(found, str):
            if "\x00" in found:
                raise wrong(
                    "Chữ trong filter có ký tự không dùng được.",
                    "A text of filter has a character that cannot be used.",
                )
            return self.value(found, "text")
        if not abs(found) < 1e300:
            raise wrong(
                f"Số {_short(found)} trong filter quá lớn.", f"The number {_short(found)} in filter is too large."
            )
        if found == int(found) and abs(found) < 2**63:
            return self.value(int(found), "integer")
        return self.value(float(found), "number")

    def column(self, name: Any) -> Column:
        if name == GEOMETRY:
            return Column("geom", "geometry")
        field = self.fields.get(name) if isinstance(name, str) else None
        if field is None:
            raise wrong(
                f"Không có trường “{_short(name)}” để lọc.", f"There is no field “{_short(name)}” to filter by."
            )
        return Column(field.name, field.type)

    def interval(self, sides: Any, depth: int) -> Call:
        if not isinstance(sides, list) or len(sides) != 2:
            raise wrong("Một khoảng thời gian có hai đầu.", "An interval has two ends.")
        ends = [self.end(side, depth) for side in sides]
        times = [self.values[end.name] for end in ends if isinstance(end, Value) and end.kind in TIMES]
        if len(times) == 2 and type(times[0]) is type(times[1]) and times[0] > times[1]:
            raise wrong("Khoảng thời gian có đầu sau cuối.", "An interval ends before it starts.")
        return Call("interval", tuple(ends), "interval")

    def end(self, side: Any, depth: int) -> Node:
        if side in ("..", ""):
            return Call("..", (), "open")
        if isinstance(side, str):
            return self.keep(_moment(side))
        made = self.read(side, depth + 1)
        if made.kind not in TIMES:
            raise wrong("Đầu của khoảng phải là thời điểm.", "The end of an interval must be a time.")
        return made

    def operation(self, op: Any, args: Any, depth: int) -> Node:
        if not isinstance(op, str) or not isinstance(args, list):
            raise wrong("Mỗi phép trong filter có op và args.", "Each operation of filter has op and args.")
        if op == "in":
            return self.among(args, depth)
        make = self.maker(op)
        if make is None:
            raise wrong(f"Không có phép “{op[:40]}” trong filter.", f"There is no operation “{op[:40]}” in filter.")
        return make(op, [self.read(one, depth + 1) for one in args])

    def maker(self, op: str) -> Callable[[str, list[Node]], Node] | None:
        if op in COMPARISONS:
            return self.comparison
        if op in ARITHMETIC:
            return self.arithmetic
        if op in SPATIAL:
            return self.spatial
        if op in INSTANTS or op in INTERVALS:
            return self.temporal
        if op in FUNCTIONS:
            return self.function
        return {
            "and": self.logical, "or": self.logical, "not": self.negation, "like": self.like, "between": self.between,
            "isNull": self.is_null, "casei": self.folded, "accenti": self.folded,
        }.get(op)  # fmt: skip

    def function(self, op: str, args: list[Node]) -> Node:
        told = FUNCTIONS[op]
        if len(args) != len(told.takes):
            raise _count(op)
        for place, (one, (_, kinds)) in enumerate(zip(args, told.takes, strict=True)):
            if kinds == TIMES:
                args[place] = self.timed(one)
            if args[place].kind not in kinds:
                raise _mixed(op)
        return Call(op, tuple(args), told.gives)

    def logical(self, op: str, args: list[Node]) -> Node:
        if len(args) < 2:
            raise _count(op)
        return Call(op, self.typed(op, args, "boolean"), "boolean")

    def negation(self, op: str, args: list[Node]) -> Node:
        return Call(op, self.typed(op, args, "boolean", count=1), "boolean")

    def like(self, op: str, args: list[Node]) -> Node:
        left, right = self.typed(op, args, "text", count=2)
        bare = right
        while isinstance(bare, Call) and bare.op in ("casei", "accenti"):
            bare = bare.args[0]
        pattern = self.values[bare.name] if isinstance(bare, Value) else None
        if pattern is None or re.fullmatch(r"(?:[^\\]|\\.)*", pattern, re.DOTALL) is None:
            raise wrong(
                "Mẫu của LIKE phải là chữ, không kết thúc bằng \\.",
                "The pattern of LIKE must be text that does not end in \\.",
            )
        return Call(op, (left, right), "boolean")

    def is_null(self, op: str, args: list[Node]) -> Node:
        if len(args) != 1 or isinstance(args[0], Value):
            raise _count(op)
        return Call(op, tuple(args), "boolean")

    def folded(self, op: str, args: list[Node]) -> Node:
        return Call(op, self.typed(op, args, "text", count=1), "text")

    def arithmetic(self, op: str, args: list[Node]) -> Node:
        return Call(op, self.typed(op, args, *_NUMBERS, count=2), "number")

    def comparison(self, op: str, args: list[Node]) -> Node:
        left, right = self.alike(op, args, count=2)
        if left.kind == "boolean" and op not in ("=", "<>"):
            raise _mixed(op)
        return Call(op, (left, right), "boolean")

    def between(self, op: str, args: list[Node]) -> Node:
        made = self.alike(op, args, count=3)
        if made[0].kind == "boolean":
            raise _mixed(op)
        return Call(op, tuple(made), "boolean")

    def among(self, args: list[Any], depth: int) -> Node:
        if len(args) != 2 or not isinstance(args[1], list) or not args[1]:
            raise _count("in")
        if len(args[1]) > MOST_LISTED:
            raise wrong(f"IN nhận nhiều nhất {MOST_LISTED} giá trị.", f"IN takes at most {MOST_LISTED} values.")
        left, listed = self.read(args[0], depth + 1), args[1]
        if left.kind in TIMES or not all(isinstance(one, str | int | float) for one in listed):
            sides = [self.comparison("=", [left, self.read(one, depth + 1)]) for one in listed]
            return Call("or", tuple(sides), "boolean") if len(sides) > 1 else sides[0]
        before = len(self.values)
        made = [self.alike("in", [left, self.literal(one)], count=2)[1] for one in listed]
        kind = "number" if any(one.kind == "number" for one in made) else made[0].kind
        values = [self.values[one.name] for one in made if isinstance(one, Value)]
        self.values = dict(list(self.values.items())[:before])
        return Call("in", (left, self.value(values, kind, many=True)), "boolean")

    def spatial(self, op: str, args: list[Node]) -> Node:
        made = self.typed(op, args, "geometry", count=2)
        for one in made:
            mixed = isinstance(one, Value) and shapes.mixed(self.values[one.name])
            if mixed and op not in ("s_intersects", "s_disjoint"):
                raise wrong(
                    f"{op.upper()} không nhận GEOMETRYCOLLECTION; hãy dùng MULTIPOINT, MULTILINESTRING hoặc MULTIPOLYGON.",
                    f"{op.upper()} takes no GEOMETRYCOLLECTION; use a MULTIPOINT, MULTILINESTRING or MULTIPOLYGON.",
                )
        return Call(op, made, "boolean")

    def temporal(self, op: str, args: list[Node]) -> Node:
        return Call(op, self.typed(op, [self.timed(one) for one in args], *TIMES, "interval", count=2), "boolean")

    def typed(self, op: str, args: list[Node], *kinds: Kind, count: int | None = None) -> tuple[Node, ...]:
        if count is not None and len(args) != count:
            raise _count(op)
        if any(one.kind not in kinds for one in args):
            raise _mixed(op)
        return tuple(args)

    def alike(self, op: str, args: list[Node], *, count: int) -> list[Node]:
        """Return operands that can be compared; text beside a time is read as a time."""
        if len(args) != count:
            raise _count(op)
        if any(one.kind in TIMES for one in args):
            args = [self.timed(one) for one in args]
        if any(one.kind == "boolean" for one in args):
            args = [self.truth(one) for one in args]
        for group in (("boolean",), _NUMBERS, ("text",), TIMES):
            if all(one.kind in group for one in args):
                return args
        raise _mixed(op)

    def truth(self, one: Node) -> Node:
        """Read 0 and 1 beside true and false, as GDAL writes them."""
        if not isinstance(one, Value) or one.kind != "integer" or self.values[one.name] not in (0, 1):
            return one
        self.values[one.name] = bool(self.values[one.name])
        return Value(one.name, "boolean")

    def timed(self, one: Node) -> Node:
        if not isinstance(one, Value) or one.kind != "text":
            return one
        moment = self.values[one.name] = _moment(self.values[one.name])
        return Value(one.name, "date" if type(moment) is date else "datetime")


_DATE = Field(name="filter", title="", title_en="", type="date")
_DATETIME = Field(name="filter", title="", title_en="", type="datetime")


def _moment(text: Any, *, dated: bool | None = None) -> Any:
    """Read a date or a moment; text that says neither is refused."""
    if not isinstance(text, str):
        raise wrong(f"{_short(text)} không phải là thời điểm.", f"{_short(text)} is no time.")
    text = text.removesuffix("T")  # GDAL writes a day as 2026-07-14T
    short = re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None if dated is None else dated
    return filter_value(_DATE if short else _DATETIME, text)


def _count(op: str) -> BadParameter:
    return wrong(
        f"Số thành phần của {op.upper()} trong filter không đúng.",
        f"{op.upper()} in filter has a wrong number of operands.",
    )


def _mixed(op: str) -> BadParameter:
    return wrong(
        f"Các thành phần của {op.upper()} trong filter không cùng kiểu (số, chữ, thời gian, hình).",
        f"The operands of {op.upper()} in filter are not of one kind (number, text, time, geometry).",
    )


def _short(found: Any) -> str:
    return str(found)[:60]
