"""Features from foreign files: columns found, rows refused with a reason, tied to the commune that holds them."""

from __future__ import annotations

import csv
import json

import geopandas
import pytest
import shapely
from sqlalchemy import text

from boundaries.locate import locate
from boundaries.vintages import CURRENT

DA_LAT = (108.444, 11.9404)


def write_csv(path, head, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def cameras(engine, source: str) -> list[dict[str, object]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT c.*, ST_X(c.geom) AS lon, ST_Y(c.geom) AS lat, a.code AS area FROM toancanh.camera c "
                 "LEFT JOIN toancanh.area a ON a.id = c.area_id WHERE c.source = :source ORDER BY c.code"),
            {"source": source},
        )  # fmt: skip
        return [dict(row) for row in rows.mappings()]


def test_a_table_in_vn2000_is_previewed_loaded_and_replaced(ground_engine, ground_toancanh, tmp_path):
    head = ["Mã", "Tên", "Tình trạng", "Cơ quan quản lý", "X", "Y", "Ghi chú"]
    # X is the northing and Y the easting, as Vietnamese surveyors write.
    path = write_csv(tmp_path / "camera.csv", head, [
        ["C1", "Hồ Xuân Hương", "Đang hoạt động", "Công an tỉnh", "1320567,381", "575394,117", "a"],
        ["C2", "Bảo Lộc", "offline", "Công an tỉnh", "1277070.285", "506349.194", ""],
    ])  # fmt: skip
    asked = ground_toancanh("load", "cameras", path)
    assert asked.returncode == 1
    assert "--crs EPSG:" in asked.stderr
    assert "5899" in asked.stderr
    preview = ground_toancanh("load", "cameras", path, "--crs", "5899")
    assert preview.returncode == 0, preview.stderr
    assert "chưa ghi gì" in preview.stdout
    assert "Ghi chú" in preview.stdout
    assert cameras(ground_engine, "camera.csv") == []
    for _ in range(2):
        answer = ground_toancanh("load", "cameras", path, "--crs", "5899", "--commit", "--replace-source")
        assert answer.returncode == 0, answer.stderr
    first, second = cameras(ground_engine, "camera.csv")
    assert (round(first["lon"], 5), round(first["lat"], 5)) == DA_LAT
    assert (first["state"], second["state"]) == ("online", "offline")
    assert first["province_code"] == "68"
    assert first["area"] is not None
    assert not first["sample"]


def test_wrong_rows_are_refused_with_their_reason(ground_engine, ground_toancanh, tmp_path):
    head = ["code", "name", "owner", "state", "azimuth", "kinh độ", "vĩ độ"]
    path = write_csv(tmp_path / "sai.csv", head, [
        ["1", "tốt", "UBND", "online", "30", 108.44, 11.94],
        ["2", "mất dấu phẩy", "UBND", "online", "", 1084400000, 1194000000],
        ["3", "trạng thái lạ", "UBND", "bay màu", "", 108.44, 11.94],
        ["4", "chữ trong cột số", "UBND", "online", "hướng bắc", 108.44, 11.94],
        ["5", "", "UBND", "online", "", 108.44, 11.94],
        ["6", "không toạ độ", "UBND", "online", "", "", ""],
    ])  # fmt: skip
    answer = ground_toancanh("load", "cameras", path, "--commit")
    assert answer.returncode == 1
    assert "5 dòng bị từ chối" in answer.stderr
    for words in ("ngoài Việt Nam", "bay màu", "hướng bắc", "thiếu Tên", "không có hình"):
        assert words in answer.stdout, words
    assert cameras(ground_engine, "sai.csv") == []
    answer = ground_toancanh("load", "cameras", path, "--commit", "--skip-refused")
    assert answer.returncode == 0, answer.stderr
    assert [c["code"] for c in cameras(ground_engine, "sai.csv")] == ["1"]


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("khong-co-lop",), "Không có lớp"),
    (("cameras", "--map", "mau=code"), "không có trường “mau”"),
    (("cameras", "--map", "name=khong_co"), "không có cột “khong_co”"),
    (("cameras", "--crs", "9221"), "không phải VN-2000"),
    (("cameras",), "owner (Cơ quan quản lý)"),
])  # fmt: skip
def test_wrong_use_gives_one_sentence(ground_toancanh, tmp_path, arguments, sentence):
    path = write_csv(tmp_path / "a.csv", ["code", "name", "lon", "lat"], [["1", "a", 108.44, 11.94]])
    layer, *options = arguments
    answer = ground_toancanh("load", layer, path, *options, "--commit")
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_polygons_are_repaired_and_points_refused(ground_engine, ground_toancanh, tmp_path):
    bow = [[108.40, 11.90], [108.42, 11.92], [108.42, 11.90], [108.40, 11.92], [108.40, 11.90]]
    common = {"name": "Ô", "land_use": "ODT", "plan_name": "QH", "plan_level": "chi_tiet", "valid_from": "01/07/2025"}
    ring = [[108.40, 11.90], [108.42, 11.90], [108.42, 11.92], [108.40, 11.90]]
    nothing = [[108.415, 11.905]] * 4
    area, point = {"type": "Polygon", "coordinates": [ring]}, {"type": "Point", "coordinates": bow[0]}
    shapes = {
        "A": {"type": "Polygon", "coordinates": [bow]},
        "B": point,
        "C": {"type": "Polygon", "coordinates": [ring, nothing]},
        "D": {"type": "GeometryCollection", "geometries": [area, point]},
        "E": {"type": "Polygon", "coordinates": [nothing]},
    }
    features = [
        {"type": "Feature", "properties": {"code": code, **common}, "geometry": shape} for code, shape in shapes.items()
    ]
    (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    answer = ground_toancanh("load", "planning-zones", tmp_path / "zones.geojson", "--commit", "--skip-refused")
    assert answer.returncode == 0, answer.stderr
    assert "chỉ nhận vùng" in answer.stdout
    stored = geopandas.read_postgis(
        "SELECT code, geom FROM toancanh.planning_zone WHERE source = 'zones.geojson' ORDER BY code", ground_engine
    )
    assert list(stored.code) == ["A", "C", "D"]
    assert stored.geometry.is_valid.all()
    assert set(stored.geom_type) == {"MultiPolygon"}
    assert stored.geometry.iloc[1].equals(stored.geometry.iloc[2])


def test_things_belong_to_the_commune_with_the_largest_share_and_ships_to_the_coast(ground_engine):
    with ground_engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT id, ST_AsBinary(geom), ST_X(label), ST_Y(label) FROM toancanh.area WHERE level = 'commune' "
            "ORDER BY id LIMIT 40"
        )).all()  # fmt: skip
        outlines = shapely.from_wkb([bytes(r[1]) for r in rows])
        places = locate(connection, [shapely.Point(r[2], r[3]) for r in rows], CURRENT.start)
        assert [p.area_id for p in places] == [r[0] for r in rows]
        wide = locate(connection, shapely.buffer(outlines, 0.001), CURRENT.start)
        assert [p.area_id for p in wide] == [r[0] for r in rows]
        at_sea = locate(connection, [shapely.Point(108.35, 10.80), shapely.Point(115.0, 14.0)], CURRENT.start)
    assert [(p.area_id, p.province_code) for p in at_sea] == [(None, "68"), (None, "VN")]


@pytest.mark.reference
def test_real_files_load(reference, ground_engine, ground_toancanh):
    points = reference / "points"
    answer = ground_toancanh("load", "cameras", points / "hcmc_traffic_cameras_2017.geojson", "--map", "owner==Sở GTVT",
                           "--map", "azimuth=angle", "--commit")  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert len(cameras(ground_engine, "hcmc_traffic_cameras_2017.geojson")) == 282
    posts = ground_toancanh(
        "load", "citizen-reports", points / "danang_quangnam_post_offices.geojson",
        "--map", "code=post_id", "--map", "title=name",
        "--map", "category==dich_vu_cong", "--map", "received_at==2026-01-02",
    )  # fmt: skip
    assert "63, 110, 120, 140" in " ".join(posts.stdout.split()) or "ngoài Việt Nam" in posts.stdout
    parcels = ground_toancanh(
        "load", "planning-zones", reference / "planning" / "duynghia_landuse_vn2000_tm3_107_45.zip",
        "--map", "code=objectid",
        "--map", "name=ma_dat", "--map", "land_use==ONT", "--map", "plan_name==Đo đạc",
        "--map", "plan_level==su_dung_dat",
        "--map", "valid_from==2025-07-01", "--commit",
    )  # fmt: skip
    assert parcels.returncode == 0, parcels.stderr
    assert "EPSG:6960" in parcels.stdout
    with ground_engine.connect() as connection:
        found = connection.execute(text(
            "SELECT DISTINCT province_code FROM toancanh.planning_zone WHERE source LIKE 'duynghia%'"
        )).scalars().all()  # fmt: skip
    assert found == ["48"]
