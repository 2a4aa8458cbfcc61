"""Plausible sample figures for a demonstration, the same on every machine from the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.indicators import catalogue
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period, PeriodKind
from layers.indicators.sample_model import Model
from layers.indicators.sample_profiles import SHORT, data_kind, profiles
from layers.indicators.sample_reports import concerned, reports

SEED = 2025


@dataclass(frozen=True, slots=True)
class Span:
    """Periods of one kind that end after `first` and by `end`, for indicators that are kept by these kinds of period."""

    kind: PeriodKind
    first: date
    end: date
    of: tuple[PeriodKind, ...]
    everyone: bool = True  # also those who have nothing to report, and say so


def iter_sample(
    model: Model, spans: Sequence[Span], *, now: datetime, indicators: Iterable[Indicator] | None = None
) -> Iterator[pd.DataFrame]:
    """Sample reports, a frame for an indicator and kind of period, of the periods in `spans`, as known at `now` (UTC).

    Communes report every indicator kept at commune level; a province reports those only where none of its communes is
    given (else they are to be rolled up), and all that are kept at province level. Days and weeks are told where an
    indicator is kept: by communes, or by provinces what is theirs alone; months that days make up are then left out.
    Columns: indicator, area_id, period, value, numerator, denominator, status, blank, warning, known_at; value is NaN
    exactly where blank is a word. The same figure may be told again, later and otherwise.
    """
    for one in wanted(indicators):
        for span in spans:
            if one.period in span.of:
                yield from _frames(model, one, span, spans, now)


def wanted(indicators: Iterable[Indicator] | None) -> list[Indicator]:
    """The indicators that have a profile, of these or of all."""
    listed = catalogue.load()[1] if indicators is None else indicators
    return [one for one in listed if one.code in profiles()]


def _frames(model: Model, one: Indicator, span: Span, spans: Sequence[Span], now: datetime) -> Iterator[pd.DataFrame]:
    areas = _reporting(model, one, span)
    at = _published(model, one, span.kind, span.first, span.end)
    days = next((days for days in spans if days.kind == "day" and one.period == "day"), None)
    if span.kind != "month" or days is None:
        yield from _some(model, one, span.kind, areas, at, now)
        return
    by_day, steps = areas & _reporting(model, one, days), model.steps("month")
    rest = [k for k in at if not (days.first <= steps[k].start and steps[k].end <= days.end)]
    yield from _some(model, one, "month", by_day, rest, now)
    yield from _some(model, one, "month", areas & ~by_day, at, now)


def _some(
    model: Model, one: Indicator, kind: PeriodKind, areas: npt.NDArray[np.bool_], at: list[int], now: datetime
) -> Iterator[pd.DataFrame]:
    rows = np.flatnonzero(areas)
    if rows.size and at:
        yield reports(model, one, kind, rows=rows, at=at, now=now)


def _reporting(model: Model, one: Indicator, span: Span) -> npt.NDArray[np.bool_]:
    ground = model.ground
    if one.lowest_level == "province":
        areas = ~ground.communes
    elif span.kind in SHORT:
        areas = ground.communes
    else:  # all but those whose communes report
        areas = np.ones(len(ground.areas), dtype=bool)
        areas[ground.parents[ground.parents >= 0]] = False
    return areas if span.everyone else areas & concerned(model, one)


def _published(model: Model, one: Indicator, kind: PeriodKind, first: date, end: date) -> list[int]:
    """Positions of the steps that people would see: touched by the span, and over or planned."""
    plan = profiles()[one.code].plan and kind == data_kind(one)

    def seen(step: Period) -> bool:
        return step.end > first and (step.end <= end or (plan and step.start < end))

    return [at for at, step in enumerate(model.steps(kind)) if seen(step)]
