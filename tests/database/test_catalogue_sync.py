"""The catalogue of a province: what differs is shown, applied with its history, and refused where figures would lie."""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import make_url, text

from layers.indicators.catalogue import FOLDER, keep, load, use
from layers.indicators.periods import LETTERS, end_sql, of, restore
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, write
from services.app import create_app
from services.cli import main
from services.commands import speak
from services.settings import PROJECT

BUDGET = "02-ngan-sach.csv"
ENOUGH = text(
    "DELETE FROM toancanh.area WHERE level = 'commune' AND id NOT IN (SELECT area_id FROM toancanh.observation)"
)


def environment(settings, **more):
    address = make_url(settings.database_url).render_as_string(hide_password=False)
    return {**os.environ, "TOANCANH_DATABASE_URL": address, "TOANCANH_DATA": str(settings.data), **more}


@pytest.fixture
def catalogue(tmp_path):
    """A province's own catalogue: `change(file, code, field=value)`, `drop(file, code)`, `add(file, like, code, …)`."""

    class Own:
        folder = tmp_path

        def rows(self, file):
            kept = tmp_path / file
            with (kept if kept.exists() else FOLDER / file).open(encoding="utf-8") as lines:
                return list(csv.DictReader(lines))

        def write(self, file, rows):
            with (tmp_path / file).open("w", encoding="utf-8", newline="") as lines:
                writer = csv.DictWriter(lines, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)

        def change(self, file, code, **fields):
            self.write(file, [row | fields if row["code"] == code else row for row in self.rows(file)])

        def drop(self, file, code):
            self.write(file, [row for row in self.rows(file) if row["code"] != code])

        def add(self, file, like, code, **fields):
            rows = self.rows(file)
            made = next(row for row in rows if row["code"] == like) | {"code": code, "aliases": ""} | fields
            self.write(file, [*rows, made])

    return Own()


@pytest.fixture
def sync(settings, catalogue, monkeypatch, capsys):
    """`toancanh indicators sync` as a person runs it, in this process: it is asked often."""
    for name, value in environment(settings, TOANCANH_CATALOGUE=str(catalogue.folder)).items():
        monkeypatch.setenv(name, value)

    def run(*options):
        monkeypatch.setattr(sys, "argv", ["toancanh", "indicators", "sync", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return SimpleNamespace(returncode=ended.value.code or 0, stdout=told.out, stderr=told.err)

    yield run
    use(None)
    speak(None)


def history(engine, code):
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT by, before, after FROM toancanh.indicator_change WHERE code = :code ORDER BY id"),
            {"code": code},
        ).all()


def give_figures(engine, code):
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO toancanh.figure_slice SELECT id, 'province', 'VN', '2025-07-01', 'M', '2025-10-01', '{1}', "
                "'{5}', '{}', '{}', false FROM toancanh.indicator WHERE code = :code"
            ),
            {"code": code},
        )


def test_a_fresh_database_has_the_catalogue_applied(engine, sync):
    with engine.connect() as connection:
        applied = connection.execute(text("SELECT count(*) FROM toancanh.indicator WHERE declaration IS NOT NULL"))
        assert applied.scalar_one() == len(load()[1])
    assert len(history(engine, "HCC-04")) == 1
    answer = sync()
    assert answer.returncode == 0, answer.stderr
    assert "Cơ sở dữ liệu theo đúng danh mục." in answer.stdout


def test_a_change_is_shown_field_by_field_and_written_only_when_asked(engine, sync, catalogue):
    catalogue.change(
        BUDGET, "NS-04", owners="Cục Thuế@..2025-02-28;Thuế tỉnh@2025-03-01..", bands="-5;-10", high="90000"
    )
    shown = sync()
    assert shown.returncode == 0, shown.stderr
    assert "~ NS-04  Thu nội địa" in shown.stdout
    assert "owners: Thuế tỉnh → Cục Thuế@..2025-02-28; Thuế tỉnh@2025-03-01.." in shown.stdout
    assert "bands: -3; -8; -15 → -5; -10" in shown.stdout
    assert "high: – → 90000" in shown.stdout
    assert "--apply" in shown.stdout
    assert len(history(engine, "NS-04")) == 1

    applied = sync("--apply")
    assert applied.returncode == 0, applied.stderr
    assert "Đã áp dụng 1 thay đổi; tổng hợp lại 0 chỉ tiêu." in applied.stdout
    (_, (by, before, after)) = history(engine, "NS-04")
    assert by
    assert (before["bands"], after["bands"]) == ([-3, -8, -15], [-5, -10])
    assert after["owners"] == [["Cục Thuế", None, "2025-02-28"], ["Thuế tỉnh", "2025-03-01", None]]
    assert "theo đúng danh mục" in sync().stdout


def test_new_indicators_get_a_number_and_gone_ones_leave(engine, sync, catalogue):
    catalogue.add(BUDGET, "NS-04", "NS-90", name="Thu từ sâm Ngọc Linh", name_en="Ginseng revenue")
    catalogue.drop(BUDGET, "NS-05")
    shown = sync("--lang", "en")
    assert "+ NS-90  Ginseng revenue" in shown.stdout
    assert "- NS-05" in shown.stdout
    assert sync("--apply").returncode == 0
    with engine.connect() as connection:
        number = connection.execute(text("SELECT id FROM toancanh.indicator WHERE code = 'NS-90'")).scalar_one()
    assert number
    assert history(engine, "NS-90")[0].before is None
    assert history(engine, "NS-05")[-1].after is None
    assert "theo đúng danh mục" in sync().stdout


def test_another_unit_needs_another_code_where_there_are_figures(engine, sync, catalogue):
    catalogue.change(BUDGET, "NS-06", unit="triệu đồng")
    catalogue.change(BUDGET, "NS-04", bands="-5;-10")
    give_figures(engine, "NS-06")
    refused = sync("--apply")
    assert refused.returncode == 1
    assert (
        "NS-06 đã có số liệu tính bằng “tỷ đồng”, không đổi sang “triệu đồng” được; hãy đặt mã mới." in refused.stdout
    )
    assert len(history(engine, "NS-04")) == 1, "nothing half-applied"


def test_another_unit_is_fine_while_there_are_no_figures(engine, sync, catalogue):
    catalogue.change(BUDGET, "NS-06", unit="triệu đồng")
    assert sync("--apply").returncode == 0
    assert history(engine, "NS-06")[-1].after["unit"] == "triệu đồng"


def test_leaving_and_coming_back_does_not_change_the_unit_of_figures(engine, sync, catalogue):
    give_figures(engine, "NS-06")
    catalogue.drop(BUDGET, "NS-06")
    assert "NS-06  Thu tiền sử dụng đất (có số liệu: vẫn đọc được)" in sync().stdout
    assert sync("--apply").returncode == 0
    (catalogue.folder / BUDGET).unlink()
    catalogue.change(BUDGET, "NS-06", unit="triệu đồng")
    assert sync("--apply").returncode == 1
    (catalogue.folder / BUDGET).unlink()
    assert "+ NS-06" in sync().stdout
    assert sync("--apply").returncode == 0
    assert "theo đúng danh mục" in sync().stdout


def test_a_catalogue_that_contradicts_itself_is_not_applied(engine, sync, catalogue):
    catalogue.change(BUDGET, "NS-12", denominator="NS-99")
    answer = sync("--apply")
    assert answer.returncode == 1
    assert "NS-12: mẫu số NS-99 không có trong danh mục." in answer.stdout
    assert "tự mâu thuẫn ở 1 chỗ" in answer.stderr
    assert "\n" not in answer.stderr.strip()
    assert len(history(engine, "NS-12")) == 1


def test_ends_of_stored_periods_are_the_same_in_sql(engine):
    made = [of(kind, date(2024, 2, 29), calendar) for kind, calendar in LETTERS]
    with engine.connect() as connection:
        for one in made:
            bound = {"letter": one.letter, "start": one.stored_start}
            end = connection.execute(
                text(f"SELECT {end_sql('CAST(:letter AS char(1))', 'CAST(:start AS date)')}"), bound
            ).scalar_one()
            assert end == one.end == restore(one.letter, one.stored_start).end, one


@pytest.fixture
def prices(bare_engine):
    """The price of sand in three communes of Lâm Đồng in October 2026: 100, 200 and 600."""
    found = "SELECT id FROM toancanh.area WHERE level = 'commune' ORDER BY code LIMIT 3"
    with bare_engine.begin() as connection:
        frame = pd.DataFrame(
            {"area_id": connection.execute(text(found)).scalars().all(), "value": [100.0, 200.0, 600.0]}
        )
        frame = frame.assign(indicator="VLXD-02", province_code="68", period="2026-10", status="final")
        frame[["numerator", "denominator", "blank", "warning"]] = None
        known = datetime(2026, 11, 2, tzinfo=UTC)
        write(connection, [frame], provenance_id=add_provenance(connection, "thử"), sample=False, known_at=known)
        connection.execute(ENOUGH)
        refresh(connection)
    return bare_engine


def test_another_rule_rolls_up_anew(prices, sync, catalogue):
    def of_province():
        with prices.connect() as connection:
            return connection.execute(
                text(
                    "SELECT o.value FROM toancanh.observation o JOIN toancanh.area a ON a.id = o.area_id "
                    "WHERE a.code = '68' AND o.period_kind = 'M' ORDER BY o.known_at DESC LIMIT 1"
                )
            ).scalar_one()

    assert of_province() == 300
    catalogue.change("08-vat-lieu.csv", "VLXD-02", space_rule="max")
    shown = sync()
    assert "~ VLXD-02  Giá công bố cát xây dựng (tổng hợp lại)" in shown.stdout
    assert "space_rule: mean → max" in shown.stdout
    assert of_province() == 300
    applied = sync("--apply")
    assert "Đã áp dụng 1 thay đổi; tổng hợp lại 1 chỉ tiêu." in applied.stdout, applied.stderr
    assert of_province() == 600


def test_figures_of_an_indicator_that_is_gone_are_read(prices, sync, settings, catalogue):
    catalogue.drop("08-vat-lieu.csv", "VLXD-02")
    modules = catalogue.rows("modules.csv")
    catalogue.write("modules.csv", [m | {"lead": "VLXD-03"} if m["id"] == "vat-lieu" else m for m in modules])
    applied = sync("--apply")
    assert "VLXD-02  Giá công bố cát xây dựng (có số liệu: vẫn đọc được)" in applied.stdout, applied.stderr
    try:
        with TestClient(create_app(settings.model_copy(update={"catalogue": catalogue.folder}))) as client:
            assert "VLXD-02" not in client.get("/api/indicators").text
            found = client.get("/api/indicators/VLXD-02/values", params={"within": "68", "level": "commune"})
            assert found.status_code == 200, found.text
            assert {100.0, 200.0, 600.0} <= set(found.json()["values"])
    finally:
        use(None)
        keep({})


def test_a_server_that_is_behind_says_so_in_one_line(settings, catalogue):
    def said(**more):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "services", "serve", "--port", str(port)]
        served = subprocess.Popen(
            command, cwd=PROJECT, env=environment(settings, **more), stderr=subprocess.PIPE, text=True
        )
        try:
            return list(iter(lambda: served.stderr.readline(), "  Ctrl-C để dừng.\n"))
        finally:
            served.send_signal(signal.SIGINT)
            served.communicate(timeout=30)

    assert not any("anh mục" in line for line in said())
    catalogue.change(BUDGET, "NS-04", bands="-5;-10")
    (line,) = [line for line in said(TOANCANH_CATALOGUE=str(catalogue.folder)) if "anh mục" in line]
    told = "Danh mục trên đĩa khác danh mục đã áp dụng: 0 mới, 1 đổi, 0 bỏ; xem bằng toancanh indicators sync."
    assert line == f"! {told}\n"
