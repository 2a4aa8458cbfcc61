"""Command that writes a map as one file: share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from services.commands import Lang, good, say, speaking


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    app.command()(share)


def share(
    indicator: Annotated[str, typer.Option("--indicator", "-i", help="Mã chỉ tiêu, ví dụ hcc-04.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Tệp HTML sẽ ghi.")] = None,
    area: Annotated[str, typer.Option(help="Mã tỉnh hoặc xã; VN là cả nước. Mặc định: tỉnh mở ra đầu tiên.")] = "",
    period: Annotated[str | None, typer.Option(help="Kỳ số liệu, ví dụ 2026-10; để trống là kỳ mới nhất.")] = None,
    level: Annotated[Literal["province", "commune"] | None, typer.Option(help="Cấp của các đơn vị tô màu.")] = None,
    method: Annotated[
        Literal["target", "quantile", "natural", "equal"], typer.Option(help="Cách phân lớp màu.")
    ] = "quantile",
    boundary: Annotated[str | None, typer.Option(help="Mốc địa giới, ví dụ 2025-07-01.")] = None,
    frame: Annotated[str | None, typer.Option(help="Mốc địa giới của mã ở --area, nếu khác với --boundary.")] = None,
    lens: Annotated[
        str | None,
        typer.Option(help="Lăng kính: former-province, former-district, former-commune hoặc bộ vùng đã nạp."),
    ] = None,
    lang: Lang = None,  # noqa: ARG001  (read by `speaking`)
) -> None:
    """Ghi bản đồ của một chỉ tiêu thành một tệp HTML mở được khi không có mạng, gửi được qua thư điện tử."""
    from services import share as sharing
    from services.database import opened
    from services.settings import Settings

    settings = Settings()
    with opened(settings) as engine:
        text, name = sharing.make(
            engine,
            indicator=indicator,
            area=area or settings.home,
            period=period,
            level=level,
            method=method,
            boundary=boundary,
            frame=frame,
            lens=lens,
            lang=speaking(),
        )
    path = output or Path(name)
    path.write_text(text, encoding="utf-8")
    size = f"{len(text.encode()) / 1e6:.1f} MB"
    good(say(f"Đã ghi {path} ({size}).", f"Wrote {path} ({size})."))
