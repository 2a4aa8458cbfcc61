"""Compile a look to MapLibre style layers, a pure function of the marks and the theme."""

from __future__ import annotations

from typing import Any

from styles.marks import Categories, Circles, Fill, Heat, Icon, Line, Look, Mark, Paint, Ramp, Steps
from styles.palette import TEXT, TEXT_HALO, Theme, colour_of

Json = dict[str, Any]


def style_layers(layer_id: str, look: Look, theme: Theme, *, cells_below: float | None = None) -> list[Json]:
    """Return the MapLibre layers of one map layer, bottom to top.

    `layer_id` is both the source and the source-layer (with `_part` appended for a part). Below the zoom `cells_below`
    the tiles hold cells, points with their number `n`, drawn as discs whose area grows with the number.
    """
    layers = [_compile(layer_id, number, mark, theme, cells_below) for number, mark in enumerate(look)]
    if cells_below is not None:
        layers += _cells(layer_id, look, theme, cells_below)
    return layers


def _compile(layer_id: str, number: int, mark: Mark, theme: Theme, cells_below: float | None) -> Json:
    layer: Json = {
        "id": f"{layer_id}-{number}-{type(mark).__name__.lower()}",
        "source": layer_id,
        "source-layer": f"{layer_id}_{mark.part}" if mark.part else layer_id,
    }
    minzoom = max(getattr(mark, "minzoom", 0), cells_below or 0 if not mark.part else 0)
    if minzoom and not isinstance(mark, Heat):
        layer["minzoom"] = minzoom
    match mark:
        case Fill():
            layer |= {
                "type": "fill",
                "filter": ["==", ["geometry-type"], "Polygon"],
                "paint": {
                    "fill-color": paint(mark.colour, theme),
                    "fill-opacity": mark.opacity,
                    **({"fill-outline-color": colour_of(mark.outline, theme)} if mark.outline else {}),
                },
            }
        case Line():
            layer |= {
                "type": "line",
                "filter": ["!=", ["geometry-type"], "Point"],
                "layout": {"line-cap": "round", "line-join": "round"},
                "paint": {
                    "line-color": paint(mark.colour, theme),
                    "line-width": size(mark.width),
                    **({"line-dasharray": list(mark.dash)} if mark.dash else {}),
                },
            }
        case Circles():
            layer |= {
                "type": "circle",
                "filter": ["==", ["geometry-type"], "Point"],
                "paint": {
                    "circle-color": paint(mark.colour, theme),
                    "circle-radius": size(mark.radius),
                    "circle-stroke-color": colour_of(mark.ring, theme),
                    "circle-stroke-width": 1.5,
                },
            }
        case Icon():
            layer |= {
                "type": "symbol",
                "filter": ["==", ["geometry-type"], "Point"],
                "layout": {
                    "icon-image": mark.name,
                    "icon-size": size(mark.size),
                    "icon-allow-overlap": True,
                    **({"icon-rotate": ["get", mark.turn], "icon-rotation-alignment": "map"} if mark.turn else {}),
                },
            }
        case Heat():
            layer |= {
                "type": "heatmap",
                "maxzoom": mark.maxzoom,
                "paint": {
                    "heatmap-radius": size(mark.radius),
                    "heatmap-weight": ["coalesce", ["get", "n"], 1],
                },
            }
    return layer


def _cells(layer_id: str, look: Look, theme: Theme, below: float) -> list[Json]:
    colour = next((mark.gathered for mark in look if isinstance(mark, Circles)), TEXT)
    base = {"source": layer_id, "source-layer": f"{layer_id}_cells", "maxzoom": below}
    return [
        {
            **base,
            "id": f"{layer_id}-cells",
            "type": "circle",
            "paint": {
                "circle-color": colour_of(colour, theme),
                "circle-opacity": 0.9,
                "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 4, 3, 8, 10, 12, 60, 26],
                "circle-stroke-color": colour_of(TEXT_HALO, theme),
                "circle-stroke-width": 1.2,
            },
        },
        {
            **base,
            "id": f"{layer_id}-cells-label",
            "type": "symbol",
            "filter": [">=", ["get", "n"], 3],
            "layout": {
                "text-field": ["to-string", ["get", "n"]],
                "text-size": 10.5,
                "text-font": ["sans-serif"],
                "text-allow-overlap": True,
            },
            "paint": {"text-color": colour_of(TEXT_HALO, theme)},
        },
    ]


def paint(value: Paint, theme: Theme) -> Any:
    """Return a MapLibre colour: a plain one, or an expression over the field."""
    match value:
        case Categories():
            pairs = [part for item in value.items for part in (item.value, colour_of(item.colour, theme))]
            return ["match", ["to-string", ["get", value.field]], *pairs, colour_of(value.other, theme)]
        case Steps():
            stops = [part for low, colour in value.stops for part in (low, colour_of(colour, theme))]
            return ["step", ["to-number", ["get", value.field], 0], colour_of(value.first, theme), *stops]
        case _:
            return colour_of(value, theme)


def size(value: Ramp | float) -> Any:
    """Return a MapLibre number: fixed pixels, or an interpolation over zoom."""
    if isinstance(value, Ramp):
        return ["interpolate", ["linear"], ["zoom"], *(part for stop in value.stops for part in stop)]
    return value


def images(look: Look) -> dict[str, str]:
    """Return the pictures a look uses: name to SVG text."""
    return {mark.name: mark.svg for mark in look if isinstance(mark, Icon)}
