"""What a file is by its first bytes: files that can never be read as a layer are refused with the way out."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from geo.errors import Problem

VECTOR = (".gpkg", ".shp", ".geojson", ".json", ".kml", ".kmz", ".gml", ".tab", ".mif", ".dxf", ".dgn", ".fgb")
TABLE = (".csv", ".tsv", ".txt", ".xlsx")
_LARGEST = 16 * 1024**3

_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"AC10", "bản vẽ DWG; hãy xuất sang DXF hoặc GeoPackage", "a DWG drawing; export it to DXF or GeoPackage"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "tệp DGN v8 hoặc Office cũ; hãy xuất sang DXF, GeoPackage hoặc CSV",
        "a DGN v8 or old Office file; export it to DXF, GeoPackage or CSV",
    ),
    (b"%PDF", "tài liệu PDF", "a PDF document"),
    (b"\x89PNG", "ảnh PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "ảnh JPEG", "a JPEG picture"),
    (b"GIF8", "ảnh GIF", "a GIF picture"),
    (b"II*\x00", "ảnh TIFF (raster)", "a TIFF raster"),
    (b"II+\x00", "ảnh TIFF (raster)", "a TIFF raster"),
    (b"MM\x00*", "ảnh TIFF (raster)", "a TIFF raster"),
    (b"CDF", "lưới NetCDF (raster)", "a NetCDF raster"),
    (b"\x89HDF", "lưới HDF (raster)", "an HDF raster"),
    (b"Rar!", "tệp nén RAR; hãy nén lại bằng ZIP", "a RAR archive; pack it as ZIP"),
    (b"7z\xbc\xaf", "tệp nén 7z; hãy nén lại bằng ZIP", "a 7z archive; pack it as ZIP"),
    (b"\x7fELF", "chương trình máy", "a program"),
    (b"MZ", "chương trình máy", "a program"),
)


def refuse_foreign(path: Path) -> None:
    """Raise Problem for a file that is missing, empty, or by its first bytes no vector file or table."""
    if not path.exists():
        raise Problem(f"Không có tệp hoặc thư mục “{path}”.", f"There is no file or folder “{path}”.")
    if path.is_dir():
        return
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise unreadable(path, error.strerror or "") from None
    if not head:
        raise Problem(f"Tệp “{path.name}” rỗng.", f"The file “{path.name}” is empty.")
    for magic, vi, en in _FOREIGN:
        if head.startswith(magic):
            raise Problem(
                f"“{path.name}” không phải tệp bản đồ vector: đó là {vi}.",
                f"“{path.name}” is not a vector file: it is {en}.",
            )


def unreadable(path: Path, detail: str = "") -> Problem:
    """Return the problem of a file that claims to be readable and is not."""
    more = f" ({detail})" if detail else ""
    return Problem(
        f"Không đọc được “{path.name}”: không phải tệp vector hoặc bảng toạ độ, hoặc tệp bị hỏng{more}.",
        f"“{path.name}” cannot be read: not a vector file or a table with coordinates, or broken{more}.",
    )


def is_zip(path: Path) -> bool:
    """Whether the file is a ZIP archive of files (not an Office document)."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


def unpack(path: Path, into: Path) -> Path:
    """Unpack an archive into a folder; Problem where it is broken or unreasonably large."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise Problem(
                    f"“{path.name}” mở ra quá lớn (trên 16 GB); hãy giải nén rồi nạp từng phần.",
                    f"“{path.name}” unpacks to more than 16 GB; unpack it and load the parts.",
                )
            archive.extractall(into)
    except (zipfile.BadZipFile, EOFError, RuntimeError):
        raise unreadable(path, "ZIP") from None
    return into


def sources(folder: Path) -> list[Path]:
    """Return the readable files of a folder, all of the first kind found; Problem where there are none."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__MACOSX" not in p.parts and p.name[0] != ".")
    for suffixes in (
        (".gpkg",),
        (".shp",),
        (".geojson", ".json"),
        (".kml", ".kmz"),
        *((s,) for s in VECTOR[6:]),
        TABLE,
    ):
        if found := [p for p in files if p.suffix.lower() in suffixes]:
            return found
    raise Problem(
        f"Trong “{folder.name}” không có tệp bản đồ nào đọc được (GPKG, SHP, GeoJSON, KML, CSV).",
        f"There is no readable map file (GPKG, SHP, GeoJSON, KML, CSV) in “{folder.name}”.",
    )


def checksum(path: Path) -> str:
    """SHA-256 of a file, or of the names and bytes of all files of a folder."""
    digest = hashlib.sha256()
    files: Iterable[Path] = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else (path,)
    for file in files:
        if path.is_dir():
            digest.update(str(file.relative_to(path)).encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
