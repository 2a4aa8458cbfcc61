"""VN-2000 is carried by EPSG:6960 everywhere, and look-alikes are refused."""

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from geo.crs import TM3, candidates, carry, parse, recognise, reference, to_wgs84
from geo.encodings import detect
from geo.errors import Problem
from geo.text import fold, same_name

# name, EPSG, easting, northing, lon, lat (EPSG:6960)
POINTS = [
    ("Đà Lạt", 5899, 575394.117, 1320567.381, 108.443999996, 11.9404),
    (
        "TP.HCM",
        9210,
        603514.400,
        1191454.713,
        106.6983,
        10.772500003,
    ),  # where PROJ prefers EPSG:5194, 0.8 m off
    ("Cần Thơ", 5897, 586184.889, 1109719.714, 105.788000004, 10.033999995),
    ("Huế", 9214, 561732.642, 1821451.385, 107.580000001, 16.467999996),
    ("Điện Biên Phủ", 9205, 501462.868, 2365683.521, 103.016000011, 21.385999992),
    ("Phú Quốc", 9208, 414020.316, 1129959.343, 103.967000005, 10.216999996),
]
ESRI = (
    'PROJCS["{name}",GEOGCS["GCS",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",107.75],PARAMETER["Scale_Factor",0.9999],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize(("name", "epsg", "easting", "northing", "lon", "lat"), POINTS)
def test_vn2000_is_carried_by_6960_to_a_centimetre(name, epsg, easting, northing, lon, lat):
    source = parse(f"EPSG:{epsg}")
    assert source.operation == "EPSG:6960"
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(easting, northing)])
    point = to_wgs84(frame, source).geometry.iloc[0]
    assert Geod(ellps="WGS84").inv(lon, lat, point.x, point.y)[2] < 0.01


def test_geographic_vn2000_moves_two_hundred_metres():
    moved = carry(np.array([shapely.Point(108.444, 11.9404)]), parse("4756"))[0]
    assert 150 < Geod(ellps="WGS84").inv(108.444, 11.9404, moved.x, moved.y)[2] < 300


@pytest.mark.parametrize("text", ["6959", "EPSG:6956", "9219", "9221", "chuối", "VN-2000 109°"])
def test_wrong_codes_are_refused_with_a_suggestion(text):
    with pytest.raises(Problem) as caught:
        parse(text)
    assert "589" in caught.value.vi
    assert "589" in caught.value.en


@pytest.mark.parametrize("text", ["5899", "epsg:5899", "VN-2000 107°45'", "VN2000/107.75"])
def test_people_name_a_zone_in_their_way(text):
    assert parse(text).name == "EPSG:5899"


def test_every_zone_code_has_its_meridian_in_the_register():
    for epsg, meridian in TM3.items():
        assert f"+lon_0={meridian:.12g} " in reference(CRS.from_epsg(epsg)).pipeline


def test_a_projection_file_with_another_datum_is_not_believed():
    good = recognise(CRS.from_wkt(ESRI.format(name="VN-2000_TM-3_107-45", datum="D_Vietnam_2000")))
    assert good.operation == "EPSG:6960"
    with pytest.raises(Problem, match="EPSG:5899"):
        recognise(CRS.from_wkt(ESRI.format(name="VN-2000_TM-3_107-45", datum="D_WGS_1984")))


def test_candidates_name_the_official_zone_first_also_when_swapped():
    outlines = geopandas.GeoDataFrame(
        {"code": ["68"], "full_name": ["Tỉnh Lâm Đồng"]},
        geometry=[shapely.box(107.2, 10.5, 109.0, 12.8)],
        crs=4326,
    )
    straight = candidates((575394, 1320567, 576000, 1321000), outlines)
    assert (straight[0].epsg, straight[0].swapped, straight[0].official) == (5899, False, True)
    assert candidates((1320567, 575394, 1321000, 576000), outlines)[0].swapped


def test_names_are_folded_and_compared():
    assert fold("  Phường Xuân Hương – Đà Lạt ") == "phuong xuan huong da lat"
    assert fold("Hoà") == fold("Ho\u0300a") == "hoa"
    assert same_name("Khánh Hoà", "KHÁNH HÒA")
    assert same_name("Xuân Hương - Đà Lạt", "Xuân Hương – Đà Lạt")
    assert not same_name("Hòa", "Hoa")
    assert not same_name("Đan", "Dan")


def test_old_encodings_are_recognised():
    tcvn3 = b"Ph\xad\xeang Xu\xa9n H\xad\xacng, \x84\xb5 L\xb9t, B\xb6o L\xaam".replace(b"\x84\xb5", b"\xa7\xb5")
    assert detect([tcvn3]) == "tcvn3"
    assert detect(["Phường Đà Lạt".encode()], declared="iso-8859-1") == "utf-8"
    with pytest.raises(Problem, match="--encoding"):
        detect([b"\xfe\xfe\xe1\x99\x88 abc \xf0\xf0"])
