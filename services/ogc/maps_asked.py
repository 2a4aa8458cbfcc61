"""Reading what a request for a map asks for: its ground, its size and how it is dressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from matplotlib.colors import CSS4_COLORS

from services.errors import BadParameter
from services.ogc.maps_frame import Box, Frame, carried, ground
from services.ogc.parameters import COMMON, box, refuse_unknown
from services.ogc.systems import System, system

MOST = 4096  # pixels along a side
USUAL = 800  # pixels along the longer side where a request says nothing
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


def frame(request: Request, whole: Box) -> Frame:
    """Read which ground the picture shows and how large it is; `whole` is the box (EPSG:4326) where nothing is said."""
    given = request.query_params
    to = system("crs", given.get("crs"))
    width, height = (_size(name, given.get(name)) for name in ("width", "height"))
    asked = box(given.get("bbox"), named := system("bbox-crs", given.get("bbox-crs")))
    if asked is None:
        return _fitted(carried(whole, 4326, to.srid), to, width, height)
    sides = (asked[1], asked[0], asked[3], asked[2]) if named.swapped else asked
    if not (sides[0] < sides[2] and sides[1] < sides[3]):
        raise _no_box("bbox")
    return _exact(carried(sides, named.srid, to.srid), to, width, height)


def _exact(ground_box: Box, to: System, width: int | None, height: int | None) -> Frame:
    """Show just this box; a side of the picture that is not said follows from the ground."""
    _checked(ground_box)
    across, up = ground(ground_box, to)
    if width is None and height is None:
        width = USUAL if across >= up else None
        height = USUAL if across < up else None
    if width is None:
        assert height is not None
        width = min(max(round(height * across / up), 1), MOST)
    if height is None:
        height = min(max(round(width * up / across), 1), MOST)
    return Frame(to, ground_box, width, height)


def _fitted(ground_box: Box, to: System, width: int | None, height: int | None) -> Frame:
    """Show the whole box with a margin, and more where the picture has another form."""
    west, south, east, north = ground_box
    made = _exact(ground_box, to, width, height)
    across, up = ground(ground_box, to)
    share = (across / made.width) / (up / made.height)
    wide, high = (east - west) * 1.04 / min(share, 1), (north - south) * 1.04 * max(share, 1)
    x, y = (west + east) / 2, (south + north) / 2
    return Frame(to, (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), made.width, made.height)


def _checked(sides: Box) -> None:
    if not all(abs(side) < 1e9 for side in sides) or sides[2] - sides[0] <= 0 or sides[3] - sides[1] <= 0:
        raise _no_box("bbox")


def _no_box(name: str) -> BadParameter:
    return BadParameter(
        name,
        f"{name} không có diện tích trong hệ toạ độ của bản đồ.",
        f"{name} has no extent in the coordinate system of the map.",
    )


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
    return found.lower()
