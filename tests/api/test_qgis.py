"""What QGIS does with the feeds: reads everything, lets the server filter, edits and saves, opens the project in its colours.

The QGIS of the machine is used; QGIS_PYTHON names the Python of another one (`chroot /there /usr/bin/python3` with /tmp in
common). Editing came with QGIS 3.28; an older one skips that test.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

LAYERS = ("provinces", "communes", "planning-zones", "projects", "citizen-reports", "cameras", "indicator-hcc-04")
FIGURES = "indicator-hcc-04"
BEGIN = """
import json, sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
application = QgsApplication([], False)
application.initQgis()
found = {}
"""
END = """
print("FOUND" + json.dumps(found), flush=True)
"""

READ = """
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"url='{sys.argv[1]}/ogc' typename='{name}'", name, "OAPIF")
    if not layer.isValid():
        found[name] = None
        continue
    names, texts, shapes = [f.name() for f in layer.fields()], [], 0
    for feature in layer.getFeatures():
        texts.append(feature["code"])
        shapes += feature.hasGeometry()
    box = QgsRectangle(108.3, 11.8, 108.6, 12.1)
    near = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(box)))
    found[name] = {"crs": layer.crs().authid(), "fields": names, "codes": texts, "shapes": shapes, "near": near}
"""

FILTER = """
uri = f"url='{sys.argv[1]}/ogc' typename='citizen-reports' restrictToRequestBBOX='1'"
box = QgsFeatureRequest().setFilterRect(QgsRectangle(108.4, 11.9, 108.5, 12.0))
found["near"] = sorted(one["code"] for one in QgsVectorLayer(uri, "near", "OAPIF").getFeatures(box))
layer = QgsVectorLayer(uri, "new", "OAPIF")
found["taken"] = layer.setSubsetString("state = 'moi'")
found["new"] = sorted(one["code"] for one in layer.getFeatures())
"""

EDIT = """
address, key = sys.argv[1:]
def opened(more=""):
    layer = QgsVectorLayer(f"url='{address}/ogc' typename='cameras'{more}", "cameras", "OAPIF")
    assert layer.isValid(), layer.error().message()
    return layer

def may(layer):
    able = layer.dataProvider().capabilities()
    named = {"add": "AddFeatures", "delete": "DeleteFeatures", "values": "ChangeAttributeValues", "shapes": "ChangeGeometries"}
    return sorted(word for word, flag in named.items() if able & getattr(QgsVectorDataProvider, flag))

found["public"] = may(opened())
staff = f" username='ai' password='{key}'"
layer = opened(staff)
found["staff"] = may(layer)
everything = list(layer.getFeatures())
gone, changed = everything[-1], everything[-2]
new = QgsFeature(layer.fields())
new.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(108.4383, 11.9465)))
for name, value in {"code": "QGIS-1", "name": "Hồ Xuân Hương", "owner": "Công an tỉnh", "state": "online"}.items():
    new[name] = value
assert layer.startEditing()
layer.addFeature(new)
layer.changeAttributeValue(changed.id(), layer.fields().indexOf("name"), "Sửa bằng QGIS")
layer.changeGeometry(changed.id(), QgsGeometry.fromPointXY(QgsPointXY(108.44, 11.95)))
layer.deleteFeature(gone.id())
found["saved"] = layer.commitChanges()
found["errors"] = layer.commitErrors()
found |= {"gone": gone["code"], "changed": changed["code"]}
found["again"] = {one["code"]: [one["name"], one.geometry().asWkt(4)] for one in opened(staff).getFeatures()}
"""

OPEN = """
folder = sys.argv[1]
project = QgsProject.instance()
found |= {"read": project.read(folder + "/toan-canh.qgs"), "crs": project.crs().authid(), "title": project.title()}
found["layers"] = {layer.id(): layer.isValid() for layer in project.mapLayers().values()}
found["groups"] = [group.name() for group in project.layerTreeRoot().findGroups()]
root = project.layerTreeRoot()
there = [layer for layer in root.layerOrder()]
carry = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project.transformContext())

def draw(layers, box):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setExtent(carry.transformBoundingBox(QgsRectangle(*box)))
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(project.backgroundColor())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return sorted({picture.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(0, 400, 2)})

found["tiles"] = draw([one for one in there if root.findLayer(one.id()).isVisible()], (107.2, 10.7, 108.9, 12.8))
found["figures"] = draw([one for one in there if "indicator_hcc_04" in one.id()], (107.2, 10.7, 108.9, 12.8))
found["sld"] = {}
fields = "field=state:string&field=value:double&field=blank:string&field=land_use:string&field=grade:string&field=name:string"
for name, kind in json.loads(sys.argv[2]).items():
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4326&{fields}", "x", "memory")
    message, good = layer.loadSldStyle(folder + "/" + name)
    rules = layer.renderer().rootRule().children()
    found["sld"][name] = [good, message, [rule.symbol().color().name() for rule in rules]]
"""


class Qgis:
    """A QGIS without a screen."""

    def __init__(self, folder: Path) -> None:
        self._command = shlex.split(os.environ.get("QGIS_PYTHON", "/usr/bin/python3"))
        private = folder / "run"
        private.mkdir(mode=0o700)
        self._environment = {
            "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(private), "HOME": str(folder), "PYTHONPATH": "",
            "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
        }  # fmt: skip
        asked = self._python("from qgis.core import Qgis; print(Qgis.QGIS_VERSION_INT)")
        self.version = int(asked.stdout) if asked.returncode == 0 else 0

    def run(self, script: str, *arguments: str) -> Any:
        """Return what a script found."""
        answer = self._python(BEGIN + script + END, *arguments)
        assert "FOUND" in answer.stdout, answer.stderr[-2000:]
        return json.loads(answer.stdout.split("FOUND")[1].splitlines()[0])

    def _python(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self._command, "-c", script, *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Qgis:
    found = Qgis(tmp_path_factory.mktemp("qgis"))
    if not found.version:
        pytest.skip("QGIS with its Python bindings (python3-qgis) is not installed")
    return found


@pytest.fixture
def heard(served: str) -> Iterator[tuple[str, list[str]]]:
    """A proxy before the server, and the paths that it was asked for."""
    paths: list[str] = []

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            sent = {"x-forwarded-host": self.headers["host"], "accept": self.headers.get("accept", "*/*")}
            answer = httpx.get(f"{served}{self.path}", headers=sent, timeout=60)
            self.send_response(answer.status_code)
            self.send_header("content-type", answer.headers.get("content-type", ""))
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_port}", paths
        proxy.shutdown()


def everything(served: str, name: str, **asked: str) -> list[dict[str, Any]]:
    """Return every feature as the feed itself gives it."""
    answer = httpx.get(f"{served}/ogc/collections/{name}/items", params={"limit": "10000", **asked}, timeout=60).json()
    assert answer["numberMatched"] == len(answer["features"])
    found: list[dict[str, Any]] = answer["features"]
    return found


def codes(features: list[dict[str, Any]]) -> list[str]:
    return sorted(feature["properties"]["code"] for feature in features)


def test_it_reads_every_feature(served: str, qgis: Qgis) -> None:
    found = qgis.run(READ, served, *LAYERS)
    for name in LAYERS:
        assert found[name], name
        features = everything(served, name)
        assert sorted(found[name]["codes"]) == codes(features), name
        assert found[name]["shapes"] == len(features)
        assert found[name]["crs"] in ("OGC:CRS84", "EPSG:4326")
        assert set(features[0]["properties"]) <= set(found[name]["fields"])
        assert found[name]["near"] > 0, name


def test_it_lets_the_server_filter(heard: tuple[str, list[str]], served: str, qgis: Qgis) -> None:
    address, paths = heard
    found = qgis.run(FILTER, address)
    assert found["near"] == codes(everything(served, "citizen-reports", bbox="108.4,11.9,108.5,12"))
    assert found["new"] == codes(everything(served, "citizen-reports", state="moi"))
    items = [path for path in paths if "/items?" in path]
    assert any("bbox=108" in path for path in items), items
    if qgis.version >= 33_600:
        assert any("state" in path for path in items), items


def test_it_edits_and_saves(served: str, qgis: Qgis, staff: Mapping[str, str]) -> None:
    if qgis.version < 32_800:
        pytest.skip("this QGIS reads OGC API – Features only; editing came with 3.28 (QGIS_PYTHON names another one)")
    before = {one["properties"]["code"]: one for one in everything(served, "cameras")}
    found = qgis.run(EDIT, served, staff["Authorization"].removeprefix("Bearer "))
    now = {one["properties"]["code"]: one for one in everything(served, "cameras")}
    root = f"{served}/ogc/collections/cameras/items"
    try:
        assert found["public"] == []
        assert found["staff"] == ["add", "delete", "shapes", "values"]
        assert found["saved"], found["errors"]
        assert set(now) == set(before) - {found["gone"]} | {"QGIS-1"}
        assert set(found["again"]) == set(now)
        assert found["again"]["QGIS-1"] == ["Hồ Xuân Hương", "Point (108.4383 11.9465)"]
        assert now[found["changed"]]["properties"]["name"] == "Sửa bằng QGIS"
        assert now[found["changed"]]["geometry"]["coordinates"] == [108.44, 11.95]
        kept = {name: value for name, value in before[found["changed"]]["properties"].items() if name not in WRITTEN}
        assert kept.items() <= now[found["changed"]]["properties"].items()
    finally:
        for code in set(now) - set(before):
            httpx.delete(f"{root}/{now[code]['id']}", headers=dict(staff))
        told = {name: before[found["changed"]][name] for name in ("type", "geometry", "properties")}
        httpx.put(f"{root}/{now[found['changed']]['id']}", json=told, headers=dict(staff))
        for code in set(before) - set(now):
            body = {name: before[code][name] for name in ("type", "geometry", "properties")}
            httpx.post(root, json=body, headers=dict(staff))


WRITTEN = (
    "name",
    "area_id",
    "area_code",
    "area_name",
    "province_code",
    "sample",
    "source",
)  # by the edit, or because of it


def test_it_opens_the_project_and_the_styles(served: str, client: TestClient, qgis: Qgis, tmp_path: Path) -> None:
    """The project reads, every layer is valid, tiles and figures are drawn in their colours, SLD loads without a word."""
    project = client.get(f"/ogc/qgis-project.qgs?collections={FIGURES}&crs=EPSG:3405")
    assert "toan-canh.qgs" in project.headers["content-disposition"]
    text = project.text.replace("http://toancanh.test", served)
    (tmp_path / "toan-canh.qgs").write_text(text, encoding="utf-8")
    kinds = {"cameras": "Point", "planning-zones": "Polygon", "provinces": "Polygon", FIGURES: "Polygon"}
    files: dict[str, str] = {}
    for name, kind in kinds.items():
        for form in ("sld10", "sld11"):
            style = "quantile" if name == FIGURES else "default"
            file = f"{name}-{form}.sld"
            (tmp_path / file).write_bytes(client.get(f"/ogc/collections/{name}/styles/{style}?f={form}").content)
            files[file] = kind
    found = qgis.run(OPEN, str(tmp_path), json.dumps(files))
    assert (found["read"], found["crs"], found["title"]) == (True, "EPSG:3405", "Toàn Cảnh")
    assert found["layers"]
    assert all(found["layers"].values()), found["layers"]
    assert {f"toancanh_{name.replace('-', '_')}_tiles" for name in ("cameras", "communes", "provinces")} <= set(
        found["layers"]
    )
    assert "toancanh_archipelagos_names" in found["layers"]
    assert "Bản đồ (mảnh vec-tơ)" in found["groups"]
    assert len(found["tiles"]) > 50
    legend = client.get("/api/indicators/HCC-04/legend?level=commune").json()
    assert {row["colour"] for row in legend["classes"]} <= set(found["figures"])
    for name, (good, message, colours) in found["sld"].items():
        assert good, name
        assert not message, name
        body = (tmp_path / name).read_text(encoding="utf-8")
        assert set(colours) <= set(re.findall(r"#[0-9a-f]{6}", body)), name
    assert found["sld"][f"{FIGURES}-sld11.sld"][2][:5] == [row["colour"] for row in legend["classes"]]
