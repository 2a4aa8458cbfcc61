"""The boundary vintage that a request or a command asks for."""

from __future__ import annotations

from datetime import date

from boundaries.vintages import Vintage, vintage_on
from services.errors import BadParameter


def vintage_asked(boundary: str | None) -> Vintage | None:
    """Return the vintage of a date (2025-07-01), or nothing for the present one (empty or `current`)."""
    if not boundary or boundary == "current":
        return None
    try:
        return vintage_on(date.fromisoformat(boundary))
    except ValueError:
        raise BadParameter(
            "boundary",
            f"Không hiểu mốc ranh giới “{boundary}”: hãy viết ngày dạng 2025-07-01.",
            f"The boundary date “{boundary}” is not of the form 2025-07-01.",
        ) from None
