"""Which indicators of the catalogue a file means by the names it gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from geo.errors import Problem
from geo.text import fold
from layers.indicators.catalogue import Indicator, find, load

TOLD = 5  # names in a refusal


def meant(said: str) -> Indicator | None:
    """The indicator of this code or further name, or of this Vietnamese or English name, where only one has it."""
    if known := find(said):
        return known
    word = fold(said)
    found = [one for one in load()[1] if word and word in (fold(one.name), fold(one.name_en))]
    return found[0] if len(found) == 1 else None


def so_called(said: pd.Series, called: Mapping[str, str]) -> pd.Series:
    """The names in a column with those replaced that a person told: their name -> indicator.

    Under "" stands the one indicator told for the file: that of its one unknown name. Raises Problem where a name is not
    in the file, several are unknown, or the file names other indicators only.
    """
    there = {fold(name): name for name in said.unique()}
    if lost := [name for name in called if name and fold(name) not in there]:
        raise Problem(
            f"--indicator: tệp không có tên chỉ tiêu “{lost[0]}”; các tên có: {_names(there.values())}.",
            f"--indicator: the file names no indicator “{lost[0]}”; it has {_names(there.values())}.",
        )
    told = {there[fold(name)]: code for name, code in called.items() if name}
    if code := called.get("", ""):
        others = [name for name in there.values() if name not in told]
        unknown = [name for name in others if not meant(name)]
        if len(unknown) > 1:
            raise Problem(
                f"--indicator {code}: tệp có {len(unknown)} tên chỉ tiêu chưa biết ({_names(unknown)}), không rõ tên nào; "
                f"hãy nêu “tên={code}”.",
                f"--indicator {code}: the file has {len(unknown)} unknown indicators ({_names(unknown)}); which is meant "
                f"is not clear; say “name={code}”.",
            )
        if not unknown and all(meant(name) != meant(code) for name in others):
            raise Problem(
                f"--indicator {code}: tệp tự ghi chỉ tiêu ({_names(others)}); nếu đó là {code}, hãy nêu “tên={code}”.",
                f"--indicator {code}: the file names its indicators itself ({_names(others)}); if {code} is meant, say "
                f"“name={code}”.",
            )
        told |= dict.fromkeys(unknown, code)
    return said.replace(told)


def _names(names: Iterable[str]) -> str:
    some = list(names)
    return ", ".join(f"“{name}”" for name in some[:TOLD]) + (", …" if len(some) > TOLD else "")
