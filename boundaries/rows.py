"""What each line of a table says of its area, and what the lines together tell of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from boundaries.columns import Role, names_area, possible_codes
from boundaries.known import BOUNDARIES, DISTRICT_KINDS, Boundary, Level, holders, structure
from boundaries.matching import Row, match
from boundaries.spoken import is_total, loose, marked, parts, readings

MARKED = 0.5  # of the names carry marks: those that have none are written so on purpose
SCOPE = 0.8  # of the rows that are clear without a parent lie in one province: the table is that province's

_OF_LENGTH: dict[int, Level] = {2: "province", 3: "district", 5: "commune"}


def area_rows(table: pd.DataFrame, columns: Mapping[Role, str]) -> tuple[dict[int, Row], list[int]]:
    """What each line says of its area; sums apart. A line that names a district heads the lines below it."""
    empty = pd.Series("", index=table.index)
    cells = {role: table[columns[role]].astype(str).str.strip() if role in columns else empty for role in
             ("code", "name", "district", "province")}  # fmt: skip
    zeros_kept = cells["code"].str.startswith("0").any() or not cells["code"].str.fullmatch(r"\d{4}").any()
    names = cells["name"].drop_duplicates()
    with_marks = names.map(marked).mean() > MARKED if len(names) else False
    rows: dict[int, Row] = {}
    totals: list[int] = []
    heading = ""
    for line, code, name, district, province in zip(table.index, *cells.values(), strict=True):
        told = not (district and names_area(name))  # a commune is called Trung Bình
        if (
            is_total(code)
            or (is_total(name) and told and len(code) < 4)
            or (not (code or name) and any(map(is_total, table.loc[line])))
        ):
            totals.append(line)
        elif code or name:
            if name and "district" not in columns and not code and _heads(name):
                heading = name
            elif heading and len(parts(name)) == 1:
                district = heading
            codes = possible_codes(code)
            if zeros_kept and len(codes) > 1:
                codes = codes[:1]
            exact = with_marks or marked(name)
            rows[line] = Row(codes or ((code,) if code else ()), name, district, province, exact)
    return rows, totals


def _heads(name: str) -> bool:
    said = parts(name)
    if len(said) != 1 or not holders(said[0]).districts:
        return False
    kinds = {kind for reading in readings(said[0]) for kind in reading.kinds}
    communes = (a for b in BOUNDARIES for a in structure(b).by_letters.get(loose(said[0]), ()) if a.level == "commune")
    return bool(kinds & DISTRICT_KINDS) or not any(communes)


def main_level(rows: Mapping[int, Row]) -> Level:
    """The level most rows are of."""
    levels: Counter[Level] = Counter()
    for row in dict.fromkeys(rows.values()):
        told = _OF_LENGTH.get(len(row.codes[0]) if row.codes else 0)
        if told:
            levels[told] += 1
        else:
            for boundary in BOUNDARIES:
                for area_level in {area.level for area in match(row, boundary, "commune").areas}:
                    levels[area_level] += 1
    return max(("province", "district", "commune"), key=lambda one: levels[one])


def scope_of(rows: Mapping[int, Row], boundary: Boundary, level: Level) -> frozenset[str] | None:
    """The one province a table without parents speaks of, told by the rows that are clear anyway."""
    clear = [match(row, boundary, level, lenient=True) for row in dict.fromkeys(rows.values()) if _alone(row)]
    provinces = Counter(m.area.province for m in clear if m.area and m.area.level == "commune")
    if not provinces:
        return None
    code, count = provinces.most_common(1)[0]
    return frozenset((code,)) if count >= SCOPE * provinces.total() else None


def _alone(row: Row) -> bool:
    return not (row.province or row.district) and len(parts(row.name)) == 1
