"""Whether a name beside a code is that of its area with a slip of the pen, and of no other."""

from __future__ import annotations

from difflib import SequenceMatcher

from boundaries.known import BOUNDARIES, Known, province_today, structure
from boundaries.spoken import Reading, likeness, loose, readings

_SIMILAR = 0.8  # of the letters


def misspelt(said: str, area: Known) -> bool:
    """Whether a name that no area of the province has differs by little from that of the area of its code."""
    true = loose(area.name)
    ways = readings(said)
    for reading in ways[:-1] or ways:  # the last is the whole text, its kind included
        letters = loose(reading.name)
        digits = ["".join(filter(str.isdigit, text)) for text in (letters, true)]
        if area.boundary == "current" and reading.kinds and area.kind not in reading.kinds:
            continue
        close = min(len(letters), len(true)) > 4 and digits[0] == digits[1] and _close(letters, true)
        if (letters == true or close) and not _somebody(reading, area):
            return True
    return False


def _close(a: str, b: str) -> bool:
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SIMILAR


def _somebody(reading: Reading, area: Known) -> bool:
    """Whether some area of the province, before or since the reform, has just this name."""
    letters = loose(reading.name)
    for boundary in BOUNDARIES:
        for other in structure(boundary).by_letters.get(letters, ()):
            another = other.code != area.code and other.name != area.name
            if another and same_province(other, area) and likeness(reading.name, other.name) != "near":
                return True
    return letters != loose(area.name) and letters in structure("former").older


def same_province(other: Known, area: Known) -> bool:
    """Whether two areas of any time lie in one province of today."""
    return province_today(other) == province_today(area)
