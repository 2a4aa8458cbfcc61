"""Vector tiles at their OGC addresses."""

from fastapi import FastAPI
from starlette.routing import Route

from services.tiles import tilesets
from services.tiles.answers import Shortcut, Tiles


def install(app: FastAPI) -> None:
    """Add the tiles to the application."""
    tiles = Tiles(app)
    app.add_middleware(Shortcut, tiles=tiles)
    here = "/ogc/collections/{collection}/tiles"
    for path, endpoint in (
        (here + "/WebMercatorQuad/{z}/{y}/{x}", tiles),
        (here, tilesets.tilesets),
        (here + "/{grid}", tilesets.tileset),
        ("/ogc/tileMatrixSets", tilesets.grids),
        ("/ogc/tileMatrixSets/{grid}", tilesets.one_grid),
    ):
        app.router.routes.append(Route(path, endpoint))
