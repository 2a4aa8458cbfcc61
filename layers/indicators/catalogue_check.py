"""Where the catalogue contradicts itself: one sentence in Vietnamese and English for each fault."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, get_args

from layers.indicators.catalogue import plain
from layers.indicators.declaration import Direction, Indicator, Level, Module, Owner, SpaceRule, TimeRule
from layers.indicators.periods import LETTERS, Calendar, PeriodKind
from layers.indicators.targets import PLANS
from layers.indicators.units import units

Fault = tuple[str, str]


def check(indicators: Iterable[Indicator], modules: Iterable[Module] = ()) -> list[Fault]:
    """Every contradiction in these declarations; empty when they agree."""
    listed = list(indicators)
    known = {one.code: one for one in listed}
    return [
        *_names(listed),
        *(fault for one in listed for part in _PARTS for fault in part(one, known)),
        *_cycles(known),
        *_leads(modules, known),
    ]


def _names(listed: list[Indicator]) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for one in listed:
        for name in (one.code, *one.aliases):
            if other := owner.get(plain(name)):
                yield (
                    f"{one.code}: tên gọi “{name}” đã thuộc về {other}.",
                    f"{one.code}: the name “{name}” is that of {other} already.",
                )
            owner.setdefault(plain(name), one.code)


def _words(one: Indicator, _known: Mapping[str, Indicator]) -> Iterator[Fault]:
    for vi, en, value, allowed in (
        ("cấp thấp nhất", "lowest level", one.lowest_level, Level),
        ("chiều tốt", "direction", one.direction, Direction),
        ("kỳ số liệu", "period", one.period, PeriodKind),
        ("lịch báo cáo", "calendar", one.calendar, Calendar),
        ("quy tắc gộp theo không gian", "space rule", one.space_rule, SpaceRule),
        ("quy tắc gộp theo thời gian", "time rule", one.time_rule, TimeRule),
    ):
        if value not in _values(allowed):
            yield f"{one.code}: {vi} “{value}” không có trong danh mục.", f"{one.code}: there is no {en} “{value}”."
    if one.period in get_args(PeriodKind) and (one.period, one.calendar) not in LETTERS:
        yield (
            f"{one.code}: lịch báo cáo “{one.calendar}” không có kỳ “{one.period}”.",
            f"{one.code}: the calendar “{one.calendar}” has no period “{one.period}”.",
        )
    if not (one.name and one.name_en and one.unit):
        yield (
            f"{one.code}: thiếu tên, tên tiếng Anh hoặc đơn vị tính.",
            f"{one.code}: name, English name or unit is missing.",
        )
    if not 0 <= one.decimals <= 6:
        yield (
            f"{one.code}: số chữ số thập phân {one.decimals} nằm ngoài 0–6.",
            f"{one.code}: {one.decimals} decimals are not within 0–6.",
        )


def _values(allowed: Any) -> set[str]:
    return {value for part in get_args(allowed) for value in (get_args(part) or (part,))}


def _units(one: Indicator, _known: Mapping[str, Indicator]) -> Iterator[Fault]:
    for unit in (one.unit, one.numerator_unit, one.denominator_unit, one.weight_unit):
        if unit and unit not in units():
            yield (
                f"{one.code}: đơn vị tính “{unit}” không có trong danh mục đơn vị (units.csv).",
                f"{one.code}: the unit “{unit}” is not in the list of units (units.csv).",
            )
    if any(not math.isfinite(factor) or factor <= 0 for factor in one.source_units.values()):
        yield (
            f"{one.code}: hệ số quy đổi đơn vị phải lớn hơn 0.",
            f"{one.code}: the factor of a source's unit must be above 0.",
        )


def _bounds(one: Indicator, _known: Mapping[str, Indicator]) -> Iterator[Fault]:
    for vi, en, low, high in (
        ("ngưỡng hợp lý", "plausible bounds", one.low, one.high),
        ("giới hạn", "limits", one.limit_low, one.limit_high),
        ("khoảng mục tiêu", "target band", one.target_low, one.target_high),
    ):
        if low is not None and high is not None and low >= high:
            yield (
                f"{one.code}: {vi}: số dưới {low:g} không nhỏ hơn số trên {high:g}.",
                f"{one.code}: {en}: {low:g} is not below {high:g}.",
            )
    inside = ((one.low, "ngưỡng hợp lý", "plausible bound"), (one.high, "ngưỡng hợp lý", "plausible bound"),
              (one.target_low, "mục tiêu", "target"), (one.target_high, "mục tiêu", "target"))  # fmt: skip
    for value, vi, en in inside:
        if value is not None and (
            (one.limit_low is not None and value < one.limit_low)
            or (one.limit_high is not None and value > one.limit_high)
        ):
            yield (
                f"{one.code}: {vi} {value:g} nằm ngoài giới hạn của chỉ tiêu.",
                f"{one.code}: the {en} {value:g} is beyond the limits of the indicator.",
            )
    falling = all(first > second for first, second in pairwise((0.0, *one.bands)))
    if not 1 <= len(one.bands) <= 3 or not falling:
        yield (
            f"{one.code}: ngưỡng cảnh báo phải gồm một đến ba số âm giảm dần, ví dụ -3;-8;-15.",
            f"{one.code}: bands must be one to three falling numbers below 0, such as -3;-8;-15.",
        )


def _ratio(one: Indicator, known: Mapping[str, Indicator]) -> Iterator[Fault]:
    code = one.code
    if one.is_ratio:
        if not (one.numerator_name and one.denominator_name):
            yield f"{code}: tỷ lệ phải nêu tử số và mẫu số.", f"{code}: a ratio must name numerator and denominator."
        if not one.scale > 0:
            yield f"{code}: hệ số của tỷ lệ phải lớn hơn 0.", f"{code}: the scale of a ratio must be above 0."
        if one.time_rule not in ("ratio", "latest"):
            yield (
                f"{code}: tỷ lệ không được cộng hay lấy bình quân theo thời gian.",
                f"{code}: a ratio must not be added or averaged over time.",
            )
    elif one.numerator or one.denominator or one.time_rule == "ratio":
        yield (
            f"{code}: có tử số, mẫu số hoặc tính lại theo thời gian nhưng không phải là tỷ lệ.",
            f"{code}: it has numerator, denominator or the time rule “ratio” but is no ratio.",
        )
    for part, unit, vi, en in (
        (one.numerator, one.numerator_unit, "tử số", "numerator"),
        (one.denominator, one.denominator_unit, "mẫu số", "denominator"),
    ):
        if part and part not in known:
            yield f"{code}: {vi} {part} không có trong danh mục.", f"{code}: the {en} {part} is not in the catalogue."
        elif part and known[part].unit != unit:
            yield (
                f"{code}: {part} tính bằng “{known[part].unit}”, không phải “{unit}”.",
                f"{code}: {part} is counted in “{known[part].unit}”, not in “{unit}”.",
            )


def _rules(one: Indicator, _known: Mapping[str, Indicator]) -> Iterator[Fault]:
    code = one.code
    if "weighted_mean" in (one.space_rule, one.time_rule) and not one.weight:
        yield f"{code}: bình quân gia quyền phải nêu quyền số.", f"{code}: a weighted mean must name its weight."
    if one.time_rule == "sum" and one.is_stock:
        yield (
            f"{code}: số thời điểm không được cộng theo thời gian.",
            f"{code}: a state on a day must not be added over time.",
        )
    if one.space_rule == "sum" and one.is_rate:
        yield (
            f"{code}: đơn vị “{one.unit}” là số tương đối, không được cộng theo không gian.",
            f"{code}: the unit “{one.unit}” is relative and must not be added over areas.",
        )
    if one.time_rule in ("sum", "cumulative_ytd", "cumulative") and one.is_rate:
        yield (
            f"{code}: đơn vị “{one.unit}” là số tương đối, không được cộng theo thời gian.",
            f"{code}: the unit “{one.unit}” is relative and must not be added over time.",
        )
    if one.period == "to_date" and one.time_rule == "sum":
        yield (
            f"{code}: số lũy kế từ đầu năm không được cộng theo thời gian.",
            f"{code}: a cumulative of the year must not be added over time.",
        )


def _owners(one: Indicator, _known: Mapping[str, Indicator]) -> Iterator[Fault]:
    spans: list[tuple[date, date, Owner]] = []
    for owner in one.owners:
        since, until = owner.since or date.min, owner.until or date.max
        if since > until:
            yield (
                f"{one.code}: {owner.name} kết thúc trước khi bắt đầu.",
                f"{one.code}: {owner.name} ends before it begins.",
            )
        spans.append((since, until, owner))
    for (_, until, former), (since, _, following) in pairwise(spans):
        if since <= until:
            yield (
                f"{one.code}: thời gian chủ trì của {former.name} và {following.name} chồng lên nhau.",
                f"{one.code}: {former.name} and {following.name} own it at the same time.",
            )
        elif since > until + timedelta(days=1):
            yield (
                f"{one.code}: giữa {former.name} và {following.name} có ngày không ai chủ trì.",
                f"{one.code}: nobody owns it between {former.name} and {following.name}.",
            )


def _plans(one: Indicator, known: Mapping[str, Indicator]) -> Iterator[Fault]:
    for plan, code in one.plans.items():
        if not plan or plan not in PLANS:
            yield f"{one.code}: không có loại kế hoạch “{plan}”.", f"{one.code}: there is no plan “{plan}”."
        if code not in known:
            yield (
                f"{one.code}: kế hoạch {code} không có trong danh mục.",
                f"{one.code}: the plan {code} is not in the catalogue.",
            )
        elif known[code].unit != one.unit:
            yield (
                f"{one.code}: kế hoạch {code} tính bằng “{known[code].unit}”, không phải “{one.unit}”.",
                f"{one.code}: the plan {code} is counted in “{known[code].unit}”, not in “{one.unit}”.",
            )


def _cycles(known: Mapping[str, Indicator]) -> Iterator[Fault]:
    for code in known:
        seen: set[str] = set()
        todo = [code]
        while todo:
            one = known[todo.pop()]
            parts = {one.numerator, one.denominator} & known.keys()
            if code in parts:
                yield f"{code}: công thức quay vòng về chính nó.", f"{code}: the formula leads back to itself."
                break
            todo += parts - seen
            seen |= parts


def _leads(modules: Iterable[Module], known: Mapping[str, Indicator]) -> Iterator[Fault]:
    of_module: dict[str, set[str]] = defaultdict(set)
    for one in known.values():
        of_module[one.module].add(one.code)
    for module in modules:
        if module.lead not in of_module[module.id]:
            yield (
                f"Nhóm {module.id}: chỉ tiêu dẫn đầu “{module.lead}” không thuộc nhóm.",
                f"The module {module.id}: its lead “{module.lead}” is not one of its indicators.",
            )


_PARTS = (_words, _units, _bounds, _ratio, _rules, _owners, _plans)
