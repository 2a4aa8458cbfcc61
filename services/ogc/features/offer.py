"""Features as a standard of the OGC API: addresses of items and what a client may ask of each collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layers.layer import Field
from services.language import Language
from services.ogc.collections import Collection
from services.ogc.cql2 import parameter as cql2
from services.ogc.features import answers, engine, schemas
from services.ogc.features.functions import functions
from services.ogc.fields import parameter_schema
from services.ogc.figures.pivot import MORE
from services.ogc.links import GEOJSON, HTML, JSON, SCHEMA, ZONED_ROOT, link, site_url
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import choice, in_path, in_query, operation
from services.ogc.parameters import FILES, LIMIT

Json = dict[str, Any]

_SELECTING = [
    *("bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "limit", "offset"),
    *("properties", "sortby", "skipGeometry"),
]


def _links(one: Collection, base: str, lang: Language) -> list[Json]:
    here = f"{base}/collections/{one.id}"
    words = {"vi": ("Các đối tượng", "Trường lọc được", "Cấu trúc"), "en": ("Features", "Queryables", "Schema")}[lang]
    return [
        link(f"{here}/items", "items", GEOJSON, f"{words[0]} (GeoJSON)"),
        link(f"{here}/items?f=html", "items", HTML, f"{words[0]} (HTML)"),
        *(
            link(f"{here}/items?f={form}", "items", kind, f"{words[0]} ({_TITLES[form]})")
            for form, kind in FILES.items()
        ),
        link(f"{here}/queryables", f"{RELATION}queryables", SCHEMA, words[1]),
        link(f"{here}/schema", f"{RELATION}schema", SCHEMA, words[2]),
    ]


def _landing(base: str, lang: Language) -> list[Json]:
    made = [
        link(
            f"{base}/functions",
            f"{RELATION}functions",
            JSON,
            {"vi": "Hàm của bộ lọc", "en": "Functions of filters"}[lang],
        )
    ]
    if base.endswith(ZONED_ROOT):
        return made
    words = {"vi": "Cùng dữ liệu, thêm các múi VN-2000 / TM-3", "en": "The same data, in the VN-2000 / TM-3 zones too"}
    return [*made, link(f"{site_url(base)}{ZONED_ROOT}/", "related", JSON, words[lang])]


def _operations(there: Sequence[Collection], lang: Language) -> Json:
    here = "/collections/{collectionId}"
    paths = {
        f"{here}/{path}": operation(name, SCHEMA, ["collectionId", "f", "lang"])
        for path, name in (("queryables", "getQueryables"), ("schema", "getSchema"))
    }
    paths["/functions"] = operation("getFunctions", JSON, ["f", "lang"])
    # Items are said for each collection, because clients look there for filters.
    for one in there:
        paths |= _items(one, lang)
    return paths


def _items(one: Collection, lang: Language) -> Json:
    here = f"/collections/{one.id}/items"
    name = "".join(part.capitalize() for part in one.id.split("-"))
    own = [_component(one, field) for field in one.fields if not (one.figures and field.name == "level")]
    level, when = (sorted(one.figures.own), ["level", "boundary", "datetime"]) if one.figures else ([], [])
    level = ["boundary"] if one.areas else level
    asked = [*_SELECTING, *level, *own, "f.items", "lang"]
    return {
        here: operation(f"get{name}", GEOJSON, asked, tag=one.id, title=one.title(lang)),
        f"{here}/{{featureId}}": operation(
            f"get{name}Feature", GEOJSON, ["featureId", "crs", *when, "f", "lang"], tag=one.id
        ),
    }


def _component(one: Collection, field: Field) -> str:
    return f"figure.{field.name}" if one.figures else f"{one.id}.{field.name}"


def _filter(field: Field, lang: Language, *, shared: bool) -> Json:
    # The titles of an indicator's fields are its own, the parameters are common to all.
    more = {} if shared else {"description": field.title_en if lang == "en" else field.title}
    return in_query(field.name, parameter_schema(field), **more)


_TITLES = {"csv": "CSV", "gpkg": "GeoPackage", "fgb": "FlatGeobuf", "parquet": "GeoParquet"}
_BOUNDARY: dict[Language, str] = {
    "vi": "Đơn vị để xem số liệu: current (hiện nay), một ngày (2024-06-30: như ngày đó) hoặc tên lăng kính "
    "(former-district). Số thu thập theo đơn vị khác được quy đổi, có carried, method, estimated, low, high.",
    "en": "Areas to see the figures on: current, a date (2024-06-30: as on that day) or a lens (former-district). "
    "Figures collected on other areas are carried, with carried, method, estimated, low and high.",
}


def _components(there: Sequence[Collection], lang: Language) -> Json:
    uri = {"type": "string", "format": "uri"}
    listed = {"type": "array", "items": {"type": "string"}}
    commas: Json = {"style": "form", "explode": False}
    made = {
        "collectionId": choice("collectionId", [one.id for one in there]),
        # The largest page is the setting's: the document of the whole says it, and GDAL takes it from there.
        "limit": in_query("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": LIMIT}, **commas),
        "f.items": in_query("f", {"type": "string", "enum": ["json", "html", *engine.FORMATS, *FILES]}),
        "offset": in_query("offset", {"type": "integer", "minimum": 0, "default": 0}),
        "bbox": in_query(
            "bbox", {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}, **commas
        ),
        "bbox-crs": in_query("bbox-crs", uri),
        "crs": in_query("crs", uri),
        "datetime": in_query("datetime", {"type": "string"}, **commas),
        "filter": in_query("filter", {"type": "string", "maxLength": cql2.MOST}, description="CQL2"),
        "filter-lang": in_query(
            "filter-lang", {"type": "string", "enum": list(cql2.LANGUAGES), "default": cql2.LANGUAGES[0]}
        ),
        "filter-crs": in_query("filter-crs", uri),
        "properties": in_query("properties", listed, **commas),
        "sortby": in_query("sortby", listed, **commas),
        "skipGeometry": in_query("skipGeometry", {"type": "boolean", "default": False}),
        "level": in_query("level", {"type": "string", "enum": ["province", "district", "commune"]}),
        "boundary": in_query("boundary", {"type": "string", "example": "2024-06-30"}, description=_BOUNDARY[lang]),
        "indicators": in_query("indicators", listed, **commas, example=["HCC-04", "KT-01"]),
        "columns": in_query("columns", {"type": "array", "items": {"type": "string", "enum": list(MORE)}}, **commas),
        "featureId": in_path("featureId", {"type": "integer"}),
    }
    for one in there:
        for field in one.fields:
            made.setdefault(_component(one, field), _filter(field, lang, shared=one.figures is not None))
    return made


OFFER = Offer(
    conformance=(
        *conforms("ogcapi-features-1/1.0", "core", "geojson", "html", "oas30"),
        *conforms("ogcapi-features-2/1.0", "crs"),
        *conforms("ogcapi-features-3/1.0", "queryables", "queryables-query-parameters", "filter", "features-filter"),
        *conforms("cql2/1.0", "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
        *conforms("cql2/1.0", "case-insensitive-comparison", "accent-insensitive-comparison"),
        *conforms("cql2/1.0", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions"),
        *conforms("cql2/1.0", "temporal-functions", "arithmetic", "property-property", "functions"),
    ),
    routes=(
        ("/ogc/functions", functions, ("GET",)),
        ("/ogc/collections/{collection}/queryables", schemas.queryables, ("GET",)),
        ("/ogc/collections/{collection}/schema", schemas.returnables, ("GET",)),
    ),
    first=(
        ("/ogc/collections/{collection}/items", answers.items),
        ("/ogc/collections/{collection}/items/{feature}", answers.item),
    ),
    landing=_landing,
    links=_links,
    operations=_operations,
    components=_components,
)
