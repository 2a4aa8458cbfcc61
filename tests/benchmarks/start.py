"""From nothing to the first answer, and the second start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from harness import PROJECT, Bench, Goal, Row, free_port

from services import cluster as clusters

GROUP = "Set-up"


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group: `toancanh up` in an empty data folder, then again."""
    folder = bench.folder / "start"
    rows = []
    ready = folder / "ready"  # set once a first start came to its end
    if not (bench.quick and ready.exists()):
        ready.unlink(missing_ok=True)
        clusters.remove(folder)
        bench.say("start: first, in an empty folder")
        rows.append(_row("first start: database, demo of one province, first answer", _up(bench), 60))
        ready.touch()
    bench.say("start: second")
    rows.append(_row("second start", min(_up(bench) for _ in range(1 if bench.quick else 2)), 10))
    return rows


def _row(name: str, seconds: float, limit: float) -> Row:
    return Row(group=GROUP, name=name, unit="s", product=seconds, goals=[Goal(limit, "")])


def _up(bench: Bench) -> float:
    """Return the seconds from the command until /api/start and the style answer; what was started is stopped."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TOANCANH_")},
        "TOANCANH_DATA": str(bench.folder / "start"),
        "TOANCANH_BOUNDARIES_WAIT_S": "0",
    }
    log = bench.folder / "start.log"
    begun = time.perf_counter()
    with log.open("wb") as out:
        server = subprocess.Popen(
            [PROJECT / ".venv" / "bin" / "toancanh", "up", "--port", str(port)],
            env=environment, cwd=PROJECT, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            while True:
                if server.poll() is not None or time.perf_counter() - begun > 300:
                    raise RuntimeError(f"toancanh up did not start ({server.poll()}), see {log}")
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/start", timeout=60) as answer:
                        json.load(answer)
                        return time.perf_counter() - begun
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.05)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
