"""How areas look that are shown for their own sake: the ground of the map and its outlines."""

from __future__ import annotations

from styles.basemap import COMMUNE_LINE, LENS_LINE, PROVINCE_LINE
from styles.marks import Fill, Line, Look
from styles.palette import AREA, OUTLINE_STRONG

_WIDTHS = {"communes": COMMUNE_LINE, "former-communes": COMMUNE_LINE, "regions": LENS_LINE}


def area_look(layer_id: str) -> Look:
    """Return the look of a layer of areas."""
    return (
        Fill(colour=AREA, opacity=1.0),
        Line(colour=OUTLINE_STRONG, width=_WIDTHS.get(layer_id, PROVINCE_LINE)),
    )
