"""Read a shared map from the database: figures, classes, outlines, sources."""

from __future__ import annotations

from typing import Any

import shapely
from sqlalchemy import Connection, text

from boundaries.vintages import CURRENT, VINTAGE_SQL, Vintage, vintage_on
from layers.indicators import periods
from layers.indicators.catalogue import Indicator, find
from layers.indicators.periods import Period
from layers.indicators.targets import Target, due
from services.boundary import vintage_asked
from services.errors import BadParameter, NotFound
from services.share.view import Level, Method, Outline, Place, View
from styles import classes

_AREA = f"""
SELECT a.id, a.code, a.level, a.name, a.full_name, a.name_en, a.province_code, {VINTAGE_SQL} AS vintage
FROM toancanh.area a WHERE a.code = :code ORDER BY a.valid_from DESC
"""
_SLICES = """
SELECT s.boundary, s.period_kind, s.period_start, s.within, s.area_ids, s.area_values, s.blanks, s.warnings, s.sample
FROM toancanh.figure_slice s JOIN toancanh.indicator i ON i.id = s.indicator_id
WHERE i.code = :code AND s.level = :level AND (s.within = :within OR :within = 'VN'
  OR s.within IN (SELECT d.code FROM toancanh.area d WHERE d.level = 'district' AND d.province_code = :within))
"""
# Band 9 is drawn to zoom 9 and good a little beyond: the balance of a file that is fit for an e-mail.
_SHAPES = f"""
SELECT a.id, a.code, a.level, a.kind, a.name, a.full_name, a.name_en, a.approximate, a.source, a.province_code,
       ST_AsBinary(ST_Transform(s.geom, 4326)), ST_X(a.label), ST_Y(a.label)
FROM toancanh.area a JOIN toancanh.area_shape s ON s.area_id = a.id AND s.band = :band
WHERE a.level = :level AND {VINTAGE_SQL} = :boundary AND (:within = 'VN' OR a.province_code = :within)
ORDER BY a.code
"""
_PARTS = """
SELECT DISTINCT ON (o.area_id) o.area_id, o.numerator, o.denominator, o.known_at, o.status, p.title
FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id
LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id
WHERE i.code = :code AND o.area_id = ANY(:ids) AND o.period_kind = :kind AND o.period_start = :start
ORDER BY o.area_id, o.known_at DESC
"""
_WHOLE = """
SELECT o.value FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id
WHERE i.code = :code AND o.area_id = :area AND o.period_kind = :kind AND o.period_start = :start
ORDER BY o.known_at DESC LIMIT 1
"""
_TARGETS = """
SELECT t.area_id, t.period_kind, t.value, t.rule FROM toancanh.target t
JOIN toancanh.indicator i ON i.id = t.indicator_id
WHERE i.code = :code AND t.area_id = ANY(:ids)
  AND ((t.period_kind = :kind AND t.period_start = :start) OR (t.period_kind = 'Y' AND t.period_start = :year))
ORDER BY t.period_kind = :kind
"""


def read_view(
    connection: Connection,
    *,
    indicator: str,
    area: str = "VN",
    period: str | None = None,
    level: Level | None = None,
    method: Method = "quantile",
    boundary: str | None = None,
    n: int = 5,
) -> View:
    """Read the map of one indicator over the areas inside `area` (for a commune: inside its province).

    Without `period` the newest is shown, without `level` the one below the area. Raises NotFound for an unknown
    indicator or area and where there are no figures, BadParameter for a period or date that cannot be understood.
    """
    one = find(indicator)
    if one is None:
        raise NotFound(
            f"Không có chỉ tiêu mang mã “{indicator}”.", f"There is no indicator with the code “{indicator}”."
        )
    asked_vintage = vintage_asked(boundary)
    place = _place(connection, area, asked_vintage)
    within, shown = (place["province_code"], place["id"]) if place["level"] == "commune" else (place["code"], None)
    if within != place["code"]:
        place = _place(connection, within, vintage_on(place["vintage"]))
    level = level or ("province" if within == "VN" else "commune")
    rows = list(connection.execute(text(_SLICES), {"code": one.code, "level": level, "within": within}).mappings())
    if place["level"] != "country":
        rows = [row for row in rows if row["boundary"] == place["vintage"]]
    elif asked_vintage:
        rows = [row for row in rows if row["boundary"] == asked_vintage.start]
    at, rows, pool = _chosen(one, place, level, rows, period)
    vintage = vintage_on(rows[0]["boundary"])
    figures = _figures(rows)
    outlines = _outlines(connection, level, within, vintage, band=9 if within == "VN" else 11)
    parts = _parts(connection, one, at, list(figures))
    targets = _targets(connection, one, at, list(figures))
    if method == "target" and not targets:
        raise BadParameter(
            "method",
            f"Chỉ tiêu {one.code} chưa có kế hoạch để so sánh.",
            f"The indicator {one.code} has no targets to compare with.",
        )
    edges = [] if method == "target" else classes.breaks(pool, method, n)
    newest = max((part[2] for part in parts.values()), default=None)
    return View(
        indicator=one,
        area_code=place["code"],
        area=place["full_name"],
        area_en=place["name_en"],
        level=level,
        period=at,
        vintage=vintage,
        method=method,
        edges=tuple(edges),
        selected=shown,
        whole=_whole(connection, one, at, place["id"]),
        places=tuple(_joined(outline, figures, parts, targets, one, edges) for outline in outlines),
        context=tuple(_outlines(connection, "province", "VN", vintage, band=7)),
        sources=tuple(sorted({part[4] for part in parts.values() if part[4]})),
        known_at=newest,
        sample=any(row["sample"] for row in rows),
    )


def _place(connection: Connection, code: str, vintage: Vintage | None) -> dict[str, Any]:
    """The area with this code in a vintage (default: the present one, else the last that had it)."""
    found = [dict(row) for row in connection.execute(text(_AREA), {"code": code.upper()}).mappings()]
    wanted = (vintage or CURRENT).start
    for row in found:
        if row["level"] == "country" or row["vintage"] == wanted:
            return row
    if found and vintage is None:
        return found[0]
    raise NotFound(f"Không có đơn vị hành chính mang mã “{code}”.", f"There is no area with the code “{code}”.")


def _chosen(
    one: Indicator, place: dict[str, Any], level: str, rows: list[Any], asked: str | None
) -> tuple[Period, list[Any], list[float]]:
    """The period, its slices in one vintage, and every value of every such period for stable classes."""
    where = place["full_name"]
    where = where[0].lower() + where[1:] if place["level"] != "country" else where
    words = {"province": ("cấp tỉnh", "province"), "commune": ("cấp xã", "commune")}[level]
    if not rows:
        raise NotFound(
            f"Chỉ tiêu {one.code} chưa có số liệu {words[0]} ở {where}.",
            f"The indicator {one.code} has no figures at {words[1]} level in {place['name_en']} yet.",
        )
    if asked is None:
        newest = max(rows, key=lambda row: (_period(row).end, row["boundary"]))
        at = _period(newest)
    else:
        try:
            at = periods.parse(asked)
        except ValueError as error:
            raise BadParameter(
                "period",
                str(error),
                f"The period “{asked}” is not understood: write 2025, 2025-Q3, 2025-07 or 2025-07-14.",
            ) from None
    match = [row for row in rows if row["period_kind"] == at.letter and row["period_start"] == at.stored_start]
    if not match:
        raise NotFound(
            f"Chỉ tiêu {one.code} không có số liệu {words[0]} của {at.label()} ở {where}.",
            f"The indicator {one.code} has no {words[1]} figures for {at.label('en')} in {place['name_en']}.",
        )
    boundary = max(row["boundary"] for row in match)
    pool = [
        value
        for row in rows
        if row["boundary"] == boundary and row["period_kind"] == at.letter
        for value in row["area_values"]
        if value is not None
    ]
    return at, [row for row in match if row["boundary"] == boundary], pool


def _period(row: Any) -> Period:
    return periods.restore(row["period_kind"], row["period_start"])


def _figures(rows: list[Any]) -> dict[int, tuple[float | None, str | None, str | None]]:
    """Value, blank and warning by area."""
    return {
        area: (
            value if value is not None and value == value else None,
            row["blanks"].get(str(area)),
            row["warnings"].get(str(area)),
        )
        for row in rows
        for area, value in zip(row["area_ids"], row["area_values"], strict=True)
    }


def _outlines(connection: Connection, level: str, within: str, vintage: Vintage, *, band: int) -> list[Outline]:
    values = {"band": band, "level": level, "boundary": vintage.start, "within": within}
    return [
        Outline(
            id=row[0],
            code=row[1],
            level=row[2],
            kind=row[3],
            name=row[4],
            full_name=row[5],
            name_en=row[6],
            approximate=row[7],
            source=row[8],
            province_code=row[9],
            shape=shapely.from_wkb(bytes(row[10])),
            label=None if row[11] is None else (row[11], row[12]),
        )
        for row in connection.execute(text(_SHAPES), values)
    ]


def _parts(connection: Connection, one: Indicator, at: Period, ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """Numerator, denominator, when known, status and source by area, as last known."""
    values = {"code": one.code, "ids": ids, "kind": at.letter, "start": at.stored_start}
    return {row[0]: tuple(row[1:]) for row in connection.execute(text(_PARTS), values)}


def _whole(connection: Connection, one: Indicator, at: Period, area: int) -> float | None:
    values = {"code": one.code, "area": area, "kind": at.letter, "start": at.stored_start}
    found: float | None = connection.execute(text(_WHOLE), values).scalar()
    return found


def _targets(connection: Connection, one: Indicator, at: Period, ids: list[int]) -> dict[int, float]:
    """What the target asks of the period by area: its own, else its part of the year's."""
    year = periods.of("year", at.start)
    values = {"code": one.code, "ids": ids, "kind": at.letter, "start": at.stored_start, "year": year.start}
    found = {
        area: due(Target(period=at if kind == at.letter else year, value=value, rule=rule), at)
        for area, kind, value, rule in connection.execute(text(_TARGETS), values)
    }
    return {area: asked.value for area, asked in found.items() if asked}


def _joined(
    outline: Outline,
    figures: dict[int, tuple[float | None, str | None, str | None]],
    parts: dict[int, tuple[Any, ...]],
    targets: dict[int, float],
    one: Indicator,
    edges: list[float],
) -> Place:
    value, blank, warning = figures.get(outline.id, (None, None, None))
    numerator, denominator = parts[outline.id][:2] if outline.id in parts else (None, None)
    target = targets.get(outline.id)
    return Place(
        **vars(outline),
        value=value,
        blank=None if value is not None else blank or "no_data",
        warning=warning,
        numerator=numerator,
        denominator=denominator,
        target=target,
        state=classes.target_state(value, target, one.direction, one.unit == "%"),
        klass=classes.class_of(value, edges) if value is not None and edges else None,
    )
