"""Provinces before 1 August 2008, the oldest structure that is known: what merged or split and since when.

Sources: resolution 22/2003/QH11 (three provinces divided from 1 January 2004) and 15/2008/QH12 (Hà Nội enlarged).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from boundaries.carry import Links
from boundaries.spoken import loose, parts, readings

PART = "part"  # how a row is tied that is only a part of its area: the ended province another took
SPLIT = date(2004, 1, 1)
ENLARGED = date(2008, 8, 1)


@dataclass(frozen=True, slots=True)
class Ended:
    """A province that ended on a day and whose ground another took whole."""

    code: str
    name: str
    until: date
    into: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Until a day the province `code` was not the one of that code later: what it held besides or lacked.

    `held` are codes of provinces whose ground it held.
    """

    code: str
    until: date
    held: tuple[str, ...]
    vi: str
    en: str

    @property
    def sentences(self) -> tuple[str, str]:
        """What to tell beside a figure, in Vietnamese and English."""
        vi, en = (f"{text[0].upper()}{text[1:]}." for text in (self.vi, self.en))
        return vi, en


ENDED = (
    Ended("28", "Hà Tây", ENLARGED, "01",
          "Hà Tây nhập vào Hà Nội ngày 1/8/2008: cộng vào Hà Nội (chưa gồm Mê Linh và bốn xã của Hòa Bình)",
          "Hà Tây became part of Hà Nội on 1 August 2008: added to Hà Nội (without Mê Linh and four communes of Hòa Bình)"),
)  # fmt: skip
OTHERWISE = (
    Otherwise("66", SPLIT, ("67",), "trước 2004 Đắk Lắk gồm cả Đắk Nông", "before 2004 Đắk Lắk held Đắk Nông"),
    Otherwise("12", SPLIT, ("11",), "trước 2004 Lai Châu gồm cả Điện Biên", "before 2004 Lai Châu held Điện Biên"),
    Otherwise("92", SPLIT, ("93",), "trước 2004 Cần Thơ gồm cả Hậu Giang", "before 2004 Cần Thơ held Hậu Giang"),
    Otherwise("01", ENLARGED, (), "trước 1/8/2008 Hà Nội chưa gồm Mê Linh, bốn xã của Hòa Bình và (trừ khi đã cộng) Hà Tây",
              "before 1 August 2008 Hà Nội lacked Mê Linh, four communes of Hòa Bình and (unless added) Hà Tây"),
    Otherwise("26", ENLARGED, (), "trước 1/8/2008 Vĩnh Phúc còn gồm Mê Linh", "before 1 August 2008 Vĩnh Phúc held Mê Linh"),
    Otherwise("17", ENLARGED, (), "trước 1/8/2008 Hòa Bình còn gồm bốn xã nay của Hà Nội",
              "before 1 August 2008 Hòa Bình held four communes that are now in Hà Nội"),
)  # fmt: skip


def ended(code: str, name: str) -> Ended | None:
    """The ended province a row means by its name, which its code must not contradict."""
    said = parts(name)
    letters = {loose(one.name) for one in readings(said[0])} if said else set()
    return next((one for one in ENDED if loose(one.name) in letters and code.strip() in ("", one.code)), None)


def into_heirs(tied: pd.DataFrame, said: Sequence[tuple[str, str]], last: Sequence[date | None]) -> pd.DataFrame:
    """Tie rows of ended provinces to those that took them, as a part; rows of later periods say that it had ended.

    `tied`: code, level, how, vi and en of each row, as `detective.resolve` gives them; `said`: code and name as written;
    `last`: the last day of the row's period, None where it has none.
    """
    known = {pair: one for pair in set(said) if (one := ended(*pair))}
    columns = ["code", "level", "how", "vi", "en"]
    told = tied[columns].to_numpy(dtype=object)
    for at, (pair, day) in enumerate(zip(said, last, strict=True)):
        one = known.get(pair)
        if one is None or told[at, 0]:
            continue
        if day and day < one.until:
            told[at] = [one.into, "province", PART, one.vi, one.en]
        else:
            told[at, 3:] = [
                f"{one.name} đã kết thúc ngày {one.until.day}/{one.until.month}/{one.until.year}",
                f"{one.name} ended on {one.until:%-d %B %Y}",
            ]
    return tied.assign(**dict(zip(columns, told.T, strict=True))) if known else tied


def alone(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    """Whether a row (`how`, and what tells figures apart) is a part whose area has no row of its own: not the whole."""
    part = rows["how"].eq(PART)
    return part & ~rows.set_index(key).index.isin(rows[~part].set_index(key).index)


def otherwise(codes: Iterable[str], last: date) -> list[Otherwise]:
    """Which of some provinces were others than later in a period that ends on `last`."""
    there = set(codes)
    return [one for one in OTHERWISE if one.code in there and last < one.until]


def undivided(codes: Iterable[str], last: date) -> list[Otherwise]:
    """Which of some provinces put together then held ground that the whole does not hold now."""
    there = set(codes)
    return [one for one in otherwise(there, last) if not there.issuperset(one.held)]


def together_again(
    figures: pd.DataFrame, links: Links, codes: Mapping[int, str], last: Callable[[Any], date | None]
) -> pd.DataFrame:
    """Figures in which no province is missed that then lay in another one, where the two are one area again.

    `figures`: as `carry` takes them; `codes`: of the provinces, by id; `last`: a day of a period that tells its time.
    """
    numbers = {code: number for number, code in codes.items()}
    goes = dict(zip(links.source.tolist(), links.target.tolist(), strict=True))
    frames = [figures]
    for one in OTHERWISE:
        whole = numbers.get(one.code)
        for part in (numbers[code] for code in one.held if code in numbers):
            if whole is None or goes.get(part) != goes.get(whole):
                continue
            told = figures[figures.area_id.eq(whole) & figures.value.notna()]
            then = [period for period in told.period if (day := last(period)) and day < one.until]
            own = frames[0].area_id.eq(part) & frames[0].period.isin(then)
            idle = own & frames[0].value.isna()
            frames[0] = frames[0].assign(blank=frames[0].blank.where(~idle, "not_applicable"))
            missing = told[told.period.isin(then) & ~told.period.isin(frames[0].period[own])]
            nothing = {name: float("nan") for name in ("value", "numerator", "denominator")}
            frames.append(missing.assign(area_id=part, blank="not_applicable", **nothing))
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else figures
