"""How people write reporting periods: the patterns and the parts they tell."""

from __future__ import annotations

import re

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_UNTIL = r"(?P<until>0?[1-9]|1[0-2])"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-?H(?P<half>[12])",
        rf"(?:H|nửa năm\s*)(?P<half>[12])[\s/-]*(?:năm\s*)?{_YEAR}",
        rf"(?P<half_word>6 tháng đầu|6 tháng cuối|6 tháng|nửa đầu|nửa cuối) năm\s*{_YEAR}",
        rf"{_YEAR}[-/ ]?(?:Q|quý\s*)(?P<quarter>[1-4])",
        rf"(?:Q|quý\s*)(?P<quarter>IV|I{{1,3}}|[1-4])[\s/-]*(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}[-/.]{_MONTH}",
        rf"(?:tháng\s*|T\.?\s*)?{_MONTH}\s*[-/.]\s*{_YEAR}",
        rf"(?:tháng|T)\s*{_MONTH}\s+(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-?W(?P<week>0[1-9]|[1-4]\d|5[0-3])",
        rf"(?:tuần\s*|W)(?P<week>0?[1-9]|[1-4]\d|5[0-3])[\s/-]+(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-{_MONTH}-{_DAY}",
        rf"(?:ngày\s*)?{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}",
        rf"{_YEAR}-?(?P<nine>9M)",
        rf"(?P<nine>9 tháng)(?: đầu)?(?: năm)?\s*[/-]?\s*{_YEAR}",
        rf"(?:năm học\s*)?{_YEAR}\s*[-/]\s*(?P<school>(?:19|20)\d\d)",
        rf"{_YEAR}-?TD{_UNTIL}",
        rf"l[uũ][yỹ] kế(?: đến)?(?: hết)?(?: tháng)? {_UNTIL}\s*[-/.]\s*{_YEAR}",
        rf"(?:l[uũ][yỹ] kế )?{_UNTIL} tháng(?: đầu)? năm\s*{_YEAR}",
    )
)


def parts(text: str) -> dict[str, str] | None:
    """The named parts of a written period, of which `year` is always one; None where no pattern fits."""
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(text):
            return {name: part for name, part in found.groupdict().items() if part}
    return None
