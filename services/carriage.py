"""What a person is told of a carried figure: its method, its sources, the share estimated, and why there is none."""

from __future__ import annotations

import math
from typing import Any

from boundaries.predecessors import otherwise, undivided
from layers.indicators.joining import OWN
from layers.indicators.periods import Period
from services.carried import FIRST, History
from services.gazetteer import Places

METHODS = {
    OWN: ("số của chính đơn vị", "the area's own figures"),
    "whole": ("cộng nguyên vẹn các đơn vị đã nhập vào", "whole areas put together"),
    "population": ("phần bị chia tính theo dân số trên lưới 1 km", "divided parts by people on a 1 km grid"),
    "published": ("phần bị chia tính theo dân số công bố", "divided parts by published population"),
    "area": ("phần bị chia tính theo diện tích", "divided parts by ground"),
    "equal": ("phần bị chia đều", "divided parts equally"),
}
LOSS = (
    "; chia ngược về đơn vị cũ nên chi tiết đã mất, hãy đọc theo khoảng sai số",
    "; divided back to former areas, so detail is lost: read it by its bounds",
)
JOINED = ("gộp các kỳ của chính đơn vị với các kỳ được quy đổi:", "its own periods put together with carried ones:")
EARLY = (
    f"trước {FIRST.day}/{FIRST.month}/{FIRST.year} số liệu theo ranh giới khi đó: tỉnh tách ra sau nằm trong tỉnh gốc, "
    "không chia lại được",
    f"before {FIRST:%-d %B %Y} figures are of the boundaries then: a province that split off later is inside its parent's "
    "and cannot be told apart",
)
"""What is true of figures older than the oldest structure that is known."""
REFUSED = {
    "side_by_side": (
        "Chỉ tiêu này không cộng gộp được: xem số của từng đơn vị cũ.",
        "This indicator cannot be merged into one number: see each former area.",
    ),
    "no_parts": (
        "Tỷ lệ không có tử số, mẫu số nên không quy đổi được.",
        "A ratio without numerator and denominator cannot be carried.",
    ),
    "undivided": (
        "Tỉnh khi đó gồm cả đất nay thuộc tỉnh khác nên không tách lại được.",
        "The province then held ground that is now another's, and cannot be told apart.",
    ),
    "few": ("Quá ít đơn vị nguồn có số liệu.", "Too few of the source areas have figures."),
}

UNMERGED = ("side_by_side", "no_parts", "undivided")
"""Refusals of figures that are there but cannot be put together; with too few of them there is simply no figure."""


def part(estimated: float) -> float | None:
    """The share of a figure that is estimated with four digits: a little is never told as nothing."""
    return math.ceil(round(1e4 * estimated, 3)) / 1e4 if math.isfinite(estimated) else None


def explained(history: History, row: Any, places: Places, at: Period) -> dict[str, Any]:
    """Return what a person needs to judge a carried value: method, sources, share estimated, error band."""
    refused = REFUSED.get(row.refused)
    method, method_en = METHODS[row.method]
    if not refused and row.method != "whole" and str(places.by_id[int(row.area_id)].vintage) < str(row.boundary):
        method, method_en = f"{method}{LOSS[0]}", f"{method_en}{LOSS[1]}"
    if row.own:
        method, method_en = f"{JOINED[0]} {method}", f"{JOINED[1]} {method_en}"
    from_there = history.sources.get(history.of(row), {}).get(int(row.area_id), [])
    if row.boundary == FIRST and at.start < FIRST:
        codes = [places.by_id[i].code for i in from_there if i in places.by_id] if row.level == "province" else []
        others = otherwise(codes, at.last_day)
        method = "; ".join([method, EARLY[0], *(one.vi for one in others)])
        method_en = "; ".join([method_en, EARLY[1], *(one.en for one in others)])
        if row.refused == "undivided":
            held = undivided(codes, at.last_day)
            refused = (
                f"{refused[0][:-1]}: {'; '.join(one.vi for one in held)}." if refused else "",
                f"{refused[1][:-1]}: {'; '.join(one.en for one in held)}." if refused else "",
            )
        if row.refused == "few" and refused:
            refused = (f"{refused[0][:-1]}; {EARLY[0]}.", f"{refused[1][:-1]}; {EARLY[1]}.")
    return {
        "boundary": str(row.boundary),
        "level": row.level,
        "period": at.key,
        "method": row.method,
        "method_text": method,
        "method_text_en": method_en,
        "estimated": part(row.estimated),
        "known": int(row.known),
        "of": int(row.of),
        "refused": row.refused or None,
        "refused_text": refused[0] if refused else None,
        "refused_text_en": refused[1] if refused else None,
        "sources": [
            {
                "code": places.by_id[i].code,
                "name": places.by_id[i].full_name,
                "name_en": places.by_id[i].name_en,
                "id": i,
            }
            for i in from_there
            if i in places.by_id
        ],
    }
