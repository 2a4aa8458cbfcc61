"""Vector tiles: made anew against the same SQL behind almost nothing, then from memory."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import psycopg
from floor import Step
from harness import (
    CONNECTIONS,
    RATE,
    Bench,
    Goal,
    Row,
    drained,
    get,
    interleaved,
    latencies,
    product,
    rate,
    shuffled,
)
from recording import floor_server, replay

from services.cluster import find_postgresql

MOST = 400  # tiles of one set; more would measure the disk
GRID = "WebMercatorQuad"

# Name, collection, peers' table, zooms, factor of the floor to reach.
SETS = (
    ("communes z8–12", "communes", range(8, 13)),
    ("communes z5–7", "communes", range(5, 8)),
    ("zones z9–13", "planning-zones", range(9, 14)),
    ("points z12–15", "citizen-reports", range(12, 16)),
)
PEER_TABLES = {"communes": "communes", "planning-zones": "zones", "citizen-reports": "points"}


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    rows = []
    with psycopg.connect(bench.dsn) as connection:
        for name, collection, zooms in SETS:
            rows.append(_made(bench, name, collection, places(connection, collection, zooms)))
        low = places(connection, "citizen-reports", range(8, 10))
        every = places(connection, "communes", range(4, 11), most=10**6)
    return [*rows, *_cells(bench, low), *_kept(bench, "communes"), _regenerated(bench, every)]


def places(
    connection: psycopg.Connection[tuple[float, ...]], collection: str, zooms: Sequence[int], most: int = MOST
) -> list[tuple[int, int, int]]:
    """Return (z, y, x) of tiles that hold something, as many of each zoom as there are up to `most` in all."""
    table = f"peer.{PEER_TABLES[collection]}"
    if collection == "communes" and max(zooms) <= 10:  # every tile that an outline's box touches
        boxes = np.array(
            connection.execute(
                f"SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM {table}"
            ).fetchall()
        )
    else:
        points = np.array(
            connection.execute(
                f"SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM {table} "
                "ORDER BY md5(id::text) LIMIT 4000) few"
            ).fetchall()
        )
        boxes = np.hstack([points, points])
    found: list[str] = []
    for z in zooms:
        west, north = _column(boxes[:, 0], z), _row(boxes[:, 3], z)
        east, south = _column(boxes[:, 2], z), _row(boxes[:, 1], z)
        here = {
            f"{z} {y} {x}"
            for w, n, e, s in zip(west, north, east, south, strict=True)
            for x in range(w, e + 1)
            for y in range(n, s + 1)
        }
        found += shuffled(here, most // len(zooms))
    return [tuple(map(int, one.split())) for one in found]  # type: ignore[misc]


def _column(lon: np.ndarray, z: int) -> np.ndarray:
    return ((lon + 180) / 360 * 2**z).astype(int)


def _row(lat: np.ndarray, z: int) -> np.ndarray:
    bent = np.arcsinh(np.tan(np.radians(lat)))
    return ((1 - bent / np.pi) / 2 * 2**z).astype(int)


def ours(collection: str, tiles: Sequence[tuple[int, int, int]]) -> list[str]:
    """Return the product's addresses of tiles."""
    day = "&datetime=2025-07-01" if collection == "communes" else ""
    return [f"/ogc/collections/{collection}/tiles/{GRID}/{z}/{y}/{x}?f=mvt{day}" for z, y, x in tiles]


def _theirs(peer: str, collection: str, tiles: Sequence[tuple[int, int, int]]) -> list[str]:
    table = PEER_TABLES[collection]
    if peer == "tipg":
        return [f"/collections/peer.{table}/tiles/{GRID}/{z}/{x}/{y}" for z, y, x in tiles]
    return [f"/collections/{table}/tiles/{GRID}/{z}/{y}/{x}?f=mvt" for z, y, x in tiles]


def _made(bench: Bench, name: str, collection: str, tiles: Sequence[tuple[int, int, int]]) -> Row:
    """Tiles made anew: the product with an empty memory, the floor with the product's own SQL."""
    bench.say(f"tiles: {name}, {len(tiles)} tiles")
    paths = ours(collection, tiles)
    plan = replay(bench, paths, "tile")
    with product(bench, TOANCANH_TILE_CACHE_MB="0") as at, floor_server(bench, plan) as below:
        candidates: dict[str, Callable[[], float | None]] = {
            "product": partial(rate, at, paths, seconds=bench.seconds),
            "floor": partial(rate, below, paths, seconds=bench.seconds),
        }
        found = interleaved(candidates, bench.rounds)
    peers = {peer: _peer_rate(bench, peer, port, collection, tiles) for peer, port in bench.peers.items()}
    note = ""
    if name == SETS[0][0]:
        peers["pgbench"] = _pgbench(bench, plan)
        note = "pgbench runs the same SQL without HTTP and gzip"
    return Row(
        group="Tiles", name=name, unit=RATE, product=found["product"], floor=found["floor"], peers=peers,
        goals=[Goal(0.9)], note=note,
    )  # fmt: skip


def _peer_rate(
    bench: Bench, peer: str, port: int, collection: str, tiles: Sequence[tuple[int, int, int]]
) -> float | None:
    paths = _theirs(peer, collection, tiles)
    if peer == "tipg":
        return rate(port, paths, seconds=bench.seconds)
    if collection != "communes" or tiles[0][0] < 8:
        return None  # it uses no index: seconds for a tile, and nothing new to learn from them
    few = paths[:: len(paths) // 8][:8]
    return len(few) / drained(port, few)  # asked for less than a timed load leaves no work behind in the server


def _pgbench(bench: Bench, plan: Mapping[str, Step]) -> float | None:
    """Return tiles per second of the database alone, 8 clients."""
    program = find_postgresql() / "pgbench"
    if not program.exists():
        return None
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(bench.dsn) as connection:
        cursor = psycopg.ClientCursor(connection)
        scripts = []
        for number, step in enumerate(list(plan.values())[:100]):
            script = Path(folder) / f"{number}.sql"
            script.write_text(cursor.mogrify(step.text, step.values).replace("\n", " ") + ";\n")
            scripts += ["-f", str(script)]
        command = [
            str(program), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-T", str(round(bench.seconds)),
            *scripts, bench.dsn,
        ]  # fmt: skip
        options = {"PGOPTIONS": "-c search_path=public,toancanh"}
        answer = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**bench.environment(), **options}
        )
    lines = [line for line in answer.stdout.splitlines() if line.startswith("tps =")]
    return float(lines[0].split()[2]) if lines else None


def _cells(bench: Bench, tiles: Sequence[tuple[int, int, int]]) -> list[Row]:
    """Points at low zooms: gathered in cells, one request at a time."""
    bench.say("tiles: points z8–9 as cells")
    paths = ours("citizen-reports", tiles[: 40 if bench.quick else 150])
    with product(bench, TOANCANH_TILE_CACHE_MB="0") as at:
        latencies(at, paths[:10])
        times, sizes = latencies(at, paths)
    peers: dict[str, float | None] = {}
    if "tipg" in bench.peers:
        theirs = _theirs("tipg", "citizen-reports", tiles[:5])
        peers["tipg"] = statistics.median(latencies(bench.peers["tipg"], theirs)[0])
    return [
        Row(
            group="Tiles", name="points z8–9 as cells, one tile", unit="ms", product=statistics.median(times),
            peers=peers, goals=[Goal(10, "")], note=f"slowest {max(times):.1f} ms; tipg sends every point",
        ),
        Row(
            group="Tiles", name="points z8–9 as cells, largest tile", unit="kB gz", product=max(sizes) / 1000,
            goals=[Goal(25, "")],
        ),
    ]  # fmt: skip


def _kept(bench: Bench, collection: str) -> list[Row]:
    """Tiles at hand: whole, and unchanged (304)."""
    bench.say("tiles: from memory")
    with psycopg.connect(bench.dsn) as connection:
        tiles = places(connection, collection, range(8, 13))[:200]
    paths = ours(collection, tiles)
    rows = []
    with product(bench) as at:
        answers = {path: get(at, path) for path in paths}
        answers = {path: answer for path, answer in answers.items() if answer[0] == 200}
        paths = list(answers)
        plan = {
            path: Step("bytes", body=body, etag=headers["etag"].encode(), media_type=headers["content-type"].encode())
            for path, (_, body, headers) in answers.items()
        }
        with floor_server(bench, plan) as below:
            for name, some, headers in (
                ("a tile from memory, gzip", paths, {}),
                ("a tile unchanged, 304", paths[:1], {"If-None-Match": answers[paths[0]][2]["etag"]}),
            ):
                found = interleaved(
                    {
                        "product": partial(rate, at, some, seconds=bench.seconds, headers=headers),
                        "floor": partial(rate, below, some, seconds=bench.seconds, headers=headers),
                    },
                    bench.rounds,
                )
                rows.append(
                    Row(
                        group="Tiles",
                        name=name,
                        unit=RATE,
                        product=found["product"],
                        floor=found["floor"],
                        goals=[Goal(0.8)],
                    )
                )
    return rows


def _regenerated(bench: Bench, tiles: Sequence[tuple[int, int, int]]) -> Row:
    """Every commune tile of the country anew, as after a change of boundaries."""
    bench.say(f"tiles: all {len(tiles)} commune tiles z4–10 anew")
    paths = ours("communes", tiles)
    plan = replay(bench, paths, "tile")
    with product(bench) as at, floor_server(bench, plan) as below:
        found = {"floor": drained(below, paths), "product": drained(at, paths)}
    return Row(
        group="Tiles", name=f"all {len(tiles)} commune tiles z4–10 made anew", unit="s", product=found["product"],
        floor=found["floor"], goals=[Goal(5, "")],
    )  # fmt: skip
