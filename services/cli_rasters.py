"""The commands that keep rasters: add, list, remove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.commands import Lang, amount, facts, good, listing, out, say

app = typer.Typer(help="Raster: lưới số liệu (dân số, độ cao, khoảng cách…) dạng Cloud Optimized GeoTIFF.")


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help="Tệp raster: GeoTIFF hoặc dạng khác GDAL đọc được.")],
    id: Annotated[str, typer.Option("--id", help="Mã trong địa chỉ: chữ thường, số, dấu gạch.")],
    title: Annotated[str, typer.Option(help="Tên tiếng Việt.")],
    title_en: Annotated[str, typer.Option(help="Tên tiếng Anh.")] = "",
    description: Annotated[str, typer.Option(help="Một hai câu mô tả.")] = "",
    description_en: Annotated[str, typer.Option(help="Mô tả tiếng Anh.")] = "",
    source: Annotated[str, typer.Option(help="Nguồn; mặc định là tên tệp.")] = "",
    licence: Annotated[str, typer.Option(help="Giấy phép sử dụng.")] = "",
    band: Annotated[list[str] | None, typer.Option(help="Tên từng kênh, theo thứ tự.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Đơn vị từng kênh, theo thứ tự.")] = None,
    crs: Annotated[str | None, typer.Option(help="Hệ toạ độ của tệp, ví dụ EPSG:5899 (VN-2000 107°45').")] = None,
    staff: Annotated[bool, typer.Option("--staff", help="Chỉ cán bộ xem được.")] = False,
    lang: Lang = None,
) -> None:
    """Nạp một raster (thay raster cùng mã nếu có). / Add a raster, instead of the one with the same id."""
    from services import rasters
    from services.database import transaction
    from services.settings import Settings

    del lang
    with transaction(write=True) as connection:
        made = rasters.add(
            connection, Settings(), path, id=id, title=title, title_en=title_en, description=description,
            description_en=description_en, origin=source, licence=licence, names=tuple(band or ()),
            units=tuple(unit or ()), readers="staff" if staff else "public", crs=crs,
        )  # fmt: skip
    facts([
        (say("Hệ toạ độ", "CRS"), made.crs[:60]),
        (say("Kích thước", "Size"), f"{amount(made.width)} × {amount(made.height)}"),
        (say("Kênh", "Bands"), ", ".join(f"{one['name']} ({one['type']} {one['unit']})".strip() for one in made.bands)),
        (say("Tệp", "File"), f"{made.file}, {amount(made.bytes / 1e6, 1)} MB"),
    ])  # fmt: skip
    good(say(f"Đã nạp raster {made.title}.", f"Added the raster {made.title_en}."))


@app.command("list")
def show(lang: Lang = None) -> None:
    """Liệt kê các raster. / List the rasters."""
    from services import rasters
    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        found = rasters.listed(connection)
    if not found:
        out.print(say("Chưa có raster nào.", "There are no rasters."))
    rows = [(one.id, one.title, f"{one.width}×{one.height}", f"{amount(one.bytes / 1e6, 1)} MB") for one in found]
    listing(say("Raster", "Rasters"), ["", "", "", ""], rows, mark="·")


@app.command()
def remove(
    id: Annotated[str, typer.Argument(help="Mã của raster.")],
    lang: Lang = None,
) -> None:
    """Xoá một raster và tệp của nó. / Remove a raster and its file."""
    from services import rasters
    from services.database import transaction
    from services.settings import Settings

    del lang
    with transaction(write=True) as connection:
        gone = rasters.remove(connection, Settings(), id)
    good(say(f"Đã xoá raster {gone.title}.", f"Removed the raster {gone.title_en}."))
