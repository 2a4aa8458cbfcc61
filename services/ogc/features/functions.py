"""The list of the functions that filters may call, at /functions."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.language import language
from services.ogc.answers import answer
from services.ogc.cql2.functions import FUNCTIONS
from services.ogc.cql2.nodes import Kind
from services.ogc.links import HTML, JSON, base_url, link

_TYPES: dict[Kind, str] = {
    "boolean": "boolean", "integer": "integer", "number": "number", "text": "string", "date": "date",
    "datetime": "datetime", "geometry": "geometry",
}  # fmt: skip


async def functions(request: Request) -> Response:
    """Answer the functions, their arguments and what they give."""
    lang, base = language(request), base_url(request)
    which = 1 if lang == "en" else 0
    title = ("Hàm của bộ lọc", "Functions of filters")[which]
    listed = [
        {
            "name": name,
            "description": one.words[which],
            "arguments": [
                {"title": words[which], "type": [_TYPES[kind] for kind in kinds]} for words, kinds in one.takes
            ],
            "returns": [_TYPES[one.gives]],
        }
        for name, one in FUNCTIONS.items()
    ]
    links = [link(f"{base}/functions", "self", JSON, title), link(f"{base}/functions?f=html", "alternate", HTML, title)]
    return await answer(request, {"title": title, "functions": listed, "links": links}, page="generic")
