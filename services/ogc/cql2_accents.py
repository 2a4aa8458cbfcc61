"""Letters with accents and the letters they are without: what makes “Đà Lạt” and “Da Lat” alike."""

from __future__ import annotations

import unicodedata


def _pairs() -> tuple[str, str]:
    """Return the marked letters and, in the same order, the bare ones.

    Marks that stand apart from their letter come last and have no partner, so they are left out of the text.
    """
    marked, bare = [], []
    for number in (*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)):
        letter = {"đ": "d", "Đ": "D"}.get(chr(number)) or unicodedata.normalize("NFD", chr(number))[0]
        if letter.isascii():
            marked.append(chr(number))
            bare.append(letter)
    return "".join(marked) + "".join(map(chr, range(0x300, 0x330))), "".join(bare)


MARKED, BARE = _pairs()
