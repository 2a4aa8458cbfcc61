"""Where each resource of the OGC API is answered."""

from __future__ import annotations

from starlette.routing import Route

from services.front import Front
from services.language import refuse_other
from services.ogc import documents, openapi
from services.ogc.links import ROOT, ZONED_ROOT
from services.ogc.offers import OFFERS
from services.ogc.systems import offer_zones

ROUTES = (
    ("/ogc", documents.landing),
    ("/ogc/", documents.landing),
    ("/ogc/conformance", documents.conformance),
    ("/ogc/openapi", openapi.definition),
    ("/ogc/collections", documents.all_collections),
    ("/ogc/collections/{collection}", documents.one_collection),
)


def install(app: Front) -> None:
    """Add the OGC API to the application."""
    # Plain routes: nothing here needs FastAPI's parsing of parameters, which costs more than the answer.
    add = app.router.routes.append
    app.serve_also(ZONED_ROOT, ROOT, offer_zones)
    app.check(lambda scope: refuse_other(scope, ROOT))
    app.state.described = tuple(offer.described for offer in OFFERS)
    for path, endpoint in ROUTES:
        add(Route(path, endpoint, methods=["GET"]))
    for offer in OFFERS:
        for path, first in offer.first:
            app.serve_first(path, first)
        for path, further, methods in offer.routes:
            add(Route(path, further, methods=list(methods)))
