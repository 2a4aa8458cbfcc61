"""Draw the features of a layer by its look, as the map in the browser does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from styles.canvas import Canvas
from styles.marks import Categories, Circles, Fill, Heat, Icon, Line, Look, Mark, Paint, Steps, size_at
from styles.outlines import Shapes, outlines
from styles.palette import TEXT, TEXT_HALO, Theme, colour_of

_CELL_ROOTS, _CELL_PIXELS = (1, 3, 10, 60), (4, 8, 12, 26)  # √n and pixels, as in the tiles' style


@dataclass(frozen=True)
class Features:
    """Features in pixels of a canvas: shapes, the fields their look reads, and shapes of further parts by name."""

    shapes: Shapes
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    parts: Mapping[str, Shapes] = field(default_factory=dict)


def draw(canvas: Canvas, look: Look, features: Features, theme: Theme, zoom: float) -> None:
    """Draw features bottom to top by the marks of their look that are seen at this zoom."""
    for mark in look:
        if isinstance(mark, Heat | Icon) or zoom < mark.minzoom:
            continue
        shapes = features.parts[mark.part] if mark.part else features.shapes
        colours = painted(mark.colour, features.fields, len(shapes), theme)
        _mark(canvas, mark, shapes, colours, theme, zoom)


def cells(canvas: Canvas, look: Look, points: npt.NDArray[np.float64], numbers: Sequence[int], theme: Theme) -> None:
    """Draw discs that stand for many points each, with their numbers."""
    colour = next((mark.gathered for mark in look if isinstance(mark, Circles)), TEXT)
    ink, paper = colour_of(colour, theme), colour_of(TEXT_HALO, theme)
    radius = np.interp(np.sqrt(numbers), _CELL_ROOTS, _CELL_PIXELS)
    canvas.discs(points, [ink] * len(points), radius, paper, 1.2, 0.9)
    for (x, y), number in zip(points.tolist(), numbers, strict=True):
        if number >= 3:
            canvas.text(x, y - 3.8, str(number), 10.5, paper, anchor="middle")


def painted(paint: Paint, fields: Mapping[str, Sequence[Any]], count: int, theme: Theme) -> list[str]:
    """Return the colour of each feature."""
    match paint:
        case Categories():
            known = {item.value: colour_of(item.colour, theme) for item in paint.items}
            other = colour_of(paint.other, theme)
            return [known.get(str(value), other) for value in fields[paint.field]]
        case Steps():
            edges = [low for low, _ in paint.stops]
            tones = [colour_of(tone, theme) for tone in (paint.first, *(tone for _, tone in paint.stops))]
            values = np.array([value or 0.0 for value in fields[paint.field]], dtype=float)
            return [tones[k] for k in np.searchsorted(edges, values, side="right").tolist()]
        case _:
            return [colour_of(paint, theme)] * count


def _mark(canvas: Canvas, mark: Mark, shapes: Shapes, colours: list[str], theme: Theme, zoom: float) -> None:
    kinds = shapely.get_type_id(shapes)
    match mark:
        case Fill():
            here = np.isin(kinds, (3, 6))
            tones = _where(colours, here)
            drawn = outlines(shapes[here])
            canvas.fill(drawn, tones, mark.opacity)
            if mark.outline:
                canvas.stroke(drawn, [colour_of(mark.outline, theme)] * len(tones), 1.0, mark.opacity)
        case Line():
            for forms in ((3, 6), (1, 5)):
                here = np.isin(kinds, forms)
                width = size_at(mark.width, zoom)
                canvas.stroke(outlines(shapes[here]), _where(colours, here), width, dash=mark.dash)
        case Circles():
            here = kinds == 0
            points = shapely.get_coordinates(shapes[here])
            radius = np.full(len(points), size_at(mark.radius, zoom))
            canvas.discs(points, _where(colours, here), radius, colour_of(mark.ring, theme), 1.5)


def _where(colours: list[str], here: npt.NDArray[np.bool_]) -> list[str]:
    return [colours[n] for n in np.flatnonzero(here).tolist()]
