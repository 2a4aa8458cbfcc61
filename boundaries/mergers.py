"""Places that a table gives apart and that had become one area by 2025, told by their kinds."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from boundaries.columns import Role, possible_codes
from boundaries.known import Boundary, structure
from boundaries.spoken import parts, readings

_EXACT = ("both", "moved", "name")


def merged(table: pd.DataFrame, columns: Mapping[Role, str], tied: pd.DataFrame, chosen: Boundary) -> list[int]:
    """Lines whose name is the area's own under another kind, where the township and the commune both stand in the table.

    One place under one code whose kind has risen is not meant.
    """
    if "name" not in columns or chosen != "former":
        return []
    exact = tied[tied.how.isin(_EXACT) & tied.level.eq("commune")]
    lines: list[int] = []
    for code, group in exact[exact.code.duplicated(keep=False)].groupby("code"):
        area = next(one for one in structure(chosen).by_code[str(code)] if one.level == "commune")
        kinds = {line: _kind(str(table.at[line, columns["name"]])) for line in group.index}
        codes = (
            {possible_codes(str(table.at[line, columns["code"]])) for line in group.index}
            if "code" in columns
            else set()
        )
        if len(set(kinds.values()) - {""}) > 1 and (not codes or len(codes) > 1):
            lines += [line for line, kind in kinds.items() if kind and kind != area.kind]
    return lines


def _kind(name: str) -> str:
    said = parts(name)
    kinds = readings(said[0])[0].kinds if said else ()
    return kinds[0] if kinds else ""
