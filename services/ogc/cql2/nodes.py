"""What a filter is made of: columns, values and operations, each with its kind. Trees compare by their shape alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["boolean", "integer", "number", "text", "date", "datetime", "interval", "geometry", "open"]

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "div", "^"})
SPATIAL = frozenset(
    f"s_{name}" for name in ("intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains")
)
INSTANTS = frozenset(f"t_{name}" for name in ("after", "before", "disjoint", "equals", "intersects"))
INTERVALS = frozenset(
    f"t_{name}"
    for name in (
        "contains", "during", "finishedby", "finishes", "meets", "metby", "overlappedby", "overlaps", "startedby", "starts",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A property, or the geometry."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Value:
    """A literal: the name of its bind. `many` when it is an array."""

    name: str
    kind: Kind
    many: bool = False


@dataclass(frozen=True)
class Call:
    """An operation on others."""

    op: str
    args: tuple[Node, ...]
    kind: Kind


Node = Column | Value | Call


@dataclass(frozen=True)
class Filter:
    """A filter: its shape and the values of its binds, in order."""

    tree: Node
    values: tuple[tuple[str, Any], ...]

    @property
    def key(self) -> tuple[Node, tuple[tuple[str, Any], ...]]:
        """What answers are kept by: the values as they can be hashed (several are a list to the driver)."""
        return self.tree, tuple((name, tuple(one) if isinstance(one, list) else one) for name, one in self.values)
