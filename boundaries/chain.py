"""The chain from areas to their successors, examined: gaps in it, contradictions, and what no rule of time allows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

TOLERANCE = 1e-6


class Fault(NamedTuple):
    """Something found in the chain: what it is, the areas it is about, whether no history can have it."""

    kind: str
    vi: str
    en: str
    areas: list[str]
    wrong: bool


_AREAS = text("""
SELECT id, level, code, full_name, province_code, valid_from, valid_to FROM toancanh.area
WHERE level IN ('province', 'district', 'commune')
""")
_LINKS = text("""
SELECT old_id, new_id, relation, is_main, area_share, population_share, flag FROM toancanh.succession
""")
LINKS = ["old_id", "new_id", "relation", "is_main", "area_share", "population_share", "flag"]


def read_areas(connection: Connection) -> pd.DataFrame:
    """Read every area of the structure, by id: level, code, full_name, province_code, valid_from, valid_to."""
    rows = connection.execute(_AREAS).mappings().all()
    columns = ["id", "level", "code", "full_name", "province_code", "valid_from", "valid_to"]
    return pd.DataFrame(rows, columns=columns).set_index("id")


def read_links(connection: Connection) -> pd.DataFrame:
    """Read every link (`LINKS`)."""
    return pd.DataFrame(connection.execute(_LINKS).mappings().all(), columns=LINKS)


def faults(areas: pd.DataFrame, links: pd.DataFrame) -> list[Fault]:
    """Examine links (`LINKS`) between areas (`read_areas`)."""
    old, new = areas.reindex(links.old_id), areas.reindex(links.new_id)
    name = areas.full_name + " (" + areas.code + ")"
    pair = links.old_id.map(name) + " → " + links.new_id.map(name)
    early = (new.valid_from.to_numpy() < _or_never(old.valid_to)) & old.valid_to.notna().to_numpy()
    standing = old.valid_to.isna().to_numpy()
    level = old.level.to_numpy() != new.level.to_numpy()
    found = [
        _fault(
            "early", pair[early | standing],
            "đơn vị kế thừa bắt đầu trước khi đơn vị cũ kết thúc",
            "successors begin before their predecessors ended",
        ),
        _fault("level", pair[level], "liên kết nối hai cấp khác nhau", "links join two different levels"),
        _fault("ring", name.reindex(_ring(links)), "chuỗi kế thừa quay vòng", "links form a ring"),
        _fault("overlap", _overlapping(areas, name), "đơn vị cùng cấp, cùng mã có thời gian hiệu lực chồng nhau",
               "areas of one level and code whose validity overlaps"),
    ]  # fmt: skip
    counted = links[links.flag != "namesake"]
    for column, vi, en in (("area_share", "diện tích", "ground"), ("population_share", "dân số", "people")):
        share = counted[column].astype(float)
        found.append(_fault(
            "above_one", pair[counted.index[(share < 0) | (share > 1 + TOLERANCE)]],
            f"tỷ lệ {vi} nằm ngoài khoảng 0 đến 1", f"shares of {en} outside 0 to 1",
        ))  # fmt: skip
        of = share.groupby(counted.old_id).agg(lambda column: column.sum(skipna=False)).dropna()
        found.append(_fault(
            "sum", name.reindex(of.index[(of - 1).abs() > 1e-3]),
            f"tỷ lệ {vi} của các đơn vị kế thừa cộng lại khác 1", f"areas whose successors' shares of {en} do not sum to 1",
        ))  # fmt: skip
    return [one for one in [*found, *_loose(areas, links, counted, name)] if one.areas]


def _loose(areas: pd.DataFrame, links: pd.DataFrame, counted: pd.DataFrame, name: pd.Series) -> list[Fault]:
    """Areas that nothing leads from or to, where the other structure is loaded at all."""
    # A district passes with its communes; the communes of a province may be loaded on one side only.
    below = areas.level.isin(("province", "commune"))
    of = areas.province_code
    above = links[links.old_id.map(areas.level).eq("province")]
    heirs = above.new_id.map(of).groupby(above.old_id.map(of)).agg(set)
    filled = set(of[areas.level.eq("commune") & areas.valid_to.isna()])
    reached = {code for code, news in heirs.items() if news & filled}
    ended = below & areas.valid_to.notna() & ~areas.index.isin(counted.old_id)
    ended &= areas.level.eq("province") | of.isin(reached)
    waiting = areas.level.eq("commune") & areas.valid_to.notna() & ~areas.index.isin(counted.old_id) & ~of.isin(reached)
    home = (
        areas[areas.level.eq("province")].sort_values("valid_from").drop_duplicates("code").set_index("code").full_name
    )
    count = of[waiting].value_counts()
    linked = set(zip(areas.level.reindex(links.new_id), of.reindex(links.new_id), strict=True))
    begun = below & (areas.valid_from > areas.valid_from.min()) & ~areas.index.isin(links.new_id)
    begun &= pd.Series([key in linked for key in zip(areas.level, of, strict=True)], index=areas.index)
    return [
        _fault(
            "end", name[ended], "đơn vị kết thúc mà không có đơn vị kế thừa", "areas that end with nothing after them"
        ),
        _fault(
            "start", name[begun], "đơn vị mới không có đơn vị tiền thân", "new areas without a predecessor", wrong=False
        ),
        _fault(
            "waiting",
            (count.index.to_series().map(home) + " (" + count.index + "): " + count.astype(str)),
            f"{count.sum()} xã cũ chưa có đơn vị kế thừa vì các xã hiện nay của nơi ấy chưa được nạp",
            f"{count.sum()} former communes have no successor because the present communes there are not loaded",
            wrong=False,
        ),
    ]


def _fault(kind: str, areas: pd.Series, vi: str, en: str, *, wrong: bool = True) -> Fault:
    return Fault(kind, vi, en, sorted(areas.astype(str)), wrong)


def _or_never(days: pd.Series) -> np.ndarray:
    return days.where(days.notna(), pd.Timestamp.max.date()).to_numpy()


def _overlapping(areas: pd.DataFrame, name: pd.Series) -> pd.Series:
    order = areas.sort_values(["level", "code", "valid_from"])
    until = pd.Series(_or_never(order.valid_to), index=order.index)
    before = until.groupby([order.level, order.code]).shift()
    return name.reindex(order.index[before.notna() & (order.valid_from < before.fillna(order.valid_from))])


def _ring(links: pd.DataFrame) -> list[int]:
    """Areas on a ring: what remains after taking away, again and again, areas that nothing leads to or from."""
    left = links[["old_id", "new_id"]]
    while len(left):
        kept = left[left.old_id.isin(left.new_id) & left.new_id.isin(left.old_id)]
        if len(kept) == len(left):
            break
        left = kept
    return sorted(set(left.old_id))
