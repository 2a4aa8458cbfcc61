"""The rest of the demonstration's figures: module by module, stopped and gone on with, nothing told twice."""

import pytest
from sqlalchemy import text

from services.demo_fill import LOCK, fill, missing

CAMERA, SPEECH = "Camera giám sát", "Báo chí, mạng xã hội"


def count(engine, where="true"):
    with engine.connect() as connection:
        return connection.execute(
            text(
                "SELECT count(*) FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id "
                f"JOIN toancanh.area a ON a.id = o.area_id WHERE o.sample AND {where}"
            )
        ).scalar_one()


def test_a_filling_that_was_stopped_goes_on_where_it_was(demo_engine):
    titles = [title for title, _ in missing(demo_engine, "68")]
    assert len(titles) == 30
    old = "o.derived IS NULL AND o.period_start < '2024-01-01'"
    assert count(demo_engine, old) == 0

    def stop(done, of, name):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(demo_engine, home="68", modules={CAMERA, SPEECH}, progress=stop)
    left = [title for title, _ in missing(demo_engine, "68")]
    assert len(left) == 29
    assert CAMERA in left  # the press comes first in the catalogue
    told = count(demo_engine)
    added = fill(demo_engine, home="68", modules={CAMERA, SPEECH})
    assert added > 10_000
    assert count(demo_engine) > told + added  # and what follows from them
    assert fill(demo_engine, home="68", modules={CAMERA, SPEECH}) == 0
    # Five years of the communes of each time, the country's too.
    years = "i.code = 'CAM-03' AND o.period_kind = 'Y' AND o.value IS NOT NULL"
    assert count(demo_engine, f"{years} AND a.level = 'commune' AND o.period_start = '2022-01-01'") > 300
    assert (
        count(demo_engine, f"{years} AND a.code = '68' AND a.level = 'province' AND o.period_start = '2022-01-01'") == 1
    )
    assert count(demo_engine, f"{old} AND a.valid_to IS NULL") == 0  # of before the reform nobody of today reports
    assert count(demo_engine, f"{old} AND o.known_at > '2026-11-12T02:00Z'") == 0


def test_two_fillings_do_not_meet(demo_engine):
    with demo_engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        assert fill(demo_engine, home="68", modules={CAMERA}) == 0
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
