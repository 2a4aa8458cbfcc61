"""The process `export`: everything of a collection that matches, as one file made in the background."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from services.errors import BadParameter, NotFound
from services.ogc.collections import Collection, collection
from services.ogc.features.formats import write
from services.ogc.features.table import PIECE, read
from services.ogc.parameters import FILES, Query, parse
from services.ogc.processes.process import Input, Json, Output, Process, Value, Work

MOST = 1_000_000  # features: their table is held in memory while the file is written
_TEXT: Json = {"type": "string", "maxLength": 8000}
_READ = 0.8  # part of the work that is reading
_SELECTING: dict[str, tuple[str, str]] = {
    "filter": ("Điều kiện, CQL2", "Condition, CQL2"),
    "filter-lang": ("cql2-text hoặc cql2-json", "cql2-text or cql2-json"),
    "filter-crs": ("Hệ toạ độ của điều kiện", "Coordinate system of the condition"),
    "bbox": ("Hộp toạ độ", "Box"),
    "bbox-crs": ("Hệ toạ độ của hộp", "Coordinate system of the box"),
    "crs": ("Hệ toạ độ của tệp", "Coordinate system of the file"),
    "datetime": ("Thời gian", "Time"),
    "properties": ("Các trường, cách nhau bằng dấu phẩy", "Fields, between commas"),
    "sortby": ("Sắp theo các trường", "Fields to sort by"),
    "level": ("Cấp của chỉ tiêu", "Level of an indicator"),
    "boundary": ("Đơn vị hành chính như tại thời điểm nào", "Areas as on which day"),
}


async def _check(work: Work, inputs: Json) -> None:
    await _asked(work, inputs)


async def _run(work: Work, inputs: Json) -> Mapping[str, Value]:
    request, one, query = await _asked(work, inputs)
    assert work.folder is not None

    async def seen(count: int) -> None:
        work.check()
        await work.tell(_READ * count / (count + 10 * PIECE))

    table = await read(request, one, query, most=MOST + 1, seen=seen)
    if table.num_rows > MOST:
        raise BadParameter(
            "filter",
            f"Có hơn {MOST} đối tượng khớp, một tệp không chứa hết; hãy thêm điều kiện.",
            f"More than {MOST} features match, too many for one file; narrow them by a filter.",
        )
    form = inputs["format"]
    path = work.folder / f"{one.id}.{form}"
    titled = table.replace_schema_metadata({"title": one.title(work.lang)})
    await run_in_threadpool(write, form, one, titled, query, path)
    return {"file": Value(path, FILES[form])}


async def _asked(work: Work, inputs: Json) -> tuple[Request, Collection, Query]:
    """Read the inputs as the items of the collection would be asked for."""
    try:
        one = await collection(work.request, inputs["collection"], work.viewer)
    except NotFound as missing:
        raise BadParameter("collection", missing.vi, missing.en) from None
    asked = {name: inputs[name] for name in _SELECTING if name in inputs}
    scope = {**work.request.scope, "method": "GET", "query_string": urlencode(asked).encode()}
    request = Request(scope)
    return request, one, parse(request, one, most=MOST)


process = Process(
    id="export",
    title=("Xuất cả một tập dữ liệu thành tệp", "Export a whole collection as a file"),
    description=(
        "Lấy mọi đối tượng khớp điều kiện của một tập dữ liệu thành một tệp GeoPackage, FlatGeobuf, GeoParquet hoặc CSV; "
        "chạy nền, kết quả là địa chỉ tải tệp.",
        "All features of a collection that match, as one GeoPackage, FlatGeobuf, GeoParquet or CSV file; runs in the "
        "background, the result is the address of the file.",
    ),
    keywords=("export", "GeoPackage", "FlatGeobuf", "GeoParquet"),
    inputs={
        "collection": Input(
            title=("Mã của tập dữ liệu", "Id of the collection"),
            schema={"type": "string", "maxLength": 80},
            needed=True,
        ),
        "format": Input(
            title=("Định dạng của tệp", "Format of the file"),
            schema={"type": "string", "enum": list(FILES), "default": "gpkg"},
        ),
        **{name: Input(title=title, schema=_TEXT) for name, title in _SELECTING.items()},
    },
    outputs={
        "file": Output(
            title=("Tệp", "The file"),
            schema={"type": "string", "contentEncoding": "binary", "contentMediaType": FILES["gpkg"]},
        )
    },
    run=_run,
    check=_check,
    example={"collection": "projects", "format": "gpkg"},
    modes=("async-execute",),
    by_reference=True,
)
