"""English for the Vietnamese units, sources and fixed sentences that figures carry."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from boundaries.predecessors import OTHERWISE
from layers.indicators.files import path


@cache
def terms() -> Mapping[str, str]:
    """Vietnamese term → English; `{}` in a sentence stands for a number, a name or another term."""
    with path("terms.csv").open(encoding="utf-8", newline="") as file:
        told = {row["vi"]: row["en"] for row in csv.DictReader(file)}
    return MappingProxyType(told | dict(one.sentences for one in OTHERWISE))


def english(text: str) -> str:
    """Return the English of a term, of a sentence or of several; what the table does not know stays as it is."""
    if text in terms():
        return terms()[text]
    for pattern, target in _sentences():
        if found := pattern.fullmatch(text):
            return target.format(*map(english, found.groups()))
    several = re.split(r"(; |(?<=\.) )", text)  # sentences at even places, what parts them at odd ones
    if len(several) > 1:
        several[::2] = map(english, several[::2])
    return "".join(several)


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with blanks as patterns; a blank holds neither a stop nor a semicolon before a space."""
    blank = r"((?:(?![;.] ).)+?)"
    return tuple((re.compile(re.escape(vi).replace(r"\{\}", blank)), en) for vi, en in terms().items() if "{}" in vi)
