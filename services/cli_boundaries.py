"""Commands for administrative boundaries: load, fetch, check, list."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from geo.errors import Problem
from services.boundary_report import ground, levels, show
from services.commands import Lang, amount, bad, facts, good, out, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from boundaries.importing.reading import Outlines

REFORM = "2025-07-01"  # the day of boundaries.register.REFORM, which takes a second to import

app = typer.Typer(
    help="Ranh giới hành chính: nạp, tải về, kiểm tra, liệt kê. / Administrative boundaries.", no_args_is_help=True
)

Commit = Annotated[bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")]
Day = Annotated[str, typer.Option("--date", help="Ngày của ranh giới, ví dụ 2025-07-01 (hiện hành) hoặc 2008-08-01.")]
Partial = Annotated[bool, typer.Option("--partial", help="Nạp cả khi tỉnh thiếu xã; ranh giới tỉnh giữ nguyên.")]
Skip = Annotated[bool, typer.Option("--skip-unknown", help="Bỏ các dòng có mã không có trong danh mục.")]


@app.command()
def load(
    path: Annotated[Path, typer.Argument(help="GeoPackage, Shapefile, GeoJSON, KML, tệp ZIP hoặc thư mục.")],
    commit: Commit = False,
    on: Day = REFORM,
    layer: Annotated[str | None, typer.Option(help="Chỉ đọc lớp này của tệp.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    crs: Annotated[str | None, typer.Option(help="Hệ toạ độ của tệp, ví dụ EPSG:5899.")] = None,
    partial: Partial = False,
    skip_unknown: Skip = False,
    source: Annotated[str, typer.Option(help="Nguồn của ranh giới, ghi cùng từng đơn vị.")] = "",
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp ranh giới chính thức thay cho ranh giới gần đúng. / Preview or load official outlines."""
    from boundaries.importing.reading import read_areas
    from boundaries.mosaic import province_outlines
    from services.database import transaction

    del lang
    day = _day(on)
    with transaction(write=False) as connection:
        provinces = province_outlines(connection)
    outlines = read_areas(path, on=day, layer=layer, encoding=encoding, crs=crs, provinces=provinces)
    _take(
        outlines, day, commit=commit, partial=partial, skip_unknown=skip_unknown, path=path, source=source or path.name
    )


@app.command()
def fetch(
    province: Annotated[str, typer.Argument(help="Mã tỉnh hai chữ số, ví dụ 68.")],
    commit: Commit = False,
    url: Annotated[str | None, typer.Option(help="Thư mục nguồn; mặc định theo cài đặt.")] = None,
    to: Annotated[Path | None, typer.Option(help="Thư mục giữ các tệp tải về.")] = None,
    timeout: Annotated[float, typer.Option(help="Thời gian chờ tối đa, giây.")] = 600.0,
    lang: Lang = None,
) -> None:
    """Tải ranh giới đã công bố của một tỉnh, xem trước hoặc nạp. / Download published outlines of a province."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from boundaries.importing.fetch import fetch as download
    from boundaries.importing.reading import read_areas
    from services.settings import Settings

    del lang
    settings = Settings()
    base = url or settings.boundaries_source
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=out, transient=True
    ) as bar:
        task = bar.add_task(say("Tải ranh giới", "Downloading outlines"), total=None)
        got = download(
            province, base_url=base, folder=to or settings.data / "boundaries", timeout=timeout,
            progress=lambda done, all_: bar.update(task, completed=done, total=all_),
        )  # fmt: skip
    good(
        say(
            f"Đã tải {got.downloaded} tệp ({amount(got.bytes / 1e6, 1)} MB), {got.kept} tệp có sẵn; mã kiểm tra "
            f"ghi trong {got.folder}.",
            f"Downloaded {got.downloaded} files ({amount(got.bytes / 1e6, 1)} MB), {got.kept} were there; "
            f"checksums are in {got.folder}.",
        )
    )
    outlines = read_areas(got.folder)
    _take(outlines, _day(REFORM), commit=commit, partial=False, skip_unknown=False, path=got.folder, source=base)


@app.command()
def check(on: Day = REFORM, lang: Lang = None) -> None:
    """Kiểm tra ranh giới đang có trong cơ sở dữ liệu. / Check the boundaries in the database."""
    import geopandas
    from sqlalchemy import text

    from boundaries.importing.report import AREA_TOLERANCE, Report, examine_ground
    from boundaries.mosaic import standing
    from geo.crs import square_metres
    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        areas = standing(connection, _day(on))
        names: dict[int, str] = dict(connection.execute(text("SELECT id, full_name FROM toancanh.area")).tuples().all())
        published: dict[int, float | None] = dict(
            connection.execute(text("SELECT id, area_km2 FROM toancanh.area")).tuples().all()
        )
    if not areas.ids:
        raise Problem(
            "Chưa có ranh giới nào; hãy chạy toancanh demo.", "There are no boundaries yet; run toancanh demo."
        )
    frame = geopandas.GeoDataFrame(
        {
            "code": areas.codes, "level": areas.levels, "parent_code": areas.provinces,
            "full_name": [names[i] for i in areas.ids], "geometry": areas.shapes,
        },
        crs=4326,
    )  # fmt: skip
    report = Report(levels={str(k): int(v) for k, v in frame["level"].value_counts().items()})
    examine_ground(report, frame)
    measured = square_metres(areas.shapes) / 1e6
    for i in (i for i, official in enumerate(areas.official) if official):
        stated = published[areas.ids[i]]
        if stated and abs(measured[i] / stated - 1) > AREA_TOLERANCE:
            report.areas.append((areas.codes[i], names[areas.ids[i]], stated, round(float(measured[i]), 2)))
    report.invalid = [
        (c, "") for c, ok in zip(areas.codes, geopandas.GeoSeries(areas.shapes).is_valid, strict=True) if not ok
    ]
    levels(report)
    ground(report)
    facts([(say("Ranh giới gần đúng", "Approximate outlines"), amount(areas.official.count(False)))])
    if report.overlaps.get("pairs") or report.gaps.get("count") or report.invalid or report.outside:
        raise typer.Exit(1)
    good(
        say(
            "Ranh giới khớp nhau, tỉnh đúng bằng các xã của mình.",
            "Outlines fit; provinces are exactly their communes.",
        )
    )


@app.command("list")
def list_(on: Day = REFORM, lang: Lang = None) -> None:
    """Liệt kê các tỉnh, số xã đã có, nguồn và ngày nạp. / List provinces, communes loaded, source and date."""
    from sqlalchemy import text

    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        rows = connection.execute(text(_LIST), {"day": _day(on)}).all()
        loads = connection.execute(
            text("SELECT loaded_at, path FROM toancanh.boundary_load ORDER BY loaded_at DESC LIMIT 5")
        ).all()
    table = Table(
        say("Mã", "Code"), say("Tỉnh", "Province"), say("Xã", "Communes"), say("Ranh giới", "Outline"),
        say("Nguồn", "Source"),
        box=None, header_style="dim",
    )  # fmt: skip
    for code, name, communes, approximate, loose, source in rows:
        state = say("gần đúng", "approximate") if approximate else say("chính thức", "official")
        if communes and loose and not approximate:
            state += say(f" ({loose} xã gần đúng)", f" ({loose} communes approximate)")
        table.add_row(code, name, str(communes or "–"), state, "" if approximate else source)
    out.print(table)
    for loaded_at, path in loads:
        out.print(f"[dim]{loaded_at:%d/%m/%Y %H:%M}  {path}[/]")


_LIST = """
SELECT p.code, p.full_name, count(c.id), p.approximate, count(c.id) FILTER (WHERE c.approximate), p.source
FROM toancanh.area p LEFT JOIN toancanh.area c ON c.parent_id = p.id AND c.level = 'commune'
WHERE p.level = 'province' AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
GROUP BY p.id ORDER BY p.code
"""


def _take(
    outlines: Outlines, on: date, *, commit: bool, partial: bool, skip_unknown: bool, path: Path, source: str
) -> None:
    from boundaries.importing.commit import commit as write_areas
    from boundaries.importing.report import examine
    from layers.catalogue import FEATURES
    from layers.loading import relocate
    from services.database import transaction

    with transaction(write=commit) as connection:
        report, areas = examine(connection, outlines, on=on, partial=partial, skip_unknown=skip_unknown)
        show(report)
        if not commit:
            if report.refusals:
                for vi, en in report.refusals:
                    bad(say(vi, en))
            out.print(
                say(
                    "\nMới xem trước, chưa ghi gì. Thêm --commit để nạp.",
                    "\nA preview, nothing was written. Add --commit to load.",
                )
            )
            return
        report.check()
        _room(connection)
        done = write_areas(connection, areas, report, on=on, path=str(path), source=source)
        moved = relocate(connection, FEATURES)
    good(
        say(
            f"Đã ghi {done['written']} ranh giới ({done['added']} đơn vị mới), {sum(moved.values())} đối tượng đổi xã.",
            f"Wrote {done['written']} outlines ({done['added']} new areas); {sum(moved.values())} features changed "
            "commune.",
        )
    )


def _room(connection: Connection) -> None:
    """Refuse early where the disk of a database on this machine is nearly full: long work would be undone."""
    from sqlalchemy import text

    folder = connection.execute(text("SELECT setting FROM pg_settings WHERE name = 'data_directory'")).scalar()
    if folder and Path(folder).exists() and shutil.disk_usage(folder).free < 200 * 1024 * 1024:
        raise Problem(
            "Ổ đĩa của cơ sở dữ liệu còn dưới 200 MB; chưa ghi gì.",
            "The database's disk has less than 200 MB left; nothing was written.",
        )


def _day(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise Problem(
            f"Ngày “{value}” không đúng dạng năm-tháng-ngày, ví dụ 2025-07-01.",
            f"“{value}” is not a date such as 2025-07-01.",
        ) from None
