"""The catalogue for the client: what indicators there are, how each is defined and of which periods it has figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from layers.indicators.catalogue import Indicator, load
from layers.indicators.terms import terms
from services.accounts import ViewerOf
from services.api.definition import definition
from services.api.parts import FiguresNow, IndicatorOf, cached
from services.figures import Holding

router = APIRouter()


@router.get("/indicators")
async def list_indicators(request: Request, figures: FiguresNow, viewer: ViewerOf) -> Response:
    """The whole catalogue by module, with what figures exist."""

    async def make() -> dict[str, Any]:
        held = await figures.holdings()
        modules, listed = load()
        return {
            "modules": [{"id": m.id, "title": m.title, "title_en": m.title_en} for m in modules],
            "indicators": [_summary(one, held.get(one.code, [])) for one in listed if one.public or viewer.staff],
            "terms": dict(terms()),
        }

    return await cached(request, ("observations",), make, viewer.role)


def _summary(one: Indicator, held: list[Holding]) -> dict[str, Any]:
    last: dict[str, str] = {}
    for holding in sorted(held, key=lambda h: (h.last.letter == one.letter, h.last.end)):
        last[holding.level] = holding.last.key
    return {
        "code": one.code,
        "module": one.module,
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "decimals": one.decimals,
        "period": one.period,
        "direction": one.direction,
        "lowest_level": one.lowest_level,
        "sample": any(holding.sample for holding in held),
        "levels": [level for level in ("province", "district", "commune") if level in last],
        "last": last,
    }


@router.get("/indicators/{code}")
async def get_indicator(request: Request, one: IndicatorOf, figures: FiguresNow) -> Response:
    """One indicator: its definition and the periods that exist at each level."""

    async def make() -> dict[str, Any]:
        held = (await figures.holdings()).get(one.code, [])
        return {
            **_summary(one, held),
            **definition(one),
            "data": [
                {
                    "level": holding.level,
                    "boundary": holding.boundary.isoformat(),
                    "kind": holding.last.kind,
                    "periods": [p.key for p in holding.periods],
                    "within": list(holding.within),
                    "sample": holding.sample,
                }
                for holding in sorted(held, key=lambda h: (h.level, h.boundary))
            ],
        }

    return await cached(request, ("observations",), make)
