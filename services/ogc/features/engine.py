"""pygeoapi as our engine for the long tail: formats and resources that our own routes do not write themselves.

It is loaded when first needed (its imports take seconds) and asked in a thread; what the viewer may see is read by our
own statements and handed over, so that there is one door to the data.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as PlainRequest
from starlette.responses import Response

from layers.layer import Field
from services.errors import Unavailable
from services.language import language
from services.ogc.collections import Collection, describe
from services.ogc.fields import schema
from services.ogc.links import base_url

FORMATS = ("jsonld",)

# What a provider of this request hands to pygeoapi; a context variable, because pygeoapi makes providers itself.
found: ContextVar[dict[str, Any]] = ContextVar("found")
fields: ContextVar[tuple[Field, ...]] = ContextVar("fields")


async def write(
    request: Request, one: Collection, document: dict[str, Any], form: str, headers: dict[str, str]
) -> Response:
    """Answer a page of features or a single one in a format of pygeoapi's."""
    base, lang = base_url(request), language(request)
    description = await describe(request, one, base, lang)
    single = document["type"] == "Feature"
    scope = {**request.scope, "query_string": f"f={form}&limit={len(document.get('features', [])) or 1}".encode()}
    found.set(document)
    fields.set(one.fields)

    def ask() -> tuple[dict[str, str], int, Any]:
        """Run in a thread, which sees the context variables of the request."""
        from pygeoapi.api import API, APIRequest, itemtypes

        api = API(_configuration(base, lang, description), {"openapi": "3.0.3", "paths": {}})
        asked = APIRequest(PlainRequest(scope), api.locales)
        if single:
            answer = itemtypes.get_collection_item(api, asked, one.id, str(document["id"]))
        else:
            answer = itemtypes.get_collection_items(api, asked, one.id)
        return answer  # type: ignore[no-any-return]

    made, status, content = await run_in_threadpool(ask)
    if status >= 400:
        raise Unavailable(f"Không ghi được định dạng {form}.", f"The format {form} could not be written.")
    kept = {name: value for name, value in made.items() if name in ("Content-Type", "Content-Disposition")}
    return Response(content, headers=headers | kept)


def _configuration(base: str, lang: str, description: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of pygeoapi with one resource, made from our own description of it."""
    west, south, east, north = description["extent"]["spatial"]["bbox"][0]
    return {
        "server": {
            "url": base,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["vi-VN", "en-US"] if lang == "vi" else ["en-US", "vi-VN"],
            "limits": {"default_items": 100, "max_items": 1_000_000},
            "admin": False,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": "Toàn Cảnh", "description": description["title"], "keywords": []},
            "license": {"name": ""},
            "provider": {"name": "Toàn Cảnh"},
            "contact": {"name": ""},
        },
        "resources": {
            description["id"]: {
                "type": "collection",
                "title": description["title"],
                "description": description["description"],
                "keywords": description["keywords"],
                "links": [],
                "extents": {"spatial": {"bbox": [west, south, east, north], "crs": description["storageCrs"]}},
                "providers": [
                    {
                        "type": "feature",
                        "name": f"{__name__}.{_provider().__name__}",
                        "data": "",
                        "id_field": "id",
                    }
                ],
            }
        },
    }


@lru_cache(maxsize=1)
def _provider() -> type:
    """Return the provider plugin; made when pygeoapi is first needed and found by name in this module."""
    from pygeoapi.provider.base import BaseProvider

    class Rows(BaseProvider):  # type: ignore[misc]
        """Hands over what our own statement read for this request."""

        def get_fields(self) -> dict[str, Any]:
            """Return the fields the viewer may read, as pygeoapi names them."""
            return {field.name: schema(field, "vi") for field in fields.get()}

        def query(self, **_: Any) -> dict[str, Any]:
            """Return the page."""
            return found.get()

        def get(self, identifier: str, **_: Any) -> dict[str, Any]:  # noqa: ARG002
            """Return the feature."""
            return found.get()

    globals()[Rows.__name__] = Rows
    return Rows
