"""Measure floor, peers and product side by side: `python tests/benchmarks/run.py [--quick] [--only tiles,items]`."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import time
import traceback

import peers
from data import FULL, QUICK, filled
from harness import PROJECT, Bench, Row
from report import machine, page, show
from rich.console import Console
from sqlalchemy import make_url

from services import cluster as clusters

GROUPS = ("tiles", "items", "figures", "writing", "machines", "browser", "geometry", "carrying", "start")
ON_REQUEST = (
    "designs",
    "history",
)  # minutes to fill and tens of gigabytes: their figures stand in the decision records
FOLDER = PROJECT / ".data" / "bench"
PAGE = PROJECT / "docs" / "benchmarks.md"


def main() -> int:
    """Run the bench; returns 1 when a group failed."""
    options = _options()
    console = Console()
    if not console.is_terminal:
        console = Console(width=190)
    begun = time.monotonic()
    chosen = options.only.split(",") if options.only else list(GROUPS)
    rows: list[Row] = []
    skipped: list[str] = []
    failed = False
    FOLDER.mkdir(parents=True, exist_ok=True)

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:5.0f} s[/]  {text}")

    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(clusters.running(clusters.private_cluster(FOLDER, durable=False)))
        size, name = (QUICK, "bench_quick") if options.quick else (FULL, "bench_full")
        url = filled(cluster, size=size, name=name, say=say)
        facts = machine(url.replace("postgresql+psycopg", "postgresql"))
        bench = Bench(
            url=url, quick=options.quick, seconds=1 if options.quick else 2, rounds=1 if options.quick else 3,
            folder=FOLDER, say=say, peers={},
        )  # fmt: skip
        ports: dict[str, int] = {}
        for name in peers.SERVERS if {"tiles", "items"} & set(chosen) and not options.no_peers else ():
            reason = peers.install(name, FOLDER, say)
            if reason is None:
                try:
                    ports[name] = stack.enter_context(peers.running(name, bench, cluster, str(make_url(url).database)))
                except Exception as error:
                    reason = f"{name}: skipped, it does not start here ({error})"
            if reason:
                skipped.append(reason)
                say(reason)
        bench = Bench(**{**vars(bench), "peers": ports})
        for group in chosen:
            try:
                rows += importlib.import_module(group).measure(bench)
            except Exception as error:  # the other groups are still worth their time
                failed = True
                skipped.append(f"{group}: failed, {error}")
                console.print(f"[red]{group} failed[/]\n{traceback.format_exc()}")
    show(rows, console)
    for reason in skipped:
        console.print(f"[yellow]{reason}[/]")
    console.print(f"{time.monotonic() - begun:.0f} s in all")
    if options.quick or options.only:
        console.print("[dim]docs/benchmarks.md is written by a whole run only.[/]")
    else:
        data = (
            f"3,321 communes, {FULL.points:,} points, {FULL.zones:,} zones, "
            f"{FULL.indicators} × 3,321 × {FULL.months} = {FULL.figures:,} observations"
        )
        PAGE.write_text(page(rows, facts, skipped, data))
        console.print(f"Written: {PAGE.relative_to(PROJECT)}")
    return int(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less data, one short round: does the bench work?")
    parser.add_argument("--only", default="", help=f"groups, with commas: {', '.join(GROUPS + ON_REQUEST)}")
    parser.add_argument("--no-peers", action="store_true", help="leave tipg and pygeoapi out")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
