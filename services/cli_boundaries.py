"""Commands for administrative boundaries: load, fetch, check, list."""

from __future__ import annotations

import shutil
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from geo.errors import Problem
from services.boundary_report import show, warn_uncounted
from services.commands import Lang, amount, bad, good, out, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from boundaries.importing.reading import Outlines

REFORM = "2025-07-01"  # the day of boundaries.register.REFORM, which takes a second to import

app = typer.Typer(
    help="Ranh giới hành chính: nạp, tải về, kiểm tra, liệt kê. / Administrative boundaries.", no_args_is_help=True
)

LONGEST_SOURCE = 60

Commit = Annotated[bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")]
Day = Annotated[
    str,
    typer.Option("--date", help="Ngày của ranh giới, ví dụ 2025-07-01 (hiện hành) hoặc 2025-06-30 (trước sắp xếp)."),
]
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
    day = the_day(on)
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
    _take(outlines, the_day(REFORM), commit=commit, partial=False, skip_unknown=False, path=got.folder, source=base)


@app.command()
def check(
    on: Annotated[
        str | None, typer.Option("--date", help="Chỉ kiểm tra ranh giới của ngày này, ví dụ 2025-07-01.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Kiểm tra ranh giới của cả hai thời kỳ và liên kết giữa chúng. / Check both structures and their links."""
    from services.boundary_check import check_boundaries

    del lang
    if not check_boundaries(the_day(on) if on else None):
        raise typer.Exit(1)


@app.command("list")
def list_(on: Day = REFORM, lang: Lang = None) -> None:
    """Liệt kê các tỉnh, số xã đã có, nguồn và ngày nạp. / List provinces, communes loaded, source and date."""
    from sqlalchemy import text

    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        rows = connection.execute(text(_LIST), {"day": the_day(on)}).all()
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
        table.add_row(
            code,
            name,
            str(communes or "–"),
            state,
            "" if approximate else textwrap.shorten(source, LONGEST_SOURCE, placeholder="…"),
        )
    out.print(table)
    for loaded_at, path in loads:
        out.print(f"[dim]{loaded_at:%d/%m/%Y %H:%M}  {path}[/]")


_LIST = """
SELECT p.code, p.full_name, count(c.id), p.approximate, count(c.id) FILTER (WHERE c.approximate), p.source
FROM toancanh.area p LEFT JOIN toancanh.area c ON c.level = 'commune' AND c.province_code = p.code AND c.valid_from = p.valid_from
WHERE p.level = 'province' AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
GROUP BY p.id ORDER BY p.code
"""


def _take(
    outlines: Outlines, on: date, *, commit: bool, partial: bool, skip_unknown: bool, path: Path, source: str
) -> None:
    from boundaries.importing.commit import commit as write_areas
    from boundaries.importing.report import examine
    from boundaries.vintages import vintage_on
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
        moved = relocate(connection, FEATURES) if vintage_on(on).until is None else {}
    good(
        say(
            f"Đã ghi {done['written']} ranh giới ({done['added']} đơn vị mới), {sum(moved.values())} đối tượng đổi xã.",
            f"Wrote {done['written']} outlines ({done['added']} new areas); {sum(moved.values())} features changed "
            "commune.",
        )
    )
    with transaction(write=False) as connection:
        warn_uncounted(connection)


def _room(connection: Connection) -> None:
    """Refuse early where the disk of a database on this machine is nearly full: long work would be undone."""
    from sqlalchemy import text

    folder = connection.execute(text("SELECT setting FROM pg_settings WHERE name = 'data_directory'")).scalar()
    if folder and Path(folder).exists() and shutil.disk_usage(folder).free < 200 * 1024 * 1024:
        raise Problem(
            "Ổ đĩa của cơ sở dữ liệu còn dưới 200 MB; chưa ghi gì.",
            "The database's disk has less than 200 MB left; nothing was written.",
        )


def the_day(value: str) -> date:
    """Read a day on which some list of areas held."""
    from boundaries.vintages import VINTAGES

    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise Problem(
            f"Ngày “{value}” không đúng dạng năm-tháng-ngày, ví dụ 2025-07-01.",
            f"“{value}” is not a date such as 2025-07-01.",
        ) from None
    if day < VINTAGES[0].start:
        first = VINTAGES[0].start
        raise Problem(
            f"Không có danh mục đơn vị hành chính của ngày {day:%d/%m/%Y}; danh mục sớm nhất từ {first:%d/%m/%Y}.",
            f"No list of areas is known for {day}; the first one begins on {first}.",
        )
    return day
