"""The indicators the product knows: what each one measures, how it adds up and where it comes from."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from layers.indicators.periods import LETTERS, Calendar, PeriodKind

Direction = Literal["up", "down", "neutral"]
Level = Literal["province", "commune"]
SpaceRule = Literal["sum", "mean", "weighted_mean", "ratio", "latest", "min", "max"]
TimeRule = Literal[SpaceRule, "cumulative_ytd", "cumulative"]

FOLDER = Path(__file__).parent / "catalogue"
ALIAS_SEPARATOR = "|||"
FIRST_INDICATORS = ("HCC-04", "NEN-03", "NEN-01")  # what opens when nothing is asked for: the first that has figures


def load() -> tuple[tuple[Module, ...], tuple[Indicator, ...]]:
    """Modules in menu order and all indicators in the order of their modules' files (read once)."""
    return _read(FOLDER)


def find(text: str) -> Indicator | None:
    """The indicator with this code (any case) or this source name; None when there is none."""
    return _names().get(_plain(text))


def check(indicators: Iterable[Indicator]) -> list[str]:
    """One Vietnamese sentence for every contradiction in these declarations; empty when they agree."""
    listed = list(indicators)
    known = {one.code: one for one in listed}
    return [
        *_check_names(listed),
        *(s for one in listed for s in _check_one(one, known)),
        *_check_cycles(known),
    ]


def _check_names(listed: list[Indicator]) -> Iterator[str]:
    owner: dict[str, str] = {}
    for one in listed:
        for name in (one.code, *one.aliases):
            if _plain(name) in owner:
                yield f"{one.code}: tên gọi “{name}” đã thuộc về {owner[_plain(name)]}."
            owner.setdefault(_plain(name), one.code)


def _check_one(one: Indicator, known: Mapping[str, Indicator]) -> Iterator[str]:
    for title, value, allowed in (
        ("cấp thấp nhất", one.lowest_level, Level),
        ("chiều tốt", one.direction, Direction),
        ("kỳ số liệu", one.period, PeriodKind),
        ("quy tắc gộp theo không gian", one.space_rule, SpaceRule),
        ("quy tắc gộp theo thời gian", one.time_rule, TimeRule),
    ):
        if value not in get_args(allowed):
            yield f"{one.code}: {title} “{value}” không có trong danh mục."
    if not 0 <= one.decimals <= 6:
        yield f"{one.code}: số chữ số thập phân {one.decimals} nằm ngoài 0–6."
    if one.low is not None and one.high is not None and one.low >= one.high:
        yield f"{one.code}: ngưỡng dưới {one.low:g} không nhỏ hơn ngưỡng trên {one.high:g}."
    if not (one.name and one.name_en and one.unit):
        yield f"{one.code}: thiếu tên, tên tiếng Anh hoặc đơn vị tính."
    if any(not math.isfinite(factor) or factor <= 0 for factor in one.source_units.values()):
        yield f"{one.code}: hệ số quy đổi đơn vị phải lớn hơn 0."
    yield from _check_rules(one, known)


def _check_rules(one: Indicator, known: Mapping[str, Indicator]) -> Iterator[str]:
    if one.is_ratio:
        if not (one.numerator_name and one.denominator_name):
            yield f"{one.code}: tỷ lệ phải nêu tử số và mẫu số."
        if not one.scale > 0:
            yield f"{one.code}: hệ số của tỷ lệ phải lớn hơn 0."
        if one.time_rule not in ("ratio", "latest"):
            yield f"{one.code}: tỷ lệ không được cộng hay lấy bình quân theo thời gian."
    elif one.numerator or one.denominator or one.time_rule == "ratio":
        yield f"{one.code}: có tử số, mẫu số hoặc tính lại theo thời gian nhưng không phải là tỷ lệ."
    if "weighted_mean" in (one.space_rule, one.time_rule) and not one.weight:
        yield f"{one.code}: bình quân gia quyền phải nêu quyền số."
    for part, title in ((one.numerator, "tử số"), (one.denominator, "mẫu số")):
        if part and part not in known:
            yield f"{one.code}: {title} {part} không có trong danh mục."
    for part, unit in ((one.numerator, one.numerator_unit), (one.denominator, one.denominator_unit)):
        if part in known and known[part].unit != unit:
            yield f"{one.code}: {part} tính bằng “{known[part].unit}”, không phải “{unit}”."
    if one.time_rule == "sum" and one.is_stock:
        yield f"{one.code}: số thời điểm không được cộng theo thời gian."
    if one.space_rule == "sum" and one.is_rate:
        yield f"{one.code}: đơn vị “{one.unit}” là số tương đối, không được cộng theo không gian."
    if one.time_rule in ("sum", "cumulative_ytd", "cumulative") and one.is_rate:
        yield f"{one.code}: đơn vị “{one.unit}” là số tương đối, không được cộng theo thời gian."


def _check_cycles(known: Mapping[str, Indicator]) -> Iterator[str]:
    for code in known:
        path, todo = {code}, [code]
        while todo:
            one = known[todo.pop()]
            for part in {one.numerator, one.denominator} & known.keys():
                if part == code:
                    yield f"{code}: công thức quay vòng về chính nó."
                    todo.clear()
                    break
                if part not in path:
                    path.add(part)
                    todo.append(part)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _names() -> Mapping[str, Indicator]:
    return {_plain(name): one for one in load()[1] for name in (*one.aliases, one.code)}


@cache
def _read(folder: Path) -> tuple[tuple[Module, ...], tuple[Indicator, ...]]:
    with (folder / "modules.csv").open(encoding="utf-8", newline="") as file:
        modules = tuple(
            Module(row["id"], row["title"], row["title_en"], order=int(row["order"]), group=row["group"])
            for row in csv.DictReader(file)
        )
    listed: list[Indicator] = []
    for module in modules:
        with (folder / f"{module.order:02d}-{module.id}.csv").open(encoding="utf-8", newline="") as file:
            listed.extend(_indicator(module.id, row) for row in csv.DictReader(file))
    return modules, tuple(listed)


def _indicator(module: str, row: dict[str, str]) -> Indicator:
    texts = {key: value for key, value in row.items() if key not in _PARSED}
    units = (pair.rpartition("=") for pair in row["source_units"].split(";") if pair)
    return Indicator(
        module=module,
        decimals=int(row["decimals"]),
        scale=float(row["scale"]),
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        aliases=tuple(name for name in row["aliases"].split(ALIAS_SEPARATOR) if name),
        source_units=MappingProxyType({name: float(factor) for name, _, factor in units}),
        **texts,  # type: ignore[arg-type]  # check() tells what is not in the vocabulary
    )


_PARSED = {"decimals", "scale", "low", "high", "aliases", "source_units"}
_RATES = {"%", "‰"}
_DAILY_CAPACITY = "m³/ngày đêm"  # a size of works, not a relative figure: capacities of places add up
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
    """A chapter of the catalogue."""

    id: str
    title: str
    title_en: str
    order: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One declared indicator; `low` and `high` bound a plausible figure at the lowest level."""

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
    owner: str = ""
    basis: str = ""
    calendar: Calendar = "civil"
    low: float | None = None
    high: float | None = None
    aliases: tuple[str, ...] = ()
    source_units: Mapping[str, float] = field(default_factory=dict, hash=False)  # unit of a source → factor

    @property
    def letter(self) -> str:
        """The letter that stores its usual kind of period."""
        return LETTERS[self.period, self.calendar]

    @property
    def is_ratio(self) -> bool:
        """Whether the value is recomputed from a numerator and a denominator."""
        return self.space_rule == "ratio"

    @property
    def is_rate(self) -> bool:
        """Whether the unit is relative, so that adding figures means nothing."""
        return self.unit in _RATES or ("/" in self.unit and self.unit != _DAILY_CAPACITY)

    @property
    def is_stock(self) -> bool:
        """Whether the name says that this is a state on a day rather than a flow over a period."""
        name = self.name.casefold()
        return name.startswith(_STOCK_START) or any(word in name for word in _STOCK_INSIDE)


indicators: Mapping[str, Indicator] = MappingProxyType({one.code: one for one in load()[1]})
