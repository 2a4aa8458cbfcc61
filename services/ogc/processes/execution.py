"""Processes over HTTP: their list, descriptions and execution, at once or as a job."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

from fastapi import Request
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.errors import BadParameter, TooMany
from services.language import language
from services.ogc.answers import answer
from services.ogc.answers import written as write_document
from services.ogc.links import HTML, JSON, base_url, link
from services.ogc.offer import RELATION
from services.ogc.parameters import COMMON, refuse_unknown
from services.ogc.processes.answering import answered
from services.ogc.processes.asking import Asked, read
from services.ogc.processes.jobs import jobs_of, status_document
from services.ogc.processes.listed import PROCESSES, known
from services.ogc.processes.process import Process, Work, say
from services.ogc.processes.words import WORDS

_AT_ONCE = 4  # runs of one server process at the same time; more are told to come as jobs


async def processes(request: Request) -> Response:
    """Answer the list of processes."""
    base, lang = base_url(request), language(request)
    refuse_unknown(request, COMMON | {"limit"})
    here, limit = f"{base}/processes", _limit(request)
    listed = list(PROCESSES.values())[:limit]
    document = {
        "title": say(("Các quy trình", "Processes"), lang),
        "processes": [
            {**one.summary(lang), "links": [link(f"{here}/{one.id}", "self", JSON, say(one.title, lang))]}
            for one in listed
        ],
        "links": [link(here, "self", JSON), link(f"{here}?f=html", "alternate", HTML)],
    }
    return await answer(request, document, page="processes", known=frozenset({"limit"}))


async def process(request: Request) -> Response:
    """Answer the description of one process."""
    found, lang = known(request.path_params["process"]), language(request)
    here = f"{base_url(request)}/processes/{found.id}"
    document = found.described(lang)
    document["links"] = [
        link(here, "self", JSON),
        link(f"{here}?f=html", "alternate", HTML),
        link(f"{here}/execution", f"{RELATION}execute", JSON, say(("Chạy", "Execute"), lang)),
        link(
            f"{base_url(request)}/jobs?processID={found.id}",
            f"{RELATION}job-list",
            JSON,
            say(("Các việc", "Jobs"), lang),
        ),
    ]
    return await answer(request, document, page="process", text=WORDS[lang])


async def execute(request: Request) -> Response:
    """Run a process and answer its results, or put it in the queue and answer its job."""
    found, viewer = known(request.path_params["process"]), viewer_of(request)
    refuse_unknown(request, COMMON)
    asked = await read(request, found)
    preferred = _preferred(request)
    later = preferred if len(found.modes) == 2 else found.modes[0]
    if later == "async-execute":
        return await _queued(request, found, asked, viewer)
    return await _at_once(request, found, asked, viewer)


async def _at_once(request: Request, found: Process, asked: Asked, viewer: Viewer) -> Response:
    running: asyncio.Semaphore = request.app.state.__dict__.setdefault("process_runs", asyncio.Semaphore(_AT_ONCE))
    if running.locked():
        raise TooMany(
            "Máy chủ đang chạy nhiều quy trình; hãy gửi lại với Prefer: respond-async.",
            "The server runs as many processes as it may; ask again with Prefer: respond-async.",
        )
    work = Work(request=request, viewer=viewer, lang=language(request))
    async with running:
        try:
            results = await found.run(work, asked.inputs)
        except asyncio.CancelledError:
            work.stop.set()
            raise
    return answered({name: results[name] for name in asked.outputs}, raw=asked.raw)


async def _queued(request: Request, found: Process, asked: Asked, viewer: Viewer) -> Response:
    jobs, base, lang = jobs_of(request.app), base_url(request), language(request)
    await found.check(Work(request=request, viewer=viewer, lang=lang), asked.inputs)
    number = await jobs.make(
        found.id, asked.kept(), viewer=viewer, client=client_of(request, viewer), lang=lang, base=base
    )
    document = status_document(await jobs.get(str(number)), base, lang)
    headers = {"Location": f"{base}/jobs/{number}", "Cache-Control": "private, no-store"}
    if _preferred(request) == "async-execute":
        headers["Preference-Applied"] = "respond-async"
    return write_document(document, JSON, headers, 201)


def client_of(request: Request, viewer: Viewer) -> str:
    """Name whom a limit counts: the holder of a token, or of the public each address, which is not kept itself."""
    if viewer.role != "public":
        return f"{viewer.role}:{viewer.name}"
    address = request.client.host if request.client else ""
    return "public:" + hashlib.blake2b(address.encode(), digest_size=9).hexdigest()


def _preferred(request: Request) -> str:
    wanted = ",".join(request.headers.getlist("prefer")).lower()
    return "async-execute" if re.search(r"\brespond-async\b", wanted) else "sync-execute"


def _limit(request: Request) -> int:
    text: Any = request.query_params.get("limit", "100")
    if not re.fullmatch(r"\d{1,6}", text) or int(text) < 1:
        raise BadParameter("limit", "limit phải là số nguyên dương.", "limit must be a positive whole number.")
    return int(text)
