"""Old Vietnamese encodings: TCVN3 and windows-1258 recognised by how many words become Vietnamese syllables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geo.errors import Problem

# TCVN 5712 (the ".Vn" fonts): byte 0x80..0xFF -> letter; small letters sit above 0xA7, capitals in the control range.
_TCVN3_SMALL = dict(
    zip(
        bytes.fromhex(
            "b5b8b6b7b9a8bbbebcbdc6a9c7cac8c9cbae" "ccd0cecfd1aad2d5d3d4d6d7ddd8dcde"
            "dfe3e1e2e4abe5e8e6e7e9aceaedebecee" "eff3f1f2f4adf5f8f6f7f9fafdfbfcfe"
        ),
        "àáảãạăằắẳẵặâầấẩẫậđ" "èéẻẽẹêềếểễệìíỉĩị" "òóỏõọôồốổỗộơờớởỡợ" "ùúủũụưừứửữựỳýỷỹỵ",
        strict=True,
    )
)  # fmt: skip
_TCVN3 = {**_TCVN3_SMALL, 0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ"}

_NAMES = {
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "cp1258": "cp1258",
    "1258": "cp1258",
    "windows-1258": "cp1258",
}
_NAMES |= {"tcvn3": "tcvn3", "tcvn": "tcvn3", "tcvn5712": "tcvn3", "abc": "tcvn3"}

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
_RIME = "(?:[iuo]?[aăâeêioôơuưy]{1,2}[iouy]?)(?:ng|nh|ch|[cmnptiouy])?"
_SYLLABLE = re.compile(f"^{_ONSET}{_RIME}$")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_LETTERS = re.compile(r"[^\W\d_]+")


def decode(raw: bytes, encoding: str) -> str:
    """Bytes as text in NFC; UnicodeDecodeError where they are of another encoding, LookupError where it is unknown."""
    name = _NAMES.get(encoding.lower().replace("_", "-"), encoding)
    if name == "tcvn3":
        return "".join(chr(b) if b < 0x80 else _TCVN3.get(b, "\ufffd") for b in raw)
    return unicodedata.normalize("NFC", raw.decode(name))


def vietnamese_share(texts: Iterable[str]) -> float:
    """Share (0..1) of the words with other than ASCII letters that are Vietnamese syllables; 1 where there are none."""
    good = all_ = 0
    for text in texts:
        for word in _LETTERS.findall(unicodedata.normalize("NFC", text)):
            if word.isascii():
                continue
            all_ += 1
            parts = unicodedata.normalize("NFD", word.lower())
            bare = unicodedata.normalize("NFC", _TONES.sub("", parts))
            good += len(_TONES.findall(parts)) <= 1 and _SYLLABLE.match(bare) is not None
        if "\ufffd" in text or any("\x80" <= c <= "\x9f" for c in text):
            all_ += 3
    return good / all_ if all_ else 1.0


def detect(samples: Iterable[bytes], *, declared: str | None = None, forced: str | None = None) -> str:
    """Name the encoding of byte strings: the forced one, or the declared, UTF-8, windows-1258 or TCVN3 that reads best.

    Raises Problem where none makes Vietnamese of it.
    """
    rows = [s for s in samples if any(b >= 0x80 for b in s)][:2000]
    if forced:
        try:
            for row in rows:
                decode(row, forced)
        except LookupError:
            raise Problem(
                f"Không biết bảng mã “{forced}”; dùng utf-8, cp1258 hoặc tcvn3.",
                f"Unknown encoding “{forced}”; use utf-8, cp1258 or tcvn3.",
            ) from None
        except UnicodeDecodeError:
            raise Problem(
                f"Chữ trong tệp không phải bảng mã {forced}; thử bỏ --encoding (trong địa chỉ: encoding) hoặc nêu bảng mã khác.",
                f"The text of the file is not {forced}; leave --encoding (encoding in an address) out or name another.",
            ) from None
        return forced
    if not rows:
        return "utf-8"
    best, share = "", 0.0
    for name in dict.fromkeys(filter(None, (declared, "utf-8", "cp1258", "tcvn3"))):
        try:
            found = vietnamese_share(decode(row, name) for row in rows)
        except (UnicodeDecodeError, LookupError):
            continue
        if name == "utf-8" and found > 0.3:  # bytes that happen to be UTF-8 by chance do not occur in real text
            return name
        if found > share + 0.02:
            best, share = name, found
    if share < 0.75:
        raise Problem(
            "Không nhận ra bảng mã chữ Việt của tệp; hãy nêu bằng --encoding (trong địa chỉ: encoding=): utf-8, cp1258, tcvn3.",
            "The encoding of the Vietnamese text is not recognised; name it with --encoding (in an address: encoding=): "
            "utf-8, cp1258, tcvn3.",
        )
    return best
