"""What the catalogue declares of an indicator and of a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from layers.indicators.periods import LETTERS, Calendar, PeriodKind
from layers.indicators.units import units

Direction = Literal["up", "down", "neutral"]
Level = Literal["province", "commune"]
SpaceRule = Literal["sum", "mean", "weighted_mean", "ratio", "latest", "min", "max"]
TimeRule = Literal[SpaceRule, "cumulative_ytd", "cumulative"]

BANDS = (-3.0, -8.0, -15.0)
"""Points by which a value may fall behind what is due before it is yellow, orange, red, where nothing else is said."""

# Words in names of stocks: states on a day, not flows over a period.
_STOCK_START = (
    "dân số",
    "diện tích tự nhiên",
    "diện tích đất đô thị",
    "tổng đàn",
    "mật độ",
    "dư ",
    "lượng tồn kho",
)
_STOCK_INSIDE = (" đang ", " tồn đọng", " còn hiệu lực", " lũy kế", " chưa khắc phục", " chưa giải ngân")


@dataclass(frozen=True, slots=True)
class Module:
    """A chapter of the catalogue; its indicators stand in the order of its file, and `lead` speaks for it."""

    id: str
    title: str
    title_en: str
    order: int = 0
    group: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for an indicator from `since` to `until`, both included; None is open."""

    name: str
    since: date | None = None
    until: date | None = None

    def __str__(self) -> str:
        open_ended = self.since is None and self.until is None
        return self.name if open_ended else f"{self.name}@{self.since or ''}..{self.until or ''}"

    def holds(self, on: date) -> bool:
        """Whether it answers on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One declared indicator.

    `low` and `high` bound a plausible figure at the lowest level, `limit_low` and `limit_high` what can be at all.
    """

    code: str
    module: str
    name: str
    name_en: str
    unit: str
    decimals: int
    period: PeriodKind
    direction: Direction
    lowest_level: Level
    space_rule: SpaceRule
    time_rule: TimeRule
    calendar: Calendar = "civil"  # the windows that a bare “tháng 10” means
    numerator: str = ""  # code of the component, empty when the component is no indicator itself
    numerator_name: str = ""
    numerator_name_en: str = ""
    numerator_unit: str = ""
    denominator: str = ""
    denominator_name: str = ""
    denominator_name_en: str = ""
    denominator_unit: str = ""
    scale: float = 1.0  # value = scale · numerator / denominator
    weight: str = ""
    weight_en: str = ""
    weight_unit: str = ""
    source_system: str = ""
    owners: tuple[Owner, ...] = ()  # one after the other
    basis: str = ""
    public: bool = True
    plans: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # plan → code of the indicator that plans this one
    bands: tuple[float, ...] = BANDS
    target_low: float | None = None  # the band that is meant to be met, where neither more nor less is better
    target_high: float | None = None
    low: float | None = None
    high: float | None = None
    limit_low: float | None = None
    limit_high: float | None = None
    aliases: tuple[str, ...] = ()
    source_units: Mapping[str, float] = field(default_factory=dict, hash=False)  # unit of a source → factor

    @property
    def letter(self) -> str:
        """The letter that stores its usual kind of period."""
        return LETTERS[self.period, self.calendar]

    @property
    def owner(self) -> str:
        """Who answers for it now."""
        return self.owners[-1].name if self.owners else ""

    def owner_on(self, on: date) -> str:
        """Who answered for it on a day; empty where nobody is named."""
        return next((one.name for one in self.owners if one.holds(on)), "")

    @property
    def is_ratio(self) -> bool:
        """Whether the value is recomputed from a numerator and a denominator."""
        return self.space_rule == "ratio"

    @property
    def is_rate(self) -> bool:
        """Whether the unit is relative, so that adding figures means nothing."""
        return self.unit in units() and units()[self.unit].relative

    @property
    def is_stock(self) -> bool:
        """Whether the name says that this is a state on a day rather than a flow over a period."""
        name = self.name.casefold()
        return name.startswith(_STOCK_START) or any(word in name for word in _STOCK_INSIDE)


def written(one: Indicator) -> dict[str, Any]:
    """Return a declaration as JSON stores it."""
    told = {item.name: getattr(one, item.name) for item in fields(one)}
    told["owners"] = [[owner.name, _iso(owner.since), _iso(owner.until)] for owner in one.owners]
    return {
        name: dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value
        for name, value in told.items()
    }


def restored(told: Mapping[str, Any]) -> Indicator:
    """Return the declaration that JSON tells; what another version wrote and this one does not know is left out."""
    known = {item.name: told[item.name] for item in fields(Indicator) if item.name in told}
    for name in ("bands", "aliases"):
        known[name] = tuple(known.get(name, BANDS if name == "bands" else ()))
    for name in ("plans", "source_units"):
        known[name] = MappingProxyType(known.get(name, {}))
    known["owners"] = tuple(Owner(name, _day(since), _day(until)) for name, since, until in known.get("owners", ()))
    return Indicator(**known)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
