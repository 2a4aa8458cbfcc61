"""Records of the catalogue: a description of every layer, indicator and dataset that a viewer may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import Request

from geo.text import fold
from layers.indicators.catalogue import Indicator, indicators, load
from layers.indicators.declaration import Module
from layers.indicators.terms import english
from layers.viewer import Viewer
from services.language import Language
from services.ogc.collections import Collection, collections, describe
from services.ogc.figures.pivot import Pivot
from services.ogc.holdings import Box
from services.ogc.links import GEOJSON, HTML, JSON, VIET_NAM, link, site_url
from services.ogc.offer import Offer, conforms
from services.ogc.records.known import Known, loads, of_indicators, of_layer

Json = dict[str, Any]
ID = "catalogue"
TYPES = ("layer", "indicator", "dataset")

_CORE = conforms("ogcapi-records-1/1.0", "record-core")
_UNKNOWN = {"vi": "Chưa nêu giấy phép sử dụng.", "en": "The licence is not stated."}
_SAMPLE = {
    "vi": "Dữ liệu minh hoạ do Toàn Cảnh tạo ra, không phải số liệu thật.",
    "en": "Sample data made by Toàn Cảnh, not real figures.",
}


@dataclass(frozen=True, eq=False)
class Record:
    """One record as GeoJSON, with what it is searched by: folded texts, box and first and last day."""

    document: Json
    texts: tuple[str, ...]
    box: Box | None
    span: tuple[date | None, date | None] | None

    @property
    def properties(self) -> Json:
        """Its properties."""
        found: Json = self.document["properties"]
        return found

    def value(self, name: str) -> str:
        """What it is sorted by."""
        found = str((self.document["id"] if name == "id" else self.properties.get(name)) or "")
        return fold(found) if name == "title" else found


async def records(request: Request, viewer: Viewer, base: str, lang: Language, offers: Sequence[Offer]) -> list[Record]:
    """Return every record of a viewer: layers, indicators, then other datasets."""
    figures = await of_indicators(request)
    found = []
    there = await collections(request, viewer)
    for one in there:
        document = await describe(request, one, base, lang)
        links = [made for offer in offers for made in offer.links(one, base, lang)]
        if one.figures is None:
            known = await of_layer(request, one.layer, viewer)
            found.append(_of_layer(one, document, links, known, base, lang))
        elif isinstance(one.figures, Pivot):
            times = [at for f in one.figures.members if (at := figures[f.indicator.code].updated)]
            known = Known(updated=max(times, default=None))
            found.append(
                _of_described(document | {"links": links}, known, base, lang, one.title("vi"), one.title("en"))
            )
        else:
            known = figures.get(one.figures.indicator.code, Known())
            found.append(_of_indicator(one.figures.indicator, document, links, known, base, lang))
    told = {one.figures.indicator.code for one in there if one.figures}
    found += [
        _of_indicator(one, None, [], Known(), base, lang)
        for one in indicators.values()
        if one.code not in told and (one.public or viewer.staff)
    ]
    for offer in offers:
        for document in await offer.described(request, viewer, base, lang):
            if document["id"] != ID:
                found.append(_of_described(document, Known(), base, lang))
    if viewer.staff:  # a file's title may name an internal indicator
        found += [_of_load(one, base, lang) for one in await loads(request)]
    return found


def _of_layer(one: Collection, described: Json, links: list[Json], known: Known, base: str, lang: Language) -> Record:
    properties = {
        "type": "layer",
        "title": described["title"],
        "description": described["description"],
        "keywords": described["keywords"],
        "lineage": "; ".join(known.sources) or None,
        **_rights(described, lang),
    }
    texts = (one.layer.title, one.layer.title_en, one.layer.description, one.layer.description_en, one.id)
    page = link(f"{site_url(base)}/?layers={one.id}", "alternate", HTML, "Map" if lang == "en" else "Bản đồ")
    return _record(one.id, properties, described, [*links, page], known, base, texts=texts)


def _of_indicator(
    one: Indicator, described: Json | None, links: list[Json], known: Known, base: str, lang: Language
) -> Record:
    module = next(module for module in load()[0] if module.id == one.module)
    sources = [one.source_system, *known.sources]
    words = (
        {
            "title": f"{one.name_en} ({english(one.unit)})",
            "description": f"{one.code}: {one.name_en}, {english(one.unit)}. {one.basis}".strip(),
            "lineage": "; ".join(english(text) for text in sources if text) or None,
        }
        if lang == "en"
        else {
            "title": f"{one.name} ({one.unit})",
            "description": f"{one.code}: {one.name}, {one.unit}. {one.basis}".strip(),
            "lineage": "; ".join(text for text in sources if text) or None,
        }
    )
    title = module.title_en if lang == "en" else module.title
    properties = {
        "type": "indicator",
        **words,
        "keywords": [one.code, title, *((described or {}).get("keywords", ["Toàn Cảnh"]))],
        "themes": [{"concepts": [{"id": module.id, "title": title}], "scheme": f"{base}/collections/{ID}"}],
        "externalIds": [{"scheme": "indicator", "value": one.code}],
        **_rights(described or {}, lang),
    }
    if one.owner:
        properties["contacts"] = [{"organization": one.owner, "roles": ["owner"]}]
    page = link(f"{site_url(base)}/indicators/{one.code}", "alternate", HTML, str(words["title"]))
    return _record(
        f"indicator-{one.code.lower()}", properties, described or {}, [*links, page], known, base,
        texts=_texts(one, module, known),
    )  # fmt: skip


def _texts(one: Indicator, module: Module, known: Known) -> tuple[str, ...]:
    own = (one.name, one.name_en, one.code, *one.aliases, module.title, module.title_en)
    return (*own, one.owner, one.basis, one.source_system, *known.sources)


def _of_described(described: Json, known: Known, base: str, lang: Language, *texts: str) -> Record:
    """The record of a collection that is no layer, such as a raster or a table of indicators."""
    properties = {
        "type": "dataset",
        "title": described["title"],
        "description": described.get("description", ""),
        "keywords": described.get("keywords", ["Toàn Cảnh"]),
        **_rights(described, lang),
    }
    links = [one for one in described["links"] if one["rel"] not in ("self", "alternate", "collection")]
    names = (described["id"], described["title"], described.get("description", ""), *texts)
    return _record(described["id"], properties, described, links, known, base, texts=names)


def _of_load(load: Json, base: str, lang: Language) -> Record:
    properties = {
        "type": "dataset",
        "title": load["title"],
        "description": "A file that figures were loaded from." if lang == "en" else "Tệp mà số liệu được nạp từ đó.",
        "keywords": ["nguồn" if lang == "vi" else "source"],
        "lineage": " · ".join(text for text in (load["file"], load["checksum"]) if text) or None,
        "license": "other",
        "rights": _UNKNOWN[lang],
    }
    known = Known(load["loaded_at"], load["loaded_at"])
    texts = (load["title"], load["file"])
    return _record(f"source-{load['id']}", properties, {}, [], known, base, texts=texts)


def _record(
    name: str, properties: Json, described: Json, links: list[Json], known: Known, base: str, *, texts: Sequence[str]
) -> Record:
    extent = described.get("extent", {})
    box = next(iter(extent.get("spatial", {}).get("bbox", [])), None)
    interval = next(iter(extent.get("temporal", {}).get("interval", [])), None)
    days = tuple(date.fromisoformat(side[:10]) if side and side != ".." else None for side in interval or ())
    more = {"created": _moment(known.created), "updated": _moment(known.updated)}
    here = f"{base}/collections/{ID}"
    served = [link(f"{base}/collections/{name}", "related", JSON)] if described else []
    document = {
        "id": name,
        "type": "Feature",
        "conformsTo": list(_CORE),
        "geometry": _outline(box) if box else None,
        "time": {"interval": [str(day) if day else ".." for day in days], "resolution": "P1D"} if days else None,
        "properties": {key: value for key, value in {**more, **properties}.items() if value is not None},
        "links": [
            link(f"{here}/items/{name}", "self", GEOJSON),
            link(f"{here}/items/{name}?f=html", "alternate", HTML),
            link(here, "collection", JSON),
            *served,
            *links,
        ],
    }
    told = (*texts, *properties["keywords"], properties["title"])
    span = (days[0], days[1]) if days else None
    return Record(
        document, tuple(fold(text) for text in dict.fromkeys(told) if text), tuple(box) if box else None, span
    )


def _rights(described: Json, lang: Language) -> Json:
    if described.get("license"):
        return {"license": described["license"]}
    sample = any(word in ("dữ liệu minh hoạ", "sample data") for word in described.get("keywords", ()))
    return {"license": "other", "rights": _SAMPLE[lang] if sample else _UNKNOWN[lang]}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(VIET_NAM).isoformat(timespec="seconds") if at else None


def _outline(box: Sequence[float]) -> Json:
    west, south, east, north = box
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
