"""Run the official OGC test suites against a running server and keep their summary in docs/conformance.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parent.parent
OUT = PROJECT / ".data" / "conformance"
PAGE = PROJECT / "docs" / "conformance.md"
SUITES = {
    "ets-ogcapi-features10": "1.9",
    "ets-ogcapi-tiles10": "1.2",
    "ets-ogcapi-processes10": "1.3",
    "ets-ogcapi-edr10": "1.3",
}
BEGIN, END = "<!-- suites: made by `make conformance` -->\n", "<!-- /suites -->"
HOURS = 2  # longest run of one suite


@dataclass(frozen=True)
class Result:
    """What a suite reported; the names of the failed tests."""

    passed: int
    skipped: int
    failed: tuple[str, ...]


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def found(suite: str, folder: Path) -> Path | None:
    """Return the newest jar of a suite with everything in it, or None."""
    return max(folder.glob(f"{suite}-*-aio.jar"), default=None)


def fetch(suite: str, version: str, folder: Path) -> Path | None:
    """Fetch a suite from Maven Central into the folder, or return None."""
    artifact = f"org.opengis.cite:{suite}:{version}:jar:aio"
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
    for goal, more in (("get", ["-Dtransitive=false"]), ("copy", [f"-DoutputDirectory={folder}"])):
        told = subprocess.run(
            ["mvn", "-q", "-B", f"{plugin}:{goal}", f"-Dartifact={artifact}", *more],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if told.returncode:
            (OUT / f"{suite}.maven.log").write_text(told.stdout + told.stderr, encoding="utf-8")
            return None
    return found(suite, folder)


def run(suite: str, jar: Path, server: str) -> Result | None:
    """Run a suite; None where it ended without a report, whose log then lies beside."""
    folder = OUT / suite
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asked = ET.Element("properties", version="1.0")
    for key, text in (("iut", server), ("noofcollections", "-1")):
        ET.SubElement(asked, "entry", key=key).text = text
    properties = folder / "test-run-props.xml"
    ET.ElementTree(asked).write(properties, encoding="utf-8", xml_declaration=True)
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        command = ["java", "-jar", str(jar), "-o", str(folder), str(properties)]
        try:
            subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False, timeout=HOURS * 3600)
        except subprocess.TimeoutExpired:
            return None
    reports = sorted(folder.rglob("testng-results.xml"), key=lambda path: path.stat().st_mtime)
    return read(reports[-1]) if reports else None


def read(report: Path) -> Result:
    """Read the report of TestNG; what only prepares a test counts where it failed."""
    passed = skipped = 0
    failed: list[str] = []
    for told in ET.parse(report).getroot().iter("class"):
        for method in told.iter("test-method"):
            match method.get("status"), method.get("is-config") == "true":
                case "FAIL", _:
                    failed.append(f"{told.get('name', '').rpartition('.')[2]}.{method.get('name')}")
                case "PASS", False:
                    passed += 1
                case "SKIP", False:
                    skipped += 1
    return Result(passed, skipped, tuple(failed))


def table(results: dict[str, Result | str], versions: dict[str, str]) -> str:
    """Return the generated part of the page."""
    lines = ["| suite | version | passed | failed | skipped |", "|---|---|---|---|---|"]
    names: list[str] = []
    for suite, told in results.items():
        if isinstance(told, str):
            lines.append(f"| {suite} | {versions[suite]} | {told} | | |")
            continue
        lines.append(f"| {suite} | {versions[suite]} | {told.passed} | {len(told.failed)} | {told.skipped} |")
        names += [f"- {suite}: `{name}`" for name in told.failed]
    return "\n".join([*lines, *(["", "Failed:", *names] if names else [])]) + "\n"


def keep(text: str) -> None:
    """Put the generated part into the page."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + text + END + rest.partition(END)[2], encoding="utf-8")


def answers(server: str) -> bool:
    """Whether the server is there."""
    try:
        with urlopen(server, timeout=30) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def main() -> int:
    """Fetch, run, keep; 1 where a suite that ran reports failures or the server is not there."""
    server = os.environ.get("OF") or "http://127.0.0.1:8000/ogc/"
    folder = Path(os.environ.get("SUITES") or OUT / "suites").expanduser().resolve()
    if not shutil.which("java"):
        say("Official OGC suites not run: install Java 17 (apt-get install openjdk-17-jre-headless maven).")
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    jars: dict[str, Path | None] = {}
    for suite, version in SUITES.items():
        jars[suite] = found(suite, folder) or (fetch(suite, version, folder) if shutil.which("mvn") else None)
    missing = [suite for suite, jar in jars.items() if jar is None]
    if missing:
        say(
            f"Could not be fetched from Maven Central: {', '.join(missing)}; put their -aio.jar files into {folder} "
            "(or name another folder: make conformance SUITES=…) and run this again."
        )
    if len(missing) < len(jars) and not answers(server):
        say(f"No server answers at {server}; start one (make run) or name another: make conformance OF=…")
        return 1
    results: dict[str, Result | str] = {}
    for suite, jar in jars.items():
        if jar is None:
            results[suite] = "not run: could not be fetched"
            continue
        say(f"{jar.name} against {server} …")
        told = run(suite, jar, server)
        results[suite] = told or "ended without a report"
        where = OUT / suite
        say(
            f"  {told.passed} passed, {len(told.failed)} failed, {told.skipped} skipped: {where}"
            if told
            else f"  ended without a report: {where / 'log.txt'}"
        )
    versions = {suite: jar.name[len(suite) + 1 : -len("-aio.jar")] for suite, jar in jars.items() if jar}
    keep(table(results, SUITES | versions))
    return int(any(isinstance(told, Result) and told.failed for told in results.values()))


if __name__ == "__main__":
    sys.exit(main())
