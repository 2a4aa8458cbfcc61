"""SDMX-CSV as an offer of the feeds: its addresses, links from indicators and description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.figures import sdmx
from services.ogc.figures.pivot import CHOSEN, Pivot
from services.ogc.links import link
from services.ogc.offer import Offer
from services.ogc.operations import in_path, in_query, operation

Json = dict[str, Any]
_MEDIA = sdmx.MEDIA.rpartition(";")[0]


def _links(one: Collection, base: str, lang: Language) -> list[Json]:
    if one.figures is None or one.id == CHOSEN:
        return []
    title = "Every period as SDMX-CSV 2.0" if lang == "en" else "Mọi kỳ dạng SDMX-CSV 2.0"
    name = one.figures.indicator.module if isinstance(one.figures, Pivot) else one.figures.indicator.code
    return [link(f"{base}/sdmx/data/{name}", "enclosure", _MEDIA, title)]


def _operations(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    title = "Figures as SDMX-CSV 2.0" if lang == "en" else "Số liệu dạng SDMX-CSV 2.0"
    span = ["startPeriod", "endPeriod", "level", "boundary"]
    return {
        "/sdmx/data/{flow}": operation(
            "getSdmxData", _MEDIA, ["flow", *span, "sdmxArea", "freq", "lang"], tag="SDMX", title=title
        ),
        f"/sdmx/data/dataflow/{sdmx.AGENCY}/{{flow}}/{sdmx.VERSION}/{{key}}": operation(
            "getSdmxDataflow", _MEDIA, ["flow", "key", *span, "lang"], tag="SDMX", title=title
        ),
    }


def _components(there: Sequence[Collection], lang: Language) -> Json:  # noqa: ARG001
    text = {"type": "string"}
    return {
        "flow": in_path("flow", text),
        "key": in_path("key", text),
        "startPeriod": in_query("startPeriod", text, example="2026-01"),
        "endPeriod": in_query("endPeriod", text, example="2026-10"),
        "sdmxArea": in_query("area", text, example="68"),
        "freq": in_query("freq", {**text, "enum": list(sdmx.FREQUENCIES)}),
    }


OFFER = Offer(
    conformance=(),
    first=(
        ("/ogc/sdmx/data/{flow}", sdmx.data),
        (f"/ogc/sdmx/data/dataflow/{sdmx.AGENCY}/{{flow}}/{sdmx.VERSION}/{{key}}", sdmx.keyed),
    ),
    links=_links,
    operations=_operations,
    components=_components,
)
