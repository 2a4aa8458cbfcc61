"""Who is compared with whom: areas of one kind under one parent; provinces and cities with each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from services.gazetteer import Area

KINDS = {
    "phuong": ("phường", "wards"),
    "xa": ("xã", "communes"),
    "dac_khu": ("đặc khu", "special zones"),
    "thi_tran": ("thị trấn", "townships"),
    "huyen": ("huyện", "districts"),
    "quan": ("quận", "urban districts"),
    "thi_xa": ("thị xã", "towns"),
    "tinh": ("tỉnh, thành phố", "provinces"),
    "thanh_pho": ("thành phố", "cities"),
}
ALL = ("đơn vị", "areas")


def group(area: Area) -> str:
    """Return the name of the group an area is compared in."""
    return "tinh" if area.level == "province" else area.kind


def groups(areas: Iterable[Area]) -> npt.NDArray[np.str_]:
    """Return the group of each area."""
    return np.array([group(area) for area in areas], dtype=np.str_)


def peers(area: Area, others: Iterable[Area]) -> list[Area]:
    """Return the areas among others that one is compared with, itself included."""
    return [other for other in others if other.level == area.level and group(other) == group(area)]


def title(name: str, parent: Area) -> tuple[str, str]:
    """Return what a group under a parent is called: “phường của Tỉnh Lâm Đồng”."""
    vi, en = KINDS.get(name, ALL)
    if parent.level == "country":
        return f"{vi} cả nước", f"{en} in the country"
    return f"{vi} của {parent.full_name}", f"{en} of {parent.name_en}"


def order(areas: Sequence[Area]) -> npt.NDArray[np.int64]:
    """Return the place of each area's group in the order of `KINDS`."""
    places = {name: place for place, name in enumerate(KINDS)}
    return np.array([places.get(group(area), len(places)) for area in areas], dtype=np.int64)
