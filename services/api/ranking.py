"""Who stands where among peers, what moved since the period before, and several periods side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from layers.indicators import ranking
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from layers.indicators.units import units
from services.api.asking import PictureAsked
from services.api.parts import BooksNow, IndicatorOf, cached, instant, number, period
from services.api.tables import Column, FormAsked, Sheet, described, told
from services.books import Books
from services.errors import BadParameter
from services.peers import groups, order, title
from services.pictures import Asked, Picture, over_time, parent_of, pictured, stored

router = APIRouter()

MOST = 60  # periods of one answer
METHOD = (
    "Thay đổi trong biên độ nhiễu: nhỏ hơn 2 lần độ lệch chuẩn của chính chuỗi số (1,4826 × trung vị độ lệch tuyệt đối của "
    "tối đa 12 thay đổi kỳ gần nhất){}.",
    "A change is within noise where it is smaller than twice the series' own standard deviation (1.4826 × the median "
    "absolute deviation of its last 12 changes at most){}.",
)
_COUNTED = (
    ", hoặc của sai số nhị thức khi mẫu số nhỏ",
    ", or than twice the binomial error where the denominator is small",
)
_RANKING = {
    "indicator": "HCC-04", "period": "2026-10", "previous": "2026-09", "known": None, "level": "commune", "within": "68",
    "boundary": "2025-07-01", "peers": "kind", "sample": True,
    "groups": [{"kind": "phuong", "title": "phường của Tỉnh Lâm Đồng", "title_en": "wards of Lâm Đồng Province", "of": 20}],
    "noise": {"median": 1.9, "text": METHOD[0].format(_COUNTED[0]), "text_en": METHOD[1].format(_COUNTED[1])},
    "rows": [{
        "area": {"id": 3712, "code": "24781", "name": "Phường Xuân Hương – Đà Lạt", "kind": "phuong"}, "value": 98.2,
        "blank": None, "carried": False, "rank": 1, "of": 20, "previous_value": 97.5, "previous_rank": 3, "moved": 2,
        "change": 0.7, "noise": 1.4, "within_noise": True, "state": "green",
    }],
}  # fmt: skip
_PICTURES = {
    "indicator": "HCC-04", "known": None, "level": "commune", "within": "68", "boundary": "2025-07-01",
    "periods": ["2026-09", "2026-10"], "ids": [3712, 3713], "values": [[97.5, 91.0], [98.2, None]],
    "carried": [[False, False], [False, False]],
}  # fmt: skip


@router.get("/indicators/{code}/ranking", responses=described(_RANKING, table=True))
async def get_ranking(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    asked: PictureAsked,
    form: FormAsked,
    peers: Annotated[
        Literal["kind", "all"], Query(description="kind: wards with wards, communes with communes; all: together")
    ] = "kind",
) -> Response:
    """The areas of a picture in the order of their values, the best first, with what moved since the period before.

    A change that is no larger than the series' own back and forth is marked `within_noise`.
    """
    parent_of(books.places, asked)

    async def make() -> dict[str, Any]:
        return await _ranking(books, one, asked, by_kind=peers == "kind")

    return await told(request, ("areas", "observations"), make, form, lambda body: _sheet(one, body))


async def _ranking(books: Books, one: Indicator, asked: Asked, *, by_kind: bool) -> dict[str, Any]:
    picture = await pictured(books.places, books.figures, books.carried, one, asked)
    spans = [picture.at]
    while len(spans) < ranking.STEPS + 2:
        spans.insert(0, spans[0].previous())
    lines, brought = await over_time(books.places, books.figures, books.carried, one, picture, spans)
    before, now = lines[:, -2], lines[:, -1]
    kinds = groups(picture.areas) if by_kind else np.full(len(picture.areas), "all")
    rank, was = (ranking.places(values, kinds, one.direction) for values in (now, before))
    of = ranking.sizes(now, kinds)
    counted = await _sampling(books, one, picture)
    noise = ranking.noise(lines[:, :-1], counted)
    change = now - before
    blanks, states = await _rest(books, one, picture)
    rows = [
        {
            "area": {"id": area.id, "code": area.code, "name": area.full_name, "name_en": area.name_en, "kind": area.kind},
            "value": number(now[i], one.decimals),
            "blank": None if np.isfinite(now[i]) else blanks.get(area.id, "no_data"),
            "carried": bool(brought[i, -1]),
            "rank": _whole(rank[i]),
            "of": int(of[i]),
            "previous_value": number(before[i], one.decimals),
            "previous_rank": _whole(was[i]),
            "moved": _whole(was[i] - rank[i]),
            "change": number(change[i], one.decimals),
            "noise": number(noise[i], one.decimals),
            "within_noise": bool(abs(change[i]) <= noise[i]) if np.isfinite(change[i]) and np.isfinite(noise[i]) else None,
            "state": states.get(area.id),
        }
        for i in _sorted(picture, rank, by_kind)
        for area in [picture.areas[i]]
    ]  # fmt: skip
    extra = _COUNTED if np.isfinite(counted).any() else ("", "")
    usual = noise[np.isfinite(noise)]
    return {
        "indicator": one.code,
        "period": picture.at.key,
        "previous": spans[-2].key,
        "known": instant(asked.known),
        "level": picture.system.level,
        "within": picture.parent.code,
        "boundary": picture.vintage.id,
        "peers": "kind" if by_kind else "all",
        "groups": _groups(picture, kinds, now),
        "noise": {
            "median": number(float(np.median(usual)), one.decimals) if len(usual) else None,
            "text": METHOD[0].format(extra[0]),
            "text_en": METHOD[1].format(extra[1]),
        },
        "rows": rows,
    }


async def _sampling(books: Books, one: Indicator, picture: Picture) -> npt.NDArray[np.float64]:
    """The standard error of each share of counted cases; NaN of anything else."""
    nothing = np.full(len(picture.areas), np.nan)
    unit = units().get(one.denominator_unit)
    if not one.is_ratio or one.unit != "%" or unit is None or unit.relative or unit.base == "đồng" or picture.history:
        return nothing
    rows = await books.journal.of(one, picture.areas, picture.at.letter, picture.known, [picture.at])
    parts = {row[0]: row[3:5] for row in rows}
    above, below = (
        np.array([parts.get(area.id, (None, None))[k] for area in picture.areas], dtype=np.float64) for k in (0, 1)
    )
    return ranking.sampling(above, below, one.scale)


async def _rest(books: Books, one: Indicator, picture: Picture) -> tuple[dict[int, str], dict[int, Any]]:
    """Why areas have no value, and the states of those that have one."""
    if picture.history:
        rows = picture.history.at(picture.at.stored_start)
        return {int(i): word for i, word in rows.blank.items() if isinstance(word, str)}, {}  # type: ignore[call-overload]
    slice_ = (await stored(books.figures, books.carried, one, picture))[picture.at]
    judged = await books.states.of_picture(
        one, picture.areas, picture.within, picture.vintage, picture.at, picture.known
    )
    states = {i: held[0].state for i, held in judged.items() if held}
    return {int(i): word for i, word in slice_.blanks.items()}, states


def _sorted(picture: Picture, rank: npt.NDArray[np.float64], by_kind: bool) -> list[int]:
    """The best first, group by group; what has no value at the end of its group."""
    codes = np.array([area.code for area in picture.areas])
    first = order(picture.areas) if by_kind else np.zeros(len(codes), dtype=np.int64)
    found: list[int] = np.lexsort((codes, np.where(np.isnan(rank), np.inf, rank), first)).tolist()
    return found


def _groups(picture: Picture, kinds: npt.NDArray[Any], now: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(kinds[np.argsort(order(picture.areas), kind="stable")].tolist()))
    told_ = []
    for name in names:
        vi, en = title(name, picture.parent)
        count = int(np.isfinite(now[kinds == name]).sum())
        told_.append({"kind": name, "title": vi, "title_en": en, "of": count})
    return told_


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


def _sheet(one: Indicator, body: dict[str, Any]) -> Sheet:
    rows, unit = body["rows"], f" ({one.unit})"

    def of(name: str) -> list[Any]:
        return [row[name] for row in rows]

    columns = [
        Column("area", "Mã địa bàn", "Area code", [row["area"]["code"] for row in rows]),
        Column("name", "Địa bàn", "Area", [row["area"]["name"] for row in rows]),
        Column("kind", "Loại", "Kind", [row["area"]["kind"] for row in rows]),
        Column("period", "Kỳ số liệu", "Period", [body["period"]] * len(rows)),
        Column("rank", "Hạng", "Rank", of("rank"), "integer"),
        Column("of", "Trong số", "Of", of("of"), "integer"),
        Column("value", one.name + unit, one.name_en + unit, of("value"), "number"),
        Column("blank", "Lý do không có số", "Why there is no figure", of("blank")),
        Column("previous_value", "Kỳ trước" + unit, "Previous period" + unit, of("previous_value"), "number"),
        Column("previous_rank", "Hạng kỳ trước", "Previous rank", of("previous_rank"), "integer"),
        Column("moved", "Tăng hạng", "Places gained", of("moved"), "integer"),
        Column("change", "Thay đổi" + unit, "Change" + unit, of("change"), "number"),
        Column("noise", "Biên độ nhiễu" + unit, "Noise" + unit, of("noise"), "number"),
        Column("within_noise", "Trong biên độ nhiễu", "Within noise", of("within_noise"), "flag"),
        Column("state", "Trạng thái so với kế hoạch", "State against the target", of("state")),
        Column("carried", "Quy đổi từ ranh giới khác", "Carried from other boundaries", of("carried"), "flag"),
    ]
    name = f"{one.code.lower()}_{body['within']}_{body['period']}_ranking"
    return Sheet(name, columns, {"indicator": one.code, "unit": one.unit, "known": body["known"] or ""})


@router.get("/indicators/{code}/pictures", responses=described(_PICTURES))
async def get_pictures(
    request: Request,
    one: IndicatorOf,
    books: BooksNow,
    asked: PictureAsked,
    periods: Annotated[
        str,
        Query(
            description="periods of one kind, divided by commas; empty: the last twelve", examples=["2026-09,2026-10"]
        ),
    ] = "",
) -> Response:
    """Several periods of one indicator over the same areas: one array of values for each period, beside `ids`."""
    parent_of(books.places, asked)
    spans = _spans(periods, one)

    async def make() -> dict[str, Any]:
        wanted = replace(asked, period=spans[-1]) if spans else asked
        picture = await pictured(books.places, books.figures, books.carried, one, wanted)
        shown = list(spans) or [picture.at]
        while not spans and len(shown) < 12:
            shown.insert(0, shown[0].previous())
        values, brought = await over_time(books.places, books.figures, books.carried, one, picture, shown)
        return {
            "indicator": one.code,
            "known": instant(asked.known),
            "level": picture.system.level,
            "within": picture.parent.code,
            "boundary": picture.vintage.id,
            "periods": [span.key for span in shown],
            "ids": picture.ids,
            "values": np.ascontiguousarray(np.round(values.T, one.decimals + 2)),
            "carried": np.ascontiguousarray(brought.T),
        }

    return await cached(request, ("areas", "observations"), make)


def _spans(text: str, one: Indicator) -> list[Period]:
    spans = [period(part.strip(), one) for part in text.split(",") if part.strip()]
    if len({span.letter for span in spans}) > 1:
        raise BadParameter(
            "periods", "Các kỳ trong periods phải cùng một loại.", "The periods must all be of one kind."
        )
    if len(spans) > MOST:
        raise BadParameter("periods", f"Mỗi lần nhiều nhất {MOST} kỳ.", f"At most {MOST} periods at a time.")
    return sorted(set(spans))
