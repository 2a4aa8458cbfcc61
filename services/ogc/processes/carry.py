"""The process `carry`: a person's table re-expressed on other administrative areas."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool

from boundaries.carry import Rule
from services.bodies import MOST
from services.carry_rows import Wish
from services.carry_table import carry_table
from services.ogc.processes.process import Input, Json, Output, Process, Value, Work

CSV = "text/csv"
_TEXT = {"type": "string", "maxLength": 200}


async def _run(work: Work, inputs: Json) -> Mapping[str, Value]:
    state = work.request.app.state
    places = await state.gazetteer.places()
    ground = await state.linkage.ground()
    wish = Wish(**{name: value for name, value in inputs.items() if name != "table"})
    done = await run_in_threadpool(carry_table, inputs["table"], wish, places, ground, work.lang)
    return {"carried": Value(done.csv, CSV, "carried.csv"), "report": Value(done.report)}


process = Process(
    id="carry",
    title=("Quy đổi bảng số liệu sang đơn vị hành chính khác", "Carry a table to other administrative areas"),
    description=(
        "Nhận bảng CSV theo đơn vị trước hoặc sau 1/7/2025, trả bảng đã quy đổi theo quy tắc của chỉ tiêu: tổng "
        "được giữ nguyên, tỷ lệ tính lại từ tử số và mẫu số, mỗi số kèm cách tính, khoảng sai số và đơn vị nguồn.",
        "Takes a CSV table of areas before or since 1 July 2025 and gives it back carried by the indicator's rule: "
        "totals are kept, ratios are made of numerator and denominator, each value has method, band and sources.",
    ),
    keywords=("carry", "boundaries", "1/7/2025"),
    inputs={
        "table": Input(
            title=("Bảng CSV có mã hoặc tên đơn vị", "CSV table with codes or names of areas"),
            schema={"type": "string", "contentMediaType": CSV, "maxLength": MOST},
            needed=True,
        ),
        "rule": Input(
            title=("Quy tắc của chỉ tiêu", "Rule of the indicator"),
            schema={**_TEXT, "enum": list(Rule.__args__), "default": "sum"},  # type: ignore[attr-defined]
        ),
        "to": Input(
            title=("Đơn vị đích: current, former hoặc tên lăng kính", "Target: current, former or a lens"),
            schema={**_TEXT, "default": "current"},
        ),
        "of": Input(
            title=("Đơn vị của bảng; auto: tự nhận ra", "Areas of the table; auto: recognised"),
            schema={**_TEXT, "enum": ["auto", "former", "current"], "default": "auto"},
        ),
        "scale": Input(title=("Hệ số của tỷ lệ", "Scale of a ratio"), schema={"type": "number", "default": 1}),
        **{
            name: Input(title=(f"Cột {vi}", f"Column of the {en}"), schema={**_TEXT, "default": default})
            for name, vi, en, default in (
                ("value", "giá trị", "value", "value"),
                ("numerator", "tử số", "numerator", ""),
                ("denominator", "mẫu số", "denominator", ""),
                ("period", "kỳ", "period", ""),
            )
        },
    },
    outputs={
        "carried": Output(
            title=("Bảng đã quy đổi", "The carried table"), schema={"type": "string", "contentMediaType": CSV}
        ),
        "report": Output(title=("Nhận dạng và dòng bị bỏ", "Verdict and rows left out"), schema={"type": "object"}),
    },
    run=_run,
    example={"table": "area_code,area_name,value\n22981,Xã Vĩnh Hảo,100\n22984,Xã Vĩnh Tân,200\n"},
)
