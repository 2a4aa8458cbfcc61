"""The same reads with more than 100 million observations: what a screen asks for must not grow with history. On request only."""

from __future__ import annotations

import statistics
from dataclasses import replace

import psycopg
from data import FULL, HISTORY, filled
from figures import known
from harness import Bench, Goal, Row, latencies, product

from services import cluster as clusters

GROUP = "A hundred million observations"
MOST = 240
GROWTH = 1.5


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group: the product beside itself with 24 months, each address asked for the first time."""
    cluster = clusters.private_cluster(bench.folder, durable=False)
    size = replace(HISTORY, indicators=8, months=48) if bench.quick else HISTORY
    long = replace(bench, url=filled(cluster, size=size, name="bench_history", say=bench.say))
    paths = _paths(bench)
    few, many = _medians(bench, paths), _medians(long, paths)
    months = FULL.months
    return [
        Row(
            group=GROUP, name=name, unit="ms", product=many[name], floor=few[name], goals=[Goal(GROWTH)],
            note=f"{size.figures:,} observations, {size.months} months; floor: the product with {months} months"
            + (", whose line is that much shorter" if name.startswith("series") else ""),
        )
        for name in paths
    ]  # fmt: skip


def _paths(bench: Bench) -> dict[str, list[str]]:
    slices = known(bench)[:MOST]
    with psycopg.connect(bench.dsn) as connection:
        found = connection.execute(
            "SELECT code FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL ORDER BY md5(code) LIMIT %s",
            (MOST,),
        )
        communes = [row[0] for row in found]
    stem = "/api/indicators/{}/{}?level=commune&within={}&period={}"
    return {
        "slice of the nation": [stem.format(code.lower(), "values", "VN", period) for _, code, period in slices],
        "slice of a province": [stem.format(code.lower(), "values", "68", period) for _, code, period in slices],
        "slice of a province as known on a day": [
            stem.format(code.lower(), "values", "68", period) + "&known=2026-11-15" for _, code, period in slices
        ],
        "ranking of a province": [stem.format(code.lower(), "ranking", "68", period) for _, code, period in slices],
        "series of a commune": [
            f"/api/indicators/{code.lower()}/series?area={commune}"
            for (_, code, _), commune in zip(slices, communes, strict=False)
        ],
        "profile of a commune": [f"/api/areas/{commune}/figures" for commune in communes],
    }


def _medians(bench: Bench, paths: dict[str, list[str]]) -> dict[str, float]:
    found = {}
    with product(bench) as port:
        for name, asked in paths.items():
            latencies(port, asked[:8])  # connections and plans
            times, _ = latencies(port, asked[8:])
            found[name] = statistics.median(times)
    return found
