"""Which language a request wants: `lang=` first, then Accept-Language, else Vietnamese."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.types import Scope

from services.errors import BadParameter

Language = Literal["vi", "en"]


def language(request: Request) -> Language:
    """Return `vi` or `en`."""
    asked = request.query_params.get("lang", "")
    if not asked.lower().startswith(("vi", "en")):
        asked = request.headers.get("accept-language", "")
    first = asked.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "vi"


def refuse_other(scope: Scope, below: str) -> None:
    """Raise BadParameter where a `lang` that is not offered is asked for below a path."""
    if b"lang=" not in scope["query_string"] or not (scope["path"] + "/").startswith(below + "/"):
        return
    for text in QueryParams(scope["query_string"]).getlist("lang"):
        if text not in ("vi", "en") and scope["method"] != "OPTIONS":
            raise BadParameter("lang", "lang phải là vi hoặc en.", "lang is vi or en.")
