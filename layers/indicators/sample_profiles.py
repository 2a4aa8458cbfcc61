"""What is declared of each sample quantity: what it counts, how much of it, when and where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from layers.indicators.catalogue import FOLDER, Indicator, indicators, load
from layers.indicators.periods import PeriodKind

SHORT: tuple[PeriodKind, ...] = ("day", "week")


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by name: codes of indicators, and lower-case names of quantities that only serve others."""
    with (FOLDER / "sample-profiles.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["name"]: _profile(row) for row in csv.DictReader(file)})


def _profile(row: dict[str, str]) -> Profile:
    rules = row["rule"].split(",")
    one = indicators.get(row["name"])
    return Profile(
        name=row["name"],
        shape=row["shape"],
        driver=row["driver"],
        level=float(row["level"] or 0),
        spread=float(row["spread"] or 0),
        trend=float(row["trend"] or 0),
        season=row["season"],
        noise=float(row["noise"] or 0),
        field=row["field"],
        ward=float(row["ward"] or 0),
        target=row["target"],
        flow=one.time_rule == "sum" if one else "flow" in rules,
        whole=_counts(one) if one else "cont" not in rules,
        plan="plan" in rules,
        kind=data_kind(one) if one else "month",
    )


def _counts(one: Indicator) -> bool:
    unit = one.numerator_unit if one.is_ratio else one.unit
    return unit not in MEASURED and (one.is_ratio or one.decimals == 0)


MEASURED = ("ha", "km", "km²", "tấn", "tỷ đồng", "triệu USD", "triệu m³", "nghìn ha", "nghìn tấn", "nghìn m³")


@cache
def drivers() -> frozenset[str]:
    """Names that another profile grows from; only these are worth remembering."""
    return frozenset(word for one in profiles().values() for word in words(one.driver))


def words(expression: str) -> list[str]:
    """The quantities of a sum or difference."""
    return [word for word in expression.split() if word not in ("+", "-", "/")]


def data_kind(one: Indicator) -> PeriodKind:
    """The kind of period whose figures are drawn first: months for anything shorter, which follows them.

    The cumulative to a month is drawn as the figure of that month.
    """
    return "month" if one.period in (*SHORT, "to_date") else one.period


@cache
def flows(name: str) -> bool:
    """Whether a quantity adds up over time; the numerator of a ratio does where what it is a part of does."""
    profile, one = profiles().get(name), indicators.get(name)
    if profile is None:
        return False
    if one and one.is_ratio:
        return any(flows(word) for word in words(profile.driver))
    return profile.flow


@cache
def depth(name: str) -> int:
    """How many shares a quantity is away from the whole it is a part of: a part of a part is at least two."""
    profile = profiles().get(name)
    if profile is None or profile.shape != "share":
        return 0
    return 1 + max(depth(word) for word in words(profile.driver))


@cache
def shared() -> frozenset[str]:
    """Indicators that are parts of others of another module, level or kind: these would not add up with holes in them."""
    return frozenset(
        part.code
        for one, part in _parts()
        if (one.module, one.lowest_level, data_kind(one)) != (part.module, part.lowest_level, data_kind(part))
    )


@cache
def held() -> frozenset[str]:
    """Those of them that several forms repeat: nobody corrects them on one form only."""
    return frozenset(
        part.code
        for one, part in _parts()
        if part.code in shared() and (one.module != part.module or data_kind(part) in ("year", "school"))
    )


def _parts() -> Iterator[tuple[Indicator, Indicator]]:
    for one in load()[1]:
        for code in (one.numerator, one.denominator):
            if code in indicators:
                yield one, indicators[code]


@cache
def parts() -> frozenset[str]:
    """Indicators that are a numerator or denominator of another one."""
    return frozenset(part.code for _, part in _parts())


@dataclass(frozen=True, slots=True)
class Profile:
    """Value = driver × level × exp(effects) (amount), driver × logistic (share), level + effects (index)."""

    name: str
    shape: str  # amount, share, index, or “of” when both components are quantities of their own
    driver: str  # quantities joined by + and −; “a / b” for “of”
    level: float
    spread: float  # between areas
    trend: float  # a year
    season: str
    noise: float  # between periods; 0 for slow stocks
    field: str
    ward: float  # difference between town and country
    target: str
    flow: bool
    whole: bool
    plan: bool  # a yearly plan, known from its first day
    kind: PeriodKind  # in which it is drawn
