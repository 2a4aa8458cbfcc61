"""Indicators for the client: the catalogue, one period of many areas, classes, and one value with all that explains it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators.catalogue import Indicator, load
from layers.indicators.states import states_of
from layers.indicators.terms import terms
from services.api.asking import PictureAsked, carried_values
from services.api.parts import CarriedNow, FiguresNow, PlacesNow, StatesNow, cached, indicator, numbers
from services.errors import BadParameter
from services.figures import Figures, Holding, Slice
from services.gazetteer import Places
from services.pictures import Picture, parent_of, pictured, slices_of
from styles import classes as classification

router = APIRouter()

Level = Annotated[
    Literal["province", "district", "commune"], Query(description="level of the areas the values are for")
]
Within = Annotated[str, Query(description="code of the area whose children are shown; VN is the country")]
METHODS = ("quantile", "natural", "equal")
Method = Literal["target", "quantile", "natural", "equal"]


@router.get("/indicators")
async def list_indicators(request: Request, figures: FiguresNow) -> Response:
    """The whole catalogue by module, with what figures exist."""

    async def make() -> dict[str, Any]:
        held = await figures.holdings()
        modules, listed = load()
        return {
            "modules": [{"id": m.id, "title": m.title, "title_en": m.title_en} for m in modules],
            "indicators": [_summary(one, held.get(one.code, [])) for one in listed],
            "terms": dict(terms()),
        }

    return await cached(request, ("observations",), make)


def _summary(one: Indicator, held: list[Holding]) -> dict[str, Any]:
    last: dict[str, str] = {}
    for holding in sorted(held, key=lambda h: h.last.end):
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
async def get_indicator(request: Request, code: str, figures: FiguresNow) -> Response:
    """One indicator: its definition and the periods that exist at each level."""
    one = indicator(code)

    async def make() -> dict[str, Any]:
        held = (await figures.holdings()).get(one.code, [])
        formula = (
            {"numerator": one.numerator_name, "denominator": one.denominator_name, "scale": one.scale}
            if one.is_ratio
            else None
        )
        return {
            **_summary(one, held),
            "formula": formula,
            "space_rule": one.space_rule,
            "time_rule": one.time_rule,
            "source_system": one.source_system,
            "owner": one.owner,
            "basis": one.basis,
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


@router.get("/indicators/{code}/values")
async def get_values(
    request: Request,
    code: str,
    places: PlacesNow,
    figures: FiguresNow,
    carried: CarriedNow,
    states: StatesNow,
    asked: PictureAsked,
    classes: Annotated[
        Literal["value", "target"], Query(description="target: also the state against the target")
    ] = "value",
) -> Response:
    """One period of one indicator over the children of an area, as parallel arrays of area number and value.

    With `boundary` (a date or `current`) or `lens` the figures are shown on those areas: where they were collected on
    others they are carried, and `carried` says how sure each value is.
    """
    one = indicator(code)
    parent_of(places, asked)

    async def make() -> dict[str, Any]:
        picture = await pictured(places, figures, carried, one, asked)
        body: dict[str, Any] = {
            "indicator": one.code,
            "period": picture.at.key,
            "level": picture.system.level,
            "within": picture.parent.code,
            "boundary": picture.vintage.id,
            "lens": asked.lens,
        }
        if picture.history:
            ids = [area.id for area in picture.areas]
            found = carried_values(picture, one)
            return {**body, "sample": picture.history.sample, "ids": ids, "warnings": {}, **found}
        slice_ = await _direct(figures, one, picture, places)
        body |= {
            "sample": slice_.sample,
            "ids": slice_.ids.tolist(),
            "values": numbers(slice_.values, one.decimals),
            "blanks": slice_.blanks,
            "warnings": slice_.warnings,
            "carried": None,
        }
        if classes == "target":
            held = await states.of_picture(
                one, picture.system.level, slices_of(picture, places), picture.vintage, picture.at
            )
            body["states"] = [judged[0].state if (judged := held.get(i)) else None for i in body["ids"]]
        return body

    return await cached(request, ("areas", "observations"), make)


async def _direct(figures: Figures, one: Indicator, picture: Picture, places: Places) -> Slice:
    """The stored figures of a picture: narrowed to its areas, and whole."""
    within = slices_of(picture, places)
    found = await figures.slice(one, picture.system.level, within, picture.vintage, picture.at)
    return _whole(found, np.array([area.id for area in picture.areas], dtype=np.int64))


def _whole(found: Slice, areas: npt.NDArray[np.int64]) -> Slice:
    """Keep these areas and add those that have no row at all, each a blank: what is missing is told, never left out."""
    mine, missing = np.isin(found.ids, areas), np.sort(areas[~np.isin(areas, found.ids)])
    if mine.all() and not missing.size:
        return found
    ids = found.ids[mine]
    kept = {str(number_) for number_ in ids.tolist()}
    return Slice(
        np.concatenate([ids, missing]),
        np.concatenate([found.values[mine], np.full(len(missing), np.nan)]),
        {
            **{key: word for key, word in found.blanks.items() if key in kept},
            **{str(area_id): "no_data" for area_id in missing.tolist()},
        },
        {key: word for key, word in found.warnings.items() if key in kept},
        found.sample,
    )


@router.get("/indicators/{code}/legend")
async def get_legend(
    request: Request,
    code: str,
    places: PlacesNow,
    figures: FiguresNow,
    carried: CarriedNow,
    states: StatesNow,
    asked: PictureAsked,
    method: Annotated[Literal["target", "quantile", "natural", "equal"], Query()] = "quantile",
    classes: Annotated[int, Query(ge=3, le=7)] = 5,
) -> Response:
    """The classes of the map: made from all periods, so that they stay put while time plays."""
    one = indicator(code)
    parent_of(places, asked)

    async def make() -> dict[str, Any]:
        picture = await pictured(places, figures, carried, one, asked)
        possible = [*(["target"] if not picture.history and await states.has_targets(one) else []), *METHODS]
        if method == "target" and not picture.history and "target" not in possible:
            raise BadParameter(
                "method",
                f"Chỉ tiêu {one.code} chưa có kế hoạch để so sánh.",
                f"The indicator {one.code} has no targets to compare with.",
            )
        # Targets were set for areas of their own time: carried figures are shown by classes of their size.
        used: Method = method if method in possible else "quantile"
        if used == "target":
            made = classification.target_classes(states_of(one))
        else:
            made = classification.legend_classes(
                classification.breaks(await _pool(figures, one, picture, places), used, classes), one.decimals
            )
        return {
            "method": used,
            "methods": possible,
            "classes": made,
            "blanks": classification.blanks(),
            "unit": one.unit,
            "decimals": one.decimals,
        }

    return await cached(request, ("areas", "observations"), make)


async def _pool(figures: Figures, one: Indicator, picture: Picture, places: Places) -> npt.NDArray[np.float64]:
    if picture.history:
        values = picture.history.rows.value[picture.history.rows.area_id.isin([area.id for area in picture.areas])]
        return np.asarray(values.dropna(), dtype=np.float64)
    within = slices_of(picture, places)
    return await figures.pool(one, picture.system.level, within, picture.vintage, picture.at.letter)
