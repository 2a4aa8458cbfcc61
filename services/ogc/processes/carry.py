"""OGC API – Processes: what GIS clients and scripts may let the server compute. Here: carry a table across boundaries."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from boundaries.carry import Rule
from services.bodies import MOST, body
from services.carry_rows import Wish
from services.carry_table import carry_table
from services.errors import BadParameter, NotFound
from services.language import language
from services.ogc.answers import answer
from services.ogc.links import JSON, base_url, link
from services.ogc.offer import RELATION, Offer, conforms

CSV = "text/csv"
_TEXT = {"type": "string"}


def _input(title: str, schema: dict[str, Any], *, optional: bool = True) -> dict[str, Any]:
    return {"title": title, "schema": schema, "minOccurs": 0 if optional else 1, "maxOccurs": 1}


def _carry(lang: str) -> dict[str, Any]:
    """The description of the process `carry`."""

    def say(vi: str, en: str) -> str:
        return en if lang == "en" else vi

    return {
        "id": "carry",
        "title": say("Quy đổi bảng số liệu sang đơn vị hành chính khác", "Carry a table to other administrative areas"),
        "description": say(
            "Nhận bảng CSV theo đơn vị trước hoặc sau 1/7/2025, trả bảng đã quy đổi theo quy tắc của chỉ tiêu: tổng "
            "được giữ nguyên, tỷ lệ tính lại từ tử số và mẫu số, mỗi số kèm cách tính, khoảng sai số và đơn vị nguồn.",
            "Takes a CSV table of areas before or since 1 July 2025 and gives it back carried by the indicator's rule: "
            "totals are kept, ratios are made of numerator and denominator, each value has method, band and sources.",
        ),
        "version": "1.0.0",
        "keywords": ["carry", "boundaries", "1/7/2025"],
        "jobControlOptions": ["sync-execute"],
        "outputTransmission": ["value"],
        "inputs": {
            "table": _input(
                say("Bảng CSV có mã hoặc tên đơn vị", "CSV table with codes or names of areas"),
                {"type": "string", "contentMediaType": CSV, "maxLength": MOST},
                optional=False,
            ),
            "rule": _input(
                say("Quy tắc của chỉ tiêu", "Rule of the indicator"),
                {**_TEXT, "enum": list(Rule.__args__), "default": "sum"},  # type: ignore[attr-defined]
            ),
            "to": _input(
                say("Đơn vị đích: current, former hoặc tên lăng kính", "Target: current, former or a lens"),
                {**_TEXT, "default": "current"},
            ),
            "of": _input(
                say("Đơn vị của bảng; auto: tự nhận ra", "Areas of the table; auto: recognised"),
                {**_TEXT, "enum": ["auto", "former", "current"], "default": "auto"},
            ),
            "scale": _input(say("Hệ số của tỷ lệ", "Scale of a ratio"), {"type": "number", "default": 1}),
            **{
                name: _input(say(f"Cột {vi}", f"Column of the {en}"), {**_TEXT, "default": default})
                for name, vi, en, default in (
                    ("value", "giá trị", "value", "value"),
                    ("numerator", "tử số", "numerator", ""),
                    ("denominator", "mẫu số", "denominator", ""),
                    ("period", "kỳ", "period", ""),
                )
            },
        },
        "outputs": {
            "carried": {
                "title": say("Bảng đã quy đổi", "The carried table"),
                "schema": {"type": "string", "contentMediaType": CSV},
            },
            "report": {
                "title": say("Nhận dạng và dòng bị bỏ", "Verdict and rows left out"),
                "schema": {"type": "object"},
            },
        },
        "example": {"inputs": {"table": "area_code,area_name,value\n22981,Xã Vĩnh Hảo,100\n22984,Xã Vĩnh Tân,200\n"}},
    }


async def processes(request: Request) -> Response:
    """Answer the list of processes."""
    base, lang = base_url(request), language(request)
    full = _carry(lang)
    summary = {
        name: full[name]
        for name in ("id", "title", "description", "version", "jobControlOptions", "outputTransmission")
    }
    here = f"{base}/processes"
    document = {
        "processes": [{**summary, "links": [link(f"{here}/carry", "self", JSON, full["title"])]}],
        "links": [link(here, "self", JSON)],
    }
    return await answer(request, document, page="generic")


async def process(request: Request) -> Response:
    """Answer the description of one process."""
    document = _known(request)
    here = f"{base_url(request)}/processes/{document['id']}"
    document["links"] = [
        link(here, "self", JSON),
        link(f"{here}/execution", f"{RELATION}execute", JSON),
    ]
    return await answer(request, document, page="generic")


async def execute(request: Request) -> Response:
    """Run a process and answer its results: a document of all outputs, or the table itself for `response: raw`."""
    described = _known(request)
    sent = await body(request)
    try:
        asked = json.loads(sent)
        inputs = asked["inputs"]
        assert isinstance(inputs, dict)
    except (ValueError, KeyError, TypeError, AssertionError):
        raise BadParameter(
            "inputs", "Thân yêu cầu phải là JSON có “inputs”.", "The body must be JSON with “inputs”."
        ) from None
    wish = _wish(inputs, described["inputs"])
    places = await request.app.state.gazetteer.places()
    ground = await request.app.state.linkage.ground()
    done = await run_in_threadpool(carry_table, _value(inputs["table"]), wish, places, ground, language(request))
    wanted = set(asked.get("outputs") or described["outputs"])
    if asked.get("response") == "raw" or wanted == {"carried"}:
        return Response(done.csv, media_type=f"{CSV}; charset=utf-8")
    results = {"carried": {"value": done.csv, "mediaType": CSV}, "report": done.report}
    found = json.dumps({name: results[name] for name in results if name in wanted}, ensure_ascii=False)
    return Response(found, media_type=JSON)


def _known(request: Request) -> dict[str, Any]:
    name = request.path_params["process"]
    if name != "carry":
        raise NotFound(f"Không có quy trình “{name[:60]}”.", f"There is no process “{name[:60]}”.")
    return _carry(language(request))


def _value(given: Any) -> str:
    text = given.get("value") if isinstance(given, dict) else given
    if not isinstance(text, str):
        raise BadParameter("table", "“table” phải là văn bản CSV.", "“table” must be CSV text.")
    return text


def _wish(inputs: dict[str, Any], known: dict[str, Any]) -> Wish:
    for name, given in inputs.items():
        if name not in known:
            raise BadParameter(name, f"Không có đầu vào “{name[:60]}”.", f"There is no input “{name[:60]}”.")
        schema = known[name]["schema"]
        kind = (int, float) if schema["type"] == "number" else str
        if name != "table" and (not isinstance(given, kind) or isinstance(given, bool)):
            raise BadParameter(name, f"Đầu vào “{name}” sai kiểu.", f"The input “{name}” is of the wrong type.")
        if "enum" in schema and given not in schema["enum"]:
            allowed = ", ".join(schema["enum"])
            raise BadParameter(name, f"“{name}” phải là một trong: {allowed}.", f"“{name}” is one of: {allowed}.")
    if "table" not in inputs:
        raise BadParameter("table", "Thiếu đầu vào “table”.", "The input “table” is missing.")
    defaults = {name: one["schema"]["default"] for name, one in known.items() if "default" in one["schema"]}
    return Wish(**{**defaults, **{name: given for name, given in inputs.items() if name != "table"}})


def _landing(base: str, lang: str) -> list[dict[str, Any]]:
    return [link(f"{base}/processes", f"{RELATION}processes", JSON, "Processes" if lang == "en" else "Các quy trình")]


OFFER = Offer(
    conformance=conforms("ogcapi-processes-1/1.0", "core", "ogc-process-description", "json"),
    routes=(
        ("/ogc/processes", processes, ("GET",)),
        ("/ogc/processes/{process}", process, ("GET",)),
        ("/ogc/processes/{process}/execution", execute, ("POST",)),
    ),
    landing=_landing,
)
