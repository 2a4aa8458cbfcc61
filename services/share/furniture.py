"""What stands around a shared map: title, legend, inset, table and foot."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from html import escape

from layers.indicators.period_labels import Language
from layers.indicators.states import states_of
from services.share.inset import inset
from services.share.view import NO_TARGET, Carriage, Outline, Place, View
from services.share.words import VIETNAM, WORDS, day, in_words
from styles import classes

NAMED = 6  # sources of a carried figure told by name


def furniture(view: View, colours: list[str], lang: str) -> str:
    """Title, legend, inset, foot and table around the map."""
    words = WORDS[lang]
    number = f"{len(view.places)} {words[view.level]}"
    if view.lens:
        number += f" · {words['lens']}: {view.lens[lang == 'en']}"
    carried = f"{words['carried']} {view.origin[lang == 'en']}" if view.origin else ""
    badges = "".join(
        f'<span class="tc-badge {kind}">{escape(words[key])}</span>'
        for key, kind, shown in (("sample", "tc-sample", view.sample), ("approximate", "", view.approximate))
        if shown
    ) + (f'<span class="tc-badge tc-from">{escape(carried)}</span>' if carried else "")
    unit = unit_of(view, lang)
    kind = "VN" if view.area_code == "VN" else "city" if view.area.startswith("Thành phố") else "province"
    whole = (
        ""
        if view.whole is None
        else f'<div class="tc-whole-value"><span>{escape(words[f"whole_{kind}"])}</span>'
        f"<b>{escape(value_text(view.whole, view, lang))}</b></div>"
    )
    when = view.period.label(language_of(lang))
    corner = (
        f'<div class="tc-corner">'
        f"{inset([(o.code, o.shape) for o in view.context], view.area_code, lang=lang, title=words['where'])}</div>"
        if view.area_code != "VN"
        else ""
    )
    return f"""
<div class="tc-side">
<section class="tc-card tc-title"><div class="tc-place">{escape(where_of(view, lang))}</div>
<h1>{escape(name_of(view, lang))}</h1>
<div class="tc-when">{escape(when[:1].upper() + when[1:])} · {escape(number)}</div>
{f'<div class="tc-badges">{badges}</div>' if badges else ""}
{whole}<button class="tc-open" type="button" aria-expanded="false">{escape(words["table"])}</button></section>
<details class="tc-card tc-legend" open><summary><span>{escape(words["legend"])}</span>
<small>{escape(words["unit"])}: {escape(unit)}</small></summary>
{_legend(view, colours, lang)}</details></div>
{corner}
<footer class="tc-foot">{_foot(view, lang)}</footer>
<aside class="tc-card tc-drawer" hidden aria-label="{escape(words["table"])}">
<header><span>{escape(words["table"])}</span>
<button type="button">{escape(words["close"])}</button></header><div class="tc-scroll" tabindex="0">
<table><thead><tr><th>{escape(words["area"])}</th><th>{escape(words["value"])} ({escape(unit)})</th></tr></thead><tbody></tbody></table>
</div></aside>"""


def _legend(view: View, colours: list[str], lang: str) -> str:
    english = lang == "en"
    key = "label_en" if english else "label"
    used = Counter(colours)
    if view.method == "target":
        rows = [(row["colour"], row[key]) for row in classes.target_classes(states_of(view.indicator))]
        if used[NO_TARGET]:
            rows.append((NO_TARGET, WORDS[lang]["no_target"]))
    else:
        ladder = classes.legend_classes(view.edges, view.indicator.decimals)
        rows = [(row["colour"], row[key]) for row in reversed(ladder)]  # much on top, as on a scale
    blanks = [(row["colour"], row[key]) for row in classes.blanks(carried=True) if used[row["colour"]]]

    def item(colour: str, label: str) -> str:
        return f'<li><i style="background-color:{colour}"></i>{escape(label)}<span>{used[colour]}</span></li>'

    return (
        f"<ul>{''.join(item(*row) for row in rows)}</ul>"
        + (f'<ul class="tc-blanks">{"".join(item(*row) for row in blanks)}</ul>' if blanks else "")
        + f'<p class="tc-how">{escape(WORDS[lang]["classes"])}: {escape(WORDS[lang][view.method])}</p>'
    )


def _foot(view: View, lang: str) -> str:
    words = WORDS[lang]
    vintage = view.vintage.title_en if lang == "en" else view.vintage.title
    facts = [
        (words["source"], "; ".join(in_words(one, lang) for one in view.sources) or words["no_source"]),
        (words["known"], day(view.known_at, lang)),
        (words["boundary"], vintage + (f" – {words['approximate'].lower()}" if view.approximate else "")),
        (words["made"], day(datetime.now(VIETNAM), lang)),
    ]
    note = f"<span><b>{escape(words['sample_long'])}</b></span>" if view.sample else ""
    return (
        note
        + "".join(f"<span>{escape(name)}: <b>{escape(text)}</b></span>" for name, text in facts)
        + '<span class="tc-brand">Toàn Cảnh</span>'
    )


def language_of(lang: str) -> Language:
    """Narrow a text to a language the periods know."""
    return "en" if lang == "en" else "vi"


def name_of(view: View, lang: str) -> str:
    """Return the indicator's name."""
    return view.indicator.name_en if lang == "en" else view.indicator.name


def where_of(view: View, lang: str) -> str:
    """Return the area's full name."""
    return view.area_en if lang == "en" else view.area


def short_name(place: Outline, lang: str) -> str:
    """Return the name for the map: bare, but with its kind where it is a number (“Phường 2 Bảo Lộc”)."""
    return (place.name_en if lang == "en" else place.full_name) if place.name[:1].isdigit() else place.name


def value_text(value: float, view: View, lang: str) -> str:
    """Return a figure with its unit."""
    number = classes.number_text(value, view.indicator.decimals, lang)
    return number + suffix_of(view, lang)


def text_of(place: Place, view: View, lang: str) -> str:
    """Return the figure of a place with its unit; one that was carried is marked: “=” put together whole, “≈” estimated."""
    assert place.value is not None
    sign = "" if not place.carried else "≈ " if place.carried.estimated else "= "
    return sign + value_text(place.value, view, lang)


def reason(carried: Carriage, view: View, lang: str) -> list[str]:
    """Return why a figure is marked, or why there is none: its origin, method, sureness and sources, a line each."""
    words, english = WORDS[lang], lang == "en"
    sources = carried.sources_en if english else carried.sources
    named = ", ".join(sources[:NAMED])
    if len(sources) > NAMED:
        named += f" {words['more'].format(len(sources) - NAMED)}"
    origin = f"{words['carried']} {view.origin[english]}" if view.origin else ""
    if carried.refused:
        told = [(carried.refused_en if english else carried.refused) or ""]
    else:
        method = carried.method_en if english else carried.method
        told = [origin, method[:1].upper() + method[1:], _sureness(carried, view, lang)]
    return [line for line in (*told, f"{words['from']}: {named}" if named else "") if line]


def _sureness(carried: Carriage, view: View, lang: str) -> str:
    words, decimals = WORDS[lang], view.indicator.decimals
    if not carried.estimated:
        return words["exact"].capitalize()
    share = f"{words['estimated'].capitalize()} {classes.number_text(max(1, round(100 * carried.estimated)), 0, lang)}%"
    if carried.low is None or carried.high is None:
        return share
    low, high = (classes.number_text(value, decimals, lang) for value in (carried.low, carried.high))
    return share if low == high else f"{share}, {words['band'].format(low, high)}"


def suffix_of(view: View, lang: str) -> str:
    """Return what follows a figure."""
    unit = unit_of(view, lang)
    return unit if unit == "%" else f" {unit}"


def unit_of(view: View, lang: str) -> str:
    """Return the unit of the figures."""
    return in_words(view.indicator.unit, lang)
