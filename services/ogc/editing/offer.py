"""Editing as a standard of the OGC API: its addresses and what may be sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.editing import answers, history
from services.ogc.editing.sent import editable, writable
from services.ogc.fields import schema
from services.ogc.links import GEOJSON, JSON
from services.ogc.offer import Offer, conforms
from services.ogc.operations import operation

Json = dict[str, Any]

_ITEMS = "/ogc/collections/{collection}/items"
_ITEM = _ITEMS + "/{feature}"


def _operations(there: Sequence[Collection], lang: Language) -> Json:
    paths: Json = {}
    for one in there:
        if not (one.viewer.staff and editable(one.layer)):
            continue
        here = f"/collections/{one.id}/items"
        name = "".join(part.capitalize() for part in one.id.split("-"))
        whole, part = _body(one, lang, whole=True), _body(one, lang, whole=False)
        paths[here] = {"post": _operation(f"create{name}", one, [], whole, "201")}
        paths[f"{here}/{{featureId}}"] = {
            "put": _operation(f"replace{name}", one, ["featureId", "If-Match"], whole, "204"),
            "patch": _operation(f"update{name}", one, ["featureId", "If-Match"], part, "204"),
            "delete": _operation(f"delete{name}", one, ["featureId", "If-Match"], None, "204"),
        }
        paths[f"{here}/{{featureId}}/changes"] = operation(f"get{name}Changes", JSON, ["featureId", "lang"], tag=one.id)
    return paths


def _operation(name: str, one: Collection, parameters: Sequence[str], body: Json | None, status: str) -> Json:
    told = {
        status: "Done", "401": "A key is needed", "403": "Not in the provinces of this key",
        "412": "The feature was changed since it was read", "422": "A property or the geometry cannot be kept",
    }  # fmt: skip
    named = [*parameters, "Content-Crs"] if body else parameters
    made: Json = {
        "operationId": name,
        "tags": [one.id],
        "parameters": [{"$ref": f"#/components/parameters/{parameter}"} for parameter in named],
        "responses": {code: {"description": words} for code, words in told.items()},
    }
    return {**made, "requestBody": body} if body else made


def _body(one: Collection, lang: Language, *, whole: bool) -> Json:
    fields = writable(one.layer)
    properties: Json = {"type": "object", "properties": {name: schema(field, lang) for name, field in fields.items()}}
    if whole:
        properties["required"] = [name for name, field in fields.items() if field.required]
    feature: Json = {"type": "object", "properties": {"geometry": {"type": "object"}, "properties": properties}}
    if whole:
        feature["required"] = ["type", "geometry", "properties"]
        feature["properties"]["type"] = {"type": "string", "enum": ["Feature"]}
    kinds = (GEOJSON,) if whole else (answers.MERGE, GEOJSON)
    return {"required": True, "content": {kind: {"schema": feature} for kind in kinds}}


def _components(there: Sequence[Collection], lang: Language) -> Json:
    del there, lang
    text = {"type": "string"}
    return {
        name: {"name": name, "in": "header", "required": False, "schema": text} for name in ("If-Match", "Content-Crs")
    }


OFFER = Offer(
    conformance=conforms(
        "ogcapi-features-4/1.0", "create-replace-delete", "update", "optimistic-locking-etags", "features"
    ),
    routes=(
        (_ITEMS, answers.create, ("POST",)),
        (_ITEMS, answers.options, ("OPTIONS",)),
        (_ITEM, answers.replace, ("PUT",)),
        (_ITEM, answers.change, ("PATCH",)),
        (_ITEM, answers.remove, ("DELETE",)),
        (_ITEM, answers.options, ("OPTIONS",)),
        (_ITEM + "/changes", history.changes, ("GET",)),
    ),
    operations=_operations,
    components=_components,
)
