"""English of what figures carry in Vietnamese."""

from __future__ import annotations

import pytest

from layers.catalogue import FEATURES
from layers.indicators.catalogue import load
from layers.indicators.terms import english
from layers.indicators.units import units

INTERNATIONAL = {"", "%", "‰", "ha", "km", "km²", "m", "m²", "m³", "mm", "µg/m³", "kg", "USD", "°", "/5", "camera"}


def test_every_unit_source_and_owner_has_english() -> None:
    said = {
        text
        for one in load()[1]
        for text in (one.unit, one.numerator_unit, one.denominator_unit, one.weight_unit, one.source_system,
                     *(owner.name for owner in one.owners))
    }  # fmt: skip
    said |= set(units())
    said |= {field.unit or "" for layer in FEATURES for field in layer.fields}
    assert sorted(text for text in said - INTERNATIONAL if english(text) == text) == []


@pytest.mark.parametrize(
    ("vietnamese", "expected"),
    [
        ("Nghị quyết 202/2025/QH15; Nghị quyết 30/2026/QH16", "Resolution 202/2025/QH15; Resolution 30/2026/QH16"),
        (
            "Giá trị công bố thấp bất thường (dưới 500 người), cần kiểm tra lại.",
            "The published value is unusually low (below 500 people) and needs checking.",
        ),
        (
            "Tổng hợp từ 9/10 đơn vị có số liệu. Tổng hợp từ 8/10 đơn vị có số liệu.",
            "Aggregated from 9 of 10 areas with figures. Aggregated from 8 of 10 areas with figures.",
        ),
        (
            "Cộng từ 3 đơn vị đã sáp nhập trước 2025. Trước 1/8/2008 Vĩnh Phúc còn gồm Mê Linh.",
            "Added up from 3 areas that merged before 2025. Before 1 August 2008 Vĩnh Phúc held Mê Linh.",
        ),
        ("Báo cáo của một người. Không rõ nguồn", "Báo cáo của một người. Không rõ nguồn"),
    ],
)
def test_sentences_are_read_through_their_blanks(vietnamese: str, expected: str) -> None:
    assert english(vietnamese) == expected
