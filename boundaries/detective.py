"""In which structure of areas is a table written, and which area does each of its rows mean?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from boundaries import evidence
from boundaries.columns import Role, find_columns
from boundaries.known import BOUNDARIES, LISTS, AreaList, Boundary, Known, Level, other, structure
from boundaries.matching import FOUND, Match, Row, match
from boundaries.mergers import merged
from boundaries.rows import area_rows, main_level, scope_of
from boundaries.totals import Sheet, Stated, Total, agreement, compare

MIXED = 0.1  # of the rows that fit one structure only must fit the other for the table to be a mixture
FULL = 0.9  # of a list's areas are in a table that is that list
TOLD = 50  # comparisons with totals that a client is shown


@dataclass(frozen=True, slots=True)
class ListScore:
    """How many rows fit a list by code, by name and by both; `areas` of its `of` areas in the provinces touched.

    `sums_agree` of the `sums` totals compared with the rows of this list agree with them.
    """

    id: str
    title: str
    title_en: str
    boundary: Boundary
    level: Level
    by_code: int
    by_name: int
    by_both: int
    share: float
    areas: int
    of: int
    sums_agree: int
    sums: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a table is written in. Rows are named by their label in the table's index (the line of the file).

    `boundary` is the structure that fits best and `best` the list of most rows in it, None where nothing decides;
    `certain` is whether every row fits that structure, by code and name, and not every row the other; `mixed`: some rows
    are of one structure and some of the other; `crossed`: names of one stand beside codes of the other.
    `sums` are the totals beside the sums of their rows in each list, those that differ first.
    """

    columns: dict[Role, str]
    rows: int
    boundary: Boundary | None
    best: str | None
    certain: bool
    mixed: bool
    crossed: bool
    share: dict[Boundary, float]
    lists: tuple[ListScore, ...]
    evidence: tuple[evidence.Sentence, ...]
    neither: tuple[int, ...] = ()
    new_names_old_codes: tuple[int, ...] = ()
    old_names_new_codes: tuple[int, ...] = ()
    ambiguous: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    sums: tuple[Total, ...] = ()
    agreed: frozenset[Boundary] = frozenset()
    matches: dict[Boundary, dict[int, Match]] = field(default_factory=dict, repr=False)

    def fits_all(self, boundary: Boundary) -> bool:
        """Whether every row that names any known area fits a structure by code and name (provinces: by name)."""
        return boundary in self.agreed

    def to_json(self) -> dict[str, Any]:
        """Return what a client shows; the matches of single rows are left to `resolve`."""
        told = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("matches", "agreed", "lists", "evidence", "sums")
        }
        return {
            **told,
            "sums": [{**asdict(one), "difference": one.difference} for one in self.sums[:TOLD]],
            "lists": [asdict(one) for one in self.lists],
            "evidence": [{"vi": one.vi, "en": one.en} for one in self.evidence],
        }


def examine(
    table: pd.DataFrame,
    columns: Mapping[Role, str] | None = None,
    *,
    totals: Mapping[str, float] | None = None,
    stated: Callable[[Level], Sequence[Stated]] = lambda _: (),
) -> Verdict:
    """Score a table of text against every known list of areas.

    `columns` names what is known of its columns (`code`, `name`, `district`, `province`); the others are found by
    content. `totals` are sums that are known of its columns of figures, besides those that stand in it; `stated` tells
    those that are known of areas above the level most rows are of. Nothing is decided here: `resolve` ties rows to the
    areas of the structure a person or the verdict chose.
    """
    found = dict(columns) if columns is not None else find_columns(table)
    rows, sums = area_rows(table, found)
    level = main_level(rows)
    scopes: dict[Boundary, frozenset[str] | None] = {}
    matches: dict[Boundary, dict[int, Match]] = {}
    for boundary in BOUNDARIES:
        scopes[boundary] = scope_of(rows, boundary, level)
        known: dict[Row, Match] = {}
        for row in rows.values():
            if row not in known:
                known[row] = match(row, boundary, level, scopes[boundary])
        matches[boundary] = {line: known[row] for line, row in rows.items()}
    sheet = Sheet(table=table, columns=found, rows=rows, totals=sums, matches=matches)
    return _judge(sheet, compare(sheet, totals or {}, stated(level)), scopes)


def resolve(table: pd.DataFrame, verdict: Verdict, chosen: Boundary, *, codes_alone: bool = False) -> pd.DataFrame:
    """Tie each row to an area of the chosen structure, or say why not.

    Returns, in the order of the table: code and level ("" where the row is not tied), how (see `matching.How`; total
    for sums), vi and en: the reason, or what is unusual about the tie. A code without a name is accepted only with
    `codes_alone`, when a person has said which structure the codes are of.
    """
    tied = []
    for line in table.index:
        found, beside = (verdict.matches[b].get(line) for b in (chosen, other(chosen)))
        if found is None or beside is None:
            nothing = "total" if line in verdict.totals else "empty"
            tied.append(("", "", nothing, *evidence.reason(nothing, (), chosen)))
            continue
        how: str = found.how
        if how == "code" and codes_alone:
            area: Known | None = found.areas[0]
        elif found.how in FOUND and _either(found, beside, verdict):
            how, area = "either", None
        else:
            area = found.area
        said = evidence.reason(how, found.areas, chosen) if how not in ("both", "code") or area is None else ("", "")
        tied.append((area.code if area else "", area.level if area else "", how, *said))
    rows = pd.DataFrame(tied, columns=["code", "level", "how", "vi", "en"], index=table.index)
    for line in merged(table, verdict.columns, rows, chosen):
        said = evidence.reason("older", verdict.matches[chosen][line].areas[:1], chosen)
        rows.loc[rows.index == line, ["how", "vi", "en"]] = ["older", *said]
    return rows


def _either(found: Match, beside: Match, verdict: Verdict) -> bool:
    """Whether a row that fits the chosen structure may as well be of the other."""
    if found.how not in ("both", "moved") and beside.how == "both":
        return True  # the other time's area by code and name, under a name that lives on
    if verdict.crossed and found.how == "both":
        return beside.named
    return (verdict.mixed or verdict.crossed) and beside.how in FOUND


def _judge(sheet: Sheet, sums: tuple[Total, ...], scopes: Mapping[Boundary, frozenset[str] | None]) -> Verdict:
    rows, matches = sheet.rows, sheet.matches
    coded = any(row.codes for row in rows.values())
    named = any(row.name for row in rows.values())
    old, new = matches["former"], matches["current"]

    def fits(m: Match) -> bool:
        return m.how in FOUND or (m.how == "ambiguous" and m.named) or (m.how == "code" and not named)

    fit = {b: {line: fits(matches[b][line]) for line in rows} for b in BOUNDARIES}
    share = {b: float(np.mean(list(fit[b].values()))) if rows else 0.0 for b in BOUNDARIES}
    lists = tuple(_score(one, sheet, sums, coded=coded, named=named) for one in LISTS)
    only_old, only_new = (
        {line for line in rows if fit[a][line] and not fit[b][line]} for a, b in (BOUNDARIES, BOUNDARIES[::-1])
    )
    mixed = min(len(only_old), len(only_new)) > MIXED * len(only_old | only_new)
    boundary = _better(share, lists)
    best = max((one for one in lists if one.boundary == boundary), key=lambda one: one.share, default=None)
    neither = tuple(line for line in rows if not (fit["former"][line] or fit["current"][line]))
    strangers = {line for line in neither if _stranger(rows[line], old[line], new[line])}
    relevant = [line for line in rows if line not in strangers]
    agreed = frozenset(b for b in BOUNDARIES if named and _agrees(relevant, matches[b]))
    clear = agreed == {boundary} or (boundary in agreed and boundary == (_filling(lists) or _adding_up(lists)))
    certain = boundary is not None and not mixed and clear
    new_names = tuple(line for line, row in rows.items() if row.codes and _exchanged(new[line], old[line]))
    old_names = tuple(line for line, row in rows.items() if row.codes and _exchanged(old[line], new[line]))
    chosen = matches[boundary] if boundary else {}
    verdict = Verdict(
        columns=dict(sheet.columns), rows=len(rows), boundary=boundary, best=best.id if best else None, certain=certain,
        mixed=mixed, crossed=len(new_names) + len(old_names) > MIXED * len(rows), share=share, lists=lists,
        evidence=(), neither=neither, new_names_old_codes=new_names, old_names_new_codes=old_names,
        ambiguous=tuple(line for line, m in chosen.items() if m.how == "ambiguous"),
        totals=tuple(sheet.totals), sums=sums, agreed=agreed, matches=matches,
    )  # fmt: skip
    return replace(verdict, evidence=evidence.sentences(verdict, scopes))


def _score(one: AreaList, sheet: Sheet, sums: tuple[Total, ...], *, coded: bool, named: bool) -> ListScore:
    there, rows, found = structure(one.boundary), sheet.rows, sheet.matches[one.boundary]
    by_code = by_name = by_both = 0
    areas: set[Known] = set()
    for line, row in rows.items():
        has_code = any(a.level == one.level for code in row.codes for a in there.by_code.get(code, ()))
        m = found[line]
        of_level = bool(m.areas) and m.areas[0].level == one.level
        by_code += has_code
        by_name += m.named and of_level
        by_both += m.how in FOUND and has_code and of_level
        if of_level and (m.how in FOUND or m.how == "code"):
            areas.add(m.areas[0])
    count = by_both if coded and named else by_name if named else by_code
    provinces = {area.province for area in areas}
    of = sum(
        n for (level, p), n in there.counts.items() if level == one.level and (level == "province" or p in provinces)
    )
    return ListScore(
        one.id, one.title, one.title_en, one.boundary, one.level, by_code, by_name, by_both,
        count / len(rows) if rows else 0.0, len(areas), of, *agreement(sums, one.id),
    )  # fmt: skip


def _better(share: Mapping[Boundary, float], lists: tuple[ListScore, ...]) -> Boundary | None:
    """The structure that fits more rows, or where both fit alike the one the table fills or adds up in."""
    first, second = sorted(BOUNDARIES, key=lambda b: -share[b])
    return first if share[first] > share[second] else _filling(lists) or _adding_up(lists)


def _filling(lists: tuple[ListScore, ...]) -> Boundary | None:
    """The structure whose provinces the table fills, if it does not those of the other."""
    filled = _filled(lists)
    first, second = sorted(BOUNDARIES, key=lambda b: -filled[b])
    return first if filled[first] > FULL > filled[second] else None


def _adding_up(lists: tuple[ListScore, ...]) -> Boundary | None:
    """The structure in which all totals are the sums of their rows, if in the other one they are not."""
    whole = [
        b for b in BOUNDARIES
        if (own := [one for one in lists if one.boundary == b and one.sums]) and all(one.sums_agree == one.sums for one in own)
    ]  # fmt: skip
    return whole[0] if len(whole) == 1 else None


def _filled(lists: tuple[ListScore, ...]) -> dict[Boundary, float]:
    """The largest part of a list, in the provinces touched, that the table holds."""
    return {
        b: max((one.areas / one.of for one in lists if one.boundary == b and one.of), default=0.0) for b in BOUNDARIES
    }


def _stranger(row: Row, old: Match, new: Match) -> bool:
    """Whether neither code nor name occurs in any list: a row that cannot mislead, only be left out."""
    codes = any(code in structure(b).by_code for b in BOUNDARIES for code in row.codes)
    return not (codes or old.named or new.named or old.areas or new.areas)


def _exchanged(own: Match, beside: Match) -> bool:
    """Whether a row has a name of one structure with the code of the same place in the other."""
    return own.how == "other_code" and beside.how not in FOUND


def _agrees(lines: list[int], matches: Mapping[int, Match]) -> bool:
    """Whether all rows agree by code and name; for a table of provinces the name is enough."""
    found = [matches[line] for line in lines]
    provinces = all(m.areas and m.areas[0].level in ("province", "country") for m in found)
    return bool(found) and all(m.how == "both" or (provinces and m.how in ("spelling", "name", "older")) for m in found)
