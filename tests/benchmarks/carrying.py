"""Figures carried across the reform: the nation at once against tobler, and one province through a lens."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import peers
from harness import Bench, Goal, Row, timed

from boundaries.approximate import approximate_areas
from boundaries.carry import Links, carry
from boundaries.succession import common_ground

GROUP = "Time"
MONTHS = 36

# Reads the same outlines and figures, and times the interpolation alone.
_TOBLER = """
import json, sys, time, geopandas
from tobler.area_weighted import area_interpolate
old, new = (geopandas.read_file(sys.argv[1], layer=name) for name in ("old", "new"))
begun = time.perf_counter()
made = area_interpolate(old, new, extensive_variables=["people"])
print(json.dumps({"seconds": time.perf_counter() - begun, "total": float(made["people"].sum())}))
"""


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    bench.say("time: outlines of both structures")
    areas = approximate_areas()
    communes = areas[areas.level == "commune"]
    old, new = (
        communes[communes.valid_to.notna()].reset_index(drop=True),
        communes[communes.valid_to.isna()].reset_index(drop=True),
    )
    figures = _figures(np.arange(len(old)), 1)
    bench.say("time: the nation carried")
    overlay: list[pd.DataFrame] = []
    seconds = timed(lambda: overlay.append(common_ground(old.geometry, new.geometry)))
    links = _links(overlay[-1])
    made: list[pd.DataFrame] = []
    alone = min(timed(lambda: made.append(carry(figures, links, "sum"))) for _ in range(3))
    lost = abs(float(made[-1].partial.sum()) - float(figures.value.sum()))
    home = links.reaching(new.index[new.province_code == "68"].tolist()).reversed()
    months = _figures(np.unique(home.source), MONTHS)
    lens = min(timed(lambda: carry(months, home, "sum")) for _ in range(3))
    peer, total = _tobler(bench, old.assign(people=figures.value), new)
    told = (
        f"tobler's total is off by {abs(total - figures.value.sum()):.3g}, ours by {lost:g}"
        if total
        else "tobler was skipped"
    )
    return [
        Row(
            group=GROUP, name="10,040 figures → 3,321 communes, from outlines", unit="s", product=seconds + alone,
            peers={"tobler": peer}, goals=[Goal(2, "tobler")], note=told,
        ),
        Row(group=GROUP, name="the same along the links that are kept", unit="ms", product=alone * 1000, note="what a request pays"),
        Row(
            group=GROUP, name=f"a province by its former communes, {MONTHS} months", unit="ms", product=lens * 1000,
            note=f"{len(home.source)} links; without reading",
        ),
    ]  # fmt: skip


def _figures(ids: np.ndarray, periods: int) -> pd.DataFrame:
    chance = np.random.default_rng(7)
    count = len(ids) * periods
    return pd.DataFrame(
        {
            "area_id": np.repeat(ids, periods),
            "period": np.tile(np.arange(periods), len(ids)),
            "value": chance.integers(500, 30_000, count).astype(float),
            "numerator": np.nan,
            "denominator": np.nan,
            "blank": None,
        }
    )


def _links(ground: pd.DataFrame) -> Links:
    unknown = np.full(len(ground), np.nan)
    return Links(
        source=ground.old_id.to_numpy(), target=ground.new_id.to_numpy(), area=ground.km2.to_numpy(),
        population=unknown, published=unknown,
    )  # fmt: skip


def _tobler(
    bench: Bench, old: geopandas.GeoDataFrame, new: geopandas.GeoDataFrame
) -> tuple[float | None, float | None]:
    if reason := peers.install("tobler", bench.folder, bench.say):
        bench.say(reason)
        return None, None
    path = Path(bench.folder) / "carrying.gpkg"
    old[["people", "geometry"]].to_file(path, layer="old")
    new[["code", "geometry"]].to_file(path, layer="new")
    python = bench.folder / "peers" / "tobler" / "bin" / "python"
    bench.say("time: tobler")
    done = subprocess.run([python, "-c", _TOBLER, path], capture_output=True, text=True, timeout=600, check=False)
    path.unlink()
    if done.returncode:
        bench.say(f"tobler: {done.stderr.strip().splitlines()[-1]}")
        return None, None
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return found["seconds"], found["total"]
