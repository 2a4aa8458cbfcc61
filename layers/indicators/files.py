"""Where the files of the catalogue lie: those of the product, and a folder whose files go before them."""

from __future__ import annotations

from pathlib import Path

from geo.errors import Problem

FOLDER = Path(__file__).parent / "catalogue"
_own: list[Path] = []


def use(folder: Path | None) -> None:
    """Read a file from this folder wherever it has one of that name; None is only the product's."""
    if folder and not folder.is_dir():
        raise Problem(f"Không có thư mục danh mục {folder}.", f"There is no folder {folder} for the catalogue.")
    _own[:] = [folder] if folder else []


def path(name: str) -> Path:
    """The file of this name that counts."""
    return next((own / name for own in _own if (own / name).exists()), FOLDER / name)
