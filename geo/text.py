"""Vietnamese text made comparable: folded for searching, and names that differ only in where the tone mark stands."""

from __future__ import annotations

import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # huyền, sắc, ngã, hỏi, nặng


def fold(text: str) -> str:
    """Lower case without diacritics; dashes and punctuation become single blanks ("Đà Lạt – P.1" -> "da lat p 1")."""
    letters = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    kept = (c if c.isalnum() else " " for c in letters if unicodedata.category(c) != "Mn")
    return " ".join("".join(kept).split())


def name_key(text: str) -> str:
    """Key that keeps every letter and tone but not the place of the tone, the case, the dashes: "Hoà" = "HÒA"."""
    words: list[str] = []
    for word in "".join(
        c if c.isalnum() or unicodedata.category(c) == "Mn" else " " for c in _decomposed(text)
    ).split():
        letters = "".join(c for c in word if c not in _TONES)
        words.append(letters + "".join(sorted(c for c in word if c in _TONES)))
    return " ".join(words)


def same_name(a: str, b: str) -> bool:
    """Whether two names are one name, however the tone is placed, the case written and the words joined."""
    return name_key(a) == name_key(b)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text.lower())
