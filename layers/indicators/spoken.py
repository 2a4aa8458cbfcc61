"""Numbers as sentences write them."""

from __future__ import annotations

from layers.indicators.period_labels import Language

_VIETNAMESE = str.maketrans(",.", ".,")


def spoken(value: float, lang: Language = "vi") -> str:
    """A number with as many decimals as tell something: 1.234,5 in Vietnamese, 1,234.5 in English."""
    decimals = 0 if abs(value) >= 1000 else 2 if abs(value) >= 1 else 4
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if lang == "en" else text.translate(_VIETNAMESE)
