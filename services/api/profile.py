"""One area by all its indicators: where it stands among its peers, what it is strong and weak in, and its neighbours."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from boundaries.vintages import vintage_on
from layers.indicators.catalogue import Indicator, find, load
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.modules import row
from services.api.parts import BooksNow, Boundary, KnownOn, brief, instant
from services.api.tables import Column, FormAsked, Sheet, described, told
from services.books import Books
from services.gazetteer import Area
from services.neighbours import Neighbours
from services.peers import group, peers, title

router = APIRouter()

STRONG, WEAK = 80.0, 20.0  # percentiles
NAMED = 5  # strengths and weaknesses
FEWEST = 5  # peers with a value, else a percentile says little
_PROFILE: dict[str, Any] = {
    "area": {"code": "24781", "full_name": "Phường Xuân Hương – Đà Lạt", "level": "commune"}, "known": None,
    "peers": {"kind": "phuong", "title": "phường của Tỉnh Lâm Đồng", "title_en": "wards of Lâm Đồng Province", "count": 20},
    "neighbours": [{"code": "24787", "full_name": "Phường Cam Ly – Đà Lạt", "level": "commune"}],
    "rows": [{
        "code": "HCC-04", "module": "dich-vu-cong", "period": "2026-10", "value": 98.2, "blank": None, "unit": "%",
        "decimals": 1, "direction": "up", "sample": True,
        "previous": {"period": "2026-09", "value": 97.5, "change": 0.7}, "target": None, "state": None, "plans": [],
        "spark": {"periods": ["2026-09", "2026-10"], "values": [97.5, 98.2]}, "rank": {"place": 1, "of": 20},
        "percentile": 100.0,
    }],
    "strengths": ["HCC-04"], "weaknesses": [],
}  # fmt: skip


@router.get("/areas/{code}/profile", responses=described(_PROFILE, table=True))
async def get_profile(
    request: Request,
    code: str,
    books: BooksNow,
    boundary: Boundary,
    viewer: ViewerOf,
    form: FormAsked,
    known: KnownOn = None,
) -> Response:
    """Every indicator of one area in its newest period, and how it compares with its peers.

    `percentile` is the share (0–100) of the peers that the area leaves behind, 100 the best by the direction of the
    indicator; `strengths` and `weaknesses` are the indicators in which it leaves behind four of five, or one of five.
    """
    place = books.places.find(code, boundary)
    neighbours: Neighbours = request.app.state.neighbours

    async def make() -> dict[str, Any]:
        standings = [one for one in await books.states.of_area(place, _listed(viewer), known=known) if one.period]
        ranks = await books.states.ranks(books.places, place, standings, known)
        rows = []
        for standing in standings:
            rank = ranks.get(standing.indicator.code, {})
            placed = {"place": rank["place"], "of": rank["of"]} if rank else None
            more = {"module": standing.indicator.module, "rank": placed, "percentile": rank.get("percentile")}
            rows.append({**row(standing), **more})
        return {
            "area": brief(place),
            "known": instant(known),
            "peers": _peers(books, place),
            "neighbours": [brief(other) for other in await neighbours.of(books.places, place)],
            "rows": rows,
            "strengths": _extremes(rows, strong=True),
            "weaknesses": _extremes(rows, strong=False),
        }

    return await told(request, ("areas", "observations"), make, form, _sheet, viewer.role)


def _listed(viewer: Viewer) -> list[Indicator]:
    return [one for one in load()[1] if one.public or viewer.staff]


def _peers(books: Books, place: Area) -> dict[str, Any] | None:
    parent = books.places.by_id.get(place.parent_id or 0)
    if parent is None:
        return None
    kin = peers(place, books.places.children(parent, vintage_on(place.vintage)))
    vi, en = title(group(place), parent)
    return {"kind": group(place), "title": vi, "title_en": en, "count": len(kin)}


def _extremes(rows: list[dict[str, Any]], *, strong: bool) -> list[str]:
    there = [one for one in rows if one["percentile"] is not None and one["rank"]["of"] >= FEWEST]
    if strong:
        there = sorted((one for one in there if one["percentile"] >= STRONG), key=lambda one: -one["percentile"])
    else:
        there = sorted((one for one in there if one["percentile"] <= WEAK), key=lambda one: one["percentile"])
    return [one["code"] for one in there[:NAMED]]


def _sheet(body: dict[str, Any]) -> Sheet:
    rows = body["rows"]
    listed = [one for row_ in rows if (one := find(row_["code"]))]

    def of(name: str, inside: str | None = None) -> list[Any]:
        return [((one[name] or {}).get(inside) if inside else one[name]) for one in rows]

    columns = [
        Column("area", "Mã địa bàn", "Area code", [body["area"]["code"]] * len(rows)),
        Column("indicator", "Mã chỉ tiêu", "Indicator", of("code")),
        Column("name", "Chỉ tiêu", "Name", [one.name for one in listed]),
        Column("module", "Nhóm", "Module", of("module")),
        Column("period", "Kỳ số liệu", "Period", of("period")),
        Column("value", "Giá trị", "Value", of("value"), "number"),
        Column("unit", "Đơn vị tính", "Unit", of("unit")),
        Column("blank", "Lý do không có số", "Why there is no figure", of("blank")),
        Column("previous_period", "Kỳ trước", "Previous period", of("previous", "period")),
        Column("change", "Thay đổi", "Change", of("previous", "change"), "number"),
        Column("due", "Mức phải đạt", "What is due", of("target", "due"), "number"),
        Column("state", "Trạng thái so với kế hoạch", "State against the target", of("state")),
        Column("rank", "Hạng", "Rank", of("rank", "place"), "integer"),
        Column("of", "Trong số", "Of", of("rank", "of"), "integer"),
        Column("percentile", "Phân vị trong nhóm (100 là tốt nhất)", "Percentile among peers (100 is best)", of("percentile"), "number"),
        Column("sample", "Dữ liệu minh hoạ", "Sample data", of("sample"), "flag"),
    ]  # fmt: skip
    return Sheet(
        f"profile_{body['area']['code']}", columns, {"area": body["area"]["code"], "known": body["known"] or ""}
    )
