"""Where each resource of the OGC API is answered."""

from __future__ import annotations

from starlette.routing import Route

from services.front import Front
from services.ogc import documents, features, openapi, processes

ROUTES = (
    ("/ogc", documents.landing),
    ("/ogc/", documents.landing),
    ("/ogc/conformance", documents.conformance),
    ("/ogc/openapi", openapi.definition),
    ("/ogc/processes", processes.processes),
    ("/ogc/processes/{process}", processes.process),
    ("/ogc/collections", documents.all_collections),
    ("/ogc/collections/{collection}", documents.one_collection),
    ("/ogc/collections/{collection}/queryables", documents.queryables),
    ("/ogc/collections/{collection}/schema", documents.returnables),
)
FEATURES = (
    ("/ogc/collections/{collection}/items", features.items),
    ("/ogc/collections/{collection}/items/{feature}", features.item),
)


def install(app: Front) -> None:
    """Add the OGC API to the application."""
    # Plain routes: nothing here needs FastAPI's parsing of parameters, which costs more than the answer.
    for path, endpoint in ROUTES:
        app.router.routes.append(Route(path, endpoint, methods=["GET"]))
    for path, endpoint in FEATURES:
        app.serve_first(path, endpoint)
        app.router.routes.append(Route(path, features.options, methods=["OPTIONS"]))
    app.router.routes.append(Route("/ogc/processes/{process}/execution", processes.execute, methods=["POST"]))
