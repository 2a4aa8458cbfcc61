"""Former districts and provinces asked by the API: what lies inside them, with names."""

from __future__ import annotations

import pytest


def test_a_district_answers_its_communes(client):
    body = client.get("/api/indicators/HCC-02/values", params={"within": "672", "period": "2025-03"}).json()
    assert body["level"] == "commune"
    assert len(body["ids"]) == len(body["values"]) > 10
    former = client.get("/ogc/collections/former-communes/items", params={"limit": 400, "skipGeometry": True}).json()
    there = {one["id"]: one["properties"] for one in former["features"]}
    assert set(body["ids"]) <= set(there)


@pytest.mark.parametrize(("boundary", "count"), [("current", 124), ("2024-06-30", 329)])
def test_collections_of_areas_know_boundaries(client, boundary, count):
    page = client.get("/ogc/collections/communes/items", params={"boundary": boundary, "limit": 1}).json()
    assert page["numberMatched"] == count
    for wrong in ({"boundary": "hom-qua"}, {"boundary": "current", "datetime": "2024-06-30"}):
        answer = client.get("/ogc/collections/communes/items", params=wrong)
        assert answer.status_code == 400
        assert answer.json()["parameter"] == "boundary"
