"""The feeds as pages for people: plain HTML in the product's look, nothing fetched from elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse, Response

from layers.layer import Field
from services.language import Language, language
from services.ogc.collections import Collection, holdings
from services.ogc.links import ROOT, VIET_NAM, base_url, site_url, with_parameters
from services.ogc.parameters import Query, prefers_page
from services.ogc.words import WORDS

Feature = dict[str, Any]


def render(
    request: Request,
    page: str,
    *,
    headers: dict[str, str],
    document: dict[str, Any],
    one: Collection | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """Answer a document as a page."""
    lang = language(request)
    base = base_url(request)
    other = "en" if lang == "vi" else "vi"
    rest = [(n, v) for n, v in request.query_params.multi_items() if n not in ("lang", "f")]
    here = base + request.url.path.removeprefix(ROOT)
    html = _environment().get_template(f"{page}.html").render(
        **more,
        base=base,
        root=site_url(base) or "/",
        lang=lang,
        word=WORDS[lang],
        document=document,
        one=one,
        title_of=lambda field: field.title_en if lang == "en" else field.title,
        shown=lambda field, value: shown(field, value, lang),
        crumbs=_crumbs(base, one, page, lang),
        json_address=with_parameters(here, [*rest, ("f", "json")]),
        other_address=with_parameters(here, [*rest, ("f", "html"), ("lang", other)]),
        other_language="English" if lang == "vi" else "Tiếng Việt",
    )  # fmt: skip
    return HTMLResponse(html, status, headers=headers)


def reads_pages(request: Request) -> bool:
    """Whether an address of the feeds is asked for as a page, whatever is wrong with the request."""
    if not (request.url.path + "/").startswith(f"{ROOT}/"):
        return False
    form = request.query_params.get("f")
    return form == "html" if form is not None else prefers_page(request.headers.get("accept", ""))


def problem(request: Request, document: dict[str, Any], headers: dict[str, str]) -> Response:
    """Answer an RFC 9457 document as a page."""
    kept = {"Cache-Control": "no-cache", "Vary": "Authorization, X-API-Key, Accept, Accept-Language", **headers}
    return render(request, "problem", document=document, headers=kept, status=document["status"])


async def items(
    request: Request,
    one: Collection,
    query: Query,
    features: list[Feature],
    *,
    total: int,
    links: list[dict[str, str]],
    headers: dict[str, str],
) -> Response:
    """Answer a page of features as a table, one line each, and a small map."""
    steps = {entry["rel"]: entry["href"] for entry in links}
    fields = [f for f in one.fields if query.properties is None or f.name in query.properties]
    found = {f: [feature["properties"].get(f.name) for feature in features] for f in fields if f.name != "sample"}
    # What all have in common is said once, and what none has not at all: the rest is the table, which must fit.
    common = {f: values[0] for f, values in found.items() if len(values) > 1 and values.count(values[0]) == len(values)}
    used = [f for f, values in found.items() if f not in common and any(value is not None for value in values)]
    plain = not query.system.swapped and query.system.stored
    return render(
        request,
        "items",
        headers=headers,
        document={},
        one=one,
        features=features,
        fields=used,
        common={f: value for f, value in common.items() if value is not None},
        total=total,
        first=query.offset + 1,
        last=query.offset + len(features),
        steps=steps,
        marks=marks(features) if plain else [],
        outline=await holdings(request).outline(),
    )


async def item(request: Request, one: Collection, feature: Feature, *, headers: dict[str, str]) -> Response:
    """Answer one feature as a page."""
    outline = await holdings(request).outline()
    return render(
        request,
        "item",
        headers=headers,
        document={},
        one=one,
        feature=feature,
        marks=marks([feature]),
        outline=outline,
    )


async def located(request: Request, document: dict[str, Any]) -> dict[str, Any]:
    """Return what the locator map needs to show where a document's extent or geometry lies; nothing for one without."""
    found = marks([document])
    if "extent" in document:
        found = [tuple(document["extent"]["spatial"]["bbox"][0])]
    return {"marks": found, "outline": await holdings(request).outline()} if found else {}


def shown(field: Field, value: Any, lang: Language) -> str:
    """Return a value as people write it."""
    if value is None:
        return "–"
    for code in field.codes:
        if code.value == value:
            return code.title_en if lang == "en" else code.title
    match field.type:
        case "boolean":
            return WORDS[lang]["yes" if value else "no"]
        case "number" | "integer":
            return _number(value, lang) + (f" {field.unit}" if field.unit else "")
        case "date":
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case "datetime":
            return f"{datetime.fromisoformat(value).astimezone(VIET_NAM):%d/%m/%Y %H:%M}"
    return str(value)


def marks(features: list[Feature]) -> list[tuple[float, float, float, float]]:
    """Return the box (west, south, east, north) of each feature for the locator map."""
    found = []
    for feature in features:
        pairs = list(_pairs((feature.get("geometry") or {}).get("coordinates", [])))
        if pairs:
            xs, ys = zip(*pairs, strict=True)
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def _pairs(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _pairs(part)


def _number(value: float, lang: Language) -> str:
    text = f"{value:,.10g}" if isinstance(value, int) else f"{round(value, 3):,}".removesuffix(".0")
    if isinstance(value, int):
        text = f"{value:,}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def _crumbs(base: str, one: Collection | None, page: str, lang: Language) -> list[tuple[str, str]]:
    word = WORDS[lang]
    crumbs = [(f"{base}/?f=html", "OGC API")]
    if page in ("collections", "collection", "coverage", "schema", "items", "item", "tilesets", "tileset") or one:
        crumbs.append((f"{base}/collections?f=html", word["collections"]))
    if one is not None:
        crumbs.append((f"{base}/collections/{one.id}?f=html", one.title(lang)))
    if page == "item" and one is not None:
        crumbs.append((f"{base}/collections/{one.id}/items?f=html", word["items"]))
    if above := {"process": "processes", "job": "jobs"}.get(page):
        crumbs.append((f"{base}/{above}?f=html", word[above]))
    return crumbs


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["thousands"] = _number
    return made
