"""What the how-to pages say, done: commands, programs and addresses against a running server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from services.settings import PROJECT

HOW_TO = PROJECT / "docs" / "how-to"
SAID = "http://127.0.0.1:8000"
PAGES = ("arcgis", "edit-and-keys", "excel-power-query", "python", "qgis", "r")


def blocks(page: str, language: str, served: str) -> list[str]:
    text = (HOW_TO / f"{page}.md").read_text(encoding="utf-8").replace(SAID, served)
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-1000:]
    return done.stdout


def test_the_commands_bring_what_they_say(served: str, tmp_path: Path) -> None:
    commands = [line for block in blocks("python", "sh", served) for line in block.splitlines() if line.strip()]
    assert len(commands) > 6
    for line in commands:
        run(["bash", "-c", line.replace("curl -s", "curl -sf")], tmp_path)
    for path in tmp_path.iterdir():
        assert path.stat().st_size > 200, path.name
    assert "Đà Lạt" in (tmp_path / "da_lat.geojson").read_text(encoding="utf-8")
    assert (tmp_path / "hcc04.png").read_bytes().startswith(b"\x89PNG")


def test_the_python_runs(served: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n".join(blocks("python", "python", served)), encoding="utf-8")
    run([sys.executable, str(program)], tmp_path)


def test_the_r_runs(served: str, tmp_path: Path) -> None:
    if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", "library(sf)"], capture_output=True).returncode:
        pytest.skip("R with sf is not on this machine")
    program = tmp_path / "program.R"
    program.write_text("\n".join(blocks("r", "r", served)), encoding="utf-8")
    run(["Rscript", str(program)], tmp_path)
    assert (tmp_path / "Rplots.pdf").stat().st_size > 1000


@pytest.mark.parametrize("page", PAGES)
def test_every_address_answers(served: str, page: str) -> None:
    text = (HOW_TO / f"{page}.md").read_text(encoding="utf-8")
    found = set(re.findall(rf"{SAID}[^\s\"'`<>)]*", text))
    assert found
    for address in sorted(found):
        if "{" in address or "execution" in address:
            continue
        answer = httpx.get(address.replace(SAID, served).rstrip(".,;"), timeout=60)
        assert answer.status_code in (200, 401, 405), (address, answer.text[:300])
        if "f=csv" in address.lower():
            head = answer.content.decode("utf-8-sig").splitlines()
            assert len(head) > 5
            assert head[0].count(",") > 3
