"""OGC API – Tiles Part 1: the abstract tests of core, tileset, tilesets list, geodata tilesets and vector tiles."""

from __future__ import annotations

import pyogrio
import pytest

TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
MVT = "application/vnd.mapbox-vector-tile"
LAYERS = ["provinces", "communes", "cameras", "projects"]
HOME = {"WebMercatorQuad": (8, 119, 205), "WorldCRS84Quad": (8, 111, 410)}  # a tile of Lâm Đồng: zoom, row, column


@pytest.fixture(params=LAYERS)
def layer(request, api):
    return api.json(f"/collections/{request.param}")


@pytest.fixture(params=list(HOME))
def tileset(request, api, layer):
    """The tile set of a layer in a grid, as the list of its tile sets leads to it."""
    listed = api.json(api.link(layer, "tilesets-vector")["href"])["tilesets"]
    (told,) = [one for one in listed if one["tileMatrixSetURI"].endswith(f"/{request.param}")]
    return api.json(api.link(told, "self")["href"])


def template(api, tileset):
    link = api.link(tileset, "item", MVT)
    assert link["templated"] is True
    for name in ("{tileMatrix}", "{tileRow}", "{tileCol}"):
        assert name in link["href"]
    return link["href"]


def tile(api, tileset, zoom, row, column):
    address = template(api, tileset)
    for name, text in (("tileMatrix", zoom), ("tileRow", row), ("tileCol", column)):
        address = address.replace(f"{{{name}}}", str(text))
    return api.get(address)


def held(answer, folder):
    """How many features GDAL finds in a tile."""
    file = folder / "tile.mvt"
    file.write_bytes(answer.content)
    return sum(pyogrio.read_info(file, layer=name)["features"] for name, _ in pyogrio.list_layers(file))


def grid(api, tileset):
    return api.json(api.link(tileset, "tiling-scheme")["href"])


def home(tileset):
    return HOME[tileset["tileMatrixSetURI"].rpartition("/")[2]]


@pytest.mark.ats("Conformance.validateConformanceOperationAndResponse", "MandatoryCore.verifyMinimalConformance")
def test_conformance(api):
    declared = api.json("/conformance")["conformsTo"]
    assert {f"{TILES}/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")} <= set(
        declared
    )
    assert {"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core"} <= set(declared)


@pytest.mark.ats("ApiDefinition.apiDefinitionValidation", "ApiDefinition.apiDefinitionOperationIdValidation")
def test_api_definition(api):
    here = "/collections/{c}/tiles"
    operations = {path: api.operation(path) for path in (here, f"{here}/{{g}}", f"{here}/{{g}}/{{z}}/{{y}}/{{x}}")}
    names = [one["operationId"] for one in operations.values()]
    assert len(set(names)) == 3
    assert [name.rpartition(".")[2].lower().removeprefix("get") for name in names] == ["tilesets", "tileset", "tile"]
    assert MVT in api.media(f"{here}/{{g}}/{{z}}/{{y}}/{{x}}")


@pytest.mark.ats(
    "Tile.validateTileMatrixDefinitionIsAvailable",
    "Tile.validateTileRowDefinitionIsAvailable",
    "Tile.validateTileColDefinitionIsAvailable",
)
def test_tile_parameters(api, abstract):
    name = {"Matrix": "tileMatrix", "Row": "tileRow", "Col": "tileCol"}[
        abstract.split("Tile")[2].removesuffix("DefinitionIsAvailable")
    ]
    told = api.parameter("/collections/{c}/tiles/{g}/{z}/{y}/{x}", name)
    assert (told["in"], told["required"]) == ("path", True)
    assert told["schema"]["type"] in ("integer", "string")


@pytest.mark.ats(
    "Tile.validateTilesAreAvailable",
    "Tile.validateSuccessfulTilesExecutionFollowingLinks",
    "MandatoryCore.validateSuccessfulTilesExecution",
    "/conf/mvt/content",
)
def test_tiles_are_answered(api, layer, tileset, tmp_path):
    """From the collection to the tile by links alone; the tile holds the layer's features."""
    answer = tile(api, tileset, *home(tileset))
    assert answer.status_code in (200, 204)
    if layer["id"] in ("provinces", "communes", "cameras"):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == MVT
        assert held(answer, tmp_path) > 0
    far = tile(api, tileset, 8, 0, 0)
    assert far.status_code in (200, 204)
    assert not far.content or held(far, tmp_path) == 0


@pytest.mark.ats("Tile.validateTilesErrorConditions", "MandatoryCore.verifyErrorResponses")
@pytest.mark.parametrize(
    "where", [(99, 0, 0), (0, 5, 0), (0, 0, 5), (-1, 0, 0), (8, -1, 0), (8, 10**30, 0), ("x", 0, 0), (8, "x", 0)]
)
def test_tiles_that_are_not_there(api, tileset, where):
    answer = tile(api, tileset, *where)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.ats(
    "GeospatialDataResource.geospatialResourceTilesetsLinksCheck",
    "GeospatialDataResource.geospatialResourceTilesetsRetrieval",
    "TilesetLlinks.validateTilesetsListResponse",
)
def test_tile_sets_are_listed(api, layer):
    document = api.json(api.link(layer, "tilesets-vector", "json")["href"])
    assert len(document["tilesets"]) == len(HOME)
    for one in document["tilesets"]:
        assert one["dataType"] == "vector"
        assert one["crs"]
        assert api.link(one, "self", "json")["href"].startswith(f"{api.root}/collections/{layer['id']}/tiles/")
        assert api.link(one, "tiling-scheme", "json")


@pytest.mark.ats("/conf/tileset/description", "/conf/tileset/tms-uri-or-definition")
def test_a_tile_set_describes_itself(api, tileset):
    assert tileset["dataType"] == "vector"
    scheme = grid(api, tileset)
    assert scheme["uri"] == tileset["tileMatrixSetURI"]
    assert scheme["crs"] == tileset["crs"]
    matrices = {one["id"]: one for one in scheme["tileMatrices"]}
    for limit in tileset.get("tileMatrixSetLimits", []):
        matrix = matrices[limit["tileMatrix"]]
        assert 0 <= limit["minTileRow"] <= limit["maxTileRow"] < matrix["matrixHeight"]
        assert 0 <= limit["minTileCol"] <= limit["maxTileCol"] < matrix["matrixWidth"]


@pytest.mark.ats("/conf/tilematrixset/definition")
@pytest.mark.parametrize("name", list(HOME))
def test_grids_are_those_of_the_standard(api, name):
    """Each zoom doubles the one before; the corner and the scale are those that the standard lists."""
    scheme = api.json(f"/tileMatrixSets/{name}")
    wide, corner, scale = {
        "WebMercatorQuad": (1, [-20037508.3427892, 20037508.3427892], 559082264.028717),
        "WorldCRS84Quad": (2, [-180, 90], 279541132.014358),
    }[name]
    for zoom, matrix in enumerate(scheme["tileMatrices"]):
        assert matrix["id"] == str(zoom)
        assert (matrix["matrixWidth"], matrix["matrixHeight"]) == (wide * 2**zoom, 2**zoom)
        assert (matrix["tileWidth"], matrix["tileHeight"]) == (256, 256)
        assert matrix["pointOfOrigin"] == pytest.approx(corner, rel=1e-12)
        assert matrix["scaleDenominator"] == pytest.approx(scale / 2**zoom, rel=1e-9)
