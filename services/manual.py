"""Make the generated pages of the documents from the code: settings, commands, layers, indicators."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

from layers.catalogue import catalogue
from layers.indicators.catalogue import Indicator, load
from layers.layer import Layer
from services.cli import app
from services.settings import PROJECT, Settings

DOCS = PROJECT / "docs" / "reference"
NOTE = "<!-- Made by `make docs`; do not edit. -->\n\n"


def pages() -> dict[str, str]:
    """Return every generated page: file name to text."""
    return {
        "settings.md": NOTE + _settings(),
        "commands.md": NOTE + _commands(),
        "layers.md": NOTE + _layers(),
        "indicators.md": NOTE + _indicators(),
    }


def _settings() -> str:
    lines = [
        "# Settings",
        "",
        "Read from the environment or from a file `.env` in the project's folder.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = f"`{default.relative_to(PROJECT)}`" if isinstance(default, Path) else f"`{default}`" if default else "–"
        lines.append(f"| `TOANCANH_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines) + "\n"


def _commands() -> str:
    root = get_command(app)
    return "# Commands\n\n" + "\n".join(_command(root, "toancanh"))


def _command(command: Any, path: str) -> list[str]:
    context = command.make_context(path, [], resilient_parsing=True)
    lines: list[str] = []
    if not hasattr(command, "list_commands"):
        arguments = " ".join((p.name or "").upper() for p in command.params if p.param_type_name == "argument")
        lines += [f"## `{path}{' ' + arguments if arguments else ''}`", "", (command.help or "").strip(), ""]
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                words = getattr(parameter, "help", "") or ""
                lines.append(f"- `{', '.join(parameter.opts)}` {words}")
        lines.append("")
    else:
        for name in sorted(command.list_commands(context)):
            child = command.get_command(context, name)
            if child is not None:
                lines += _command(child, f"{path} {name}")
    return lines


def _layers() -> str:
    return "# Layers\n\nIn drawing order, from bottom to top.\n\n" + "\n".join(
        _layer(one) for one in catalogue.values()
    )


def _layer(layer: Layer) -> str:
    rows = [
        f"| `{field.name}` | {field.title} | {field.title_en} | {field.type} | {field.unit or '–'} "
        f"| {'public' if field.public else '**staff**'} |"
        for field in layer.fields
    ]
    head = [
        f"## `{layer.id}` · {layer.title}",
        "",
        f"{layer.description} {layer.description_en}",
        "",
        f"Geometry: {layer.geometry}. Readers: {layer.readers}.",
        "",
        "| field | title | English | type | unit | readers |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _indicators() -> str:
    modules, listed = load()
    lines = [
        "# Indicators",
        "",
        f"{len(listed)} indicators in {len(modules)} modules; the first of a module leads it. Limits are those beyond "
        "which a figure is refused; a ratio is given as numerator / denominator.",
        "",
    ]
    for module in modules:
        lines += [
            f"## {module.title}",
            "",
            "| code | name | unit | period | good | level | in space | in time | limits | owner | basis |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [f"| {' | '.join(_cells(one))} |" for one in listed if one.module == module.id]
        lines.append("")
    return "\n".join(lines)


def _cells(one: Indicator) -> tuple[str, ...]:
    rule = (
        f"ratio {one.numerator or one.numerator_name} / {one.denominator or one.denominator_name}"
        if one.is_ratio
        else one.space_rule
    )
    low, high = (f"{limit:g}" if limit is not None else "" for limit in (one.limit_low, one.limit_high))
    return (
        one.code + ("" if one.public else " (internal)"), one.name, one.unit,
        one.period + ("" if one.calendar == "civil" else f" @{one.calendar}"),
        {"up": "↑", "down": "↓", "neutral": "○"}[one.direction], one.lowest_level, rule, one.time_rule,
        f"{low}..{high}" if low or high else "–", "; ".join(map(str, one.owners)), one.basis or "–",
    )  # fmt: skip


def main() -> None:
    """Write the pages."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (DOCS / name).write_text(page, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
