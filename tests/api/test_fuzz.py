"""Requests that the OpenAPI documents allow and nobody would think of, made by Schemathesis, the same at each run."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

CHECKS = {
    "/ogc/openapi?f=json": [not_a_server_error, status_code_conformance, content_type_conformance],
    "/api/openapi.json": [not_a_server_error],  # FastAPI writes it, without the problems
}
EXAMPLES = 3
LONGEST = 60_000  # letters of an address that the HTTP server itself does not refuse


def reads(served: str, address: str) -> dict[str, Any]:
    """Return a definition with only what reads, one indicator and one table of indicators for all."""
    made = httpx.get(f"{served}{address}", timeout=60).json()
    kinds: dict[str, tuple[str, Any]] = {}
    for path, operations in made["paths"].items():
        kept = {name: one for name, one in operations.items() if name in ("get", "parameters")}
        if "get" in kept:
            kinds.setdefault(re.sub("/(indicator|module)-[^/]+", r"/\1", path), (path, kept))
    return {**made, "paths": dict(kinds.values())}


@pytest.mark.parametrize("address", CHECKS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_declared(served: str, address: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(reads(served, address))
    root = "/ogc" if address.startswith("/ogc") else ""
    asked, wrong = 0, []
    for found in schema.get_all_operations():
        one = found.ok()

        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=one.as_strategy(generation_mode=mode))
        def answered(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = case.call(base_url=served + root, timeout=20)
            if len(answer.request.url or "") < LONGEST:
                case.validate_response(answer, checks=CHECKS[address])

        try:
            answered()
        except Unsatisfiable:  # nothing that this operation is asked can be wrong
            continue
        except Exception as error:
            wrong.append(f"{one.label}: {str(error)[:600]}")
    assert not wrong, "\n\n".join(wrong)
    assert asked > 30
