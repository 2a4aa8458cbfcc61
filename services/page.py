"""The client: the built page and its files; every address that is not the server's is the page's own."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from services.errors import NotFound
from services.settings import PROJECT

DIST = PROJECT / "web" / "dist"

_NOT_BUILT = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Toàn Cảnh</title>
<p>Giao diện chưa được dựng. Hãy chạy <code>make web</code> rồi tải lại trang.</p>
<p>The client is not built yet: run <code>make web</code> and reload.</p></html>"""


def install(app: FastAPI) -> None:
    """Serve the client at / and its content-addressed files for good at /assets."""
    if (DIST / "assets").is_dir():
        app.mount("/assets", _Immutable(directory=DIST / "assets"), name="assets")

    @app.get("/", include_in_schema=False)
    async def _() -> Response:
        return _page()

    @app.get("/{name}", include_in_schema=False)
    async def _(name: str) -> Response:
        file = (DIST / name).resolve()
        if file.parent == DIST and file.is_file():
            return FileResponse(file)
        raise NotFound("Không có trang này.", "There is no such page.")


def _page() -> Response:
    index: Path = DIST / "index.html"
    if not index.exists():
        return HTMLResponse(_NOT_BUILT, 503)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})


class _Immutable(StaticFiles):
    """Files whose names change with their content."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        response = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
