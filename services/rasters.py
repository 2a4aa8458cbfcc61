"""The rasters that are kept: a file in the data folder and a row each."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from geo.errors import Problem
from geo.raster import take_in
from layers.catalogue import catalogue
from layers.rasters import Raster, of_row, raster, select
from layers.viewer import Role
from services.settings import Settings


def folder(settings: Settings) -> Path:
    """Return where the files of rasters lie."""
    return settings.data / "rasters"


def add(
    connection: Connection,
    settings: Settings,
    source: Path,
    *,
    id: str,
    title: str,
    title_en: str = "",
    description: str = "",
    description_en: str = "",
    origin: str = "",
    licence: str = "",
    units: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    readers: Role = "public",
    sample: bool = False,
    crs: str | None = None,
) -> Raster:
    """Keep a raster under an id, instead of the one that had it; `units` and `names` are of the bands in order."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", id) or id in catalogue or id.startswith("indicator-"):
        raise Problem(
            f"Mã “{id[:60]}” phải gồm chữ thường a–z, số và dấu gạch, và chưa là tên của lớp nào.",
            f"The id “{id[:60]}” must be of a–z, digits and hyphens, and of no layer.",
        )
    home = folder(settings)
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{id}.adding.tif"
    try:
        grid = take_in(source, path, crs=crs)
        file = f"{id}-{grid.checksum[:12]}.tif"
        bands = [dict(band) for band in grid.bands]
        for band, name in zip(bands, names, strict=False):
            band["name"] = name
        for band, unit in zip(bands, units, strict=False):
            band["unit"] = unit
        values = asdict(grid) | {
            "id": id, "title": title, "title_en": title_en or title, "description": description,
            "description_en": description_en or description, "source": origin or source.name, "licence": licence,
            "readers": readers, "sample": sample, "file": file, "transform": list(grid.transform),
            "box": list(grid.box), "bands": bands,
        }  # fmt: skip
        before = {one.file for one in listed(connection) if one.id == id}
        statement = insert(raster).values(values)
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
        path.rename(home / file)
    finally:
        path.unlink(missing_ok=True)
    for old in before - {file}:
        (home / old).unlink(missing_ok=True)
    return next(one for one in listed(connection) if one.id == id)


def listed(connection: Connection) -> list[Raster]:
    """Return every raster, by title."""
    return [of_row(row) for row in connection.execute(select())]


def remove(connection: Connection, settings: Settings, id: str) -> Raster:
    """Remove a raster with its file; Problem where there is none of the id."""
    found = next((one for one in listed(connection) if one.id == id), None)
    if found is None:
        raise Problem(f"Không có raster “{id[:60]}”.", f"There is no raster “{id[:60]}”.")
    connection.execute(delete(raster).where(raster.c.id == id))
    (folder(settings) / found.file).unlink(missing_ok=True)
    return found
