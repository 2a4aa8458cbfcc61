"""What the commands share: the language a person reads, and a report on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from geo.reading import Refusal

SHOWN = 10
"""Rows of a list that a report shows; the rest is counted."""

out = Console(soft_wrap=True, highlight=False)


_asked: list[str] = []


def speak(lang: str | None) -> None:
    """Choose the language of all that follows; None is that of the settings."""
    _asked[:] = [lang] if lang else []


def _speak(value: str | None) -> str | None:
    if value:
        speak(value)
    return value


Lang = Annotated[
    str | None, typer.Option("--lang", help="Ngôn ngữ của báo cáo: vi hoặc en.", callback=_speak, is_eager=True)
]


def say(vi: str, en: str) -> str:
    """Choose the sentence of the language this command speaks."""
    return en if speaking() == "en" else vi


def speaking() -> str:
    """Return `vi` or `en`: the option, else the setting."""
    if not _asked:
        from services.settings import Settings

        return Settings().lang
    return _asked[0]


def heading(text: str) -> None:
    """Print the heading of a part of a report."""
    out.print(f"\n[bold]{escape(text)}[/]")


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Print short facts, one a line, the names aligned."""
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        table.add_row(f"  {escape(name)}", escape(value))
    out.print(table)


def listing(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, mark: str = "!", most: int = SHOWN
) -> None:
    """Print a titled list, at most the first rows of it; nothing where it is empty."""
    if not rows:
        return
    colour = {"!": "yellow", "✗": "red", "·": "cyan"}[mark]
    out.print(f"\n[{colour}]{mark}[/] {escape(title)}: [bold]{len(rows)}[/]")
    table = Table(*columns, box=None, padding=(0, 2), header_style="dim", pad_edge=True)
    for row in rows[:most]:
        table.add_row(*(escape(str(cell)) for cell in row))
    out.print(table)
    if len(rows) > most:
        out.print(f"  [dim]… {say('và', 'and')} {len(rows) - most} {say('dòng nữa', 'more')}[/]")


def grouped(refused: Iterable[Refusal]) -> list[tuple[str, int, str]]:
    """Refused rows by their reason: the sentence, how many rows, the first of them."""
    groups: dict[str, list[int]] = {}
    for one in refused:
        groups.setdefault(say(one.vi, one.en), []).append(one.row)
    return [
        (reason, len(rows), ", ".join(map(str, rows[:5])) + ("…" if len(rows) > 5 else ""))
        for reason, rows in groups.items()
    ]


def good(text: str) -> None:
    """Print that something is well."""
    out.print(f"[green]✓[/] {escape(text)}")


def bad(text: str) -> None:
    """Print that something is not."""
    out.print(f"[red]✗[/] {escape(text)}")


def amount(value: float, decimals: int = 0) -> str:
    """A number as the reader writes it: 1.234,5 in Vietnamese, 1,234.5 in English."""
    text = f"{value:,.{decimals}f}"
    return text if speaking() == "en" else text.translate(str.maketrans(",.", ".,"))
