"""How a figure came about, in one sentence of each language."""

from __future__ import annotations

from typing import Any

from layers.indicators.catalogue import Indicator

GIVEN = ("Số do nguồn báo cáo.", "As its source reported it.")
CARRIED = (
    "Quy đổi từ số liệu theo ranh giới khác.",
    "Carried from figures on other boundaries.",
)
FORMULA = ("Tính bằng công thức từ hai chỉ tiêu.", "Computed from two indicators by its formula.")
BELOW = {
    "sum": ("Cộng từ các đơn vị cấp dưới.", "The sum of the areas below."),
    "mean": ("Trung bình của các đơn vị cấp dưới.", "The mean of the areas below."),
    "min": ("Nhỏ nhất trong các đơn vị cấp dưới.", "The least of the areas below."),
    "max": ("Lớn nhất trong các đơn vị cấp dưới.", "The greatest of the areas below."),
    "ratio": (
        "Tổng tử số chia tổng mẫu số của các đơn vị cấp dưới, không phải trung bình các tỷ lệ.",
        "The numerators of the areas below over their denominators, not the mean of their ratios.",
    ),
    "weighted_mean": ("Trung bình có trọng số của các đơn vị cấp dưới.", "The weighted mean of the areas below."),
}
SHORTER = {
    "sum": ("Cộng từ các kỳ ngắn hơn.", "The sum of shorter periods."),
    "mean": ("Trung bình của các kỳ ngắn hơn.", "The mean of shorter periods."),
    "min": ("Nhỏ nhất trong các kỳ ngắn hơn.", "The least of shorter periods."),
    "max": ("Lớn nhất trong các kỳ ngắn hơn.", "The greatest of shorter periods."),
    "ratio": (
        "Tổng tử số chia tổng mẫu số của các kỳ ngắn hơn, không phải trung bình các tỷ lệ.",
        "The numerators of shorter periods over their denominators, not the mean of their ratios.",
    ),
    "weighted_mean": ("Trung bình có trọng số của các kỳ ngắn hơn.", "The weighted mean of shorter periods."),
    "latest": ("Số của kỳ ngắn hơn cuối cùng.", "The figure of the last shorter period."),
    "cumulative": ("Số lũy kế của kỳ ngắn hơn cuối cùng.", "The cumulative figure of the last shorter period."),
    "cumulative_ytd": (
        "Số lũy kế từ đầu năm của kỳ ngắn hơn cuối cùng.",
        "The figure since the beginning of the year of the last shorter period.",
    ),
}


def how(one: Indicator, derived: str | None, *, carried: bool) -> tuple[str, str]:
    """Return how a figure came about."""
    if carried:
        return CARRIED
    if derived == "S":
        return BELOW.get(one.space_rule, GIVEN)
    if derived == "T":
        return SHORTER[one.time_rule]
    return FORMULA if derived == "F" else GIVEN


def formula(one: Indicator) -> dict[str, Any] | None:
    """Return the formula of a ratio or a weighted mean; None of anything else."""
    if one.is_ratio:
        times = f" × {one.scale:g}" if one.scale != 1 else ""
        return {
            "text": f"{one.numerator_name} / {one.denominator_name}{times}",
            "text_en": f"{one.numerator_name_en} / {one.denominator_name_en}{times}",
            "scale": one.scale,
        }
    if one.space_rule == "weighted_mean":
        return {
            "text": f"Σ ({one.name} × {one.weight}) / Σ {one.weight}",
            "text_en": f"Σ ({one.name_en} × {one.weight_en}) / Σ {one.weight_en}",
            "scale": 1.0,
        }
    return None
