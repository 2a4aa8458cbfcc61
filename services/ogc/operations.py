"""Parts of OpenAPI 3.0 that every standard's description is put together from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.ogc.links import GEOJSON, HTML, JSON, MVT, SCHEMA
from services.ogc.parameters import FILES

Json = dict[str, Any]

_ANSWERS = {JSON: "Document", SCHEMA: "Schema", GEOJSON: "Features", MVT: "Tile"}
_PROBLEM: Json = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "parameter": {"type": "string"},
            },
        }
    },
    HTML: {},  # for who asks for a page
}
_BESIDE: dict[str, Sequence[str]] = {MVT: (), GEOJSON: (HTML, *FILES.values())}
RESPONSES: Json = {
    name: {"description": "OK", "content": {one: {} for one in (kind, *_BESIDE.get(kind, (HTML,)))}}
    for kind, name in _ANSWERS.items()
} | {
    "Bad": {"description": "A parameter cannot be understood", "content": _PROBLEM},
    "Missing": {"description": "There is no such resource", "content": _PROBLEM},
}


def operation(
    name: str,
    kind: str | Sequence[str],
    parameters: Sequence[str],
    *,
    tag: str = "",
    title: str = "",
    method: str = "get",
    body: Json | None = None,
    status: int = 200,
) -> Json:
    """Return one operation as a path item, its parameters by their names among the components.

    `kind` is the media type of the answer, or several.
    """
    kinds = [kind] if isinstance(kind, str) else list(kind)
    good: Json = (
        {"$ref": f"#/components/responses/{_ANSWERS[kinds[0]]}"}
        if len(kinds) == 1 and kinds[0] in _ANSWERS
        else {"description": "OK", "content": {one: {} for one in kinds}}
    )
    made: Json = {
        "operationId": name,
        "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in parameters],
        "responses": {
            str(status): good,
            "400": {"$ref": "#/components/responses/Bad"},
            "404": {"$ref": "#/components/responses/Missing"},
        },
    }
    if tag:
        made["tags"] = [tag]
    if title:
        made["summary"] = title
    if body:
        made["requestBody"] = body
    return {method: made}


def in_query(name: str, schema: Json, **more: Any) -> Json:
    """Return an optional parameter of the query."""
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}


def in_path(name: str, schema: Json) -> Json:
    """Return a parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def choice(name: str, ids: Sequence[str]) -> Json:
    """Return a parameter of the path that takes one of these."""
    return in_path(name, {"type": "string", "enum": list(ids)})
