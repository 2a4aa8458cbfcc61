"""The boundary vintage that a request or a command asks for."""

from __future__ import annotations

from datetime import date

from boundaries.vintages import CURRENT, VINTAGES, Vintage, vintage_on
from services.errors import BadParameter


def vintage_asked(boundary: str | None) -> Vintage | None:
    """Return the vintage of a date (2024-06-30) or of today (`current`), or nothing where none is asked for."""
    if not boundary:
        return None
    if boundary == "current":
        return CURRENT
    try:
        day = date.fromisoformat(boundary)
        if day >= VINTAGES[0].start:
            return vintage_on(day)
        raise BadParameter(
            "boundary",
            f"Chưa có ranh giới trước ngày {VINTAGES[0].start:%d/%m/%Y}.",
            f"There are no boundaries from before {VINTAGES[0].start}.",
        )
    except ValueError:
        raise BadParameter(
            "boundary",
            f"Không hiểu mốc ranh giới “{boundary[:60]}”: hãy viết ngày dạng 2025-07-01.",
            f"The boundary date “{boundary[:60]}” is not of the form 2025-07-01.",
        ) from None
