"""The indicators the product knows: what each one measures, how it adds up and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from layers.indicators import files
from layers.indicators.declaration import Direction, Indicator, Level, Module, Owner, SpaceRule, TimeRule
from layers.indicators.declaring import indicators_of, modules_of
from layers.indicators.files import FOLDER

__all__ = [
    "FIRST_INDICATORS", "FOLDER", "Against", "Direction", "Indicator", "Level", "Module", "Owner", "SpaceRule",
    "TimeRule", "against_plans", "find", "indicators", "keep", "load",
    "use",
]  # fmt: skip

FIRST_INDICATORS = ("HCC-04", "NEN-03", "NEN-01")  # what opens when nothing is asked for: the first that has figures

_gone: dict[str, Indicator] = {}


def use(folder: Path | None) -> None:
    """Read the catalogue of a province: files in this folder go before those of the product."""
    files.use(folder)
    for one in (load, _names, _codes):
        one.cache_clear()


@cache
def load() -> tuple[tuple[Module, ...], tuple[Indicator, ...]]:
    """Modules in menu order and all indicators in the order of their modules' files (read once)."""
    modules = modules_of(files.path("modules.csv"))
    return modules, tuple(
        one for module in modules for one in indicators_of(module.id, files.path(f"{module.order:02d}-{module.id}.csv"))
    )


def find(text: str) -> Indicator | None:
    """The indicator with this code (any case) or this source name; None when there is none.

    One that the catalogue has no longer is found by its code while it has figures.
    """
    return _names().get(plain(text)) or _gone.get(plain(text))


def keep(gone: Mapping[str, Indicator]) -> None:
    """Let indicators be found that have figures and that the catalogue has no longer."""
    _gone.clear()
    _gone.update({plain(code): one for code, one in gone.items()})


@dataclass(frozen=True, slots=True)
class Against:
    """A plan of an amount: the indicator of the plan, and the rate of the amount over it where there is one."""

    plan: str
    planned: Indicator
    rate: Indicator | None


def against_plans(one: Indicator) -> tuple[Against, ...]:
    """The plans of an amount, or of the amount that a rate is made of; a rate stands beside those over other plans."""
    amount = one if one.plans else indicators.get(one.numerator)
    if amount is None or (amount is not one and one.denominator not in amount.plans.values()):
        return ()
    rates = {other.denominator: other for other in load()[1] if other.numerator == amount.code and other.is_ratio}
    return tuple(Against(plan, indicators[code], rates.get(code)) for plan, code in amount.plans.items())


def plain(text: str) -> str:
    """A name without what people write differently: spaces and capitals."""
    return " ".join(text.split()).casefold()


@cache
def _names() -> Mapping[str, Indicator]:
    return MappingProxyType({plain(name): one for one in load()[1] for name in (*one.aliases, one.code)})


@cache
def _codes() -> Mapping[str, Indicator]:
    return MappingProxyType({one.code: one for one in load()[1]})


class _Indicators(Mapping[str, Indicator]):
    def __getitem__(self, code: str) -> Indicator:
        return _codes()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_codes())

    def __len__(self) -> int:
        return len(_codes())


indicators: Mapping[str, Indicator] = _Indicators()
"""The indicators of the catalogue by their codes."""
