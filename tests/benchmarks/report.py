"""The table of a run: on the terminal, and as the page of the documents."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import psycopg
from harness import Goal, Row
from rich.console import Console
from rich.table import Table


def number(value: float | None) -> str:
    """Write a number with three figures that mean something."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def ratio(row: Row) -> str:
    """Product against floor, else nothing."""
    if row.product is None or not row.floor:
        return "–"
    return f"{row.product / row.floor:.2f}"


def peers(row: Row) -> str:
    """The peers' numbers in one cell."""
    return ", ".join(f"{name} {number(value)}" for name, value in row.peers.items() if value is not None) or "–"


def goals(row: Row) -> str:
    """The goals in one cell."""
    sign = "≥" if row.more_is_better else "≤"

    def one(goal: Goal) -> str:
        return f"{sign} {goal.factor:g}" + (f" × {goal.against}" if goal.against else f" {row.unit}")

    return ", ".join(map(one, row.goals)) or "–"


def met(row: Row) -> str:
    """Yes, no, or nothing to say."""
    return {True: "yes", False: "no", None: "–"}[row.met()]


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the table."""
    table = Table(title="Toàn Cảnh: floor, peers and product in one run", header_style="bold", title_justify="left")
    for name in ("measurement", "unit"):
        table.add_column(name)
    for name in ("floor", "peers", "product", "÷ floor"):
        table.add_column(name, justify="right")
    table.add_column("goal")
    table.add_column("met")
    for _, members in groupby(rows, key=lambda row: row.group):
        listed = list(members)
        table.add_section()
        table.add_row(f"[bold]{listed[0].group}[/]")
        for row in listed:
            colour = {"yes": "green", "no": "red", "–": "dim"}[met(row)]
            table.add_row(
                f"  {row.name}", row.unit, number(row.floor), peers(row), f"[bold]{number(row.product)}[/]", ratio(row),
                goals(row), f"[{colour}]{met(row)}[/]",
            )  # fmt: skip
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"  [dim]{row.name}: {row.note}[/]")


def machine(url: str) -> list[tuple[str, str]]:
    """Return what the numbers depend on: processors, memory, load, versions."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    assert found
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    names = ("psycopg", "uvicorn", "starlette", "shapely", "geopandas")
    return [
        ("Date", f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"),
        ("Commit", commit.stdout.strip() or "–"),
        ("Machine", f"{os.cpu_count()} × {model}, {memory:.0f} GB, {platform.platform()}"),
        ("Load when it began", f"{os.getloadavg()[0]:.1f} (a busy machine makes every number worse)"),
        ("Database", f"PostgreSQL {found[0].split()[0]}, PostGIS {found[1]}"),
        ("Python", ", ".join([platform.python_version(), *(f"{name} {version(name)}" for name in names)])),
        ("Peers", "tipg 1.6.1, pygeoapi 0.21.0, each in an environment of its own, one uvicorn worker"),
    ]


HEAD = """# Benchmarks

Made by `make bench`; do not edit. Floor, peers and product are measured side by side in one run, in turns, with 8
connections where the unit is requests per second; medians. **Floor** is the product's own SQL behind the thinnest
handler there is (plain ASGI, psycopg, uvicorn), or what the row says. Goals are ratios to the floor or to a peer of the
same run, or fixed numbers; the absolute numbers are this machine's.
"""


def page(rows: Sequence[Row], facts: Sequence[tuple[str, str]], skipped: Sequence[str], data: str) -> str:
    """Write the page."""
    lines = [HEAD, *(f"- {name}: {value}" for name, value in facts), f"- Data: {data}"]
    lines += [f"- {one}" for one in skipped]
    for _, members in groupby(rows, key=lambda row: row.group):
        listed = list(members)
        lines += [
            "", f"## {listed[0].group}", "",
            "| measurement | unit | floor | peers | product | product ÷ floor | goal | met |",
            "|---|---|---:|---|---:|---:|---|---|",
        ]  # fmt: skip
        for row in listed:
            cells = (row.name, row.unit, number(row.floor), peers(row), f"**{number(row.product)}**", ratio(row))
            lines.append(f"| {' | '.join((*cells, goals(row), met(row)))} |")
        notes = [f"- {row.name}: {row.note}" for row in listed if row.note]
        lines += ["", *notes] if notes else []
    known = [row.met() for row in rows]
    lines += ["", f"Goals met: {known.count(True)} of {known.count(True) + known.count(False)}."]
    return "\n".join(lines) + "\n"
