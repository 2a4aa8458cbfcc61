"""The map that stands on its own: sea, neighbouring land, areas, labels and the two archipelagos."""

from __future__ import annotations

from typing import Any

from styles.maplibre import size
from styles.marks import Ramp
from styles.palette import (
    AREA,
    LAND,
    OUTLINE,
    OUTLINE_STRONG,
    SEA,
    TEXT,
    TEXT_HALO,
    TEXT_SEA,
    Theme,
    colour_of,
)

Json = dict[str, Any]

# On every map, in every export (Nghị định 18/2020/NĐ-CP Điều 11): name, English name, longitude, latitude.
ARCHIPELAGOS: tuple[tuple[str, str, float, float], ...] = (
    ("Quần đảo Hoàng Sa (Việt Nam)", "Hoang Sa Archipelago (Viet Nam)", 112.0, 16.5),
    ("Quần đảo Trường Sa (Việt Nam)", "Truong Sa Archipelago (Viet Nam)", 112.4, 9.6),
)

COMMUNE_LINE = Ramp(((6, 0.2), (9, 0.7), (13, 1.6)))
PROVINCE_LINE = Ramp(((4, 0.4), (8, 1.2), (12, 2)))
LENS_LINE = Ramp(((5, 0.6), (9, 1.6), (13, 2.6)))

_FONT = ["Noto Sans", "sans-serif"]

# Small provinces stand close: a name may stand beside its point where the middle is taken.
_BESIDE: Json = {
    "text-line-height": 1.15,
    "text-variable-anchor-offset": [
        *("center", [0, 0], "bottom", [0, -0.2], "top", [0, 0.2], "left", [0.2, 0], "right", [-0.2, 0]),
        *("bottom-left", [0, 0], "bottom-right", [0, 0], "top-left", [0, 0], "top-right", [0, 0]),
        *("left", [1, 0], "right", [-1, 0], "bottom", [0, -0.9], "top", [0, 0.9]),
        *("bottom-left", [0.3, -0.5], "bottom-right", [-0.3, -0.5], "top-left", [0.3, 0.5], "top-right", [-0.3, 0.5]),
    ],
}


def document(
    *,
    theme: Theme,
    lang: str,
    provinces: str,
    communes: str,
    land: str,
    bounds: list[float],
    lens: tuple[str, str] | None = None,
) -> Json:
    """Return the MapLibre style of the map without any layer on it.

    `provinces`, `communes` are tile address templates, `land` the address of the neighbouring land (GeoJSON), `lens`
    the template and the source-layer of areas that are looked through instead of communes.
    """
    through = (
        {"lens": {"type": "vector", "tiles": [lens[0]], "minzoom": 3, "maxzoom": 14, "bounds": bounds}} if lens else {}
    )
    return {
        "version": 8,
        "name": "Toàn Cảnh",
        "sources": {
            "land": {"type": "geojson", "data": land},
            "provinces": {
                "type": "vector",
                "tiles": [provinces],
                "minzoom": 3,
                "maxzoom": 14,
                "bounds": bounds,
            },
            "communes": {
                "type": "vector",
                "tiles": [communes],
                "minzoom": 3,
                "maxzoom": 14,
                "bounds": bounds,
            },
            **through,
            "archipelagos": {"type": "geojson", "data": archipelagos()},
        },
        "layers": [
            {"id": "sea", "type": "background", "paint": {"background-color": colour_of(SEA, theme)}},
            {"id": "land", "type": "fill", "source": "land", "paint": {"fill-color": colour_of(LAND, theme)}},
            *_areas(theme, lens[1] if lens else None),
            *_labels(theme, lang, lens[1] if lens else None),
        ],
    }


def archipelagos() -> Json:
    """Return the two archipelagos as GeoJSON points (EPSG:4326) with their names."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {"name": vi, "name_en": en},
            }
            for vi, en, lon, lat in ARCHIPELAGOS
        ],
    }


def names_layer(layer_id: str, theme: Theme, lang: str) -> Json:
    """Return the layer that writes the names of a tile set of areas."""
    made = _label(f"{layer_id}-label", theme, _area_name(lang), sizes=(4, 9, 6, 12, 10, 13, 15, 16), padding=4)
    return {**made, "source": layer_id, "source-layer": f"{layer_id}_label"}


def _areas(theme: Theme, lens: str | None) -> list[Json]:
    """Areas in drawing order; what is looked through lies over the communes, its lines over all."""

    def of(source: str) -> Json:
        return {"source": source, "source-layer": lens if source == "lens" else source}

    def fill(source: str) -> Json:
        paint = {"fill-color": colour_of(AREA, theme), "fill-antialias": False}
        return {"id": f"{source}-fill", "type": "fill", **of(source), "paint": paint}

    def line(source: str, ink: Any, width: Ramp) -> Json:
        paint = {"line-color": colour_of(ink, theme), "line-width": size(width)}
        return {"id": f"{source}-line", "type": "line", **of(source), "layout": {"line-join": "round"}, "paint": paint}

    return [
        fill("provinces"),
        fill("communes"),
        *([fill("lens")] if lens else []),
        line("communes", OUTLINE, COMMUNE_LINE),
        line("provinces", OUTLINE_STRONG, PROVINCE_LINE),
        *([line("lens", OUTLINE_STRONG, LENS_LINE)] if lens else []),
    ]


def _labels(theme: Theme, lang: str, lens: str | None) -> list[Json]:
    sea = {"text-color": colour_of(TEXT_SEA, theme), "text-halo-width": 2.2}
    always = {"text-allow-overlap": True, "text-ignore-placement": True}
    name = "name" if lang == "vi" else "name_en"
    finest: Json = {"source": "lens", "source-layer": f"{lens}_label", "minzoom": 6.5} if lens else {
        "source": "communes", "source-layer": "communes_label", "minzoom": 8.5,
    }  # fmt: skip
    return [
        {
            **_label(
                "lens-label" if lens else "communes-label",
                theme,
                _area_name(lang),
                sizes=(8, 10, 12, 13, 15, 16),
                padding=4,
            ),
            **finest,
        },
        {
            **_label("provinces-label", theme, _area_name(lang), sizes=(4, 9, 5, 10, 6, 13, 8, 16), layout=_BESIDE),
            "source": "provinces",
            "source-layer": "provinces_label",
            "maxzoom": 8.5,
        },
        {
            **_label("archipelagos-label", theme, ["get", name], sizes=(3, 10, 6, 13), layout=always, paint=sea),
            "source": "archipelagos",
        },
    ]


def _label(
    layer_id: str,
    theme: Theme,
    text: list[Any],
    *,
    sizes: tuple[float, ...],
    padding: float = 0,
    layout: Json | None = None,
    paint: Json | None = None,
) -> Json:
    """Names in letters that grow with the zoom: `sizes` are pairs of zoom and pixels."""
    return {
        "id": layer_id,
        "type": "symbol",
        "layout": {
            "text-field": text,
            "text-font": _FONT,
            "text-size": ["interpolate", ["linear"], ["zoom"], *sizes],
            "text-line-height": 1.35,
            "text-max-width": 7,
            "text-padding": padding,
            **(layout or {}),
        },
        "paint": {
            "text-color": colour_of(TEXT, theme),
            "text-halo-color": colour_of(TEXT_HALO, theme),
            "text-halo-width": 1.4,
            **(paint or {}),
        },
    }


def _area_name(lang: str) -> list[Any]:
    """The bare name; wards that begin with a number say that they are wards: “Phường 2 Bảo Lộc”."""
    ward = "Phường " if lang == "vi" else "Ward "
    first = ["slice", ["get", "name"], 0, 1]
    return ["case", ["in", first, ["literal", list("0123456789")]], ["concat", ward, ["get", "name"]], ["get", "name"]]
