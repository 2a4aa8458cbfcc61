"""Names of areas as people write them: kinds short, long or English, marks missing or misplaced, parents after a comma."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from boundaries.wording import tidy
from geo.text import fold

MEMORY = 1 << 16
"""Names kept with what was made of them; a table repeats the same few."""

Likeness = Literal["same", "bare", "part", "near"]
"""same: every mark agrees; bare: none is written; part: some are missing, none contradicts; near: letters alone agree."""

_BEFORE: dict[str, tuple[str, ...]] = {
    "thi tran": ("thi_tran",), "ttr": ("thi_tran",), "tt": ("thi_tran",), "dac khu": ("dac_khu",), "dk": ("dac_khu",),
    "thi xa": ("thi_xa",), "tx": ("thi_xa",), "thanh pho": ("thanh_pho",), "tp": ("thanh_pho",),
    "phuong": ("phuong",), "p": ("phuong",), "ward": ("phuong",), "f": ("phuong",), "xa": ("xa",), "x": ("xa",),
    "commune": ("xa",), "quan": ("quan",), "q": ("quan",), "district": ("quan", "huyen"), "huyen": ("huyen",),
    "h": ("huyen",), "tinh": ("tinh",), "t": ("tinh",), "province": ("tinh",), "city": ("thanh_pho",),
}  # fmt: skip
_AFTER: dict[str, tuple[str, ...]] = {
    "special administrative region": ("dac_khu",), "special zone": ("dac_khu",), "ward": ("phuong",),
    "commune": ("xa",), "township": ("thi_tran",), "town": ("thi_xa", "thi_tran"), "district": ("quan", "huyen"),
    "city": ("thanh_pho",), "province": ("tinh",),
}  # fmt: skip
_OFFICE = re.compile(r"^(ubnd|uỷ ban nhân dân|ủy ban nhân dân|uy ban nhan dan)\s+", re.IGNORECASE)
_SHORT = re.compile(r"^(p|q|f)\.?\s*0*(\d{1,2})$", re.IGNORECASE)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TOTALS = frozenset((
    "tong", "tong so", "tong cong", "cong", "toan tinh", "toan thanh pho", "toan huyen", "total", "grand total", "sum",
    "binh quan", "trung binh", "average",
))  # fmt: skip
_TOTALS_OF = ("toan tinh ", "toan thanh pho ", "toan huyen ", "toan quan ", "toan thi xa ", "cong tinh ", "cong huyen ",
              "cong quan ", "cong toan ", "tong cong toan ", "tong cong huyen ", "tong cong tinh ")  # fmt: skip
_NATION = frozenset(("viet nam", "vietnam", "ca nuoc", "toan quoc", "whole country", "the whole country"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take a written name: the kinds it may have (none: any) and the bare name."""

    kinds: tuple[str, ...]
    name: str


@lru_cache(maxsize=MEMORY)
def parts(text: str) -> tuple[str, ...]:
    """A name and the names of what holds it, as written: "Phường 7, TP Đà Lạt" -> ("Phường 7", "TP Đà Lạt")."""
    plain = _OFFICE.sub("", " ".join(unicodedata.normalize("NFC", text).split()))
    return tuple(part for part in (p.strip(" .-–") for p in re.split(r"[,;()/]", plain)) if part)


@lru_cache(maxsize=MEMORY)
def readings(text: str) -> tuple[Reading, ...]:
    """All ways to take one written name, those that see a kind first; the whole text is always one of them."""
    whole = tidy(text)
    found: list[Reading] = []
    if short := _SHORT.match(whole):
        found.append(Reading(("quan",) if short[1].lower() == "q" else ("phuong",), short[2]))
    words = [w for w in re.split(r"[\s.]+", whole) if w]
    for count in (2, 1):
        head = fold(" ".join(words[:count]))
        if len(words) > count and head in _BEFORE:
            found.append(Reading(_BEFORE[head], _number(" ".join(words[count:]))))
            break
    for count in (3, 2, 1):
        tail = fold(" ".join(words[-count:]))
        if len(words) > count and tail in _AFTER:
            found.append(Reading(_AFTER[tail], _number(" ".join(words[:-count]))))
            break
    return tuple(dict.fromkeys([*found, Reading((), _number(whole))]))


@lru_cache(maxsize=MEMORY)
def loose(text: str) -> str:
    """The letters and digits of a name alone, i and y as one: "Mỹ Lý", "Mĩ Lí" and "MY LY" -> "mili"."""
    return fold(text).replace(" ", "").replace("y", "i")


@lru_cache(maxsize=MEMORY)
def likeness(written: str, true: str) -> Likeness:
    """How two names of equal `loose` letters agree in their marks."""
    said, said_tones = _marks(_plain(written))
    real, real_tones = _marks(_plain(true))
    pairs = list(zip(said, real, strict=True))
    if all(a == b for a, b in pairs) and _follow(said_tones, real_tones) and len(said_tones) == len(real_tones):
        return "same"
    if not said_tones and not any(said):
        return "bare"
    if all(a <= b for a, b in pairs) and _follow(said_tones, real_tones):
        return "part"
    return "near"


def marked(text: str) -> bool:
    """Whether a text is written with the marks of Vietnamese."""
    return "đ" in text.lower() or any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def is_total(text: str) -> bool:
    """Whether a cell names a sum rather than an area."""
    said = fold(text.split("(")[0])
    return said in _TOTALS or said.startswith(_TOTALS_OF)


def is_nation(text: str) -> bool:
    """Whether a cell names the whole country."""
    return fold(text) in _NATION


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.lower()).replace("đăk", "đắk")  # both are written of one word


def _number(name: str) -> str:
    return str(int(name)) if name.isascii() and name.isdigit() else name


def _marks(text: str) -> tuple[list[frozenset[str]], list[tuple[str, int]]]:
    """The marks of each letter but its tone, and the tones with the place of their letter."""
    letters: list[set[str]] = []
    tones: list[tuple[str, int]] = []
    for c in unicodedata.normalize("NFD", text.replace("đ", "d\u0335")):
        if c in _TONES:
            tones.append((c, len(letters)))
        elif unicodedata.category(c) == "Mn":
            if letters:
                letters[-1].add(c)
        elif c.isalnum():
            letters.append(set())
    return [frozenset(marks) for marks in letters], tones


def _follow(said: list[tuple[str, int]], real: list[tuple[str, int]]) -> bool:
    """Whether the tones stand in the true name in this order, each within its syllable."""
    rest = iter(real)
    return all(any(tone == other and abs(at - place) <= 2 for other, place in rest) for tone, at in said)
