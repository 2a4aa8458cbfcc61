"""The styles a collection can be seen in: their names in addresses, and what each means."""

from __future__ import annotations

from dataclasses import dataclass

from layers.layer import Layer
from services.errors import NotFound
from services.legends import METHODS, Method
from services.ogc.collections import Collection
from styles.areas import area_look
from styles.marks import Look
from styles.palette import Theme

_TITLES: dict[str, tuple[str, str]] = {
    "default": ("Như trên bản đồ", "As on the map"),
    "quantile": ("Chia lớp theo số địa bàn", "Classes of as many areas"),
    "natural": ("Chia lớp theo khoảng cách tự nhiên", "Natural breaks"),
    "equal": ("Chia lớp theo khoảng đều", "Classes of equal width"),
    "target": ("So với kế hoạch", "Against the target"),
}
_DARK = ("nền tối", "dark")


@dataclass(frozen=True)
class Style:
    """One way to see a collection: theme, and how the figures of an indicator are cut into classes."""

    theme: Theme
    method: Method | None = None

    @property
    def id(self) -> str:
        """Its name in addresses."""
        return (self.method or "default") + ("-dark" if self.theme == "dark" else "")

    def title(self, lang: str) -> str:
        """Its name for people."""
        number = 1 if lang == "en" else 0
        words = _TITLES[self.method or "default"][number]
        return f"{words} ({_DARK[number]})" if self.theme == "dark" else words


def styles_of(one: Collection, *, targets: bool = False) -> tuple[Style, ...]:
    """Return the styles of a collection, the usual one first; `targets`: whether its figures have any."""
    methods: tuple[Method | None, ...] = (None,)
    if one.figures is not None:
        methods = (*METHODS, *(("target",) if targets else ()))
    return tuple(Style(theme, method) for theme in ("light", "dark") for method in methods)


def style_of(one: Collection, name: str | None) -> Style:
    """Return a style by its name, the usual one for None; NotFound for another."""
    offered = styles_of(one, targets=True)
    if name is None:
        return offered[0]
    found = next((style for style in offered if style.id == name), None)
    if found is None:
        there = ", ".join(style.id for style in offered)
        raise NotFound(
            f"Không có kiểu “{name[:60]}”; có {there}.", f"There is no style “{name[:60]}”; there are {there}."
        )
    return found


def look_of(layer: Layer) -> Look:
    """Return the look of a layer; areas, which the map draws itself, have that of the map's ground."""
    return layer.look or area_look(layer.id)
