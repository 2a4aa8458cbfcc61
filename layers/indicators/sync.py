"""The catalogue as it was last applied to a database, against its files: what differs, and how it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from sqlalchemy import Connection, text

from layers.indicators.catalogue import load
from layers.indicators.declaration import Indicator, restored, written
from layers.indicators.rollup import refresh
from layers.indicators.store import indicator_ids

Kind = Literal["new", "changed", "gone", "back"]

RULES = frozenset(
    ("period", "calendar", "lowest_level", "space_rule", "time_rule", "numerator", "denominator", "scale")
)
"""What figures follow: where one of these changes, what was rolled up is made anew."""
UNITS = ("unit", "numerator_unit", "denominator_unit", "weight_unit")
GONE = "gone"
"""The mark of a declaration that the catalogue has no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One indicator whose declaration in the files is not the one applied; `has_figures` says whether any depend on it."""

    code: str
    before: Indicator | None
    after: Indicator | None
    has_figures: bool
    was_gone: bool = False

    @property
    def kind(self) -> Kind:
        """New to the database, changed, gone from the files, or back in them."""
        if self.before is None:
            return "new"
        return "gone" if self.after is None else "back" if self.was_gone else "changed"

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that differ: before and after."""
        if self.before is None or self.after is None:
            return {}
        pairs = {one.name: (getattr(self.before, one.name), getattr(self.after, one.name)) for one in fields(Indicator)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def rolls_up_anew(self) -> bool:
        """Whether its figures follow another rule from now on."""
        return self.has_figures and (self.kind in ("new", "back") or not RULES.isdisjoint(self.fields))

    @property
    def refusal(self) -> tuple[str, str] | None:
        """Why it may not be applied, in Vietnamese and English."""
        for name in UNITS:
            if self.has_figures and name in self.fields:
                before, after = self.fields[name]
                return (
                    f"{self.code} đã có số liệu tính bằng “{before}”, không đổi sang “{after}” được; hãy đặt mã mới.",
                    f"{self.code} has figures in “{before}”, which cannot become “{after}”; give it a new code.",
                )
        return None


def difference(connection: Connection) -> list[Change]:
    """Return what differs between the files and what is applied, in the order of the catalogue, what is gone last."""
    applied: dict[str, dict[str, Any]] = {row.code: row.declaration for row in connection.execute(_APPLIED)}
    sides: list[tuple[dict[str, Any], Indicator | None]] = [(applied.pop(one.code, {}), one) for one in load()[1]]
    sides += [(told, None) for told in applied.values() if GONE not in told]
    found = []
    for told, after in sides:
        before, was_gone = restored(told) if told else None, GONE in told
        if before != after or was_gone:
            code = after.code if after else told["code"]
            found.append(Change(code=code, before=before, after=after, has_figures=False, was_gone=was_gone))
    counted = (
        set(connection.execute(_WITH_FIGURES, {"codes": [one.code for one in found]}).scalars()) if found else set()
    )
    return [replace(one, has_figures=one.code in counted) for one in found]


def apply(connection: Connection, changes: Sequence[Change], *, by: str = "") -> None:
    """Write these changes with a line of history each, and make anew what follows from rules that changed.

    The declaration of an indicator that is gone stays, marked, so that its figures can be read.
    """
    numbers = indicator_ids(connection)
    _write(connection, changes, by)
    if anew := {numbers[one.code] for one in changes if one.rolls_up_anew}:
        refresh(connection, anew)


def declare(connection: Connection) -> None:
    """Apply the catalogue to a database that has none yet."""
    if not connection.execute(
        text("SELECT EXISTS (SELECT FROM toancanh.indicator WHERE declaration IS NOT NULL)")
    ).scalar():
        indicator_ids(connection)
        _write(connection, [Change(code=one.code, before=None, after=one, has_figures=False) for one in load()[1]], "")


def kept(rows: Iterable[Sequence[Any]]) -> dict[str, Indicator]:
    """Return by their codes the indicators that the catalogue has no longer, from the rows of `KEPT`."""
    return {code: restored(declaration) for code, declaration in rows}


def _write(connection: Connection, changes: Sequence[Change], by: str) -> None:
    rows = []
    for one in changes:
        before, after = (written(side) if side else None for side in (one.before, one.after))
        declaration = after or {**(before or {}), GONE: True}
        rows.append(
            {
                "code": one.code,
                "by": by,
                "before": _json(before),
                "after": _json(after),
                "declaration": _json(declaration),
            }
        )
    if rows:
        connection.execute(_DECLARE, rows)
        connection.execute(_REMEMBER, rows)


def _json(told: dict[str, Any] | None) -> str | None:
    return None if told is None else json.dumps(told, ensure_ascii=False)


# Pictures are kept from all figures below the country; those of the country itself have only their series.
_HAS_FIGURES = """
(EXISTS (SELECT FROM toancanh.figure_slice s WHERE s.indicator_id = i.id)
 OR EXISTS (SELECT FROM toancanh.figure_series f JOIN toancanh.area a ON a.id = f.area_id
            WHERE a.level = 'country' AND f.indicator_id = i.id)
 OR EXISTS (SELECT FROM toancanh.target t WHERE t.indicator_id = i.id))
"""
_APPLIED = text("SELECT code, declaration FROM toancanh.indicator WHERE declaration IS NOT NULL ORDER BY id")
_WITH_FIGURES = text(f"SELECT i.code FROM toancanh.indicator i WHERE i.code = ANY(:codes) AND {_HAS_FIGURES}")
KEPT = f"SELECT i.code, i.declaration FROM toancanh.indicator i WHERE i.declaration ? '{GONE}' AND {_HAS_FIGURES}"
_DECLARE = text(
    "UPDATE toancanh.indicator SET declaration = CAST(:declaration AS jsonb), applied_at = now() WHERE code = :code"
)
_REMEMBER = text(
    "INSERT INTO toancanh.indicator_change (code, by, before, after) "
    "VALUES (:code, :by, CAST(:before AS jsonb), CAST(:after AS jsonb))"
)
