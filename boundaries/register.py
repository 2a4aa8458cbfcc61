"""The administrative areas of Viet Nam by code and name, before and after 1 July 2025, and what became of each.

Source: the tables inside the package vietnamadminunits (MIT licence), with the corrections listed below.
"""

import json
import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boundaries.wording import KINDS, english, split_kind

REFORM = "2025-07-01"
FORMER = "2008-08-01"

# Corrections of the package's tables by what has been law since.
CITIES_SINCE = {"75": "Nghị quyết 30/2026/QH16"}  # Đồng Nai, a city from 30 April 2026
WARDS_SINCE = (  # the ten communes of Đồng Nai that became wards with it
    "25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485",
)  # fmt: skip
CODES_SINCE = {"06970": "06978"}  # Ba Chẽ: the code in force differs from the table's
SEATS = {  # points that the package puts kilometres away: (lon, lat)
    "04033": (104.74, 20.83), "04714": (104.95, 21.77), "04924": (105.50, 20.88), "06685": (107.08, 20.945),
    "06688": (107.105, 20.955), "06757": (107.92, 21.37), "06967": (107.77, 21.33), "08296": (104.94, 21.48),
    "10999": (106.31, 20.87), "19051": (106.31, 17.79), "20333": (112.00, 16.50), "22411": (109.18, 11.99),
    "22736": (114.33, 10.20), "28439": (106.12, 10.38), "28615": (106.39, 10.42), "29983": (105.30, 10.80),
    "30130": (105.52, 10.60), "30781": (104.33, 10.32), "30811": (104.52, 10.15),
}  # fmt: skip
FORMER_SEATS = {"498": SEATS["20333"]}  # the former district of Hoàng Sa
PROVINCE_RESOLUTION = "Nghị quyết 202/2025/QH15"
COMMUNE_RESOLUTION = "Nghị quyết của UBTVQH ngày 16/6/2025"
NUMBERED = {"01": 1656, "46": 1675, "48": 1659, "68": 1671, "79": 1685}

COLUMNS = [
    "code", "level", "kind", "name", "full_name", "name_en", "parent_code", "area_km2", "lon", "lat", "resolution",
]  # fmt: skip
FAR_KM = 10.0  # a part of a divided commune further than this from its extent is a namesake


def provinces() -> pd.DataFrame:
    """The 34 provinces: COLUMNS; area_km2 is the sum of the published areas of the communes."""
    return _provinces().copy()


def communes() -> pd.DataFrame:
    """The 3,321 communes: COLUMNS; area_km2 as published (NaN for two); lon/lat (EPSG:4326) near the centroid."""
    return _communes().copy()


def former_provinces() -> pd.DataFrame:
    """The 63 provinces as of 30 June 2025: COLUMNS; area_km2 is unknown (NaN)."""
    rows = _former_rows().drop_duplicates("provinceCode")
    frame = _named(rows.provinceCode, rows.province, level="province")
    frame = frame.assign(parent_code="VN", area_km2=np.nan, lon=rows.provinceLon.values, lat=rows.provinceLat.values)
    return frame.assign(resolution="").sort_values("code", ignore_index=True)[COLUMNS]


def former_districts() -> pd.DataFrame:
    """The 696 districts as of 30 June 2025: COLUMNS; parent_code is the former province, area_km2 unknown (NaN)."""
    rows = _former_rows().drop_duplicates("districtCode")
    frame = _named(rows.districtCode, rows.district, level="district")
    frame = frame.assign(
        parent_code=rows.provinceCode.values, area_km2=np.nan, lon=rows.districtLon.values, lat=rows.districtLat.values
    )
    return _seated(frame.assign(resolution=""), FORMER_SEATS).sort_values("code", ignore_index=True)[COLUMNS]


def former_communes() -> pd.DataFrame:
    """The 10,040 areas of the lowest level as of 30 June 2025: COLUMNS and west, south, east, north (EPSG:4326),
    district_code, district_name (full) and its seat district_lon, district_lat, table_key.

    Five island districts had no communes: they stand here themselves, with their three-digit code. Extents are as
    published and noisy; see `boundaries.extents` for what can be believed.
    """
    return _former_communes().copy()


def succession() -> pd.DataFrame:
    """What became of each former area: old_code, old_level, new_code, new_level, relation (whole, divided),
    is_default (the main successor), area_share (1 for whole; NaN where only the table knows)."""
    return _succession().copy()


def aliases() -> pd.DataFrame:
    """Names people still search by: code (present area), name, kind (former province, district, commune), weight 0…1.

    The name of a former district leads to the commune that holds its centre; that of a former commune to each of its
    successors, the main one first.
    """
    old, heirs = _former_communes(), _succession()
    below = heirs[heirs.old_level == "commune"].merge(old, left_on="old_code", right_on="code")
    place = [split_kind(district)[1] for district in below.district_name]
    weight = np.where(below.is_default, 0.8, 0.4)
    communes = [
        pd.DataFrame({"code": below.new_code, "name": name, "weight": weight - less})
        for name, less in ((below.full_name + " (" + pd.Series(place) + ")", 0), (below.name, 0.2))
    ]
    centres = _district_centres(old)
    seat = centres.code.map(heirs[heirs.is_default].set_index("old_code").new_code.groupby(level=0).first())
    # A commune that took over the district's name goes before the one its point lies in.
    name_of = dict(zip(_communes().code, _communes().name, strict=True))
    took = below[below.new_code.map(name_of).to_numpy() == np.array(place)].drop_duplicates("district_code")
    seat = centres.district_code.map(took.set_index("district_code").new_code).fillna(seat)
    districts = [
        pd.DataFrame({"code": seat, "name": centres.district_name, "weight": 1.0}),
        pd.DataFrame({"code": seat, "name": [split_kind(name)[1] for name in centres.district_name], "weight": 0.95}),
    ]
    above = heirs[heirs.old_level == "province"].merge(former_provinces(), left_on="old_code", right_on="code")
    former = [
        pd.DataFrame({"code": above.new_code, "name": above[column], "weight": weight})
        for column, weight in (("full_name", 1.0), ("name", 0.95))
    ]
    parts = [(former, "former province"), (districts, "former district"), (communes, "former commune")]
    rows = pd.concat([frame.assign(kind=kind) for frames, kind in parts for frame in frames], ignore_index=True)
    rows = rows.sort_values(["weight", "code", "name"], ascending=[False, True, True])
    return rows.drop_duplicates(["code", "name"]).reset_index(drop=True)[["code", "name", "kind", "weight"]]


def _district_centres(old: pd.DataFrame) -> pd.DataFrame:
    """One former commune per former district, the one that holds its centre.

    That is the township of the same name; without one, the commune whose extent the district's point lies deepest in.
    """
    depth = np.maximum(
        (old.district_lon - (old.west + old.east) / 2).abs() / (old.east - old.west).clip(lower=1e-4),
        (old.district_lat - (old.south + old.north) / 2).abs() / (old.north - old.south).clip(lower=1e-4),
    )
    bare = pd.Series([split_kind(name)[1] for name in old.district_name], index=old.index)
    namesake = old.name.eq(bare) & old.kind.eq("thi_tran")
    order = old.assign(depth=np.where(namesake, -1.0, depth)).sort_values("depth", kind="stable")
    return order.drop_duplicates("district_code")


@cache
def _tables() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    package = find_spec("vietnamadminunits")  # only its tables: importing it would load its slow parsers
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("Thiếu gói vietnamadminunits (danh mục đơn vị hành chính).")
    folder = Path(package.submodule_search_locations[0]) / "data"
    with closing(sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True)) as database:
        now = pd.read_sql(
            "select province, ward, provinceCode, provinceLat, provinceLon, wardCode, wardLat, wardLon, wardAreaKm2,"
            " provinceKey, wardKey from admin_units",
            database,
        )
        before = pd.read_sql(
            "select province, district, ward, provinceCode, provinceLat, provinceLon, districtCode, districtLat,"
            " districtLon, wardCode, wardLat, wardLon, wardBounds, districtBounds, provinceKey, districtKey, wardKey"
            " from admin_units_legacy",
            database,
        )
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    return now, before, converter


def _named(codes: pd.Series, full_names: pd.Series, *, level: str) -> pd.DataFrame:
    """code, level, kind, name, full_name, name_en of areas."""
    split = [split_kind(full) for full in full_names]
    return pd.DataFrame(
        {
            "code": codes.to_numpy(),
            "level": level,
            "kind": [KINDS[word][0] for word, _ in split],
            "name": [name for _, name in split],
            "full_name": [f"{word} {name}" for word, name in split],
            "name_en": [english(word, name) for word, name in split],
        }
    )


@cache
def _communes() -> pd.DataFrame:
    rows = _tables()[0].copy()
    risen = rows.wardCode.isin(WARDS_SINCE)
    rows.loc[risen, "ward"] = rows.ward[risen].str.replace("Xã ", "Phường ")
    rows["wardCode"] = rows.wardCode.replace(CODES_SINCE)
    frame = _named(rows.wardCode, rows.ward, level="commune")
    frame = frame.assign(
        parent_code=rows.provinceCode.values, area_km2=rows.wardAreaKm2.values,
        lon=rows.wardLon.values, lat=rows.wardLat.values,
        resolution=[
            f"Nghị quyết {NUMBERED[p]}/NQ-UBTVQH15 ngày 16/6/2025" if p in NUMBERED else COMMUNE_RESOLUTION
            for p in rows.provinceCode
        ],
    )  # fmt: skip
    return _seated(frame, SEATS).sort_values("code", ignore_index=True)[COLUMNS]


@cache
def _provinces() -> pd.DataFrame:
    rows = _tables()[0].drop_duplicates("provinceCode")
    cities = rows.provinceCode.isin(list(CITIES_SINCE))
    names = rows.province.mask(cities, rows.province.str.replace("Tỉnh", "Thành phố"))
    frame = _named(rows.provinceCode, names, level="province")
    areas = _communes().groupby("parent_code").area_km2.sum().round(2)
    frame = frame.assign(
        parent_code="VN", area_km2=frame.code.map(areas), lon=rows.provinceLon.values, lat=rows.provinceLat.values,
        resolution=["; ".join([PROVINCE_RESOLUTION, *filter(None, [CITIES_SINCE.get(c)])]) for c in frame.code],
    )  # fmt: skip
    return frame.sort_values("code", ignore_index=True)[COLUMNS]


@cache
def _former_rows() -> pd.DataFrame:
    rows = _tables()[1].copy()
    islands = rows.wardCode.isna()
    for ward, district in (
        ("ward", "district"), ("wardCode", "districtCode"), ("wardLat", "districtLat"), ("wardLon", "districtLon"),
        ("wardBounds", "districtBounds"),
    ):  # fmt: skip
        rows.loc[islands, ward] = rows.loc[islands, district]
    # The key of the conversion table; an island district has an empty last part.
    rows["wardKey"] = rows.wardKey.fillna("")
    rows["table_key"] = [
        f"{p}_{d}_{w}" for p, d, w in zip(rows.provinceKey, rows.districtKey, rows.wardKey, strict=True)
    ]
    return rows


@cache
def _former_communes() -> pd.DataFrame:
    rows = _former_rows()
    frame = _named(rows.wardCode, rows.ward, level="commune")
    extent = np.array([_extent(text) for text in rows.wardBounds])
    frame = frame.assign(
        parent_code=rows.provinceCode.values, area_km2=np.nan, lon=rows.wardLon.values, lat=rows.wardLat.values,
        resolution="",
        west=extent[:, 1], south=extent[:, 0], east=extent[:, 3], north=extent[:, 2],
        district_code=rows.districtCode.values, district_name=rows.district.values,
        district_lon=rows.districtLon.values, district_lat=rows.districtLat.values, table_key=rows.table_key.values,
    )  # fmt: skip
    return _seated(frame, FORMER_SEATS).sort_values("code", ignore_index=True)


def _extent(text: str) -> list[float]:
    """South, west, north, east of a published extent “south,west – north,east”."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]
    return numbers if len(numbers) == 4 else [np.nan] * 4


def _seated(frame: pd.DataFrame, seats: dict[str, tuple[float, float]]) -> pd.DataFrame:
    for column, place in (("lon", 0), ("lat", 1)):
        frame[column] = frame.code.map({c: s[place] for c, s in seats.items()}).fillna(frame[column]).astype(float)
    return frame


@cache
def _succession() -> pd.DataFrame:
    now, _, converter = _tables()
    new_code = {
        (p, w): CODES_SINCE.get(c, c) for p, w, c in zip(now.provinceKey, now.wardKey, now.wardCode, strict=True)
    }
    former = _former_communes()
    old_code = dict(zip(former.table_key, former.code, strict=True))
    pairs: list[tuple[str, str, str, bool]] = []
    for province, news in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in news.items():
            pairs += [(old_code[old], new_code[province, ward], "whole", True) for old in olds]
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in olds.items():
            for part in parts:
                new = new_code[province, part["newWardKey"]]
                pairs.append((old_code[old], new, "divided", bool(part["isDefaultNewWard"])))
    communes = _without_namesakes(pd.DataFrame(pairs, columns=["old_code", "new_code", "relation", "is_default"]))
    of = dict(zip(former.code, former.parent_code, strict=True))
    parent = dict(zip(_communes().code, _communes().parent_code, strict=True))
    above = pd.DataFrame({"old_code": communes.old_code.map(of), "new_code": communes.new_code.map(parent)})
    above = above.drop_duplicates().assign(relation="whole", is_default=True)
    both = pd.concat([above.assign(level="province"), communes.assign(level="commune")], ignore_index=True)
    both["area_share"] = np.where(both.relation == "whole", 1.0, np.nan)
    both = both.assign(old_level=both.level, new_level=both.level)
    columns = ["old_code", "old_level", "new_code", "new_level", "relation", "is_default", "area_share"]
    order = ["old_level", "old_code", "new_code"]
    return both.sort_values(order, ascending=[False, True, True], ignore_index=True)[columns]


def _without_namesakes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Drop parts of divided communes that lie far away: the table confuses namesakes of a merged province."""
    old = _former_communes().set_index("code").loc[pairs.old_code]
    new = _communes().set_index("code").loc[pairs.new_code]
    east = np.cos(np.radians(old.lat.to_numpy())) * 111.3
    apart = np.hypot((old.lon.to_numpy() - new.lon) * east, (old.lat.to_numpy() - new.lat) * 110.6).to_numpy()
    reach = np.sqrt(new.area_km2.fillna(0).to_numpy()) + FAR_KM
    divided = pairs.relation.eq("divided").to_numpy()
    excess = pd.Series(apart - reach, index=pairs.index)
    nearest = excess.groupby(pairs.old_code).transform("min")
    kept = pairs[~(divided & excess.gt(0) & nearest.le(0))].copy()
    alone = kept.groupby("old_code").new_code.transform("size").eq(1)
    kept["relation"] = kept.relation.mask(alone, "whole")
    kept["is_default"] = kept.is_default | alone
    main = kept.groupby("old_code").is_default.transform("any")
    first = ~kept.duplicated("old_code")
    kept.loc[~main & first, "is_default"] = True
    return kept
