"""Compile a look to the rows of a legend."""

from __future__ import annotations

from typing import Any

from styles.marks import Categories, Circles, Fill, Heat, Icon, Line, Look, Paint, Steps
from styles.palette import Theme, colour_of

_SHAPES = {Fill: "fill", Line: "line", Circles: "circle", Icon: "icon"}


def legend(look: Look, title: str, title_en: str, theme: Theme = "light") -> list[dict[str, Any]]:
    """Return legend rows: label, label_en, shape, colour, and the field and value that a row stands for.

    A scale gives a row for each of its values; a plain mark gives one row with the layer's title. A scale used by
    two marks (disc and line) is listed once, in the shape of the upper one; beside a scale a plain mark is left out.
    """
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    scaled = any(isinstance(getattr(mark, "colour", None), Categories | Steps) for mark in look)
    for mark in reversed(look):
        if isinstance(mark, Heat) or mark.part:
            continue
        shape = _SHAPES[type(mark)]
        colour: Paint = "#000000" if isinstance(mark, Icon) else mark.colour
        image = mark.name if isinstance(mark, Icon) else None
        key = colour.field if isinstance(colour, Categories | Steps) else "plain"
        if key in seen or (key == "plain" and scaled):
            continue
        seen.add(key)
        match colour:
            case Categories():
                for item in colour.items:
                    rows.append(
                        _row(
                            item.title,
                            item.title_en,
                            shape,
                            colour_of(item.colour, theme),
                            colour.field,
                            item.value,
                        )
                    )
            case Steps():
                edges = [*(low for low, _ in colour.stops)]
                rows.append(
                    _row(
                        f"dưới {edges[0]:g}{colour.unit}",
                        f"below {edges[0]:g}{colour.unit}",
                        shape,
                        colour_of(colour.first, theme),
                    )
                )
                for number, (low, tint) in enumerate(colour.stops):
                    text = (
                        f"{low:g}–{edges[number + 1]:g}{colour.unit}"
                        if number + 1 < len(edges)
                        else f"≥ {low:g}{colour.unit}"
                    )
                    rows.append(_row(text, text, shape, colour_of(tint, theme)))
            case _:
                rows.append(_row(title, title_en, shape, colour_of(colour, theme), image=image))
    return rows


def _row(
    label: str,
    label_en: str,
    shape: str,
    colour: str,
    field: str | None = None,
    value: str | None = None,
    image: str | None = None,
) -> dict[str, Any]:
    return {
        "label": label,
        "label_en": label_en,
        "shape": shape,
        "colour": colour,
        "field": field,
        "value": value,
        "image": image,
    }
