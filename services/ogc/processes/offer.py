"""Processes as a standard of the OGC API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.links import JSON, link
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import choice, in_path, in_query, operation
from services.ogc.processes import execution, jobs
from services.ogc.processes.listed import PROCESSES
from services.ogc.processes.process import say

Json = dict[str, Any]

_COUNT: Json = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}
_LISTING = ("jobLimit", "jobType", "processID", "jobStatus", "jobDatetime", "minDuration", "maxDuration", "f", "lang")


def _landing(base: str, lang: Language) -> list[Json]:
    return [
        link(f"{base}/processes", f"{RELATION}processes", JSON, say(("Các quy trình", "Processes"), lang)),
        link(f"{base}/jobs", f"{RELATION}job-list", JSON, say(("Các việc", "Jobs"), lang)),
    ]


def _operations(_: Sequence[Collection], lang: Language) -> Json:
    tag = "processes"
    body = {
        "required": True,
        "content": {
            JSON: {"schema": {"type": "object", "required": ["inputs"], "properties": {"inputs": {"type": "object"}}}}
        },
    }
    paths: Json = {
        "/processes": operation("getProcesses", JSON, ["processLimit", "f", "lang"], tag=tag),
        "/processes/{processId}": operation("getProcess", JSON, ["processId", "f", "lang"], tag=tag),
        "/jobs": operation("getJobs", JSON, _LISTING, tag=tag),
        "/jobs/{jobId}": {
            **operation("getJob", JSON, ["jobId", "f", "lang"], tag=tag),
            **operation("dismissJob", JSON, ["jobId", "lang"], tag=tag, method="delete"),
        },
        "/jobs/{jobId}/results": operation("getResults", JSON, ["jobId", "lang"], tag=tag),
    }
    for one in PROCESSES.values():
        paths[f"/processes/{one.id}/execution"] = operation(
            f"execute.{one.id}",
            [JSON],
            ["lang"],
            tag=tag,
            title=say(one.title, lang),
            method="post",
            body={**body, "content": {JSON: {**body["content"][JSON], "example": {"inputs": one.example}}}},  # type: ignore[index]
        )
    return paths


def _components(_: Sequence[Collection], __: Language) -> Json:
    listed: Json = {"type": "array", "items": {"type": "string"}}
    number: Json = {"type": "integer", "minimum": 0}
    return {
        "processId": choice("processId", list(PROCESSES)),
        "jobId": in_path("jobId", {"type": "string", "format": "uuid"}),
        "processLimit": in_query("limit", _COUNT),
        "jobLimit": in_query("limit", _COUNT),
        "jobType": in_query("type", {"type": "array", "items": {"type": "string", "enum": ["process"]}}),
        "processID": in_query("processID", listed),
        "jobStatus": in_query("status", listed),
        "jobDatetime": in_query("datetime", {"type": "string"}),
        "minDuration": in_query("minDuration", number),
        "maxDuration": in_query("maxDuration", number),
    }


OFFER = Offer(
    conformance=conforms(
        "ogcapi-processes-1/1.0", "core", "ogc-process-description", "json", "html", "oas30", "job-list", "dismiss"
    ),
    routes=(
        ("/ogc/processes", execution.processes, ("GET",)),
        ("/ogc/processes/{process}", execution.process, ("GET",)),
        ("/ogc/processes/{process}/execution", execution.execute, ("POST",)),
        ("/ogc/jobs", jobs.all_jobs, ("GET",)),
        ("/ogc/jobs/{job}", jobs.one_job, ("GET",)),
        ("/ogc/jobs/{job}", jobs.dismiss, ("DELETE",)),
        ("/ogc/jobs/{job}/results", jobs.results, ("GET",)),
        ("/ogc/jobs/{job}/results/{output}", jobs.output, ("GET",)),
    ),
    landing=_landing,
    operations=_operations,
    components=_components,
)
