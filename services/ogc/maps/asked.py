"""Reading what a request for a map asks for: its ground, its size and how it is dressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from matplotlib.colors import CSS4_COLORS

from services.errors import BadParameter
from services.ogc.maps.frame import Box, Frame, carried, ground
from services.ogc.maps.ground import around, checked, ground_asked
from services.ogc.parameters import COMMON, refuse_unknown
from services.ogc.systems import System, system

MOST = 4096  # pixels along a side
USUAL = 800  # pixels along the longer side where a request says nothing
_MARGIN = 1.04  # of the ground, around what is shown whole
FRAMING = frozenset({
    "bbox", "bbox-crs", "crs", "width", "height", "center", "center-crs", "subset", "subset-crs", "scale-denominator",
})  # fmt: skip
DRESSING = frozenset({"bgcolor", "transparent", "legend", "title"})

FORMATS = {"png": "image/png", "webp": "image/webp"}
Legend = Literal["", "beside", "only"]


@dataclass(frozen=True)
class Dress:
    """How a picture is dressed; `ground` is a plain colour, `own` the map's own sea and land, None nothing."""

    form: Literal["png", "webp"]
    ground: str | None
    legend: Legend
    title: str


def refuse(request: Request, more: frozenset[str]) -> None:
    """Raise BadParameter for a parameter that no map knows, beside those of its collections."""
    refuse_unknown(request, COMMON | FRAMING | DRESSING | more)


def dress(request: Request) -> Dress:
    """Read how the picture is dressed."""
    given = request.query_params
    colour = given.get("bgcolor")
    clear = _flag("transparent", given.get("transparent"), default=colour is None)
    legend = given.get("legend", "false").lower()
    if legend not in ("true", "false", "only"):
        raise BadParameter("legend", "legend là true, false hoặc only.", "legend is true, false or only.")
    own = None if clear else "own"
    return Dress(
        form=_form(request),
        ground=own if clear or colour is None else _colour(colour),
        legend="only" if legend == "only" else "beside" if legend == "true" else "",
        title=given.get("title", "")[:160],
    )


def frame(request: Request, whole: Box, *, top: int = 0) -> Frame:
    """Read which ground the picture shows and how large it is.

    `whole` is the box (EPSG:4326) where nothing is said; then `top` pixels are left free above it.
    """
    given = request.query_params
    to = system("crs", given.get("crs"))
    width, height = (_size(name, given.get(name)) for name in ("width", "height"))
    asked = ground_asked(given, to, whole)
    if asked.box is not None:
        if asked.metres is not None:
            across, up = ground(asked.box, to)
            width, height = (_scaled(metres / asked.metres) for metres in (across, up))
        return _exact(asked.box, to, width, height)
    fitted = _fitted(checked("crs", carried(whole, 4326, to.srid)), to, width, height, top)
    if asked.middle is None and asked.metres is None:
        return fitted
    west, south, east, north = fitted.box
    middle = asked.middle or ((west + east) / 2, (south + north) / 2)
    metres = asked.metres or fitted.metres
    return Frame(to, around(middle, to, metres, fitted.width, fitted.height), fitted.width, fitted.height)


def _exact(sides: Box, to: System, width: int | None, height: int | None) -> Frame:
    """Show just this box; a side of the picture that is not said follows from the ground."""
    across, up = ground(sides, to)
    if width is None and height is None:
        width, height = (USUAL, None) if across >= up else (None, USUAL)
    if width is None:
        width = min(max(round((height or USUAL) * across / up), 1), MOST)
    if height is None:
        height = min(max(round(width * up / across), 1), MOST)
    return Frame(to, sides, width, height)


def _fitted(sides: Box, to: System, width: int | None, height: int | None, top: int) -> Frame:
    """Show the whole box with a margin, and more where the picture has another form."""
    west, south, east, north = sides
    made = _exact(sides, to, width, height)
    free = max(made.height - top, made.height / 2)
    across, up = ground(sides, to)
    share = (across / made.width) / (up / free)
    wide, high = (east - west) * _MARGIN / min(share, 1), (north - south) * _MARGIN * max(share, 1)
    x, y, over = (west + east) / 2, (south + north) / 2, high * (made.height / free - 1)
    return Frame(to, (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2 + over), made.width, made.height)


def _scaled(pixels: float) -> int:
    if pixels > MOST:
        raise BadParameter(
            "scale-denominator",
            f"Ở tỷ lệ này ảnh lớn hơn {MOST} điểm ảnh; hãy chọn tỷ lệ nhỏ hơn hoặc bbox hẹp hơn.",
            f"At this scale the picture is larger than {MOST} pixels; choose a smaller scale or bbox.",
        )
    return max(round(pixels), 1)


def _form(request: Request) -> Literal["png", "webp"]:
    asked = request.query_params.get("f")
    if asked in ("png", "webp"):
        return asked  # type: ignore[return-value]
    if asked is not None:
        raise BadParameter(
            "f", f"Không có định dạng “{asked[:40]}”; hãy chọn png, webp.", f"The format “{asked[:40]}” is not offered; choose png, webp."
        )  # fmt: skip
    accept = request.headers.get("accept", "")
    return "webp" if "image/webp" in accept and "image/png" not in accept and "*/*" not in accept else "png"


def _size(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text) or not 1 <= int(text) <= MOST:
        raise BadParameter(
            name, f"{name} là số điểm ảnh từ 1 đến {MOST}.", f"{name} is a number of pixels from 1 to {MOST}."
        )
    return int(text)


def _flag(name: str, text: str | None, *, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise BadParameter(name, f"{name} là true hoặc false.", f"{name} is true or false.")
    return text.lower() == "true"


def _colour(text: str) -> str:
    found = CSS4_COLORS.get(text.lower())
    if found is None and re.fullmatch(r"(0[xX]|#)?[0-9a-fA-F]{6}", text):
        found = f"#{text[-6:]}"
    if found is None:
        raise BadParameter(
            "bgcolor",
            "bgcolor là mã màu như 0xFFFFFF hoặc tên màu web như white.",
            "bgcolor is a colour such as 0xFFFFFF or a web colour name such as white.",
        )
    return str(found).lower()
