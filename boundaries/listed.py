"""Every area of both structures as the published lists have it, without an outline."""

from __future__ import annotations

import pandas as pd

from boundaries import register

COLUMNS = [*register.COLUMNS, "province_code", "valid_from", "valid_to"]


def listed_areas() -> pd.DataFrame:
    """34 provinces and 3,321 communes; 63 provinces, 696 districts and 10,040 areas of the lowest level before.

    Columns: those of the register, province_code, valid_from, valid_to (ISO dates, half-open; None while in force). A
    former commune's parent is its district. Rows are numbered from 0, in the same order on every run.
    """
    now = pd.concat([register.provinces(), register.communes()])
    before = pd.concat([register.former_provinces(), register.former_districts(), register.former_communes()])
    now, before = (
        both.assign(province_code=both.code.where(both.level == "province", both.parent_code)) for both in (now, before)
    )
    before["parent_code"] = before.district_code.where(before.level == "commune", before.parent_code)
    now = now.assign(valid_from=register.REFORM, valid_to=None)
    former = before.assign(valid_from=register.FORMER, valid_to=register.REFORM)
    return pd.concat([now, former], ignore_index=True)[COLUMNS]


def below(areas: pd.DataFrame, province: str) -> pd.DataFrame:
    """The rows of every province, and of all below one of today's and its predecessors (`VN`: of all)."""
    heirs = register.succession().query("old_level == 'province' and new_code == @province").old_code
    now = areas["valid_to"].isna()
    mine = (now & areas["province_code"].eq(province)) | (~now & areas["province_code"].isin(heirs))
    return areas[(areas["level"] == "province") | (province == "VN") | mine]
