"""Write a QGIS project: groups of layers – vector tiles and OGC API – Features – each in its look (QGIS 3.22 and later)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from pyproj import CRS

from styles.marks import Circles, Fill, Line
from styles.palette import TEXT, TEXT_HALO, TEXT_SEA, Theme, colour_of
from styles.qgis_symbols import label_settings, rules, tile_label, tile_style
from styles.rules import Part, Rule

Box = tuple[float, float, float, float]

_WRITTEN_FOR = "3.22.0"
_SHAPES = {"Point": "Point", "Line": "Line", "Polygon": "Polygon"}
_SHAPE_OF = {Fill: "2", Line: "1", Circles: "0"}  # as QGIS numbers kinds of geometry
_NO_SCALE = {"hasScaleBasedVisibilityFlag": "0", "minScale": "1e+08", "maxScale": "0"}


@dataclass(frozen=True)
class TileLayer:
    """A layer of vector tiles: address with {z}, {x}, {y}, zooms, source-layers (`""` for the parts, `label` for names)."""

    id: str
    title: str
    address: str
    zooms: tuple[int, int]
    source_layer: str
    parts: Sequence[Part]
    box: Box
    label: str = ""  # source-layer of name points
    cells: str = ""  # source-layer of points that stand for many
    shown: bool = True


@dataclass(frozen=True)
class FeatureLayer:
    """A collection read as features; `kind` is Point, Line or Polygon."""

    id: str
    title: str
    root: str
    collection: str
    kind: str
    parts: Sequence[Part]
    box: Box
    shown: bool = False


@dataclass(frozen=True)
class NamesLayer:
    """Points with names that are always written, as GeoJSON text in the project itself."""

    id: str
    title: str
    geojson: str
    field: str
    box: Box
    shown: bool = True


Layer = TileLayer | FeatureLayer | NamesLayer
_PROVIDERS = {TileLayer: "vectortile", FeatureLayer: "OAPIF", NamesLayer: "ogr"}


@dataclass(frozen=True)
class Group:
    """A named group of layers, the uppermost first."""

    title: str
    layers: Sequence[Layer]
    open: bool = True


def project(title: str, groups: Sequence[Group], *, crs: str, view: Box, ground: str, theme: Theme, lang: str) -> bytes:
    """Return the project; `crs` is its system such as `EPSG:3857`, `view` the first extent in its units."""
    root = Xml.Element("qgis", {"version": _WRITTEN_FOR, "projectname": title})
    Xml.SubElement(root, "title").text = title
    _system(Xml.SubElement(root, "projectCrs"), crs)
    tree = Xml.SubElement(root, "layer-tree-group")
    order = Xml.Element("custom-order", {"enabled": "0"})
    canvas = Xml.SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    Xml.SubElement(canvas, "units").text = "degrees" if crs in ("EPSG:4326", "EPSG:4756") else "meters"
    _box(canvas, "extent", view)
    _system(Xml.SubElement(canvas, "destinationsrs"), crs)
    layers = Xml.SubElement(root, "projectlayers")
    for group in groups:
        branch = Xml.SubElement(
            tree, "layer-tree-group", {"name": group.title, "expanded": str(int(group.open)), "checked": "Qt::Checked"}
        )
        for layer in group.layers:
            provider = _PROVIDERS[type(layer)]
            Xml.SubElement(branch, "layer-tree-layer", {
                "id": layer.id, "name": layer.title, "providerKey": provider, "source": _source(layer), "expanded": "0",
                "checked": "Qt::Checked" if layer.shown else "Qt::Unchecked",
            })  # fmt: skip
            Xml.SubElement(order, "item").text = layer.id
            match layer:
                case TileLayer():
                    _tiles(layers, layer, theme, lang)
                case FeatureLayer():
                    _features(layers, layer, theme, lang)
                case NamesLayer():
                    _names(layers, layer, theme)
    tree.append(order)
    drawn = Xml.SubElement(root, "layerorder")
    for item in order:
        Xml.SubElement(drawn, "layer", {"id": item.text or ""})
    _properties(root, ground)
    settings = Xml.SubElement(root, "ProjectViewSettings")
    extent = Xml.SubElement(
        settings, "DefaultViewExtent", dict(zip(("xmin", "ymin", "xmax", "ymax"), map(str, view), strict=True))
    )
    _system(extent, crs)
    Xml.indent(root)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return (head + Xml.tostring(root, encoding="unicode")).encode()


def _tiles(layers: Xml.Element, layer: TileLayer, theme: Theme, lang: str) -> None:
    made = _layer(layers, layer, "vector-tile", {}, "vectortile", "EPSG:3857")
    styles = Xml.SubElement(Xml.SubElement(made, "renderer", {"type": "basic"}), "styles")
    for part in layer.parts:
        shape = _SHAPE_OF[type(part.mark)]
        # The outline of a polygon is drawn by its boundary: lines and polygons of a mixed layer each ask for theirs.
        shapes = ("1", "2") if shape == "1" else (shape,)
        for kind in shapes:
            for style in tile_style(layer.source_layer, part, kind, theme, lang):
                styles.append(style)
    if layer.cells:
        gathered = next(part.mark for part in layer.parts if isinstance(part.mark, Circles))
        disc = Circles(colour=gathered.gathered, radius=9, ring=TEXT_HALO)
        rule = Rule("Nhiều đối tượng", "Several", colour_of(gathered.gathered, theme))
        for style in tile_style(layer.cells, Part(disc, (rule,)), "0", theme, lang):
            styles.append(style)
    if layer.label or layer.cells:
        labelling = Xml.SubElement(Xml.SubElement(made, "labeling", {"type": "basic"}), "styles")
        ink, paper = colour_of(TEXT, theme), colour_of(TEXT_HALO, theme)
        if layer.label:
            labelling.append(tile_label(layer.label, "name", ink, paper))
        if layer.cells:
            labelling.append(tile_label(layer.cells, "n", paper, None))


def _features(layers: Xml.Element, layer: FeatureLayer, theme: Theme, lang: str) -> None:
    kind = {"geometry": layer.kind, "labelsEnabled": "0", "readOnly": "0"}
    made = _layer(layers, layer, "vector", kind, "OAPIF", "OGC:CRS84")
    renderer = Xml.SubElement(
        made, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "1", "enableorderby": "0", "forceraster": "0"}
    )
    found, symbols = rules(layer.parts, layer.kind, theme, lang)
    renderer.append(found)
    renderer.append(symbols)


def _names(layers: Xml.Element, layer: NamesLayer, theme: Theme) -> None:
    made = _layer(layers, layer, "vector", {"geometry": "Point", "labelsEnabled": "1"}, "ogr", "EPSG:4326")
    Xml.SubElement(made, "renderer-v2", {"type": "nullSymbol"})
    labelling = Xml.SubElement(made, "labeling", {"type": "simple"})
    labelling.append(label_settings(layer.field, colour_of(TEXT_SEA, theme), colour_of(TEXT_HALO, theme), always=True))


def _layer(layers: Xml.Element, layer: Layer, kind: str, more: dict[str, str], provider: str, crs: str) -> Xml.Element:
    made = Xml.SubElement(
        layers, "maplayer", {"type": kind, "styleCategories": "AllStyleCategories", **_NO_SCALE, **more}
    )
    Xml.SubElement(made, "id").text = layer.id
    Xml.SubElement(made, "datasource").text = _source(layer)
    Xml.SubElement(made, "layername").text = layer.title
    _system(Xml.SubElement(made, "srs"), crs)
    _box(made, "wgs84extent", layer.box)
    Xml.SubElement(made, "provider", {} if provider == "vectortile" else {"encoding": "UTF-8"}).text = provider
    Xml.SubElement(made, "layerOpacity").text = "1"
    return made


def _source(layer: Layer) -> str:
    match layer:
        case TileLayer():
            low, high = layer.zooms
            address = quote(layer.address, safe=":/?")  # as QGIS itself writes it: 3.40 reads no more than that
            return f"type=xyz&url={address}&zmin={low}&zmax={high}"
        case NamesLayer():
            return layer.geojson
    return f" url='{layer.root}' typename='{layer.collection}'"


def _system(inside: Xml.Element, name: str) -> None:
    made = Xml.SubElement(inside, "spatialrefsys")
    Xml.SubElement(made, "wkt").text = _wkt(name)
    Xml.SubElement(made, "authid").text = name  # alone it is not enough


@lru_cache(maxsize=16)
def _wkt(name: str) -> str:
    return CRS.from_user_input(name).to_wkt()


def _box(inside: Xml.Element, name: str, box: Box) -> None:
    made = Xml.SubElement(inside, name)
    for side, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True):
        Xml.SubElement(made, side).text = f"{value:.9g}"


def _properties(root: Xml.Element, ground: str) -> None:
    made = Xml.SubElement(root, "properties")
    reference = Xml.SubElement(made, "SpatialRefSys")
    Xml.SubElement(reference, "ProjectionsEnabled", {"type": "int"}).text = "1"
    gui = Xml.SubElement(made, "Gui")
    for name, at in (("Red", 1), ("Green", 3), ("Blue", 5)):
        value = str(int(ground[at : at + 2], 16))
        Xml.SubElement(gui, f"CanvasColor{name}Part", {"type": "int"}).text = value
