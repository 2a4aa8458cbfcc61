"""Map pictures over HTTP: classes and colours of the screen, every system, dress, size, and what is refused."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import httpx
import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from layers.catalogue import catalogue
from services.ogc.maps.frame import carry, ground
from services.ogc.maps.ground import around
from services.ogc.systems import SYSTEMS, URIS
from styles.basemap import ARCHIPELAGOS
from styles.canvas import Canvas, width_of
from styles.outlines import outlines
from styles.palette import AREA, SEA, TEXT_SEA

BOX = "107.2,10.7,108.9,12.8"
PICTURE = "/ogc/collections/indicator-hcc-04/map?within=68&level=commune"


def taken(client: TestClient, address: str, **headers: str) -> tuple[np.ndarray[Any, Any], httpx.Response]:
    """Return a picture as rows of (red, green, blue, alpha) from the north, and its answer."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text[:400]
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA")), answer


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def place(answer: httpx.Response, shape: tuple[int, ...], uri: str, lon: float, lat: float) -> tuple[int, int]:
    """Return row and column of a place by what the headers say of the picture."""
    assert answer.headers["content-crs"] == f"<{uri}>"
    sides = [float(side) for side in answer.headers["content-bbox"].split(",")]
    to = next(one for one in SYSTEMS if one.uri == uri)
    west, south, east, north = (sides[k] for k in ((1, 0, 3, 2) if to.swapped else (0, 1, 2, 3)))
    x, y = carry(np.array([lon]), np.array([lat]), 4326, to.srid)
    return int((north - y[0]) / (north - south) * shape[0]), int((x[0] - west) / (east - west) * shape[1])


@pytest.fixture(scope="module")
def communes(client: TestClient) -> list[dict[str, Any]]:
    """Communes of Lâm Đồng with the figure that the map shows, and a point well inside."""
    page = client.get("/ogc/collections/indicator-hcc-04/items?limit=300&level=commune").json()
    found = []
    for one in page["features"]:
        shape = shapely.geometry.shape(one["geometry"])
        inside = shapely.maximum_inscribed_circle(max(shapely.get_parts(shape), key=lambda part: part.area))
        if shapely.length(inside) > 0.02:  # degrees: no other outline is drawn there
            found.append({**one["properties"], "at": shapely.get_coordinates(inside)[0]})
    assert len(found) > 60
    return found


@pytest.mark.parametrize("uri", URIS)
def test_each_area_has_the_colour_of_its_class(client: TestClient, communes: list[dict[str, Any]], uri: str) -> None:
    legend = client.get("/api/indicators/HCC-04/legend?within=68&level=commune").json()
    pixels, answer = taken(client, f"{PICTURE}&width=900&crs={uri}")
    met = set()
    for one in communes:
        row, column = place(answer, pixels.shape, uri, *one["at"])
        if one["value"] is None:
            expected = next(row["colour"] for row in legend["blanks"] if row["key"] == one["blank"])
        else:
            rows = legend["classes"]
            expected = next((row for row in rows if row["from"] <= one["value"] < row["to"]), rows[-1])["colour"]
        assert tuple(pixels[row, column]) == (*rgb(expected), 255), one["name"]
        met.add(expected)
    assert len(met) >= 4


@pytest.mark.parametrize(
    ("style", "method", "tone"), [("natural", "natural", "colour"), ("target-dark", "target", "colour_dark")]
)
def test_styles_cut_as_the_legend_does(
    client: TestClient, communes: list[dict[str, Any]], style: str, method: str, tone: str
) -> None:
    legend = client.get(f"/api/indicators/HCC-04/legend?within=68&level=commune&method={method}").json()
    assert legend["method"] == method
    address = f"/ogc/collections/indicator-hcc-04/styles/{style}/map?within=68&level=commune&width=900"
    pixels, answer = taken(client, address)
    checked = 0
    for one in communes:
        if one["value"] is None or (method == "target" and one["state"] is None):
            continue
        if method == "target":
            expected = next(row[tone] for row in legend["classes"] if row["key"] == one["state"])
        else:
            rows = legend["classes"]
            expected = next((row for row in rows if row["from"] <= one["value"] < row["to"]), rows[-1])[tone]
        row, column = place(answer, pixels.shape, URIS[0], *one["at"])
        assert tuple(pixels[row, column][:3]) == rgb(expected), one["name"]
        checked += 1
    assert checked > 50


def test_another_month_is_another_picture(client: TestClient) -> None:
    now, answer = taken(client, f"{PICTURE}&width=200&legend=true")
    then, before = taken(client, f"{PICTURE}&width=200&legend=true&datetime=2026-03")
    assert before.headers["content-datetime"] == "2026-03-01/2026-03-31"
    assert answer.headers["content-datetime"] != before.headers["content-datetime"]
    assert (now != then).any()


def test_figures_are_drawn_on_the_areas_of_another_time(client: TestClient) -> None:
    today, _ = taken(client, f"{PICTURE}&width=400&bbox={BOX}")
    former, _ = taken(client, f"{PICTURE}&width=400&bbox={BOX}&boundary=former-commune")
    assert today.shape == former.shape
    assert (today != former).any(axis=2).mean() > 0.05


@pytest.mark.parametrize("name", ["provinces", "cameras", "indicator-nen-01", "planning-zones"])
@pytest.mark.parametrize("dress", ["", "&transparent=false", "&bgcolor=white"])
def test_every_national_picture_names_the_archipelagos(client: TestClient, name: str, dress: str) -> None:
    pixels, answer = taken(client, f"/ogc/collections/{name}/map?bbox=102,6.5,118,23.5&width=700{dress}")
    ink = np.array(rgb(TEXT_SEA.light))
    for _, _, lon, lat in ARCHIPELAGOS:
        row, column = place(answer, pixels.shape, URIS[0], lon, lat)
        near = pixels[row - 16 : row + 16, column - 70 : column + 70]
        letters = (np.abs(near[..., :3].astype(int) - ink).max(axis=2) < 12) & (near[..., 3] > 200)
        assert letters.sum() > 40


def test_the_ground_is_that_of_the_map(client: TestClient) -> None:
    address = f"/ogc/collections/communes/map?bbox={BOX}&width=300"
    clear, answer = taken(client, address)
    own, _ = taken(client, f"{address}&transparent=false")
    plain, _ = taken(client, f"{address}&bgcolor=0x3366CC")
    sea = place(answer, clear.shape, URIS[0], 108.85, 10.75)
    assert clear[sea][3] == 0
    assert tuple(own[sea]) == (*rgb(SEA.light), 255)
    assert tuple(plain[sea]) == (0x33, 0x66, 0xCC, 255)
    both, _ = taken(client, f"{address}&bgcolor=red&transparent=true")
    assert tuple(both[sea])[3] == 0
    assert (own[..., :3] == rgb(AREA.light)).all(axis=2).mean() > 0.3


def test_objects_are_drawn_in_the_colours_of_their_kind(client: TestClient) -> None:
    """Land use lies over the ground as on the screen, a camera is a disc in the colour of its state."""
    zones = client.get("/ogc/collections/planning-zones/items?limit=400").json()["features"]
    look = catalogue["planning-zones"].look[0]
    colours = {item.value: rgb(item.colour) for item in look.colour.items}  # type: ignore[union-attr]
    large = max(zones, key=lambda one: shapely.geometry.shape(one["geometry"]).area)
    shape = shapely.geometry.shape(large["geometry"])
    west, south, east, north = shape.buffer(0.002).bounds
    pixels, answer = taken(
        client, f"/ogc/collections/planning-zones/map?bbox={west},{south},{east},{north}&width=300&bgcolor=white"
    )
    at = shapely.get_coordinates(
        shapely.maximum_inscribed_circle(shape if shape.geom_type == "Polygon" else shape.geoms[0])
    )[0]
    seen = pixels[place(answer, pixels.shape, URIS[0], *at)][:3].astype(int)
    wanted = 0.72 * np.array(colours[large["properties"]["land_use"]]) + 0.28 * 255
    assert np.abs(seen - wanted).max() <= 3

    camera = client.get("/ogc/collections/cameras/items?limit=1&state=offline").json()["features"][0]
    lon, lat = camera["geometry"]["coordinates"]
    pixels, answer = taken(
        client, f"/ogc/collections/cameras/map?center={lon},{lat}&scale-denominator=20000&width=200&height=160"
    )
    row, column = place(answer, pixels.shape, URIS[0], lon, lat)
    assert tuple(pixels[row, column]) == (*rgb("#c8372d"), 255)
    only = client.get(
        f"/ogc/collections/cameras/map?center={lon},{lat}&scale-denominator=20000&width=200&height=160&state=online"
    )
    other = np.asarray(Image.open(io.BytesIO(only.content)).convert("RGBA"))
    assert tuple(other[row, column]) != (*rgb("#c8372d"), 255)


def test_what_is_not_public_is_not_drawn(client: TestClient, staff: dict[str, str], hidden: str) -> None:
    report = next(
        one
        for one in client.get("/ogc/collections/citizen-reports/items?limit=1000&sortby=id", headers=staff).json()[
            "features"
        ]
        if one["properties"]["title"] == hidden
    )
    lon, lat = report["geometry"]["coordinates"]
    address = f"/ogc/collections/citizen-reports/map?center={lon},{lat}&scale-denominator=1000&width=60&height=60"
    public, _ = taken(client, address)
    theirs, answer = taken(client, address, **staff)
    assert theirs[30, 30, 3] == 255
    assert public[30, 30, 3] == 0 or tuple(public[30, 30]) != tuple(theirs[30, 30])
    assert "no-store" in answer.headers["cache-control"]


def test_several_collections_lie_over_each_other(client: TestClient) -> None:
    address = (
        "/ogc/map?collections=communes,indicator-hcc-04,cameras&bbox=108.3,11.8,108.6,12.1&width=300&transparent=false"
    )
    pixels, answer = taken(client, address)
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20
    assert answer.headers["content-bbox"] == "108.3000000,11.8000000,108.6000000,12.1000000"
    alone, _ = taken(client, address.replace("communes,indicator-hcc-04,", ""))
    assert (alone != pixels).any()


def test_the_legend_tells_the_classes(client: TestClient) -> None:
    legend = client.get("/api/indicators/HCC-04/legend?within=68&level=commune").json()
    alone, _ = taken(client, f"{PICTURE}&legend=only")
    beside, _ = taken(client, f"{PICTURE}&legend=true&width=800&height=600&transparent=false&title=Hồ sơ đúng hạn")
    for row in legend["classes"]:
        for pixels in (alone, beside):
            assert (pixels[..., :3] == rgb(row["colour"])).all(axis=2).sum() > 150, row
    bare, _ = taken(client, f"{PICTURE}&width=800&height=600&transparent=false")
    assert beside.shape == bare.shape


def test_every_vietnamese_letter_has_a_shape() -> None:
    """A letter that the font lacks would be drawn as an empty box, the same for all of them."""
    marks = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = [base + mark for base in "aăâeêioôơuưy" for mark in marks] + ["đ"]
    drawn = set()
    for letter in letters + [one.upper() for one in letters]:
        canvas = Canvas(40, 40, "#ffffff")
        canvas.text(8, 12, letter, 20, "#000000")
        assert width_of(letter, 20) > 2
        drawn.add(canvas.encode("png"))
    assert len(drawn) == 2 * len(letters)


def test_size_and_form_are_as_asked(client: TestClient) -> None:
    both, answer = taken(client, f"/ogc/collections/provinces/map?width=321&height=123&bbox={BOX}")
    assert both.shape[:2] == (123, 321)
    assert answer.headers["content-type"] == "image/png"
    one, _ = taken(client, "/ogc/collections/provinces/map?width=300&bbox=108,11,109,12&crs=EPSG:3857")
    assert abs(one.shape[0] - 300 / math.cos(math.radians(11.5)) * math.cos(math.radians(11.5)) * 1.02) < 4
    webp, answer = taken(client, f"{PICTURE}&width=200&f=webp")
    assert answer.headers["content-type"] == "image/webp"
    png, _ = taken(client, f"{PICTURE}&width=200")
    clear = png[..., 3] == 0
    assert (webp[~clear] == png[~clear]).all()  # lossless
    negotiated = client.get(f"{PICTURE}&width=50", headers={"accept": "image/webp"})
    assert negotiated.headers["content-type"] == "image/webp"


def test_subset_and_bbox_and_scale_mean_the_same_ground(client: TestClient) -> None:
    here = "/ogc/collections/communes/map?width=200&crs=EPSG:3405"
    box = client.get(f"{here}&bbox=108,11.5,109,12")
    swapped = client.get(f"{here}&bbox=11.5,108,12,109&bbox-crs=EPSG:4326")
    part = client.get(f"{here}&subset=Lat(11.5:12)&subset=Lon(108:109)")
    assert box.content == swapped.content == part.content
    scaled = client.get(
        "/ogc/collections/communes/map?crs=EPSG:3405&bbox=600000,1250000,640000,1280000&bbox-crs=EPSG:3405&scale-denominator=500000"
    )
    width, height = Image.open(io.BytesIO(scaled.content)).size
    assert (width, height) == (round(40000 / 140), round(30000 / 140))


@pytest.mark.parametrize("title", ["$\\frac{1}{2}$", "$$", "\n\t", "100 % {x} \\ 🦀", "Ẵ" * 400])
def test_a_title_is_words_and_nothing_else(client: TestClient, title: str) -> None:
    answer = client.get("/ogc/collections/provinces/map", params={"title": title, "width": 150})
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).size[0] == 150


def test_a_picture_is_kept_until_the_data_change(client: TestClient) -> None:
    first = client.get(f"{PICTURE}&width=120")
    again = client.get(f"{PICTURE}&width=120", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    assert client.get(f"{PICTURE}&width=121").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("map?collections=khong-co", "collections"), ("map?collections=,", "collections"), ("map?width=0", "width"),
        ("map?height=5000", "height"), ("map?width=1e3", "width"), ("map?bgcolor=xanh", "bgcolor"),
        ("map?transparent=co", "transparent"), ("map?legend=all", "legend"), ("map?f=gif", "f"), ("map?bbox=1,2,3", "bbox"),
        ("map?bbox=108,11,108,12", "bbox"), ("map?bbox=180,0,-170,1", "bbox"), ("map?bbox=nan,0,1,1", "bbox"),
        ("map?crs=EPSG:9219", "crs"), ("map?bbox-crs=EPSG:1", "bbox-crs"), ("map?subset=Lon(1:2", "subset"),
        ("map?subset=x(1:2)", "subset"), ("map?subset=Lon(1:2)&bbox=1,2,3,4", "subset"),
        ("map?center=108", "center"), ("map?center=108,11&bbox=1,2,3,4", "center"),
        ("map?scale-denominator=1", "scale-denominator"), ("map?scale-denominator=1000&bbox=107,11,109,12", "scale-denominator"),
        ("map?scale-denominator=1000000&bbox=107,11,109,12&width=9", "scale-denominator"), ("map?layers=a", "layers"),
        ("map?width=100&style=x", "style"), ("collections/cameras/map?state=1&level=commune", "level"),
        ("collections/indicator-hcc-04/map?level=xa", "level"), ("collections/indicator-hcc-04/map?within=00", "within"),
        ("collections/indicator-hcc-04/map?classes=9", "classes"), ("collections/indicator-hcc-04/map?datetime=mai", "datetime"),
        ("collections/indicator-hcc-04/map?boundary=mai", "boundary"),
    ],
)  # fmt: skip
def test_bad_requests_name_the_parameter(client: TestClient, address: str, parameter: str) -> None:
    answer = client.get(f"/ogc/{address}")
    assert answer.status_code == 400, answer.text[:300]
    assert answer.json()["parameter"] == parameter


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for address in (
        "collections/khong-co/map", "collections/cameras/styles/khong-co/map", "collections/cameras/styles/target/map",
        "collections/indicator-hcc-04/map?datetime=1990", "collections/indicator-nen-01/styles/target/map",
    ):  # fmt: skip
        assert client.get(f"/ogc/{address}").status_code == 404, address


def test_maps_are_linked_and_described(client: TestClient) -> None:
    rel = "http://www.opengis.net/def/rel/ogc/1.0/map"
    landing = client.get("/ogc?f=json").json()
    described = client.get("/ogc/collections/indicator-hcc-04?f=json").json()
    for document in (landing, described):
        href = next(one["href"] for one in document["links"] if one["rel"] == rel)
        assert client.get(href).headers["content-type"] == "image/png"
    paths = client.get("/ogc/openapi?f=json").json()["paths"]
    asked = json.dumps(paths["/collections/{collectionId}/map"])
    assert all(f'/{name}"' in asked for name in ("width", "bbox", "bgcolor", "scale-denominator", "within"))
    kept = client.get("/ogc/conformance?f=json").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/core" in kept


@given(lon=st.floats(102.5, 117.5), lat=st.floats(7, 23), srid=st.sampled_from([one.srid for one in SYSTEMS]))
def test_places_come_back_from_every_system(lon: float, lat: float, srid: int) -> None:
    x, y = carry(np.array([lon]), np.array([lat]), 4326, srid)
    back = carry(x, y, srid, 4326)
    assert abs(back[0][0] - lon) < 1e-7
    assert abs(back[1][0] - lat) < 1e-7


@given(
    lon=st.floats(103, 117), lat=st.floats(8, 23), scale=st.floats(1e3, 1e6), to=st.sampled_from(SYSTEMS),
    width=st.integers(50, 800), height=st.integers(50, 800),
)  # fmt: skip
def test_a_scale_means_metres_on_the_ground(
    lon: float, lat: float, scale: float, to: Any, width: int, height: int
) -> None:
    metres = scale * 0.00028
    x, y = carry(np.array([lon]), np.array([lat]), 4326, to.srid)
    across, up = ground(around((float(x[0]), float(y[0])), to, metres, width, height), to)
    assert across == pytest.approx(metres * width, rel=0.002)
    assert up == pytest.approx(metres * height, rel=0.002)


@given(
    rings=st.lists(
        st.tuples(st.integers(-500, 500), st.integers(2, 40), st.booleans(), st.booleans()), min_size=1, max_size=6
    )
)
def test_holes_stay_open_however_rings_run(rings: list[tuple[int, int, bool, bool]]) -> None:
    """Shells run against the clock, holes with it; signed areas of the outline then add up to the area of the shape."""
    shapes = []
    for number, (at, size, hole, turned) in enumerate(rings):
        x, y = 1e7 + number * 100, 1e6 + at
        shell = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
        inner = [[(x + 0.5, y + 0.5), (x + 0.5, y + 1), (x + 1, y + 1), (x + 1, y + 0.5)]] if hole else []
        made = shapely.Polygon(shell[::-1] if turned else shell, [ring[::-1] for ring in inner] if turned else inner)
        shapes.append(shapely.MultiPolygon([made, shapely.box(x + 50, y, x + 51, y + 1)]) if number % 2 else made)
    drawn = outlines(np.array(shapes, dtype=object))
    for number, shape in enumerate(shapes):
        path = drawn.one(number)
        assert path is not None
        signed = 0.0
        for ring in np.split(path.vertices, np.flatnonzero(path.codes == 1)[1:]):
            x, y = (ring - ring[0]).T
            signed += float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
        assert signed == pytest.approx(shape.area)
