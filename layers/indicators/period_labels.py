"""What reporting periods are called in Vietnamese and English, and which window of days a name stands for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from layers.indicators.periods import Period

Language = Literal["vi", "en"]

ROMAN = ("", "I", "II", "III", "IV")
MONTH_NAMES = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def key(period: Period) -> str:
    """The text key of a period."""
    name = _key(period)
    return name if period.calendar == "civil" else f"{name}@{period.calendar}"


def _key(period: Period) -> str:
    match period.kind:
        case "day":
            return period.start.isoformat()
        case "month":
            return f"{period.in_year}-{period.number:02d}"
        case "quarter":
            return f"{period.in_year}-Q{period.number}"
        case "year":
            return f"{period.in_year}"
        case "week":
            return f"{period.in_year}-W{period.number:02d}"
        case "half":
            return f"{period.in_year}-H{period.number}"
        case "nine":
            return f"{period.in_year}-9M"
        case "school":
            return f"{period.in_year}-{period.in_year + 1}"
        case "to_date":
            return f"{period.in_year}-TD{period.number:02d}"


def label(period: Period, lang: Language) -> str:
    """The name of a period; one that does not follow the civil calendar says its window."""
    name = _name(period)[lang == "en"]
    return name if period.calendar == "civil" else f"{name} ({window(period, lang)})"


def window(period: Period, lang: Language) -> str:
    """The days a period spans, e.g. “15/9–14/10”; with the hour where it changes at noon."""
    noon = period.calendar == "1022"
    first, last = period.start, period.end if noon else period.last_day
    years = first.year != last.year
    spoken = [_day(on, years, lang) for on in (first, last)]
    if noon:
        spoken = [f"12:00 {one}" for one in spoken]
    return (" – " if lang == "en" else "–").join(spoken)


def _day(on: date, with_year: bool, lang: Language) -> str:
    if lang == "en":
        return f"{on.day} {MONTH_NAMES[on.month][:3]}" + (f" {on.year}" if with_year else "")
    return f"{on.day}/{on.month}" + (f"/{on.year}" if with_year else "")


def _name(period: Period) -> tuple[str, str]:
    year, number, month = period.in_year, period.number, MONTH_NAMES[period.last_day.month]
    match period.kind:
        case "year":
            return f"năm {year}", f"{year}"
        case "half":
            return f"6 tháng {('đầu', 'cuối')[number - 1]} năm {year}", f"H{number} {year}"
        case "nine":
            return f"9 tháng năm {year}", f"first nine months of {year}"
        case "quarter":
            return f"quý {ROMAN[number]}/{year}", f"Q{number} {year}"
        case "month":
            return f"tháng {number}/{year}", f"{month} {year}"
        case "week":
            return f"tuần {number}/{year}", f"week {number}, {year}"
        case "day":
            return f"{period.start:%d/%m/%Y}", f"{period.start.day} {month} {year}"
        case "school":
            return f"năm học {year}–{year + 1}", f"school year {year}–{year + 1}"
        case "to_date":
            return f"lũy kế đến hết tháng {number}/{year}", f"cumulative to the end of {month} {year}"
