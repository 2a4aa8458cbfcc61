"""Legends and titles on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from styles.canvas import Canvas, width_of
from styles.outlines import Shapes
from styles.palette import TEXT, TEXT_HALO, Theme, colour_of

_SIZE, _LINE, _PAD, _SWATCH = 11.0, 17.0, 9.0, 18.0
_PAPER = 0.9
_EDGE = 8.0  # pixels from the edge of the picture
_MOST = 48  # rows in all; a legend of more could not be read


@dataclass(frozen=True)
class Entry:
    """One row: the shape and colour of its sample (`fill`, `line` or `circle`) and its words."""

    words: str
    colour: str
    shape: str = "fill"


@dataclass(frozen=True)
class Block:
    """The legend of one collection: lines above, the first one bold, and rows."""

    lines: tuple[str, ...]
    entries: tuple[Entry, ...]


def legend_picture(blocks: Sequence[Block], theme: Theme) -> Canvas:
    """Return a picture of the legend alone, as large as it needs to be."""
    width, height = _extent(blocks)
    canvas = Canvas(max(round(width), 1), max(round(height), 1), colour_of(TEXT_HALO, theme))
    _write(canvas, blocks, 0, height, theme)
    return canvas


def put_legend(canvas: Canvas, blocks: Sequence[Block], theme: Theme, busy: Shapes, *, top: float = 0) -> None:
    """Put the legend into the corner where it hides least of the `busy` shapes; `top` pixels are taken by a title."""
    if not blocks:
        return
    width, height = _extent(blocks)
    left, right = _EDGE, max(canvas.width - width - _EDGE, _EDGE)
    low, high = _EDGE, max(canvas.height - top - height - _EDGE, _EDGE)
    x, y = min(
        ((left, low), (right, low), (left, high), (right, high)),
        key=lambda at: _hidden(busy, at[0], at[1], width, height),
    )
    canvas.rectangle(x, y, width, height, colour_of(TEXT_HALO, theme), _PAPER)
    canvas.frame(x, y, width, height, colour_of(TEXT, theme), 0.35)
    _write(canvas, blocks, x, y + height, theme)


def _hidden(busy: Shapes, x: float, y: float, width: float, height: float) -> float:
    """How much of some shapes a rectangle lies over: square pixels, lengths, and a disc's worth for each point."""
    inside = shapely.clip_by_rect(busy, x, y, x + width, y + height)
    points = int((shapely.get_type_id(inside) == 0).sum())
    return float(shapely.area(inside).sum() + shapely.length(inside).sum() + 80 * points)


def put_title(canvas: Canvas, title: str, theme: Theme) -> float:
    """Write the title over the upper edge and return how many pixels it takes."""
    size = 15.0
    while size > 8 and width_of(title, size, "bold") > canvas.width - 24:
        size -= 0.5
    high = size * 1.9
    canvas.rectangle(0, canvas.height - high, canvas.width, high, colour_of(TEXT_HALO, theme), _PAPER)
    canvas.text(12, canvas.height - high * 0.66, title, size, colour_of(TEXT, theme), weight="bold")
    return high


def _extent(blocks: Sequence[Block]) -> tuple[float, float]:
    lines = [(line, number == 0) for block in blocks for number, line in enumerate(block.lines)]
    rows = [entry.words for block in blocks for entry in block.entries][:_MOST]
    widths = [width_of(line, _SIZE, "bold" if bold else "regular") for line, bold in lines]
    widths += [width_of(words, _SIZE) + _SWATCH + 7 for words in rows]
    height = _LINE * (len(lines) + len(rows)) + 5 * max(len(blocks) - 1, 0)
    return max(widths, default=0) + 2 * _PAD, height + 2 * _PAD


def _write(canvas: Canvas, blocks: Sequence[Block], x: float, top: float, theme: Theme) -> None:
    ink = colour_of(TEXT, theme)
    y, left, written = top - _PAD, x + _PAD, 0
    for block in blocks:
        for number, line in enumerate(block.lines):
            y -= _LINE
            canvas.text(left, y + 4.5, line, _SIZE, ink, weight="bold" if number == 0 else "regular")
        for entry in block.entries:
            if written == _MOST:
                return
            written += 1
            y -= _LINE
            _sample(canvas, entry, left, y, ink)
            canvas.text(left + _SWATCH + 7, y + 4.5, entry.words, _SIZE, ink)
        y -= 5


def _sample(canvas: Canvas, entry: Entry, x: float, y: float, ink: str) -> None:
    if entry.shape in ("circle", "icon"):
        middle = np.array([[x + _SWATCH / 2, y + _LINE / 2]])
        canvas.discs(middle, [entry.colour], np.array([5.0]), ink, 0.6)
    elif entry.shape == "line":
        canvas.rectangle(x, y + _LINE / 2 - 1.5, _SWATCH, 3, entry.colour)
    else:
        canvas.rectangle(round(x), round(y) + 3, _SWATCH, 11, entry.colour)
        canvas.frame(round(x), round(y) + 3, _SWATCH, 11, ink, 0.35)
