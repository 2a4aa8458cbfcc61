"""Commands for administrative boundaries: load, fetch, list."""

from __future__ import annotations

import shutil
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Connection, text

from boundaries.importing.commit import commit as write_areas
from boundaries.importing.fetch import fetch as download
from boundaries.importing.reading import REFORM, Outlines, read_areas
from boundaries.importing.report import Report, examine
from boundaries.mosaic import province_outlines
from boundaries.vintages import VINTAGES, vintage_on
from geo.errors import Problem
from layers.catalogue import FEATURES
from layers.loading import relocate
from services.commands import Lang, amount, bad, facts, good, heading, listing, out, say, transaction
from services.settings import Settings

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
    on: Day = REFORM.isoformat(),
    layer: Annotated[str | None, typer.Option(help="Chỉ đọc lớp này của tệp.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    crs: Annotated[str | None, typer.Option(help="Hệ toạ độ của tệp, ví dụ EPSG:5899.")] = None,
    partial: Partial = False,
    skip_unknown: Skip = False,
    source: Annotated[str, typer.Option(help="Nguồn của ranh giới, ghi cùng từng đơn vị.")] = "",
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp ranh giới chính thức thay cho ranh giới gần đúng. / Preview or load official outlines."""
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
    _take(outlines, REFORM, commit=commit, partial=False, skip_unknown=False, path=got.folder, source=base)


@app.command("list")
def list_(on: Day = REFORM.isoformat(), lang: Lang = None) -> None:
    """Liệt kê các tỉnh, số xã đã có, nguồn và ngày nạp. / List provinces, communes loaded, source and date."""
    del lang
    with transaction(write=False) as connection:
        rows = connection.execute(_LIST, {"day": the_day(on)}).all()
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


_LIST = text("""
SELECT p.code, p.full_name, count(c.id), p.approximate, count(c.id) FILTER (WHERE c.approximate), p.source
FROM toancanh.area p LEFT JOIN toancanh.area c ON c.level = 'commune' AND c.province_code = p.code AND c.valid_from = p.valid_from
WHERE p.level = 'province' AND p.valid_from <= :day AND (p.valid_to IS NULL OR p.valid_to > :day)
GROUP BY p.id ORDER BY p.code
""")


def load_outlines(connection: Connection, outlines: Outlines, on: date, *, path: str, source: str) -> dict[str, int]:
    """Examine and write outlines in one transaction of the caller, then tie features to their communes anew."""
    report, areas = examine(connection, outlines, on=on)
    written = write_areas(connection, areas, report, on=on, path=path, source=source)
    relocate(connection, FEATURES)
    return written


def _take(
    outlines: Outlines, on: date, *, commit: bool, partial: bool, skip_unknown: bool, path: Path, source: str
) -> None:
    with transaction(write=commit) as connection:
        report, areas = examine(connection, outlines, on=on, partial=partial, skip_unknown=skip_unknown)
        _show(report)
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


def _room(connection: Connection) -> None:
    """Refuse early where the disk of a database on this machine is nearly full: long work would be undone."""
    folder = connection.execute(text("SELECT setting FROM pg_settings WHERE name = 'data_directory'")).scalar()
    if folder and Path(folder).exists() and shutil.disk_usage(folder).free < 200 * 1024 * 1024:
        raise Problem(
            "Ổ đĩa của cơ sở dữ liệu còn dưới 200 MB; chưa ghi gì.",
            "The database's disk has less than 200 MB left; nothing was written.",
        )


def the_day(value: str) -> date:
    """Read a day on which some list of areas held."""
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


def _show(report: Report) -> None:
    show_levels(report)
    for vi, en in report.notes:
        out.print(f"  {say(vi, en)}")
    listing(say("Dòng không dùng được", "Rows that cannot be used"), [say("dòng", "row"), ""],
            [(r, say(vi, en)) for r, vi, en in report.refused_rows], mark="✗")  # fmt: skip
    listing(say("Mã không có trong danh mục", "Codes not in the register"),
            [say("dòng", "row"), say("mã", "code"), say("tên", "name")],
            report.unknown, mark="✗")  # fmt: skip
    listing(say("Mã trùng", "Codes twice"), [say("mã", "code")], [(c,) for c in report.twice], mark="✗")
    listing(say("Tỉnh ghi trong tệp khác danh mục", "Parents that differ"),
            [say("mã", "code"), say("tệp", "file"), say("danh mục", "register")], report.parents, mark="✗")  # fmt: skip
    listing(say("Tên khác danh mục", "Names that differ"),
            [say("mã", "code"), say("tệp", "file"), say("danh mục", "register")],
            report.names)  # fmt: skip
    show_ground(report)
    heading(say("Đầy đủ", "Completeness"))
    for one in report.provinces[:40]:
        mark = "[green]✓[/]" if one.complete else "[yellow]·[/]" if not one.communes else "[red]✗[/]"
        outline = say("có đường bao tỉnh", "with the province's outline") if one.outline else ""
        out.print(
            f"  {mark} {one.code} {one.name}: {one.communes}/{one.communes_known} {say('xã', 'communes')} {outline}"
        )
    heading(say("Thay đổi nếu ghi", "What would change"))
    facts([
        (say("thêm mới", "new"), amount(report.change["new"])),
        (say("thay ranh giới", "replaced"), amount(report.change["replaced"])),
        (say("giữ nguyên", "untouched"), amount(report.change["untouched"])),
        (say("còn gần đúng", "stay approximate"), amount(report.change["approximate_left"])),
    ])  # fmt: skip


def show_levels(report: Report) -> None:
    """Print how many areas of each level there are, and how they were read."""
    names = {
        "province": say("tỉnh", "provinces"),
        "commune": say("xã", "communes"),
        "district": say("huyện", "districts"),
        "": "?",
    }
    rows = [(say("Dòng", "Rows"), ", ".join(f"{amount(n)} {names[k]}" for k, n in report.levels.items()))]
    if report.crs:
        rows += [(say("Hệ toạ độ", "CRS"), f"{report.crs} → EPSG:4326 {report.operation}".strip())]
        rows += [(say("Bảng mã", "Encoding"), report.encoding)]
    facts(rows)


def show_ground(report: Report) -> None:
    """Print what is wrong with outlines."""
    listing(say("Hình không hợp lệ (sẽ được sửa)", "Invalid geometry (will be repaired)"),
            [say("mã", "code"), say("lỗi", "fault")],
            report.invalid)  # fmt: skip
    if report.repair:
        done = report.repair
        points, rings, dust = (amount(done[k]) for k in ("repeated_points", "turned", "dust"))
        facts([(
            say("Sửa hình", "Repair"),
            say(
 f"{points} điểm lặp, {rings} vòng đổi chiều, {dust} mảnh dưới 1 m²", f"{points} repeated points, {rings} rings turned, {dust} parts under 1 m²",),
        )])  # fmt: skip
    found = [
        (say("Chồng lấn", "Overlaps"), "pairs", say("cặp", "pairs"), report.overlaps, ["", ""]),
        (say("Khe hở", "Gaps"), "count", say("khe", "gaps"), report.gaps, [say("kinh độ", "lon"), say("vĩ độ", "lat")]),
    ]
    facts([(name, f"{amount(of[k])} {word}, {amount(of['km2'], 4)} km²") for name, k, word, of, _ in found if of])
    for name, _, _, of, columns in found:
        listing(f"{name}: {say('nặng nhất', 'worst')}", [*columns, "km²"], of.get("worst", []))
    listing(say("Xã có điểm giữa nằm ngoài đường bao tỉnh", "Communes whose middle lies outside their province's outline"),
            [say("mã", "code"), say("tên", "name"), say("phần ngoài", "share outside")], report.outside)  # fmt: skip
    listing(say("Diện tích lệch quá 10 % so với công bố", "Areas more than 10 % off the published figure"),
            [say("mã", "code"), say("tên", "name"), say("công bố km²", "published km²"), say("đo km²", "measured km²")],
            report.areas)  # fmt: skip
