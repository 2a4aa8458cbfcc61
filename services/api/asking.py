"""The parameters that choose a picture, and a carried picture as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from layers.indicators.catalogue import Indicator, find
from layers.indicators.joining import OWN
from services.api.parts import BoundaryText, KnownText, moment, number
from services.api.parts import period as parse
from services.boundary import vintage_asked
from services.carriage import part
from services.pictures import Asked, Picture

Level = Annotated[Literal["province", "district", "commune"], Query(description="level of the areas shown")]
Within = Annotated[str, Query(description="code of the area whose inside is shown; VN is the country")]
Frame = Annotated[
    str, Query(description="structure `within` is meant in (a date or `current`); empty: that of boundary")
]
LensName = Annotated[str | None, Query(description="former-province, former-district, former-commune or a region set")]


async def asked(
    request: Request,
    boundary: BoundaryText = "",
    level: Level = "province",
    within: Within = "VN",
    frame: Frame = "",
    lens: LensName = None,
    period: Annotated[str | None, Query(description="2026, 2026-Q3, 2026-10 …; empty: the newest")] = None,
    known: KnownText = None,
) -> Asked:
    """What the parameters say of the picture."""
    one = find(request.path_params.get("code", ""))
    at = parse(period, one) if period else None
    return Asked(level, within, vintage_asked(boundary), vintage_asked(frame), lens, at, moment(known))


PictureAsked = Annotated[Asked, Depends(asked)]


def carried_values(picture: Picture, one: Indicator) -> dict[str, Any]:
    """The carried part of a picture: arrays beside the areas, and what is refused and why."""
    assert picture.history is not None
    rows = picture.history.at(picture.at.stored_start).reindex([area.id for area in picture.areas])
    everything = picture.history.rows
    told = next(some for some in (rows[rows.known > 0], rows.dropna(subset="boundary"), everything) if len(some))
    main = Counter(zip(told.boundary, told.level, strict=True)).most_common(1)[0][0]
    rows[["estimated", "low", "high", "method"]] = rows[["estimated", "low", "high", "method"]].where(
        rows.method != OWN
    )
    refused = {str(i): word for i, word in rows.refused.items() if isinstance(word, str) and word}
    blank = rows.blank.where(rows.value.isna(), None)
    warnings = {str(i): word for i, word in rows.warning.items() if isinstance(word, str)}
    return {
        "values": [number(value, one.decimals) for value in rows.value.tolist()],
        "blanks": {
            str(i): word if isinstance(word, str) else "no_data" for i, word in blank[rows.value.isna()].items()
        },
        "warnings": warnings,
        "carried": {
            "from": str(main[0]),
            "level": main[1],
            "estimated": [part(value) for value in rows.estimated.tolist()],
            "low": [number(value, one.decimals) for value in rows.low.tolist()],
            "high": [number(value, one.decimals) for value in rows.high.tolist()],
            "method": [word if isinstance(word, str) else None for word in rows.method.tolist()],
            "refused": refused,
        },
    }
