"""Figures and targets of areas that ended, carried to their successors by the rule of each indicator."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from boundaries.carry import Links, carry
from boundaries.successors import heirs, passages
from layers.indicators.catalogue import Indicator, load
from layers.indicators.periods import end_sql
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, array, indicator_ids

TITLE = "Chuyển giao từ đơn vị hành chính đã kết thúc"
LINES = ["what", "item", "old_id", "new_id", "rule", "share"]

_END = end_sql("t.period_kind", "t.period_start")
_ITEM = "i.code || ' ' || t.period_kind || ' ' || t.period_start || ' ' || t.area_id"
_PLANNED = f"concat_ws(' ', {_ITEM}, nullif(t.plan, ''))"
_UNDONE = "NOT EXISTS (SELECT FROM toancanh.handover h WHERE h.what = :what AND h.old_id = t.area_id AND h.item = {})"
_TARGETS = f"""
SELECT {_PLANNED} AS item, t.*, a.level FROM toancanh.target_now t JOIN toancanh.area a ON a.id = t.area_id
JOIN toancanh.indicator i ON i.id = t.indicator_id
WHERE a.valid_to <= :day AND {_END} > a.valid_to AND {_UNDONE.format(_PLANNED)}
"""
_OBSERVATIONS = f"""
SELECT DISTINCT ON (t.indicator_id, t.area_id, t.period_kind, t.period_start)
  {_ITEM} AS item, t.*, a.level FROM toancanh.observation t JOIN toancanh.area a ON a.id = t.area_id
JOIN toancanh.indicator i ON i.id = t.indicator_id
WHERE a.valid_to <= :day AND t.period_start >= a.valid_to AND t.derived IS NULL AND {_UNDONE.format(_ITEM)}
ORDER BY t.indicator_id, t.area_id, t.period_kind, t.period_start, t.known_at DESC
"""
Handed = tuple[int, pd.DataFrame, list[int]]
"""How many items were found, the lines of record of those handed over, the areas of those without a successor."""


def hand_over_targets(connection: Connection, on: date) -> Handed:
    """Give targets for periods that outlast an ended area to its successors.

    Those that add up are shared by people, the others pass to the main successor, of several the one of the largest
    area. Each plan passes on by itself, with its trajectory. A target that the successor has had already stands.
    """
    rows = _read(connection, _TARGETS, "targets", on)
    if rows.empty:
        return 0, _lines([]), []
    rules = _rules(connection)
    adds = rows.indicator_id.map(lambda number: rules[number].space_rule == "sum")
    lines, made, orphans = [], [], []
    ground = passages(connection).groupby("old_id").area_km2.sum()
    for rule, some in (("population", rows[adds]), ("main", rows[~adds])):
        found = heirs(connection, some.area_id.unique(), on, "population" if rule == "population" else "main")
        orphans += [int(area) for area in some.area_id if area not in found]
        some = some[some.area_id.isin(list(found))]
        parts = some.assign(heir=some.area_id.map(found)).explode("heir")
        if parts.empty:
            continue
        parts["new_id"] = [heir.area_id for heir in parts.heir]
        parts["share"] = [heir.share for heir in parts.heir]
        parts["size"] = parts.area_id.map(ground).fillna(0.0)
        lines.append(parts.assign(what="targets", old_id=parts.area_id, rule=rule))
        keys = ["indicator_id", "period_kind", "period_start", "plan", "new_id"]
        if rule == "population":
            parts["value"] = parts.value * parts.share
            parts["trajectory"] = [
                None if path is None else np.array(path) * share
                for path, share in zip(parts.trajectory, parts.share, strict=True)
            ]
            kept = parts.groupby(keys, as_index=False).agg(
                value=("value", "sum"), trajectory=("trajectory", _together), rule=("rule", "first"),
                decision=("decision", "first"), decided_on=("decided_on", "first"), sample=("sample", "all"),
            )  # fmt: skip
        else:
            kept = parts.sort_values("size", ascending=False, kind="stable").drop_duplicates(keys)
        made.append(kept)
    if made:
        _write_targets(connection, pd.concat(made, ignore_index=True))
    return len(rows), _lines(lines), orphans


def hand_over_observations(connection: Connection, on: date) -> Handed:
    """Carry figures for periods after the end of their area to its successors, as new rows that say so.

    A figure that may not be merged gets no new row, only its owner. What the successor has reported itself stands.
    """
    rows = _read(connection, _OBSERVATIONS, "observations", on)
    if rows.empty:
        return 0, _lines([]), []
    every = passages(connection)
    mains = heirs(connection, rows.area_id.unique(), on)
    orphans = [int(area) for area in rows.area_id if area not in mains]
    rows = rows[rows.area_id.isin(list(mains))]
    rules, lines, made = _rules(connection), [], []
    for (level, number), some in rows.groupby(["level", "indicator_id"]):
        mine = every[every.level == level]
        links = _links(mine).reaching(mine.new_id[mine.old_id.isin(some.area_id)].tolist())
        period = some.period_kind + some.period_start.astype(str)
        one = rules[int(str(number))]
        found = carry(some.assign(period=period), links, one.space_rule, scale=one.scale)
        made.append(found[found.value.notna()].assign(indicator_id=int(str(number)), sample=bool(some["sample"].all())))
        way = "population" if np.isfinite(links.population).all() else "area"
        share = pd.DataFrame({"area_id": links.source, "new_id": links.target, "share": _shares(links)})
        parts = some.merge(share, on="area_id").assign(what="observations", old_id=lambda f: f.area_id)
        parts["rule"] = np.where(parts.share > 1 - 1e-9, "main", way)
        lines.append(parts)
    if made:
        _write_observations(connection, pd.concat(made, ignore_index=True))
    return len(rows) + len(orphans), _lines(lines), orphans


def _read(connection: Connection, statement: str, what: str, on: date) -> pd.DataFrame:
    return pd.DataFrame(connection.execute(text(statement), {"what": what, "day": on}).mappings().all())


def _rules(connection: Connection) -> dict[int, Indicator]:
    numbers = indicator_ids(connection)
    return {numbers[one.code]: one for one in load()[1]}


def _links(rows: pd.DataFrame) -> Links:
    return Links(
        source=rows.old_id.to_numpy(dtype=np.int64), target=rows.new_id.to_numpy(dtype=np.int64),
        population=rows.population.to_numpy(dtype=np.float64), published=np.full(len(rows), np.nan),
        area=rows.area_km2.to_numpy(dtype=np.float64),
    )  # fmt: skip


def _shares(links: Links) -> np.ndarray:
    """The share each link takes: by people, else by ground, else evenly."""
    people, ground, even = (links.shares(way) for way in ("population", "area", "equal"))
    return np.where(np.isfinite(people), people, np.where(np.isfinite(ground), ground, even))


def _lines(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part[LINES] for part in parts], ignore_index=True) if parts else pd.DataFrame(columns=LINES)


def _together(paths: pd.Series) -> list[float] | None:
    """The trajectories of parts added up; None where a part has none."""
    return None if paths.isna().any() else [float(step) for step in np.sum(list(paths), axis=0)]


def _write_targets(connection: Connection, rows: pd.DataFrame) -> None:
    connection.execute(_NEW_TARGETS, {
        "indicators": rows.indicator_id.tolist(), "areas": rows.new_id.tolist(), "kinds": rows.period_kind.tolist(),
        "starts": rows.period_start.tolist(), "plans": rows.plan.tolist(), "values": rows.value.tolist(),
        "rules": rows.rule.tolist(), "paths": [array(path) for path in rows.trajectory],
        "decisions": rows.decision.tolist(), "days": [day or None for day in rows.decided_on],
        "samples": [bool(sample) for sample in rows["sample"]], "by": TITLE,
    })  # fmt: skip


def _write_observations(connection: Connection, rows: pd.DataFrame) -> None:
    source = add_provenance(connection, TITLE)
    connection.execute(_NEW_OBSERVATIONS, {
        "indicators": [int(number) for number in rows.indicator_id], "areas": rows.area_id.tolist(),
        "kinds": rows.period.str[0].tolist(), "starts": rows.period.str[1:].tolist(), "values": rows.value.tolist(),
        "numerators": _or_none(rows.numerator), "denominators": _or_none(rows.denominator),
        "warnings": [_warning(row) for row in rows.itertuples()],
        "samples": [bool(sample) for sample in rows["sample"]], "source": source, "now": datetime.now(UTC),
    })  # fmt: skip
    refresh(connection, {int(number) for number in rows.indicator_id.unique()})


def _warning(row: object) -> str:
    known, of, estimated = (getattr(row, name) for name in ("known", "of", "estimated"))
    words = f"quy đổi từ {known}/{of} đơn vị trước khi sắp xếp"
    return words if estimated <= 0 else f"{words}, ước tính {estimated:.0%}"


def _or_none(column: pd.Series) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in column.astype(float)]


_NEW_TARGETS = text("""
INSERT INTO toancanh.target (province_code, indicator_id, area_id, period_kind, period_start, plan, value, rule,
  trajectory, decision, decided_on, sample, entered_by)
SELECT a.province_code, m.indicator_id, a.id, m.kind, m.start, m.plan, m.value, m.rule, m.path::float8[], m.decision,
  m.decided_on, m.sample, :by
FROM unnest((:indicators)::int[], (:areas)::int[], (:kinds)::text[], (:starts)::date[], (:plans)::text[],
            (:values)::float8[], (:rules)::text[], (:paths)::text[], (:decisions)::text[], (:days)::date[],
            (:samples)::bool[])
     AS m (indicator_id, area_id, kind, start, plan, value, rule, path, decision, decided_on, sample)
JOIN toancanh.area a ON a.id = m.area_id
WHERE NOT EXISTS (
  SELECT FROM toancanh.target o WHERE (o.province_code, o.indicator_id, o.area_id, o.period_kind, o.period_start, o.plan)
    = (a.province_code, m.indicator_id, a.id, m.kind, m.start, m.plan)
)
""")
_NEW_OBSERVATIONS = text("""
INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, period_start, known_at, value,
  numerator, denominator, status, warning, sample, provenance_id)
SELECT a.province_code, m.indicator_id, a.id, m.kind, m.start, :now, m.value, m.numerator, m.denominator, 'E', m.warning,
  m.sample, :source
FROM unnest((:indicators)::int[], (:areas)::int[], (:kinds)::text[], (:starts)::date[], (:values)::float8[],
            (:numerators)::float8[], (:denominators)::float8[], (:warnings)::text[], (:samples)::bool[])
     AS m (indicator_id, area_id, kind, start, value, numerator, denominator, warning, sample)
JOIN toancanh.area a ON a.id = m.area_id
WHERE NOT EXISTS (
  SELECT FROM toancanh.observation o WHERE (o.province_code, o.indicator_id, o.area_id, o.period_kind, o.period_start)
    = (a.province_code, m.indicator_id, a.id, m.kind, m.start)
)
""")
