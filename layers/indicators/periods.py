"""Reporting periods: reading what people write, naming, ordering, storing and stepping through time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol, cast
from zoneinfo import ZoneInfo

from layers.indicators import period_labels
from layers.indicators.period_labels import ROMAN, Language
from layers.indicators.period_reading import parts

PeriodKind = Literal["day", "week", "month", "quarter", "half", "nine", "year", "school", "to_date"]
Calendar = Literal["civil", "nd09", "1022"]

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "nine": 9, "year": 12}
LETTERS: dict[tuple[PeriodKind, Calendar], str] = {
    ("year", "civil"): "Y", ("half", "civil"): "H", ("nine", "civil"): "N", ("quarter", "civil"): "Q",
    ("month", "civil"): "M", ("week", "civil"): "W", ("day", "civil"): "D", ("school", "civil"): "S",
    ("to_date", "civil"): "T", ("year", "nd09"): "y", ("half", "nd09"): "h", ("nine", "nd09"): "n",
    ("quarter", "nd09"): "q", ("month", "nd09"): "m", ("month", "1022"): "c",
}  # fmt: skip
"""The letter that stores each kind of each calendar: these are the pairs that exist."""

_MEANT = {letter: pair for pair, letter in LETTERS.items()}
_TURN: dict[str, int] = {"civil": 1, "nd09": 15, "1022": 25}  # the day of the month a calendar's months begin on
_HOUR: dict[str, timedelta] = {"1022": timedelta(hours=12)}  # the hour of that day, where it is not midnight
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Reported(Protocol):
    """What has a usual kind of period and a calendar: an indicator."""

    @property
    def period(self) -> PeriodKind:
        """The usual kind."""

    @property
    def calendar(self) -> Calendar:
        """The calendar of a bare name."""


def parse(text: str) -> Period:
    """The period meant by a text key or by what people write; ValueError with one Vietnamese sentence."""
    written, at, calendar = " ".join(text.replace("–", "-").split()).partition("@")
    if found := parts(written):
        with suppress(ValueError):
            made = _made(found)
            return in_calendar(made, cast(Calendar, calendar)) if at else made
    raise ValueError(
        f"Không hiểu kỳ “{text}”: hãy viết năm (2025), nửa năm (2025-H1), 9 tháng (2025-9M), "
        "quý (2025-Q3 hoặc quý III/2025), tháng (2025-07 hoặc 07/2025), lũy kế (2025-TD07), năm học (2025-2026), "
        "tuần (2025-W30) hay ngày (2025-07-14 hoặc 14/07/2025)."
    )


def of_indicator(text: str, one: Reported) -> Period:
    """The period that a text means for an indicator; ValueError with one Vietnamese sentence.

    A bare “tháng 10/2025” is the window of the indicator's calendar, and the period of its own kind goes before
    another that spans the same days (the first nine months and the cumulative to September).
    """
    asked = parse(text)
    if "@" not in text and (asked.kind, one.calendar) in LETTERS:
        asked = in_calendar(asked, one.calendar)
    if asked.kind != one.period and (one.period, asked.calendar) in LETTERS:
        same = of(one.period, asked.last_day, asked.calendar)
        if (same.start, same.end) == (asked.start, asked.end):
            return same
    return asked


def in_calendar(period: Period, calendar: Calendar) -> Period:
    """The period of the same name in another calendar; ValueError where that has no such kind."""
    if period.calendar == calendar:
        return period
    if (period.kind, calendar) not in LETTERS:
        raise ValueError(f"Lịch báo cáo “{calendar}” không có kỳ loại {period.kind}.")
    return _months(period.kind, period.in_year, period.number, calendar)


@lru_cache(maxsize=16_384)  # thousands of series are of the same periods
def restore(letter: str, start: date) -> Period:
    """The period stored under a letter and a first day: the inverse of `Period.letter` and `Period.stored_start`."""
    kind, calendar = _MEANT[letter]
    return of(kind, start, calendar)


def end_sql(kind: str, start: str) -> str:
    """Return an SQL expression for the day after the last of stored periods, from the columns of letter and start."""
    days = {"week": 7, "day": 1}
    months = {**MONTHS_OF, "school": 12, "to_date": 1}
    cases = " ".join(
        f"WHEN '{letter}' THEN interval '{days.get(word) or months[word]} {'days' if word in days else 'months'}'"
        for (word, _), letter in LETTERS.items()
    )
    return f"({start} + CASE {kind} {cases} END)::date"


def _made(told: dict[str, str]) -> Period:
    number = int(told.pop("year"))
    match told:
        case {"half_word": words}:
            return half(number, 2 if words.casefold().endswith("cuối") else 1)
        case {"half": part}:
            return half(number, int(part))
        case {"quarter": part}:
            return quarter(number, int(part) if part.isdigit() else ROMAN.index(part.upper()))
        case {"week": part}:
            return week(number, int(part))
        case {"day": part}:
            return day(date(number, int(told["month"]), int(part)))
        case {"month": part}:
            return month(number, int(part))
        case {"nine": _}:
            return _months("nine", number, 1)
        case {"school": part} if int(part) == number + 1:
            return of("school", date(number, 9, 1))
        case {"until": part}:
            return of("to_date", date(number, int(part), 1))
        case {} if not told:
            return year(number)
    raise ValueError("Năm học gồm hai năm liền nhau.")


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


def of(kind: PeriodKind, on: date, calendar: Calendar = "civil") -> Period:
    """The period of this kind and calendar that holds a day or a moment.

    Of the nine months and the cumulative, that do not fill the year one after the other, those of its year and month.
    """
    on = _day(on, calendar)
    if kind == "day":
        return day(on)
    if kind == "week":
        return week(*on.isocalendar()[:2])
    if kind == "school":
        first = on.year - (on.month < 9)
        return Period(date(first, 9, 1), date(first + 1, 9, 1), "school")
    if kind == "to_date":
        return Period(date(on.year, 1, 1), month(on.year, on.month).end, "to_date")
    turned = on.year * 12 + on.month - 1 + (calendar != "civil" and on.day >= _TURN[calendar])
    number = 1 if kind == "nine" else turned % 12 // MONTHS_OF[kind] + 1
    return _months(kind, turned // 12, number, calendar)


def range(kind: PeriodKind, first: Period, last: Period) -> tuple[Period, ...]:
    """All periods of a kind from the one with the start of `first` to the one with the end of `last`, in its calendar."""
    calendar: Calendar = first.calendar if (kind, first.calendar) in LETTERS else "civil"
    found = [of(kind, first.stored_start, calendar)]
    final = of(kind, last.last_day, calendar)
    while found[-1] < final:
        found.append(found[-1].next())
    return tuple(found)


def _day(on: date, calendar: Calendar) -> date:
    """The day that a moment counts to: until noon of the day a calendar of noons turns, the day before."""
    if not isinstance(on, datetime):
        return on
    local = on.astimezone(_VIET_NAM) if on.tzinfo else on
    return (local - _HOUR.get(calendar, timedelta())).date()


def _months(kind: PeriodKind, in_year: int, number: int, calendar: Calendar = "civil") -> Period:
    length = MONTHS_OF[kind]
    if not 1 <= number <= 12 // length:
        raise ValueError(f"Năm không có {kind} thứ {number}.")
    first = in_year * 12 + (number - 1) * length - (calendar != "civil")
    start, end = (date(at // 12, at % 12 + 1, _TURN[calendar]) for at in (first, first + length))
    return Period(start, end, kind, calendar)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open span of days [start, end) of one kind in one calendar; of a moment, `holds` and `of` know the hour too."""

    start: date
    end: date
    kind: PeriodKind
    calendar: Calendar = "civil"

    def __post_init__(self) -> None:
        if (self.kind, self.calendar) not in LETTERS or self.end <= self.start:
            raise ValueError("Kỳ số liệu phải kết thúc sau ngày bắt đầu và thuộc một loại kỳ đã biết.")

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def letter(self) -> str:
        """The letter that stores the kind and the calendar."""
        return LETTERS[self.kind, self.calendar]

    @property
    def stored_start(self) -> date:
        """The day that stores the period: the first, of a cumulative that of its last month."""
        return self.last_day.replace(day=1) if self.kind == "to_date" else self.start

    @property
    def number(self) -> int:
        """Which one of its year: month 1–12, quarter 1–4, half 1–2, ISO week 1–53, day 1–366, else 1.

        Of a cumulative the month it reaches to.
        """
        if self.kind == "day":
            return self.start.timetuple().tm_yday
        if self.kind == "week":
            return self.start.isocalendar().week
        if self.kind in ("nine", "year", "school"):
            return 1
        return (self.last_day.month - 1) // MONTHS_OF.get(self.kind, 1) + 1

    @property
    def in_year(self) -> int:
        """The year it is counted in: of weeks the ISO year, of a school year the one it begins in."""
        if self.kind == "week":
            return self.start.isocalendar().year
        return self.start.year if self.kind == "school" else self.last_day.year

    @property
    def key(self) -> str:
        """The text key, e.g. 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-07, 2025-TD07, 2025-2026, 2025-W30, 2025-07-14.

        Another calendar than the civil one follows an @: 2025-10@nd09.
        """
        return period_labels.key(self)

    def label(self, lang: Language = "vi") -> str:
        """The name for people, e.g. “tháng 7/2025”, “quý III/2025”, “tháng 10/2025 (15/9–14/10)”, “July 2025”."""
        return period_labels.label(self, lang)

    def previous(self) -> Period:
        """The period just before."""
        return self._step(-1)

    def next(self) -> Period:
        """The period just after."""
        return self._step(1)

    def last_year(self) -> Period:
        """The same period a year before; week 53 falls back to week 52 and 29 February to 28 February."""
        if self.kind == "week":
            weeks = date(self.in_year - 1, 12, 28).isocalendar().week
            return week(self.in_year - 1, min(self.number, weeks))
        if self.kind in ("day", "school", "to_date"):
            on = self.stored_start
            leap = (on.month, on.day) == (2, 29)
            return of(self.kind, on.replace(year=on.year - 1, day=28 if leap else on.day))
        return _months(self.kind, self.in_year - 1, self.number, self.calendar)

    def holds(self, on: date) -> bool:
        """Whether a day or a moment lies in the period."""
        return self.start <= _day(on, self.calendar) < self.end

    def _step(self, by: int) -> Period:
        if self.kind not in MONTHS_OF:
            return of(self.kind, self.end if by > 0 else self.stored_start - timedelta(days=1))
        a_year = 12 // MONTHS_OF[self.kind]
        at = self.in_year * a_year + self.number - 1 + by
        return _months(self.kind, at // a_year, at % a_year + 1, self.calendar)

    def __str__(self) -> str:
        return self.key
