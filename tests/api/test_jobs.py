"""Processes at once and as jobs: their numbers against other ways to compute them, and jobs through their whole life."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import signal
import subprocess
import sys
import time

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from pyproj import Geod, Transformer
from rasterio.transform import from_origin
from sqlalchemy import text

from services import rasters
from services.settings import PROJECT

RASTER = "thu-thong-ke"
CARRY = {"table": "area_code,area_name,value\n22981,Xã Vĩnh Hảo,100\n22984,Xã Vĩnh Tân,200\n"}
MANY = 8_000
LONG = {
    "count": "cameras",
    "metres": 100_000,
    "places": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"n": i},
                "geometry": {"type": "Point", "coordinates": [107.5 + i / MANY, 12]},
            }
            for i in range(MANY)
        ],
    },
}


@pytest.fixture(scope="module")
def stored(feed_engine, feed_settings, client, tmp_path_factory):
    path = tmp_path_factory.mktemp("rasters") / "c.tif"
    values = np.random.default_rng(3).gamma(2, 40, (400, 500)).astype("float32")
    with rasterio.open(
        path, "w", driver="GTiff", width=500, height=400, count=1, dtype="float32", crs="EPSG:4326",
        transform=from_origin(107.2, 12.9, 0.005, 0.005), nodata=-1,
    ) as made:  # fmt: skip
        made.write(values, 1)
    with feed_engine.begin() as connection:
        rasters.add(connection, feed_settings, path, id=RASTER, title="Thử thống kê")
    yield path
    with feed_engine.begin() as connection:
        rasters.remove(connection, feed_settings, RASTER)


@pytest.fixture
def jobs(client, staff, feed_engine):
    """Post jobs; none is left afterwards."""
    yield Jobs(client)
    with feed_engine.begin() as connection:
        found = connection.execute(text("SELECT id FROM toancanh.process_job")).scalars().all()
    for number in found:
        client.delete(f"/ogc/jobs/{number}")
    with feed_engine.begin() as connection:
        connection.execute(text("DELETE FROM toancanh.process_job"))


class Jobs:
    def __init__(self, client):
        self.client = client

    def post(self, process, inputs, status=201, **more):
        headers = {"Prefer": "respond-async", **more.pop("headers", {})}
        answer = self.client.post(
            f"/ogc/processes/{process}/execution", json={"inputs": inputs, **more}, headers=headers
        )
        assert answer.status_code == status, answer.text
        return answer

    def until(self, address, *states, seconds=90, progress=0):
        for _ in range(seconds * 20):
            told = self.client.get(address).json()
            if told["status"] in states and told["progress"] >= progress:
                return told
            time.sleep(0.05)
        raise AssertionError(told)


@pytest.fixture
def worker(feed_settings):
    """Start workers on the same database and folder."""

    @contextlib.contextmanager
    def start(ending=signal.SIGINT):
        environment = {
            **os.environ,
            "TOANCANH_DATABASE_URL": feed_settings.database_url or "",
            "TOANCANH_DATA": str(feed_settings.data),
        }
        command = [sys.executable, "-m", "services", "worker"]
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE) as process:
            try:
                yield process
            finally:
                process.send_signal(ending)
                told = process.communicate(timeout=20)[1].decode()
                assert "Traceback" not in told, told

    return start


def run(client, process, status=200, headers=None, **inputs):
    answer = client.post(f"/ogc/processes/{process}/execution", json={"inputs": inputs}, headers=headers)
    assert answer.status_code == status, answer.text[:500]
    return answer


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_statistics_are_those_of_exactextract_over_the_same_areas(client, feed_engine, stored):
    told = rows(
        run(client, "zonal-statistics", coverage=RASTER, level="commune", statistics=["mean", "sum", "max", "median"])
    )
    areas = geopandas.read_postgis(
        "SELECT code, geom FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL ORDER BY code", feed_engine
    )
    bare = exact_extract(str(stored), areas, ["mean", "sum", "max", "median"], output="pandas")
    assert [row["code"] for row in told] == areas.code.tolist()
    for name in ("mean", "sum", "max", "median"):
        assert [float(row[name] or "nan") for row in told] == pytest.approx(bare[name].tolist(), nan_ok=True)
    whole = rows(run(client, "zonal-statistics", coverage=RASTER, level="province", within="68", statistics="sum"))
    assert float(whole[0]["sum"]) == pytest.approx(sum(float(row["sum"]) for row in told), rel=1e-3)


def test_statistics_of_polygons_sent_and_by_reference(client, stored):
    with rasterio.open(stored) as made:
        values = made.read(1)
    boxes = [(10, 20, 40, 60), (100, 100, 101, 101)]
    shapes = [
        shapely.box(107.2 + w * 0.005, 12.9 - b * 0.005, 107.2 + r * 0.005, 12.9 - t * 0.005) for w, t, r, b in boxes
    ]
    sent = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"ten": f"v{i}"}, "geometry": shapely.geometry.mapping(s)}
            for i, s in enumerate(shapes)
        ],
    }
    made = run(
        client, "zonal-statistics", coverage=RASTER, areas=sent, statistics=["sum", "count"], format="geojson"
    ).json()
    for feature, (w, t, r, b) in zip(made["features"], boxes, strict=True):
        assert feature["properties"]["sum"] == pytest.approx(values[t:b, w:r].astype(float).sum(), rel=1e-6)
        assert feature["properties"]["count"] == pytest.approx((r - w) * (b - t))
    href = "http://toancanh.test/ogc/collections/provinces/items?code=68"
    there = rows(run(client, "zonal-statistics", coverage=RASTER, areas={"href": href}))
    assert [row["code"] for row in there] == ["68"]
    told = run(client, "zonal-statistics", 400, coverage=RASTER, areas={"href": "http://169.254.169.254/x"}).json()
    assert told["parameter"] == "areas"


def test_counts_are_those_of_the_ellipsoid(client, feed_engine):
    with feed_engine.connect() as connection:
        cameras = connection.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM toancanh.camera")).all()
        projects = connection.execute(
            text("SELECT id, ST_X(geom), ST_Y(geom) FROM toancanh.project WHERE ST_GeometryType(geom) = 'ST_Point'")
        ).all()
    told = {
        int(row["id"]): row
        for row in rows(run(client, "buffer-count", count="cameras", around="projects", metres=3000))
    }
    lon, lat = np.array(cameras).T
    for number, x, y in projects:
        metres = Geod(ellps="WGS84").inv(np.full_like(lon, x), np.full_like(lat, y), lon, lat)[2]
        assert int(told[number]["count"]) == (metres <= 3000).sum()
        if (metres <= 3000).any():
            assert float(told[number]["nearest_m"]) == pytest.approx(metres.min(), abs=0.1)
    assert sum(int(row["count"]) for row in told.values()) > 10


def test_nobody_counts_what_is_hidden(client, staff, feed_engine, hidden):
    with feed_engine.connect() as connection:
        at = connection.execute(
            text("SELECT ST_X(geom), ST_Y(geom) FROM toancanh.citizen_report WHERE title = :title"), {"title": hidden}
        ).one()
    asked = {"count": "citizen-reports", "metres": 1, "places": {"type": "Point", "coordinates": list(at)}}
    seen = [int(rows(run(client, "buffer-count", headers=who, **asked))[0]["count"]) for who in ({}, staff)]
    assert seen[1] == seen[0] + 1


def test_rows_are_assigned_to_the_communes_that_hold_them(client, feed_engine):
    points = np.random.default_rng(1).uniform([107.3, 10.6], [109.2, 12.7], (1500, 2))
    with feed_engine.connect() as connection:
        held = connection.execute(
            text(
                "SELECT (SELECT min(code) FROM toancanh.area a WHERE level = 'commune' AND valid_to IS NULL AND "
                "ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(x, y), 4326))) FROM unnest(CAST(:x AS float8[]), CAST(:y AS float8[])) "
                "WITH ORDINALITY AS u (x, y, n) ORDER BY n"
            ),
            {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()},
        ).scalars().all()  # fmt: skip
    table = "stt;Kinh độ;Vĩ độ\n" + "".join(f"{i};{x:.7f};{y:.7f}\n" for i, (x, y) in enumerate(points))
    done = run(client, "assign-areas", table=table).json()
    told = list(csv.DictReader(io.StringIO(done["assigned"]["value"])))
    assert [row["area_code"] or None for row in told] == held
    assert done["report"]["in_communes"] == sum(code is not None for code in held) > 500
    e, n = Transformer.from_crs(4326, 5899, always_xy=True).transform(*points[:200].T)
    flat = "x,y\n" + "".join(f"{a:.3f},{b:.3f}\n" for a, b in zip(e, n, strict=True))
    again = run(client, "assign-areas", table=flat, crs="VN-2000 107°45'").json()
    told = list(csv.DictReader(io.StringIO(again["assigned"]["value"])))
    assert [row["area_code"] or None for row in told] == held[:200]


def test_every_example_runs_and_every_page_shows(client, feed, stored):
    for one in feed.get("/processes")["processes"]:
        described = feed.get(f"/processes/{one['id']}")
        assert described["title"] in client.get(f"/ogc/processes/{one['id']}?f=html").text
        inputs = described["example"]["inputs"] | ({"coverage": RASTER} if "coverage" in described["inputs"] else {})
        if "sync-execute" in described["jobControlOptions"]:
            assert run(client, one["id"], **inputs).content
    assert "Thống kê raster" in client.get("/ogc/processes?f=html").text
    told = feed.get("/processes/khong-co", status=404)
    assert told["type"].endswith("/no-such-process")


@pytest.mark.parametrize(
    ("process", "inputs", "parameter"),
    [
        ("zonal-statistics", {}, "coverage"),
        ("zonal-statistics", {"coverage": RASTER}, "level"),
        ("zonal-statistics", {"coverage": RASTER, "level": "xom"}, "level"),
        (
            "zonal-statistics",
            {"coverage": RASTER, "level": "commune", "statistics": ["mean", "drop table"]},
            "statistics",
        ),
        ("zonal-statistics", {"coverage": RASTER, "level": "commune", "boundary": "hôm qua"}, "boundary"),
        ("zonal-statistics", {"coverage": RASTER, "areas": {"type": "Point", "coordinates": [108, 12]}}, "areas"),
        ("zonal-statistics", {"coverage": RASTER, "areas": {"type": "Polygon", "coordinates": "x"}}, "areas"),
        ("zonal-statistics", {"coverage": RASTER, "level": "commune", "band": "x"}, "band"),
        ("buffer-count", {"count": "cameras", "around": "projects", "metres": "500"}, "metres"),
        ("buffer-count", {"count": "cameras", "around": "projects", "metres": -1}, "metres"),
        ("buffer-count", {"count": "khong-co", "around": "projects", "metres": 5}, "count"),
        ("buffer-count", {"count": "cameras", "around": "indicator-hcc-04", "metres": 5}, "around"),
        ("assign-areas", {"table": "a,b\n1,2\n"}, "x"),
        ("assign-areas", {"table": "lon,lat\n"}, "table"),
        ("assign-areas", {"table": "lon,lat\n108,12\n", "crs": "EPSG:6958"}, "crs"),
        ("assign-areas", {"table": "lon,lat\n108,12\n", "sai": 1}, "sai"),
        ("carry", {"table": 5}, "table"),
    ],
)
def test_bad_inputs_are_named(client, stored, process, inputs, parameter):
    told = run(client, process, 400, **inputs).json()
    assert told["parameter"] == parameter
    assert len(told["detail"]) < 400


def test_bodies_that_are_no_request_are_refused(client):
    for body in (b"", b"[]", b"{", b'{"inputs": []}', b"[" * 100_000, b'{"inputs": {"table": NaN}}', b"\xff\xfe"):
        answer = client.post("/ogc/processes/carry/execution", content=body)
        assert answer.status_code == 400, body[:20]


def test_answers_come_bare_as_a_document_or_in_parts(client):
    asked = {"inputs": CARRY}
    post = lambda **more: client.post("/ogc/processes/carry/execution", json=asked | more)  # noqa: E731
    assert set(post().json()) == {"carried", "report"}
    assert post(outputs={"carried": {}}).headers["content-type"].startswith("text/csv")
    assert post(outputs={"report": {}}).json()["boundary"] == "former"
    assert set(post(outputs={"report": {}}, response="document").json()) == {"report"}
    parts = post(response="raw")
    assert parts.headers["content-type"].startswith("multipart/related")
    assert b"Content-ID: <carried>" in parts.content
    assert post(outputs={"sai": {}}).json()["parameter"] == "outputs"


def test_a_job_waits_runs_and_keeps_its_results(client, jobs, worker, feed, staff):
    answer = jobs.post("carry", CARRY)
    address = answer.headers["location"]
    assert answer.headers["preference-applied"] == "respond-async"
    assert (answer.json()["status"], answer.json()["type"]) == ("accepted", "process")
    told = client.get(f"{address}/results")
    assert (told.status_code, told.json()["type"][-17:]) == (404, "/result-not-ready")
    bad = jobs.post("assign-areas", {"table": "a,b\n1,2\n"}).headers["location"]
    for _ in range(3):
        jobs.post("carry", CARRY)
    refused = jobs.post("carry", CARRY, status=429).json()
    assert "5 việc" in refused["detail"]
    assert feed.get("/jobs")["jobs"] == []  # the public shares no list
    listed = client.get("/ogc/jobs?status=accepted&processID=carry&limit=3", headers=staff).json()["jobs"]
    assert [one["processID"] for one in listed] == ["carry"] * 3
    with worker():
        done = jobs.until(address, "successful")
        failed = jobs.until(bad, "failed")
    assert done["progress"] == 100
    assert "Bảng không có cột" in failed["message"]
    assert client.get(f"{bad}/results").status_code == 400
    at_once = run(client, "carry", **CARRY).json()
    (results,) = (one["href"] for one in done["links"] if one["rel"].endswith("/results"))
    assert client.get(results).json() == at_once
    (declared,) = (one["type"] for one in done["links"] if one["rel"].endswith("/results"))
    assert client.get(results).headers["content-type"].startswith(declared)
    files = [one for one in done["links"] if one["rel"] == "item"]
    assert files
    assert all(client.get(one["href"]).headers["content-type"].startswith(one["type"]) for one in files)
    assert "Đã xong" in client.get(f"{address}?f=html").text
    assert client.delete(address).json()["status"] == "dismissed"
    assert client.get(results).status_code == 404
    assert feed.get("/jobs/0b8f6a52-6b5e-4c6b-9d39-3a3a0c6a1f00", status=404)["type"].endswith("/no-such-job")
    assert feed.get("/jobs/x", status=404)


def test_a_whole_collection_is_exported_as_who_asks_sees_it(client, jobs, worker, feed, tmp_path, secret):
    wanted = {"collection": "projects", "crs": "http://www.opengis.net/def/crs/EPSG/0/3405"}
    told = jobs.post("export", {"collection": "projects", "filter": "khong_co = 1"}, status=400).json()
    assert told["parameter"] == "filter"
    addresses = {
        form: jobs.post("export", wanted | {"format": form}).headers["location"] for form in ("gpkg", "parquet")
    }
    with worker():
        for address in addresses.values():
            jobs.until(address, "successful")
    told = client.get(f"{addresses['gpkg']}/results")
    assert (told.status_code, told.links["file"]["type"]) == (204, "application/geopackage+sqlite3")
    links = {one["rel"].rpartition("/")[2]: one for one in client.get(addresses["gpkg"]).json()["links"]}
    assert "type" not in links["results"], "an answer without a body has no media type"
    assert (links["item"]["href"], links["item"]["type"]) == (told.links["file"]["url"], told.links["file"]["type"])
    assert client.get(links["item"]["href"]).headers["content-type"] == links["item"]["type"]
    path = tmp_path / "projects.gpkg"
    path.write_bytes(client.get(f"{addresses['gpkg']}/results/file").content)
    frame = geopandas.read_file(path)
    matched = feed.get("/collections/projects/items?limit=1")["numberMatched"]
    assert (len(frame), frame.crs.to_epsg()) == (matched, 3405)
    assert secret not in frame.to_csv()
    table = geopandas.read_parquet(io.BytesIO(client.get(f"{addresses['parquet']}/results/file").content))
    assert table.name.tolist() == frame.name.tolist()


def test_a_job_outlives_its_worker_and_ends_when_dismissed(client, jobs, worker, feed_settings):
    address = jobs.post("buffer-count", LONG).headers["location"]
    with worker():
        jobs.until(address, "running", progress=3)
    assert jobs.until(address, "accepted")["progress"] == 0
    other = jobs.post("buffer-count", LONG).headers["location"]
    with worker():
        jobs.until(other, "running")
        assert client.delete(other).json()["status"] == "dismissed"
        jobs.until(address, "successful")
        assert client.get(other).json()["status"] == "dismissed"
    assert len(rows(client.get(f"{address}/results"))) == MANY
    kept = {path.name for path in (feed_settings.data / "jobs").iterdir()}
    assert address.rpartition("/")[2] in kept
    assert other.rpartition("/")[2] not in kept
