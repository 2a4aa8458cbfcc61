"""What runs beside a server that already answers, each in a process of its own at low priority: filling, and the queue."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator

from services.settings import PROJECT, Settings

PATIENCE = 15  # how far the filling steps back behind those who read
_WORKER_PATIENCE = 5  # somebody waits for a job
_AGAIN_S = 5
POLL_S = 0.5


@contextlib.contextmanager
def filling(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """Fill what is missing while the block runs, from when its server answers; stopped with the block."""
    if not settings.fill or settings.home == "VN":  # a country takes an hour: on demand only
        yield
        return

    def fill(stop: threading.Event) -> None:
        if not _answers(settings, stop) or not _missing(settings):
            return
        say("Đang bổ sung số liệu minh hoạ các năm trước ở nền; dừng lúc nào cũng được, lần sau làm tiếp")
        done = _child(settings, ["demo", "--fill", "--home", settings.home], "fill.log", stop, PATIENCE)
        if done == 0:
            say("Đã đủ số liệu minh hoạ của các năm trước")
        elif done is not None:
            say(f"Chưa bổ sung được số liệu các năm trước, xem {settings.data / 'fill.log'}")

    with _thread(fill):
        yield


@contextlib.contextmanager
def working(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """Work off the queue while the block runs, from when its server answers; a worker that ends is started again."""

    def work(stop: threading.Event) -> None:
        if not _answers(settings, stop):
            return
        while _child(settings, ["worker"], "worker.log", stop, _WORKER_PATIENCE) is not None:
            say(f"Tiến trình nền đã dừng, xem {settings.data / 'worker.log'}; đang chạy lại")
            if stop.wait(_AGAIN_S):
                return

    with _thread(work):
        yield


@contextlib.contextmanager
def _thread(run: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def _child(settings: Settings, arguments: list[str], log_name: str, stop: threading.Event, patience: int) -> int | None:
    """Run one of our commands until it ends, and return how; None where it was stopped."""
    with (settings.data / log_name).open("ab") as log:
        command = [sys.executable, "-m", "services", *arguments]
        # In a session of its own, so that Ctrl-C reaches the server first and this one by us.
        child = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log, start_new_session=True)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, child.pid, patience)
    while child.poll() is None and not stop.wait(POLL_S):
        pass
    if child.poll() is not None:
        return child.returncode
    child.send_signal(signal.SIGINT)  # what it does is cancelled and taken back
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
    return None


def _answers(settings: Settings, stop: threading.Event) -> bool:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    while not stop.wait(POLL_S):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://{host}:{settings.port}/api/start", timeout=10),
        ):
            return True
    return False


def _missing(settings: Settings) -> bool:
    from services.database import engine
    from services.demo_fill import missing

    made = engine(settings)
    try:
        return bool(missing(made, settings.home))
    finally:
        made.dispose()
