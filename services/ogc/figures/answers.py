"""Answers made of figures: what they are read from, and how they are kept while nothing changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from layers.viewer import Viewer
from services.books import Books
from services.cache import finish, respond
from services.language import language
from services.ogc.collections import holdings
from services.ogc.edr.reading import Table
from services.ogc.holdings import Figures
from services.ogc.links import base_url, keeping, tag

FEW = 2000  # values


@dataclass(frozen=True, slots=True)
class Written:
    """A finished body, its media type and the name it is saved under."""

    body: bytes
    media: str
    file: str = ""


async def figures_of(request: Request, viewer: Viewer) -> dict[str, Figures]:
    """The indicators with figures that the viewer may know of, by code."""
    there = (await holdings(request).figures()).values()
    return {one.indicator.code: one for one in there if one.indicator.public or viewer.staff}


async def books_of(request: Request) -> Books:
    """Everything that figures are read from."""
    state = request.app.state
    return Books(state.reader, await state.gazetteer.places(), state.figures, state.carried, state.states)


async def kept(request: Request, viewer: Viewer, make: Callable[[], Awaitable[Written]]) -> Response:
    """Answer what `make` gives, made once for everybody while the figures stay as they are; staff get their own."""
    state = request.app.state
    etag = tag(
        request.url.path, sorted(request.query_params.multi_items()), base_url(request), language(request), viewer.role,
        state.revisions["areas"], state.revisions["observations"],
    )  # fmt: skip
    answer = None if viewer.staff else state.answers.get(etag)
    if answer is None:
        made = await make()
        answer = finish(made.body, made.media, etag, file=made.file)
        if not viewer.staff:
            state.answers.put(etag, answer)
    response = respond(request, answer, cache_control=keeping(viewer)["Cache-Control"])
    if viewer.staff:
        del response.headers["etag"]
    return response


async def written(tables: Sequence[Table], write: Callable[..., bytes], *arguments: Any) -> bytes:
    """Write an answer: a large one in a thread; for a small one the change of threads takes longer than the work."""
    if sum(table.values.size for table in tables) < FEW:
        return write(*arguments)
    return await run_in_threadpool(write, *arguments)
