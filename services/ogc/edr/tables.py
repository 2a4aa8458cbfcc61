"""Figures of OGC API – EDR as GeoJSON (one feature an area and period) and as CSV (one line a figure)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from layers.indicators.periods import Period
from services.gazetteer import Area
from services.ogc.edr.coverage_json import parameter
from services.ogc.edr.reading import Table

CSV = "text/csv; charset=utf-8"
_COLUMNS = (
    "area_code", "area_name", "level", "boundary", "x", "y", "parameter", "period", "start", "end", "value", "unit", "blank",
    "carried", "sample",
)  # fmt: skip


def geojson(tables: Sequence[Table], outlines: Mapping[int, str], home: str) -> bytes:
    """Return a feature collection; properties are named by the codes of the indicators, `carried` lists those brought over."""
    found: dict[tuple[Area, Period], dict[str, Any]] = {}
    for table in tables:
        code = table.indicator.code
        for row, area in enumerate(table.areas):
            for column, period in enumerate(table.spans):
                told = found.get((area, period)) or found.setdefault((area, period), _of(area, period, home))
                value = float(table.values[row, column])
                told[code] = None if value != value else value
                told["parameter-name"].append(code)
                if table.carried[row, column]:
                    told.setdefault("carried", []).append(code)
    features = [
        f'{{"type":"Feature","id":"{area.code}_{period.key}","geometry":{outlines.get(area.id, "null")},'
        f'"properties":{json.dumps(told, ensure_ascii=False)}}}'
        for (area, period), told in found.items()
    ]
    parameters = json.dumps({table.indicator.code: parameter(table.figures) for table in tables}, ensure_ascii=False)
    head = f'{{"type":"FeatureCollection","numberReturned":{len(features)},"parameters":{parameters},"features":[\n'
    return (head + ",\n".join(features) + "\n]}\n").encode()


def table(tables: Sequence[Table], labels: Mapping[int, tuple[float, float]]) -> bytes:
    """Return CSV with a byte order mark, so that spreadsheets read the Vietnamese letters."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for one in tables:
        declared = one.indicator
        for row, area in enumerate(one.areas):
            x, y = labels[area.id]
            where = (area.code, area.full_name, area.level, area.vintage, x, y, declared.code)
            for column, period in enumerate(one.spans):
                value = float(one.values[row, column])
                blank = value != value
                lines.writerow((
                    *where, period.key, period.start, period.last_day, "" if blank else repr(value), declared.unit,
                    one.blanks.get((area.id, period), "no_data") if blank else "",
                    str(bool(one.carried[row, column])).lower(), str(one.figures.sample).lower(),
                ))  # fmt: skip
    return "\ufeff".encode() + out.getvalue().encode()


def _of(area: Area, period: Period, home: str) -> dict[str, Any]:
    return {
        "code": area.code,
        "label": area.full_name,
        "level": area.level,
        "boundary": area.vintage.isoformat(),
        "period": period.key,
        "datetime": f"{period.start}/{period.last_day}",
        "start": period.start.isoformat(),
        "end": period.last_day.isoformat(),
        "parameter-name": [],
        "edrqueryendpoint": f"{home}/{area.code}",
    }
