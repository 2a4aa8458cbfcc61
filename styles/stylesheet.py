"""Whole MapLibre style documents that stand on their own: absolute addresses, nothing to load beside the tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from styles.areas import area_look
from styles.basemap import COMMUNE_LINE, PROVINCE_LINE, names_layer
from styles.maplibre import paint, size, style_layers
from styles.marks import Categories, Category, Look
from styles.palette import OUTLINE, Theme, Tone, colour_of

Json = dict[str, Any]
Box = Sequence[float]
DEEPEST = 14  # tiles are asked for down to here; deeper zooms stretch them


@dataclass(frozen=True)
class Source:
    """Where tiles come from: address with {z}, {x}, {y}, zooms and box (EPSG:4326)."""

    address: str
    zooms: tuple[int, int]
    box: Box

    def document(self) -> Json:
        """Return the MapLibre source."""
        low, high = self.zooms
        return {
            "type": "vector",
            "tiles": [self.address],
            "minzoom": low,
            "maxzoom": min(high, DEEPEST),
            "bounds": list(self.box),
        }


def of_layer(
    layer_id: str, title: str, look: Look, source: Source, theme: Theme, lang: str, *, cells_below: float | None = None
) -> Json:
    """Return the style of one layer of features."""
    layers = style_layers(layer_id, look, theme, cells_below=cells_below)
    return document(title, {layer_id: source.document()}, layers, lang)


def of_areas(layer_id: str, title: str, source: Source, theme: Theme, lang: str) -> Json:
    """Return the style of a layer of areas with their names."""
    layers = [*style_layers(layer_id, area_look(layer_id), theme), names_layer(layer_id, theme, lang)]
    return document(title, {layer_id: source.document()}, layers, lang)


def of_figures(
    layer_id: str,
    title: str,
    source: Source,
    tones: Mapping[str, Tone],
    neutral: Tone,
    theme: Theme,
    lang: str,
    **metadata: Any,
) -> Json:
    """Return the style of a picture of figures: the tiles of its areas, each area in the colour of its figure.

    `tones` are colours by the area's code, `layer_id` the source-layer of the tiles.
    """
    by_code = Categories("code", tuple(Category(code, tone, "", "") for code, tone in tones.items()), neutral)
    width = PROVINCE_LINE if layer_id.endswith("provinces") else COMMUNE_LINE
    base = {"source": layer_id, "source-layer": layer_id}
    layers = [
        {
            **base, "id": "figures-fill", "type": "fill",
            "paint": {"fill-color": paint(by_code, theme) if tones else colour_of(neutral, theme), "fill-antialias": False},
        },
        {
            **base, "id": "figures-line", "type": "line", "layout": {"line-join": "round"},
            "paint": {"line-color": colour_of(OUTLINE, theme), "line-width": size(width)},
        },
        names_layer(layer_id, theme, lang),
    ]  # fmt: skip
    return document(title, {layer_id: source.document()}, layers, lang, **metadata)


def document(title: str, sources: Json, layers: Sequence[Json], lang: str, **metadata: Any) -> Json:
    """Return a style document; there is no `glyphs` address, so that letters come from the reader's own fonts."""
    said = {"toancanh:language": lang, **{f"toancanh:{name}": value for name, value in metadata.items()}}
    return {"version": 8, "name": title, "metadata": said, "sources": sources, "layers": list(layers)}
