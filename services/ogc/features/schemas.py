"""What the features of a collection are made of: the fields it can be filtered by, and its schema (Features Part 3, 5)."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.layer import Field
from services.accounts import viewer as viewer_of
from services.language import language
from services.ogc.answers import answer
from services.ogc.collections import Collection, collection
from services.ogc.editing.sent import editable, writable
from services.ogc.fields import schema
from services.ogc.links import SCHEMA, base_url


async def queryables(request: Request) -> Response:
    """Answer the fields that items can be filtered by."""
    one = await collection(request, request.path_params["collection"], viewer_of(request))
    document = _schema(request, one, "queryables")
    return await answer(request, document, page="schema", kind=SCHEMA, one=one)


async def returnables(request: Request) -> Response:
    """Answer the schema of the features of a collection."""
    one = await collection(request, request.path_params["collection"], viewer_of(request))
    document = _schema(request, one, "schema")
    return await answer(request, document, page="schema", kind=SCHEMA, one=one)


def _schema(request: Request, one: Collection, name: str) -> dict[str, Any]:
    base, lang = base_url(request), language(request)
    shape = "geometry-any" if one.layer.geometry == "Any" else f"geometry-{_SHAPES[one.layer.geometry]}"
    geometry: dict[str, Any] = {"title": "Hình" if lang == "vi" else "Shape", "format": shape}
    properties: dict[str, Any] = {"geometry": geometry}
    if name == "schema":
        properties = {
            "id": {"title": "Số hiệu" if lang == "vi" else "Id", "type": "integer", "x-ogc-role": "id"},
            "geometry": geometry | {"x-ogc-role": "primary-geometry"},
        }
    for field in one.fields:
        properties[field.name] = _role(one, field, schema(field, lang)) if name == "schema" else schema(field, lang)
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{one.id}/{name}",
        "type": "object",
        "title": one.title(lang),
        "description": one.description(lang),
        "properties": properties,
    }
    if name == "queryables":
        document["additionalProperties"] = False
    elif editable(one.layer):
        document["required"] = [field.name for field in one.fields if field.required]
    return document


def _role(one: Collection, field: Field, made: dict[str, Any]) -> dict[str, Any]:
    roles = {
        "": "",
        one.layer.date: "primary-instant",
        one.layer.title_field: "title",
    }
    if one.ranged:
        roles |= {"valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
    if role := roles.get(field.name):
        made = {**made, "x-ogc-role": role}
    if not editable(one.layer):
        return made
    if field.name not in writable(one.layer):
        return {**made, "readOnly": True}
    return made


_SHAPES = {"Point": "point", "Line": "multilinestring", "Polygon": "multipolygon"}
