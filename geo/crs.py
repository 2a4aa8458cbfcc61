"""Coordinate systems: VN-2000 goes to WGS 84 by EPSG:6960 everywhere; a system that only looks like it is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import Problem

TM3: dict[int, float] = {
    5896: 102.0, 9205: 103.0, 9206: 104.0, 9207: 104.5, 9208: 104.75, 5897: 105.0, 9209: 105.5, 9210: 105.75,
    9211: 106.0,
    9212: 106.25, 9213: 106.5, 9214: 107.0, 9215: 107.25, 9216: 107.5, 5899: 107.75, 5898: 108.0,
    9217: 108.25, 9218: 108.5,
}  # fmt: skip
"""VN-2000 / TM-3 zones: EPSG code -> central meridian (degrees east); k0 0.9999, false easting 500 000 m."""

UTM: dict[int, float] = {3405: 105.0, 3406: 111.0}
"""VN-2000 / UTM zones; k0 0.9996."""

_REFUSED = {6956: 5896, 6957: 5897, 6958: 5898, 6959: 5899}  # deprecated: false easting and northing exchanged
_NOT_OURS = (9219, 9220, 9221)  # often quoted as VN-2000; the first two do not exist, the third is South African

# Official meridian of each province by Thông tư 24/2025/TT-BNNMT, then those of its former provinces (973/2001/TT-TCĐC).
ZONES: dict[str, tuple[int, ...]] = {
    "01": (5897,), "04": (9210,), "08": (9211, 9209), "11": (9205,), "12": (9208, 9205), "14": (9206,), "15": (9208,),
    "19": (9213,), "20": (9215,), "22": (5899,), "24": (9214, 9209), "25": (9208, 5897, 9211), "31": (9210, 9209),
    "33": (9209,), "37": (5897, 9209), "38": (5897,), "40": (9208,), "42": (9209,), "44": (9211, 9212), "46": (9214,),
    "48": (5899,), "51": (5898, 9216), "52": (9217, 9218), "56": (9217,), "66": (9218,), "68": (5899, 9218),
    "75": (5899, 9212), "79": (9210, 5899), "80": (9210, 9209), "82": (5897, 9210), "86": (9209, 9210),
    "91": (9208, 9207),
    "92": (5897, 9209), "96": (9207, 5897),
}  # fmt: skip

WINDOW = (101.5, 6.0, 118.5, 24.0)
"""West, south, east, north of Viet Nam with its islands, generously (EPSG:4326)."""

# QĐ 05/2007/QĐ-BTNMT = EPSG:6960: coordinate frame rotation, metres, arc seconds and parts per million.
_SHIFT = (
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 +step +proj=helmert +x=-191.90441429 +y=-39.30318279 "
    "+z=-111.45032835 "
    "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


@dataclass(frozen=True)
class Reference:
    """A coordinate system we know how to carry to EPSG:4326; `operation` is the recorded way, x before y."""

    name: str
    operation: str
    crs: CRS
    pipeline: str = ""

    @property
    def vn2000(self) -> bool:
        """Whether the datum is VN-2000."""
        return bool(self.pipeline)

    @property
    def projected(self) -> bool:
        """Whether coordinates are metres."""
        return bool(self.crs.is_projected)


@dataclass(frozen=True)
class Candidate:
    """A VN-2000 zone that projected coordinates may be in, and the provinces they would fall in."""

    epsg: int
    meridian: float
    swapped: bool
    provinces: tuple[str, ...]
    official: bool

    def sentence(self, lang: str = "vi") -> str:
        """Describe the candidate in a few words."""
        where = ", ".join(self.provinces)
        word, turned = ("meridian", ", X and Y swapped") if lang == "en" else ("kinh tuyến", ", X và Y đổi chỗ")
        return f"EPSG:{self.epsg} ({word} {meridian_text(self.meridian)}{turned if self.swapped else ''}): {where}"


def parse(text: str) -> Reference:
    """Read what a person names: "5899", "EPSG:5899", "VN-2000 107°45'", "4326", or WKT. Problem where it is no good."""
    plain = text.strip()
    spoken = re.fullmatch(r"vn-?2000\D*(\d{3})\s*[°d.,]?\s*(\d{1,2})?\D*", plain, re.IGNORECASE)
    if spoken:
        meridian = int(spoken[1]) + _fraction(spoken[2], plain)
        code = next((epsg for epsg, value in TM3.items() if abs(value - meridian) < 1e-6), None)
        if code is None:
            raise _unknown(text)
        return reference(CRS.from_epsg(code))
    number = re.fullmatch(r"(?:epsg:)?(\d{4,6})", plain, re.IGNORECASE)
    if number and int(number[1]) in _REFUSED:
        wrong, right = int(number[1]), _REFUSED[int(number[1])]
        raise Problem(
            f"EPSG:{wrong} không dùng được cho VN-2000 (mã đã bị bỏ); có phải ý bạn là EPSG:{right}?",
            f"EPSG:{wrong} is not a usable VN-2000 code (deprecated); did you mean EPSG:{right}?",
        )
    if number and int(number[1]) in _NOT_OURS:
        raise Problem(
            f"EPSG:{number[1]} không phải VN-2000; các mã múi 3° là 5896–5899 và 9205–9218 (ví dụ Lâm Đồng 5899, "
            "Khánh Hòa 9217).",
            f"EPSG:{number[1]} is not VN-2000; the 3° zones are 5896–5899 and 9205–9218 (Lâm Đồng 5899, Khánh Hòa "
            "9217).",
        )
    try:
        return reference(CRS.from_epsg(int(number[1])) if number else CRS.from_user_input(plain))
    except CRSError:
        raise _unknown(text) from None


def recognise(crs: CRS) -> Reference:
    """Trust what a file says of itself – unless it is projected like a VN-2000 zone on another datum: Problem then.

    Such a file (GCS_Unknown or WGS 84 in the .prj) is about 225 m off when believed.
    """
    found = reference(crs)
    if found.vn2000 or not crs.is_projected:
        return found
    lon, scale, easting = _mercator(crs)
    zone = next((epsg for epsg, value in TM3.items() if lon is not None and abs(value - lon) < 1e-6), None)
    if zone and abs(scale - 0.9999) < 1e-9 and abs(easting - 500_000) < 1:
        raise Problem(
            f"Hệ toạ độ ghi trong tệp có kinh tuyến trục của VN-2000 ({meridian_text(TM3[zone])}) nhưng không ghi "
            "VN-2000; "
            f"nếu đúng là VN-2000 hãy thêm --crs EPSG:{zone} (đọc sai sẽ lệch khoảng 225 m).",
            f"The file's system has a VN-2000 central meridian ({meridian_text(TM3[zone])}) on another datum; "
            f"if it is VN-2000 add --crs EPSG:{zone} (read wrongly it is about 225 m off).",
        )
    return found


@lru_cache(maxsize=64)
def reference(crs: CRS) -> Reference:
    """Say how coordinates of a system (x before y) are carried to EPSG:4326."""
    name = f"EPSG:{code}" if (code := crs.to_epsg(70)) else crs.name
    if _on_vn2000(crs):
        if crs.is_geographic:
            pipeline = f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad {_SHIFT}"
            return Reference(name, "EPSG:6960", crs, pipeline)
        lon, scale, easting = _mercator(crs)
        if lon is not None:
            grid = f"+lat_0=0 +lon_0={lon:.12g} +k={scale:.12g} +x_0={easting:.12g} +y_0=0 +ellps=WGS84"
            inverse = f"+step +inv +proj=tmerc {grid}"
            return Reference(name, "EPSG:6960", crs, f"+proj=pipeline {inverse} {_SHIFT}")
    if crs.to_epsg() == 4326 or name == "OGC:CRS84":
        return Reference("EPSG:4326", "", crs)
    return Reference(name, Transformer.from_crs(crs, "EPSG:4326", always_xy=True).description, crs)


def to_wgs84(frame: geopandas.GeoDataFrame, source: Reference) -> geopandas.GeoDataFrame:
    """Carry a frame from `source` (coordinates x, y in its units) to EPSG:4326 (lon, lat); Z is dropped."""
    shapes = carry(frame.geometry.to_numpy(), source)
    return frame.set_geometry(geopandas.GeoSeries(shapes, index=frame.index, crs="EPSG:4326"))


def carry(shapes: npt.NDArray[np.object_], source: Reference) -> npt.NDArray[np.object_]:
    """Carry shapely geometries (x, y of `source`) to lon, lat of EPSG:4326."""
    flat: npt.NDArray[np.object_] = shapely.force_2d(shapes)
    if not source.operation:
        return flat
    carrier = (
        Transformer.from_pipeline(source.pipeline)
        if source.pipeline
        else Transformer.from_crs(source.crs, "EPSG:4326", always_xy=True)
    )
    return shapely.transform(flat, lambda xy: np.column_stack(carrier.transform(xy[:, 0], xy[:, 1])))


def looks_projected(bounds: Sequence[float]) -> bool:
    """Whether bounds (west, south, east, north) can only be metres."""
    return abs(bounds[0]) > 1000 and abs(bounds[1]) > 1000 and max(abs(b) for b in bounds) < 1e7


def inside(bounds: Sequence[float], window: Sequence[float] = WINDOW) -> bool:
    """Whether bounds in degrees lie in the window."""
    return bool(window[0] <= bounds[0] and window[1] <= bounds[1] and bounds[2] <= window[2] and bounds[3] <= window[3])


def candidates(bounds: Sequence[float], outlines: geopandas.GeoDataFrame | None = None) -> list[Candidate]:
    """Rank the VN-2000 zones that projected bounds may be in.

    `outlines` (EPSG:4326, columns code and full_name) are the provinces; first come zones that are official in the
    province they lead to. Without outlines every zone that leads into the window is named.
    """
    found: list[Candidate] = []
    for swapped in (False, True):
        west, south, east, north = bounds if not swapped else (bounds[1], bounds[0], bounds[3], bounds[2])
        if not (100_000 < west < 900_000 and 500_000 < south < 2_700_000):
            continue
        box = shapely.box(west, south, east, north)
        for epsg, meridian in {**TM3, **UTM}.items():
            there = carry(np.array([box], dtype=object), reference(CRS.from_epsg(epsg)))[0]
            if not inside(there.bounds):
                continue
            if outlines is None:
                found.append(Candidate(epsg, meridian, swapped, (), False))
                continue
            hits = outlines.iloc[outlines.sindex.query(there.centroid, predicate="intersects")]
            if len(hits):
                official = any(epsg in ZONES.get(code, ()) for code in hits["code"])
                found.append(Candidate(epsg, meridian, swapped, tuple(hits["full_name"]), official))
    return sorted(found, key=lambda c: (not c.official, c.epsg in UTM, c.swapped, c.meridian))


def meridian_text(degrees: float) -> str:
    """107.75 -> 107°45'."""
    return f"{int(degrees)}°{round(degrees % 1 * 60):02d}'"


def square_metres(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Areas of shapely geometries in EPSG:4326, in m², by an equal-area projection centred on Viet Nam."""
    return np.asarray(shapely.area(equal_area(shapes)), dtype=np.float64)


def equal_area(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Geometries of EPSG:4326 in metres of an equal-area projection centred on Viet Nam (LAEA 16°N 107°E)."""
    carrier = _laea()
    return shapely.transform(shapes, lambda xy: np.column_stack(carrier.transform(xy[:, 0], xy[:, 1])))


@lru_cache(maxsize=1)
def _laea() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "+proj=laea +lat_0=16 +lon_0=107 +ellps=WGS84", always_xy=True)


def _on_vn2000(crs: CRS) -> bool:
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return False
    names = re.sub(r"[^a-z0-9]", "", f"{geodetic.name} {geodetic.datum.name if geodetic.datum else ''}".lower())
    return "vn2000" in names or "vietnam2000" in names


def _mercator(crs: CRS) -> tuple[float | None, float, float]:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None, 0.0, 0.0
    values = {p.name: p.value for p in operation.params}
    return (
        round(float(values.get("Longitude of natural origin", 0.0)), 9),
        float(values.get("Scale factor at natural origin", 1.0)),
        float(values.get("False easting", 0.0)),
    )


def _fraction(digits: str | None, whole: str) -> float:
    if not digits:
        return 0.0
    return float(f"0.{digits}") if re.search(r"\d{3}[.,]\d", whole) else int(digits) / 60


def _unknown(text: str) -> Problem:
    return Problem(
        f"Không hiểu hệ toạ độ “{text}”; nêu mã EPSG, ví dụ --crs EPSG:5899 (VN-2000, kinh tuyến 107°45').",
        f"The coordinate system “{text}” is not understood; give an EPSG code, such as --crs EPSG:5899 (VN-2000, "
        "107°45').",
    )
