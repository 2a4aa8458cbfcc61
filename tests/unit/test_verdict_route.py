"""The verdict over HTTP: any table within bounds, one sentence for what is none."""

from __future__ import annotations

import io

import openpyxl
import pytest
from starlette.testclient import TestClient

from boundaries import register
from services.app import create_app
from services.bodies import MOST
from services.settings import Settings

ADDRESS = "/api/boundaries/verdict"


@pytest.fixture(scope="module")
def client():
    """The application without its database: the route needs none."""
    return TestClient(create_app(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", _env_file=None)))


def test_a_table_is_told_what_it_is(client):
    rows = register.former_communes().query("parent_code == '68'")
    body = rows[["code", "full_name"]].to_csv(index=False).encode()
    told = client.post(ADDRESS, content=body).json()
    assert (told["boundary"], told["best"], told["certain"]) == ("former", "former_communes", True)
    assert told["choices"]["former"]["tied"] == len(rows)
    assert told["choices"]["current"]["tied"] < len(rows) / 2
    assert told["choices"]["current"]["not_tied"][0].keys() == {"row", "vi", "en"}
    assert told["evidence"][0]["vi"].startswith("Đây là các xã trước 1/7/2025")


def test_a_workbook_is_read(client):
    book = openpyxl.Workbook()
    for row in [("Mã", "Tên"), *register.provinces()[["code", "full_name"]].itertuples(index=False, name=None)]:
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    told = client.post(ADDRESS, content=body.getvalue()).json()
    assert (told["boundary"], told["best"], told["rows"]) == ("current", "provinces", 34)


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n", b"PK\x03\x04broken", b"%PDF-1.4"])
def test_what_is_no_table_gives_one_sentence(client, body):
    answer = client.post(ADDRESS, content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].count("\n") == 0


def test_bodies_too_large_and_workbooks_that_claim_billions_are_refused(client):
    book = openpyxl.Workbook()
    book.active.append(["Mã", "Tên"])
    book.active.merged_cells.add("A2:XFD1048576")
    body = io.BytesIO()
    book.save(body)
    assert client.post(ADDRESS, content=body.getvalue()).status_code == 422
    assert client.post(ADDRESS, content=b"x" * (MOST + 1)).status_code == 413
