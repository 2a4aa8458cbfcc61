"""A table of links from a file put in the place of what is known of the areas it names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, insert, text

from boundaries.chain import LINKS, faults, read_areas, read_links
from boundaries.succession import measure, shares
from boundaries.tables import boundary_load
from geo.errors import Problem
from geo.formats import checksum


class Relinked(NamedTuple):
    """How many areas a file named, how many links they had before and have now."""

    areas: int
    before: int
    after: int


def relink(connection: Connection, path: Path, *, source: str) -> Relinked:
    """Replace the links of every former area the file names by those in it, then measure them.

    CSV: old_code, new_code, relation (whole, divided) and, where they are decided, area_share, population_share.
    Raises Problem, and writes nothing, for an unknown code or a chain that no history can have.
    """
    table = _read(path)
    areas = read_areas(connection)
    fresh = _numbered(table, areas)
    known = read_links(connection)
    gone = known.old_id.isin(fresh.old_id)
    there = {(fault.kind, area) for fault in faults(areas, known) for area in fault.areas}
    for fault in faults(areas, _joined(known[~gone], fresh)):
        caused = [area for area in fault.areas if fault.wrong and (fault.kind, area) not in there]
        if caused:
            raise Problem(
                f"Không nạp bảng liên kết, {fault.vi}: {', '.join(caused[:3])}.",
                f"The links are refused, {fault.en}: {', '.join(caused[:3])}.",
            )
    connection.execute(
        text("DELETE FROM toancanh.succession WHERE old_id = ANY(:ids)"), {"ids": _ids(fresh.old_id.drop_duplicates())}
    )
    connection.execute(_INSERT, {
        "old": _ids(fresh.old_id), "new": _ids(fresh.new_id), "relation": fresh.relation.tolist(),
        "main": fresh.is_main.tolist(), "source": source,
    })  # fmt: skip
    measure(connection, _ids(fresh.old_id.drop_duplicates()))
    _decide(connection, fresh)
    found = Relinked(fresh.old_id.nunique(), int(gone.sum()), len(fresh))
    connection.execute(
        insert(boundary_load).values(
            path=str(path), checksum=checksum(path), report={"links": found._asdict(), "source": source}
        )
    )
    return found


def _read(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise Problem(
            f"Không đọc được {path.name} như một bảng CSV mã hoá UTF-8.", f"{path.name} cannot be read as CSV in UTF-8."
        ) from error
    table.columns = [column.strip().lower() for column in table.columns]
    missing = [column for column in ("old_code", "new_code", "relation") if column not in table.columns]
    if missing:
        raise Problem(
            f"{path.name} thiếu cột {', '.join(missing)}; cần old_code, new_code, relation.",
            f"{path.name} lacks the column {', '.join(missing)}; old_code, new_code and relation are needed.",
        )
    if table.empty:
        raise Problem(f"{path.name} không có dòng nào.", f"{path.name} has no rows.")
    wrong = table[~table.relation.isin(("whole", "divided"))]
    if len(wrong):
        raise Problem(
            f"Dòng {wrong.index[0] + 2}: relation phải là whole hoặc divided, không phải “{wrong.relation.iloc[0]}”.",
            f"Row {wrong.index[0] + 2}: relation must be whole or divided, not “{wrong.relation.iloc[0]}”.",
        )
    for column in ("area_share", "population_share"):
        given = table[column].str.strip() if column in table.columns else pd.Series("", index=table.index)
        table[column] = pd.to_numeric(given.replace("", None), errors="coerce")
        bad = table[given.ne("") & table[column].isna()]
        if len(bad):
            raise Problem(
                f"Dòng {bad.index[0] + 2}: {column} không phải là số.",
                f"Row {bad.index[0] + 2}: {column} is no number.",
            )
    return table


def _numbered(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The rows with area ids: an old code is the area of that code that ended, a new one the one that began that day."""
    codes = table.assign(row=table.index + 2, level=table.new_code.str.len().map({2: "province"}).fillna("commune"))
    places = areas.reset_index()
    old = codes.merge(
        places.loc[places.valid_to.notna(), ["id", "level", "code", "valid_to"]],
        left_on=["level", "old_code"], right_on=["level", "code"], how="left",
    ).rename(columns={"id": "old_id"}).drop(columns="code")  # fmt: skip
    both = old.merge(
        places[["id", "level", "code", "valid_from", "valid_to"]].rename(columns={"valid_to": "until"}),
        left_on=["level", "new_code"], right_on=["level", "code"], how="left",
    )  # fmt: skip
    both = both[(both.id != both.old_id) | both.id.isna()].assign(late=lambda f: f.valid_from != f.valid_to)
    both = both.sort_values(["row", "late"], kind="stable").drop_duplicates("row").rename(columns={"id": "new_id"})
    for column, code in (("old_id", "old_code"), ("new_id", "new_code")):
        lost = both[both[column].isna()]
        if len(lost):
            row, what = int(lost["row"].iloc[0]), lost[code].iloc[0]
            old_ = column == "old_id"
            raise Problem(
                f"Dòng {row}: không có đơn vị {'đã kết thúc' if old_ else 'kế thừa'} nào mang mã “{what}”.",
                f"Row {row}: no area {'that ended' if old_ else 'to succeed'} has the code “{what}”.",
            )
    both = both.astype({"old_id": int, "new_id": int})
    if both.duplicated(["old_id", "new_id"]).any():
        first = both[both.duplicated(["old_id", "new_id"])].iloc[0]
        raise Problem(
            f"Dòng {first['row']}: cặp {first.old_code} → {first.new_code} đã có ở dòng trên.",
            f"Row {first['row']}: the pair {first.old_code} → {first.new_code} stands above already.",
        )
    several = both.groupby("old_id").new_id.transform("size") > 1
    if (several & both.relation.eq("whole")).any():
        first = both[several & both.relation.eq("whole")].iloc[0]
        raise Problem(
            f"Dòng {first['row']}: {first.old_code} có nhiều đơn vị kế thừa nên không thể nhập toàn bộ (whole) vào một.",
            f"Row {first['row']}: {first.old_code} has several successors, so it cannot pass whole to one.",
        )
    return both.reset_index(drop=True).assign(is_main=lambda f: _main(f), flag="")


def _main(table: pd.DataFrame) -> pd.Series:
    """The main successor: the largest share given, else the first row."""
    weight = table.area_share.fillna(table.population_share).fillna(0.0)
    order = table.assign(weight=weight).sort_values("weight", ascending=False, kind="stable")
    return pd.Series(table.index.isin(order.drop_duplicates("old_id").index), index=table.index)


def _joined(known: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    rows = fresh.reindex(columns=LINKS)
    return pd.concat([known, rows], ignore_index=True) if len(known) else rows.reset_index(drop=True)


def _decide(connection: Connection, fresh: pd.DataFrame) -> None:
    """Shares that were decided stand in place of measured ones, where the file gives them for all parts of an area."""
    for column, measure_ in (("area_share", "area_km2"), ("population_share", "population")):
        given = fresh[fresh[column].notna().groupby(fresh.old_id).transform("all")]
        if given.empty:
            continue
        values = {
            "old": _ids(given.old_id),
            "new": _ids(given.new_id),
            "share": shares(given.old_id, given[column]).tolist(),
        }
        connection.execute(text(_DECIDE.format(share=column, measure=measure_)), values)


def _ids(numbers: pd.Series) -> list[int]:
    return [int(number) for number in numbers]


_INSERT = text("""
INSERT INTO toancanh.succession (old_id, new_id, relation, is_main, source)
SELECT old_id, new_id, relation, is_main, :source
FROM unnest((:old)::int[], (:new)::int[], (:relation)::text[], (:main)::bool[]) AS given (old_id, new_id, relation, is_main)
""")

_DECIDE = """
UPDATE toancanh.succession s SET {share} = m.share, {measure} = m.share * m.total, flag = 'decided'
FROM (
  SELECT old_id, new_id, share,
    (SELECT sum(l.{measure}) FROM toancanh.succession l WHERE l.old_id = given.old_id) AS total
  FROM unnest((:old)::int[], (:new)::int[], (:share)::float8[]) AS given (old_id, new_id, share)
) m WHERE (s.old_id, s.new_id) = (m.old_id, m.new_id)
"""
