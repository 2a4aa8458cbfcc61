"""Drawing a map picture from what was read: ground, collections, outlines, names, the archipelagos and the legend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from services.language import Language
from services.ogc.maps.asked import Dress
from services.ogc.maps.frame import Frame, carry
from services.ogc.maps.reading import Taken
from services.settings import PROJECT
from styles.basemap import ARCHIPELAGOS, COMMUNE_LINE, PROVINCE_LINE
from styles.canvas import Canvas, Points
from styles.marks import Look, Ramp, size_at
from styles.outlines import Outlines, Shapes, outlines
from styles.palette import AREA, LAND, OUTLINE, OUTLINE_STRONG, SEA, TEXT, TEXT_HALO, TEXT_SEA, Theme, colour_of
from styles.picture_legend import Block, legend_picture, put_legend, put_title
from styles.picture_names import Name, put_names
from styles.portrait import Features, cells, draw

# Far shores from Natural Earth 1:50,000,000, the neighbourhood in more detail over them.
_LANDS = (PROJECT / "web" / "public" / "far-land.json", PROJECT / "boundaries" / "data" / "land.geojson")
_SEA_SIZE = Ramp(((3, 10), (6, 13)))
OVER = 0.55  # opacity of figures that objects lie over, as on the screen


@dataclass(frozen=True)
class Sheet:
    """One collection as it is to be drawn; `tones` are the colours of areas by number where figures are shown."""

    taken: Taken
    theme: Theme
    look: Look = ()
    tones: dict[int, str] | None = None
    small: bool = False  # areas as small as communes
    areas: bool = False  # its features are areas, which have names


@dataclass(frozen=True)
class Scene:
    """Everything of one picture; `provinces` are read where their outlines are drawn."""

    frame: Frame
    dress: Dress
    theme: Theme
    lang: Language
    sheets: Sequence[Sheet]
    provinces: Taken | None = None
    names: Sequence[Name] = field(default_factory=tuple)
    legends: Sequence[Block] = field(default_factory=tuple)


def picture(scene: Scene) -> bytes:
    """Return the picture as the bytes of a file."""
    frame, dress, theme = scene.frame, scene.dress, scene.theme
    if dress.legend == "only":
        return legend_picture(scene.legends, theme).encode(dress.form)
    own = dress.ground == "own"
    canvas = Canvas(frame.width, frame.height, colour_of(SEA, theme) if own else dress.ground)
    provinces = outlines(frame.drawn(scene.provinces.shapes)) if scene.provinces else None
    if own:
        _fill(canvas, outlines(frame.drawn(_land())), colour_of(LAND, theme))
        if provinces:
            _fill(canvas, provinces, colour_of(AREA, theme))
    objects = any(sheet.tones is None and sheet.taken.shapes.size for sheet in scene.sheets)
    zoom = frame.zoom
    for sheet in scene.sheets:
        _sheet(canvas, frame, sheet, zoom, OVER if objects and len(scene.sheets) > 1 else 1)
    if provinces:
        _outline(canvas, provinces, colour_of(OUTLINE_STRONG, theme), size_at(PROVINCE_LINE, zoom))
    put_names(canvas, scene.names, colour_of(TEXT, theme), colour_of(TEXT_HALO, theme))
    _archipelagos(canvas, scene)
    top = put_title(canvas, dress.title, theme) if dress.title else 0
    if dress.legend == "beside":
        put_legend(canvas, scene.legends, theme, _busy(scene), top=top)
    return canvas.encode(dress.form)


def _sheet(canvas: Canvas, frame: Frame, sheet: Sheet, zoom: float, alpha: float) -> None:
    taken, theme = sheet.taken, sheet.theme
    if taken.cells is not None:
        if taken.cells:
            numbers, xs, ys = zip(*taken.cells, strict=True)
            points = frame.pixels(np.column_stack([xs, ys]).astype(float))
            cells(canvas, sheet.look, points, numbers, theme)
        return
    shapes = frame.drawn(taken.shapes)
    if sheet.tones is not None:
        drawn = outlines(shapes)
        canvas.fill(drawn, [sheet.tones[area] for area in taken.ids], alpha, hard=True)
        _outline(
            canvas, drawn, colour_of(OUTLINE, theme), size_at(COMMUNE_LINE if sheet.small else PROVINCE_LINE, zoom)
        )
        return
    parts = {name: frame.drawn(part) for name, part in taken.parts.items()}
    draw(canvas, sheet.look, Features(shapes, taken.fields, parts), theme, zoom)


def _busy(scene: Scene) -> Shapes:
    """What the legend should not lie over: the country, all that is shown, and the names of the archipelagos."""
    read = [*(sheet.taken.shapes for sheet in scene.sheets), *([scene.provinces.shapes] if scene.provinces else [])]
    names = shapely.points(_archipelago_points(scene.frame))
    return np.concatenate(
        [scene.frame.drawn(np.concatenate([np.empty(0, dtype=object), *read])), shapely.buffer(names, 70)]
    )


def _fill(canvas: Canvas, drawn: Outlines, colour: str) -> None:
    canvas.fill(drawn, [colour] * (len(drawn.ends) - 1), hard=True)


def _outline(canvas: Canvas, drawn: Outlines, colour: str, width: float) -> None:
    canvas.stroke(drawn, [colour] * (len(drawn.ends) - 1), width)


def _archipelagos(canvas: Canvas, scene: Scene) -> None:
    """Name Hoàng Sa and Trường Sa on whatever shows their seas, over everything else."""
    theme = scene.theme
    points = _archipelago_points(scene.frame)
    size = size_at(_SEA_SIZE, scene.frame.zoom)
    names = [
        Name(en if scene.lang == "en" else vi, at[0], at[1], size, always=True)
        for (vi, en, _, _), at in zip(ARCHIPELAGOS, points.tolist(), strict=True)
    ]
    put_names(canvas, names, colour_of(TEXT_SEA, theme), colour_of(TEXT_HALO, theme))


def _archipelago_points(frame: Frame) -> Points:
    place = np.array([(lon, lat) for _, _, lon, lat in ARCHIPELAGOS])
    return frame.pixels(np.column_stack(carry(place[:, 0], place[:, 1], 4326, 3857)))


@lru_cache(maxsize=1)
def _land() -> Shapes:
    """The land around Viet Nam in EPSG:3857."""
    documents: list[dict[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in _LANDS]
    shapes = [shapely.geometry.shape(one["geometry"]) for document in documents for one in document["features"]]
    return shapely.transform(
        np.array(shapes, dtype=object), lambda at: np.column_stack(carry(at[:, 0], at[:, 1], 4326, 3857))
    )
