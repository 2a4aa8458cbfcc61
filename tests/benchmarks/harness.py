"""What every measurement needs: servers on free ports, load, latencies, medians, and one row of the table."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load import threaded_load

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
CONNECTIONS = 8

RATE = "req/s"


@dataclass(frozen=True)
class Goal:
    """What the product must reach against the floor, a peer, or (`against` empty) a fixed number."""

    factor: float
    against: str = "floor"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; a unit that ends in /s is better when larger, every other when smaller."""

    group: str
    name: str
    unit: str
    product: float | None
    floor: float | None = None
    peers: Mapping[str, float | None] = field(default_factory=dict)
    goals: Sequence[Goal] = ()
    note: str = ""

    @property
    def more_is_better(self) -> bool:
        """Whether a larger number is better."""
        return self.unit.endswith("/s")

    def reference(self, against: str) -> float | None:
        """Return the number a goal is measured against; None where it could not be taken."""
        return 1.0 if against == "" else self.floor if against == "floor" else self.peers.get(against)

    def met(self) -> bool | None:
        """Whether every goal whose reference was measured is reached; None when nothing can be said."""
        if self.product is None:
            return None
        found = [(goal.factor, self.reference(goal.against)) for goal in self.goals]
        known = [factor * reference for factor, reference in found if reference is not None]
        if not known:
            return None
        return all(self.product >= wanted if self.more_is_better else self.product <= wanted for wanted in known)


@dataclass(frozen=True)
class Bench:
    """What the groups share: the filled database, its size, where servers stand, and how long to measure."""

    url: str
    quick: bool
    seconds: float
    rounds: int
    folder: Path
    say: Callable[[str], None]
    peers: Mapping[str, int] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """The address as libpq reads it."""
        return self.url.replace("postgresql+psycopg", "postgresql")

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a server of the product on the bench's database."""
        return {
            **os.environ,
            "TOANCANH_DATABASE_URL": self.url,
            "TOANCANH_DATA": str(self.folder),
            "TOANCANH_HOME": "VN",
            **more,
        }


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path], *, port: int, environment: Mapping[str, str], log: Path, patience: float = 60
) -> Iterator[int]:
    """Run a server until the block ends; yields the port once it accepts connections."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            [str(part) for part in command], env=dict(environment), stdout=out, stderr=out, cwd=PROJECT
        )
        try:
            deadline = time.monotonic() + patience
            while True:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{Path(str(command[0])).name} did not start, see {log}")
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def uvicorn(target: str, port: int, *options: str) -> list[str | Path]:
    """Return the command of one uvicorn process, as quiet as the product's own."""
    return [
        PROJECT / ".venv" / "bin" / "uvicorn", target, "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", *options,
    ]  # fmt: skip


@contextlib.contextmanager
def product(bench: Bench, **settings: str) -> Iterator[int]:
    """Run the product in one process; settings are environment variables."""
    port = free_port()
    command = uvicorn("services.app:create_app", port, "--factory")
    log = bench.folder / "product.log"
    with serving(command, port=port, environment=bench.environment(**settings), log=log) as found:
        get(found, "/api/start")  # what is read once is read before anything is measured
        yield found


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, Mapping[str, str]]:
    """Ask once; returns status, body and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def rate(port: int, paths: Sequence[str], *, seconds: float, headers: Mapping[str, str] | None = None) -> float | None:
    """Return requests per second of 8 connections that ask for random paths; None when an answer was an error."""
    status, body, _ = get(port, paths[0], headers)
    if status >= 400:
        raise RuntimeError(f"{paths[0]} answers {status}: {body[:200]!r}")
    sent = {"Accept-Encoding": "gzip", **(headers or {})}
    if shutil.which("wrk") is None:
        return threaded_load(port, paths, seconds=seconds, headers=sent, connections=CONNECTIONS)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(paths))
        listing.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
        for name, value in sent.items():
            command += ["-H", f"{name}: {value}"]
        command += ["-s", str(HERE / "load.lua"), f"http://127.0.0.1:{port}", "--", listing.name]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout.splitlines()[-1])
    if found["errors"] or not found["requests"]:
        return None
    return float(found["requests"] / found["seconds"])


def interleaved(candidates: Mapping[str, Callable[[], float | None]], rounds: int) -> dict[str, float | None]:
    """Measure all candidates in turn, several times over, and return the median of each."""
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, measure in candidates.items():
            value = measure()
            if value is not None:
                found[name].append(value)
    return {name: statistics.median(values) if values else None for name, values in found.items()}


def latencies(port: int, paths: Iterable[str]) -> tuple[list[float], list[int]]:
    """Ask for each path once over one kept connection; returns milliseconds and bytes on the wire of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    times, sizes = [], []
    for path in paths:
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - begun) * 1000)
        sizes.append(len(body))
        if answer.status >= 400:
            raise RuntimeError(f"{path} answers {answer.status}: {body[:200]!r}")
    connection.close()
    return times, sizes


def drained(port: int, paths: Sequence[str]) -> float:
    """Return the seconds in which 8 connections fetch every path once."""
    waiting = list(paths)
    failures: list[str] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with contextlib.suppress(IndexError):
            while True:
                path = waiting.pop()
                connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
                if answer.status >= 400:
                    failures.append(path)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{len(failures)} requests failed, such as {failures[0]}")
    return time.perf_counter() - begun


def timed(work: Callable[[], object]) -> float:
    """Return the seconds some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def shuffled(items: Iterable[str], most: int) -> list[str]:
    """Return at most that many of the items in an order that is the same in every run."""
    found = sorted(set(items))
    random.Random(68).shuffle(found)
    return found[:most]
