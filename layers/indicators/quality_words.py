"""What the rules of quality found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from layers.indicators import periods
from layers.indicators.catalogue import Indicator
from layers.indicators.period_labels import MONTH_NAMES, Language
from layers.indicators.periods import Period
from layers.indicators.spoken import spoken

TITLES: Mapping[str, tuple[str, str]] = {
    "completeness": ("Thiếu kỳ số liệu", "Periods are missing"),
    "timeliness": ("Chậm so với hạn", "Late"),
    "consistency": ("Không khớp với cấp dưới", "Does not agree with the areas inside"),
    "outlier": ("Khác thường so với láng giềng", "Out of line with its neighbours"),
    "copy": ("Chép lại kỳ trước", "A copy of the period before"),
    "merger": ("Nhảy vọt khi sáp nhập", "A leap at the merger"),
}
_WAYS = {"mean": ("trung bình", "mean"), "min": ("nhỏ nhất", "least"), "max": ("lớn nhất", "largest")}

Told = Mapping[str, Any]


def sentences(rule: str, evidence: Told, one: Indicator, period: Period) -> tuple[str, str]:
    """What a rule saw in a figure of an indicator, in Vietnamese and English."""
    return _SENTENCES[rule](evidence, one, period)


def _completeness(told: Told, _one: Indicator, _period: Period) -> tuple[str, str]:
    gone = [periods.parse(key) for key in told["missing"]]
    more = told["expected"] - told["present"] > len(gone)
    vi, en = (", ".join(period.label(lang) for period in gone) for lang in _LANGUAGES)
    return (
        f"Có {told['present']}/{told['expected']} kỳ đã đến hạn; thiếu {'… ' if more else ''}{vi}.",
        f"{told['present']} of {told['expected']} periods that were due are there; {'… ' if more else ''}{en} are missing.",
    )


def _timeliness(told: Told, _one: Indicator, period: Period) -> tuple[str, str]:
    due, due_en = _day(told["due"])
    if came := told.get("told"):
        day, day_en = _day(came)
        return (
            f"Số liệu {period.label()} đến hạn {due}, nhận ngày {day}: chậm {told['days']} ngày.",
            f"The figure of {period.label('en')} was due on {due_en} and came on {day_en}: {told['days']} days late.",
        )
    newest = periods.parse(told["newest"]) if told["newest"] else None
    last = f"kỳ mới nhất là {newest.label()}" if newest else "chưa có kỳ nào"
    last_en = f"the newest is {newest.label('en')}" if newest else "there is none yet"
    return (
        f"Số liệu {period.label()} đến hạn {due} chưa có; {last}.",
        f"The figure of {period.label('en')} was due on {due_en} and is not there; {last_en}.",
    )


def _consistency(told: Told, one: Indicator, _period: Period) -> tuple[str, str]:
    given, low, high, total = (
        tuple(f"{spoken(told[name], lang)} {one.unit}" for lang in _LANGUAGES)
        for name in ("given", "low", "high", "sum")
    )
    rule, there = told["rule"], f"{told['with_value']}/{told['of']}"
    if rule == "sum":
        return (
            f"Số liệu ghi {given[0]}, tổng của {there} đơn vị bên trong là {total[0]}.",
            f"The figure says {given[1]}, the sum of {there} areas inside is {total[1]}.",
        )
    if rule in ("min", "max"):
        side = low if rule == "min" else high
        return (
            f"Số liệu ghi {given[0]}, giá trị {_WAYS[rule][0]} của {there} đơn vị bên trong là {side[0]}.",
            f"The figure says {given[1]}, the {_WAYS[rule][1]} of {there} areas inside is {side[1]}.",
        )
    return (
        f"Số liệu ghi {given[0]}, nằm ngoài khoảng {low[0]} – {high[0]} của {there} đơn vị bên trong.",
        f"The figure says {given[1]}, outside {low[1]} – {high[1]} of {there} areas inside.",
    )


def _outlier(told: Told, one: Indicator, _period: Period) -> tuple[str, str]:
    value, expected, far = (
        [spoken(abs(told[name]), lang) for lang in _LANGUAGES] for name in ("value", "expected", "far")
    )
    beside = len(told["neighbours"])
    what = f"{beside} đơn vị láng giềng" if beside else "các đơn vị cùng cấp"
    what_en = f"{beside} neighbouring areas" if beside else "areas of its level"
    return (
        f"Ghi {value[0]} {one.unit}, trong khi theo các kỳ trước của đơn vị và diễn biến của {what} là khoảng {expected[0]} "
        f"(lệch {far[0]} lần mức dao động thường thấy).",
        f"It says {value[1]} {one.unit}, where its own periods and what {what_en} did let expect about {expected[1]} "
        f"({far[1]} times the usual deviation).",
    )


def _copy(told: Told, one: Indicator, _period: Period) -> tuple[str, str]:
    before = periods.parse(told["previous"])
    value, value_en = (f"{spoken(told['value'], lang)} {one.unit}" for lang in _LANGUAGES)
    if told["scope"] == "column":
        return (
            f"{told['equal']}/{told['of']} đơn vị có đúng số liệu của {before.label()} (ở đây {value}).",
            f"{told['equal']} of {told['of']} areas have exactly the figure of {before.label('en')} (here {value_en}).",
        )
    if told["of"] == 1:
        return (
            f"Đúng bằng số liệu của {before.label()} ({value}), điều khó xảy ra ngẫu nhiên.",
            f"Exactly the figure of {before.label('en')} ({value_en}), which chance hardly does.",
        )
    return (
        f"{told['equal']}/{told['of']} số liệu của biểu đúng bằng {before.label()} (ở đây {value}).",
        f"{told['equal']} of {told['of']} figures of the form are exactly those of {before.label('en')} (here {value_en}).",
    )


def _merger(told: Told, one: Indicator, _period: Period) -> tuple[str, str]:
    before, after, factor, usual = (
        [spoken(told[name], lang) for lang in _LANGUAGES] for name in ("before", "after", "factor", "usual")
    )
    return (
        f"Sau sáp nhập trung bình {after[0]} {one.unit} mỗi kỳ, các đơn vị cũ cùng kỳ năm trước cộng lại {before[0]}: gấp "
        f"{factor[0]} lần, trong khi các đơn vị khác gấp {usual[0]} lần.",
        f"{after[1]} {one.unit} a period since the merger, {before[1]} in the former areas together a year before: "
        f"{factor[1]} times as much, where it is {usual[1]} times elsewhere.",
    )


_LANGUAGES: tuple[Language, Language] = ("vi", "en")
_SENTENCES = {
    "completeness": _completeness, "timeliness": _timeliness, "consistency": _consistency, "outlier": _outlier,
    "copy": _copy, "merger": _merger,
}  # fmt: skip


def _day(text: str) -> tuple[str, str]:
    day = date.fromisoformat(text)
    return f"{day.day}/{day.month}/{day.year}", f"{day.day} {MONTH_NAMES[day.month]} {day.year}"
