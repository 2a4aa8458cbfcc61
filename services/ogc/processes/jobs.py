"""The jobs of processes over HTTP: their list, status, results and dismissal."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.errors import BadParameter, NotFound
from services.job_table import STATUSES
from services.language import Language, language
from services.ogc import pages
from services.ogc.answers import written as write_document
from services.ogc.links import HTML, JSON, VIET_NAM, base_url, link
from services.ogc.offer import RELATION
from services.ogc.parameters import COMMON, format_of, refuse_unknown, span
from services.ogc.processes.answering import answered
from services.ogc.processes.listed import PROCESSES
from services.ogc.processes.process import Json, Value, say
from services.ogc.processes.store import Job, Jobs, no_job
from services.ogc.processes.words import STATUS, WORDS

_NOT_READY = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready"
_FILTERS = frozenset({"limit", "type", "processID", "status", "datetime", "minDuration", "maxDuration"})
_MOST = 1000
_PRIVATE = {"Cache-Control": "private, no-store"}


def jobs_of(app: FastAPI) -> Jobs:
    """Return the jobs of the application; one for each."""
    state = app.state
    if not hasattr(state, "process_jobs"):
        state.process_jobs = Jobs(state.settings, state.reader)
    found: Jobs = state.process_jobs
    return found


def status_document(job: Job, base: str, lang: Language) -> Json:
    """Return the status of a job as the standard writes it."""
    here = f"{base}/jobs/{job.id}"
    told = job.problem["detail"] if job.problem else say(STATUS[job.status], lang)
    document: Json = {
        "processID": job.process,
        "type": "process",
        "jobID": str(job.id),
        "status": job.status,
        "message": told,
        "progress": job.progress,
        "created": _moment(job.created),
        "updated": _moment(job.updated),
        "links": [
            link(here, "self", JSON),
            link(f"{here}?f=html", "alternate", HTML),
            link(f"{base}/processes/{job.process}", "up", JSON),
        ],
    }
    for name, at in (("started", job.started), ("finished", job.finished)):
        if at is not None:
            document[name] = _moment(at)
    if job.status == "successful":
        word = say(("Kết quả", "Results"), lang)
        told = {"href": f"{here}/results", "rel": f"{RELATION}results", **_kind(job), "title": word}
        document["links"] += [told, *_files(job, here).values()]
    if job.status == "failed":
        document["links"].append(link(f"{here}/results", f"{RELATION}exceptions", "application/problem+json"))
    return document


async def all_jobs(request: Request) -> Response:
    """Answer the jobs that the viewer may know of: staff those of everybody, a key its own, the public none."""
    viewer, base, lang = viewer_of(request), base_url(request), language(request)
    refuse_unknown(request, COMMON | _FILTERS)
    form = format_of(request, "json", "html")
    limit = _whole(request, "limit", 10)
    where, bound = _conditions(request, viewer)
    found = await jobs_of(request.app).listed(where, bound, min(limit, _MOST))
    here = f"{base}/jobs"
    document = {
        "jobs": [status_document(job, base, lang) for job in found],
        "links": [link(here, "self", JSON), link(f"{here}?f=html", "alternate", HTML)],
    }
    if form == "html":
        return pages.render(request, "jobs", document=document, headers=_PRIVATE, **_page(lang))
    return write_document(document, JSON, _PRIVATE)


async def one_job(request: Request) -> Response:
    """Answer the status of a job."""
    base, lang = base_url(request), language(request)
    refuse_unknown(request, COMMON)
    form = format_of(request, "json", "html")
    return _status(request, await _known(request), base, lang, form)


async def dismiss(request: Request) -> Response:
    """Dismiss a job: out of the queue, stopped, or its results thrown away."""
    jobs, job = jobs_of(request.app), await _known(request)
    await jobs.dismiss(job)
    return _status(request, await jobs.get(str(job.id)), base_url(request), language(request), "json")


async def results(request: Request) -> Response:
    """Answer the results of a job, or what went wrong."""
    base = base_url(request)
    refuse_unknown(request, COMMON)
    jobs, job = jobs_of(request.app), await _known(request)
    if job.problem is not None:
        return write_document(job.problem, "application/problem+json", _PRIVATE, job.problem["status"])
    if job.results is None:
        raise NotFound(
            f"Việc này chưa có kết quả: {say(STATUS[job.status], 'vi').lower()}.",
            f"This job has no results: {say(STATUS[job.status], 'en').lower()}.",
            kind=_NOT_READY,
        )
    if PROCESSES[job.process].by_reference:
        kept = _files(job, f"{base}/jobs/{job.id}")
        if job.raw:
            links = ", ".join(f'<{one["href"]}>; rel="{name}"; type="{one["type"]}"' for name, one in kept.items())
            return Response(status_code=204, headers={**_PRIVATE, "Link": links})
        return write_document(kept, JSON, _PRIVATE)
    folder = jobs.folder(job.id)
    values = {
        name: Value((folder / one["name"]).read_bytes().decode(), one["type"]) for name, one in job.results.items()
    }
    return answered({name: _back(value) for name, value in values.items()}, raw=job.raw)


async def output(request: Request) -> Response:
    """Answer one output of a job as a file."""
    jobs, job = jobs_of(request.app), await _known(request)
    one = (job.results or {}).get(request.path_params["output"])
    path = jobs.folder(job.id) / one["name"] if one else None
    if one is None or path is None or not path.is_file():
        raise NotFound("Không có kết quả này.", "There is no such result.")
    return FileResponse(path, media_type=one["type"], filename=one["name"], headers=_PRIVATE)


async def _known(request: Request) -> Job:
    """Return the job of the address; what a member of staff asked for is known to staff alone."""
    viewer, job = viewer_of(request), await jobs_of(request.app).get(request.path_params["job"])
    own = viewer.name == job.owner and viewer.role == job.role
    if job.role != "public" and not own and (not viewer.staff or viewer.provinces):
        raise no_job()
    return job


def _files(job: Job, here: str) -> dict[str, dict[str, str]]:
    """Return a link to the file of each output."""
    found = (job.results or {}).items()
    return {name: link(f"{here}/results/{name}", "item", one["type"], one["name"]) for name, one in found}


def _kind(job: Job) -> dict[str, str]:
    """Return the media type of the results as a member of their link; an answer of references alone has none."""
    kinds = [one["type"] for one in (job.results or {}).values()]
    if not job.raw:
        return {"type": JSON}
    if PROCESSES[job.process].by_reference:
        return {}
    return {"type": kinds[0] if len(kinds) == 1 else "multipart/related"}


def _back(value: Value) -> Value:
    return Value(json.loads(value.data)) if value.kind == JSON else value


def _status(request: Request, job: Job, base: str, lang: Language, form: str) -> Response:
    document = status_document(job, base, lang)
    if form == "html":
        return pages.render(request, "job", document=document, headers=_PRIVATE, job=job, **_page(lang))
    return write_document(document, JSON, _PRIVATE)


def _page(lang: Language) -> dict[str, Any]:
    """What the pages of jobs say beside their document."""
    return {"text": WORDS[lang], "titles": _titles(lang), "moment": _shown}


def _shown(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(VIET_NAM):%d/%m/%Y %H:%M:%S}"


def _titles(lang: Language) -> dict[str, str]:
    return {name: say(one.title, lang) for name, one in PROCESSES.items()}


def _conditions(request: Request, viewer: Viewer) -> tuple[str, dict[str, Any]]:
    asked = request.query_params
    parts: list[str] = ["true"]
    bound: dict[str, Any] = {}
    if not viewer.staff or viewer.provinces:
        parts.append("role = %(role)s AND owner = %(owner)s AND role <> 'public'")
        bound |= {"role": viewer.role, "owner": viewer.name}
    for name, column, allowed in (
        ("status", "status", STATUSES),
        ("processID", "process", None),
        ("type", "", ("process",)),
    ):
        if name not in asked:
            continue
        wanted = [part for text in asked.getlist(name) for part in text.split(",") if part]
        for part in wanted:
            if allowed and part not in allowed:
                raise BadParameter(
                    name, f"{name} là một trong: {', '.join(allowed)}.", f"{name} is one of: {', '.join(allowed)}."
                )
        if column:
            parts.append(f"{column} = ANY(%({column})s)")
            bound[column] = wanted
    if "datetime" in asked:
        first, last = span(asked["datetime"])
        parts.append("created >= coalesce(%(first)s, created) AND created <= coalesce(%(last)s, created)")
        bound |= {"first": first, "last": last}
    took = "extract(epoch FROM coalesce(finished, now()) - started)"
    for name, compared in (("minDuration", ">="), ("maxDuration", "<=")):
        if name in asked:
            parts.append(f"{took} {compared} %({name})s")
            bound[name] = _whole(request, name, 0)
    return " AND ".join(parts), bound


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or (name == "limit" and int(text) < 1):
        raise BadParameter(name, f"{name} phải là số nguyên dương.", f"{name} must be a positive whole number.")
    return int(text)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
