"""The command that loads features into a layer: any vector file or table with coordinates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.errors import Problem
from services.cli_indicators import pairs
from services.commands import Lang, amount, facts, good, grouped, listing, out, say

if TYPE_CHECKING:
    from layers.layer import Layer
    from layers.loading import LoadReport


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    app.command()(load)


def load(
    layer: Annotated[str, typer.Argument(help="Lớp nhận dữ liệu: cameras, projects, planning-zones, citizen-reports…")],
    path: Annotated[Path, typer.Argument(help="Tệp vector, ZIP, thư mục hoặc bảng có toạ độ.")],
    commit: Annotated[
        bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")
    ] = False,
    crs: Annotated[str | None, typer.Option(help="Hệ toạ độ của tệp, ví dụ EPSG:5899 (VN-2000 107°45').")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    file_layer: Annotated[str | None, typer.Option("--layer", help="Lớp cần đọc trong tệp có nhiều lớp.")] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="trường=cột của tệp, hoặc trường==một giá trị cho mọi dòng.")
    ] = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Bỏ các dòng bị từ chối và nạp phần còn lại.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace-source", help="Xoá dữ liệu đã nạp từ cùng nguồn trước.")] = False,
    source: Annotated[str, typer.Option(help="Tên nguồn; mặc định là tên tệp.")] = "",
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp đối tượng vào một lớp bản đồ. / Preview or load features into a layer."""
    from boundaries.mosaic import province_outlines
    from geo.reading import read
    from layers.loading import load as take
    from services.database import transaction

    del lang
    target = _layer(layer)
    with transaction(write=commit) as connection:
        reading = read(path, layer=file_layer, encoding=encoding, crs=crs, outlines=province_outlines(connection))
        chosen, origin = pairs(columns), source or path.name
        report = take(connection, target, reading, columns=chosen, source=origin)
        facts([
            (say("Hệ toạ độ", "CRS"), f"{reading.crs} → EPSG:4326 {reading.operation}".strip()),
            (say("Bảng mã", "Encoding"), reading.encoding),
        ])  # fmt: skip
        for note in reading.notes:
            out.print(f"  {say(note.vi, note.en)}")
        _show(target, report)
        if commit:
            done = take(
                connection,
                target,
                reading,
                columns=chosen,
                source=origin,
                replace=replace,
                dry_run=False,
                skip_refused=skip_refused,
            )
    if commit:
        good(
            say(
                f"Đã ghi {amount(done.written)} đối tượng vào lớp {target.title}"
                + (f", thay {amount(done.replaced)}." if replace else "."),
                f"Wrote {amount(done.written)} features to {target.title_en}"
                + (f", replacing {amount(done.replaced)}." if replace else "."),
            )
        )
        return
    out.print(
        say(
            "\nMới xem trước, chưa ghi gì. Thêm --commit để nạp.",
            "\nA preview, nothing was written. Add --commit to load.",
        )
    )
    if not report.accepted or (report.refused and not skip_refused):
        raise typer.Exit(1)


def _layer(name: str) -> Layer:
    from layers.catalogue import FEATURES

    found = {one.id: one for one in FEATURES}
    if name not in found:
        raise Problem(
            f"Không có lớp “{name}”; các lớp nhận dữ liệu: {', '.join(found)}.",
            f"There is no layer “{name}”; there are {', '.join(found)}.",
        )
    return found[name]


def _show(layer: Layer, report: LoadReport) -> None:
    titles = {f.name: say(f.title, f.title_en) for f in layer.fields}
    facts([
        (say("Dòng", "Rows"), amount(report.rows)),
        (say("Dùng được", "Usable"), amount(report.accepted)),
        (say("Hình", "Geometry"), ", ".join(f"{amount(n)} {k}" for k, n in report.kinds.items())),
        (say("Hình đã sửa", "Repaired"), amount(report.repaired)),
        (say("Cột không dùng", "Columns not used"), ", ".join(report.columns.left) or "–"),
    ])  # fmt: skip
    listing(say("Trường", "Fields"), ["", "", ""],
            [(name, titles[name], f"← {c}") for name, c in report.columns.mapped.items()], mark="·")  # fmt: skip
    listing(say("Lý do từ chối", "Reasons of refusal"), ["", say("dòng", "rows"), say("các dòng đầu", "first rows")],
            grouped(report.refused), mark="✗")  # fmt: skip
    listing(say("Nằm trong", "They fall in"), ["", say("đối tượng", "features")], report.communes, mark="·")
    if report.outside:
        count = amount(report.outside)
        out.print(
            say(
                f"  {count} đối tượng không nằm trong xã nào đã nạp (ngoài biển hoặc tỉnh chưa nạp xã).",
                f"  {count} features lie in no commune that is loaded (at sea, or communes not loaded).",
            )
        )
