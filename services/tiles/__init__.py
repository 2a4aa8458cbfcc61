"""Vector tiles at their OGC addresses."""

from starlette.routing import Route

from services.front import Front
from services.tiles import tilesets
from services.tiles.answers import Tiles


def install(app: Front) -> None:
    """Add the tiles to the application."""
    here = "/ogc/collections/{collection}/tiles"
    made = Tiles(app)
    app.serve_at_hand(made.at_hand)
    app.serve_first(here + "/WebMercatorQuad/{z}/{y}/{x}", made.answer)
    for path, endpoint in (
        (here, tilesets.tilesets),
        (here + "/{grid}", tilesets.tileset),
        ("/ogc/tileMatrixSets", tilesets.grids),
        ("/ogc/tileMatrixSets/{grid}", tilesets.one_grid),
    ):
        app.router.routes.append(Route(path, endpoint))
