"""Boundary files of any shape as one table: code, name, level, parent, published area and outline of each area."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd

from boundaries import register
from geo import reading
from geo.errors import Problem
from geo.reading import FILE, Note, Reading, Refusal
from geo.text import fold, name_key

REFORM = date(2025, 7, 1)
LAST_FORMER = date(2025, 6, 30)

# Names under which sources keep a column, folded (`geo.text.fold`), best first.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": (
        "code", "ma", "ma xa", "maxa", "ma dvhc", "madvhc", "ma px", "mapx", "ma phuong xa", "maphuongxa", "ward code",
        "wardcode", "commune code", "ma gso", "gso code", "area code", "ma don vi", "ma tinh", "matinh",
        "province code", "provincecode", "id", "gid",
    ),
    "name": ("name", "ten", "ten xa", "tenxa", "ten dvhc", "tendvhc", "ten phuong xa", "ward name", "commune",
        "ward", "ten tinh"),
    "full_name": ("full name", "fullname", "ten day du", "tendaydu"),
    "parent_code": (
        "parent code", "parentcode", "ma tinh", "matinh", "province code", "provincecode", "ma tinh tp",
        "province", "parent",
    ),
    "district_code": (
        "district code", "districtcode", "ma huyen", "mahuyen", "ma quan huyen", "maquanhuyen", "district",
    ),
    "area_km2": ("area km2", "areakm2", "dien tich", "dientich", "dien tich km2", "dt km2"),
}  # fmt: skip
_OLD_KINDS = ("quan", "huyen", "thi xa", "thi tran")


@dataclass(frozen=True, kw_only=True)
class Outlines:
    """Areas read from a file; `areas`: row, code, name, full_name, level, parent_code, parent_from, district_code,
    area_km2, geometry. `parent_code` is the province, also of communes that had a district between."""

    areas: geopandas.GeoDataFrame
    reading: Reading
    notes: tuple[Note, ...]
    refused: tuple[Refusal, ...]


def read_areas(
    path: Path,
    *,
    on: date = REFORM,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    provinces: geopandas.GeoDataFrame | None = None,
) -> Outlines:
    """Read the outlines of provinces, districts (before the reform) and communes as they stand on a date.

    Parents come from a parent column, else from the folder's name (`68_lam_dong/…`), else from the register – never
    from geometry. Raises Problem where the file holds areas of another time or no codes at all.
    """
    names: list[str | None] = [layer] if layer else [*reading.layers(path)] or [None]
    parts: list[Reading] = []
    for name in names:
        try:
            parts.append(reading.read(path, layer=name, encoding=encoding, crs=crs, outlines=provinces))
        except Problem:
            if len(names) == 1:
                raise
    if not parts:
        reading.read(path, layer=names[0], encoding=encoding, crs=crs, outlines=provinces)
    areas = pd.concat([_tidy(part.frame, on) for part in parts], ignore_index=True)
    frame = geopandas.GeoDataFrame(areas, geometry="geometry", crs="EPSG:4326")
    polygons = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])
    notes = [note for part in parts for note in part.notes]
    if (~polygons).any():
        if not polygons.any():
            raise Problem(
                "Tệp không có vùng nào: mọi hình đều là điểm hoặc đường.",
                "The file has no areas: every geometry is a point or line.",
            )
        notes.append(
            Note(f"Bỏ {(~polygons).sum()} hình không phải vùng.", f"Left out {(~polygons).sum()} that are no areas.")
        )
    frame = frame[polygons].reset_index(drop=True)
    _refuse_other_time(frame, on)
    return Outlines(
        areas=frame, reading=parts[0], notes=tuple(notes), refused=tuple(r for part in parts for r in part.refused)
    )


def known(on: date) -> pd.DataFrame:
    """Return the areas of the register that stand on a date, indexed by (level, code); `district_code` where there is one.

    Five island districts had no communes: they stand at both levels under one code.
    """
    if on < REFORM:
        tables = [register.former_provinces(), register.former_districts(), register.former_communes()]
    else:
        tables = [register.provinces(), register.communes().assign(district_code="")]
    both = pd.concat(tables, ignore_index=True)[[*register.COLUMNS, "district_code"]]
    both = both.assign(district_code=both["district_code"].fillna("")).set_index(["level", "code"], drop=False)
    return both.rename_axis([None, None])


def _tidy(frame: geopandas.GeoDataFrame, on: date) -> pd.DataFrame:
    folded = {fold(str(c)): c for c in reversed(list(frame.columns)) if c != "geometry"}
    found = {key: next((folded[n] for n in names if n in folded), None) for key, names in _COLUMNS.items()}
    if found["code"] is not None and found["code"] == found["parent_code"]:
        found["parent_code"] = None
    if found["name"] is None and found["full_name"] is None and found["code"] is None:
        raise _no_code()
    out = pd.DataFrame({"row": frame.index.to_numpy(), "geometry": frame.geometry.to_numpy()})
    for key in ("name", "full_name"):
        column = found[key]
        out[key] = [_plain(v) for v in frame[column]] if column is not None else ""
    out["full_name"] = out["full_name"].where(out["full_name"] != "", out["name"])
    out["name"] = out["name"].where(out["name"] != "", out["full_name"])
    folders = [_folder_province(str(f)) for f in frame[FILE]] if FILE in frame else [""] * len(frame)
    declared = found["parent_code"]
    parents = [_digits(v, 2) for v in frame[declared]] if declared is not None else [""] * len(frame)
    codes = [_plain(v) for v in frame[found["code"]]] if found["code"] is not None else [""] * len(frame)
    if not any(re.fullmatch(r"\d{1,5}", c) for c in codes):
        codes = _by_name(out, [p or f for p, f in zip(parents, folders, strict=True)], on)
    out["code"] = _padded(codes, parents, out["full_name"].tolist())
    out["level"] = [_LEVEL.get(len(c), "") if c.isdigit() else "" for c in out["code"]]
    listed = known(on)[["parent_code", "district_code"]]
    above = listed.reindex(pd.MultiIndex.from_frame(out[["level", "code"]])).fillna("")
    out["parent_code"], out["parent_from"] = zip(
        *(
            _parent(level, (p, "column"), (f, "folder"), (r, "register"))
            for level, p, f, r in zip(out["level"], parents, folders, above["parent_code"], strict=True)
        ),
        strict=True,
    )
    between = found["district_code"]
    districts = [_digits(v, 3) for v in frame[between]] if between is not None else [""] * len(frame)
    out["district_code"] = np.where(
        out["level"] == "commune", [d or r for d, r in zip(districts, above["district_code"], strict=True)], ""
    )
    area = found["area_km2"]
    out["area_km2"] = pd.to_numeric(frame[area], errors="coerce").to_numpy() if area is not None else np.nan
    return out


_LEVEL = {2: "province", 3: "district", 5: "commune"}


def _parent(level: str, *offers: tuple[str, str]) -> tuple[str, str]:
    if level == "province":
        return "VN", "level"
    return next(((code, source) for code, source in offers if code), ("", ""))


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    return "" if value is None else " ".join(str(value).split())


def _digits(value: object, count: int) -> str:
    """A code with the leading zeros that a numeric column lost; nothing where it is no such code."""
    text = _plain(value)
    return text.zfill(count) if re.fullmatch(rf"\d{{1,{count}}}", text) else ""


def _folder_province(path: str) -> str:
    found = re.findall(r"(?:^|/)(\d{2})_[^/]*/", path)
    return found[-1] if found else ""


def _padded(codes: list[str], parents: list[str], names: list[str]) -> list[str]:
    """Give back the leading zeros that a numeric column lost: five digits for communes, two for provinces."""
    numbers = [c for c in codes if c.isdigit()]
    if all(len(c) in (2, 3, 5) for c in numbers):
        return codes
    if not any(parents) and max(int(c) for c in numbers) <= 99:
        return [c.zfill(2) for c in codes]
    small = ("tinh", "thanh pho")
    return [
        c if not c.isdigit() else c.zfill(2) if len(c) <= 2 and not p and fold(n).startswith(small) else c.zfill(5)
        for c, p, n in zip(codes, parents, names, strict=True)
    ]


def _by_name(out: pd.DataFrame, parents: list[str], on: date) -> list[str]:
    """Codes found by full name within the province; only where nearly every name is found and leads to one area."""
    table = known(on)
    book: dict[tuple[str, str], set[str]] = {}
    for code, full, name, parent in zip(
        table["code"], table["full_name"], table["name"], table["parent_code"], strict=True
    ):
        for key in (name_key(full), name_key(name)):
            for where in (parent, ""):
                book.setdefault((where, key), set()).add(code)
    found = [book.get((p, name_key(n)), set()) for p, n in zip(parents, out["full_name"], strict=True)]
    good = [next(iter(f)) if len(f) == 1 else "" for f in found]
    if sum(map(bool, good)) < 0.9 * len(good):
        raise _no_code()
    return good


def _refuse_other_time(frame: geopandas.GeoDataFrame, on: date) -> None:
    """Refuse areas of the other structure: a code alone does not tell them apart, the names that belong to it do."""
    if on >= REFORM and (frame["level"] == "district").mean() > 0.5:
        raise Problem(
            "Tệp chứa các huyện, quận (mã ba chữ số); cấp huyện đã bãi bỏ từ 1/7/2025 nên không nạp vào bản đồ "
            f"hiện hành được; muốn nạp làm ranh giới cũ hãy thêm --date {LAST_FORMER}.",
            "The file holds districts (three-digit codes); districts were abolished on 1 July 2025 and cannot be "
            f"loaded into today's map; to load them as former boundaries add --date {LAST_FORMER}.",
        )
    here, other = known(on), known(LAST_FORMER if on >= REFORM else REFORM)
    communes = frame[frame["level"] == "commune"]
    if len(communes):
        fits, fits_other = (_fits(communes, table.loc["commune"]["name"]) for table in (here, other))
        old_words = communes["full_name"].map(fold).str.startswith(_OLD_KINDS) if on >= REFORM else fits & False
        if (fits.mean() < 0.7 and fits_other.mean() > fits.mean()) or old_words.mean() > 0.02:
            vi, en = _SIDES[on >= REFORM]
            raise Problem(
                f"Tệp chứa {vi} (khớp {fits_other.mean():.0%} với danh mục đó, {fits.mean():.0%} với danh mục của ngày "
                f"{on:%d/%m/%Y}); nhiều mã được dùng lại cho xã khác nên không nạp vào bản đồ của ngày này được.",
                f"The file holds {en} ({fits_other.mean():.0%} match that list, {fits.mean():.0%} the list of {on}); "
                "many codes name other communes, so it cannot be loaded into the map of this day.",
            )
    provinces = frame[frame["level"] == "province"]
    if len(provinces) > 2 and _fits(provinces, here.loc["province"]["name"]).mean() < 0.7:
        day = LAST_FORMER if on >= REFORM else REFORM
        raise Problem(
            f"Tệp chứa {len(provinces)} tỉnh không phải của ngày {on:%d/%m/%Y}; muốn nạp chúng hãy thêm --date {day}.",
            f"The file holds {len(provinces)} provinces that are not those of {on}; to load them add --date {day}.",
        )


_SIDES = {
    True: ("các xã trước 1/7/2025", "the communes from before 1 July 2025"),
    False: ("các xã từ 1/7/2025", "the communes since 1 July 2025"),
}


def _fits(rows: pd.DataFrame, names: pd.Series) -> pd.Series:
    """Whether the code is known and the name belongs to it."""
    there = rows["code"].map(names[~names.index.duplicated()])
    return pd.Series(
        [
            isinstance(b, str) and name_key(_bare(a)) == name_key(_bare(b))
            for a, b in zip(rows["name"], there, strict=True)
        ],
        index=rows.index,
    )


def _bare(name: str) -> str:
    """A name without the kind before it ("Xã Bắc Sơn", "xã Bắc Sơn" -> "Bắc Sơn"); kinds may have changed since."""
    words = name.split()
    for count in (2, 1):
        if len(words) > count and fold(" ".join(words[:count])) in _KINDS:
            return " ".join(words[count:])
    return name


_KINDS = frozenset(("xa", "phuong", "dac khu", "thi tran", "thi xa", "tinh", "thanh pho", "quan", "huyen"))


def _no_code() -> Problem:
    return Problem(
        "Tệp không có cột mã đơn vị hành chính (ví dụ code, ma_xa) và tên không đủ để nhận ra từng xã; hãy thêm "
        "cột mã.",
        "The file has no column of area codes (such as code, ma_xa), and the names are not enough to tell the "
        "communes; add one.",
    )
