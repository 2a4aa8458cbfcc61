"""Figures as SDMX-CSV 2.0, at addresses of the shape of SDMX REST: a dataflow for each module of the catalogue."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import Request
from starlette.responses import Response

from boundaries.vintages import CURRENT, VINTAGES
from layers.indicators.catalogue import load
from layers.indicators.periods import Period
from layers.indicators.tables import partition
from services.accounts import viewer as viewer_of
from services.boundary import vintage_asked
from services.errors import BadParameter, NotFound
from services.gazetteer import Area, Places
from services.ogc.edr.asked import Ask
from services.ogc.edr.asked import level as level_asked
from services.ogc.edr.places import readable
from services.ogc.edr.reading import Table, tables
from services.ogc.figures.answers import Written, books_of, figures_of, kept, written
from services.ogc.holdings import Figures
from services.ogc.parameters import refuse_unknown, span

AGENCY, VERSION = "TOANCANH", "1.0"
MEDIA = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"

# Letters of the kinds of periods behind each code of CL_FREQ; those that are no calendar period are told as time ranges.
FREQUENCIES = {"A": "YyS", "S": "Hh", "Q": "Qq", "M": "MmcTNn", "W": "W", "D": "D"}
_FREQUENCY_OF = {letter: code for code, letters in FREQUENCIES.items() for letter in letters}
# CL_OBS_STATUS: normal, estimated, provisional; why a value is missing.
_STATUSES = {"F": "A", "E": "E", "P": "P"}
_MISSING = {"no_data": "O", "late": "L", "not_due": "O", "not_applicable": "M", "suppressed": "Q"}
_COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS",
    "UNIT_MEASURE", "DECIMALS", "REF_AREA_LABEL", "AREA_STRUCTURE", "CARRIED", "COMMENT_OBS",
)  # fmt: skip
_KNOWN = frozenset({"startPeriod", "endPeriod", "level", "area", "boundary", "freq", "f", "lang"})
_STATUS = """
(SELECT DISTINCT ON (o.indicator_id, o.area_id, o.period_kind, o.period_start)
        o.indicator_id, o.area_id, o.period_kind, o.period_start, o.status, o.sample
 FROM {own} o
 WHERE o.province_code = '{code}' AND o.indicator_id = ANY(%(numbers)s) AND o.area_id = ANY(%(areas)s)
   AND o.period_kind = ANY(%(kinds)s) AND o.period_start BETWEEN %(first)s AND %(last)s
 ORDER BY o.indicator_id, o.area_id, o.period_kind, o.period_start, o.known_at DESC)"""


async def data(request: Request) -> Response:
    """Answer indicators, or all of a module, as SDMX-CSV."""
    viewer = viewer_of(request)
    refuse_unknown(request, _KNOWN)
    known = await figures_of(request, viewer)
    return await _answer(request, _flow(request.path_params["flow"], known), request.query_params.get("area", ""), "")


async def keyed(request: Request) -> Response:
    """Answer a dataflow at the address of SDMX REST 2: key `FREQ.REF_AREA.INDICATOR`, several joined by `+`, `*` for all."""
    viewer = viewer_of(request)
    refuse_unknown(request, _KNOWN - {"area", "freq"})
    known = await figures_of(request, viewer)
    parts = request.path_params["key"].split(".")
    if len(parts) != 3:
        raise BadParameter(
            "key",
            "Khoá phải gồm FREQ.REF_AREA.INDICATOR, ví dụ M.68.HCC-04 hoặc *.*.HCC-04.",
            "The key is FREQ.REF_AREA.INDICATOR, such as M.68.HCC-04 or *.*.HCC-04.",
        )
    frequency, area, codes = ("" if part == "*" else part for part in parts)
    flow = _flow(request.path_params["flow"], known)
    if codes:
        wanted = {code.upper() for code in codes.split("+")}
        flow = [one for one in flow if one.indicator.code in wanted]
    return await _answer(request, flow, area.replace("+", ","), frequency.replace("+", ","))


async def _answer(request: Request, flow: Sequence[Figures], area: str, frequency: str) -> Response:
    viewer, asked = viewer_of(request), request.query_params
    form = asked.get("f", "csv")
    if form not in ("csv", "sdmx-csv"):
        raise BadParameter("f", "Chỉ có định dạng csv (SDMX-CSV 2.0).", "The only format is csv (SDMX-CSV 2.0).")
    first, last = _side(asked.get("startPeriod"), "startPeriod", 0), _side(asked.get("endPeriod"), "endPeriod", 1)
    wanted = Ask(
        figures=tuple(flow),
        datetime=f"{asked.get('startPeriod', '..')}/{asked.get('endPeriod', '..')}",
        first=first,
        last=last,
        level=level_asked(asked.get("level")),
        vintage=vintage_asked(asked.get("boundary")),
        letters=_letters(asked.get("freq", frequency)),
    )
    name = "_".join(sorted({one.indicator.code for one in flow})[:3]).lower() or "sdmx"

    async def make() -> Written:
        books = await books_of(request)
        made = await tables(books, wanted, readable(_areas(books.places, wanted, area), viewer))
        status = await _statuses(request, made, wanted)
        return Written(await written(made, _csv, made, status), MEDIA, f"{name}.csv")

    return await kept(request, viewer, make)


def time_period(period: Period) -> str:
    """Return a period as SDMX writes it; one that no calendar names as a time range (2026-09-15/P1M)."""
    if period.calendar == "civil":
        match period.kind:
            case "year" | "month" | "week" | "day" | "quarter":
                return period.key
            case "half":
                return f"{period.in_year}-S{period.number}"
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    return f"{period.start}/P{months}M"


def _flow(text: str, known: Mapping[str, Figures]) -> list[Figures]:
    """The indicators of a module, or those of codes joined by commas; NotFound where one is not there."""
    modules = {module.id: module.id for module in load()[0]}
    module = modules.get(text.lower().replace("_", "-"))
    if module:
        return [one for one in known.values() if one.indicator.module == module]
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    for code in codes or [text]:
        if code not in known:
            raise NotFound(
                f"Không có chỉ tiêu hay nhóm chỉ tiêu “{code[:40]}” với số liệu.",
                f"There is no indicator or module “{code[:40]}” with figures.",
            )
    return [known[code] for code in dict.fromkeys(codes)]


def _areas(places: Places, wanted: Ask, text: str) -> list[Area]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes:
        usual = wanted.level or "province"
        held = {h.boundary for one in wanted.figures for h in one.held if h.level == usual} or {CURRENT.start}
        # Every structure that something was told on, unless one is asked for: figures of 2024 are those of its provinces.
        asked = [wanted.vintage] if wanted.vintage else [one for one in reversed(VINTAGES) if one.start in held]
        return list({area.id: area for one in asked for area in places.all(usual, one)}.values())
    found = [places.find(code, wanted.vintage) for code in dict.fromkeys(codes)]
    level = wanted.level
    return [one for area in found for one in (places.inside(area, level, wanted.vintage) if level else [area])]


def _letters(text: str) -> str:
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    for code in codes:
        if code not in FREQUENCIES:
            names = ", ".join(FREQUENCIES)
            raise BadParameter("freq", f"freq phải là một trong {names}.", f"freq is one of {names}.")
    return "".join(FREQUENCIES[code] for code in codes)


def _side(text: str | None, name: str, end: int) -> date | None:
    if text is None:
        return None
    text = re.sub(r"^(\d{4})-S([12])$", r"\1-H\2", text)
    try:
        moment = span(text)[end] if "/" not in text else None
    except BadParameter:
        moment = None
    if moment is None:
        raise BadParameter(
            name,
            f"{name} phải là kỳ như 2026, 2026-Q3, 2026-10.",
            f"{name} is a period such as 2026, 2026-Q3, 2026-10.",
        )
    return moment.date()


async def _statuses(request: Request, made: Sequence[Table], wanted: Ask) -> dict[tuple[str, int, str, date], str]:
    """Status of figures by (code of the indicator, area, letter and stored day of the period), of samples none."""
    areas = {area.id: area for table in made for area in table.areas}
    provinces = sorted({area.province_code for area in areas.values()})
    spans = [period for table in made for period in (table.spans[0], table.spans[-1])]
    if not spans:
        return {}
    figures = request.app.state.figures
    theirs = " UNION ALL ".join(_STATUS.format(own=partition(code), code=code) for code in provinces)
    bound: dict[str, Any] = {
        "numbers": [await figures.number(one.indicator) for one in wanted.figures],
        "areas": list(areas),
        "kinds": list({period.letter for period in spans}),
        "first": min(period.stored_start for period in spans),
        "last": max(period.stored_start for period in spans),
    }
    statement = f"SELECT * FROM ({theirs}) o WHERE o.status <> 'F' AND NOT o.sample"
    rows = await request.app.state.reader.rows(statement, bound, binary=True)
    codes = {await figures.number(one.indicator): one.indicator.code for one in wanted.figures}
    return {(codes[row[0]], *row[1:4]): row[4] for row in rows}


def _csv(made: Sequence[Table], status: Mapping[tuple[str, int, str, date], str]) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for table in made:
        one = table.indicator
        structure = f"{AGENCY}:{one.module.upper().replace('-', '_')}({VERSION})"
        comment = "Dữ liệu minh hoạ" if table.figures.sample else ""
        periods = [(p, _FREQUENCY_OF[p.letter], time_period(p), p.letter, p.stored_start) for p in table.spans]
        for row, area in enumerate(table.areas):
            values, brought = table.values[row].tolist(), table.carried[row].tolist()
            for column, (period, frequency, name, letter, start) in enumerate(periods):
                value, carried = values[column], brought[column]
                if value != value:
                    text, word = "", _MISSING.get(table.blanks.get((area.id, period), ""), "O")
                else:
                    text, word = repr(value), _STATUSES[status.get((one.code, area.id, letter, start), "F")]
                lines.writerow((
                    "dataflow", structure, "I", frequency, area.code, one.code, name, text, "E" if carried else word, one.unit,
                    one.decimals, area.full_name, area.vintage, str(carried).lower(), comment,
                ))  # fmt: skip
    return out.getvalue().encode()
