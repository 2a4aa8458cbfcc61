"""Names on a picture: each where there is room, the first ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styles.canvas import Canvas, Weight, width_of

_LINE = 1.25  # heights of letters from one line to the next
_WIDE = 9  # letters of a line, in heights, before a name is broken


@dataclass(frozen=True)
class Name:
    """A name at a point in pixels; `always` is written even over others, and moved into the picture from its edge."""

    words: str
    x: float
    y: float
    size: float
    weight: Weight = "regular"
    always: bool = False


def put_names(canvas: Canvas, names: Sequence[Name], ink: str, halo: str) -> None:
    """Write the names that fit without touching one written before."""
    taken: list[tuple[float, float, float, float]] = []
    for name in names:
        lines = _lines(name)
        wide = max(width_of(line, name.size, name.weight) for line in lines)
        high = name.size * _LINE * len(lines)
        x = name.x
        if name.always:
            if not (0 <= name.x <= canvas.width and 0 <= name.y <= canvas.height):
                continue
            x = min(max(name.x, wide / 2 + 4), max(canvas.width - wide / 2 - 4, wide / 2))
        box = (x - wide / 2 - 2, name.y - high / 2 - 1, x + wide / 2 + 2, name.y + high / 2 + 1)
        outside = box[0] < 0 or box[1] < 0 or box[2] > canvas.width or box[3] > canvas.height
        if not name.always and (outside or any(_meet(box, other) for other in taken)):
            continue
        taken.append(box)
        for number, line in enumerate(lines):
            base = name.y + high / 2 - name.size * _LINE * (number + 1) + name.size * 0.3
            canvas.text(x, base, line, name.size, ink, halo=halo, halo_width=1.6, weight=name.weight, anchor="middle")


def _lines(name: Name) -> list[str]:
    """Break a long name between its words, before a bracket where there is one."""
    if width_of(name.words, name.size, name.weight) <= _WIDE * name.size:
        return [name.words]
    if " (" in name.words:
        before, after = name.words.split(" (", 1)
        return [before, f"({after}"]
    words = name.words.split(" ")
    cuts = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    if not cuts:
        return [name.words]
    return list(min(cuts, key=lambda cut: max(width_of(part, name.size, name.weight) for part in cut)))


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
