"""Rows for `COPY … (FORMAT binary)`, made of whole columns: a row of text by row costs more than the database's own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01")  # of the database's dates and times


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: values as the wire has them, and which of them are null."""

    values: npt.NDArray[Any]
    null: npt.NDArray[np.bool_] | None = None
    width: npt.NDArray[np.intp] | None = None  # of texts: bytes of each


def numbers(values: npt.ArrayLike, form: str) -> Column:
    """Numbers of a wire form (`>i2`, `>i4`, `>f8`); NaN is null."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return Column(array.astype(form))
    missing = np.isnan(array)
    if form[1] == "i":
        array = np.where(missing, 0, array)
    return Column(array.astype(form), missing)


def flags(values: npt.ArrayLike) -> Column:
    """Booleans."""
    return Column(np.asarray(values, dtype=bool).astype("u1"))


def dates(values: npt.NDArray[np.datetime64]) -> Column:
    """Days, of `datetime64[D]`."""
    return Column((values - _EPOCH).astype("timedelta64[D]").astype(">i4"))


def moments(values: npt.NDArray[np.datetime64]) -> Column:
    """Times with time zone, of `datetime64[us]` in UTC."""
    return Column((values - _EPOCH).astype("timedelta64[us]").astype(">i8"))


def texts(codes: npt.NDArray[np.integer[Any]], words: Sequence[str]) -> Column:
    """Texts, each row's by its place in `words`; a negative one is null."""
    coded = [word.encode() for word in words] or [b""]
    lengths = np.array([len(word) for word in coded], dtype=np.intp)
    table = np.array(coded, dtype=f"S{max(1, lengths.max())}")
    there = codes >= 0
    at = np.where(there, codes, 0)
    return Column(table[at], ~there, np.where(there, lengths[at], 0))


def rows(columns: Sequence[Column]) -> Iterator[bytes]:
    """The rows of the columns, in groups of one form: which columns are null, and how long their texts are."""
    count = len(columns[0].values)
    form = np.zeros(count, dtype=np.int64)
    for column in columns:
        for part in (column.null, column.width):
            if part is not None and part.any():
                form = form * (int(part.max()) + 1) + part
                if form.max() > 2**40:  # few forms in truth: number them anew
                    form = np.unique(form, return_inverse=True)[1].astype(np.int64)
    found, first, group = np.unique(form, return_index=True, return_inverse=True)
    for number in range(len(found)):
        yield _group(columns, slice(None) if len(found) == 1 else np.flatnonzero(group == number), int(first[number]))


def _group(columns: Sequence[Column], chosen: slice | npt.NDArray[np.intp], example: int) -> bytes:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    sizes: list[int] = []
    for at, column in enumerate(columns):
        null = column.null is not None and bool(column.null[example])
        form = column.values.dtype.str if column.width is None else f"S{int(column.width[example])}"
        sizes.append(-1 if null else np.dtype(form).itemsize)
        fields.append((f"size{at}", ">i4"))
        if sizes[-1] > 0:
            fields.append((f"value{at}", form))
    table = np.empty(len(columns[0].values[chosen]), dtype=fields)
    table["fields"] = len(columns)
    for at, (column, size) in enumerate(zip(columns, sizes, strict=True)):
        table[f"size{at}"] = size
        if size > 0:
            table[f"value{at}"] = column.values[chosen]
    return table.tobytes()
