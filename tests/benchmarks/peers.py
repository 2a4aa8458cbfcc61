"""The peers: tipg and stock pygeoapi, each in a throw-away environment, on plain tables of the same data."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from harness import Bench, free_port, get, serving

from services.cluster import USER, Cluster

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "tipg": ("tipg==1.6.1", "uvicorn", "uvloop", "httptools"),
    "pygeoapi": (
        "pygeoapi==0.21.0", "sqlalchemy<2.1", "geoalchemy2", "psycopg2-binary", "starlette", "uvicorn", "uvloop",
        "httptools",
    ),
    "tobler": ("tobler==0.13.0", "uvicorn"),  # computes only; the server's program is the sign that it is there
}  # fmt: skip
SERVERS = ("tipg", "pygeoapi")
TABLES = ("communes", "points", "zones")


def install(name: str, folder: Path, say: Callable[[str], None]) -> str | None:
    """Install a peer where it is missing; returns why it is skipped, or None."""
    home = folder / "peers" / name
    if (home / "bin" / "uvicorn").exists():
        return None
    say(f"installing {name}")
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run([sys.executable, "-m", "venv", home], check=True, capture_output=True)
        command = [str(home / "bin" / "pip"), "install", "-q", "--retries", "1", "--timeout", "15", *PACKAGES[name]]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return None
    return f"{name}: skipped, it cannot be installed here"


@contextlib.contextmanager
def running(name: str, bench: Bench, cluster: Cluster, database: str) -> Iterator[int]:
    """Run a peer in one process; yields its port once it answers."""
    password = (cluster.folder / "password").read_text()
    port = free_port()
    home = bench.folder / "peers" / name
    environment = bench.environment(VIRTUAL_ENV=str(home))
    if name == "tipg":
        environment |= {
            "DATABASE_URL": f"postgresql://{USER}:{quote(password)}@127.0.0.1:{cluster.port}/{database}",
            "TIPG_DB_SCHEMAS": '["peer"]',
            "TIPG_MAX_FEATURES_PER_QUERY": "10000",
            "TIPG_MAX_FEATURES_PER_TILE": "1000000",
            "TIPG_DEFAULT_MINZOOM": "0",
        }
        target = "tipg.main:app"
    else:
        config = home / "config.json"  # YAML reads JSON
        config.write_text(json.dumps(_pygeoapi(cluster, database, password, port)))
        openapi = home / "openapi.json"
        environment |= {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
        command = [home / "bin" / "pygeoapi", "openapi", "generate", config, "--format", "json", "-of", openapi]
        subprocess.run([str(part) for part in command], check=True, env=environment, capture_output=True)
        target = "pygeoapi.starlette_app:APP"
    command = [
        home / "bin" / "uvicorn", target, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    with serving(command, port=port, environment=environment, log=bench.folder / f"{name}.log"):
        status, body, _ = get(port, "/collections?f=json")
        if status != 200:
            raise RuntimeError(f"{name} answers {status}: {body[:200]!r}")
        yield port


def _pygeoapi(cluster: Cluster, database: str, password: str, port: int) -> dict[str, object]:
    address = f"http://127.0.0.1:{port}"
    data = {
        "host": "127.0.0.1", "port": cluster.port, "dbname": database, "user": USER, "password": password,
        "search_path": ["peer", "public"],
    }  # fmt: skip
    word = {"en": "bench"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port}, "url": address, "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8", "languages": ["en"], "gzip": True,
            "limits": {"default_items": 10, "max_items": 10_000}, "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": word, "description": word, "keywords": {"en": ["bench"]}, "keywords_type": "theme",
                "terms_of_service": "", "url": address,
            },
            "license": {"name": "", "url": address}, "provider": {"name": "bench", "url": address},
            "contact": {"name": "bench"},
        },
        "resources": {
            table: {
                "type": "collection", "title": word, "description": word, "keywords": {"en": ["bench"]}, "links": [],
                "extents": {"spatial": {"bbox": [102, 6, 118, 24], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                "providers": [
                    {
                        "type": "feature", "name": "PostgreSQL", "data": data, "id_field": "id", "table": table,
                        "geom_field": "geom",
                    },
                    {
                        "type": "tile", "name": "MVT-postgresql", "data": data, "id_field": "id", "table": table,
                        "geom_field": "geom", "storage_crs": "http://www.opengis.net/def/crs/EPSG/0/4326",
                        "options": {"zoom": {"min": 0, "max": 22}},
                        "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"},
                    },
                ],
            }
            for table in TABLES
        },
    }  # fmt: skip
