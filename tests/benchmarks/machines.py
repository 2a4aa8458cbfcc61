"""What programs ask for: series as environmental data, pictures, whole layers as files, rasters summed up by area."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import anyio
import geopandas
import numpy as np
import psycopg
import rasterio
import shapely
from anyio import to_thread
from exactextract import exact_extract
from figures import known
from floor import Step
from harness import RATE, Bench, Goal, Row, get, interleaved, latencies, product, rate, timed
from rasterio.transform import from_origin
from recording import floor_server

from services.ogc.processes import zonal
from services.ogc.processes.process import Work
from services.ogc.processes.shapes import Shapes

GROUP = "Programs"
FEEDS = "/ogc/collections"
TOGETHER = 10
MOST = 150
CELL = 0.01
WIDTH, HEIGHT = 1_150, 1_500  # of the raster: Viet Nam with its islands
SIZES = {"gpkg": "GeoPackage", "fgb": "FlatGeobuf", "csv": "CSV"}
DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "csv": "CSV"}


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    return [*_series(bench), *_pictures(bench), *_files(bench), *_rasters(bench)]


def _series(bench: Bench) -> list[Row]:
    """Ten indicators of one commune over two years as CoverageJSON: each commune once, then without end."""
    bench.say("programs: series as environmental data")
    codes = sorted({code for _, code, _ in known(bench)})[:TOGETHER]
    with psycopg.connect(bench.dsn) as connection:
        numbers = connection.execute("SELECT id FROM toancanh.indicator WHERE code = ANY(%s)", [codes]).fetchall()
        found = connection.execute(
            "SELECT code, id FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL ORDER BY md5(code) LIMIT %s",
            [MOST + 3],
        ).fetchall()
    stem = f"{FEEDS}/indicators/locations/{{}}?parameter-name={','.join(codes)}&datetime=2024-11/2026-10&f=covjson"
    paths = [stem.format(code) for code, _ in found]
    words = (
        "SELECT json_agg(f)::text FROM (SELECT indicator_id, period_start, value FROM floor.figure "
        "WHERE indicator_id = ANY(%(n)s) AND area_id = %(a)s ORDER BY 1, 2) f"
    )
    chosen = [number for (number,) in numbers]
    plan = {path: Step("value", words, {"n": chosen, "a": area}) for path, (_, area) in zip(paths, found, strict=True)}
    with product(bench) as at, floor_server(bench, plan) as below:
        latencies(at, paths[MOST : MOST + 3])
        latencies(below, paths[:3])
        first, sizes = latencies(at, paths[:MOST])
        floor, _ = latencies(below, paths[:MOST])
        again = rate(at, paths[:MOST], seconds=bench.seconds)
    return [
        Row(
            group=GROUP, name=f"EDR: {TOGETHER} indicators of a commune, two years", unit="ms",
            product=statistics.median(first), floor=statistics.median(floor),
            note=f"CoverageJSON, {statistics.median(sizes) / 1000:.1f} kB on the wire; floor: text made by the database from a narrow table",
        ),
        Row(group=GROUP, name="the same, asked for again", unit=RATE, product=again),
    ]  # fmt: skip


def _pictures(bench: Bench) -> list[Row]:
    """The choropleth of a province and of the nation as PNG, each picture asked for once."""
    bench.say("programs: pictures")
    slices = known(bench)[: 8 if bench.quick else 40]
    rows = []
    with product(bench) as at:
        for name, within, size, goal in (
            ("map image of a province by commune, 800 × 600, with legend", "68", "width=800&height=600", 150),
            ("map image of the nation by commune, 1,200 × 900", "", "width=1200&height=900", None),
        ):
            paths = [
                f"{FEEDS}/indicator-{code.lower()}/map?level=commune&datetime={period}&{size}"
                + (f"&within={within}&legend=true" if within else "")
                for _, code, period in slices
            ]
            latencies(at, paths[:2])
            found, sizes = latencies(at, paths[2:])
            rows.append(
                Row(
                    group=GROUP, name=name, unit="ms", product=statistics.median(found),
                    goals=[Goal(goal, "")] if goal else (), note=f"PNG, {statistics.median(sizes) / 1000:.0f} kB",
                )
            )  # fmt: skip
    return rows


def _files(bench: Bench) -> list[Row]:
    """Every commune as a file, against ogr2ogr on the database itself."""
    if shutil.which("ogr2ogr") is None:
        bench.say("programs: ogr2ogr is not installed, its rows are left out")
        return []
    bench.say("programs: whole layers as files")
    rows = []
    with tempfile.TemporaryDirectory() as folder, product(bench) as at:
        for form, name in SIZES.items():
            path = f"{FEEDS}/communes/items?limit=10000&f={form}"
            candidates: dict[str, Callable[[], float | None]] = {
                "product": lambda path=path: timed(lambda: _fetched(at, path)),  # type: ignore[misc]
                "floor": partial(_dumped, bench, Path(folder), form),
            }
            found = interleaved(candidates, bench.rounds)
            rows.append(
                Row(
                    group=GROUP, name=f"all 3,321 communes as {name}", unit="s", product=found["product"],
                    floor=found["floor"], note="floor: ogr2ogr from the database to a local file, no server",
                )
            )  # fmt: skip
    return rows


def _fetched(at: int, path: str) -> None:
    status, body, _ = get(at, path, {"Accept-Encoding": "identity"})
    assert status == 200, body[:200]


def _dumped(bench: Bench, folder: Path, form: str) -> float:
    target = folder / f"floor.{form}"
    target.unlink(missing_ok=True)
    words = "SELECT * FROM peer.communes"
    command = ["ogr2ogr", "-f", DRIVERS[form], str(target), f"PG:{bench.dsn}", "-sql", words, "-nln", "communes"]
    if form == "csv":
        command += ["-lco", "GEOMETRY=AS_WKT"]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def _rasters(bench: Bench) -> list[Row]:
    """Means and extremes of a raster in every commune: the process's own work against exactextract alone."""
    bench.say("programs: zonal statistics")
    with psycopg.connect(bench.dsn) as connection:
        found = connection.execute(
            "SELECT ST_AsBinary(geom) FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL AND geom IS NOT NULL"
        ).fetchall()
    outlines = shapely.from_wkb([bytes(row[0]) for row in found])
    wanted = ["mean", "min", "max", "count"]
    work = cast(Work, SimpleNamespace(check=lambda: None, tell=_untold))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heights.tif"
        _raster(path)
        frame = geopandas.GeoDataFrame(geometry=outlines, crs=4326)
        shapes = Shapes([{} for _ in outlines], np.asarray(outlines, dtype=object))
        took = interleaved(
            {
                "product": lambda: timed(lambda: anyio.run(_summed, work, path, shapes, wanted)),
                "exactextract": lambda: timed(lambda: exact_extract(str(path), frame, wanted, output="pandas")),
            },
            bench.rounds,
        )
    return [
        Row(
            group=GROUP, name=f"zonal statistics of {len(outlines):,} communes", unit="s", product=took["product"],
            peers={"exactextract": took["exactextract"]}, goals=[Goal(1.1, "exactextract")],
            note=f"{WIDTH:,} × {HEIGHT:,} cells; what is asked for is looked at every 256 areas, so that a job can stop",
        )
    ]  # fmt: skip


async def _summed(work: Work, path: Path, shapes: Shapes, wanted: list[str]) -> None:
    await to_thread.run_sync(zonal.statistics, work, path, 1, shapes, wanted)


async def _untold(_: float) -> None:
    """Tell nobody."""


def _raster(path: Path) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=1, dtype="float32", crs="EPSG:4326",
        transform=from_origin(102, 24, CELL, CELL), nodata=-9999, tiled=True, compress="deflate",
    ) as made:  # fmt: skip
        made.write(np.random.default_rng(68).normal(500, 200, (HEIGHT, WIDTH)).astype("float32"), 1)
