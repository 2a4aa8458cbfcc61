"""A picture that shapes and letters are drawn on, in pixels from the lower left corner, anti-aliased by Agg."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import Any, Literal

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, IdentityTransform
from PIL import Image

from styles.outlines import Outlines

Points = npt.NDArray[np.float64]
Weight = Literal["regular", "bold"]

_FONTS = File(matplotlib.get_data_path()) / "fonts" / "ttf"  # it comes with the library and has every Vietnamese letter
_FACES = {"regular": _FONTS / "DejaVuSans.ttf", "bold": _FONTS / "DejaVuSans-Bold.ttf"}
_HERE = IdentityTransform()
_DPI = 72  # so that a point is a pixel
_DISC = Path.unit_circle()


class Canvas:
    """A picture of `width` × `height` pixels; colours are `#rrggbb`, `alpha` 0 to 1; transparent without a `ground`."""

    def __init__(self, width: int, height: int, ground: str | None = None) -> None:
        self.width, self.height = width, height
        self._agg: Any = RendererAgg(width, height, _DPI)  # type: ignore[no-untyped-call]
        if ground is not None:
            self.rectangle(0, 0, width, height, ground)

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str, alpha: float = 1) -> None:
        """Fill a rectangle from its lower left corner, with hard edges."""
        pen = self._pen(colour, alpha, 0)
        pen.set_antialiased(False)
        self._agg.draw_path(pen, _rectangle(x, y, width, height), _HERE, (*to_rgba(colour)[:3], alpha))

    def frame(self, x: float, y: float, width: float, height: float, colour: str, alpha: float = 1) -> None:
        """Draw a line of one pixel round a rectangle."""
        self._agg.draw_path(self._pen(colour, alpha, 1), _rectangle(x, y, width, height), _HERE, None)

    def fill(self, drawn: Outlines, colours: Sequence[str], alpha: float = 1, *, hard: bool = False) -> None:
        """Fill polygons, each in its colour; with `hard` edges neighbours meet without a seam."""
        pen = self._pen("#000000", alpha, 0)
        pen.set_antialiased(not hard)
        faces = {colour: (*to_rgba(colour)[:3], alpha) for colour in set(colours)}
        if alpha == 1 and len(faces) == 1:
            for some in drawn.some(0, len(colours)):
                self._agg.draw_path(pen, some, _HERE, faces[colours[0]])
            return
        for number, colour in enumerate(colours):
            if (path := drawn.one(number)) is not None:
                self._agg.draw_path(pen, path, _HERE, faces[colour])

    def stroke(
        self, drawn: Outlines, colours: Sequence[str], width: float, alpha: float = 1, dash: tuple[float, ...] = ()
    ) -> None:
        """Draw lines, or the outlines of polygons, each in its colour; `dash` counts in widths of the line."""
        pens = {colour: self._pen(colour, alpha, width, dash) for colour in set(colours)}
        if alpha == 1 and len(pens) == 1:
            for some in drawn.some(0, len(colours)):
                self._agg.draw_path(pens[colours[0]], some, _HERE, None)
            return
        for number, colour in enumerate(colours):
            if (path := drawn.one(number)) is not None:
                self._agg.draw_path(pens[colour], path, _HERE, None)

    def discs(
        self,
        points: Points,
        colours: list[str],
        radius: npt.NDArray[np.float64],
        ring: str,
        width: float,
        alpha: float = 1,
    ) -> None:
        """Draw discs with a ring round them."""
        pen = self._pen(ring, alpha, width)
        # One disc for each look is copied to all its points: a million circles would otherwise be a million outlines.
        for key in sorted(set(zip(colours, radius.round(2).tolist(), strict=True))):
            colour, size = key
            here = [n for n, one in enumerate(zip(colours, radius.round(2).tolist(), strict=True)) if one == key]
            scale = Affine2D().scale(size + width / 2)
            face = (*to_rgba(colour)[:3], alpha)
            self._agg.draw_markers(pen, _DISC, scale, Path(points[here]), _HERE, face)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str,
        *,
        halo: str | None = None,
        halo_width: float = 0,
        weight: Weight = "regular",
        anchor: Literal["left", "middle"] = "left",
    ) -> None:
        """Write one line; `y` is the line the letters stand on."""
        outline = _written(words, size, weight)
        left = x - (outline.width / 2 if anchor == "middle" else 0)
        place = Affine2D().translate(left, y)
        if halo:
            pen = self._pen(halo, 1, 2 * halo_width)
            pen.set_joinstyle("round")
            self._agg.draw_path(pen, outline.path, place, (*to_rgba(halo)[:3], 1.0))
        self._agg.draw_path(self._pen(colour, 1, 0), outline.path, place, to_rgba(colour))

    def encode(self, form: Literal["png", "webp"]) -> bytes:
        """Return the picture as the bytes of a file; WebP is lossless."""
        pixels = np.asarray(self._agg.buffer_rgba())
        opaque = bool((pixels[..., 3] == 255).all())
        image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]) if opaque else pixels)
        out = io.BytesIO()
        if form == "png":
            image.save(out, "PNG", compress_level=3)
        else:
            image.save(out, "WEBP", lossless=True, quality=10, method=1)
        return out.getvalue()

    def _pen(self, colour: str, alpha: float, width: float, dash: tuple[float, ...] = ()) -> Any:
        pen = self._agg.new_gc()
        pen.set_foreground((*to_rgba(colour)[:3], alpha), isRGBA=True)
        pen.set_alpha(alpha)
        pen.set_linewidth(width)
        pen.set_joinstyle("round")
        pen.set_capstyle("butt" if dash else "round")
        if dash:
            pen.set_dashes(0, [part * width for part in dash])
        return pen


def _rectangle(x: float, y: float, width: float, height: float) -> Path:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return Path(corners, [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY])


class Outline:
    """A line of letters as an outline from (0, 0), and how wide it is in pixels."""

    def __init__(self, path: Path, width: float) -> None:
        self.path, self.width = path, width


def width_of(words: str, size: float, weight: Weight = "regular") -> float:
    """Return how many pixels a line of letters is wide."""
    return _written(words, size, weight).width


@lru_cache(maxsize=4096)
def _written(words: str, size: float, weight: Weight) -> Outline:
    text = " ".join(unicodedata.normalize("NFC", words).split())  # a letter and its accents as one glyph, in one line
    if not text:
        return Outline(Path(np.empty((0, 2))), 0.0)
    # Not TextPath, which takes what stands between two dollar signs for a formula.
    points, codes = text_to_path.get_text_path(FontProperties(fname=_FACES[weight]), text, ismath=False)
    if not len(points):
        return Outline(Path(np.empty((0, 2))), 0.0)
    scaled = np.asarray(points, dtype=float) * (size / text_to_path.FONT_SCALE)
    return Outline(Path(scaled, codes), float(scaled[:, 0].max()))
