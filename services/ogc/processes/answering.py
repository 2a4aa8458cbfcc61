"""How results are answered: one document of all outputs, or the bare value."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from services.ogc.links import JSON
from services.ogc.processes.process import Value


def answered(results: Mapping[str, Value], *, raw: bool) -> Response:
    """Answer results that are at hand; `raw` gives one bare value, or several as parts of one body."""
    if not raw:
        document = {name: _in_document(value) for name, value in results.items()}
        return Response(json.dumps(document, ensure_ascii=False), media_type=JSON)
    if len(results) == 1:
        (value,) = results.values()
        return Response(written(value), media_type=_with_charset(value.kind))
    border = secrets.token_hex(12)
    parts = [
        f"--{border}\r\nContent-Type: {_with_charset(value.kind)}\r\nContent-ID: <{name}>\r\n\r\n".encode()
        + written(value)
        for name, value in results.items()
    ]
    body = b"\r\n".join([*parts, f"--{border}--\r\n".encode()])
    return Response(body, headers={"Content-Type": f'multipart/related; boundary="{border}"'})


def written(value: Value) -> bytes:
    """Return an output as bytes of its media type."""
    if isinstance(value.data, bytes):
        return value.data
    if isinstance(value.data, str) and value.kind != JSON:
        return value.data.encode()
    return json.dumps(value.data, ensure_ascii=False).encode()


def _in_document(value: Value) -> Any:
    if isinstance(value.data, str) and value.kind != JSON:
        return {"value": value.data, "mediaType": value.kind}
    return value.data


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
