"""Features: pages, boxes, filters and single items as GeoJSON, and a whole layer read by GDAL."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from floor import Form, Step
from harness import RATE, Bench, Goal, Row, get, interleaved, product, rate, timed
from recording import floor_server, replay

OURS = "/ogc/collections"


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    with psycopg.connect(bench.dsn) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM peer.points ORDER BY md5(id::text) LIMIT 300")]
        places = connection.execute(
            "SELECT ST_X(geom), ST_Y(geom) FROM peer.points ORDER BY md5(code) LIMIT 100"
        ).fetchall()
    boxes = [f"{x - 0.1:.4f},{y - 0.1:.4f},{x + 0.1:.4f},{y + 0.1:.4f}" for x, y in places]
    kinds = ["moi_truong", "giao_thong", "an_ninh", "ha_tang"]
    filters = [f"category = '{kind}' AND supporters > 5" for kind in kinds]
    both = (Goal(4, "tipg"), Goal(4, "pygeoapi"))
    questions: list[tuple[str, str, list[str], Sequence[Goal], str]] = [
        ("points, limit=100", "points", ["?limit=100"], (Goal(40, "tipg"), Goal(40, "pygeoapi")), ""),
        ("points, limit=1000", "points", ["?limit=1000"], (Goal(20, "tipg"), Goal(20, "pygeoapi")), ""),
        (
            "points, bbox, limit=100", "points", [f"?limit=100&bbox={box}" for box in boxes],
            (Goal(3.5, "tipg"), Goal(10, "pygeoapi")), "100 boxes of 0.2°; the product also counts what matches",
        ),
        ("communes, limit=100", "communes", ["?limit=100"], (Goal(0.9), Goal(10, "tipg")), ""),
        ("communes, limit=1000", "communes", ["?limit=1000"], (Goal(0.8),), ""),
        (
            "points, one item", "points", [f"/{one}" for one in ids], (Goal(4.5, "tipg"), Goal(8, "pygeoapi")), "",
        ),
        (
            "points, property filter, limit=100", "points", [f"?limit=100&category={kind}" for kind in kinds], both, "",
        ),
        (
            "points, CQL2, limit=100", "points",
            [f"?limit=100&filter={quote(text)}" for text in filters], (Goal(0.5),), "",
        ),
    ]  # fmt: skip
    rows = [_rates(bench, name, table, asked, goals=goals, note=note) for name, table, asked, goals, note in questions]
    return [*rows, *_gdal(bench)]


def _rates(bench: Bench, name: str, table: str, asked: list[str], *, goals: Sequence[Goal], note: str) -> Row:
    bench.say(f"items: {name}")
    collection = "citizen-reports" if table == "points" else table
    paths = [f"{OURS}/{collection}/items{one}" for one in asked]
    form: Form = "value" if "one item" in name else "rows"
    plan: dict[str, Step] = replay(bench, paths, form)
    candidates: dict[str, Callable[[], float | None]] = {}
    with product(bench) as at, floor_server(bench, plan) as below:
        candidates["product"] = partial(rate, at, paths, seconds=bench.seconds)
        candidates["floor"] = partial(rate, below, paths, seconds=bench.seconds)
        for peer, port in bench.peers.items():
            stem = "/collections/peer." if peer == "tipg" else "/collections/"
            theirs = [f"{stem}{table}/items{one}{'&' if '?' in one else '?'}f={_json(peer)}" for one in asked]
            candidates[peer] = partial(rate, port, theirs, seconds=bench.seconds)
        found = interleaved(candidates, bench.rounds)
    return Row(
        group="Features", name=name, unit=RATE, product=found.pop("product"), floor=found.pop("floor"), peers=found,
        goals=goals, note=note,
    )  # fmt: skip


def _json(peer: str) -> str:
    return "geojson" if peer == "tipg" else "json"


def _gdal(bench: Bench) -> list[Row]:
    """Every commune through OGC API Features into a GeoPackage, as QGIS or a script would."""
    if shutil.which("ogr2ogr") is None:
        bench.say("items: ogr2ogr is not installed, its row is left out")
        return []
    bench.say("items: ogr2ogr of all communes")
    with tempfile.TemporaryDirectory() as folder, product(bench) as at:
        local = Path(folder) / "communes.geojson"
        status, body, headers = get(at, f"{OURS}/communes/items?limit=10000", {"Accept-Encoding": "identity"})
        assert status == 200, headers
        local.write_bytes(body)
        sources = {"product": (f"OAPIF:http://127.0.0.1:{at}/ogc", "communes"), "file": (str(local), "")}
        for peer, port in bench.peers.items():
            name = "peer.communes" if peer == "tipg" else "communes"
            sources[peer] = (f"OAPIF:http://127.0.0.1:{port}", name)
        found = interleaved(
            {name: partial(_read, folder, source, layer) for name, (source, layer) in sources.items()}, bench.rounds
        )
    return [
        Row(
            group="Features", name="ogr2ogr of all 3,321 communes", unit="s", product=found.pop("product"),
            floor=found.pop("file"), peers=found, goals=[Goal(0.75, "pygeoapi")],
            note="floor: the same features from a local GeoJSON file",
        )
    ]  # fmt: skip


def _read(folder: str, source: str, layer: str) -> float | None:
    target = Path(folder) / "out.gpkg"
    target.unlink(missing_ok=True)
    options = ["-oo", "PAGE_SIZE=1000"] if source.startswith("OAPIF:") else []
    command = ["ogr2ogr", "-f", "GPKG", str(target), source, *([layer] if layer else []), *options, "-nln", "communes"]
    took = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    counted = subprocess.run(
        ["ogrinfo", "-so", str(target), "communes"], capture_output=True, text=True, check=False
    ).stdout
    return took if "Feature Count: 3321" in counted else None  # a peer that stops after page one took no time at all
