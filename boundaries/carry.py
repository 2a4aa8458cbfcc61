"""Figures re-expressed on other boundaries by the indicator's own rule: nothing is lost, and every estimate says so.

Sums add; a divided area's figure is shared in whole units by people, else by ground. Ratios and weighted means carry their
numerators and denominators, with fractions. A figure that only stands side by side (`latest`) is never merged into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from boundaries import units
from geo.errors import Problem

Rule = Literal["sum", "mean", "weighted_mean", "ratio", "min", "max", "latest"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEIGHTINGS = ("population", "published", "area", "equal")
"""What divides an area, best first: a population raster, published population, ground, and nothing at all."""

BLANKS = ("no_data", "late", "not_due", "not_applicable", "suppressed")
LEAST_SHARE = 0.75  # of a target's ground must come from areas with a figure, else it is a blank that says so


@dataclass(frozen=True, kw_only=True)
class Links:
    """Which area passes to which: parallel arrays of area ids and of what the two have in common, NaN where unknown.

    `population`: people by a raster; `published`: people by the published density of the present area; `area`: km².
    """

    source: Ints
    target: Ints
    population: Floats
    published: Floats
    area: Floats

    def reversed(self) -> Links:
        """The same links the other way: what today's areas say about those before."""
        return Links(
            source=self.target, target=self.source, population=self.population, published=self.published, area=self.area
        )

    def reaching(self, targets: Sequence[int]) -> Links:
        """All links of every source that reaches one of these targets; the others share what leads elsewhere."""
        return self._only(np.isin(self.source, self.source[np.isin(self.target, np.asarray(targets))]))

    def leaving(self, sources: Sequence[int]) -> Links:
        """All links of the targets that any of these sources reaches, and of the sources that share them."""
        return self.reaching(self.target[np.isin(self.source, np.asarray(sources))].tolist())

    def _only(self, concerned: npt.NDArray[np.bool_]) -> Links:
        return Links(
            source=self.source[concerned],
            target=self.target[concerned],
            population=self.population[concerned],
            published=self.published[concerned],
            area=self.area[concerned],
        )

    def by_target(self) -> dict[int, list[int]]:
        """The sources of each target, the largest common ground first."""
        order = np.argsort(-np.nan_to_num(self.area), kind="stable")
        found: dict[int, list[int]] = {}
        for source, target in zip(self.source[order].tolist(), self.target[order].tolist(), strict=True):
            found.setdefault(target, []).append(source)
        return found

    def shares(self, weighting: str) -> Floats:
        """Share of the source that each link takes under one weighting; NaN where it is not known of all its links."""
        measure = np.ones(len(self.source)) if weighting == "equal" else np.asarray(getattr(self, weighting))
        _, group = np.unique(self.source, return_inverse=True)
        total = np.bincount(group, measure)  # NaN passes on
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(total[group] > 0, measure / total[group], np.nan))


@dataclass(frozen=True)
class _Plan:
    """How every link shares its source: the estimate and, for the error band, every weighting there is."""

    links: Links
    share: Floats
    method: npt.NDArray[np.int64]  # number of the weighting; -1 where the source passes whole
    others: tuple[Floats, ...]
    source: Ints  # link -> row of the table of figures
    target: Ints  # link -> row of the result
    targets: Ints  # area ids of the result


def carry(figures: pd.DataFrame, links: Links, rule: str, *, scale: float = 1.0) -> pd.DataFrame:
    """Re-express figures on the areas that the links lead to.

    `figures`: area_id, period (any sortable key), value, numerator, denominator, blank (None where there is a value).
    `scale`: of a ratio (100 for per cent). Returns one row a target and period: area_id, period, value, numerator,
    denominator, blank, refused (side_by_side, no_parts, few or ""), partial (a sum of what is known, even of too few),
    low and high, estimated (divided share, 0…1), known and of (sources with a figure, in all), method (whole or the
    weakest weighting used). Sums are conserved exactly. Raises Problem for an unknown rule.

    low and high are the least and the most that any known weighting gives (people, published people, ground, equal
    parts): how much the choice matters, no interval of confidence; the value may be an end. Whole units have whole bounds.
    """
    if rule not in get_args(Rule):
        raise Problem(f"Không có quy tắc quy đổi “{rule}”.", f"There is no carrying rule “{rule}”.")
    ids, row = np.unique(figures["area_id"].to_numpy(dtype=np.int64), return_inverse=True)
    periods, column = np.unique(figures["period"].to_numpy(), return_inverse=True)
    plan = _planned(links, ids)

    def matrix(name: str) -> Floats:
        table = np.full((len(ids), len(periods)), np.nan)
        table[row, column] = figures[name].to_numpy(dtype=np.float64)
        return table

    why = np.zeros((len(ids), len(periods)), dtype=np.int64)
    why[row, column] = figures["blank"].map({name: i for i, name in enumerate(BLANKS)}).fillna(0).to_numpy()
    value = matrix("value")
    parted = rule in ("ratio", "weighted_mean")
    numerator, denominator = (matrix("numerator"), matrix("denominator")) if parted else (value, value)
    known = np.isfinite(value) & (np.isfinite(numerator) & (denominator > 0) if parted else True)
    found = _carried(plan, rule, value, numerator, denominator, known, scale)
    alone = np.bincount(plan.target, minlength=len(plan.targets)) == 1
    same = alone & (np.bincount(plan.target, plan.method == -1, minlength=len(plan.targets)) == 1)
    _pass_on(plan, found, same, value, numerator, denominator, parted)
    _judge(plan, found, rule, same, value, known, why)
    return _long(plan, found, periods, parted)


def _planned(links: Links, ids: Ints) -> _Plan:
    _, group, size = np.unique(links.source, return_inverse=True, return_counts=True)
    divided = size[group] > 1
    ways = [links.shares(name) for name in WEIGHTINGS]
    share, method = np.ones(len(links.source)), np.full(len(links.source), -1)
    for number in reversed(range(len(ways))):
        here = divided & np.isfinite(ways[number])
        share[here], method[here] = ways[number][here], number
    others = tuple(np.where(divided & np.isfinite(way), way, share) for way in ways)
    targets, target = np.unique(links.target, return_inverse=True)
    there = np.searchsorted(ids, links.source).clip(max=max(len(ids) - 1, 0))
    source = np.where(ids[there] == links.source, there, -1) if len(ids) else np.full(len(links.source), -1)
    return _Plan(links, share, method, others, source, target, targets)


def _parts(plan: _Plan, table: Floats, share: Floats) -> Floats:
    """What each link takes of its source's figures (links × periods); NaN where there is none."""
    padded = np.vstack([table, np.full((1, table.shape[1]), np.nan)])
    return np.asarray(padded[plan.source] * share[:, None])


def _added(plan: _Plan, parts: Floats) -> Floats:
    out = np.zeros((len(plan.targets), parts.shape[1]))
    np.add.at(out, plan.target, np.nan_to_num(parts))
    return out


def _summed(plan: _Plan, table: Floats) -> Floats:
    """Sums by target that keep the total of every source to the last unit."""
    count = units.decimals(table)
    padding = np.zeros((1, table.shape[1]))
    whole = np.vstack([np.nan_to_num(table), padding])[plan.source]
    finest = np.vstack([count, np.zeros(padding.shape, dtype=np.int64)])[plan.source]
    _, group = np.unique(plan.links.source, return_inverse=True)
    parts = units.shared_out(np.nan_to_num(_parts(plan, table, plan.share)), whole, finest, group)
    most = int(count.max(initial=0))
    added = _added(plan, parts)
    return added if most > units.FINEST else np.asarray(np.round(added, most))


def _carried(
    plan: _Plan,
    rule: str,
    value: Floats,
    numerator: Floats,
    denominator: Floats,
    known: npt.NDArray[np.bool_],
    scale: float,
) -> dict[str, Floats]:
    """value, numerator, denominator, low, high, estimated by target and period, before blanks are set."""
    value, numerator, denominator = (np.where(known, table, np.nan) for table in (value, numerator, denominator))
    nothing = np.full((len(plan.targets), value.shape[1]), np.nan)
    if rule in ("ratio", "weighted_mean"):  # not in whole units: two files of three, rounded apart, once made 200 %
        top, bottom = (_added(plan, _parts(plan, table, plan.share)) for table in (numerator, denominator))
    else:
        top, bottom = _summed(plan, numerator), nothing
    divided = np.where((plan.method >= 0)[:, None], np.abs(_parts(plan, numerator, plan.share)), 0.0)
    everything = _added(plan, np.abs(_parts(plan, numerator, plan.share)))
    with np.errstate(invalid="ignore", divide="ignore"):
        estimated = np.nan_to_num(_added(plan, divided) / everything)
        if rule == "sum":
            found = top
            band = [_added(plan, _parts(plan, value, way)) for way in plan.others]
        elif rule in ("ratio", "weighted_mean"):
            factor = scale if rule == "ratio" else 1.0
            found = factor * top / bottom
            band = [
                factor * _added(plan, _parts(plan, numerator, way)) / _added(plan, _parts(plan, denominator, way))
                for way in plan.others
            ]
        elif rule == "mean":
            found = _mean(plan, value, plan.share)
            band = [_mean(plan, value, way) for way in plan.others]
        elif rule in ("min", "max"):
            found, band = _extreme(plan, value, rule), []
        else:
            found, band = nothing.copy(), []
    low, high = (reduce.reduce([found, *band]) for reduce in (np.fmin, np.fmax))
    if rule == "sum":
        low, high = units.outward(low, high, value)
    return {"value": found, "numerator": top, "denominator": bottom, "low": low, "high": high, "estimated": estimated}


def _mean(plan: _Plan, value: Floats, share: Floats) -> Floats:
    weight = np.where(np.isfinite(value), 1.0, np.nan)
    return _added(plan, _parts(plan, value, share)) / _added(plan, _parts(plan, weight, share))


def _extreme(plan: _Plan, value: Floats, rule: str) -> Floats:
    pick, start = (np.fmin, np.inf) if rule == "min" else (np.fmax, -np.inf)
    out = np.full((len(plan.targets), value.shape[1]), start)
    pick.at(out, plan.target, _parts(plan, value, np.ones(len(plan.target))))
    return np.where(np.isfinite(out), out, np.nan)


def _pass_on(
    plan: _Plan, found: dict[str, Floats], same: npt.NDArray[np.bool_], value: Floats, numerator: Floats,
    denominator: Floats, parted: bool,
) -> None:  # fmt: skip
    """An area that only got another name keeps its figures as they are, whatever the rule."""
    link = np.flatnonzero(same[plan.target] & (plan.source >= 0))
    to, of = plan.target[link], plan.source[link]
    for name in ("value", "low", "high"):
        found[name][to] = value[of]
    if parted:
        found["numerator"][to], found["denominator"][to] = numerator[of], denominator[of]


def _judge(
    plan: _Plan, found: dict[str, Floats], rule: str, same: npt.NDArray[np.bool_], value: Floats,
    known: npt.NDArray[np.bool_], why: Ints,
) -> None:  # fmt: skip
    """Say where there is no figure and why; counts of sources that have one."""
    ground = np.where(np.isfinite(plan.links.area) & (plan.links.area > 0), plan.links.area, 1e-9)
    idle = ~np.isfinite(value) & (why == BLANKS.index("not_applicable"))

    def over(table: npt.NDArray[np.bool_], weight: Floats) -> Floats:
        padded = np.vstack([table, np.zeros((1, table.shape[1]), dtype=bool)])
        return _added(plan, padded[plan.source] * weight[:, None])

    one = np.ones(len(plan.target))
    count = np.broadcast_to(np.bincount(plan.target, minlength=len(plan.targets))[:, None], found["value"].shape)
    few = over(known | idle, ground) / np.bincount(plan.target, ground)[:, None] < LEAST_SHARE
    merged, any_known, any_value = ~same[:, None], over(known, one) > 0, over(np.isfinite(value), one) > 0
    found["partial"] = np.where(any_known, found["value"] if rule == "sum" else np.nan, np.nan)
    refused = np.where(merged & any_value & few, np.where(any_known, "few", "no_parts"), "").astype(object)
    if rule == "latest":
        refused[merged & any_value] = "side_by_side"
    empty = (refused != "") | ~np.where(merged, any_known, any_value)
    for name in ("value", "low", "high"):
        found[name] = np.where(empty, np.nan, found[name])
    reason = np.where((refused == "") | (refused == "few"), _one_reason(plan, why, np.isfinite(value)), 0)
    blank = np.array(BLANKS, dtype=object)[reason]
    blank[~empty] = None
    found |= {"blank": blank, "refused": refused, "known": over(known, one), "of": count.astype(np.float64)}


def _one_reason(plan: _Plan, why: Ints, told: npt.NDArray[np.bool_]) -> Ints:
    """Why the silent sources of a target have no figure: late where one is, for somebody owes it; else what they share."""
    silent = np.vstack([~told, np.ones((1, why.shape[1]), dtype=bool)])[plan.source]
    each = np.vstack([why, np.zeros((1, why.shape[1]), dtype=np.int64)])[plan.source]
    low, high, late = (np.full((len(plan.targets), why.shape[1]), start) for start in (len(BLANKS), -1, 0))
    np.minimum.at(low, plan.target, np.where(silent, each, len(BLANKS)))
    np.maximum.at(high, plan.target, np.where(silent, each, -1))
    np.maximum.at(late, plan.target, silent & (each == BLANKS.index("late")))
    return np.where(late > 0, BLANKS.index("late"), np.where(low == high, low, 0))


def _long(plan: _Plan, found: dict[str, Floats], periods: npt.NDArray[np.generic], parted: bool) -> pd.DataFrame:
    worst = np.full(len(plan.targets), -1)
    np.maximum.at(worst, plan.target, plan.method)
    names = np.array(["whole", *WEIGHTINGS], dtype=object)
    count = len(periods)
    out = {
        "area_id": np.repeat(plan.targets, count),
        "period": np.tile(periods, len(plan.targets)),
        **{name: table.ravel() for name, table in found.items()},
        "method": np.repeat(names[worst + 1], count),
    }
    frame = pd.DataFrame(out)
    if not parted:
        frame["numerator"] = frame["denominator"] = np.nan
    frame[["known", "of"]] = frame[["known", "of"]].astype(int)
    columns = [
        "area_id", "period", "value", "numerator", "denominator", "blank", "refused", "partial", "low", "high",
        "estimated", "known", "of", "method",
    ]  # fmt: skip
    return frame[columns]
