"""Names of areas on a map picture, as the map in the browser sets them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from services.gazetteer import Area
from services.language import Language
from services.ogc.maps.frame import Frame, carry
from styles.marks import Ramp, size_at
from styles.picture_names import Name

COMMUNES_FROM = 8.0  # zoom from which communes are named
_SIZE = Ramp(((4, 9.5), (6, 11.5), (9, 13), (12, 14)))


def names(frame: Frame, areas: Iterable[Area], lang: Language) -> list[Name]:
    """Return the names of areas where they belong, the larger area first."""
    there = sorted(areas, key=lambda one: -(one.bbox[2] - one.bbox[0]) * (one.bbox[3] - one.bbox[1]))
    there = [one for one in there if one.label]
    if not there:
        return []
    place = np.array([one.label[:2] for one in there], dtype=float)
    x, y = carry(place[:, 0], place[:, 1], 4326, 3857)
    points = frame.pixels(np.column_stack([x, y])).tolist()
    size = size_at(_SIZE, frame.zoom)
    return [
        Name(_said(one, lang), at[0], at[1], size, "bold" if one.level == "province" else "regular")
        for one, at in zip(there, points, strict=True)
    ]


def _said(one: Area, lang: Language) -> str:
    """The bare name; a ward that begins with a number says that it is one."""
    ward = "Ward " if lang == "en" else "Phường "
    return ward + one.name if one.name[:1].isdigit() else one.name
