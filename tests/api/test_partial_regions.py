"""A lens whose regions cover little of the ground, loaded by the command line and read by the API."""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas
import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from services.app import create_app


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until the server has heard of what another process wrote."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("the server did not hear of it")


def test_a_small_region_gets_its_share_of_a_commune(demo_engine, demo_settings, demo_toancanh, tmp_path):
    with demo_engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT id, code, full_name, ST_AsBinary(geom) FROM toancanh.area "
            "WHERE level = 'commune' AND valid_to IS NULL AND province_code = '68' ORDER BY code LIMIT 30"
        )).all()  # fmt: skip
    number, code, name, wkb = max(rows, key=lambda row: shapely.from_wkb(bytes(row[-1])).area)
    home = shapely.from_wkb(bytes(wkb))
    square = shapely.maximum_inscribed_circle(home, tolerance=0.01)
    patch = shapely.get_point(square, 0).buffer(shapely.length(square) / 2)
    assert home.contains(patch)
    geopandas.GeoDataFrame({"ten": ["Ô nhỏ"]}, geometry=[patch], crs=4326).to_file(tmp_path / "o.geojson")
    loaded = demo_toancanh("boundaries", "lens", "load", tmp_path / "o.geojson", "--name", "Ô nhỏ", "--commit")
    assert loaded.returncode == 0, loaded.stderr
    with TestClient(create_app(demo_settings), base_url="http://toancanh.test") as client:
        address = "/api/indicators/HCC-02/values"
        asked = {"within": "68", "period": "2026-09"}
        now = client.get(address, params={**asked, "level": "commune"}).json()
        of_commune = dict(zip(now["ids"], now["values"], strict=True))[number]
        seen = client.get(address, params={**asked, "lens": "o-nho"}).json()
        share = patch.area / home.area
        assert seen["values"] == [pytest.approx(of_commune * share, rel=0.02, abs=1)]
        assert seen["carried"]["estimated"] == [1]
        (low,), (high,) = seen["carried"]["low"], seen["carried"]["high"]
        assert low <= seen["values"][0] < high < of_commune
        assert float(high).is_integer()

        # Once a month is really reported it is no sample any more, seen through the lens too; the month before still is.
        (tmp_path / "that.csv").write_text(
            f"area_code,area_name,period,indicator,value,unit,source\n{code},{name},2026-03,HCC-02,900,hồ sơ,Báo cáo tháng 3\n"
        )
        told = demo_toancanh("indicators", "load", tmp_path / "that.csv", "--boundary", "current", "--commit")
        assert told.returncode == 0, told.stderr
        wait_until(
            lambda: (
                client.get(address, params={**asked, "period": "2026-03", "lens": "o-nho"}).json()["sample"] is False
            )
        )
        assert client.get(address, params={**asked, "period": "2026-02", "lens": "o-nho"}).json()["sample"] is True
    assert demo_toancanh("boundaries", "lens", "remove", "o-nho").returncode == 0
    with demo_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM toancanh.overlap")).scalar() == 0
