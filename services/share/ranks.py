"""Ranks on a shared map: each place among its peers."""

from __future__ import annotations

from services.share.view import View
from services.share.words import WORDS


def ranks(view: View, lang: str) -> dict[int, str]:
    """Rank of each place among its peers (wards with wards, communes with communes), best first; neutral has none."""
    if view.indicator.direction == "neutral":
        return {}
    words, made = WORDS[lang], {}
    for kinds, word in (
        (("tinh", "thanh_pho"), "province"),
        (("phuong",), "phuong"),
        (("xa",), "xa"),
        (("dac_khu",), "dac_khu"),
    ):
        values = {p.id: p.value for p in view.places if p.kind in kinds and p.value is not None}
        better = -1 if view.indicator.direction == "up" else 1
        order = sorted(better * value for value in values.values())
        if len(values) > 1:
            for place, value in values.items():
                made[place] = f"{order.index(better * value) + 1}/{len(values)} {words[word]}"
    return made
