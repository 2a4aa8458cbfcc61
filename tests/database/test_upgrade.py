"""A database that is in use is brought to a new version with all that people loaded into it."""

from __future__ import annotations

import csv
import json

import pytest
from alembic import command
from sqlalchemy import text
from starlette.testclient import TestClient

from services import migrate
from services.app import create_app

LENS = {"within": "68", "period": "2025-08", "lens": "o-nho"}
KEPT = {
    "figures": "SELECT area_id, indicator_id, period_start, value, blank FROM toancanh.observation ORDER BY 1, 2, 3, known_at",
    "pictures": "SELECT indicator_id, within, period_start, area_ids, area_values FROM toancanh.figure_slice ORDER BY 1, 2, 3",
    "parts": "SELECT area_id, region_id, round(area_km2::numeric, 4) FROM toancanh.overlap ORDER BY 1, 2",
    "sources": "SELECT title, decision FROM toancanh.provenance ORDER BY id",
    "flags": "SELECT area_id, indicator_id, rule FROM toancanh.quality_flag ORDER BY 1, 2, 3",
}  # fmt: skip


def holds(engine):
    with engine.connect() as connection:
        return {name: connection.execute(text(statement)).all() for name, statement in KEPT.items()}


def seen(settings):
    with TestClient(create_app(settings)) as client:
        body = client.get("/api/indicators/NEN-01/values", params=LENS).json()
        return body["values"], body["carried"]["low"], body["carried"]["high"], body["carried"]["method"]


@pytest.fixture
def used(bare_engine, toancanh, tmp_path):
    """Communes of Lâm Đồng with figures and a lens of two regions that cover parts of some of them."""
    with bare_engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT code, full_name, ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)) FROM toancanh.area "
            "WHERE level = 'commune' ORDER BY code LIMIT 40"
        )).all()  # fmt: skip
    with (tmp_path / "so.csv").open("w", newline="", encoding="utf-8") as file:
        head = ("area_code", "area_name", "period", "indicator", "value")
        csv.writer(file).writerows([head, *((*row[:2], "2025-08", "NEN-01", 9000 + i) for i, row in enumerate(rows))])
    regions = [
        {
            "type": "Feature", "properties": {"ten": f"Vùng {i}"},
            "geometry": {"type": "Polygon", "coordinates": [[
                [x - w, y - h], [x + 0.015, y - h], [x + 0.015, y + h], [x - w, y + h], [x - w, y - h],
            ]]},
        }
        for i, (x, y, w, h) in enumerate(((*rows[0][2:], 0.0053, 0.0107), (*rows[20][2:], 0.0121, 0.0093)))
    ]  # fmt: skip
    (tmp_path / "o.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": regions}))
    for arguments in (
        ("indicators", "load", tmp_path / "so.csv", "--commit"),
        ("boundaries", "lens", "load", tmp_path / "o.geojson", "--name", "Ô nhỏ", "--slug", "o-nho", "--commit"),
    ):
        answer = toancanh(*arguments)
        assert answer.returncode == 0, answer.stderr
    return bare_engine


def test_an_upgrade_keeps_figures_and_lenses(used, settings, toancanh):
    """From the last version that can be gone back to; figures of a region are shares of communes then as now."""
    before, shown = holds(used), seen(settings)
    assert len(before["figures"]) >= 40
    assert all(value is None or 0 < value < 9000 for value in shown[0])
    with used.begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
    older = holds(used)
    assert len(older["parts"]) < len(before["parts"])
    assert older["figures"] == before["figures"]
    used.dispose()
    answer = toancanh("migrate")
    assert answer.returncode == 0, answer.stderr
    assert migrate.current(used) == migrate.head()
    assert migrate.difference(used) == []
    assert holds(used) == before
    assert seen(settings) == shown
