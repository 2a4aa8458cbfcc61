"""Commands that run and keep the system: up, serve, worker, migrate, demo, doctor."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from geo.errors import Problem

if TYPE_CHECKING:
    import uvicorn

    from services.settings import Settings

console = Console(stderr=True, soft_wrap=True, highlight=False)

Port = Annotated[int | None, typer.Option(help="Cổng của máy chủ.", envvar="PORT")]
Host = Annotated[str | None, typer.Option(help="Địa chỉ máy chủ lắng nghe.")]
Home = Annotated[str | None, typer.Option(help="Mã tỉnh mở ra đầu tiên; all là cả nước.", envvar="PROVINCE")]


class PortInUse(Problem):
    """Another program listens on the port."""


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    for command in (up, serve, worker, migrate, demo, doctor, clean):
        app.command()(command)


def up(port: Port = None, host: Host = None, home: Home = None) -> None:
    """Chạy mọi thứ trên một máy: PostGIS riêng, cấu trúc dữ liệu, tỉnh minh hoạ, máy chủ. Ctrl-C để dừng."""
    from services.beside import filling, working

    settings = _settings(port=port, host=host, home=home)
    _refuse_unknown(settings.home)
    _refuse_taken(settings.host, settings.port)
    with _running(settings):
        _migrate(settings)
        _demo(settings)
        _say_behind(settings)
        with filling(settings, _note), working(settings, _note):
            _serve(settings)


def serve(port: Port = None, host: Host = None) -> None:
    """Chạy máy chủ trên cơ sở dữ liệu đã sẵn sàng."""
    settings = _settings(port=port, host=host)
    _refuse_unknown(settings.home)
    _refuse_taken(settings.host, settings.port)
    with _running(settings):
        _say_behind(settings)
        _serve(settings)


def worker() -> None:
    """Chạy tiến trình nền: các việc xếp hàng và việc định kỳ (tổng hợp lại, dọn dẹp mỗi đêm). Ctrl-C để dừng."""
    import asyncio

    from services.jobs import work

    settings = _settings()
    with _running(settings):
        console.print("[green]✓[/] Tiến trình nền đang chạy. Ctrl-C để dừng.")
        asyncio.run(work(settings))


def migrate() -> None:
    """Đưa cơ sở dữ liệu về đúng cấu trúc của phiên bản này."""
    settings = _settings()
    with _running(settings):
        _migrate(settings)


def demo(
    home: Home = None,
    fill: Annotated[
        bool,
        typer.Option("--fill", help="Bổ sung cả số liệu năm năm, từng mô-đun một; dừng rồi chạy lại thì làm tiếp."),
    ] = False,
    national: Annotated[
        bool,
        typer.Option("--national", help="Cả nước, mọi chỉ tiêu, 24 tháng: khoảng 25 triệu số liệu để đo tốc độ."),
    ] = False,
) -> None:
    """Dựng tỉnh minh hoạ trong cơ sở dữ liệu còn trống."""
    settings = _settings(home="VN" if national else home)
    _refuse_unknown(settings.home)
    with _running(settings):
        _migrate(settings)
        _demo(settings)
        if fill or national:
            _fill(settings)


def doctor() -> None:
    """Kiểm tra phiên bản, đĩa, PostGIS, hệ toạ độ, đồng hồ và nói phải làm gì."""
    from services.doctor import examine

    found = examine(_settings())
    for check in found:
        mark = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "bad": "[red]✗[/]"}[check.state]
        console.print(f"{mark} {check.title}: {check.finding}")
        if check.advice:
            console.print(f"    → {check.advice}")
    if any(check.state == "bad" for check in found):
        raise typer.Exit(1)


def clean() -> None:
    """Dừng và xoá PostGIS riêng cùng dữ liệu của nó."""
    from services import cluster as clusters

    settings = _settings()
    for marker in settings.data.glob("**/port"):  # ours, and those of tests and measurements
        clusters.remove(marker.parent)
    console.print("[green]✓[/] Đã xoá cơ sở dữ liệu riêng.")


def _settings(**given: str | int | None) -> Settings:
    """Read the settings; what the command line gives goes before them."""
    from services.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _note(text: str) -> None:
    console.print(f"  · {text}")


def _refuse_unknown(home: str) -> None:
    from boundaries.register import provinces
    from services.errors import NotFound

    known = dict(provinces()[["code", "full_name"]].itertuples(index=False, name=None))
    if home != "VN" and home not in known:
        listed = ", ".join(f"{code} {name}" for code, name in known.items())
        raise NotFound(
            f"Không có tỉnh mang mã “{home}”.",
            f"There is no province with the code “{home}”.",
            hint=listed,
        )


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(
                f"Cổng {port} đang được chương trình khác dùng.",
                f"The port {port} is in use by another program.",
                hint=f"PORT={port + 1} make run",
            ) from error


@contextlib.contextmanager
def _running(settings: Settings) -> Iterator[None]:
    if settings.database_url:
        yield
        return
    from services import cluster as clusters

    with clusters.running(clusters.private_cluster(settings.data)):
        yield


def _migrate(settings: Settings) -> None:
    from services.database import engine
    from services.migrate import current, head, upgrade

    made = engine(settings)
    try:
        before = current(made)
        if before != head():
            upgrade(made)
            console.print(f"[green]✓[/] Cấu trúc cơ sở dữ liệu: {before or 'mới'} → {head()}")
    finally:
        made.dispose()


def _say_behind(settings: Settings) -> None:
    """One line where the catalogue's files are not what was applied to the database."""
    from layers.indicators.sync import difference
    from services.cli_catalogue import behind
    from services.database import engine
    from services.migrate import current, head

    made = engine(settings)
    try:
        if current(made) != head():
            return
        with made.connect() as connection:
            changes = difference(connection)
        if changes:
            console.print(f"[yellow]![/] {behind(changes)}")
    finally:
        made.dispose()


def _demo(settings: Settings) -> None:
    from services.database import engine
    from services.demo import build
    from services.demo_raster import measure
    from services.outlines import improve

    made = engine(settings)
    try:
        if build(made, home=settings.home, progress=lambda text: console.print(f"  · {text} …")):
            console.print("[green]✓[/] Tỉnh minh hoạ đã sẵn sàng")
        improve(made, settings, _note)
        if measure(made, settings):
            _note("Đã tính raster minh hoạ: khoảng cách tới camera gần nhất")
    finally:
        made.dispose()


def _fill(settings: Settings) -> None:
    """Make the rest of the demonstration's figures, with a bar."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from services.database import engine
    from services.demo_fill import fill

    words = TextColumn("  · {task.description}")
    made = engine(settings)
    try:
        with Progress(words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task("Số liệu các năm trước", total=None)

            def told(done: int, of: int, name: str) -> None:
                bar.update(task, completed=done, total=of, description=name or "Số liệu các năm trước")

            count = fill(made, home=settings.home, progress=told, kindly=settings.database_url is None)
        if count:
            console.print(f"[green]✓[/] Đã thêm {count:,} số liệu minh hoạ".replace(",", "."))
    finally:
        made.dispose()


def _serve(settings: Settings) -> None:
    import uvicorn

    import services.app  # noqa: F401  before the line that names Ctrl-C: reading modules takes a while

    told: dict[str, Any] = {
        "app": "services.app:create_app",
        "factory": True,
        "host": settings.host,
        "port": settings.port,
        "log_level": "warning",
        "access_log": False,  # else its words are put together for each request and thrown away
        "proxy_headers": True,
        "timeout_graceful_shutdown": 3,
    }
    os.environ["TOANCANH_HOME"] = settings.home  # worker processes read their settings anew
    server = uvicorn.Server(uvicorn.Config(**told))
    with _noting(server) if settings.workers == 1 else contextlib.nullcontext():
        console.print(
            f"\n  [bold]Toàn Cảnh[/]  http://{settings.host}:{settings.port}   OGC: http://{settings.host}:{settings.port}/ogc"
        )
        console.print("  Ctrl-C để dừng.\n")
        if settings.workers > 1:
            uvicorn.run(**told, workers=settings.workers)
            return
        server.run()
    if not server.started:
        raise typer.Exit(3)


@contextlib.contextmanager
def _noting(server: uvicorn.Server) -> Iterator[None]:
    """Let the server note from now on that it is to end: an exception may be raised where Python swallows it."""
    before = {asked: signal.signal(asked, server.handle_exit) for asked in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)
