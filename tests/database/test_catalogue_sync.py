"""The catalogue of a province: what differs is shown, applied with its history, and refused where figures would lie."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import text

from layers.indicators.catalogue import FOLDER, load
from layers.indicators.periods import LETTERS, end_sql, of, restore

BUDGET = "02-ngan-sach.csv"


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
def sync(toancanh, catalogue):
    return lambda *options: toancanh("indicators", "sync", *options, TOANCANH_CATALOGUE=str(catalogue.folder))


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
    from datetime import date

    made = [of(kind, date(2024, 2, 29), calendar) for kind, calendar in LETTERS]
    with engine.connect() as connection:
        for one in made:
            bound = {"letter": one.letter, "start": one.stored_start}
            end = connection.execute(
                text(f"SELECT {end_sql('CAST(:letter AS char(1))', 'CAST(:start AS date)')}"), bound
            ).scalar_one()
            assert end == one.end == restore(one.letter, one.stored_start).end, one


def test_another_rule_rolls_up_anew(demo_toancanh, demo_engine, catalogue):
    """The province's mean of a price becomes its highest one, and the picture shows it."""
    newest = text(
        "SELECT o.value FROM toancanh.observation o JOIN toancanh.indicator i ON i.id = o.indicator_id "
        "JOIN toancanh.area a ON a.id = o.area_id WHERE i.code = 'VLXD-02' AND a.code = '68' AND a.level = 'province' "
        "AND a.valid_to IS NULL AND o.period_kind = 'M' ORDER BY o.period_start DESC, o.known_at DESC LIMIT 1"
    )
    highest = text(
        "SELECT max(v) FROM (SELECT unnest(area_values) v, period_start FROM toancanh.figure_slice s "
        "JOIN toancanh.indicator i ON i.id = s.indicator_id WHERE i.code = 'VLXD-02' AND s.level = 'commune' "
        "AND s.within = '68' AND s.period_kind = 'M' AND s.boundary = '2025-07-01') p GROUP BY period_start "
        "ORDER BY period_start DESC LIMIT 1"
    )
    with demo_engine.connect() as connection:
        before, top = connection.execute(newest).scalar_one(), connection.execute(highest).scalar_one()
    assert before < top
    catalogue.change("08-vat-lieu.csv", "VLXD-02", space_rule="max")
    folder = {"TOANCANH_CATALOGUE": str(catalogue.folder)}
    shown = demo_toancanh("indicators", "sync", **folder)
    assert "~ VLXD-02  Giá công bố cát xây dựng (tổng hợp lại)" in shown.stdout
    assert "space_rule: mean → max" in shown.stdout
    applied = demo_toancanh("indicators", "sync", "--apply", **folder)
    assert "tổng hợp lại 1 chỉ tiêu" in applied.stdout, applied.stderr
    with demo_engine.connect() as connection:
        assert connection.execute(newest).scalar_one() == pytest.approx(top)


def test_figures_of_an_indicator_that_is_gone_are_read(demo_toancanh, demo_settings, catalogue):
    from fastapi.testclient import TestClient

    from services.app import create_app

    catalogue.drop("08-vat-lieu.csv", "VLXD-02")
    modules = catalogue.rows("modules.csv")
    catalogue.write("modules.csv", [m | {"lead": "VLXD-03"} if m["id"] == "vat-lieu" else m for m in modules])
    folder = str(catalogue.folder)
    applied = demo_toancanh("indicators", "sync", "--apply", TOANCANH_CATALOGUE=folder)
    assert "VLXD-02  Giá công bố cát xây dựng (có số liệu: vẫn đọc được)" in applied.stdout, applied.stderr
    own = demo_settings.model_copy(update={"catalogue": catalogue.folder})
    try:
        with TestClient(create_app(own)) as client:
            assert "VLXD-02" not in client.get("/api/indicators").text
            found = client.get("/api/indicators/VLXD-02/values", params={"within": "68", "level": "commune"})
            assert found.status_code == 200, found.text
            assert any(value is not None for value in found.json()["values"])
    finally:
        from layers.indicators.catalogue import keep, use

        use(None)
        keep({})


def test_a_server_that_is_behind_says_so_in_one_line(toancanh, settings, catalogue):
    from services.cli_catalogue import behind
    from services.database import engine

    catalogue.change(BUDGET, "NS-04", bands="-5;-10")
    made = engine(settings)
    from layers.indicators import sync as syncing
    from layers.indicators.catalogue import use

    use(catalogue.folder)
    try:
        with made.connect() as connection:
            line = behind(syncing.difference(connection))
    finally:
        use(None)
        made.dispose()
    assert line.startswith("Danh mục trên đĩa khác danh mục đã áp dụng: 0 mới, 1 đổi, 0 bỏ;")
