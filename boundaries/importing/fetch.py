"""Published outlines of a province downloaded file by file: politely, resumably, each with its checksum kept."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import httpx

from boundaries import register
from geo.errors import Problem
from geo.text import fold

AGENT = "ToanCanh/0.1 (boundaries fetch)"
MANIFEST = ".manifest.json"
TRIES = 3
WORKERS = 3
PAUSE_S = 0.05
LARGEST = 200 * 1024 * 1024  # a single outline file larger than this is no outline

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """One file to download: where it is kept, and the names it may have at the source, likeliest first."""

    keep: str
    names: tuple[str, ...]
    code: str


@dataclass(kw_only=True)
class Fetched:
    """What a download gave: the folder to load, how many files came now and how many were there already."""

    folder: Path
    downloaded: int = 0
    kept: int = 0
    bytes: int = 0
    checksums: dict[str, str] = field(default_factory=dict)


def fetch(
    province: str,
    *,
    base_url: str,
    folder: Path,
    timeout: float = 600.0,
    listing_url: str | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Fetched:
    """Download the nested GeoJSON of a province (`68_lam_dong/68_lam_dong.geojson`, `68_lam_dong/wards/*.geojson`).

    `base_url` is the folder that holds one folder a province; `listing_url` (optional, `{folder}` is replaced) answers
    with a JSON list of `{"name": …}` and is asked only where names made from the register are not found. Files that are
    complete stay; broken ones are continued or fetched anew. Raises Problem after `timeout` seconds in all, without a
    network, or where files are missing – what has come stays for the next try.
    """
    wanted = files_of(province)
    root = folder / province
    root.mkdir(parents=True, exist_ok=True)
    job = _Job(base_url.rstrip("/"), root, time.monotonic() + timeout, listing_url or github_listing(base_url))
    with _client(timeout) as client:
        first, *rest = wanted
        job.one(client, first)
        progress(1, len(wanted))
        missing: list[Wanted] = []
        # Few connections and a pause: the source is a free public service.
        with ThreadPoolExecutor(WORKERS) as pool:
            tasks = {pool.submit(job.one, client, w): w for w in rest}
            try:
                for done, task in enumerate(as_completed(tasks), 2):
                    if not task.result():
                        missing.append(tasks[task])
                    progress(done, len(wanted))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            finally:
                job.save()
        if missing:
            missing = job.by_listing(client, missing)
            job.save()
    if missing:
        names = ", ".join(w.keep.rsplit("/", 1)[-1] for w in missing[:3])
        raise Problem(
            f"Nguồn thiếu {len(missing)} tệp ({names}…); {len(job.manifest)} tệp đã tải được giữ lại trong {root}.",
            f"The source lacks {len(missing)} files ({names}…); the {len(job.manifest)} that came are kept in {root}.",
        )
    return Fetched(
        folder=root, downloaded=job.downloaded, kept=job.kept, bytes=job.bytes,
        checksums={name: entry["sha256"] for name, entry in sorted(job.manifest.items())},
    )  # fmt: skip


def files_of(province: str) -> list[Wanted]:
    """Return the files of a province as the register names its areas, the province's own outline first."""
    provinces = register.provinces().set_index("code")
    if province not in provinces.index:
        raise Problem(
            f"Không có tỉnh mang mã “{province}”; các mã: {', '.join(provinces.index)}.",
            f"There is no province “{province}”; the codes are {', '.join(provinces.index)}.",
        )
    own: dict[Any, Any] = provinces.loc[province].to_dict()
    slugs = [f"{province}_{s}" for s in _slugs(own["name"], own["full_name"])]
    keep = slugs[0]
    wanted = [Wanted(f"{keep}/{keep}.geojson", tuple(f"{s}/{s}.geojson" for s in slugs), province)]
    communes = register.communes()
    for row in communes[communes["parent_code"] == province].to_dict("records"):
        names = [f"{row['code']}_{s}.geojson" for s in _slugs(row["name"], row["full_name"])]
        wanted.append(Wanted(f"{keep}/wards/{names[0]}", tuple(f"{{folder}}/wards/{n}" for n in names), row["code"]))
    return wanted


def github_listing(base_url: str) -> str | None:
    """Return the address that lists a folder of a public GitHub repository served raw, or nothing for other sources."""
    found = re.fullmatch(r"https://raw\.githubusercontent\.com/([^/]+)/([^/]+)/([^/]+)/(.+?)/?", base_url)
    return (
        f"https://api.github.com/repos/{found[1]}/{found[2]}/contents/{found[4]}/{{folder}}?ref={found[3]}"
        if found
        else None
    )


def _slugs(name: str, full_name: str) -> list[str]:
    plain = fold(re.sub(r"['’ʼ`]", "", name)).replace(" ", "_")
    return list(dict.fromkeys([plain, fold(name).replace(" ", "_"), fold(full_name).replace(" ", "_")]))


@contextmanager
def _client(timeout: float) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=WORKERS, max_keepalive_connections=WORKERS)
    wait = httpx.Timeout(min(15.0, timeout), connect=min(5.0, timeout))
    with httpx.Client(
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"}, limits=limits, timeout=wait, follow_redirects=True
    ) as client:
        yield client


class _Job:
    """The state of one download: the manifest, the deadline, what was found out about names."""

    def __init__(self, base: str, root: Path, deadline: float, listing: str | None) -> None:
        self.base, self.root, self.deadline, self.listing = base, root, deadline, listing
        self.folder = ""
        self.downloaded = self.kept = self.bytes = 0
        self.lock = Lock()
        path = root / MANIFEST
        try:
            self.manifest: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        except ValueError:
            self.manifest = {}

    def one(self, client: httpx.Client, wanted: Wanted) -> bool:
        """Have one file: kept from before, or downloaded under one of its names; whether it exists."""
        path = self.root / wanted.keep
        entry = self.manifest.get(wanted.keep)
        if entry and path.exists() and _sha256(path) == entry["sha256"]:
            self.kept += 1
            if not self.folder:
                self.folder = str(entry["name"]).split("/")[0]
            return True
        for name in wanted.names:
            name = name.format(folder=self.folder)
            if self._download(client, name, wanted.keep):
                if not self.folder:
                    self.folder = name.split("/")[0]
                return True
        if not self.folder:
            raise Problem(
                f"Nguồn không có tỉnh {wanted.code} ({self.base}).",
                f"The source has no province {wanted.code} ({self.base}).",
            )
        return False

    def by_listing(self, client: httpx.Client, missing: list[Wanted]) -> list[Wanted]:
        """Look the missing files up by their code in the source's own list; return those it does not have either."""
        if not self.listing:
            return missing
        try:
            answer = client.get(self.listing.format(folder=f"{self.folder}/wards"))
            names = [str(item["name"]) for item in answer.json()] if answer.status_code == 200 else []
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            return missing
        by_code = {name[:5]: name for name in names}
        return [
            w for w in missing
            if w.code not in by_code or not self._download(client, f"{self.folder}/wards/{by_code[w.code]}", w.keep)
        ]  # fmt: skip

    def save(self) -> None:
        """Write the manifest so that the next try can go on from here."""
        with self.lock:
            part = self.root / (MANIFEST + ".part")
            part.write_text(json.dumps(self.manifest, ensure_ascii=False, indent=1), "utf-8")
            part.replace(self.root / MANIFEST)

    def _download(self, client: httpx.Client, name: str, keep: str) -> bool:
        path = self.root / keep
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        reason = ""
        for attempt in range(TRIES):
            if time.monotonic() > self.deadline:
                raise Problem(
                    f"Quá thời gian chờ khi tải ranh giới; {len(self.manifest)} tệp đã tải được giữ lại trong "
                    f"{self.root}.",
                    f"The download took too long; the {len(self.manifest)} files that came are kept in {self.root}.",
                )
            time.sleep(PAUSE_S + attempt)
            try:
                if not self._stream(client, f"{self.base}/{name}", part):
                    part.unlink(missing_ok=True)
                    return False
                json.loads(part.read_bytes())
            except httpx.HTTPError as error:
                reason = type(error).__name__  # what has come of the file stays; the next attempt goes on from there
                continue
            except ValueError:
                part.unlink(missing_ok=True)
                reason = "JSON"
                continue
            part.replace(path)
            with self.lock:
                self.downloaded += 1
                self.bytes += path.stat().st_size
                self.manifest[keep] = {"name": name, "sha256": _sha256(path), "size": path.stat().st_size}
            return True
        raise Problem(
            f"Không tải được {name} sau {TRIES} lần thử ({reason}); kiểm tra mạng rồi chạy lại, các tệp đã tải "
            "được giữ lại.",
            f"{name} could not be downloaded in {TRIES} tries ({reason}); check the network and run again, what "
            "came is kept.",
        )

    def _stream(self, client: httpx.Client, url: str, part: Path) -> bool:
        """Download into `part`, going on where it ends; False where the source does not have the file."""
        there = part.stat().st_size if part.exists() else 0
        with client.stream("GET", url, headers={"Range": f"bytes={there}-"} if there else {}) as answer:
            if answer.status_code == 404:
                return False
            if answer.status_code == 416:  # the part is complete or longer than the file: start again
                part.unlink()
                raise httpx.ReadError("range")
            answer.raise_for_status()
            going_on = answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(
                f"bytes {there}-"
            )
            size = there if going_on else 0
            with part.open("ab" if going_on else "wb") as file:
                for block in answer.iter_bytes():
                    size += file.write(block)
                    if size > LARGEST or time.monotonic() > self.deadline:
                        raise httpx.ReadTimeout("deadline" if size <= LARGEST else "too large")
        return True


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
