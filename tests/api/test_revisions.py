"""What changes in the database is on every screen within seconds, without a restart."""

import time

from sqlalchemy import text

from services.app import create_app
from services.settings import Settings


def test_changes_of_other_programs_are_seen(demo_engine, demo_settings: Settings):
    from fastapi.testclient import TestClient

    def cameras(client: TestClient) -> dict[str, object]:
        return next(one for one in client.get("/api/start").json()["layers"] if one["id"] == "cameras")

    with TestClient(create_app(demo_settings)) as client:
        for _ in range(3):  # again and again: one notice must not be the last one heard
            before = cameras(client)
            with demo_engine.begin() as connection:
                connection.execute(text("DELETE FROM toancanh.camera WHERE id = (SELECT min(id) FROM toancanh.camera)"))
            for _ in range(40):
                after = cameras(client)
                if after["count"] != before["count"]:
                    break
                time.sleep(0.1)
            assert after["count"] == before["count"] - 1
            assert after["tiles"] != before["tiles"], "the tiles' address carries the data's revision"
