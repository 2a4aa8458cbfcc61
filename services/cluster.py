"""A private PostgreSQL cluster with PostGIS in the project's own data folder; the system's own is never touched."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from geo.errors import Problem

DATABASE = "toancanh"
USER = "toancanh"
LEAST_POSTGRESQL = 15
LEAST_POSTGIS = (3, 3)
SERVER_USER = "postgres"  # who runs the server when we are root: PostgreSQL refuses to


class NoPostgis(Problem):
    """PostgreSQL with PostGIS is not installed."""


class ClusterFailed(Problem):
    """The private cluster did not start."""


@dataclass(frozen=True)
class Cluster:
    """Where a private cluster lives and how it is reached."""

    folder: Path
    bin: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """Data directory of PostgreSQL."""
        return self.folder / "pg"

    @property
    def socket(self) -> Path:
        """Folder of the unix socket: short, because the system cuts socket paths at 107 bytes."""
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path("/tmp") / f"toancanh-{os.getuid()}-{digest}"

    @property
    def port(self) -> int:
        """TCP port of the running cluster, which also names its socket."""
        return int((self.folder / "port").read_text())

    def url(self, database: str = DATABASE) -> str:
        """SQLAlchemy address over the unix socket."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.socket}&port={self.port}"

    def running(self) -> bool:
        """Whether the server answers."""
        if not (self.data / "PG_VERSION").exists():
            return False
        return _run([self.bin / "pg_ctl", "-D", self.data, "status"], check=False).returncode == 0


def find_postgresql() -> Path:
    """Return the program folder of the newest installed PostgreSQL that has PostGIS.

    Raises NoPostgis with the command that installs it.
    """
    found: list[tuple[int, Path]] = []
    for config in {Path("/usr/bin/pg_config"), *Path("/usr/lib/postgresql").glob("*/bin/pg_config")}:
        if not config.exists():
            continue
        answer = subprocess.run(
            [config, "--version", "--bindir", "--sharedir"], capture_output=True, text=True, check=False
        )
        lines = answer.stdout.split("\n")
        if answer.returncode:
            continue
        found += _usable(lines[0], Path(lines[1]), Path(lines[2]))
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):  # Debian ships pg_config with the development files only
        version = folder.parent.name
        found += _usable(f"PostgreSQL {version}", folder, Path("/usr/share/postgresql") / version)
    if not found:
        raise NoPostgis(
            "Máy chưa có PostgreSQL 15 trở lên kèm PostGIS 3.3 trở lên. Trên Debian hoặc Ubuntu, chạy: "
            "sudo apt-get install postgresql postgresql-postgis",
            "PostgreSQL 15+ with PostGIS 3.3+ is not installed. On Debian or Ubuntu run: "
            "sudo apt-get install postgresql postgresql-postgis",
        )
    return max(found)[1]


def _usable(version: str, programs: Path, share: Path) -> list[tuple[int, Path]]:
    number = re.search(r"\d+", version)
    control = share / "extension" / "postgis.control"
    if (
        number is None
        or int(number[0]) < LEAST_POSTGRESQL
        or not (programs / "initdb").exists()
        or not control.exists()
    ):
        return []
    postgis = re.search(r"default_version\s*=\s*'(\d+)\.(\d+)", control.read_text())
    if postgis is None or (int(postgis[1]), int(postgis[2])) < LEAST_POSTGIS:
        return []
    return [(int(number[0]), programs)]


def private_cluster(folder: Path, *, durable: bool = True) -> Cluster:
    """Return the private cluster of a data folder; a throw-away one (tests) gives up safety for speed."""
    return Cluster(folder.resolve(), find_postgresql(), durable)


def start(cluster: Cluster) -> bool:
    """Make the cluster if it is new and start it; return whether this call started it.

    Raises ClusterFailed with the last line of the server's log.
    """
    if cluster.running():
        return False
    fresh = not (cluster.data / "PG_VERSION").exists()
    if fresh:
        _create(cluster)
    _prepare_socket(cluster)
    port = _free_port()
    (cluster.folder / "port").write_text(str(port))
    options = f"-c port={port} -c unix_socket_directories={cluster.socket}"
    answer = _run(
        [
            cluster.bin / "pg_ctl",
            "-D",
            cluster.data,
            "-l",
            cluster.data / "server.log",
            "-w",
            "-t",
            "60",
            "-o",
            options,
            "start",
        ],
        check=False,
    )
    if answer.returncode:
        lines = _log_tail(cluster)
        raise ClusterFailed(
            f"Không khởi động được PostgreSQL riêng trong {cluster.data}: {lines}",
            f"The private PostgreSQL in {cluster.data} did not start: {lines}",
        )
    if fresh:
        _run([cluster.bin / "createdb", "-h", cluster.socket, "-p", str(port), "-U", USER, DATABASE])
        _set_password(cluster)
    return True


def stop(cluster: Cluster) -> None:
    """Stop the cluster; nothing happens when it does not run."""
    if cluster.running():
        _run([cluster.bin / "pg_ctl", "-D", cluster.data, "-m", "fast", "-w", "stop"], check=False)
    shutil.rmtree(cluster.socket, ignore_errors=True)


@contextlib.contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    """Keep the cluster running inside the block; it is stopped after only if the block started it."""
    started = start(cluster)
    try:
        yield cluster
    finally:
        if started:
            stop(cluster)


def remove(folder: Path) -> None:
    """Stop and delete everything of the private cluster in a data folder."""
    data = folder / "pg"
    if (data / "PG_VERSION").exists():
        with contextlib.suppress(Problem):
            stop(private_cluster(folder))
    target = data.resolve()
    shutil.rmtree(target, ignore_errors=True)
    if data.is_symlink():
        data.unlink()
    for left in ("port", "password"):
        (folder / left).unlink(missing_ok=True)


def _create(cluster: Cluster) -> None:
    cluster.folder.mkdir(parents=True, exist_ok=True)
    if not cluster.data.exists():
        _make_data_folder(cluster)
    _run([
        cluster.bin / "initdb", "-D", cluster.data, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8",
        "--auth-local=trust", "--auth-host=scram-sha-256",
    ])  # fmt: skip
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    lines = [
        "listen_addresses = '127.0.0.1'",
        "unix_socket_permissions = 0700",
        f"shared_buffers = '{max(128, min(memory_mb // 8, 2048))}MB'",
        f"effective_cache_size = '{max(512, memory_mb // 2)}MB'",
        "work_mem = '32MB'",
        "maintenance_work_mem = '256MB'",
        "max_wal_size = '2GB'",
        "random_page_cost = 1.1",
        "jit = off",  # short statements: compiling costs more than it saves
        "timezone = 'Asia/Ho_Chi_Minh'",
        "log_timezone = 'Asia/Ho_Chi_Minh'",
    ]
    if not cluster.durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    _run(["tee", "-a", cluster.data / "postgresql.conf"], stdin="\n".join(lines) + "\n")


def _set_password(cluster: Cluster) -> None:
    """Give the TCP port a password of its own, kept beside the data for programs such as QGIS."""
    password = cluster.folder / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    with psycopg.connect(host=str(cluster.socket), port=cluster.port, user=USER, dbname=DATABASE) as connection:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(USER), sql.Literal(password.read_text()))
        )


def _make_data_folder(cluster: Cluster) -> None:
    """Make the data folder for whoever runs the server; below a home closed to that user it stands in /var/lib."""
    if os.geteuid() != 0:
        cluster.data.mkdir(mode=0o700)
        return
    user = pwd.getpwnam(SERVER_USER)
    reachable = (
        subprocess.run(
            ["runuser", "-u", SERVER_USER, "--", "test", "-x", cluster.folder], check=False, cwd="/"
        ).returncode
        == 0
    )
    place = (
        cluster.data
        if reachable
        else Path("/var/lib/toancanh") / hashlib.sha256(str(cluster.folder).encode()).hexdigest()[:12]
    )
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(place, user.pw_uid, user.pw_gid)
    if not reachable:
        place.parent.chmod(0o755)
        cluster.data.symlink_to(place)


def _prepare_socket(cluster: Cluster) -> None:
    cluster.socket.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        user = pwd.getpwnam(SERVER_USER)
        os.chown(cluster.socket, user.pw_uid, user.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(
    command: list[str | Path], *, stdin: str | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    if os.geteuid() == 0:
        command = ["runuser", "-u", SERVER_USER, "--", *command]
    # Output goes to a file or nowhere: a server that inherits our pipe would keep it open for ever.
    answer = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        text=True,
        check=False,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "pg_ctl" in str(command) else subprocess.PIPE,
    )
    if check and answer.returncode:
        reason = (answer.stderr or "").strip().splitlines()[-1:] or [""]
        raise ClusterFailed(
            f"Không tạo được PostgreSQL riêng: {reason[0]}",
            f"The private PostgreSQL could not be made: {reason[0]}",
        )
    return answer


def _log_tail(cluster: Cluster) -> str:
    with contextlib.suppress(OSError):
        return (cluster.data / "server.log").read_text(errors="replace").strip().splitlines()[-1]
    return "?"
