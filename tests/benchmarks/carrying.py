"""Figures carried across the reform: the nation at once against tobler, and one province through a lens."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import peers
from harness import PROJECT, Bench, Goal, Row, timed

from boundaries.approximate import approximate_areas
from boundaries.carry import Links, carry
from boundaries.detective import examine, resolve
from boundaries.succession import common_ground

GROUP = "Time"
MONTHS = 36
FEWEST = 1_500  # people; a commune published with fewer has lost digits

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
    told_by_census = _census(bench, old, new, links)
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
        *told_by_census,
    ]  # fmt: skip


def _census(bench: Bench, old: geopandas.GeoDataFrame, new: geopandas.GeoDataFrame, links: Links) -> list[Row]:
    """The census of 2009 on today's communes against the population published in 2025, where the data lie beside us."""
    folder = PROJECT.parent / "shared" / "data" / "indicators"
    if not folder.is_dir():
        bench.say("time: the census is not beside the project")
        return []
    census = pd.read_csv(folder / "commune_2009_census_population.csv", dtype=str, keep_default_na=False)
    table = census[["area_code", "area_name"]]
    tied = resolve(table, examine(table), "former")
    rows = pd.DataFrame({"code": tied.code, "value": pd.to_numeric(census.value, errors="coerce")})
    sums = rows[(tied.level == "commune") & rows.value.notna()].groupby("code").value.sum()
    mine = old[old.code.isin(sums.index)]
    figures = _figures(mine.index.to_numpy(), 1).assign(value=mine.code.map(sums).to_numpy())
    carried = carry(figures, links, "sum").set_index("area_id")
    published = pd.read_csv(folder / "commune_2025_population_area.csv", dtype=str)
    published = published[published.indicator == "population"].set_index("area_code").value.astype(float)
    ratio = (new.code.map(published) / carried.value.reindex(new.index)).replace([np.inf, 0], np.nan).dropna()
    order = np.log(ratio).abs().sort_values(ascending=False).index[:20]
    bench.say(f"census: {len(figures):,} former communes tied, {len(ratio):,} present ones compared; the worst twenty:")
    lost = 0
    for number in order:
        now, then = float(published[new.code[number]]), float(carried.value[number])
        why = "published figure has lost digits" if now < FEWEST else "divided or founded since the census"
        lost += now < FEWEST
        bench.say(
            f"  {new.full_name[number]}: {then:,.0f} → {now:,.0f}, {why} (estimated {carried.estimated[number]:.0%})"
        )
    note = (
        f"middle half {ratio.quantile(0.25):.2f}–{ratio.quantile(0.75):.2f}; of the worst twenty {lost} are lost digits"
    )
    return [
        Row(
            group=GROUP,
            name="population 2025 ÷ census 2009 carried, median",
            unit="×",
            product=ratio.median(),
            note=note,
        )
    ]


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
