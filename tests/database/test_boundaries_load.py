"""Official outlines take the place of approximate ones: previewed, all or nothing, the map stays one coverage."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from sqlalchemy import text

BANDS = (5, 7, 9, 11, 22)


@pytest.fixture
def communes(ground_engine) -> geopandas.GeoDataFrame:
    """The demo's communes, moved a little: outlines from another hand, as an official file would bring them."""
    frame = geopandas.read_postgis(
        text("SELECT code, full_name, province_code AS parent_code, area_km2, geom AS geometry FROM toancanh.area "
             "WHERE level = 'commune' AND valid_to IS NULL ORDER BY code"),
        ground_engine, geom_col="geometry",
    )  # fmt: skip
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + 0.004 * np.sin(xy[:, ::-1] * 9))
    return frame


def areas(engine, level: str = "province", on: str = "2025-07-01") -> geopandas.GeoDataFrame:
    return geopandas.read_postgis(
        text("SELECT id, code, level, province_code, approximate, geom AS geometry FROM toancanh.area "
             "WHERE level = :level AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY code"),
        engine, geom_col="geometry", params={"level": level, "day": on},
    )  # fmt: skip


def stamp(engine) -> object:
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT md5(string_agg(md5(ST_AsBinary(geom)), '' ORDER BY id)), count(*) FROM toancanh.area")
        ).one()


def assert_one_map(engine) -> None:
    """Every province is exactly its communes, and at every zoom the areas are one coverage."""
    provinces, communes = areas(engine), areas(engine, "commune")
    for code, members in communes.groupby("province_code"):
        whole = provinces.loc[provinces["code"] == code, "geometry"].iloc[0]
        assert shapely.symmetric_difference(members.union_all(), whole).area < 1e-9
    pieces = [*communes.geometry, *provinces.loc[~provinces["code"].isin(communes["province_code"]), "geometry"]]
    assert shapely.coverage_is_valid(np.array(pieces, dtype=object))
    assert shapely.coverage_is_valid(provinces.geometry.to_numpy())
    for band in BANDS:
        for level in ("province", "commune"):
            drawn = geopandas.read_postgis(
                text("SELECT a.code, s.geom FROM toancanh.area_shape s JOIN toancanh.area a ON a.id = s.area_id "
                     "WHERE band = :band AND level = :level AND valid_to IS NULL"),
                engine, params={"band": band, "level": level},
            )  # fmt: skip
            assert len(drawn) == len(provinces if level == "province" else communes)
            assert drawn.geometry.is_valid.all()
            assert not drawn.geometry.is_empty.any()
            assert shapely.coverage_is_valid(drawn.geometry.to_numpy())


def test_a_preview_tells_and_writes_nothing(ground_engine, ground_toancanh, communes, tmp_path):
    communes.to_file(tmp_path / "xa.gpkg")
    before = stamp(ground_engine)
    answer = ground_toancanh("boundaries", "load", tmp_path / "xa.gpkg")
    assert answer.returncode == 0, answer.stderr
    assert "124/124 xã" in answer.stdout
    assert "chưa ghi gì" in answer.stdout
    assert stamp(ground_engine) == before
    english = ground_toancanh("boundaries", "load", tmp_path / "xa.gpkg", "--lang", "en")
    assert "nothing was written" in english.stdout


def test_official_communes_replace_approximate_ones_and_neighbours_give_way(
    ground_engine, ground_toancanh, communes, tmp_path
):
    communes.to_file(tmp_path / "xa.gpkg")
    ids = areas(ground_engine, "commune").set_index("code")["id"]
    sea_before = areas(ground_engine).union_all().area
    answer = ground_toancanh("boundaries", "load", tmp_path / "xa.gpkg", "--commit")
    assert answer.returncode == 0, answer.stderr
    after = areas(ground_engine, "commune").set_index("code")
    assert after["id"].equals(ids)
    assert not after["approximate"].any()
    provinces = areas(ground_engine).set_index("code")
    assert not provinces.loc["68", "approximate"]
    assert provinces["approximate"].sum() == 33
    wanted = communes.set_index("code").loc["24781", "geometry"]
    got = after.loc["24781", "geometry"]
    assert got.intersection(wanted).area / got.union(wanted).area > 0.99
    assert abs(provinces.union_all().area / sea_before - 1) < 0.01
    assert_one_map(ground_engine)
    with ground_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM toancanh.boundary_load")).scalar() == 1
        strays = connection.execute(text(
            "SELECT count(*) FROM toancanh.camera f JOIN toancanh.area a ON a.id = f.area_id WHERE NOT "
            "ST_Intersects(a.geom, f.geom)"
        )).scalar()  # fmt: skip
        labels = connection.execute(text(
            "SELECT count(*) FROM toancanh.area WHERE level <> 'country' AND NOT ST_Intersects(geom, label)"
        )).scalar()  # fmt: skip
    assert (strays, labels) == (0, 0)
    listed = ground_toancanh("boundaries", "list").stdout
    assert "chính thức" in listed
    assert ground_toancanh("boundaries", "check").returncode == 0


def test_half_the_communes_need_the_word_partial(ground_engine, ground_toancanh, communes, tmp_path):
    communes.head(60).to_file(tmp_path / "nua.gpkg")
    before = stamp(ground_engine)
    answer = ground_toancanh("boundaries", "load", tmp_path / "nua.gpkg", "--commit")
    assert answer.returncode == 1
    assert "60/124 xã" in answer.stderr
    assert stamp(ground_engine) == before
    outline = areas(ground_engine).set_index("code").loc["68", "geometry"]
    answer = ground_toancanh("boundaries", "load", tmp_path / "nua.gpkg", "--partial", "--commit")
    assert answer.returncode == 0, answer.stderr
    kept = areas(ground_engine).set_index("code").loc["68", "geometry"]
    assert kept.symmetric_difference(outline).area < 1e-4 * outline.area
    assert (~areas(ground_engine, "commune")["approximate"]).sum() == 60
    assert_one_map(ground_engine)


def bad_files(communes: geopandas.GeoDataFrame, folder: Path) -> dict[str, tuple[list[object], str]]:
    """File and options -> what the sentence must say."""
    (folder / "van-ban.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder / "ban-ve.dwg").write_bytes(b"AC1027\0\0\0\0")
    (folder / "ghi-chu.gpkg").write_text("không phải GeoPackage")
    some = communes.head(12)
    some.set_crs(None, allow_override=True).to_file(folder / "khong-he.shp")
    metres = some.to_crs("EPSG:5899").set_crs(None, allow_override=True)
    metres.to_file(folder / "vn2000.shp")
    some.to_crs("EPSG:5899").to_crs(
        "+proj=tmerc +lat_0=0 +lon_0=107.75 +k=0.9999 +x_0=500000 +y_0=0 +datum=WGS84 +units=m"
    ).to_file(folder / "gia-vn2000.gpkg")
    broken = some.assign(full_name=[n.encode("utf-8").decode("latin-1") for n in some["full_name"]])
    broken["full_name"] = "\x99\xe1\xfe\xf0 " + broken["full_name"].str.replace("\xc3", "\xf0")
    broken.to_file(folder / "sai-ma.shp", encoding="ISO-8859-1")
    (folder / "sai-ma.cpg").unlink(missing_ok=True)
    some.assign(code=[f"{670 + i}" for i in range(12)], full_name="Huyện Lạc Dương").to_file(folder / "huyen.gpkg")
    some.drop(columns=["code", "full_name"]).to_file(folder / "khong-ma.gpkg")
    communes.assign(code=[*communes["code"][:-1], "99999"]).to_file(folder / "ma-la.gpkg")
    communes.assign(code=[*communes["code"][:-1], communes["code"][0]]).to_file(folder / "ma-trung.gpkg")
    return {
        "van-ban.pdf": ([], "PDF"), "ban-ve.dwg": ([], "DWG"), "ghi-chu.gpkg": ([], "Không đọc được"),
        "khong-co.gpkg": ([], "Không có tệp"),
        "khong-he.shp": ([], "--crs EPSG:4326"), "vn2000.shp": ([], "EPSG:5899"), "gia-vn2000.gpkg": ([], "225 m"),
        "sai-ma.shp": ([], "--encoding"), "huyen.gpkg": ([], "huyện"), "khong-ma.gpkg": ([], "cột mã"),
        "ma-la.gpkg": ([], "99999"), "ma-trung.gpkg": ([], "hơn một lần"),
    }  # fmt: skip


def test_bad_files_give_one_sentence_and_change_nothing(ground_engine, ground_toancanh, communes, tmp_path):
    before = stamp(ground_engine)
    for name, (options, sentence) in bad_files(communes, tmp_path).items():
        answer = ground_toancanh("boundaries", "load", tmp_path / name, "--commit", *options)
        assert answer.returncode == 1, name
        assert sentence in answer.stderr, (name, answer.stderr)
        assert answer.stderr.strip().count("\n") == 0, (name, answer.stderr)
        assert "Traceback" not in answer.stderr + answer.stdout
    assert stamp(ground_engine) == before


def test_vn2000_metres_are_read_with_their_system_named(ground_engine, ground_toancanh, communes, tmp_path):
    communes.to_crs("EPSG:5899").set_crs(None, allow_override=True).to_file(tmp_path / "xa.shp")
    answer = ground_toancanh("boundaries", "load", tmp_path / "xa.shp", "--crs", "5899")
    assert answer.returncode == 0, answer.stderr
    assert "EPSG:6960" in answer.stdout


@pytest.mark.parametrize(("state", "sentence"), [("53100", "Hết dung lượng đĩa"), ("57P01", "cơ sở dữ liệu")])
def test_a_full_disk_or_lost_database_leaves_nothing_half_written(
    ground_engine, ground_toancanh, communes, tmp_path, state, sentence
):
    communes.to_file(tmp_path / "xa.gpkg")
    with ground_engine.begin() as connection:
        connection.execute(text(
            "CREATE FUNCTION toancanh.fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
        ))  # fmt: skip
        connection.execute(text(
            "CREATE TRIGGER fail BEFORE INSERT ON toancanh.area_shape FOR EACH STATEMENT EXECUTE FUNCTION "
            "toancanh.fail()"
        ))  # fmt: skip
    before = stamp(ground_engine)
    answer = ground_toancanh("boundaries", "load", tmp_path / "xa.gpkg", "--commit")
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert stamp(ground_engine) == before


def test_parents_come_from_the_folder_of_nested_files(ground_engine, ground_toancanh, communes, tmp_path):
    wards = tmp_path / "68_lam_dong" / "wards"
    wards.mkdir(parents=True)
    for row in communes.head(3).itertuples():
        feature = {"type": "Feature", "properties": {"code": row.code, "fullName": row.full_name}}
        feature["geometry"] = json.loads(shapely.to_geojson(row.geometry))
        (wards / f"{row.code}_x.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    answer = ground_toancanh("boundaries", "load", tmp_path / "68_lam_dong", "--partial")
    assert answer.returncode == 0, answer.stderr
    assert "3/124 xã" in answer.stdout


@pytest.mark.reference
def test_the_published_files_load_and_those_of_before_the_reform_are_refused(reference, ground_engine, ground_toancanh):
    folder = reference / "boundaries"
    preview = ground_toancanh("boundaries", "load", folder / "raw_sample" / "geojson_68_lam_dong_unmodified.zip")
    assert preview.returncode == 0, preview.stderr
    assert "124/124 xã" in preview.stdout
    answer = ground_toancanh("boundaries", "load", folder / "2026" / "full_68_lam_dong.gpkg", "--commit")
    assert answer.returncode == 0, answer.stderr
    assert_one_map(ground_engine)
    with ground_engine.connect() as connection:
        where = connection.execute(text(
            "SELECT a.code FROM toancanh.area_piece p JOIN toancanh.area a ON a.id = p.area_id "
            "WHERE ST_Intersects(p.geom, ST_SetSRID(ST_Point(108.444, 11.9404), 4326)) AND a.level = 'commune' AND a.valid_to IS NULL"
        )).scalar()  # fmt: skip
    assert where == "24781"
    loose = ground_toancanh("boundaries", "load", folder / "raw_sample" / "geojson", "--commit")
    assert loose.returncode == 1
    assert "20/124 xã" in loose.stderr
    for layer, sentence in (
        ("communes", "các xã trước 1/7/2025"),
        ("districts", "huyện"),
        ("provinces", "63 tỉnh|61 tỉnh"),
    ):
        old = ground_toancanh("boundaries", "load", folder / "2024" / "vn_2024.gpkg", "--layer", layer, "--commit")
        assert old.returncode == 1
        assert any(s in old.stderr for s in sentence.split("|")), old.stderr
