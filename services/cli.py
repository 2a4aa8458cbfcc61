"""The command line `toancanh`: the operator's manual is its help."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from geo.errors import Problem
from services.errors import database_problem
from services.settings import Settings

app = typer.Typer(
    name="toancanh",
    help="Toàn Cảnh: trung tâm điều hành trên bản đồ cho tỉnh, sở, xã. / A map-centric operations centre.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
_language = {"lang": ""}


@app.callback()
def _options(
    lang: Annotated[str, typer.Option(help="Ngôn ngữ của thông báo: vi hoặc en.", envvar="TOANCANH_LANG")] = "vi",
) -> None:
    _language["lang"] = lang


def _add(module: str, name: str | None) -> None:
    """Add the commands of a module: a group of its own, or single commands at the root."""
    part = importlib.import_module(module)
    if name is None:
        part.register(app)
    else:
        app.add_typer(part.app, name=name)


for _module, _name in (
    ("services.cli_server", None),
    ("services.cli_boundaries", "boundaries"),
    ("services.cli_indicators", "indicators"),
    ("services.cli_layers", None),
    ("services.cli_share", None),
):
    if importlib.util.find_spec(_module):
        _add(_module, _name)


def main() -> None:
    """Run the command line; a problem is one sentence and status 1, never a traceback."""
    errors = Console(stderr=True, soft_wrap=True)
    try:
        app()
    except (Problem, DBAPIError, OSError) as error:
        problem = error if isinstance(error, Problem) else database_problem(error)
        if problem is None:
            raise
        lang = _language["lang"] or Settings().lang
        errors.print(f"[bold red]✗[/] {escape(problem.sentence(lang))}")
        if problem.hint:
            errors.print(f"  {escape(problem.hint)}")
        sys.exit(1)
