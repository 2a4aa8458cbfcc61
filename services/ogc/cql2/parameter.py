"""The parameters `filter`, `filter-lang` and `filter-crs` of Features Part 3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from layers.layer import Field
from services.errors import BadParameter
from services.ogc.cql2.nodes import Filter
from services.ogc.cql2.text import NotText, read
from services.ogc.cql2.tree import build, wrong
from services.ogc.systems import system

FILTERING = frozenset({"filter", "filter-lang", "filter-crs"})
# The last is the draft's name of the first: GDAL (3.12 as well) sends conditions only to servers that list it.
LANGUAGES = ("cql2-text", "cql2-json", "cql-text")
MOST = 30_000  # characters


def asked(parameters: Mapping[str, str], fields: Mapping[str, Field]) -> Filter | None:
    """Return the filter a request asks for over these fields; BadParameter where it cannot be used."""
    language = parameters.get("filter-lang", LANGUAGES[0])
    if language not in LANGUAGES:
        listed = ", ".join(LANGUAGES)
        raise BadParameter("filter-lang", f"filter-lang là một trong {listed}.", f"filter-lang is one of {listed}.")
    within = system("filter-crs", parameters.get("filter-crs"))
    text = parameters.get("filter")
    if text is None:
        return None
    if len(text) > MOST:
        raise wrong(f"filter dài quá {MOST} ký tự.", f"filter is longer than {MOST} characters.")
    return build(_read(text, language), fields, within)


def out_of_range() -> BadParameter:
    """Return what is said of a filter whose numbers the database cannot work out."""
    return wrong(
        "Phép tính trong filter vượt quá phạm vi của số.", "The arithmetic of filter goes beyond the range of numbers."
    )


@lru_cache(maxsize=256)
def _read(text: str, language: str) -> Any:
    """Return the CQL2 JSON of a filter; whoever reads all pages sends the same text again and again."""
    if language == "cql2-json":
        try:
            return json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise wrong("filter không phải là JSON hợp lệ.", "filter is not valid JSON.") from None
    try:
        return read(text)
    except NotText as error:
        rest = text[error.place : error.place + 20]
        raise wrong(
            f"filter không phải là CQL2 từ ký tự thứ {error.place + 1}: “{rest}”."
            if rest
            else "filter bị ngắt giữa chừng.",
            f"filter is not CQL2 from character {error.place + 1} on: “{rest}”." if rest else "filter ends too early.",
        ) from None


def _no_number(text: str) -> Any:
    raise ValueError(text)
