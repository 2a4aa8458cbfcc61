"""A look as plain rules – which features, in which colour – for formats that have no expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from styles.marks import Categories, Fill, Line, Look, Paint, Plain, Steps
from styles.palette import OUTLINE, Theme, colour_of

Operator = Literal["=", ">=", "<", "null", "present"]


@dataclass(frozen=True)
class Test:
    """One condition on a field; `null` and `present` need no value."""

    __test__ = False  # no test of pytest's

    field: str
    operator: Operator
    value: str | float = ""


@dataclass(frozen=True)
class Rule:
    """Features that pass every test, their colour and their words; `other`: those that no rule before takes."""

    title: str
    title_en: str
    colour: str
    tests: tuple[Test, ...] = ()
    other: bool = False

    def words(self, lang: str) -> str:
        """Return its words in a language."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True)
class Part:
    """A mark and the rules that colour it."""

    mark: Plain
    rules: tuple[Rule, ...]


def portrayal(look: Look, theme: Theme, title: str, title_en: str) -> tuple[Part, ...]:
    """Return the parts of a layer's look bottom to top; what other shapes than the features' own show is left out."""
    return tuple(
        Part(mark, _rules(mark.colour, theme, title, title_en))
        for mark in look
        if isinstance(mark, Plain) and not mark.part
    )


def choropleth(legend: Mapping[str, Any], theme: Theme) -> tuple[Part, ...]:
    """Return the parts of a picture of figures by its legend: fields `value`, `state`, `blank` and `warning`."""
    tone = "colour_dark" if theme == "dark" else "colour"
    rows: Sequence[Mapping[str, Any]] = legend["classes"]
    rules = []
    for number, row in enumerate(rows):
        tests = (Test("state", "=", row["key"]),) if "key" in row else _within(row, number, len(rows))
        rules.append(Rule(row["label"], row["label_en"], row[tone], tests))
    for row in legend["blanks"]:
        tests = (Test("blank", "=", row["key"]),)
        if row["key"] == "unmerged":
            tests = (Test("value", "null"), Test("warning", "present"))
        rules.append(Rule(row["label"], row["label_en"], row[tone], tests))
    return (
        Part(Fill(colour=OUTLINE, opacity=1.0), tuple(rules)),
        Part(Line(colour=OUTLINE, width=0.6), (Rule("", "", colour_of(OUTLINE, theme)),)),
    )


def _within(row: Mapping[str, Any], number: int, count: int) -> tuple[Test, ...]:
    """A class; the first and the last one also take what lies beyond them, as on the map."""
    low = () if number == 0 else (Test("value", ">=", row["from"]),)
    high = () if number == count - 1 else (Test("value", "<", row["to"]),)
    return (*low, *high) or (Test("value", "present"),)


def _rules(paint: Paint, theme: Theme, title: str, title_en: str) -> tuple[Rule, ...]:
    match paint:
        case Categories():
            known = (
                Rule(item.title, item.title_en, colour_of(item.colour, theme), (Test(paint.field, "=", item.value),))
                for item in paint.items
            )
            return (*known, Rule("Khác", "Other", colour_of(paint.other, theme), other=True))
        case Steps():
            tones = (paint.first, *(tone for _, tone in paint.stops))
            edges = [low for low, _ in paint.stops]
            rules = []
            for number, tone in enumerate(tones):
                low = () if number == 0 else (Test(paint.field, ">=", edges[number - 1]),)
                high = () if number == len(edges) else (Test(paint.field, "<", edges[number]),)
                first, last = f"{edges[max(number - 1, 0)]:g}", f"{edges[min(number, len(edges) - 1)]:g}"
                words = f"< {last}" if number == 0 else f"≥ {first}" if number == len(edges) else f"{first} – {last}"
                rules.append(Rule(words + paint.unit, words + paint.unit, colour_of(tone, theme), (*low, *high)))
            return tuple(rules)
        case _:
            return (Rule(title, title_en, colour_of(paint, theme)),)
