"""Symbols and rules of a look as QGIS writes them; sizes in pixels."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as Xml

from styles.marks import Circles, Fill, Line, Plain, size_at
from styles.palette import Theme, colour_of
from styles.rules import Part, Rule, Test

_ZOOM = 11  # sizes that grow with the zoom are said as they are here
_SCALE = 279541132.0143589  # denominator of the scale at zoom 0, with pixels of 0.28 mm
_DRAWS = {Fill: ("Polygon",), Line: ("Line", "Polygon"), Circles: ("Point",)}
_IDS = uuid.UUID("6d1d2f5e-8a9e-4f0a-9a52-2b7c1f2c9d11")


def rules(parts: Sequence[Part], kind: str, theme: Theme, lang: str) -> tuple[Xml.Element, Xml.Element]:
    """Return the rules of a renderer and their symbols, of the marks that draw a kind of geometry.

    The legend has a row for each rule of the first part; plain marks over it are drawn without one.
    """
    found = Xml.Element("rules", {"key": _key("root")})
    symbols = Xml.Element("symbols")
    number = 0
    for part in parts:
        if kind not in _DRAWS[type(part.mark)]:
            continue
        for rule in part.rules:
            words = rule.words(lang) or ("Outline" if lang == "en" else "Đường bao")
            said = {"key": _key(kind, number), "symbol": str(number), "label": words}
            if condition := _condition(rule, part.rules):
                said["filter"] = condition
            if part.mark.minzoom:
                said["scalemaxdenom"] = f"{_SCALE / 2**part.mark.minzoom:.0f}"
            Xml.SubElement(found, "rule", said)
            symbols.append(symbol(str(number), part.mark, rule.colour, theme, kind))
            number += 1
    return found, symbols


def tile_style(source_layer: str, part: Part, shape: str, theme: Theme, lang: str) -> Iterator[Xml.Element]:
    """Yield the styles of vector tiles for a mark: one for each rule; `shape` is 0 point, 1 line, 2 polygon."""
    for number, rule in enumerate(part.rules):
        made = Xml.Element("style", {
            "name": rule.words(lang) or f"{source_layer} {number}", "layer": source_layer, "geometry": shape, "enabled": "1",
            "expression": _condition(rule, part.rules), "max-zoom": "-1",
            "min-zoom": str(int(part.mark.minzoom)) if part.mark.minzoom else "-1",
        })  # fmt: skip
        Xml.SubElement(made, "symbols").append(symbol("0", part.mark, rule.colour, theme))
        yield made


def symbol(name: str, mark: Plain, colour: str, theme: Theme, kind: str = "") -> Xml.Element:
    """Return the symbol of a mark in a colour; on a layer of polygons (`kind`) a line is the outline of a filling."""
    match mark:
        case Fill():
            edge = colour_of(mark.outline, theme) if mark.outline else colour
            style = "solid" if mark.outline else "no"
            return _symbol(name, "fill", "SimpleFill", mark.opacity, {
                "color": _rgba(colour), "style": "solid", "outline_color": _rgba(edge), "outline_style": style,
                "outline_width": "1", "outline_width_unit": "Pixel", "joinstyle": "round",
            })  # fmt: skip
        case Line():
            dash = ";".join(f"{length * size_at(mark.width, _ZOOM):g}" for length in mark.dash)
            return _symbol(name, "fill" if kind == "Polygon" else "line", "SimpleLine", 1, {
                "line_color": _rgba(colour), "line_style": "solid", "line_width": f"{size_at(mark.width, _ZOOM):g}",
                "line_width_unit": "Pixel", "joinstyle": "round", "capstyle": "round",
                **({"use_custom_dash": "1", "customdash": dash, "customdash_unit": "Pixel"} if dash else {}),
            })  # fmt: skip
        case Circles():
            return _symbol(name, "marker", "SimpleMarker", 1, {
                "name": "circle", "color": _rgba(colour), "size": f"{2 * size_at(mark.radius, _ZOOM):g}",
                "size_unit": "Pixel", "outline_color": _rgba(colour_of(mark.ring, theme)), "outline_style": "solid",
                "outline_width": "1.5", "outline_width_unit": "Pixel",
            })  # fmt: skip


def tile_label(source_layer: str, field: str, ink: str, halo: str | None) -> Xml.Element:
    """Return how a field of the points of a source-layer is written."""
    named = Xml.Element("style", {
        "name": source_layer, "layer": source_layer, "geometry": "0", "enabled": "1", "expression": "",
        "min-zoom": "-1", "max-zoom": "-1",
    })  # fmt: skip
    named.append(label_settings(field, ink, halo))
    return named


def label_settings(field: str, ink: str, halo: str | None, *, always: bool = False) -> Xml.Element:
    """Return how a field is written; `always` also over other names."""
    settings = Xml.Element("settings", {"calloutType": "simple"})
    text = Xml.SubElement(settings, "text-style", {
        "fieldName": field, "isExpression": "0", "fontFamily": "Noto Sans", "fontSize": "9", "fontSizeUnit": "Point",
        "textColor": _rgba(ink), "textOpacity": "1",
    })  # fmt: skip
    if halo:
        Xml.SubElement(text, "text-buffer", {
            "bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": _rgba(halo), "bufferOpacity": "1",
        })  # fmt: skip
    Xml.SubElement(settings, "placement", {"placement": "1", "quadOffset": "4"})
    Xml.SubElement(settings, "rendering", {"obstacle": "0", "displayAll": str(int(always))})
    return settings


def expression(test: Test) -> str:
    """Return a test in the language of QGIS expressions."""
    field = f'"{test.field}"'
    match test.operator:
        case "null":
            return f"{field} IS NULL"
        case "present":
            return f"{field} IS NOT NULL"
    value = f"{test.value:.12g}" if isinstance(test.value, float) else "'" + str(test.value).replace("'", "''") + "'"
    return f"{field} {test.operator} {value}"


def _condition(rule: Rule, all_rules: Sequence[Rule]) -> str:
    """The condition of a rule; what no other takes is said by naming them: ELSE means any rule of any mark."""
    if not rule.other:
        return " AND ".join(expression(test) for test in rule.tests)
    tests = [test for one in all_rules for test in one.tests]
    values = ", ".join("'" + str(test.value).replace("'", "''") + "'" for test in tests)
    return f'"{tests[0].field}" IS NULL OR "{tests[0].field}" NOT IN ({values})'


def _symbol(name: str, kind: str, form: str, alpha: float, options: dict[str, str]) -> Xml.Element:
    made = Xml.Element(
        "symbol", {"name": name, "type": kind, "alpha": f"{alpha:g}", "clip_to_extent": "1", "force_rhr": "0"}
    )
    layer = Xml.SubElement(made, "layer", {"class": form, "enabled": "1", "locked": "0", "pass": "0"})
    said = Xml.SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        Xml.SubElement(said, "Option", {"name": key, "value": value, "type": "QString"})
    return made


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _key(*parts: object) -> str:
    return "{" + str(uuid.uuid5(_IDS, "/".join(map(str, parts)))) + "}"
