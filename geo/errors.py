"""What goes wrong and can be told to a person: one clear sentence in each language."""

from __future__ import annotations


class Problem(Exception):
    """Something a person can understand and act on.

    `vi` and `en` are one sentence each; `hint` says what to do next, where the sentence does not. `kind` is the URI of
    the kind of problem where a standard has one.
    """

    def __init__(self, vi: str, en: str, *, hint: str = "", kind: str = "") -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en
        self.hint = hint
        self.kind = kind

    def sentence(self, lang: str = "vi") -> str:
        """Return the sentence in a language (`vi` or `en`)."""
        return self.en if lang == "en" else self.vi
