"""Vector tiles at their OGC addresses."""

from services.front import Front
from services.tiles.answers import Tiles


def install(app: Front) -> None:
    """Add the tiles themselves to the application; their descriptions are among the offers of the OGC API."""
    made = Tiles(app)
    app.serve_at_hand(made.at_hand)
    app.serve_first("/ogc/collections/{collection}/tiles/{grid}/{z}/{y}/{x}", made.answer)
