"""An address that holds nothing: a page for a person, a problem document for a program."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/khong-co", "/khong/co/gi", "/khong-co.php"])
@pytest.mark.parametrize(("lang", "sentence"), [("vi", "Không có trang này."), ("en", "There is no such page.")])
def test_a_person_gets_a_page_that_leads_to_the_map(client: TestClient, path: str, lang: str, sentence: str) -> None:
    answer = client.get(f"{path}?lang={lang}", headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in answer.text
    assert f"<h1>{sentence}</h1>" in answer.text
    home = answer.text.split('<a href="')[1].split('"')[0]
    assert client.get(home).headers["content-type"].startswith("text/html")


def test_an_address_cannot_write_into_the_page(client: TestClient) -> None:
    assert "<script" not in client.get("/%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER).text


@pytest.mark.parametrize("path", ["/api/khong-co", "/assets/khong-co.js"])
def test_addresses_of_programs_keep_problem_documents(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_program_gets_a_problem_document_everywhere(client: TestClient) -> None:
    answer = client.get("/khong-co", headers={"accept": "*/*"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Không có trang này."
