"""The client: the map, its pages at addresses of their own, and their files."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from boundaries.vintages import CURRENT
from layers.indicators.catalogue import find, load
from services.accounts import ViewerOf
from services.errors import NotFound
from services.settings import PROJECT

DIST = PROJECT / "web" / "dist"

_NOT_BUILT = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Toàn Cảnh</title>
<p>Giao diện chưa được dựng. Hãy chạy <code>make web</code> rồi tải lại trang.</p>
<p>The client is not built yet: run <code>make web</code> and reload.</p></html>"""


def install(app: FastAPI) -> None:
    """Serve the map at /, the pages at their addresses, and content-addressed files for good at /assets."""
    if (DIST / "assets").is_dir():
        app.mount("/assets", _Immutable(directory=DIST / "assets"), name="assets")

    @app.get("/", include_in_schema=False)
    async def _() -> Response:
        return _built("index.html")

    @app.get("/modules", include_in_schema=False)
    async def _() -> Response:
        return _built("page.html")

    @app.get("/modules/{id}", include_in_schema=False)
    async def _(id: str) -> Response:
        if all(one.id != id for one in load()[0]):
            raise NotFound(f"Không có lĩnh vực “{id}”.", f"There is no topic “{id}”.")
        return _built("page.html")

    @app.get("/indicators/{code}", include_in_schema=False)
    async def _(code: str, viewer: ViewerOf) -> Response:
        found = find(code)
        if found is None or not (found.public or viewer.staff):
            raise NotFound(f"Không có chỉ tiêu mang mã “{code}”.", f"There is no indicator with the code “{code}”.")
        return _built("page.html")

    @app.get("/areas/{code}", include_in_schema=False)
    async def _(request: Request, code: str) -> Response:
        found = (await request.app.state.gazetteer.places()).find(code)
        if found.level != "country" and found.vintage != CURRENT.start:  # its figures are read on the map of its time
            return RedirectResponse(f"/?area={found.code}&boundary={found.vintage.isoformat()}")
        return _built("page.html")

    @app.get("/{name}", include_in_schema=False)
    async def _(name: str) -> Response:
        file = (DIST / name).resolve()
        if file.parent == DIST and file.is_file():
            return FileResponse(file)
        raise NotFound("Không có trang này.", "There is no such page.")


def _built(name: str) -> Response:
    file: Path = DIST / name
    if not file.exists():
        return HTMLResponse(_NOT_BUILT, 503)
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


class _Immutable(StaticFiles):
    """Files whose names change with their content."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        response = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
