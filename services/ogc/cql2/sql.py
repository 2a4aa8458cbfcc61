"""The shape of a filter as a condition of SQL over the columns of a layer; every literal is a bind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    FromClause,
    LargeBinary,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    not_,
    or_,
)

from services.ogc.cql2.functions import FUNCTIONS
from services.ogc.cql2.nodes import ARITHMETIC, COMPARISONS, SPATIAL, Call, Column, Node, Value

Sql = ColumnElement[Any]
Span = tuple[Sql, Sql]

_TYPES: dict[str, Any] = {
    "boolean": Boolean,
    "integer": BigInteger,
    "number": Double,
    "text": Text,
    "date": Date,
    "datetime": DateTime(timezone=True),
    "geometry": LargeBinary,
}
_SPATIAL: dict[str, str] = {name: f"ST_{name.removeprefix('s_').capitalize()}" for name in SPATIAL}
_DAY: Sql = literal_column("interval '1 day' - interval '1 microsecond'")


def condition(tree: Node, table: FromClause) -> Sql:
    """Return the condition over the columns of a table."""
    return _Writer(table).write(tree)


class _Writer:
    def __init__(self, table: FromClause) -> None:
        self.table = table

    def write(self, node: Node) -> Sql:
        match node:
            case Column(name=name):
                return self.table.c[name]
            case Value(name=name, kind="geometry"):
                return func.ST_GeomFromWKB(bindparam(name, type_=LargeBinary), 4326)
            case Value(name=name, kind=kind, many=many):
                kept = _TYPES[kind]
                # Said in the statement itself: PostgreSQL cannot always tell the type of a bind from what is around it.
                return cast(bindparam(name, type_=ARRAY(kept) if many else kept), ARRAY(kept) if many else kept)
            case Call():
                return self.call(node)

    def call(self, node: Call) -> Sql:
        op, args = node.op, node.args
        if op.startswith("t_") or (op in COMPARISONS and _of_two_kinds(args)):
            return self.times(op, args)
        if op == "between" and _of_two_kinds(args):
            return and_(self.times(">=", (args[0], args[1])), self.times("<=", (args[0], args[2])))
        made = [self.write(one) for one in args]
        if op in ARITHMETIC:
            return _ARITHMETIC[op](*(cast(one, Double) for one in made))
        if op in _SPATIAL:
            return getattr(func, _SPATIAL[op])(*made)  # type: ignore[no-any-return]
        if op in FUNCTIONS:
            return FUNCTIONS[op].sql(*made)
        return _PLAIN[op](*made)

    def times(self, op: str, args: tuple[Node, ...]) -> Sql:
        """Compare times: each is a span from its start to its end, the two alike for a moment."""
        dates = not any(_has(one, "datetime") for one in args)
        one, other = (self.span(side, dates=dates) for side in args)
        return _TIMES[op](one, other)

    def span(self, node: Node, *, dates: bool) -> Span:
        if isinstance(node, Call) and node.op == "interval":
            start, end = node.args
            return self.side(start, 0, dates=dates), self.side(end, 1, dates=dates)
        made = self.write(node)
        if dates or node.kind == "datetime":
            return made, made
        begin = func.timezone("Asia/Ho_Chi_Minh", cast(made, DateTime))  # a day in Viet Nam
        return begin, begin + _DAY

    def side(self, node: Node, which: int, *, dates: bool) -> Sql:
        kind = "date" if dates else "timestamptz"
        open_: Sql = literal_column(f"'{('-infinity', 'infinity')[which]}'::{kind}")
        if node.kind == "open":
            return open_
        made = self.span(node, dates=dates)[which]
        return func.coalesce(made, open_) if isinstance(node, Column) else made  # what has no end goes on


def _has(node: Node, kind: str) -> bool:
    return node.kind == kind or (isinstance(node, Call) and any(_has(one, kind) for one in node.args))


def _of_two_kinds(args: tuple[Node, ...]) -> bool:
    """Whether days and moments are compared."""
    return {"date", "datetime"} <= {one.kind for one in args}


def _bare(text: Sql) -> Sql:
    """Take the marks off letters; đ is a letter of its own in Unicode. About 14 µs a row, ten times faster than `translate`."""
    apart = func.normalize(text, literal_column("NFD"))
    unmarked = func.regexp_replace(
        apart, literal_column("'[\u0300-\u036f]'"), literal_column("''"), literal_column("'g'")
    )
    return func.translate(unmarked, literal_column("'đĐ'"), literal_column("'dD'"))


_PLAIN: dict[str, Callable[..., Sql]] = {
    "and": and_,
    "or": or_,
    "not": not_,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "like": lambda a, b: a.like(b),
    "between": lambda a, b, c: a.between(b, c),
    "in": lambda a, b: a == any_(b),
    "isNull": lambda a: a.is_(None),
    "casei": func.lower,
    "accenti": _bare,
}
_ARITHMETIC: dict[str, Callable[[Sql, Sql], Sql]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / func.nullif(b, 0),
    "div": lambda a, b: func.trunc(a / func.nullif(b, 0)),
    "%": lambda a, b: a - b * func.trunc(a / func.nullif(b, 0)),
    "^": func.power,
}
_TIMES: dict[str, Callable[[Span, Span], Sql]] = {
    "=": lambda x, y: and_(x[0] <= y[1], x[1] >= y[0]),
    "<>": lambda x, y: or_(x[0] > y[1], x[1] < y[0]),
    "<": lambda x, y: x[1] < y[0],
    "<=": lambda x, y: x[0] <= y[1],
    ">": lambda x, y: x[0] > y[1],
    ">=": lambda x, y: x[1] >= y[0],
    "t_after": lambda x, y: x[0] > y[1],
    "t_before": lambda x, y: x[1] < y[0],
    "t_disjoint": lambda x, y: or_(x[0] > y[1], x[1] < y[0]),
    "t_intersects": lambda x, y: and_(x[0] <= y[1], x[1] >= y[0]),
    "t_equals": lambda x, y: and_(x[0] == y[0], x[1] == y[1]),
    "t_contains": lambda x, y: and_(x[0] < y[0], x[1] > y[1]),
    "t_during": lambda x, y: and_(x[0] > y[0], x[1] < y[1]),
    "t_finishes": lambda x, y: and_(x[0] > y[0], x[1] == y[1]),
    "t_finishedby": lambda x, y: and_(x[0] < y[0], x[1] == y[1]),
    "t_meets": lambda x, y: x[1] == y[0],
    "t_metby": lambda x, y: x[0] == y[1],
    "t_overlaps": lambda x, y: and_(x[0] < y[0], x[1] > y[0], x[1] < y[1]),
    "t_overlappedby": lambda x, y: and_(x[0] > y[0], x[0] < y[1], x[1] > y[1]),
    "t_starts": lambda x, y: and_(x[0] == y[0], x[1] < y[1]),
    "t_startedby": lambda x, y: and_(x[0] == y[0], x[1] > y[1]),
}
