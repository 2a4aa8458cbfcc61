"""Kinds of administrative areas and how their names are written in Vietnamese and in English."""

import re
import unicodedata

KINDS: dict[str, tuple[str, str]] = {
    "Tỉnh": ("tinh", "Province"),
    "Thành phố": ("thanh_pho", "City"),
    "Quận": ("quan", "District"),
    "Huyện": ("huyen", "District"),
    "Thị xã": ("thi_xa", "Town"),
    "Thị trấn": ("thi_tran", "Township"),
    "Xã": ("xa", "Commune"),
    "Phường": ("phuong", "Ward"),
    "Đặc khu": ("dac_khu", "Special Zone"),
}
"""Word before a name -> our kind and the English word."""


def tidy(name: str) -> str:
    """A name in NFC, with the spaced en dash that the resolutions use between two joined names."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    return re.sub(r" +[-–] +", " – ", text)


def split_kind(full_name: str) -> tuple[str, str]:
    """The word of the kind (a key of KINDS) and the bare name; ValueError where the first words are no known kind."""
    text = tidy(full_name)
    for word in KINDS:
        if text.lower().startswith(word.lower() + " "):
            return word, text[len(word) + 1 :]
    raise ValueError(f"Tên “{full_name}” không bắt đầu bằng loại đơn vị hành chính nào đã biết.")


def english(word: str, name: str) -> str:
    """The English full name of (Vietnamese kind, bare name): “Lâm Đồng Province”, “Ward 2 Bảo Lộc”."""
    kind = KINDS[word][1]
    return f"{kind} {name}" if name[:1].isdigit() else f"{name} {kind}"
