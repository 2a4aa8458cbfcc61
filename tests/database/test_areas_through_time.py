"""Former outlines from files, links corrected and counted, lenses, and duties handed over when areas end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from sqlalchemy import text

from boundaries.successors import heirs, successors
from layers.transition import transition

MERGER = date(2026, 7, 1)
ITEMS = 50_000


def former(engine, level: str = "commune") -> geopandas.GeoDataFrame:
    return geopandas.read_postgis(
        text("SELECT a.id, a.code, a.full_name, a.approximate, a.province_code AS parent_code, d.code AS district_code, "
             "a.geom AS geometry FROM toancanh.area a LEFT JOIN toancanh.area d ON d.id = a.parent_id "
             "WHERE a.level = :level AND a.valid_to = '2025-07-01' ORDER BY a.code"),
        engine, geom_col="geometry", params={"level": level},
    )  # fmt: skip


def scalar(engine, statement: str, **values: object) -> object:
    with engine.connect() as connection:
        return connection.execute(text(statement), values).scalar()


def stamp(engine) -> object:
    return scalar(engine, "SELECT md5(string_agg(s::text, '|' ORDER BY old_id, new_id)) FROM toancanh.succession s")


def moved(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Outlines from another hand."""
    return frame.assign(
        geometry=shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + 0.003 * np.sin(xy[:, ::-1] * 9))
    )


def test_a_file_of_the_former_structure_takes_the_place_of_approximate_outlines(
    ground_engine, ground_toancanh, tmp_path
):
    communes = former(ground_engine)
    lacking = communes[communes["parent_code"] == "68"]["code"].iloc[[3, 40, 90]]
    given = moved(communes[communes["parent_code"].isin(["67", "68"]) & ~communes["code"].isin(lacking)])
    odd = given.iloc[[0]].assign(code=None, full_name="Xã không rõ")
    columns = ["code", "full_name", "district_code", "parent_code", "geometry"]
    pd.concat([given, odd])[columns].to_file(tmp_path / "cu.gpkg", layer="xa")
    present = scalar(ground_engine, "SELECT md5(string_agg(md5(ST_AsBinary(geom)), '' ORDER BY id)) FROM toancanh.area "
                                  "WHERE valid_to IS NULL")  # fmt: skip
    refused = ground_toancanh("boundaries", "load", tmp_path / "cu.gpkg", "--date", "2024-06-30", "--commit")
    assert refused.returncode == 1
    assert "--skip-unknown" in refused.stderr
    assert "các xã trước 1/7/2025" in ground_toancanh("boundaries", "load", tmp_path / "cu.gpkg").stderr
    answer = ground_toancanh(
        "boundaries", "load", tmp_path / "cu.gpkg", "--date", "2024-06-30", "--partial", "--skip-unknown", "--commit"
    )
    assert answer.returncode == 0, answer.stderr
    after = former(ground_engine)
    assert list(after["id"]) == list(communes["id"])
    assert shapely.coverage_is_valid(after.geometry.to_numpy())
    assert not after.geometry.is_empty.any()
    loose = after[after["parent_code"].isin(["67", "68"]) & after["approximate"]]["code"]
    assert set(lacking) <= set(loose)
    assert len(loose) <= 3 * len(lacking) + 3
    for level, column in (("province", "parent_code"), ("district", "district_code")):
        wholes = former(ground_engine, level).set_index("code").geometry
        for code, members in after.groupby(column):
            assert shapely.symmetric_difference(members.union_all(), wholes[code]).area < 1e-9, (level, code)
    drawn = scalar(ground_engine, "SELECT count(*) FROM toancanh.area a WHERE level = 'district' AND NOT EXISTS "
                                "(SELECT FROM toancanh.area_shape s WHERE s.area_id = a.id)")  # fmt: skip
    assert drawn == 0
    assert present == scalar(ground_engine, "SELECT md5(string_agg(md5(ST_AsBinary(geom)), '' ORDER BY id)) FROM "
                                          "toancanh.area WHERE valid_to IS NULL")  # fmt: skip
    sums = scalar(ground_engine, "SELECT max(abs(s - 1)) FROM (SELECT sum(area_share) AS s FROM toancanh.succession "
                               "WHERE flag <> 'namesake' GROUP BY old_id) t")  # fmt: skip
    assert sums < 1e-9
    checked = ground_toancanh("boundaries", "check")
    assert checked.returncode == 0, checked.stdout
    assert "63 tỉnh" in checked.stdout
    assert "34 tỉnh" in checked.stdout
    unknown = ground_toancanh("boundaries", "load", tmp_path / "cu.gpkg", "--date", "1999-01-01")
    assert unknown.returncode == 1
    assert "01/08/2008" in unknown.stderr


@pytest.mark.reference
def test_the_published_former_outlines_load_with_their_defects(reference, ground_engine, ground_toancanh, tmp_path):
    source = reference / "boundaries" / "2024" / "vn_2024.gpkg"
    for layer in ("communes", "districts", "provinces"):
        frame = geopandas.read_file(source, layer=layer)
        own = frame["parent_code"] if "parent_code" in frame else frame["code"]
        frame[own.isin(["48", "49"])].to_file(tmp_path / "quang-nam.gpkg", layer=layer)
    before = set(former(ground_engine)["code"])
    answer = ground_toancanh(
        "boundaries",
        "load",
        tmp_path / "quang-nam.gpkg",
        "--date",
        "2024-06-30",
        "--partial",
        "--skip-unknown",
        "--commit",
    )
    assert answer.returncode == 0, answer.stderr
    added = former(ground_engine)
    added = added[~added["code"].isin(before)].set_index("code")
    assert added["parent_code"].value_counts().to_dict() == {"49": 230, "48": 48}
    assert added.loc["498", "district_code"] == "498"
    assert not added.loc["498", "approximate"]
    # The file gives Nông Sơn (519), which ended in 2024, and lacks three communes of Quảng Nam.
    assert "519" not in set(former(ground_engine, "district")["code"])
    assert scalar(ground_engine, "SELECT count(*) FROM toancanh.area c JOIN toancanh.area d ON d.id = c.parent_id "
                               "WHERE c.province_code = '48' AND c.valid_to IS NOT NULL AND c.level = 'commune' "
                               "AND d.level = 'district'") == 48  # fmt: skip


def pairs(engine) -> pd.DataFrame:
    return pd.read_sql(
        text("SELECT o.code AS old_code, n.code AS new_code, s.relation, s.area_share, s.flag FROM toancanh.succession s "
             "JOIN toancanh.area o ON o.id = s.old_id JOIN toancanh.area n ON n.id = s.new_id WHERE o.level = 'commune'"),
        engine,
    )  # fmt: skip


def test_links_from_a_table_replace_those_of_the_areas_it_names(ground_engine, ground_toancanh, tmp_path):
    known = pairs(ground_engine)
    one = known[known["relation"] == "divided"].sort_values("old_code").old_code.iloc[0]
    news = known[known["old_code"] == one]["new_code"].tolist()[:2]
    (tmp_path / "lien-ket.csv").write_text(
        f"old_code,new_code,relation,area_share\n{one},{news[0]},divided,0.7\n{one},{news[1]},divided,0.3\n"
    )
    before = stamp(ground_engine)
    assert ground_toancanh("boundaries", "links", "load", tmp_path / "lien-ket.csv").returncode == 0
    assert stamp(ground_engine) == before
    answer = ground_toancanh("boundaries", "links", "load", tmp_path / "lien-ket.csv", "--commit")
    assert answer.returncode == 0, answer.stderr
    after = pairs(ground_engine)
    mine = after[after["old_code"] == one].set_index("new_code")
    assert mine.loc[news, "area_share"].tolist() == pytest.approx([0.7, 0.3])
    assert set(mine["flag"]) == {"decided"}
    assert len(after) == len(known) - (known["old_code"] == one).sum() + 2
    with ground_engine.connect() as connection:
        old = scalar(
            ground_engine, "SELECT id FROM toancanh.area WHERE code = :code AND valid_to IS NOT NULL", code=one
        )
        found = successors(connection, old, date(2025, 7, 1), "area")
    assert [round(heir.share, 6) for heir in found] == [0.7, 0.3]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("{a},{n},divided,0.7\n{a},{m},divided,0.6\n", "cộng lại khác 1"),
        ("{a},{n},divided,1.4\n{a},{m},divided,-0.4\n", "ngoài khoảng 0 đến 1"),
        ("{a},{n},whole,\n{a},{m},whole,\n", "không thể nhập toàn bộ"),
        ("{a},{n},whole,\n{a},{n},whole,\n", "đã có ở dòng trên"),
        ("99999,{n},whole,\n", "99999"),
        ("{a},99999,whole,\n", "99999"),
        ("{a},{n},moved,\n", "whole hoặc divided"),
        ("{a},{n},whole,một nửa\n", "không phải là số"),
        ("", "không có dòng nào"),
    ],
)
def test_links_that_no_history_can_have_are_refused(ground_engine, ground_toancanh, tmp_path, rows, sentence):
    known = pairs(ground_engine).sort_values(["old_code", "new_code"])
    a, n = known.iloc[0][["old_code", "new_code"]]
    m = known[known["new_code"] != n].new_code.iloc[0]
    head = "old_code,new_code,relation,area_share\n"
    (tmp_path / "sai.csv").write_text(head + rows.format(a=a, n=n, m=m))
    before = stamp(ground_engine)
    answer = ground_toancanh("boundaries", "links", "load", tmp_path / "sai.csv", "--commit")
    assert answer.returncode == 1
    assert sentence in answer.stderr, answer.stderr
    assert "Traceback" not in answer.stderr
    assert stamp(ground_engine) == before


def test_the_check_names_faults_of_the_chain(ground_engine, ground_toancanh):
    with ground_engine.begin() as connection:
        lost = connection.execute(text(
            "DELETE FROM toancanh.succession WHERE old_id = (SELECT min(old_id) FROM toancanh.succession s JOIN "
            "toancanh.area a ON a.id = s.old_id WHERE a.level = 'commune') RETURNING old_id"
        )).scalars().first()  # fmt: skip
        connection.execute(text(
            "INSERT INTO toancanh.succession (old_id, new_id, relation) SELECT n.id, o.id, 'whole' FROM toancanh.area n, "
            "toancanh.area o WHERE n.code = '68' AND n.valid_to IS NULL AND o.code = '68' AND o.valid_to IS NOT NULL"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO toancanh.area (code, valid_from, level, kind, name, full_name, name_en, province_code, valid_to) "
            "SELECT code, '2020-01-01', level, kind, name, full_name, name_en, province_code, '2026-01-01' "
            "FROM toancanh.area WHERE code = '67' AND level = 'province' AND valid_to IS NOT NULL"
        ))  # fmt: skip
    name = scalar(ground_engine, "SELECT full_name FROM toancanh.area WHERE id = :id", id=lost)
    answer = ground_toancanh("boundaries", "check")
    assert answer.returncode == 1
    for sentence in ("mà không có đơn vị kế thừa", name, "trước khi đơn vị cũ kết thúc", "quay vòng", "chồng nhau"):
        assert sentence in answer.stdout, (sentence, answer.stdout)


def test_the_check_says_where_present_communes_are_not_loaded(ground_engine, ground_toancanh):
    """Their predecessors wait for them: no fault, and no unbroken chain either."""
    with ground_engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO toancanh.area (code, valid_from, level, kind, name, full_name, name_en, province_code, valid_to) "
            "SELECT '00001', valid_from, 'commune', 'phuong', 'Phúc Xá', 'Phường Phúc Xá', 'Phuc Xa', '01', valid_to "
            "FROM toancanh.area WHERE code = '01' AND level = 'province' AND valid_to IS NOT NULL"
        ))  # fmt: skip
    answer = ground_toancanh("boundaries", "check")
    assert "1 xã cũ chưa có đơn vị kế thừa vì các xã hiện nay của nơi ấy chưa được nạp" in answer.stdout
    assert "Thành phố Hà Nội (01): 1" in answer.stdout
    assert "liền mạch" not in answer.stdout


def raster(path: Path, engine) -> Path:
    """A raster with ten people in every cell."""
    west, south, east, north = 102.0, 7.0, 118.0, 24.0
    step = 0.02
    shape = (round((north - south) / step), round((east - west) / step))
    with rasterio.open(
        path, "w", driver="GTiff", height=shape[0], width=shape[1], count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.transform.from_origin(west, north, step, step), nodata=-99999,
    ) as made:  # fmt: skip
        made.write(np.full(shape, 10, dtype="float32"), 1)
    return path


def test_people_are_counted_on_the_ground_that_areas_share(ground_engine, ground_toancanh, tmp_path):
    answer = ground_toancanh("boundaries", "population", raster(tmp_path / "nguoi.tif", ground_engine))
    assert answer.returncode == 0, answer.stderr
    rows = pd.read_sql(
        text("SELECT s.*, a.level FROM toancanh.succession s JOIN toancanh.area a ON a.id = s.old_id WHERE level = 'commune'"),
        ground_engine,
    )  # fmt: skip
    assert rows["population"].notna().all()
    assert rows.groupby("old_id")["population_share"].sum().to_numpy() == pytest.approx(1.0)
    per_degree = rows["population"].sum() / former(ground_engine).geometry.area.sum()
    assert per_degree == pytest.approx(10 / 0.02**2, rel=0.01)
    recorded = scalar(ground_engine, "SELECT checksum FROM toancanh.boundary_load ORDER BY id DESC LIMIT 1")
    assert len(recorded) == 64
    region = shapely.box(107.9, 11.5, 108.1, 11.7)
    geopandas.GeoDataFrame({"ten": ["Hạt mới"]}, geometry=[region], crs=4326).to_file(tmp_path / "moi.geojson")
    late = ground_toancanh("boundaries", "lens", "load", tmp_path / "moi.geojson", "--name", "Hạt", "--commit")
    assert "chạy lại boundaries population" in late.stdout
    assert "chạy lại boundaries population" in ground_toancanh("boundaries", "check").stdout
    again = ground_toancanh("boundaries", "population", tmp_path / "nguoi.tif")
    assert again.returncode == 0, again.stderr
    assert "chạy lại boundaries population" not in ground_toancanh("boundaries", "check").stdout
    (tmp_path / "sai.tif").write_text("không phải raster")
    assert "raster" in ground_toancanh("boundaries", "population", tmp_path / "sai.tif").stderr


def test_regions_become_a_lens(ground_engine, ground_toancanh, tmp_path):
    whole = shapely.union_all(former(ground_engine).geometry.to_numpy())
    west, south, east, north = whole.bounds
    middle = (west + east) / 2
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    names = ["Hạt Đức Trọng", "Hạt Di Linh", None, "Hạt Paris", "Hạt không hình"]
    shapes = [*halves, halves[0], shapely.box(2, 48, 2.1, 48.1), None]
    geopandas.GeoDataFrame({"ten": names}, geometry=shapes, crs=4326).to_file(tmp_path / "hat.gpkg")
    preview = ground_toancanh("boundaries", "lens", "load", tmp_path / "hat.gpkg", "--name", "Hạt kiểm lâm")
    assert preview.returncode == 0, preview.stderr
    for reason in ("không có tên", "ngoài Việt Nam", "không có hình"):
        assert reason in preview.stdout, (reason, preview.stdout)
    assert scalar(ground_engine, "SELECT count(*) FROM toancanh.region_set") == 0
    load = ("boundaries", "lens", "load", tmp_path / "hat.gpkg", "--name", "Hạt kiểm lâm", "--commit")
    refused = ground_toancanh(*load)
    assert refused.returncode == 1
    assert "--skip-refused" in refused.stderr
    assert scalar(ground_engine, "SELECT count(*) FROM toancanh.region_set") == 0
    for _ in range(2):
        answer = ground_toancanh(*load, "--skip-refused")
        assert answer.returncode == 0, answer.stderr
    assert scalar(
        ground_engine, "SELECT string_agg(code, ',' ORDER BY code) FROM toancanh.area WHERE level = 'region'"
    ) == ("hat-kiem-lam:1,hat-kiem-lam:2")
    assert scalar(ground_engine, "SELECT count(*) FROM toancanh.area_shape s JOIN toancanh.area a ON a.id = s.area_id "
                               "WHERE level = 'region'") == 10  # fmt: skip
    away = scalar(
        ground_engine,
        "SELECT max(abs(o.km2 / (ST_Area(a.geom::geography) / 1e6) - 1)) FROM toancanh.area a JOIN (SELECT area_id, "
        "sum(area_km2) AS km2 FROM toancanh.overlap WHERE area_id <> region_id GROUP BY 1) o ON o.area_id = a.id WHERE a.valid_to IS NOT NULL",
    )
    assert away < 0.01
    assert "Hạt kiểm lâm" in ground_toancanh("boundaries", "lens", "list").stdout
    wrong = ground_toancanh("boundaries", "lens", "load", tmp_path / "hat.gpkg", "--name", "Hạt", "--field", "tinh")
    assert "các cột: ten" in wrong.stderr
    assert ground_toancanh("boundaries", "lens", "remove", "hat-kiem-lam").returncode == 0
    assert scalar(ground_engine, "SELECT count(*) FROM toancanh.overlap") == 0
    assert ground_toancanh("boundaries", "lens", "remove", "hat-kiem-lam").returncode == 1


def test_successors_follow_districts_chains_and_places(ground_engine):
    with ground_engine.begin() as connection:
        districts = connection.execute(text("SELECT id FROM toancanh.area WHERE level = 'district'")).scalars().all()
        day = date(2025, 7, 1)
        for rule in ("population", "area", "all"):
            found = heirs(connection, districts, day, rule)
            assert len(found) == len(districts)
            for shares in found.values():
                assert sum(heir.share for heir in shares) == pytest.approx(1)
        some = districts[0]
        assert [heir.share for heir in successors(connection, some, day)] == [1.0]
        assert successors(connection, some, date(2025, 6, 30)) == [(some, 1.0)]
        parts = successors(connection, some, day, "area")
        point = connection.execute(
            text("SELECT ST_AsBinary(label) FROM toancanh.area WHERE id = :id"), {"id": parts[-1].area_id}
        ).scalar_one()
        placed = successors(connection, some, day, "place", shapely.from_wkb(bytes(point)))
        assert placed == [(parts[-1].area_id, 1.0)]
        merge(connection, [parts[0].area_id])
        later = successors(connection, some, MERGER, "area")
        assert sum(heir.share for heir in later) == pytest.approx(1)
        assert parts[0].area_id not in [heir.area_id for heir in later]


def merge(connection, olds: list[int]) -> int:
    """Let communes end on the day of the merger and one area be made of them."""
    new = connection.execute(
        text("INSERT INTO toancanh.area (code, valid_from, level, kind, name, full_name, name_en, province_code, parent_id, "
             "geom, label, approximate) SELECT '99' || min(substr(code, 3)), :day, 'commune', 'xa', 'Sáp Nhập', 'Xã Sáp Nhập', "
             "'Sap Nhap', min(province_code), min(parent_id), ST_Multi(ST_Union(geom)), ST_PointOnSurface(ST_Union(geom)), true "
             "FROM toancanh.area WHERE id = ANY(:olds) RETURNING id"),
        {"day": MERGER, "olds": olds},
    ).scalar_one()  # fmt: skip
    connection.execute(
        text("UPDATE toancanh.area SET valid_to = :day WHERE id = ANY(:olds)"), {"day": MERGER, "olds": olds}
    )
    connection.execute(
        text("INSERT INTO toancanh.succession (old_id, new_id, relation, area_share, area_km2) SELECT id, :new, 'whole', 1, "
             "ST_Area(geom::geography) / 1e6 FROM toancanh.area WHERE id = ANY(:olds)"),
        {"new": new, "olds": olds},
    )  # fmt: skip
    connection.execute(
        text("INSERT INTO toancanh.area_piece SELECT id, (ST_Dump(ST_Subdivide(geom, 128))).geom FROM toancanh.area "
             "WHERE id = :new"), {"new": new},
    )  # fmt: skip
    return int(new)


def test_a_merger_hands_over_fifty_thousand_items_and_leaves_none_behind(demo_engine):
    with demo_engine.begin() as connection:
        olds = list(connection.execute(text(
            "SELECT id FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL ORDER BY code LIMIT 6"
        )).scalars())  # fmt: skip
        news = [merge(connection, olds[:3]), merge(connection, olds[3:])]
        connection.execute(
            text("INSERT INTO toancanh.citizen_report (province_code, area_id, code, category, title, received_at, geom) "
                 "SELECT a.province_code, a.id, 'T' || a.id || '-' || n, 'ha_tang', 'Ổ gà', '2026-05-01', p.geom FROM toancanh.area a, "
                 "LATERAL (SELECT row_number() OVER () AS n, (d).geom FROM ST_Dump(ST_GeneratePoints(a.geom, :each, 7)) d) p "
                 "WHERE a.id = ANY(:olds)"),
            {"each": -(-ITEMS // len(olds)), "olds": olds},
        )  # fmt: skip
        figures = text(
            "SELECT count(*), sum(value) FROM (SELECT DISTINCT ON (o.area_id, period_kind, period_start) value FROM "
            "toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id WHERE i.code = 'HCC-01' AND "
            "period_start >= :day AND area_id = ANY(:areas) ORDER BY o.area_id, period_kind, period_start, known_at DESC) t"
        )
        before = connection.execute(figures, {"day": MERGER, "areas": olds}).one()
        stored = connection.execute(text("SELECT md5(string_agg(o::text, '|' ORDER BY o::text)) FROM toancanh.observation o WHERE area_id = ANY(:a)"),
                                    {"a": olds}).one()  # fmt: skip
        found = transition(connection, MERGER)
    assert sum(one.found for one in found) > ITEMS
    assert all(one.handed == one.found and not one.orphans for one in found)
    with demo_engine.begin() as connection:
        lines = connection.execute(text("SELECT what, count(DISTINCT item) FROM toancanh.handover GROUP BY what")).all()
        assert sum(count for _, count in lines) == sum(one.found for one in found)
        left = connection.execute(text(
            "SELECT count(*) FROM toancanh.citizen_report r JOIN toancanh.area a ON a.id = r.area_id "
            "WHERE a.valid_to IS NOT NULL AND r.closed_at IS NULL"
        )).scalar()  # fmt: skip
        assert left == 0
        after = connection.execute(figures, {"day": MERGER, "areas": news}).one()
        assert before[0] > after[0] > 0
        assert after[1] == pytest.approx(before[1])
        assert (
            stored
            == connection.execute(
                text(
                    "SELECT md5(string_agg(o::text, '|' ORDER BY o::text)) FROM toancanh.observation o WHERE area_id = ANY(:a)"
                ),
                {"a": olds},
            ).one()
        )
        again = transition(connection, MERGER)
        assert [one.found for one in again] == [0] * len(again)


def test_what_has_no_successor_is_named_and_nothing_is_written(demo_engine, demo_toancanh):
    with demo_engine.begin() as connection:
        connection.execute(text(
            "UPDATE toancanh.area SET valid_to = '2026-07-01' WHERE id = (SELECT area_id FROM toancanh.target t JOIN "
            "toancanh.area a ON a.id = t.area_id WHERE a.level = 'commune' AND a.valid_to IS NULL LIMIT 1)"
        ))  # fmt: skip
    answer = demo_toancanh("boundaries", "transition", "--on", "2026-07-01", "--commit")
    assert answer.returncode == 1
    assert "boundaries links load" in answer.stderr
    assert scalar(demo_engine, "SELECT count(*) FROM toancanh.handover") == 0
