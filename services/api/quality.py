"""How far figures can be trusted: scores and freshness by area and organisation, and the flags with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from boundaries.vintages import CURRENT
from layers.indicators.catalogue import Indicator, indicators, load
from layers.indicators.quality_sql import WEIGHTS
from layers.indicators.quality_words import TITLES
from layers.viewer import Viewer
from services.accounts import ViewerOf
from services.api.parts import VIET_NAM, BooksNow, brief, instant, period
from services.api.tables import Column, FormAsked, Sheet, area_columns, described, told
from services.books import Books
from services.errors import BadParameter, NotFound
from services.gazetteer import Area
from services.quality import Doubt, Standing, counted, doubts, standings

router = APIRouter()

Rule = Literal["completeness", "timeliness", "consistency", "outlier", "copy", "merger"]
Within = Annotated[str, Query(description="code of the area whose inside is meant; VN is the country", examples=["68"])]
OfModule = Annotated[str, Query(description="id of a module; empty: all")]
OfIndicator = Annotated[str, Query(description="code of an indicator; empty: all of the module")]
MOST = 1000  # flags of one answer
REVISIONS = ("areas", "observations", "data-quality")

_STANDING = {
    "score": 91.3, "completeness": 0.98, "timeliness": 0.87, "soundness": 0.94, "newest": "2026-10-31", "days": 12, "sample": True, "overdue": 6,
    "late": 3, "lines": 244, "indicators": 244, "figures": 4210, "doubted": 12, "flags": {"timeliness": 14, "copy": 5},
}  # fmt: skip
_QUALITY = {
    "within": "68", "level": "commune", "module": None, "indicator": None, "as_of": "2026-11-12", "weights": WEIGHTS,
    "rows": [{"area": {"code": "24781", "full_name": "Phường Xuân Hương – Đà Lạt", "level": "commune"}, **_STANDING}],
}  # fmt: skip
_ORGANISATIONS = {
    "within": "68", "as_of": "2026-11-12", "weights": WEIGHTS, "rows": [{"owner": "Sở Xây dựng", **_STANDING}],
}  # fmt: skip
_FLAGS = {
    "total": 1,
    "rows": [{
        "area": {"code": "24781", "full_name": "Phường Xuân Hương – Đà Lạt", "level": "commune"}, "indicator": "DL-01",
        "period": "2026-08", "kind": "outlier", "title": "Khác thường so với láng giềng",
        "title_en": "Out of line with its neighbours", "evidence": "Ghi 4.120 lượt, …", "evidence_en": "It says 4,120 lượt, …",
        "found": {"value": 4120, "expected": 1030, "far": 9.2, "neighbours": ["24778", "24787"]},
        "owner": "Sở Văn hóa, Thể thao và Du lịch", "found_at": "2026-11-12T02:30:00+07:00",
    }],
}  # fmt: skip


@router.get("/quality", responses=described(_QUALITY, table=True))
async def get_quality(
    request: Request,
    books: BooksNow,
    viewer: ViewerOf,
    form: FormAsked,
    within: Within = "VN",
    level: Annotated[Literal["province", "commune"], Query(description="level of the areas")] = "province",
    module: OfModule = "",
    indicator: OfIndicator = "",
) -> Response:
    """How complete, timely, sound and new the figures of areas are; a province speaks for its communes too.

    `score` is 0–100 of three shares: `completeness` of the periods that were due, `timeliness` of those told, `soundness`
    of the values (a tenth of them doubted leaves nothing). `newest` is the last day that figures are for, `days` how long
    ago that is, `overdue` for how many days the oldest missing figure has been due, `late` in how many lines one is.
    """
    some = _asked(module, indicator, viewer)
    parent = books.places.find(within)
    areas = _areas(books, parent, level)
    ids = [one.id for one in _reporting(books, parent, level)]
    today = datetime.now(VIET_NAM).date()

    async def make() -> dict[str, Any]:
        numbers = [await books.figures.number(one) for one in some]
        found = {
            one.place: one
            for one in await standings(books.reader, ids, numbers, by="province" if level == "province" else "area")
        }
        flags: dict[str, Counter[str]] = {}
        for area, _, _, rule, count in await counted(books.reader, ids, numbers):
            place = books.places.by_id[area]
            flags.setdefault(place.province_code if level == "province" else place.code, Counter())[rule] += count
        rows = [
            {"area": brief(area), **_standing(found[area.code], flags.get(area.code, Counter()))}
            for area in areas
            if area.code in found
        ]
        return {
            "within": parent.code, "level": level, "module": module or None, "indicator": indicator or None,
            "as_of": _as_of(found.values()), "weights": WEIGHTS, "rows": rows,
        }  # fmt: skip

    return await told(request, REVISIONS, make, form, lambda body: _scores(books, body), viewer.role, today)


@router.get("/quality/organisations", responses=described(_ORGANISATIONS, table=True))
async def get_organisations(
    request: Request, books: BooksNow, viewer: ViewerOf, form: FormAsked, within: Within = "VN", module: OfModule = ""
) -> Response:
    """The same by the organisation that answered for an indicator at the time of its figures, the best score first."""
    some = _asked(module, "", viewer)
    parent = books.places.find(within)
    ids = [one.id for one in (*_reporting(books, parent, "commune"), *_reporting(books, parent, "province"))]
    today = datetime.now(VIET_NAM).date()

    async def make() -> dict[str, Any]:
        numbers = [await books.figures.number(one) for one in some]
        found = await standings(books.reader, set(ids), numbers, by="owner")
        flags: dict[str, Counter[str]] = {}
        for _, one, at, rule, count in await counted(books.reader, set(ids), numbers):
            flags.setdefault(one.owner_on(at.last_day), Counter())[rule] += count
        rows = [{"owner": one.place, **_standing(one, flags.get(one.place, Counter()))} for one in found]
        rows.sort(key=lambda row: (row["score"] is None, -(row["score"] or 0), row["owner"]))
        return {"within": parent.code, "as_of": _as_of(found), "weights": WEIGHTS, "rows": rows}

    return await told(request, REVISIONS, make, form, _organisations, viewer.role, today)


@router.get("/quality/flags", responses=described(_FLAGS, table=True))
async def get_flags(
    request: Request,
    books: BooksNow,
    viewer: ViewerOf,
    form: FormAsked,
    area: Annotated[str, Query(description="code of one area; empty: all inside `within`", examples=["24781"])] = "",
    within: Within = "VN",
    module: OfModule = "",
    indicator: OfIndicator = "",
    period_: Annotated[str, Query(alias="period", description="one period: 2026-10, 2026-Q3 …; empty: all")] = "",
    rule: Annotated[Rule | None, Query(description="one rule; empty: all")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows of the answer")] = 100,
    offset: Annotated[int, Query(ge=0, description="rows to leave out")] = 0,
) -> Response:
    """What the rules of quality doubt, the newest periods first, each with its evidence and a sentence."""
    some = _asked(module, indicator, viewer)
    at = period(period_, some[0] if indicator else None) if period_ else None
    parent = books.places.find(area or within)
    ids = (
        {parent.id}
        if area
        else {
            one.id
            for level in get_args(Literal["province", "commune"])
            for one in (parent, *_reporting(books, parent, level))
        }
    )

    async def make() -> dict[str, Any]:
        numbers = [await books.figures.number(one) for one in some]
        found, count = await doubts(
            books.reader, books.places, ids, numbers, rule=rule, at=at, limit=limit, offset=offset
        )
        return {"total": count, "rows": [_flag(one) for one in found]}

    return await told(request, REVISIONS, make, form, _flag_sheet, viewer.role)


def _asked(module: str, code: str, viewer: Viewer) -> list[Indicator]:
    """The indicators that are meant, of those that the viewer may know of."""
    if code and (code.upper() not in indicators or not (viewer.staff or indicators[code.upper()].public)):
        raise NotFound(f"Không có chỉ tiêu mang mã “{code}”.", f"There is no indicator with the code “{code}”.")
    if module and module not in {one.id for one in load()[0]}:
        raise NotFound(f"Không có phân hệ “{module}”.", f"There is no module “{module}”.")
    return [
        one
        for one in load()[1]
        if (viewer.staff or one.public)
        and (not module or one.module == module)
        and (not code or one.code == code.upper())
    ]


def _areas(books: Books, parent: Area, level: str) -> list[Area]:
    """The areas that a table has rows for."""
    found = [parent] if parent.level == level else books.places.inside(parent, level, CURRENT)
    if not found:
        raise BadParameter(
            "level",
            f"Bên trong {parent.full_name} không có đơn vị cấp này.",
            f"There are no areas of this level inside {parent.full_name}.",
        )
    return found


def _reporting(books: Books, parent: Area, level: str) -> list[Area]:
    """The areas whose figures count for those: of a province its communes too."""
    found = [parent] if parent.level == level else books.places.inside(parent, level, CURRENT)
    return (
        [*found, *(below for one in found for below in books.places.inside(one, "commune", CURRENT))]
        if level == "province"
        else found
    )


def _standing(one: Standing, flags: Counter[str]) -> dict[str, Any]:
    return {
        "score": one.score,
        "completeness": _share(one.completeness),
        "timeliness": _share(one.timeliness),
        "soundness": _share(one.soundness),
        "newest": one.newest.isoformat() if one.newest else None,
        "days": one.days,
        "sample": one.sample,
        "overdue": one.overdue,
        "late": one.late,
        "lines": one.lines,
        "indicators": one.indicators,
        "figures": one.told,
        "doubted": one.doubted,
        "flags": dict(sorted(flags.items())),
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _as_of(found: Any) -> str | None:
    return max((one.as_of.isoformat() for one in found), default=None)


def _flag(one: Doubt) -> dict[str, Any]:
    return {
        "area": brief(one.area), "indicator": one.one.code, **one.told(),
        "owner": one.one.owner_on(one.period.last_day), "found_at": instant(one.found_at),
    }  # fmt: skip


def _scores(books: Books, body: dict[str, Any]) -> Sheet:
    areas = [books.places.find(row["area"]["code"]) for row in body["rows"]]
    return Sheet("quality", [*area_columns(areas), *_columns(body["rows"])], {"as_of": body["as_of"] or ""})


def _organisations(body: dict[str, Any]) -> Sheet:
    owner = Column("owner", "Cơ quan chủ trì", "Organisation", [row["owner"] for row in body["rows"]])
    return Sheet("quality-organisations", [owner, *_columns(body["rows"])], {"as_of": body["as_of"] or ""})


def _columns(rows: Sequence[dict[str, Any]]) -> list[Column]:
    def column(name: str, vi: str, en: str, kind: Literal["text", "number", "integer"]) -> Column:
        return Column(name, vi, en, [row[name] for row in rows], kind)

    return [
        column("score", "Điểm chất lượng (0–100)", "Quality score (0–100)", "number"),
        column("completeness", "Đầy đủ", "Completeness", "number"),
        column("timeliness", "Đúng hạn", "Timeliness", "number"),
        column("soundness", "Đáng tin", "Soundness", "number"),
        column("newest", "Số liệu đến ngày", "Figures until", "text"),
        column("days", "Số ngày từ đó", "Days since", "integer"),
        column("overdue", "Quá hạn (ngày)", "Overdue (days)", "integer"),
        column("late", "Chỉ tiêu quá hạn", "Lines overdue", "integer"),
        column("indicators", "Số chỉ tiêu", "Indicators", "integer"),
        column("figures", "Số liệu đã xét", "Figures looked at", "integer"),
        column("doubted", "Số liệu bị nghi ngờ", "Figures doubted", "integer"),
        *(
            Column(f"flags_{rule}", *titles, [row["flags"].get(rule, 0) for row in rows], "integer")
            for rule, titles in TITLES.items()
        ),
    ]


def _flag_sheet(body: dict[str, Any]) -> Sheet:
    rows = body["rows"]

    def column(name: str, vi: str, en: str) -> Column:
        return Column(name, vi, en, [row[name] for row in rows])

    return Sheet(
        "quality-flags",
        [
            Column("area", "Mã địa bàn", "Area code", [row["area"]["code"] for row in rows]),
            Column("name", "Địa bàn", "Area", [row["area"]["full_name"] for row in rows]),
            column("indicator", "Chỉ tiêu", "Indicator"), column("period", "Kỳ", "Period"), column("kind", "Quy tắc", "Rule"),
            column("evidence", "Diễn giải", "Sentence (Vietnamese)"), column("evidence_en", "Diễn giải (tiếng Anh)", "Sentence"),
            column("owner", "Cơ quan chủ trì", "Organisation"), column("found_at", "Phát hiện lúc", "Found at"),
        ],
    )  # fmt: skip
