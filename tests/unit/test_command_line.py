"""The command line comes at once: what a command does not need is not read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from boundaries.register import REFORM
from services import cli_boundaries

HEAVY = ("pandas", "geopandas", "sqlalchemy", "psycopg", "fastapi", "uvicorn", "folium", "scipy")


@pytest.mark.parametrize(
    "words", [["--help"], ["boundaries", "--help"], ["boundaries", "load", "--help"], ["up", "--help"]]
)
def test_help_reads_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys; from services.cli import app; app(sys.argv[1:], standalone_mode=False); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_the_day_of_the_reform_is_the_registers() -> None:
    assert cli_boundaries.REFORM == REFORM
