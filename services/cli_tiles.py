"""The command that writes vector tiles into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.commands import Lang, amount, good, out, say


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    app.command()(tiles)


def tiles(
    output: Annotated[Path, typer.Argument(help="Tệp PMTiles sẽ ghi.")],
    layers: Annotated[
        list[str] | None, typer.Option("--layer", "-l", help="Lớp bản đồ; lặp lại được. Mặc định: mọi lớp công khai.")
    ] = None,
    deepest: Annotated[int, typer.Option("--zoom", min=0, max=16, help="Mức thu phóng lớn nhất.")] = 12,
    lang: Lang = None,  # noqa: ARG001  (read by `speaking`)
) -> None:
    """Ghi mảnh vec-tơ của các lớp thành một tệp PMTiles. / Write the vector tiles of layers into one PMTiles file."""
    from layers.catalogue import catalogue
    from layers.viewer import PUBLIC
    from services.database import transaction
    from services.errors import NotFound
    from services.ogc.links import today
    from services.tiles.archive import write

    public = {name: layer for name, layer in catalogue.items() if layer.readable(PUBLIC)}
    for name in layers or []:
        if name not in public:
            listed = ", ".join(public)
            raise NotFound(
                f"Không có lớp công khai “{name}”; có: {listed}.", f"There is no public layer “{name}” among: {listed}."
            )
    chosen = [public[name] for name in layers] if layers else list(public.values())
    with transaction(write=False) as connection:
        made = write(
            connection, chosen, output, day=today(), highest=deepest,
            progress=lambda z, n: out.print(say(f"  · mức {z}: {amount(n)} mảnh", f"  · zoom {z}: {amount(n)} tiles")),
        )  # fmt: skip
    size = f"{made.bytes / 1e6:.1f} MB"
    good(
        say(
            f"Đã ghi {output}: {amount(made.tiles)} mảnh, {size}.",
            f"Wrote {output}: {amount(made.tiles)} tiles, {size}.",
        )
    )
