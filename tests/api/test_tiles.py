"""Vector tiles: what is in them, how they are kept, and what is refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from fastapi.testclient import TestClient
from pmtiles.reader import MmapSource, Reader
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from services.cli import app
from services.settings import Settings
from services.tiles.grid import Tile

Decode = Callable[[bytes], dict[str, list[dict[str, Any]]]]
MVT = "application/vnd.mapbox-vector-tile"
WEST, SOUTH, EAST, NORTH = 107.0, 10.4, 109.2, 12.9  # Lâm Đồng, generously

DA_LAT = Tile(9, 410, 238)


def address(layer: str, tile: Tile, query: str = "") -> str:
    return f"/ogc/collections/{layer}/tiles/WebMercatorQuad/{tile.z}/{tile.y}/{tile.x}{query}"


def over(z: int, *, lon: tuple[float, float] = (WEST, EAST), lat: tuple[float, float] = (SOUTH, NORTH)) -> list[Tile]:
    """Every tile of a zoom that touches the box."""
    found = []
    for x in range(int((lon[0] + 180) / 360 * 2**z), int((lon[1] + 180) / 360 * 2**z) + 1):
        for y in range(2**z):
            _, south, _, north = Tile(z, x, y).degrees
            if south < lat[1] and north > lat[0]:
                found.append(Tile(z, x, y))
    return found


def read(client: TestClient, decode: Decode, layer: str, tile: Tile, query: str = "", **headers: str) -> Any:
    answer = client.get(address(layer, tile, query), headers=headers)
    assert answer.status_code in (200, 204), answer.text
    if answer.status_code == 204:
        assert answer.content == b""
        return {}
    assert answer.headers["content-type"] == MVT
    return decode(answer.content)


@pytest.mark.parametrize("z", [4, 6, 9])
def test_tiles_of_areas_hold_every_area_once_and_every_name_once(client: TestClient, decode: Decode, z: int) -> None:
    ids: set[int] = set()
    names: list[int] = []
    for tile in over(z, lon=(102, 118), lat=(6, 24)):
        sources = read(client, decode, "provinces", tile)
        for feature in sources.get("provinces", []):
            ids.add(feature["id"])
            assert feature["kind"] == 3
            assert set(feature["properties"]) == {"code", "name", "parent"}
        for feature in sources.get("provinces_label", []):
            names.append(feature["id"])
            assert feature["kind"] == 1
            assert set(feature["properties"]) == {"code", "name", "kind"}
    assert len(ids) == 34
    assert sorted(names) == sorted(ids)


def test_tiles_of_communes(client: TestClient, decode: Decode) -> None:
    ids: set[int] = set()
    names: list[int] = []
    for tile in over(9):
        sources = read(client, decode, "communes", tile)
        ids |= {feature["id"] for feature in sources.get("communes", [])}
        names += [feature["id"] for feature in sources.get("communes_label", [])]
        assert {feature["properties"]["parent"] for feature in sources.get("communes", [])} <= {"68"}
    page = client.get("/ogc/collections/communes/items?limit=1000&skipGeometry=true&province_code=68").json()
    assert ids == {feature["id"] for feature in page["features"]}
    assert sorted(names) == sorted(ids)


def test_datetime_picks_the_boundaries(client: TestClient, decode: Decode) -> None:
    def codes(query: str) -> set[str]:
        return {
            feature["properties"]["code"]
            for tile in over(5, lon=(102, 118), lat=(6, 24))
            for feature in read(client, decode, "provinces", tile, query).get("provinces", [])
        }

    assert len(codes("?datetime=2024-06-30")) == 63
    assert len(codes("?datetime=2008-08-01")) == 63
    assert len(codes("?datetime=2025-07-01")) == 34


@pytest.mark.parametrize(("layer", "z"), [("cameras", 11), ("projects", 9), ("citizen-reports", 12)])
def test_tiles_of_features_hold_every_feature(client: TestClient, decode: Decode, layer: str, z: int) -> None:
    items: dict[int, dict[str, Any]] = {}
    url: str | None = f"/ogc/collections/{layer}/items?limit=5000"
    while url:
        page = client.get(url).json()
        items |= {feature["id"]: feature["properties"] for feature in page["features"]}
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    seen: set[int] = set()
    for tile in over(z):
        for feature in read(client, decode, layer, tile).get(layer, []):
            seen.add(feature["id"])
            for name, value in feature["properties"].items():
                assert items[feature["id"]][name] == value
    assert seen == set(items)


def test_cameras_show_what_they_see_from_near(client: TestClient, decode: Decode) -> None:
    lon, lat = client.get("/ogc/collections/cameras/items?limit=1").json()["features"][0]["geometry"]["coordinates"]
    for z, parts in ((13, False), (14, True), (16, True)):
        tile = next(t for t in over(z, lon=(lon, lon), lat=(lat, lat)))
        sources = read(client, decode, "cameras", tile)
        assert sources["cameras"]
        assert ("cameras_view_3857" in sources) == parts


@pytest.mark.parametrize("layer", ["cameras", "citizen-reports"])
@pytest.mark.parametrize("z", [6, 8, 9])
def test_cells_count_every_point_once(client: TestClient, decode: Decode, layer: str, z: int) -> None:
    total = client.get(f"/ogc/collections/{layer}/items?limit=1").json()["numberMatched"]
    cells = [c for tile in over(z) for c in read(client, decode, layer, tile).get(f"{layer}_cells", [])]
    assert sum(cell["properties"]["n"] for cell in cells) == total
    assert len(cells) < total
    assert all(0 <= x <= 4096 and 0 <= y <= 4096 for cell in cells for x, y in cell["points"])


def test_kept_cells_are_those_counted_on_the_way(client: TestClient, decode: Decode) -> None:
    """The table of cells and a count over the points (what a filter needs) agree, place by place."""
    states = "&".join(
        f"state={code}" for code in ("online", "unstable", "offline", "maintenance")
    )  # all of them: the same points by the other way
    for z in (6, 7, 8, 9):
        for tile in over(z):
            kept = read(client, decode, "cameras", tile).get("cameras_cells", [])
            counted = read(client, decode, "cameras", tile, f"?{states}").get("cameras_cells", [])
            assert sorted((c["points"], c["properties"]["n"]) for c in kept) == sorted(
                (c["points"], c["properties"]["n"]) for c in counted
            )


def test_cells_follow_every_change(feed_settings: Settings) -> None:
    """Insert, move, moderate, delete, truncate: the kept cells are always what a fresh count gives."""
    engine = create_engine(feed_settings.database_url or "", connect_args={"options": "-c search_path=public,toancanh"})
    kept = """SELECT DISTINCT sum(n), sum(public_n) FROM toancanh_derived.cell WHERE layer = 'citizen-reports' GROUP BY z"""
    counted = "SELECT count(*), count(*) FILTER (WHERE moderated) FROM toancanh.citizen_report"
    with engine.connect() as connection:
        for change in (
            "SELECT 1",
            "INSERT INTO toancanh.citizen_report (province_code, code, category, title, received_at, moderated, geom) "
            "SELECT '68', 'X' || i, 'khac', 'x', now(), i % 2 = 0, ST_SetSRID(ST_MakePoint(108 + i * 0.001, 12), 4326) "
            "FROM generate_series(1, 500) i",
            "UPDATE toancanh.citizen_report SET geom = ST_Translate(geom, 0.3, 0.2) WHERE code LIKE 'X%'",
            "UPDATE toancanh.citizen_report SET moderated = NOT moderated WHERE id % 3 = 0",
            "UPDATE toancanh.citizen_report SET state = 'da_xu_ly'",
            "DELETE FROM toancanh.citizen_report WHERE id % 2 = 0",
            "TRUNCATE toancanh.citizen_report",
        ):
            connection.execute(text(change))
            expected = tuple(connection.execute(text(counted)).one())
            found = [tuple(row) for row in connection.execute(text(kept)).all()]
            assert found == ([expected] if expected[0] else []), change
        connection.rollback()
    engine.dispose()


def test_filters_narrow_tiles_and_cells(client: TestClient, decode: Decode) -> None:
    for z in (8, 12):
        found: set[str] = set()
        for tile in over(z):
            sources = read(client, decode, "cameras", tile, "?state=offline")
            found |= {f["properties"]["state"] for f in sources.get("cameras", [])}
        assert found <= {"offline"}
    total = client.get("/ogc/collections/cameras/items?limit=1&state=offline").json()["numberMatched"]
    cells = [
        c for tile in over(8) for c in read(client, decode, "cameras", tile, "?state=offline").get("cameras_cells", [])
    ]
    assert sum(cell["properties"]["n"] for cell in cells) == total


def test_gdal_reads_a_tile(client: TestClient) -> None:
    tile = DA_LAT
    body = client.get(address("communes", tile)).content
    assert {name for name, _ in pyogrio.list_layers(body)} == {"communes", "communes_label"}
    frame = pyogrio.read_dataframe(body, layer="communes")
    assert {"code", "name", "parent"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("8/-1/0", 404),
        ("8/0/-1", 404),
        ("8/256/0", 404),
        ("8/0/256", 404),
        ("5/0/0", 404),  # above the zooms of the layer
        ("23/0/0", 404),
        ("99999999999/0/0", 404),
        ("8/99999999999999999999/0", 400),
        ("a/0/0", 400),
        ("8/1.5/0", 400),
        ("8/0/0?foo=1", 400),
        ("8/0/0?f=png", 400),
        ("8/0/0?stream_url=x", 400),
        ("8/0/0", 204),
    ],
)
def test_only_tiles_of_the_grid(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/ogc/collections/cameras/tiles/WebMercatorQuad/{path}")
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    else:
        assert answer.content == b""


def test_unknown_collections_and_figures_have_no_tiles(client: TestClient) -> None:
    for name in ("khong-co", "indicator-hcc-04"):
        assert client.get(f"/ogc/collections/{name}/tiles/WebMercatorQuad/8/0/0").status_code == 404
        assert client.get(f"/ogc/collections/{name}/tiles").status_code == 404


def test_a_tile_is_kept_for_good_under_its_revision_only(client: TestClient, feed_app: Any) -> None:
    tile = over(8)[1]
    revision = feed_app.state.revisions["cameras"]
    for _ in range(2):  # made, then at hand
        true = client.get(address("cameras", tile, f"?f=mvt&v={revision}"))
        assert true.headers["cache-control"] == "public, max-age=31536000, immutable"
        for query in ("", f"?v={revision + 1}", "?v=abc"):
            other = client.get(address("cameras", tile, query))
            assert "immutable" not in other.headers["cache-control"]
            assert other.content == true.content
    areas = feed_app.state.revisions["areas"]
    assert "immutable" not in client.get(address("provinces", tile, f"?v={areas}")).headers["cache-control"]
    dated = client.get(address("provinces", tile, f"?datetime=2025-07-01&v={areas}"))
    assert "immutable" in dated.headers["cache-control"]


def test_tiles_travel_compressed_once(client: TestClient) -> None:
    tile = DA_LAT
    plain = client.get(address("communes", tile), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):
        with client.stream("GET", address("communes", tile), headers={"accept-encoding": "gzip"}) as packed:
            assert packed.headers["content-encoding"] == "gzip"
            raw = b"".join(packed.iter_raw())
        assert gzip.decompress(raw) == plain.content


def test_a_tile_that_did_not_change_is_not_sent_again(client: TestClient) -> None:
    tile = DA_LAT
    first = client.get(address("communes", tile))
    again = client.get(address("communes", tile), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_tile_at_hand_does_not_hide_a_wrong_token(client: TestClient) -> None:
    first = client.get(address("communes", DA_LAT))
    known = {"if-none-match": first.headers["etag"], "authorization": "Bearer wrong"}
    assert client.get(address("communes", DA_LAT), headers=known).status_code == 401


def test_a_change_makes_a_new_tile(feed_app: Any, client: TestClient, decode: Decode, feed_settings: Settings) -> None:
    import time

    engine = create_engine(feed_settings.database_url or "", connect_args={"options": "-c search_path=public,toancanh"})
    lon, lat = 107.31, 10.61
    tile = next(t for t in over(13, lon=(lon, lon), lat=(lat, lat)))
    before = client.get(address("projects", tile))
    with engine.begin() as connection:
        number = connection.execute(
            text(
                "INSERT INTO toancanh.project (province_code, code, name, investor, state, geom) VALUES "
                "('68', 'MOI', 'Dự án mới', 'x', 'dang_thi_cong', ST_SetSRID(ST_MakePoint(107.31, 10.61), 4326)) RETURNING id"
            )
        ).scalar_one()
    try:
        for _ in range(40):  # two seconds at most
            after = client.get(address("projects", tile), headers={"if-none-match": before.headers["etag"]})
            if after.status_code == 200:
                break
            time.sleep(0.05)
        assert [f["id"] for f in decode(after.content)["projects"]] == [number]
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DELETE FROM toancanh.project WHERE id = {number}"))
        engine.dispose()


def test_descriptions_of_tiles(client: TestClient, decode: Decode) -> None:
    grid = client.get("/ogc/tileMatrixSets/WebMercatorQuad").json()
    assert len(grid["tileMatrices"]) == 23
    assert grid["tileMatrices"][3]["matrixWidth"] == 8
    listed = client.get("/ogc/collections/cameras/tiles").json()["tilesets"][0]
    assert listed["dataType"] == "vector"
    described = client.get("/ogc/collections/cameras/tiles/WebMercatorQuad").json()
    template = next(link for link in described["links"] if link["rel"] == "item")
    assert template["templated"] is True
    limits = {one["tileMatrix"]: one for one in described["tileMatrixSetLimits"]}["12"]
    made = template["href"].format(tileMatrix=12, tileRow=limits["minTileRow"], tileCol=limits["minTileCol"])
    assert client.get(made).status_code in (200, 204)
    tilejson = client.get("/ogc/collections/cameras/tiles/WebMercatorQuad?f=tilejson").json()
    assert tilejson["tilejson"] == "3.0.0"
    names = {one["id"] for one in tilejson["vector_layers"]}
    assert names == {"cameras", "cameras_cells", "cameras_view_3857"} == {one["id"] for one in described["layers"]}
    tile = over(9)[5]
    ready = tilejson["tiles"][0].format(z=tile.z, y=tile.y, x=tile.x)
    assert "immutable" in client.get(ready).headers["cache-control"]


def test_tiles_in_degrees_lie_where_the_features_are(client: TestClient, decode: Decode) -> None:
    """WorldCRS84Quad: two columns at zoom 0, a point at its own longitude and latitude."""
    described = client.get("/ogc/collections/cameras/tiles/WorldCRS84Quad").json()
    page = client.get("/ogc/collections/cameras/items?limit=5000").json()
    items = {feature["id"]: feature["geometry"]["coordinates"] for feature in page["features"]}
    template = next(link["href"] for link in described["links"] if link["rel"] == "item")
    z = "10"
    held = next(one for one in described["tileMatrixSetLimits"] if one["tileMatrix"] == z)
    size, seen = 180 / 2 ** int(z), {}
    for row in range(held["minTileRow"], held["maxTileRow"] + 1):
        for column in range(held["minTileCol"], held["maxTileCol"] + 1):
            answer = client.get(template.format(tileMatrix=z, tileRow=row, tileCol=column))
            for feature in decode(answer.content).get("cameras", []) if answer.status_code == 200 else []:
                x, y = feature["points"][0]
                seen[feature["id"]] = (column * size - 180 + x / 4096 * size, 90 - row * size - y / 4096 * size)
    assert seen.keys() == items.keys()
    off = [abs(seen[i][axis] - items[i][axis]) for i in items for axis in (0, 1)]
    assert max(off) <= size / 4096
    # Cells and areas too.
    cells = decode(client.get("/ogc/collections/cameras/tiles/WorldCRS84Quad/6/27/102").content)["cameras_cells"]
    assert sum(cell["properties"]["n"] for cell in cells) <= len(items)
    areas = decode(client.get("/ogc/collections/provinces/tiles/WorldCRS84Quad/6/27/102").content)
    assert {feature["kind"] for feature in areas["provinces"]} == {3}
    assert client.get("/ogc/collections/provinces/tiles/WorldCRS84Quad/0/0/2").status_code == 404


def test_an_archive_holds_the_tiles_the_server_gives(
    client: TestClient, decode: Decode, feed_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lop.pmtiles"
    monkeypatch.setenv("TOANCANH_DATABASE_URL", str(feed_settings.database_url))
    made = CliRunner().invoke(app, ["tiles", str(path), "-l", "provinces", "-l", "cameras", "--zoom", "10"])
    assert made.exit_code == 0, made.output
    with path.open("rb") as file:
        archive = Reader(MmapSource(file))
        assert {one["id"] for one in archive.metadata()["vector_layers"]} >= {"provinces", "cameras", "cameras_cells"}
        west = archive.header()["min_lon_e7"] / 1e7
        assert 102 < west < 103
        for tile in (Tile(6, 51, 29), Tile(9, 410, 238), Tile(10, 820, 477)):
            kept = decode(gzip.decompress(archive.get(tile.z, tile.x, tile.y)))
            given = read(client, decode, "provinces", tile) | read(client, decode, "cameras", tile)
            assert kept.keys() == given.keys()
            for name, features in kept.items():
                assert sorted(map(repr, features)) == sorted(map(repr, given[name]))
    assert list(tmp_path.iterdir()) == [path]
