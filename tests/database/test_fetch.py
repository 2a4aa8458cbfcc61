"""Published outlines over a poor network: slow, cut off, missing – polite, resumed, never half a file."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from boundaries.importing.fetch import MANIFEST, fetch, files_of, github_listing
from geo.errors import Problem

HUE = "46"


@dataclass
class Source:
    """A server of files that can be slow, cut answers off, or lack files."""

    files: dict[str, bytes]
    cut: set[str] = field(default_factory=set)
    delay: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    ranges: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    listing: list[dict[str, str]] | None = None
    url: str = ""


@pytest.fixture
def source() -> Iterator[Source]:
    """The files of Huế, one small square for each area, on a local server."""
    square = {"type": "Polygon", "coordinates": [[[107.5, 16.4], [107.6, 16.4], [107.6, 16.5], [107.5, 16.4]]]}
    made = Source({})
    for wanted in files_of(HUE):
        feature = {"type": "Feature", "properties": {"code": wanted.code}, "geometry": square}
        made.files[wanted.keep] = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            made.asked[name] += 1
            made.agents.add(self.headers["User-Agent"])
            time.sleep(made.delay)
            if name == "list":
                body = json.dumps(made.listing or []).encode()
            elif name not in made.files:
                self.send_error(404)
                return
            else:
                body = made.files[name]
            start = 0
            if span := self.headers.get("Range"):
                made.ranges.append(name)
                start = int(span.removeprefix("bytes=").rstrip("-"))
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            if name in made.cut and start == 0:
                made.cut.discard(name)
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            self.wfile.write(body[start:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


def test_files_are_named_as_the_register_names_areas():
    names = [w.keep for w in files_of("68")]
    assert len(names) == 125
    assert names[0] == "68_lam_dong/68_lam_dong.geojson"
    assert "68_lam_dong/wards/24781_xuan_huong_da_lat.geojson" in names
    assert "68_lam_dong/wards/24934_dran.geojson" in names
    with pytest.raises(Problem, match="99"):
        files_of("99")
    assert github_listing("https://raw.githubusercontent.com/a/b/main/json/geojson") == (
        "https://api.github.com/repos/a/b/contents/json/geojson/{folder}?ref=main"
    )


def test_everything_is_fetched_once_and_checksums_are_kept(source, tmp_path):
    seen = []
    got = fetch(HUE, base_url=source.url, folder=tmp_path, progress=lambda done, all_: seen.append((done, all_)))
    assert (got.downloaded, got.kept) == (len(source.files), 0)
    assert seen[-1] == (len(source.files), len(source.files))
    assert all(agent.startswith("ToanCanh") for agent in source.agents)
    manifest = json.loads((got.folder / MANIFEST).read_text())
    assert {len(entry["sha256"]) for entry in manifest.values()} == {64}
    again = fetch(HUE, base_url=source.url, folder=tmp_path)
    assert (again.downloaded, again.kept) == (0, len(source.files))
    assert max(source.asked.values()) == 1
    damaged = next(got.folder.glob("*/wards/*.geojson"))
    damaged.write_text("{")
    assert fetch(HUE, base_url=source.url, folder=tmp_path).downloaded == 1
    assert json.loads(damaged.read_text())["type"] == "FeatureCollection"


def test_an_answer_cut_off_is_continued_where_it_ended(source, tmp_path):
    victim = sorted(source.files)[5]
    source.cut = {victim}
    got = fetch(HUE, base_url=source.url, folder=tmp_path)
    assert source.ranges == [victim]
    assert (got.folder / victim).read_bytes() == source.files[victim]


def test_a_slow_source_is_left_in_time_and_resumed_later(source, tmp_path):
    source.delay = 0.3
    began = time.monotonic()
    with pytest.raises(Problem, match="thời gian"):
        fetch(HUE, base_url=source.url, folder=tmp_path, timeout=1.2)
    assert time.monotonic() - began < 8
    source.delay = 0.0
    got = fetch(HUE, base_url=source.url, folder=tmp_path)
    assert got.kept > 0
    assert got.kept + got.downloaded == len(source.files)


def test_missing_files_are_looked_up_or_named(source, tmp_path):
    victim = sorted(source.files)[7]
    body = source.files.pop(victim)
    with pytest.raises(Problem, match="thiếu 1 tệp"):
        fetch(HUE, base_url=source.url, folder=tmp_path)
    other = victim.replace(victim.rsplit("_", 1)[1], "ten_khac.geojson")
    source.files[other] = body
    source.listing = [{"name": other.rsplit("/", 1)[1]}]
    got = fetch(HUE, base_url=source.url, folder=tmp_path, listing_url=source.url + "/list")
    assert (got.folder / victim).read_bytes() == body


def test_no_network_and_no_province_give_one_sentence(source, tmp_path):
    with pytest.raises(Problem) as caught:
        fetch(HUE, base_url="http://127.0.0.1:9", folder=tmp_path, timeout=5)
    assert "kiểm tra mạng" in caught.value.vi or "thời gian" in caught.value.vi
    with pytest.raises(Problem, match="không có tỉnh 48"):
        fetch("48", base_url=source.url, folder=tmp_path)


@pytest.mark.reference
def test_a_province_is_fetched_and_loaded_by_one_command(reference, source, ground_engine, ground_toancanh, tmp_path):
    with zipfile.ZipFile(reference / "boundaries" / "raw_sample" / "geojson_68_lam_dong_unmodified.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".geojson"):
                source.files[name.removeprefix("geojson/")] = archive.read(name)
    source.cut = {"68_lam_dong/wards/24781_xuan_huong_da_lat.geojson"}
    answer = ground_toancanh("boundaries", "fetch", "68", "--url", source.url, "--to", tmp_path, "--commit")
    assert answer.returncode == 0, answer.stderr
    assert "124/124 xã" in answer.stdout
    with ground_engine.connect() as connection:
        official = connection.execute(
            text("SELECT count(*) FROM toancanh.area WHERE level = 'commune' AND NOT approximate AND source = :url"),
            {"url": source.url},
        ).scalar()
    assert official == 124
    assert not list(Path(tmp_path).rglob("*.part"))
