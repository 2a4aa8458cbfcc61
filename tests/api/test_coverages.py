"""Rasters over HTTP: what is answered is what is stored, cut where it was asked and right in every system."""

from __future__ import annotations

import subprocess
import time

import httpx
import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geo.crs import reference
from geo.errors import Problem
from services import rasters

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
NONE = -9999.0
GEO, FLAT, HIDDEN = "thu-do-cao", "thu-vn2000", "thu-noi-bo"
SIDE = 0.01


def write(path, values, crs, west, north, cell):
    bands, height, width = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=bands, dtype=values.dtype, crs=crs,
        transform=from_origin(west, north, cell, cell), nodata=NONE if values.dtype.kind == "f" else None,
    ) as made:  # fmt: skip
        made.write(values)
    return path


@pytest.fixture(scope="module")
def stored(feed_engine, feed_settings, client, tmp_path_factory):
    """Three rasters beside the demo, gone with the tests: degrees, VN-2000 and one for staff."""
    folder = tmp_path_factory.mktemp("rasters")
    shape = (120, 150)
    heights = np.random.default_rng(7).normal(800, 300, (2, *shape)).astype("float32")
    heights[:, :3, :4] = NONE
    counts = np.arange(shape[0] * shape[1], dtype="int32").reshape(1, *shape)
    with feed_engine.begin() as connection:
        rasters.add(
            connection, feed_settings, write(folder / "a.tif", heights, "EPSG:4326", 107.8, 12.5, SIDE), id=GEO,
            title="Độ cao thử", title_en="Test heights", origin="thử", licence="CC0-1.0", names=("cao", "doc"),
            units=("m", "°"), sample=True,
        )  # fmt: skip
        flat = write(folder / "b.tif", counts, "EPSG:5899", 500_000, 1_330_000, 500)
        rasters.add(connection, feed_settings, flat, id=FLAT, title="Lưới VN-2000")
        rasters.add(connection, feed_settings, flat, id=HIDDEN, title="Nội bộ", readers="staff")
    yield heights, counts
    with feed_engine.begin() as connection:
        for name in (GEO, FLAT, HIDDEN):
            rasters.remove(connection, feed_settings, name)


def opened(answer):
    assert answer.status_code == 200, answer.text[:400]
    return MemoryFile(answer.content).open()


def cover(client, name, status=200, **asked):
    given = {key.replace("_", "-"): value for key, value in asked.items()}
    answer = client.get(f"/ogc/collections/{name}/coverage", params=given)
    assert answer.status_code == status, answer.text[:400]
    return answer


def test_the_whole_raster_comes_back_cell_by_cell(client, stored):
    for name, values in ((GEO, stored[0]), (FLAT, stored[1])):
        made = opened(cover(client, name))
        assert np.array_equal(made.read(), values)
    with opened(cover(client, GEO)) as made:
        assert made.crs.to_epsg() == 4326
        assert made.transform == from_origin(107.8, 12.5, SIDE, SIDE)
        assert made.nodata == NONE
        assert made.descriptions == ("cao", "doc")
        assert made.units == ("m", "°")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    left=st.integers(0, 148), top=st.integers(0, 118), width=st.integers(1, 150), height=st.integers(1, 120),
    off=st.floats(0.05, 0.95),
)  # fmt: skip
def test_a_box_gives_the_cells_it_touches(client, stored, left, top, width, height, off):
    right, bottom = min(150, left + width), min(120, top + height)
    west, east = 107.8 + (left + off) * SIDE, 107.8 + (right - 1 + off) * SIDE
    north, south = 12.5 - (top + off) * SIDE, 12.5 - (bottom - 1 + off) * SIDE
    expected = stored[0][:, top:bottom, left:right]
    for asked in (
        {"bbox": f"{west},{south},{east},{north}"},
        {"bbox": f"{south},{west},{north},{east}", "bbox_crs": f"{EPSG}4326"},
        {"subset": f"Lat({south}:{north}),Lon({west}:{east})"},
    ):
        made = opened(cover(client, GEO, **asked))
        assert np.array_equal(made.read(), expected), asked
        assert made.transform.c == pytest.approx(107.8 + left * SIDE)
        assert made.transform.f == pytest.approx(12.5 - top * SIDE)


@pytest.mark.parametrize("srid", [4326, 3857, 3405, 3406, 4756])
def test_every_system_shows_the_cell_that_lies_there(client, stored, srid):
    """Each answered cell holds the stored cell at its centre, carried by EPSG:6960 worked out by PROJ."""
    made = opened(cover(client, FLAT, crs=f"{EPSG}{srid}"))
    values = made.read(1, masked=True)
    assert made.crs.to_epsg() == srid
    rows, cols = (found[::97] for found in np.nonzero(~np.ma.getmaskarray(values)))
    x, y = rasterio.transform.xy(made.transform, rows, cols)
    way, own = reference(CRS.from_epsg(srid)), reference(CRS.from_epsg(5899))
    lon, lat = (
        Transformer.from_pipeline(way.pipeline).transform(x, y)
        if way.pipeline
        else Transformer.from_crs(srid, 4326, always_xy=True).transform(x, y)
    )
    east, north = Transformer.from_pipeline(own.pipeline).transform(lon, lat, direction="INVERSE")
    col, row = (np.asarray(east) - 500_000) / 500, (1_330_000 - np.asarray(north)) / 500
    clear = (np.abs(col - np.round(col)) > 0.2) & (np.abs(row - np.round(row)) > 0.2)  # not on an edge of two cells
    assert clear.sum() > 50
    expected = stored[1][0][np.floor(row[clear]).astype(int), np.floor(col[clear]).astype(int)]
    assert np.array_equal(np.asarray(values[rows, cols])[clear], expected)


def test_scaled_it_covers_the_same_ground_with_means(client, stored):
    part = {"subset": "Lat(12.0:12.2),Lon(108:108.4)", "properties": "doc"}
    fine = opened(cover(client, GEO, **part))
    for asked in ({"scale_factor": 4}, {"scale_size": "Lon(10),Lat(5)"}, {"width": 10, "height": 5}):
        made = opened(cover(client, GEO, **part, **asked))
        assert (made.count, made.width, made.height) == (1, 10, 5)
        assert made.bounds == pytest.approx(fine.bounds)
        means = fine.read(1).reshape(5, 4, 10, 4).mean(axis=(1, 3))
        assert made.read(1) == pytest.approx(means, abs=0.01)


def test_covjson_and_png_say_the_same(client, stored):
    asked = {"subset": "Lat(12.465:12.495),Lon(107.805:107.845)", "properties": "cao"}
    told = cover(client, GEO, f="covjson", **asked).json()
    cells = stored[0][0, :4, :5]
    values = np.array(told["ranges"]["cao"]["values"], dtype=float).reshape(told["ranges"]["cao"]["shape"])
    assert np.isnan(values[:3, :4]).all()
    assert values[3, 4] == cells[3, 4]
    axes = told["domain"]["axes"]
    assert (axes["x"]["start"], axes["x"]["num"]) == (pytest.approx(107.805), 5)
    assert (axes["y"]["start"], axes["y"]["stop"]) == (pytest.approx(12.495), pytest.approx(12.465))
    assert told["parameters"]["cao"]["unit"]["symbol"] == "m"
    with MemoryFile(cover(client, GEO, f="png", **asked).content).open() as picture:
        assert (picture.driver, picture.count) == ("PNG", 4)
        assert (picture.read(4) == 0).tolist() == np.isnan(values).tolist()


def test_the_collection_says_what_it_is_and_who_may_know(client, feed, staff, stored):
    document = feed.get(f"/collections/{GEO}")
    assert document["itemType"] == "coverage"
    assert document["extent"]["spatial"]["bbox"][0] == pytest.approx([107.8, 11.3, 109.3, 12.5])
    assert "minh hoạ" in document["description"]
    for rel in ("coverage", "coverage-rangetype", "coverage-domainset", "schema"):
        for href in feed.hrefs(document, f"http://www.opengis.net/def/rel/ogc/1.0/{rel}"):
            assert client.get(href).status_code == 200
    named = feed.get(f"/collections/{GEO}/schema")["properties"]
    assert {n: p["x-ogc-unit"] for n, p in named.items()} == {"cao": "m", "doc": "°"}
    grid = feed.get(f"/collections/{FLAT}/coverage/domainset")["generalGrid"]
    assert grid["srsName"] == f"{EPSG}5899"
    assert grid["axisLabels"] == ["E", "N"]
    page = client.get(f"/ogc/collections/{GEO}?f=html").text
    assert "Độ cao thử" in page
    listed = {one["id"] for one in feed.get("/collections")["collections"]}
    assert {GEO, FLAT} <= listed
    assert HIDDEN not in listed
    for path in ("", "/coverage", "/schema", "/coverage/domainset"):
        feed.get(f"/collections/{HIDDEN}{path}", status=404)
        assert client.get(f"/ogc/collections/{HIDDEN}{path}", headers=staff).status_code == 200


def test_a_raster_that_comes_or_goes_is_listed_at_once(client, feed, feed_engine, feed_settings, tmp_path):
    def listed():
        collections = {one["id"] for one in feed.get("/collections")["collections"]}
        records = {one["id"] for one in feed.get("/collections/catalogue/items?limit=1000")["features"]}
        assert (name in collections) == (name in records)
        return name in collections

    name = "den-roi-di"
    assert not listed()
    path = write(tmp_path / "c.tif", np.ones((1, 10, 10), "int16"), "EPSG:4326", 107.8, 12.5, SIDE)
    for change, there in (
        (lambda connection: rasters.add(connection, feed_settings, path, id=name, title="Đến rồi đi"), True),
        (lambda connection: rasters.remove(connection, feed_settings, name), False),
    ):
        with feed_engine.begin() as connection:
            change(connection)
        for _ in range(200):
            if client.get(f"/ogc/collections/{name}").is_success == there:
                break
            time.sleep(0.02)
        assert listed() == there


def test_an_answer_that_is_known_is_not_sent_again(client, stored):
    first = cover(client, GEO, subset="Lat(12:12.1)")
    again = client.get(first.request.url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "100,1,101,2"}, "bbox"),
        ({"subset": "Lat(12"}, "subset"),
        ({"subset": "Time(2020)"}, "subset"),
        ({"subset": "Lat(13:12)"}, "subset"),
        ({"subset": "Lat(nan)"}, "subset"),
        ({"subset": "Lat(50:60)"}, "subset"),
        ({"subset": "Lat(12)", "bbox": "107,11,109,12"}, "subset"),
        ({"scale_factor": 0}, "scale-factor"),
        ({"scale_factor": 0.001}, "subset"),
        ({"scale_size": "Lon(99999),Lat(99999)"}, "scale-size"),
        ({"properties": "cao,khac"}, "properties"),
        ({"crs": f"{EPSG}32648"}, "crs"),
        ({"f": "jpeg"}, "f"),
        ({"sai": 1}, "sai"),
    ],
)
def test_bad_requests_name_their_parameter(client, stored, asked, parameter):
    told = cover(client, GEO, status=400, **asked).json()
    assert told["parameter"] == parameter


@pytest.mark.parametrize(
    ("crs", "west", "cell", "words"),
    [
        (None, 500_000, 500, "không ghi hệ toạ độ"),
        ("+proj=tmerc +lat_0=0 +lon_0=107.75 +k=0.9999 +x_0=500000 +datum=WGS84", 500_000, 500, "--crs EPSG:5899"),
        ("EPSG:4326", 2.0, 0.01, "nằm ngoài Việt Nam"),
    ],
)
def test_a_raster_whose_place_is_not_certain_is_refused(feed_engine, feed_settings, tmp_path, crs, west, cell, words):
    values = np.zeros((1, 10, 10), "float32")
    path = write(tmp_path / "sai.tif", values, crs, west, 1_330_000 if cell > 1 else 48, cell)
    with pytest.raises(Problem, match=words), feed_engine.begin() as connection:
        rasters.add(connection, feed_settings, path, id="sai", title="Sai")
    assert not list(rasters.folder(feed_settings).glob("sai*"))


def test_gdal_reads_a_coverage_by_its_address(served, stored):
    """GDAL of Debian opens the GeoTIFF over HTTP and knows where it lies."""
    address = f"{served}/ogc/collections/{FLAT}/coverage?subset=E(520000:540000),N(1300000:1310000)"
    told = subprocess.run(
        ["gdalinfo", f"/vsicurl_streaming/{address}"], capture_output=True, text=True, timeout=60, check=False
    )
    assert 'ID["EPSG",5899]' in told.stdout, told.stderr
    assert "Size is 40, 20" in told.stdout
    assert "Origin = (520000.0" in told.stdout
    assert httpx.get(address).headers["content-crs"] == f"<{EPSG}5899>"


def test_gdal_reads_a_whole_coverage_tile_by_tile(served, stored, tmp_path):
    """Its own client of OGC API finds links, bands and grid, and asks for parts of the size it needs."""
    made = tmp_path / "all.tif"
    command = ["gdal_translate", "-q", "-oo", "API=COVERAGE", f"OGCAPI:{served}/ogc/collections/{GEO}", str(made)]
    # Its cache is put into the folder it runs in.
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert made.exists(), told.stderr
    with rasterio.open(made) as opened_there:
        assert np.array_equal(opened_there.read(), stored[0])
        assert opened_there.transform.almost_equals(from_origin(107.8, 12.5, SIDE, SIDE), 1e-9)
