"""Record the SQL the product runs for a path, so that the floor can run the very same."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from floor import Form, Step, write_plan
from harness import Bench, free_port, serving, uvicorn

from services.app import create_app
from services.settings import Settings

Statements = list[tuple[str, dict[str, Any]]]


def record(bench: Bench, paths: Sequence[str]) -> dict[str, Statements]:
    """Ask the product in this process for each path and return the statements it ran, warm caches permitting."""
    return asyncio.run(_record(bench, paths))


async def _record(bench: Bench, paths: Sequence[str]) -> dict[str, Statements]:
    app = create_app(Settings(database_url=bench.url, data=bench.folder, tile_cache_mb=0, home="VN", _env_file=None))
    heard: Statements = []
    found: dict[str, Statements] = {}
    async with app.router.lifespan_context(app):
        reader = app.state.reader
        read = reader.rows

        async def rows(statement: Any, values: Any = None, *, binary: bool = False) -> Any:
            fixed = {} if isinstance(statement, str) else statement.fixed
            heard.append((statement if isinstance(statement, str) else statement.text, {**fixed, **(values or {})}))
            return await read(statement, values, binary=binary)

        reader.rows = rows
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=120) as client:
            first: Statements = []
            for path in (paths[0], *paths):  # the first one twice: then only what every request costs
                heard.clear()
                answer = await client.get(path, headers={"Accept-Encoding": "gzip"})
                if answer.status_code >= 400:
                    raise RuntimeError(f"{path} answers {answer.status_code}: {answer.text[:200]}")
                first = first or list(heard)
                found[path] = list(heard) or first
    return found


@contextlib.contextmanager
def floor_server(bench: Bench, plan: dict[str, Step]) -> Iterator[int]:
    """Run the floor with a plan."""
    port = free_port()
    where = bench.folder / f"plan-{port}.pickle"
    write_plan(where, plan)
    environment = bench.environment(FLOOR_PLAN=str(where), FLOOR_DSN=bench.dsn)
    command = uvicorn("floor:create_app", port, "--factory", "--app-dir", "tests/benchmarks")
    try:
        with serving(command, port=port, environment=environment, log=bench.folder / "floor.log") as found:
            yield found
    finally:
        where.unlink()


def replay(bench: Bench, paths: Sequence[str], form: Form) -> dict[str, Step]:
    """Return the plan that answers paths by the product's own first statement."""
    return {path: Step(form, *statements[0]) for path, statements in record(bench, paths).items()}
