"""Commands for areas through time: links, people on the ground, lenses, duties handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from boundaries.vintages import CURRENT
from geo.errors import Problem
from services.boundary_report import warn_uncounted
from services.cli_boundaries import the_day
from services.commands import Lang, amount, facts, good, heading, listing, out, say

if TYPE_CHECKING:
    from boundaries.regions import Regions
    from layers.transition import Moved

links_app = typer.Typer(help="Liên kết đơn vị cũ – mới. / Links from former to present areas.", no_args_is_help=True)
lens_app = typer.Typer(
    help="Lăng kính: bộ vùng không phải đơn vị hành chính. / Lenses: sets of regions that are no administrative areas.",
    no_args_is_help=True,
)

Commit = Annotated[bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")]
Source = Annotated[str, typer.Option(help="Nguồn, ghi cùng dữ liệu.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of boundaries."""
    app.add_typer(links_app, name="links")
    app.add_typer(lens_app, name="lens")
    app.command()(population)
    app.command()(transition)


@links_app.command("load")
def links_load(
    path: Annotated[Path, typer.Argument(help="CSV: old_code,new_code,relation[,area_share,population_share].")],
    commit: Commit = False,
    source: Source = "",
    lang: Lang = None,
) -> None:
    """Thay liên kết của các đơn vị cũ có trong bảng. / Replace the links of the former areas that a table names."""
    from boundaries.relinking import relink
    from services.database import transaction

    del lang
    with transaction(write=commit) as connection:
        done = relink(connection, path, source=source or path.name)
    facts([
        (say("Đơn vị cũ trong bảng", "Former areas in the table"), amount(done.areas)),
        (say("Liên kết trước đây", "Links before"), amount(done.before)),
        (say("Liên kết mới", "Links now"), amount(done.after)),
    ])  # fmt: skip
    _said(commit, say("Đã thay liên kết.", "The links were replaced."))


def population(
    raster: Annotated[Path, typer.Argument(help="Raster số người mỗi ô, kinh độ và vĩ độ (GeoTIFF).")],
    source: Source = "",
    lang: Lang = None,
) -> None:
    """Đếm người trên phần đất chung của mọi liên kết và lăng kính. / Count people on the ground areas share."""
    from boundaries.population import count_people
    from services.database import transaction

    del lang
    with transaction(write=True) as connection:
        found = count_people(connection, raster, source=source)
    facts([
        (say("Liên kết", "Links"), f"{amount(found.links)} · {amount(found.on_links)} {say('người', 'people')}"),
        (say("Phần xã trong lăng kính", "Parts of communes in lenses"), amount(found.overlaps)),
        (say("Cả nước theo raster", "The country by the raster"), amount(found.country)),
        (say("Mã kiểm tra", "Checksum"), found.checksum),
    ])  # fmt: skip
    good(say("Đã ghi số người của từng liên kết.", "The people of every link were written."))


@lens_app.command("load")
def lens_load(
    path: Annotated[Path, typer.Argument(help="Tệp vùng có tên: GeoPackage, Shapefile, GeoJSON, KML, ZIP.")],
    name: Annotated[str, typer.Option(help="Tên lăng kính, ví dụ “Hạt kiểm lâm”.")],
    commit: Commit = False,
    field: Annotated[str | None, typer.Option(help="Cột tên vùng; mặc định tự nhận.")] = None,
    slug: Annotated[str | None, typer.Option(help="Tên trong địa chỉ, ví dụ hat-kiem-lam.")] = None,
    name_en: Annotated[str, typer.Option(help="Tên tiếng Anh.")] = "",
    on: Annotated[str, typer.Option("--date", help="Ngày các vùng bắt đầu có hiệu lực.")] = CURRENT.id,
    layer: Annotated[str | None, typer.Option(help="Chỉ đọc lớp này của tệp.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    crs: Annotated[str | None, typer.Option(help="Hệ toạ độ của tệp, ví dụ EPSG:5899.")] = None,
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Vẫn ghi khi có hình không dùng được.")] = False,
    source: Source = "",
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp một bộ vùng làm lăng kính. / Preview or load a set of regions as a lens."""
    from boundaries.mosaic import province_outlines
    from boundaries.regions import communes_in, read_regions, slug_of, store_set
    from services.database import transaction

    del lang
    start, own = the_day(on), slug or slug_of(name)
    with transaction(write=commit) as connection:
        regions = read_regions(
            path, name_field=field, layer=layer, encoding=encoding, crs=crs, provinces=province_outlines(connection)
        )
        _regions(regions, communes_in(connection, regions))
        if commit and regions.refused and not skip_refused:
            raise Problem(
                f"{len(regions.refused)} hình không dùng được nên chưa ghi gì; hãy sửa tệp, hoặc thêm --skip-refused để bỏ qua.",
                f"{len(regions.refused)} shapes cannot be used, so nothing was written; mend the file or add --skip-refused.",
            )
        if commit:
            count = store_set(
                connection, regions, title=name, title_en=name_en, slug=own, start=start, source=source or path.name
            )
            good(say(f"Đã ghi {count} vùng của lăng kính {own}.", f"Wrote {count} regions of the lens {own}."))
            warn_uncounted(connection)
    if not commit:
        _said(False, "")


@lens_app.command("list")
def lens_list(lang: Lang = None) -> None:
    """Liệt kê các lăng kính. / List the lenses."""
    from sqlalchemy import text

    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        rows = connection.execute(text(_LENSES)).all()
    table = Table(
        say("Mã", "Slug"), say("Tên", "Name"), say("Vùng", "Regions"), say("Nguồn", "Source"), say("Ngày nạp", "Loaded"),
        box=None, header_style="dim",
    )  # fmt: skip
    for slug, title, title_en, count, source, loaded_at in rows:
        table.add_row(slug, say(title, title_en), str(count), source, f"{loaded_at:%d/%m/%Y}")
    out.print(table if rows else say("Chưa có lăng kính nào.", "There are no lenses yet."))


@lens_app.command("remove")
def lens_remove(
    slug: Annotated[str, typer.Argument(help="Mã của lăng kính, xem boundaries lens list.")], lang: Lang = None
) -> None:
    """Bỏ một lăng kính. / Remove a lens."""
    from boundaries.regions import remove_set
    from services.database import transaction

    del lang
    with transaction(write=True) as connection:
        count = remove_set(connection, slug)
        if not count:
            raise Problem(f"Không có lăng kính “{slug}”.", f"There is no lens “{slug}”.")
    good(say(f"Đã bỏ {count} vùng của lăng kính {slug}.", f"Removed the {count} regions of the lens {slug}."))


def transition(
    on: Annotated[str, typer.Option("--on", help="Ngày chuyển giao, ví dụ 2025-07-01.")] = CURRENT.id,
    commit: Commit = False,
    lang: Lang = None,
) -> None:
    """Chuyển giao mọi việc của đơn vị đã kết thúc cho đơn vị kế thừa. / Hand over what hangs on ended areas."""
    from layers.transition import transition as hand_over
    from services.database import transaction

    del lang
    with transaction(write=commit) as connection:
        moved = hand_over(connection, the_day(on))
        _moved(moved)
        if any(one.orphans for one in moved):
            raise Problem(
                "Còn việc chưa có đơn vị nhận nên chưa ghi gì; hãy nạp liên kết kế thừa (boundaries links load) rồi chạy lại.",
                "Some items have no successor, so nothing was written; load the links (boundaries links load) and run again.",
            )
    _said(commit, say("Đã chuyển giao; mỗi việc có một dòng nhật ký.", "Handed over, with one line of record an item."))


def _moved(moved: list[Moved]) -> None:
    table = Table(
        say("Việc", "What"), say("tồn ở đơn vị cũ", "on ended areas"), say("chuyển giao", "handed over"),
        say("quy tắc", "rule"), say("chưa có nơi nhận", "no successor"),
        box=None, header_style="dim",
    )  # fmt: skip
    for one in moved:
        table.add_row(
            say(one.title, one.title_en), amount(one.found), amount(one.handed), one.rule, amount(one.orphans)
        )
    out.print(table)
    for one in moved:
        listing(
            f"{say(one.title, one.title_en)}: {say('đơn vị chưa có nơi kế thừa', 'areas without a successor')}",
            [""], [(name,) for name in one.without], mark="✗",
        )  # fmt: skip


def _regions(regions: Regions, communes: dict[str, int]) -> None:
    heading(say("Vùng", "Regions"))
    facts([
        (say("Số vùng", "Regions"), f"{amount(len(regions.frame))} ({say('cột', 'column')} {regions.column})"),
        (say("Hình gộp vào vùng cùng tên", "Shapes joined by name"), amount(regions.joined)),
        (say("Hình được sửa", "Shapes repaired"), amount(regions.repaired)),
        (say("Chồng lấn", "Overlaps"), f"{regions.overlaps['pairs']} · {amount(regions.overlaps['km2'], 2)} km²"),
        (say("Xã nằm trọn trong một vùng", "Communes inside one region"), amount(communes["whole"])),
        (say("Xã bị chia", "Communes divided"), amount(communes["cut"])),
        (say("Xã có phần ngoài mọi vùng", "Communes partly outside"), amount(communes["partly"])),
    ])  # fmt: skip
    listing(say("Dòng không dùng được", "Rows that cannot be used"), [say("dòng", "row"), ""],
            [(row, say(vi, en)) for row, vi, en in regions.refused], mark="✗")  # fmt: skip
    listing(say("Vùng chồng lấn nhau: số liệu ở đó được chia cho các vùng", "Regions that overlap: figures there are shared between them"),
            ["", "", "km²"], regions.overlaps["worst"])  # fmt: skip


def _said(commit: bool, done: str) -> None:
    if commit:
        good(done)
    else:
        out.print(
            say(
                "\nMới xem trước, chưa ghi gì. Thêm --commit để ghi.", "\nA preview, nothing was written. Add --commit."
            )
        )


_LENSES = """
SELECT s.slug, s.title, s.title_en, count(a.id), s.source, s.loaded_at FROM toancanh.region_set s
LEFT JOIN toancanh.area a ON a.level = 'region' AND a.kind = s.slug GROUP BY s.slug ORDER BY s.slug
"""
