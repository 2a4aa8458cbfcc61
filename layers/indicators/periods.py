"""Reporting periods: reading what people write, naming, ordering and stepping through time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

PeriodKind = Literal["day", "week", "month", "quarter", "half", "year"]
Language = Literal["vi", "en"]

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
ROMAN = ("", "I", "II", "III", "IV")
MONTH_NAMES = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-?H(?P<half>[12])",
        rf"(?:H|nửa năm\s*)(?P<half>[12])[\s/-]*(?:năm\s*)?{_YEAR}",
        rf"(?P<half_word>6 tháng đầu|6 tháng cuối|nửa đầu|nửa cuối) năm\s*{_YEAR}",
        rf"{_YEAR}[-/ ]?(?:Q|quý\s*)(?P<quarter>[1-4])",
        rf"(?:Q|quý\s*)(?P<quarter>IV|I{{1,3}}|[1-4])[\s/-]*(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}[-/.]{_MONTH}",
        rf"(?:tháng\s*|T\.?\s*)?{_MONTH}\s*[-/.]\s*{_YEAR}",
        rf"(?:tháng|T)\s*{_MONTH}\s+(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-?W(?P<week>0[1-9]|[1-4]\d|5[0-3])",
        rf"(?:tuần\s*|W)(?P<week>0?[1-9]|[1-4]\d|5[0-3])[\s/-]+(?:năm\s*)?{_YEAR}",
        rf"{_YEAR}-{_MONTH}-{_DAY}",
        rf"(?:ngày\s*)?{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}",
    )
)


def parse(text: str) -> Period:
    """The period meant by a text key or by what people write; ValueError with one Vietnamese sentence."""
    written = " ".join(text.replace("–", "-").split())
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(written):
            try:
                return _made(found.groupdict())
            except ValueError:
                break
    raise ValueError(
        f"Không hiểu kỳ “{text}”: hãy viết năm (2025), nửa năm (2025-H1), quý (2025-Q3 hoặc quý III/2025), "
        "tháng (2025-07 hoặc 07/2025), tuần (2025-W30) hay ngày (2025-07-14 hoặc 14/07/2025)."
    )


def _made(parts: dict[str, str | None]) -> Period:
    number = int(parts["year"] or 0)
    if word := parts.get("half_word"):
        return half(number, 1 if word.casefold().endswith("đầu") else 2)
    if part := parts.get("half"):
        return half(number, int(part))
    if part := parts.get("quarter"):
        return quarter(number, int(part) if part.isdigit() else ROMAN.index(part.upper()))
    if part := parts.get("week"):
        return week(number, int(part))
    if part := parts.get("day"):
        return day(date(number, int(parts["month"] or 0), int(part)))
    if part := parts.get("month"):
        return month(number, int(part))
    return _months("year", number, 1)


def year(number: int) -> Period:
    """The civil year."""
    return _months("year", number, 1)


def half(in_year: int, number: int) -> Period:
    """Half 1 or 2 of a year."""
    return _months("half", in_year, number)


def quarter(in_year: int, number: int) -> Period:
    """Quarter 1 to 4 of a year."""
    return _months("quarter", in_year, number)


def month(in_year: int, number: int) -> Period:
    """Month 1 to 12 of a year."""
    return _months("month", in_year, number)


def week(iso_year: int, number: int) -> Period:
    """An ISO 8601 week; ValueError when that year has no such week."""
    start = date.fromisocalendar(iso_year, number, 1)
    return Period(start, start + timedelta(days=7), "week")


def day(on: date) -> Period:
    """One day."""
    return Period(on, on + timedelta(days=1), "day")


def of(kind: PeriodKind, on: date) -> Period:
    """The period of this kind that holds a day."""
    if kind == "day":
        return day(on)
    if kind == "week":
        return week(*on.isocalendar()[:2])
    return _months(kind, on.year, (on.month - 1) // MONTHS_OF[kind] + 1)


def range(kind: PeriodKind, first: Period, last: Period) -> tuple[Period, ...]:
    """All periods of a kind from the one with the start of `first` to the one with the end of `last`."""
    found: list[Period] = []
    step = of(kind, first.start)
    while step.start < last.end:
        found.append(step)
        step = step.next()
    return tuple(found)


def _months(kind: PeriodKind, in_year: int, number: int) -> Period:
    length = MONTHS_OF[kind]
    if not 1 <= number <= 12 // length:
        raise ValueError(f"Năm không có {kind} thứ {number}.")
    after = in_year * 12 + number * length
    return Period(date(in_year, (number - 1) * length + 1, 1), date(after // 12, after % 12 + 1, 1), kind)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open span of days [start, end) of one kind; `calendar` leaves room for school or crop years."""

    start: date
    end: date
    kind: PeriodKind
    calendar: str = "civil"

    def __post_init__(self) -> None:
        if self.kind not in get_args(PeriodKind) or self.end <= self.start:
            raise ValueError("Kỳ số liệu phải kết thúc sau ngày bắt đầu và thuộc một loại kỳ đã biết.")

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def number(self) -> int:
        """Which one of its year: month 1–12, quarter 1–4, half 1–2, ISO week 1–53, day 1–366, year 1."""
        if self.kind == "day":
            return self.start.timetuple().tm_yday
        if self.kind == "week":
            return self.start.isocalendar().week
        return (self.start.month - 1) // MONTHS_OF[self.kind] + 1

    @property
    def in_year(self) -> int:
        """The year it is counted in (for weeks the ISO year)."""
        return self.start.isocalendar().year if self.kind == "week" else self.start.year

    @property
    def key(self) -> str:
        """The text key, e.g. 2025, 2025-H1, 2025-Q3, 2025-07, 2025-W30, 2025-07-14."""
        match self.kind:
            case "year":
                return f"{self.in_year}"
            case "half":
                return f"{self.in_year}-H{self.number}"
            case "quarter":
                return f"{self.in_year}-Q{self.number}"
            case "month":
                return f"{self.in_year}-{self.number:02d}"
            case "week":
                return f"{self.in_year}-W{self.number:02d}"
            case _:
                return self.start.isoformat()

    def label(self, lang: Language = "vi") -> str:
        """The name for people, e.g. “tháng 7/2025”, “quý III/2025”, “July 2025”."""
        year, number = self.in_year, self.number
        names = {
            "year": (f"năm {year}", f"{year}"),
            "half": (f"6 tháng {('đầu', 'cuối')[number > 1]} năm {year}", f"H{number} {year}"),
            "quarter": (f"quý {ROMAN[min(number, 4)]}/{year}", f"Q{number} {year}"),
            "month": (f"tháng {number}/{year}", f"{MONTH_NAMES[self.start.month]} {year}"),
            "week": (f"tuần {number}/{year}", f"week {number}, {year}"),
            "day": (f"{self.start:%d/%m/%Y}", f"{self.start.day} {MONTH_NAMES[self.start.month]} {year}"),
        }
        return names[self.kind][lang == "en"]

    def previous(self) -> Period:
        """The period just before."""
        return of(self.kind, self.start - timedelta(days=1))

    def next(self) -> Period:
        """The period just after."""
        return of(self.kind, self.end)

    def last_year(self) -> Period:
        """The same period a year before; week 53 falls back to week 52 and 29 February to 28 February."""
        if self.kind == "week":
            weeks = date(self.in_year - 1, 12, 28).isocalendar().week
            return week(self.in_year - 1, min(self.number, weeks))
        if self.kind == "day":
            leap = (self.start.month, self.start.day) == (2, 29)
            return day(self.start.replace(year=self.start.year - 1, day=28 if leap else self.start.day))
        return _months(self.kind, self.start.year - 1, self.number)

    def holds(self, on: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= on < self.end

    def __str__(self) -> str:
        return self.key
