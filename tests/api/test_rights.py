"""No outlet shows anyone what another hides: every layer, every role, every way out."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from layers.catalogue import catalogue
from layers.layer import Layer
from layers.viewer import PUBLIC

LAYERS = list(catalogue.values())
FORMS = ("f=json", "f=html", "f=html&lang=en")


def outlets(client: TestClient, layer: Layer, headers: dict[str, str]) -> list[tuple[str, bytes]]:
    """Return address and body of everything that tells of a layer."""
    here = f"/ogc/collections/{layer.id}"
    page = client.get(f"{here}/items?limit=3", headers=headers).json()
    ids = [feature["id"] for feature in page["features"]]
    paths = [
        "/ogc/collections",
        "/ogc/openapi",
        here,
        f"{here}/queryables",
        f"{here}/schema",
        f"{here}/tiles",
        f"{here}/tiles/WebMercatorQuad",
        f"{here}/items/{ids[0]}",
    ]
    addresses = [f"{path}?{form}" for path in paths for form in FORMS]
    addresses += [f"{here}/items?limit=5000&skipGeometry=true&{form}" for form in FORMS[:2]]
    addresses += [f"{here}/tiles/WebMercatorQuad?f=tilejson", "/api/start"]
    for z, size in ((9, 2), (12, 12), (14, 3)):
        x, y = int((108.44 + 180) / 360 * 2**z), {9: 238, 12: 1910, 14: 7643}[z]
        steps = itertools.product(range(size), range(size))
        addresses += [f"{here}/tiles/WebMercatorQuad/{z}/{y + dy - 1}/{x + dx - 1}" for dy, dx in steps]
    found = []
    for address in addresses:
        answer = client.get(address, headers=headers)
        assert answer.status_code in (200, 204), (address, answer.text[:200])
        found.append((address, answer.content))
    return found


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_the_public_never_meets_what_is_private(client: TestClient, layer: Layer, secret: str, hidden: str) -> None:
    private = [field.name for field in layer.fields if not field.public]
    for address, body in outlets(client, layer, {}):
        assert secret.encode() not in body, address
        assert hidden.encode() not in body, address
        if address.startswith(("/ogc/collections/", "/api")):
            for name in private:
                assert name.encode() not in body, (address, name)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_the_public_cannot_ask_by_what_is_private(client: TestClient, layer: Layer) -> None:
    here = f"/ogc/collections/{layer.id}"
    for field in layer.fields:
        if field.public:
            continue
        for query in (f"{field.name}=1", f"properties={field.name}", f"sortby={field.name}"):
            assert client.get(f"{here}/items?{query}").status_code == 400, query
        assert client.get(f"{here}/tiles/WebMercatorQuad/9/238/410?{field.name}=1").status_code == 400


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_staff_meet_every_field_and_nobody_keeps_their_answers(
    client: TestClient, layer: Layer, staff: dict[str, str]
) -> None:
    here = f"/ogc/collections/{layer.id}"
    for path in ("/items?limit=2", "/queryables", "/schema", "", "/tiles/WebMercatorQuad/9/238/410"):
        answer = client.get(here + path, headers=staff)
        assert answer.status_code in (200, 204)
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
    page = client.get(f"{here}/items?limit=2", headers=staff).json()
    names = {field.name for field in layer.fields}
    assert names <= set(page["features"][0]["properties"])
    assert names <= set(client.get(f"{here}/queryables", headers=staff).json()["properties"])


def test_staff_see_reports_that_wait_for_moderation(
    client: TestClient, staff: dict[str, str], hidden: str, decode: Callable[[bytes], Any]
) -> None:
    here = "/ogc/collections/citizen-reports"
    mine = client.get(f"{here}/items?limit=1&moderated=false", headers=staff).json()
    everything = client.get(f"{here}/items?limit=1", headers=staff).json()["numberMatched"]
    shown = client.get(f"{here}/items?limit=1").json()["numberMatched"]
    assert everything == shown + mine["numberMatched"]
    number = client.get(f"{here}/items?limit=5&title={hidden}", headers=staff).json()["features"][0]["id"]
    assert client.get(f"{here}/items/{number}", headers=staff).status_code == 200
    assert client.get(f"{here}/items/{number}").status_code == 404

    def counted(headers: dict[str, str]) -> int:
        total = 0
        for y, x in itertools.product(range(57, 61), range(100, 104)):
            body = client.get(f"{here}/tiles/WebMercatorQuad/7/{y}/{x}", headers=headers).content
            cells = decode(body).get("citizen-reports_cells", []) if body else []
            total += sum(cell["properties"]["n"] for cell in cells)
        return total

    # In this order, so that an answer kept for one would be met by the other.
    assert [counted({}), counted(staff), counted({})] == [shown, everything, shown]


def test_a_wrong_token_is_not_silently_the_public(client: TestClient) -> None:
    for path in ("/collections", "/collections/cameras/items", "/collections/cameras/tiles/WebMercatorQuad/9/238/410"):
        answer = client.get(f"/ogc{path}", headers={"authorization": "Bearer sai"})
        assert answer.status_code == 401
        assert "cameras" not in json.dumps(answer.json()["detail"])


def test_the_single_door(client: TestClient) -> None:
    """Everything the public reads of a layer is what `layer.rows` gives the public, no more and no less."""
    for layer in LAYERS:
        feature = client.get(f"/ogc/collections/{layer.id}/items?limit=1").json()["features"][0]
        columns = set(layer.rows(PUBLIC).selected_columns.keys()) - {"id", "geom", "geom_3857", *layer.parts}
        assert set(feature["properties"]) == columns
