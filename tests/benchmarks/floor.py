"""The floor: the thinnest handler there is, which replays the product's own SQL or hands out bytes it holds."""

from __future__ import annotations

import os
import pickle
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from psycopg_pool import AsyncConnectionPool

Form = Literal["tile", "rows", "value", "bytes", "file"]


@dataclass(frozen=True)
class Step:
    """How one path is answered: by a statement whose result is zipped (tile), joined (rows) or sent (value), or bytes."""

    form: Form
    text: str = ""
    values: dict[str, Any] | None = None
    body: bytes = b""
    etag: bytes = b""
    media_type: bytes = b"application/json"


class Floor:
    """The ASGI application."""

    def __init__(self, plan: dict[str, Step], dsn: str) -> None:
        self._plan = plan
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            dsn,
            min_size=8,
            max_size=8,
            open=False,
            kwargs={
                "autocommit": True,
                "prepare_threshold": 2,
                "options": "-c search_path=public,toancanh -c default_transaction_read_only=on",
            },
        )

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await receive()
            await self._pool.open(wait=True)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        query = scope["query_string"]
        step = self._plan.get(scope["path"] + ("?" + query.decode() if query else ""))
        if step is None:
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(b"content-type", step.media_type), (b"access-control-allow-origin", b"*")]
        if step.form == "bytes":
            if step.etag and dict(scope["headers"]).get(b"if-none-match") == step.etag:
                await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", step.etag)]})
                await send({"type": "http.response.body", "body": b""})
                return
            body = step.body
            headers += [(b"content-encoding", b"gzip"), (b"etag", step.etag)] if step.etag else []
        else:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(step.text, step.values or None, binary=True)
                rows = await cursor.fetchall()
            if step.form == "rows":
                body = b'{"type":"FeatureCollection","features":[\n' + b",\n".join([row[0] for row in rows]) + b"]}"
                if len(body) > 128 * 1024:
                    body = _zip(body, 1)
                    headers.append((b"content-encoding", b"gzip"))
            elif step.form == "tile":
                body = _zip(rows[0][0], 3)
                headers.append((b"content-encoding", b"gzip"))
            else:
                body = rows[0][0] if isinstance(rows[0][0], bytes) else str(rows[0][0]).encode()
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _zip(body: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def write_plan(path: Path, plan: dict[str, Step]) -> None:
    """Keep a plan where the server finds it: plain values, so that it reads them without this module's name."""
    path.write_bytes(pickle.dumps({key: vars(step) for key, step in plan.items()}))


def create_app() -> Floor:
    """Make the application from the plan and the database that the environment names."""
    plan = pickle.loads(Path(os.environ["FLOOR_PLAN"]).read_bytes())  # written by this bench a moment ago
    return Floor({path: Step(**step) for path, step in plan.items()}, os.environ["FLOOR_DSN"])
