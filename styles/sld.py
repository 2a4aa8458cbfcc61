"""Compile a look to Styled Layer Descriptor: SLD 1.0, and SLD 1.1 with Symbology Encoding 1.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from xml.etree import ElementTree as Xml

from styles.marks import Circles, Fill, Line, Plain, size_at
from styles.palette import TEXT, TEXT_HALO, Theme, colour_of
from styles.rules import Part, Rule, Test

Version = Literal["1.0.0", "1.1.0"]

_SLD, _SE, _OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"
_XLINK, _XSI = "http://www.w3.org/1999/xlink", "http://www.w3.org/2001/XMLSchema-instance"
_SCALE = 279541132.0143589  # denominator of the scale at zoom 0, with pixels of 0.28 mm
_ZOOM = 11  # sizes that grow with the zoom are said as they are here
_KINDS = {Fill: "generic:polygon", Line: "generic:line", Circles: "generic:point"}
_TESTS = {"=": "PropertyIsEqualTo", ">=": "PropertyIsGreaterThanOrEqualTo", "<": "PropertyIsLessThan"}

for _prefix, _uri in (("sld", _SLD), ("se", _SE), ("ogc", _OGC), ("xlink", _XLINK), ("xsi", _XSI)):
    Xml.register_namespace(_prefix, _uri)


def document(
    layer_id: str,
    style_id: str,
    title: str,
    parts: Sequence[Part],
    *,
    version: Version,
    lang: str,
    theme: Theme,
    label: str = "",
) -> bytes:
    """Return the document of one layer in one style; `label` names the field that is written on the features."""
    return _Writer(version, lang, theme).document(layer_id, style_id, title, parts, label)


class _Writer:
    """Writes one document; both versions say the same in other elements."""

    def __init__(self, version: Version, lang: str, theme: Theme) -> None:
        self._version, self._lang, self._theme = version, lang, theme
        self._own = _SLD if version == "1.0.0" else _SE
        self._parameter = "CssParameter" if version == "1.0.0" else "SvgParameter"

    def document(self, layer_id: str, style_id: str, title: str, parts: Sequence[Part], label: str) -> bytes:
        schema = f"{_SLD} http://schemas.opengis.net/sld/{self._version}/StyledLayerDescriptor.xsd"
        root = Xml.Element(
            f"{{{_SLD}}}StyledLayerDescriptor", {"version": self._version, f"{{{_XSI}}}schemaLocation": schema}
        )
        layer = Xml.SubElement(root, f"{{{_SLD}}}NamedLayer")
        self._add(layer, "Name", layer_id)
        style = Xml.SubElement(layer, f"{{{_SLD}}}UserStyle")
        self._add(style, "Name", style_id)
        self._described(style, title)
        for part in parts:
            self._part(style, part)
        if label:
            self._labels(style, label)
        Xml.indent(root)
        written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
        return written

    def _part(self, style: Xml.Element, part: Part) -> None:
        drawn = self._add(style, "FeatureTypeStyle")
        self._add(drawn, "SemanticTypeIdentifier", _KINDS[type(part.mark)])
        for number, rule in enumerate(part.rules):
            made = self._add(drawn, "Rule")
            if words := rule.words(self._lang):
                self._add(made, "Name", words)
                self._described(made, words)
            else:
                self._add(made, "Name", f"{type(part.mark).__name__.lower()}-{number}")
            self._filter(made, rule)
            if part.mark.minzoom:
                self._add(made, "MaxScaleDenominator", f"{_SCALE / 2**part.mark.minzoom:.0f}")
            self._symbol(made, part.mark, rule.colour)

    def _filter(self, made: Xml.Element, rule: Rule) -> None:
        if rule.other:
            self._add(made, "ElseFilter")
        if not rule.tests:
            return
        inside = Xml.SubElement(made, f"{{{_OGC}}}Filter")
        if len(rule.tests) > 1:
            inside = Xml.SubElement(inside, f"{{{_OGC}}}And")
        for test in rule.tests:
            _test(inside, test)

    def _symbol(self, made: Xml.Element, mark: Plain, colour: str) -> None:
        match mark:
            case Fill():
                symbol = self._add(made, "PolygonSymbolizer")
                self._paint(self._add(symbol, "Fill"), "fill", colour, mark.opacity)
                if mark.outline:
                    self._stroke(symbol, colour_of(mark.outline, self._theme), 1.0)
            case Line():
                symbol = self._add(made, "LineSymbolizer")
                width = size_at(mark.width, _ZOOM)
                self._stroke(symbol, colour, width, tuple(length * width for length in mark.dash))
            case Circles():
                graphic = self._add(self._add(made, "PointSymbolizer"), "Graphic")
                sign = self._add(graphic, "Mark")
                self._add(sign, "WellKnownName", "circle")
                self._paint(self._add(sign, "Fill"), "fill", colour, 1)
                self._stroke(sign, colour_of(mark.ring, self._theme), 1.5)
                self._add(graphic, "Size", f"{2 * size_at(mark.radius, _ZOOM):g}")

    def _stroke(self, symbol: Xml.Element, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        stroke = self._add(symbol, "Stroke")
        self._paint(stroke, "stroke", colour, 1)
        self._said(stroke, "stroke-width", f"{width:g}")
        self._said(stroke, "stroke-linejoin", "round")
        if dash:
            self._said(stroke, "stroke-dasharray", " ".join(f"{length:g}" for length in dash))

    def _labels(self, style: Xml.Element, field: str) -> None:
        rule = self._add(self._add(style, "FeatureTypeStyle"), "Rule")
        self._add(rule, "Name", "labels")
        text = self._add(rule, "TextSymbolizer")
        Xml.SubElement(self._add(text, "Label"), f"{{{_OGC}}}PropertyName").text = field
        font = self._add(text, "Font")
        self._said(font, "font-family", "Noto Sans")
        self._said(font, "font-size", "12")
        halo = self._add(text, "Halo")
        self._add(halo, "Radius", "1.5")
        self._paint(self._add(halo, "Fill"), "fill", colour_of(TEXT_HALO, self._theme), 1)
        self._paint(self._add(text, "Fill"), "fill", colour_of(TEXT, self._theme), 1)

    def _paint(self, inside: Xml.Element, kind: str, colour: str, opacity: float) -> None:
        self._said(inside, kind, colour)
        if opacity < 1:
            self._said(inside, f"{kind}-opacity", f"{opacity:g}")

    def _described(self, inside: Xml.Element, title: str) -> None:
        if self._version == "1.0.0":
            self._add(inside, "Title", title)
        else:
            self._add(self._add(inside, "Description"), "Title", title)

    def _said(self, inside: Xml.Element, name: str, value: str) -> None:
        made = self._add(inside, self._parameter, value)
        made.set("name", name)

    def _add(self, inside: Xml.Element, name: str, text: str | None = None) -> Xml.Element:
        made = Xml.SubElement(inside, f"{{{self._own}}}{name}")
        made.text = text
        return made


def _test(inside: Xml.Element, test: Test) -> None:
    if test.operator == "present":
        inside = Xml.SubElement(inside, f"{{{_OGC}}}Not")
    name = _TESTS.get(test.operator, "PropertyIsNull")
    made = Xml.SubElement(inside, f"{{{_OGC}}}{name}")
    Xml.SubElement(made, f"{{{_OGC}}}PropertyName").text = test.field
    if test.operator in _TESTS:
        value = f"{test.value:.12g}" if isinstance(test.value, float) else str(test.value)
        Xml.SubElement(made, f"{{{_OGC}}}Literal").text = value
