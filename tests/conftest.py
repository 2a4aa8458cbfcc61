"""A real PostGIS for every test: one private cluster a session, a copy of a migrated template for each need."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from layers.catalogue import catalogue
from layers.samples import SAMPLES
from services import cluster as clusters
from services.database import engine as make_engine
from services.migrate import upgrade
from services.settings import PROJECT, Settings

REFERENCE = PROJECT.parent / "shared"
TESTS = PROJECT / ".data" / "test"
_numbers = count(1)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The real data pack beside the project; tests that need it are skipped without it."""
    if not (REFERENCE / "data").is_dir():
        pytest.skip(f"the real data pack is not beside the project ({REFERENCE.name}/data)")
    return REFERENCE / "data"


@pytest.fixture(scope="session")
def cluster() -> Iterator[clusters.Cluster]:
    """A throw-away cluster of its own for the whole session; what a killed session left is removed first."""
    for left in TESTS.glob("*"):
        if left.name.isdigit() and not Path("/proc", left.name).exists():
            _remove(left)
    folder = TESTS / str(os.getpid())
    with clusters.running(clusters.private_cluster(folder, durable=False)) as running:
        yield running
    _remove(folder)


def _remove(folder: Path) -> None:
    clusters.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _database(cluster: clusters.Cluster, name: str, template: str | None = None) -> Settings:
    """Create a database (a copy of `template`) and return settings that point at it."""
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    admin.dispose()
    return Settings(database_url=cluster.url(name), data=cluster.folder, home="68", _env_file=None)


@pytest.fixture(scope="session")
def _empty(cluster: clusters.Cluster) -> str:
    """A migrated database without areas: the template of the others."""
    settings = _database(cluster, "template_empty")
    engine = make_engine(settings)
    upgrade(engine)
    engine.dispose()
    return "template_empty"


@pytest.fixture(scope="session")
def _demo(cluster: clusters.Cluster, _empty: str) -> str:
    """The demo of Lâm Đồng with sample figures and layers: the template of the richer tests."""
    from services.demo import build
    from services.demo_raster import measure

    settings = _database(cluster, "template_demo", _empty)
    engine = make_engine(settings)
    build(engine, home="68")
    assert measure(engine, settings)
    engine.dispose()
    return "template_demo"


@pytest.fixture(scope="session")
def _ground(cluster: clusters.Cluster, _demo: str) -> str:
    """The areas of the demo without figures and layers: copied in a tenth of the time."""
    settings = _database(cluster, "template_ground", _demo)
    engine = make_engine(settings)
    with engine.begin() as connection:
        figures = "observation, figure_slice, figure_series, target"
        tables = [*figures.split(", "), *(str(catalogue[name].table.name) for name in SAMPLES)]
        connection.execute(text(f"TRUNCATE {', '.join(f'toancanh.{name}' for name in tables)} CASCADE"))
    engine.dispose()
    return "template_ground"


@contextlib.contextmanager
def _copy(cluster: clusters.Cluster, template: str) -> Iterator[Settings]:
    """A database that is gone with the test: dozens of demos would fill a disk."""
    name = f"{template.removeprefix('template_')}_{next(_numbers)}"
    yield _database(cluster, name, template)
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def settings(cluster: clusters.Cluster, _empty: str) -> Iterator[Settings]:
    """Settings of a fresh migrated database without areas."""
    with _copy(cluster, _empty) as made:
        yield made


@pytest.fixture
def ground_settings(cluster: clusters.Cluster, _ground: str) -> Iterator[Settings]:
    """Settings of a fresh copy of the demo's areas, without a figure."""
    with _copy(cluster, _ground) as made:
        yield made


@pytest.fixture
def demo_settings(cluster: clusters.Cluster, _demo: str) -> Iterator[Settings]:
    """Settings of a fresh copy of the demo, to change at will."""
    with _copy(cluster, _demo) as made:
        yield made


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on a fresh migrated database without areas."""
    made = make_engine(settings)
    yield made
    made.dispose()


@pytest.fixture
def bare_engine(engine: Engine) -> Engine:
    """Today's provinces and the communes of Lâm Đồng, small squares without a figure: what takes a second, not a minute."""
    from geoalchemy2 import WKTElement
    from shapely import Point

    from boundaries import register
    from boundaries.tables import area
    from boundaries.vintages import CURRENT

    def rows(frame: pd.DataFrame, **more: object) -> list[dict[str, object]]:
        kept = ["code", "level", "kind", "name", "full_name", "name_en"]
        return [
            {
                **{name: row[name] for name in kept}, "valid_from": CURRENT.start, "province_code": row["code"], **more,
                "geom": WKTElement(f"MULTIPOLYGON({Point(row['lon'], row['lat']).buffer(0.02).envelope.wkt[8:]})", 4326),
            }
            for row in frame.to_dict("records")
        ]  # fmt: skip

    country = {"code": "VN", "level": "country", "kind": "country", "name": "Việt Nam", "full_name": "Việt Nam"}
    nation = pd.DataFrame([{**country, "name_en": "Viet Nam", "lon": 108.0, "lat": 14.0}])
    with engine.begin() as connection:
        add = area.insert().returning(area.c.id)
        top = connection.execute(add, rows(nation)[0]).scalar_one()
        connection.execute(area.insert(), rows(register.provinces(), parent_id=top))
        home = connection.execute(text("SELECT id FROM toancanh.area WHERE code = '68'")).scalar_one()
        communes = register.communes()
        communes = communes[communes["parent_code"] == "68"]
        connection.execute(area.insert(), rows(communes, parent_id=home, province_code="68"))
    return engine


@pytest.fixture
def ground_engine(ground_settings: Settings) -> Iterator[Engine]:
    """An engine on a fresh copy of the demo's areas, without a figure."""
    made = make_engine(ground_settings)
    yield made
    made.dispose()


@pytest.fixture
def demo_engine(demo_settings: Settings) -> Iterator[Engine]:
    """An engine on a fresh copy of the demo."""
    made = make_engine(demo_settings)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def server(cluster: clusters.Cluster, _demo: str) -> Iterator[str]:
    """The address of a running product with the demo of Lâm Đồng, started as an operator starts it."""
    settings = _database(cluster, "served", _demo)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "services", "serve", "--port", str(port)], cwd=PROJECT, env=_environment(settings)
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                if httpx.get(f"{address}/api/start", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, "the server ended before it answered"
            time.sleep(0.25)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _environment(settings: Settings, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "TOANCANH_DATABASE_URL": make_url(settings.database_url or "").render_as_string(hide_password=False),
        "TOANCANH_DATA": str(settings.data),
        "COLUMNS": "160",
        **more,
    }


@dataclass(frozen=True)
class Answer:
    """What the command line said."""

    returncode: int
    stdout: str
    stderr: str


def run(settings: Settings, *arguments: str | Path, **environment: str) -> Answer:
    """Run the command line as a person would, against the database of the settings."""
    made = subprocess.run(
        [sys.executable, "-m", "services", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env=_environment(settings, **environment),
    )
    return Answer(made.returncode, made.stdout, made.stderr)


@pytest.fixture
def toancanh(settings: Settings) -> Callable[..., Answer]:
    """The command line on a fresh migrated database without areas."""
    return lambda *arguments, **environment: run(settings, *arguments, **environment)


@pytest.fixture
def demo_toancanh(demo_settings: Settings) -> Callable[..., Answer]:
    """The command line on a fresh copy of the demo (the same one as `demo_engine` in that test)."""
    return lambda *arguments, **environment: run(demo_settings, *arguments, **environment)


@pytest.fixture
def ground_toancanh(ground_settings: Settings) -> Callable[..., Answer]:
    """The command line on a fresh copy of the demo's areas (the same one as `ground_engine` in that test)."""
    return lambda *arguments, **environment: run(ground_settings, *arguments, **environment)
