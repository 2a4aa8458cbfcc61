"""Official outlines on the first start: try the public source for a few seconds, else stay with the approximation."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, Engine, text

from boundaries.importing.commit import commit
from boundaries.importing.fetch import fetch
from boundaries.importing.reading import REFORM, Outlines, read_areas
from boundaries.importing.report import examine
from geo.errors import Problem
from layers.catalogue import FEATURES
from layers.loading import relocate
from services.settings import Settings

AGAIN_AFTER_S = 24 * 3600  # a source that did not answer is left in peace for a day


def improve(engine: Engine, settings: Settings, progress: Callable[[str], None]) -> None:
    """Replace the approximate outlines of the home province where the source answers in time; say which are shown."""
    if settings.home == "VN" or not _approximate(engine, settings.home):
        return
    folder = settings.data / "boundaries"
    stamp = folder / f"{settings.home}.tried"
    if settings.boundaries_wait_s and not (stamp.exists() and time.time() - stamp.stat().st_mtime < AGAIN_AFTER_S):
        progress("Hỏi nguồn ranh giới đã công bố")
        folder.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        try:
            got = fetch(
                settings.home, base_url=settings.boundaries_source, folder=folder, timeout=settings.boundaries_wait_s
            )
            with engine.begin() as connection:
                load_outlines(
                    connection, read_areas(got.folder), REFORM, path=str(got.folder), source=settings.boundaries_source
                )
            progress("Bản đồ hiển thị ranh giới đã công bố")
            return
        except Problem:
            progress("Chưa tải được từ nguồn đã công bố trong ít giây; các tệp đã nhận được giữ lại cho lần sau")
    progress(
        "Bản đồ hiển thị ranh giới gần đúng; tải ranh giới đã công bố: "
        f"toancanh boundaries fetch {settings.home} --commit"
    )


def load_outlines(connection: Connection, outlines: Outlines, on: date, *, path: str, source: str) -> dict[str, int]:
    """Examine and write outlines in one transaction of the caller, then tie features to their communes anew."""
    report, areas = examine(connection, outlines, on=on)
    written = commit(connection, areas, report, on=on, path=path, source=source)
    relocate(connection, FEATURES)
    return written


def _approximate(engine: Engine, home: str) -> bool:
    with engine.connect() as connection:
        return bool(
            connection.execute(
                text(
                    "SELECT approximate FROM toancanh.area "
                    "WHERE code = :home AND level = 'province' AND valid_to IS NULL"
                ),
                {"home": home},
            ).scalar()
        )
