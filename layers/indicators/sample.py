"""Plausible sample figures and targets for a demonstration, the same on every machine from the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.indicators import catalogue, periods
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers, key, uniform
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_model import Model, data_kind, profiles

SEED = 2025
BLANKS = ("", "no_data", "late", "not_due", "not_applicable", "suppressed")
NO_DATA, LATE, NOT_DUE, NOT_APPLICABLE, SUPPRESSED = range(1, 6)
HOLIDAYS = (6, 7, 8)  # months without school
FEW_PEOPLE = 5  # counts of people below this could name someone
SENSITIVE = ("AN-05",)
SPIKE = 4.0

Codes = npt.NDArray[np.int8]


def iter_sample(
    *,
    areas: pd.DataFrame,
    indicators: Iterable[Indicator] | None = None,
    last: date | Period,
    months: int = 36,
    seed: int = SEED,
) -> Iterator[pd.DataFrame]:
    """Sample observations, one frame an indicator, for the `months` that end with or before `last`.

    `areas`: id, code, level, kind, parent_code, lon, lat (WGS 84 degrees), area_km2, population (may be NaN), name.
    Communes get every indicator kept at commune level; a province gets those only when none of its communes is
    given (else they are to be rolled up), and all that are kept at province level. Columns: indicator, area_id,
    period, value, numerator, denominator, status, blank, warning; value is NaN exactly where blank is a word.
    """
    model = _model(areas, last, months, seed)
    for one in _wanted(indicators):
        yield _frame(model, one)


def sample_observations(
    *,
    areas: pd.DataFrame,
    indicators: Iterable[Indicator] | None = None,
    last: date | Period,
    months: int = 36,
    seed: int = SEED,
) -> pd.DataFrame:
    """All of `iter_sample` in one table; meant for a province, not for the whole country."""
    frames = iter_sample(areas=areas, indicators=indicators, last=last, months=months, seed=seed)
    return pd.concat(frames, ignore_index=True)


def sample_targets(
    *,
    areas: pd.DataFrame,
    indicators: Iterable[Indicator] | None = None,
    last: date | Period,
    months: int = 36,
    seed: int = SEED,
) -> pd.DataFrame:
    """Yearly sample targets of about half of the indicators, for communes and provinces alike.

    Columns: indicator, area_id, period (a year), value, rule, decision. `due` tells what a target means for a
    shorter period: rule “level” asks the same of each period, “share” an even part, “to_date” the part so far.
    """
    model = _model(areas, last, months, seed)
    frames = [_targets(model, one) for one in _wanted(indicators) if profiles()[one.code].target]
    return pd.concat(frames, ignore_index=True)


def _wanted(indicators: Iterable[Indicator] | None) -> list[Indicator]:
    listed = catalogue.load()[1] if indicators is None else indicators
    return [one for one in listed if one.code in profiles()]


def _model(areas: pd.DataFrame, last: date | Period, months: int, seed: int) -> Model:
    end = last.end if isinstance(last, Period) else last + timedelta(days=1)
    final = periods.of("month", end).previous()  # the last month that is over by then
    first = final
    for _ in range(months - 1):
        first = first.previous()
    return Model(Ground(areas.reset_index(drop=True), seed), first, final)


def _reporting(model: Model, one: Indicator) -> npt.NDArray[np.bool_]:
    ground = model.ground
    if one.lowest_level == "province":
        return ~ground.communes
    above = np.zeros(len(ground.areas), dtype=bool)
    above[ground.parents[ground.parents >= 0]] = True
    return ~above


def _frame(model: Model, one: Indicator) -> pd.DataFrame:
    rows, at = np.flatnonzero(_reporting(model, one)), model.published(one)
    steps = model.steps(data_kind(one))
    window = np.ix_(rows, np.array(at))
    value, above, below = (
        None if part is None else np.array(np.broadcast_to(part, _shape(model, steps))[window])
        for part in model.figures(one)
    )
    assert value is not None
    blank = _blanks(model, one)[window]
    nothing = np.isnan(value)  # a ratio over nought keeps its components: they still add up
    inapplicable = nothing | _inapplicable(model, one)[window]
    blank[inapplicable] = NOT_APPLICABLE
    if one.code in SENSITIVE:
        blank[(value > 0) & (value < FEW_PEOPLE) & (blank == 0)] = SUPPRESSED
    spiked = _spiked(model, one)[window] & (blank == 0) & (value >= 10)
    value[spiked] = np.round(value[spiked] * SPIKE, one.decimals)
    value[blank > 0] = np.nan
    for part in (above, below):
        if part is not None:
            part[(blank > 0) & ~nothing] = np.nan
    count = value.size
    empty = np.full(count, np.nan)
    doubt = f"Cao gấp {SPIKE:.0f} lần mức thường thấy, chờ đơn vị báo cáo xác nhận."
    return pd.DataFrame(
        {
            "indicator": np.full(count, one.code, dtype=object),
            "area_id": np.repeat(model.ground.areas["id"].to_numpy(np.int64)[rows], len(at)),
            "period": np.tile(np.array([steps[k].key for k in at], dtype=object), len(rows)),
            "value": value.ravel(),
            "numerator": empty if above is None else above.ravel(),
            "denominator": empty if below is None else below.ravel(),
            "status": np.tile(np.array([_status(model, one, k) for k in at], dtype=object), len(rows)),
            "blank": _words(blank, dict(enumerate(BLANKS))),
            "warning": _words(spiked, {1: doubt}),
        }
    )


def _words(codes: npt.NDArray[Any], words: dict[int, str]) -> pd.Series[Any]:
    """The word of each code, None where there is none; of type object, as a text column would make None NaN."""
    found = np.full(codes.size, None, dtype=object)
    for code, word in words.items():
        found[codes.ravel() == code] = word or None
    return pd.Series(found, dtype="object")


def _shape(model: Model, steps: tuple[Period, ...]) -> tuple[int, int]:
    return len(model.ground.areas), len(steps)


def _status(model: Model, one: Indicator, at: int) -> str:
    age = model.published(one)[-1] - at
    return "final" if profiles()[one.code].plan or age > 1 else ("estimate", "preliminary")[age]


def _blanks(model: Model, one: Indicator) -> Codes:
    """Why a commune's figure is not there yet; a ratio lacks what its components lack."""
    steps = model.steps(data_kind(one))
    found = np.zeros(_shape(model, steps), dtype=np.int8)
    parts = [catalogue.indicators[code] for code in (one.numerator, one.denominator) if code]
    for part in parts:
        if data_kind(part) == data_kind(one):
            found = np.maximum(found, _blanks(model, part))
    if parts or one.code in _never_blank() or data_kind(one) == "year":
        return found
    ground, seed = model.ground, model.ground.seed

    def chance(word: str) -> Numbers:
        return uniform(key(seed, one.code, word), ground.keys)

    # Some places began to report later than others.
    start = 2024 + chance("began")
    times = np.array([step.start.year + (step.start.month - 1) / 12 for step in steps])
    found[(chance("from the start") < 0.015)[:, None] & (times < start[:, None])] = NO_DATA
    final = model.published(one)[-1]
    found[chance("late") < 0.025, final] = LATE
    found[chance("very late") < 0.004, final - 1] = LATE
    islands = np.asarray(ground.areas["kind"] == "dac_khu")
    found[islands & (chance("not due") < 0.4), final] = NOT_DUE
    found[~ground.communes] = 0
    return found


@cache
def _never_blank() -> frozenset[str]:
    """Components of figures of another level or kind of period, which would not add up with holes in them."""
    whole = set()
    for one in catalogue.load()[1]:
        for code in (one.numerator, one.denominator):
            if code and (
                one.lowest_level != catalogue.indicators[code].lowest_level
                or data_kind(one) != data_kind(catalogue.indicators[code])
            ):
                whole.add(code)
    return frozenset(whole)


def _inapplicable(model: Model, one: Indicator) -> npt.NDArray[np.bool_]:
    steps = model.steps(data_kind(one))
    result = np.zeros(_shape(model, steps), dtype=bool)
    result[model.ground.people == 0] = True  # nobody lives there
    if one.code.startswith("CKS-"):
        result |= model.quantity("gate", data_kind(one)) == 0
    if profiles()[one.code].season == "school":
        result |= np.array([step.start.month in HOLIDAYS for step in steps])
    return result


def _spiked(model: Model, one: Indicator) -> npt.NDArray[np.bool_]:
    """A few figures that look mistyped, so that warnings are seen; never in a component of a ratio."""
    steps = model.steps(data_kind(one))
    parts = {code for other in catalogue.load()[1] for code in (other.numerator, other.denominator)}
    if one.is_ratio or one.time_rule != "sum" or one.code in parts or one.high is not None:
        return np.zeros(_shape(model, steps), dtype=bool)
    stamps = np.array([key(step.key) for step in steps], dtype=np.uint64)
    chance = uniform(key(model.ground.seed, one.code, "spike"), model.ground.keys[:, None], stamps[None, :])
    return np.asarray((chance < 0.0006) & model.ground.communes[:, None])


def _targets(model: Model, one: Indicator) -> pd.DataFrame:
    text = profiles()[one.code].target
    rows = np.flatnonzero(~model.ground.communes | (one.lowest_level == "commune"))
    years = [step.in_year for step in periods.range("year", model.first, model.last)]
    if text.endswith("%"):
        known = model.quantity(one.code, "year")
        values = np.round(known[rows, :-1] * (1 + float(text[:-1]) / 100), one.decimals)
        years, rule = years[1:], "share" if profiles()[one.code].flow else "level"
        if one.time_rule == "cumulative_ytd":
            rule = "to_date"
    else:
        values = np.full((len(rows), len(years)), float(text.rstrip("@")))
        rule = "to_date" if text.endswith("@") else "level"
    table = pd.DataFrame(
        {
            "indicator": one.code,
            "area_id": np.repeat(model.ground.areas["id"].to_numpy(np.int64)[rows], len(years)),
            "period": np.tile([str(year) for year in years], len(rows)),
            "value": values.ravel(),
            "rule": rule,
            "decision": np.tile([f"Kế hoạch năm {year} (dữ liệu minh hoạ)" for year in years], len(rows)),
        }
    )
    return table[table["value"] > 0]
