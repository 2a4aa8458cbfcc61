"""The command line `toancanh`: the operator's manual is its help.

The modules `cli_*` declare the commands; each command imports what it works with when it runs, so that help and small
commands come at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from geo.errors import Problem
from services import (
    cli_boundaries,
    cli_boundaries_time,
    cli_catalogue,
    cli_indicators,
    cli_keys,
    cli_layers,
    cli_rasters,
    cli_server,
    cli_share,
    cli_targets,
    cli_tiles,
)
from services.commands import say, speak

app = typer.Typer(
    name="toancanh",
    help="Toàn Cảnh: trung tâm điều hành trên bản đồ cho tỉnh, sở, xã. / A map-centric operations centre.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _options(
    lang: Annotated[
        str | None, typer.Option(help="Ngôn ngữ của thông báo: vi hoặc en.", envvar="TOANCANH_LANG")
    ] = None,
) -> None:
    from layers.indicators import catalogue
    from services.settings import Settings

    speak(lang)
    catalogue.use(Settings().catalogue)


cli_boundaries_time.register(cli_boundaries.app)
cli_catalogue.register(cli_indicators.app)
for _group, _name in (
    (cli_boundaries, "boundaries"),
    (cli_indicators, "indicators"),
    (cli_targets, "targets"),
    (cli_rasters, "raster"),
    (cli_keys, "keys"),
):
    app.add_typer(_group.app, name=_name)
for _commands in (cli_server, cli_layers, cli_share, cli_tiles):
    _commands.register(app)


def main() -> None:
    """Run the command line; a problem is one sentence and status 1, never a traceback."""
    try:
        app()
    except Exception as error:
        problem = _problem(error)
        if problem is None:
            raise
        errors = Console(stderr=True, soft_wrap=True)
        errors.print(f"[bold red]✗[/] {escape(say(problem.vi, problem.en))}")
        if problem.hint:
            errors.print(f"  {escape(problem.hint)}")
        sys.exit(1)


def _problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    from services.errors import database_problem

    return database_problem(error)
