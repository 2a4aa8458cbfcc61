"""Figures as CoverageJSON: a series of periods at a point inside each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from layers.indicators.periods import Period
from layers.indicators.terms import english
from services.gazetteer import Area
from services.ogc.edr.asked import DEGREES
from services.ogc.edr.reading import Table
from services.ogc.holdings import Figures
from services.ogc.systems import System

Json = dict[str, Any]

MEDIA = "application/prs.coverage+json"
_SAMPLE = {"vi": "Dữ liệu minh hoạ. ", "en": "Sample data. "}


def written(tables: Sequence[Table], labels: Mapping[int, tuple[float, float]], system: System, home: str) -> bytes:
    """Return the document of `coverages` as bytes."""
    return orjson.dumps(coverages(tables, labels, system, home))


def coverages(tables: Sequence[Table], labels: Mapping[int, tuple[float, float]], system: System, home: str) -> Json:
    """Return a Coverage where all is one series of periods at one place, else a CoverageCollection.

    `labels` are the points of the areas by number, `home` the address of the locations. Indicators of an area that have
    the same periods are ranges of one coverage.
    """
    parameters = {table.indicator.code: parameter(table.figures) for table in tables}
    referencing = _referencing(system)
    made = [
        _coverage(area, spans, some, labels[area.id], home, swapped=system.swapped)
        for (area, spans), some in _together(tables).items()
    ]
    if len(made) == 1:
        domain = made[0]["domain"] | {"domainType": "PointSeries", "referencing": referencing}
        return {**made[0], "domain": domain, "parameters": parameters}
    return {
        "type": "CoverageCollection",
        "domainType": "PointSeries",
        "parameters": parameters,
        "referencing": referencing,
        "coverages": made,
    }


def parameter(figures: Figures) -> Json:
    """Return an indicator as a parameter of CoverageJSON, which OGC API – EDR describes collections with too."""
    one = figures.indicator
    unit = {"vi": one.unit, "en": english(one.unit)}
    said = {
        lang: f"{_SAMPLE[lang] if figures.sample else ''}{name} ({unit[lang]})"
        for lang, name in (("vi", one.name), ("en", one.name_en))
    }
    return {
        "type": "Parameter",
        "description": said,
        "unit": {"label": unit, "symbol": one.unit},
        "observedProperty": {"id": one.code, "label": {"vi": one.name, "en": one.name_en}},
    }


def _together(tables: Sequence[Table]) -> dict[tuple[Area, tuple[Period, ...]], list[tuple[Table, int]]]:
    """The tables, and the row in them, of each area and series of periods."""
    found: dict[tuple[Area, tuple[Period, ...]], list[tuple[Table, int]]] = {}
    for table in tables:
        spans = tuple(table.spans)
        for row, area in enumerate(table.areas):
            found.setdefault((area, spans), []).append((table, row))
    return found


def _coverage(
    area: Area,
    spans: Sequence[Period],
    some: Sequence[tuple[Table, int]],
    label: tuple[float, float],
    home: str,
    *,
    swapped: bool,
) -> Json:
    x, y = reversed(label) if swapped else label
    time = {
        "values": [period.start.isoformat() for period in spans],
        "bounds": [side.isoformat() for period in spans for side in (period.start, period.last_day)],
    }
    return {
        "type": "Coverage",
        "id": f"{home}/{area.code}",
        "domain": {"type": "Domain", "axes": {"x": {"values": [x]}, "y": {"values": [y]}, "t": time}},
        "ranges": {
            table.indicator.code: {
                "type": "NdArray",
                "dataType": "float",
                "axisNames": ["t"],
                "shape": [len(spans)],
                "values": [None if value != value else value for value in table.values[row].tolist()],
            }
            for table, row in some
        },
    }


def _referencing(system: System) -> list[Json]:
    kind = "GeographicCRS" if system.digits == DEGREES else "ProjectedCRS"
    axes = ["y", "x"] if system.swapped else ["x", "y"]
    return [
        {"coordinates": axes, "system": {"type": kind, "id": system.uri}},
        {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
    ]
