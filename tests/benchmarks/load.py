"""Load without wrk: keep-alive connections on asyncio streams, slower than wrk but honest about it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence


def threaded_load(
    port: int, paths: Sequence[str], *, seconds: float, headers: Mapping[str, str], connections: int
) -> float | None:
    """Return requests per second of that many connections asking for random paths; None when one was an error."""
    sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{sent}\r\n".encode() for path in paths]
    return asyncio.run(_load(port, requests, seconds, connections))


async def _load(port: int, requests: Sequence[bytes], seconds: float, connections: int) -> float | None:
    deadline = time.perf_counter() + seconds
    begun = time.perf_counter()
    counts = await asyncio.gather(*(_one(port, requests, deadline, seed) for seed in range(connections)))
    took = time.perf_counter() - begun
    return None if any(count is None for count in counts) else sum(filter(None, counts)) / took


async def _one(port: int, requests: Sequence[bytes], deadline: float, seed: int) -> int | None:
    chance = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < deadline:
        writer.write(chance.choice(requests))
        status, length = 0, None
        while (line := await reader.readline()) not in (b"\r\n", b""):
            if not status:
                status = int(line.split()[1])
            elif line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length:
            await reader.readexactly(length)
        elif length is None and status == 200:
            while (size := int(await reader.readline(), 16)) or await reader.readline() is None:
                await reader.readexactly(size + 2)
        if status >= 400 or not status:
            return None
        count += 1
    writer.close()
    return count
