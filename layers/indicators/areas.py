"""Which area every row of figures means: the structure is asked for where the table does not settle it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, text

from boundaries.detective import Verdict, examine, resolve
from boundaries.evidence import Sentence
from boundaries.evidence import doubt as doubt_of
from boundaries.known import Boundary, Level
from boundaries.predecessors import into_heirs
from boundaries.totals import Stated
from boundaries.vintages import CURRENT, VINTAGES, Vintage, vintage_on
from geo.errors import Problem
from layers.indicators import periods
from layers.indicators.reading import Figures

Asked = Literal["auto", "former", "current"]
STARTS = {"former": VINTAGES[0].start, "current": CURRENT.start}
KEPT = 500  # rows named in the record of a decision
CLEARLY = 0.3  # by how much more rows the other structure must fit for a choice to be refused as a slip

_AREAS = text(
    "SELECT level, code, id, province_code FROM toancanh.area WHERE level <> 'region' AND valid_from <= :day "
    "AND (valid_to IS NULL OR valid_to > :day)"
)


@dataclass(frozen=True, kw_only=True)
class Tied:
    """Rows with area_id, level, province_code and how they were tied; and what became of the others.

    `doubt` is the Problem to raise before anything is written; `refused` and `unusual` are (line, code, name, vi, en).
    """

    rows: pd.DataFrame
    evidence: tuple[Sentence, ...]
    doubt: Problem | None
    vintages: dict[Vintage, int]
    refused: list[tuple[int, str, str, str, str]]
    unusual: list[tuple[int, str, str, str, str]]
    not_loaded: int
    totals: int
    decision: dict[str, Any]


def tie(
    connection: Connection,
    figures: Figures,
    asked: Asked,
    stated: Callable[[Level], Sequence[Stated]] = lambda _: (),
) -> Tied:
    """Tie figures to areas of the structure asked for, or (`auto`) of the one their table is certainly written in.

    `stated` tells totals of the figures that are known, as `detective.examine` asks for them. Years before and after July 2025 may stand in one table of provinces: each belongs to the provinces of its time.
    """
    used = figures.table.index.isin(figures.rows["line"])
    table = figures.table[used] if used.any() else figures.table
    whole = examine(table, figures.roles, stated=stated)
    ends = {key: periods.parse(key).last_day for key in figures.rows["period"].unique()}
    early = figures.rows["period"].map(lambda key: ends[key] < CURRENT.start).astype(bool)
    doubt: Problem | None = None
    if asked == "auto":
        parts, doubt = _by_time(figures, whole, early)
    else:
        parts, doubt = [(asked, figures.rows, whole)], _slip(whole, asked)
    codes_alone = asked != "auto"
    frames = [
        _tied(rows, resolve(figures.table, verdict, boundary, codes_alone=codes_alone), boundary)
        for boundary, rows, verdict in parts
    ]
    tied = pd.concat(frames).sort_index(kind="stable")
    return _look_up(connection, tied, whole, doubt, asked)


def _by_time(
    figures: Figures, whole: Verdict, early: pd.Series
) -> tuple[list[tuple[Boundary, pd.DataFrame, Verdict]], Problem | None]:
    """The structure each part of the table belongs to, before and since the reform, and what is in doubt about it."""
    above = whole.best in ("provinces", "former_provinces") or whole.best is None
    parts: list[tuple[Boundary, pd.DataFrame, Verdict]] = []
    doubt: Problem | None = None
    times: tuple[tuple[Boundary, pd.Series], ...] = (("former", early), ("current", ~early))
    for then, mask in times:
        rows = figures.rows[mask]
        if rows.empty:
            continue
        several = above and early.nunique() > 1
        verdict = examine(figures.table.loc[rows["line"].unique()], figures.roles) if several else whole
        if then == "current" and above and verdict.fits_all("current"):
            parts.append(("current", rows, verdict))  # the provinces that ended report no more
            continue
        boundary: Boundary = verdict.boundary or then
        parts.append((boundary, rows, verdict))
        if not verdict.certain:
            doubt = doubt or _unclear(verdict)
        elif verdict.boundary != then:
            doubt = doubt or _untimely(verdict, then)
    return parts or [("current", figures.rows, whole)], doubt


def _unclear(verdict: Verdict) -> Problem:
    why = doubt_of(verdict)
    return Problem(
        f"{why.vi}; hãy nêu --boundary former (trước 1/7/2025) hoặc --boundary current (hiện nay).",
        f"{why.en}; say --boundary former (before 1 July 2025) or --boundary current (today's).",
    )


def _untimely(verdict: Verdict, then: str) -> Problem:
    vi, en = verdict.evidence[0].vi.rstrip("."), verdict.evidence[0].en.rstrip(".")
    when = ("trước", "before") if then == "former" else ("sau", "after")
    return Problem(
        f"{vi}, nhưng có kỳ số liệu {when[0]} 1/7/2025; hãy nêu --boundary {verdict.boundary} nếu đúng là vậy.",
        f"{en}, but it has periods {when[1]} 1 July 2025; say --boundary {verdict.boundary} if that is meant.",
    )


def _slip(verdict: Verdict, asked: Boundary) -> Problem | None:
    other: Boundary = "former" if asked == "current" else "current"
    if verdict.share[other] - verdict.share[asked] <= CLEARLY:
        return None
    vi, en = verdict.evidence[0].vi.rstrip("."), verdict.evidence[0].en.rstrip(".")
    return Problem(
        f"{vi}; --boundary {asked} chỉ khớp {verdict.share[asked]:.0%} nên không nạp.",
        f"{en}; --boundary {asked} fits only {verdict.share[asked]:.0%}, so it is not loaded.",
    )


def _tied(rows: pd.DataFrame, found: pd.DataFrame, boundary: Boundary) -> pd.DataFrame:
    there = found.reindex(rows["line"])
    there.index = rows.index
    there["how"] = there["how"].fillna("empty")
    there = there.fillna("")
    if boundary == "former":
        said = list(zip(rows["area_code"], rows["area_name"], strict=True))
        days = {key: periods.parse(key).last_day for key in rows["period"].unique()}
        there = into_heirs(there, said, [days[key] for key in rows["period"]])
    return rows.join(there).assign(boundary=boundary)


def _look_up(connection: Connection, rows: pd.DataFrame, whole: Verdict, doubt: Problem | None, asked: Asked) -> Tied:
    stored: dict[tuple[str, str, str], tuple[int, str]] = {
        (boundary, level, code): (number, province)
        for boundary, start in STARTS.items()
        for level, code, number, province in connection.execute(_AREAS, {"day": start})
    }
    found = [stored.get(key) for key in zip(rows["boundary"], rows["level"], rows["code"], strict=True)]
    here = pd.Series([one is not None for one in found], index=rows.index, dtype=bool)
    meant = rows["code"] != ""
    kept = rows[here].assign(area_id=[one[0] for one in found if one], province_code=[one[1] for one in found if one])
    sums = rows["how"] == "total"
    told = ["line", "area_code", "area_name", "vi", "en"]
    refused = rows[~meant & ~sums][told]
    unusual = rows[meant & (rows["vi"] != "")].drop_duplicates("line")
    decision = {
        "asked": asked, "boundary": whole.boundary if asked == "auto" else asked, "list": whole.best,
        "certain": whole.certain, "evidence": [{"vi": one.vi, "en": one.en} for one in whole.evidence],
        "rows": dict(Counter(rows.drop_duplicates("line")["how"])), "not_loaded": int((meant & ~here).sum()),
        "unusual": unusual[["line", "code", "how"]].head(KEPT).to_numpy().tolist(),
        "left_out": refused.drop_duplicates("line")[["line", "vi"]].head(KEPT).to_numpy().tolist(),
    }  # fmt: skip
    return Tied(
        rows=kept.drop(columns=["code", "vi", "en", "boundary"]), evidence=whole.evidence, doubt=doubt,
        vintages={vintage_on(STARTS[str(b)]): int(n) for b, n in kept["boundary"].value_counts().items()},
        refused=list(refused.itertuples(index=False, name=None)),
        unusual=list(unusual[told].itertuples(index=False, name=None)),
        not_loaded=int((meant & ~here).sum()), totals=int(sums.sum()), decision=decision,
    )  # fmt: skip
