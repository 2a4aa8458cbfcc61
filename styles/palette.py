"""Colours: the tones of the two themes, colour-blind-safe ramps for figures, states and the five blanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Tone:
    """One colour as it looks in each theme (`#rrggbb`)."""

    light: str
    dark: str

    def of(self, theme: Theme) -> str:
        """Return the colour of a theme."""
        return self.light if theme == "light" else self.dark


Colour = str | Tone


def colour_of(colour: Colour, theme: Theme) -> str:
    """Return `#rrggbb` of a colour in a theme; a plain text is the same in both."""
    return colour if isinstance(colour, str) else colour.of(theme)


# The map itself.
SEA = Tone("#dbe7ee", "#10181f")
LAND = Tone("#e9e8e3", "#1a2228")
AREA = Tone("#f6f5f1", "#222b32")
OUTLINE = Tone("#ffffff", "#0f161b")
OUTLINE_STRONG = Tone("#7b8791", "#6f7d88")
TEXT = Tone("#24323d", "#dfe7ec")
TEXT_HALO = Tone("#ffffff", "#10181f")
TEXT_SEA = Tone("#3f6478", "#8fb3c6")
ACCENT = Tone("#0d5568", "#7cc9d9")

# Sequential ramps, light to dark for more (yellow-green-blue, readable for every kind of colour vision);
# on the dark theme more is brighter.
SEQUENTIAL: dict[int, tuple[Tone, ...]] = {
    n: tuple(Tone(a, b) for a, b in zip(light, dark, strict=True))
    for n, light, dark in (
        (3, ("#d9efd0", "#5cb8c0", "#1f5f99"), ("#24506b", "#3f96a4", "#b5e3b4")),
        (4, ("#e3f3d3", "#8fd0bf", "#3f9bc0", "#1f5591"), ("#22465f", "#2f7590", "#57b3ae", "#c5eab9")),
        (
            5,
            ("#eaf6d8", "#b5dfc0", "#6bbfc3", "#3489b8", "#1d4f8b"),
            ("#213f56", "#2a6480", "#3a8c9c", "#70c0b0", "#cfeebd"),
        ),
        (
            6,
            ("#eef8dc", "#c7e6c4", "#8fd0c0", "#51acc3", "#2f7bb0", "#1c4a84"),
            ("#203a50", "#275a75", "#327a91", "#4a9ea5", "#82cab2", "#d6f1c1"),
        ),
        (
            7,
            ("#f1f9df", "#d3ebc8", "#a6dabf", "#6fc1c3", "#439cbe", "#2c70a8", "#1b467f"),
            ("#20364b", "#25526c", "#2d6d87", "#3a8a9a", "#58aba9", "#90d0b4", "#dbf3c5"),
        ),
    )
}

# States against a target, from good to bad. Never told by colour alone: the client adds a sign.
STATES: dict[str, tuple[str, str, Tone]] = {
    "green": ("Đạt, sát kế hoạch", "On or near target", Tone("#2f9e6e", "#3fbf88")),
    "yellow": ("Hụt nhẹ", "Slightly behind", Tone("#e8c33f", "#e5c655")),
    "orange": ("Hụt", "Behind", Tone("#e8883a", "#ee9a55")),
    "red": ("Hụt nặng", "Far behind", Tone("#cf4436", "#e8695c")),
}

# The five blanks, kept apart (key, Vietnamese, English, colour).
BLANKS: tuple[tuple[str, str, str, Tone], ...] = (
    ("no_data", "Chưa có số liệu", "No data", Tone("#d5d5d1", "#3a4249")),
    ("late", "Chậm nộp", "Late", Tone("#dcc9d6", "#57424f")),
    ("not_due", "Chưa đến hạn", "Not due yet", Tone("#cfd6e3", "#3b4658")),
    ("not_applicable", "Không áp dụng", "Not applicable", Tone("#ecebe7", "#2b3238")),
    ("suppressed", "Bảo mật thống kê", "Suppressed", Tone("#c2bfd0", "#47445a")),
)
# Figures are there, but those of the former areas cannot be put together into one: no blank of the data.
UNMERGED = ("unmerged", "Không gộp được", "Not to be merged", Tone("#e9d9b8", "#51472f"))
EMPTY = (*BLANKS, UNMERGED)
"""All reasons for which an area of a map has no figure."""
