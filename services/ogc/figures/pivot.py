"""Indicators side by side: one feature an area, one column an indicator, as people who make maps want it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from geoalchemy2 import Geometry
from sqlalchemy import Double, FromClause, Integer, Text, text

from layers.indicators.catalogue import Indicator, load
from layers.indicators.layer import LEVELS
from layers.layer import Code, Field, FieldType, Layer
from layers.viewer import Viewer
from services.errors import BadParameter
from services.ogc.holdings import Figures, union
from styles.palette import BLANKS, STATES

PREFIX, CHOSEN, PROVINCES = "module-", "figures", "-province"
MORE = ("target", "state", "blank", "period")
MOST = 60  # indicators in one table

_TYPES: dict[str, FieldType] = {"target": "number", "state": "text", "blank": "text", "period": "text"}
_WORDS = {
    "target": ("mức phải đạt", "what is due"),
    "state": ("trạng thái", "state"),
    "blank": ("lý do không có số", "why there is no figure"),
    "period": ("kỳ số liệu", "period"),
}
_CODES = {
    "state": tuple(Code(value=key, title=vi, title_en=en) for key, (vi, en, _) in STATES.items()),
    "blank": tuple(Code(value=key, title=vi, title_en=en) for key, vi, en, _ in BLANKS),
}


@dataclass(frozen=True, eq=False)
class Pivot(Figures):
    """Several indicators as one collection; `indicator` is the one that speaks for them where only one can.

    `level` is what is shown where none is asked for, `more` names the columns beside each value.
    """

    id: str = ""
    title: str = ""
    title_en: str = ""
    level: str = ""
    members: tuple[Figures, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """The parameters of a request for its features that other layers have not."""
        return super().own | ({"indicators", "columns"} if self.id == CHOSEN else frozenset())

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels with figures, its own first."""
        return tuple(dict.fromkeys([self.level, *super().levels]))

    @property
    def span(self) -> tuple[date, date]:
        """First day and last day of all periods."""
        return min(one.span[0] for one in self.members), max(one.span[1] for one in self.members)

    @property
    def layer(self) -> Layer:
        """Its layer; the statement needs the binds of `table`."""
        names = tuple(one.indicator.code for one in self.members)
        return _layer(
            self.id, self.title, self.title_en, names, self.more, tuple(one.indicator for one in self.members)
        )


def column(one: Indicator) -> str:
    """The name of an indicator's column: `HCC-04` → `hcc_04`."""
    return one.code.lower().replace("-", "_")


def modules(figures: Iterable[Figures], viewer: Viewer) -> list[Pivot]:
    """The tables with fixed addresses: of each module that has figures, and of the leading indicators of all."""
    there = _readable(figures, viewer)
    names = [f"{module.id}{suffix}" for module in load()[0] for suffix in ("", PROVINCES)]
    found = [made for name in names if (made := _module(name, there))]
    return [*found, _chosen(_leading(there))] if there else []


def find(name: str, figures: Iterable[Figures], viewer: Viewer, asked: Mapping[str, str]) -> Pivot | None:
    """The table of a name; of `figures` that of the indicators the request names. None where there is none."""
    there = _readable(figures, viewer)
    if name.startswith(PREFIX):
        return _module(name.removeprefix(PREFIX), there)
    if name != CHOSEN or not there:
        return None
    more = _names("columns", asked.get("columns"), MORE)
    if "indicators" not in asked:
        return _chosen(_leading(there), more)
    by_code = {one.indicator.code: one for one in there}
    codes = _names("indicators", asked["indicators"].upper(), by_code)
    if not 0 < len(codes) <= MOST:
        raise BadParameter(
            "indicators",
            f"indicators phải có từ 1 đến {MOST} mã chỉ tiêu.",
            f"indicators names 1 to {MOST} indicators by their codes.",
        )
    return _chosen([by_code[code] for code in codes], more)


def _readable(figures: Iterable[Figures], viewer: Viewer) -> list[Figures]:
    return [one for one in figures if one.indicator.public or viewer.staff]


def _leading(there: Sequence[Figures]) -> list[Figures]:
    leads = {module.lead for module in load()[0]}
    return [one for one in there if one.indicator.code in leads] or [there[0]]


def _module(name: str, there: Sequence[Figures]) -> Pivot | None:
    """The table of a module: at the lowest level that it has figures of; with the suffix, of the provinces."""
    module = next((one for one in load()[0] if one.id == name.removesuffix(PROVINCES)), None)
    own = [one for one in there if module and one.indicator.module == module.id]
    lowest = min((one.levels[0] for one in own), default="")  # commune before province
    level = "province" if name.endswith(PROVINCES) else lowest
    members = [one for one in own if level in one.levels]
    if module is None or not members or (name.endswith(PROVINCES) and lowest == "province"):
        return None
    word = next(code for code in LEVELS if code.value == level)
    lead = next((one for one in members if one.indicator.code == module.lead), members[0])
    return _pivot(
        PREFIX + name,
        f"{module.title} – mỗi chỉ tiêu một cột ({word.title.lower()})",
        f"{module.title_en} – a column an indicator ({word.title_en.lower()})",
        level, [lead, *(one for one in members if one is not lead)], ("state",),
    )  # fmt: skip


def _chosen(members: Sequence[Figures], more: tuple[str, ...] = ()) -> Pivot:
    """The table of chosen indicators, at the lowest level that all have figures of."""
    common = set.intersection(*(set(one.levels) for one in members)) or {"province"}
    title, title_en = "Bảng chỉ tiêu – mỗi chỉ tiêu một cột", "Indicators – a column each"
    return _pivot(CHOSEN, title, title_en, min(common), members, more)


def _pivot(
    name: str, title: str, title_en: str, level: str, members: Sequence[Figures], more: tuple[str, ...]
) -> Pivot:
    return Pivot(
        members[0].indicator,
        tuple(held for one in members for held in one.held),
        union([one.box for one in members if one.box]),
        id=name,
        title=title,
        title_en=title_en,
        level=level,
        members=tuple(members),
        more=more,
    )


def _names(parameter: str, text: str | None, known: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    allowed = set(known)
    for part in wanted:
        if part not in allowed:
            raise BadParameter(
                parameter,
                f"{parameter}: không có “{part[:40]}”.",
                f"{parameter}: there is no “{part[:40]}”.",
            )
    return wanted


@lru_cache(maxsize=256)
def _layer(
    name: str,
    title: str,
    title_en: str,
    codes: tuple[str, ...],
    more: tuple[str, ...],
    members: tuple[Indicator, ...],
) -> Layer:
    names = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
    asked = (
        (
            " Chọn chỉ tiêu bằng indicators=HCC-04,KT-01, thêm cột bằng columns=target,state,blank,period.",
            " Choose indicators by indicators=HCC-04,KT-01, further columns by columns=target,state,blank,period.",
        )
        if name == CHOSEN
        else ("", "")
    )
    return Layer(
        id=name,
        title=title,
        title_en=title_en,
        description=f"Mỗi địa bàn một đối tượng, mỗi chỉ tiêu một cột ở kỳ mới nhất: {names}.{asked[0]}",
        description_en=f"One feature an area, one column an indicator in its newest period: {names}.{asked[1]}",
        table=_table(tuple(column(one) for one in members), more),
        geometry="Polygon",
        fields=(*_GROUND, *(field for one in members for field in _fields(one, more))),
        editable=False,
    )


_GROUND = (
    Field(name="code", title="Mã địa bàn", title_en="Area code", filter=True),
    Field(name="name", title="Địa bàn", title_en="Area"),
    Field(name="level", title="Cấp", title_en="Level", codes=LEVELS),
    Field(name="parent_code", title="Mã cấp trên", title_en="Parent code", filter=True),
    Field(name="periods", title="Kỳ số liệu", title_en="Periods"),
)


def _fields(one: Indicator, more: Sequence[str]) -> list[Field]:
    name = column(one)
    return [
        Field(name=name, title=one.name, title_en=one.name_en, type="number", unit=one.unit),
        *(
            Field(
                name=f"{name}_{kind}",
                title=f"{one.name} – {_WORDS[kind][0]}",
                title_en=f"{one.name_en} – {_WORDS[kind][1]}",
                type=_TYPES[kind],
                unit=one.unit if kind == "target" else "",
                codes=_CODES.get(kind, ()),
            )
            for kind in more
        ),
    ]


@lru_cache(maxsize=256)
def _table(columns: tuple[str, ...], more: tuple[str, ...]) -> FromClause:
    """The features as a statement; binds: ids, periods (text) and an array for each column, of its name."""
    kinds = dict.fromkeys(columns, "float8")
    for name in columns:
        kinds |= {f"{name}_{kind}": "float8" if _TYPES[kind] == "number" else "text" for kind in more}
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in kinds.items())
    names = ", ".join(kinds)
    # The name keeps statements of other columns apart.
    alias = "pivot_" + hashlib.blake2b(names.encode(), digest_size=8).hexdigest()
    statement = f"""
        SELECT a.id, a.code, a.full_name AS name, a.level, a.province_code,
               CASE WHEN a.level IN ('commune', 'district') THEN a.province_code ELSE 'VN' END AS parent_code,
               CAST(:periods AS text) AS periods, {", ".join(f"f.{name}" for name in kinds)}, a.geom
        FROM unnest(CAST(:ids AS int[]), {arrays}) AS f (area_id, {names})
        JOIN toancanh.area a ON a.id = f.area_id
        """
    return (
        text(statement)
        .columns(
            id=Integer, code=Text, name=Text, level=Text, province_code=Text, parent_code=Text, periods=Text,
            **{name: Double if kind == "float8" else Text for name, kind in kinds.items()},
            geom=Geometry("MULTIPOLYGON", 4326),
        )
        .subquery(alias)
    )  # fmt: skip
