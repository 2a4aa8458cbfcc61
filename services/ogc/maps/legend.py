"""The legend of a collection on a map picture: what it is, of when, and a row for each class or value that is met."""

from __future__ import annotations

from layers.indicators.period_labels import label
from services.language import Language
from services.ogc.collections import SAMPLE_WORD, Collection
from services.ogc.figures.choropleth import Choropleth
from services.ogc.maps.reading import Taken
from services.ogc.styles.known import look_of
from styles.legend import legend
from styles.palette import Theme
from styles.picture_legend import Block, Entry


def block(one: Collection, theme: Theme, lang: Language, figures: Choropleth | None, taken: Taken) -> Block:
    """Return the legend of one collection."""
    if figures is not None:
        return _figures(one, theme, lang, figures)
    rows = legend(look_of(one.layer), one.layer.title, one.layer.title_en, theme)
    met = {name: {str(value) for value in values} for name, values in taken.fields.items()}
    entries = tuple(
        Entry(row["label_en" if lang == "en" else "label"], row["colour"], row["shape"])
        for row in rows
        if row["field"] is None or taken.cells is not None or row["value"] in met.get(row["field"], ())
    )
    return Block((one.title(lang),), entries)


def _figures(one: Collection, theme: Theme, lang: Language, figures: Choropleth) -> Block:
    english = lang == "en"
    when = label(figures.picture.at, lang)
    parent = figures.picture.parent
    where = "" if parent.level == "country" else f"{parent.name_en if english else parent.full_name} · "
    sample = f" · {SAMPLE_WORD[lang]}" if figures.sample else ""
    colour, words = ("colour_dark" if theme == "dark" else "colour"), ("label_en" if english else "label")
    entries = tuple(Entry(row[words], row[colour]) for row in figures.rows)
    return Block((*_broken(one.title(lang)), f"{where}{when}{sample}"), entries)


def _broken(title: str, most: int = 44) -> list[str]:
    """Break a long title into lines of about as many letters."""
    lines = [""]
    for word in title.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
