"""The rasters that a viewer may know of, and where their files lie."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request

from layers.rasters import REVISION, Raster, of_row, select
from layers.viewer import Viewer
from services.database import Statement
from services.errors import NotFound, Unavailable
from services.rasters import folder

_STATEMENT = Statement(select())


async def rasters(request: Request, viewer: Viewer) -> list[Raster]:
    """Return the rasters the viewer may know of."""
    state = request.app.state
    revision = state.revisions[REVISION]
    kept: tuple[int, list[Raster]] | None = getattr(state, "rasters", None)
    if kept is None or kept[0] != revision:
        kept = revision, [of_row(row) for row in await state.reader.rows(_STATEMENT)]
        state.rasters = kept
    return [one for one in kept[1] if one.readable(viewer)]


async def raster(request: Request, name: str, viewer: Viewer) -> Raster:
    """Return one raster; NotFound for one that is not there or that the viewer may not know of."""
    for one in await rasters(request, viewer):
        if one.id == name:
            return one
    raise NotFound(f"Không có raster “{name[:80]}”.", f"There is no coverage “{name[:80]}”.")


def path_of(request: Request, one: Raster) -> Path:
    """Return where its file lies; Unavailable where it is gone."""
    path = folder(request.app.state.settings) / one.file
    if not path.is_file():
        raise Unavailable(
            f"Tệp của raster “{one.id}” không còn trong thư mục dữ liệu.",
            f"The file of the coverage “{one.id}” is not in the data folder.",
        )
    return path
