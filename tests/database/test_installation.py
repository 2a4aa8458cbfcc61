"""The private cluster and the errors of starting: one clear sentence each."""

import socket

import pytest

from geo.errors import Problem
from services import cluster as clusters
from services.accounts import viewer_of
from services.errors import BadToken, database_problem
from services.settings import Settings


def test_socket_path_fits_the_system(tmp_path):
    deep = tmp_path.joinpath(*["thư mục rất dài"] * 20)
    made = clusters.Cluster(deep, clusters.find_postgresql())
    assert len(str(made.socket / ".s.PGSQL.65535").encode()) < 107


def test_missing_postgis_says_what_to_install(monkeypatch):
    monkeypatch.setattr(clusters, "_usable", lambda *_: [])
    with pytest.raises(clusters.NoPostgis) as told:
        clusters.find_postgresql()
    assert "apt-get install postgresql postgresql-postgis" in told.value.vi
    assert "apt-get install postgresql postgresql-postgis" in told.value.en


def test_home_is_a_code_or_the_country():
    assert Settings(home="68", _env_file=None).home == "68"
    assert Settings(home="1", _env_file=None).home == "01"
    assert Settings(home="all", _env_file=None).home == "VN"


def test_a_wrong_token_is_not_the_public():
    settings = Settings(staff_token="dung", _env_file=None)
    assert viewer_of(None, settings).role == "public"
    assert viewer_of("Bearer dung", settings).staff
    for wrong in ("Bearer sai", "Basic !!!", "Digest dung", "Bearer"):
        with pytest.raises(BadToken):
            viewer_of(wrong, settings)
    with pytest.raises(BadToken):
        viewer_of("Bearer ", Settings(staff_token=None, _env_file=None))


def test_a_full_disk_is_one_sentence():
    problem = database_problem(OSError(28, "No space left on device"))
    assert isinstance(problem, Problem)
    assert "Hết dung lượng đĩa" in problem.vi


def test_port_in_use_is_one_sentence(toancanh):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = toancanh("serve", "--port", str(taken.getsockname()[1]))
    assert told.returncode == 1
    assert "đang được chương trình khác dùng" in told.stderr
    assert "Traceback" not in told.stderr


def test_no_database_is_one_sentence(toancanh):
    gone = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    told = toancanh("migrate", TOANCANH_DATABASE_URL=gone)
    assert told.returncode == 1
    assert "Không kết nối được cơ sở dữ liệu" in told.stderr
    assert "Traceback" not in told.stderr


def test_doctor_finds_what_is_missing(toancanh):
    told = toancanh("doctor")
    assert "PostGIS" in told.stderr
    assert "VN-2000" in told.stderr
    assert "Chạy toancanh demo" in told.stderr


def test_the_database_follows_the_declarations(engine):
    from services.migrate import current, difference, head

    assert current(engine) == head()
    assert difference(engine) == []
