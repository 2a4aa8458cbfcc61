"""Duties of areas that ended, handed to their successors: every item by its rule, with one line of record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Table, text

from boundaries.locate import locate
from boundaries.successors import heirs
from layers import cameras, citizen_reports, planning_zones, projects
from layers.indicators.transition import hand_over_observations, hand_over_targets
from layers.layer import Layer

ROUNDS = 10  # what passes on may hang on an area that ended too


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Rows that an area answers for.

    `open` says (SQL over the row `d` and the ended area `a`) which of them still matter after the area's end; the rule
    is `place` where rows have a geometry, else `main`.
    """

    what: str
    title: str
    title_en: str
    table: str
    open: str
    rule: Literal["place", "main"] = "main"


def _features(layer: Layer, *, open: str) -> Duty:
    assert isinstance(layer.table, Table)
    own = f"d.{layer.date}::date >= a.valid_to OR " if layer.date else ""
    return Duty(
        what=layer.id,
        title=layer.title,
        title_en=layer.title_en,
        table=str(layer.table),
        open=f"{own}{open}",
        rule="place",
    )


DUTIES: tuple[Duty, ...] = (
    _features(planning_zones.layer, open="d.valid_to IS NULL OR d.valid_to > a.valid_to"),
    _features(projects.layer, open="d.state <> 'hoan_thanh'"),
    _features(citizen_reports.layer, open="d.closed_at IS NULL OR d.closed_at::date >= a.valid_to"),
    _features(cameras.layer, open="true"),
)
"""What hangs on areas beside figures. A table with `id` and `area_id` – accounts, subscriptions – is one line more."""


@dataclass(kw_only=True)
class Moved:
    """What became of one kind of thing: items found on ended areas, handed over, and without a successor."""

    title: str
    title_en: str
    rule: str
    found: int = 0
    handed: int = 0
    without: list[str] = field(default_factory=list)
    orphans: int = 0


def transition(connection: Connection, on: date) -> list[Moved]:
    """Hand over everything that hangs on areas ended by a day, in the caller's transaction; what was found and moved.

    Rows move to the commune that holds their place, or to the main successor. Targets and observations are carried by
    the rule of their indicator as new rows, and the old ones stay. A second call finds nothing.
    """
    moved = [_rows(connection, duty, on) for duty in DUTIES]
    for titles, hand_over in (
        (("Chỉ tiêu kế hoạch", "Targets"), hand_over_targets),
        (("Số liệu", "Observations"), hand_over_observations),
    ):
        one = Moved(title=titles[0], title_en=titles[1], rule="")
        lost: set[int] = set()
        rules: set[str] = set()
        for _ in range(ROUNDS):
            found, handed, orphans = hand_over(connection, on)
            one.found += found - len(orphans) if lost else found
            one.handed += handed.item.nunique() if len(handed) else 0
            one.orphans = len(orphans)
            lost |= {int(number) for number in orphans}
            rules |= set(handed.rule)
            record(connection, handed)
            if not len(handed):
                break
        one.rule, one.without = ", ".join(sorted(rules)), _names(connection, lost)
        moved.append(one)
    return moved


def record(connection: Connection, lines: pd.DataFrame) -> None:
    """Write lines of record: what, item, old_id, new_id, rule, share."""
    columns = ("what", "item", "old_id", "new_id", "rule", "share")
    driver = cast(Any, connection.connection.driver_connection)
    with driver.cursor().copy(f"COPY toancanh.handover ({', '.join(columns)}) FROM STDIN") as copy:
        for row in zip(*(lines[column].tolist() for column in columns), strict=True):
            copy.write_row(row)


def _rows(connection: Connection, duty: Duty, on: date) -> Moved:
    geometry = "ST_AsBinary(d.geom)" if duty.rule == "place" else "NULL::bytea"
    rows = pd.DataFrame(
        connection.execute(
            text(
                f"SELECT d.id, d.area_id AS old_id, {geometry} AS wkb FROM {duty.table} d "
                f"JOIN toancanh.area a ON a.id = d.area_id WHERE a.valid_to <= :day AND ({duty.open}) ORDER BY d.id"
            ),
            {"day": on},
        ).all(),
        columns=["id", "old_id", "wkb"],
    )
    done = Moved(title=duty.title, title_en=duty.title_en, rule=duty.rule, found=len(rows))
    if rows.empty:
        return done
    main = {old: found[0].area_id for old, found in heirs(connection, rows.old_id.unique(), on).items()}
    rows["main"] = [main.get(old, 0) for old in rows.old_id]
    rows["new_id"], rows["rule"] = rows.main, "main"
    if duty.rule == "place":
        shapes = shapely.from_wkb(np.array([bytes(wkb) for wkb in rows.wkb], dtype=object))
        held = [place.area_id or 0 for place in locate(connection, shapes, on)]
        rows["new_id"] = np.where(held, held, rows.main)
        rows["rule"] = np.where(held, "place", "main")
    lost = rows.new_id == 0
    done.orphans, done.without = int(lost.sum()), _names(connection, set(rows.old_id[lost]))
    rows = rows[~lost].assign(what=duty.what, item=lambda f: f.id.astype(str), share=1.0)
    connection.execute(
        text(
            f"UPDATE {duty.table} d SET area_id = n.id{_PROVINCE if duty.rule == 'place' else ''} "
            "FROM unnest((:items)::bigint[], (:news)::int[]) AS m (item, heir) JOIN toancanh.area n ON n.id = m.heir "
            "WHERE d.id = m.item"
        ),
        {"items": rows.id.tolist(), "news": rows.new_id.tolist()},
    )
    record(connection, rows)
    done.handed = len(rows)
    return done


_PROVINCE = ", province_code = n.province_code"


def _names(connection: Connection, ids: set[int] | Sequence[int]) -> list[str]:
    rows = connection.execute(
        text("SELECT full_name || ' (' || code || ')' FROM toancanh.area WHERE id = ANY(:ids) ORDER BY 1"),
        {"ids": [int(i) for i in ids]},
    )
    return [row[0] for row in rows]
