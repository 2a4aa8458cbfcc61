"""Modules, indicators and areas have pages; what is not there is told, what ended leads to the map of its time."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path", ["/modules", "/modules/dich-vu-cong", "/indicators/HCC-04", "/indicators/hcc-04", "/areas/68", "/areas/VN"]
)
def test_a_page_has_an_address(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert "<tc-page>" in answer.text
    assert answer.headers["cache-control"] == "no-cache", "a new build is seen at once"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/modules/khong-co", "Không có lĩnh vực “khong-co”."),
        ("/indicators/KHONG-CO", "Không có chỉ tiêu mang mã “KHONG-CO”."),
        ("/areas/99999999", "Không có đơn vị hành chính mang mã “99999999”."),
    ],
)
def test_a_page_of_nothing_says_so(client: TestClient, path: str, sentence: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert f"<h1>{sentence}</h1>" in answer.text


def test_what_is_internal_has_no_page_for_the_public(client: TestClient) -> None:
    assert client.get("/indicators/DTC-08", headers=BROWSER).status_code == 404


def test_an_area_that_ended_is_seen_on_the_map_of_its_time(client: TestClient) -> None:
    answer = client.get("/areas/673", headers=BROWSER, follow_redirects=False)  # a district until 30 June 2025
    assert answer.status_code == 307
    assert answer.headers["location"].startswith("/?area=673&boundary=")
