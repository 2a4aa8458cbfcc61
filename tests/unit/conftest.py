"""One sample of a made-up province, for every test that looks at it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from layers.indicators import periods
from layers.indicators.sample import Span, iter_sample
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_model import Model

SAMPLE_NOW = datetime(2026, 11, 12, 1, tzinfo=UTC)
END = date(2026, 11, 1)
SPANS = (
    Span("day", date(2026, 8, 31), END, ("day",)),
    Span("week", date(2026, 4, 27), END, ("week",)),
    Span("month", date(2024, 1, 1), END, ("day", "week", "month")),
    *(Span(kind, date(2024, 1, 1), END, (kind,)) for kind in ("to_date", "quarter", "half", "year", "school")),
)  # fmt: skip


def made_areas() -> pd.DataFrame:
    """One province with 30 communes from the highlands to the coast, and two provinces on their own."""
    rows: list[dict[str, object]] = []
    for number in range(30):
        kind = "phuong" if number % 4 == 0 else "dac_khu" if number == 29 else "xa"
        place = {"lon": 107.3 + 0.055 * number, "lat": 12.6 - 0.055 * number}
        size = {"area_km2": 20.0 if kind == "phuong" else 180.0, "population": 9000.0 + 1300 * number}
        rows.append(
            {"code": f"{24000 + number}", "level": "commune", "kind": kind, "parent_code": "68", **place, **size}
        )
    rows[3]["population"] = np.nan  # “đang cập nhật”
    rows[4]["population"] = 72.0  # digits lost
    rows[29]["population"] = 1500.0  # an island
    places = (
        ("68", 3.9e6, 24_233.0, 108.1, 11.8),
        ("20", 814_000.0, 8_310.0, 106.6, 21.8),
        ("79", 14e6, 6_773.0, 106.8, 10.8),
    )
    for code, population, size, lon, lat in places:
        kind = "thanh_pho" if code == "79" else "tinh"
        place = {"lon": lon, "lat": lat, "area_km2": size, "population": population}
        rows.append({"code": code, "level": "province", "kind": kind, "parent_code": "VN", **place})
    return pd.DataFrame(rows).assign(id=range(1, len(rows) + 1))


def model_of(areas: pd.DataFrame, *, seed: int = 2025, daily: bool = True, first: int = 2024) -> Model:
    """The model of some areas from a January to October 2026."""
    return Model(
        Ground(areas.reset_index(drop=True), seed), periods.month(first, 1), periods.month(2026, 10), daily=daily
    )


def reports_of(model: Model, spans=SPANS, indicators=None) -> pd.DataFrame:
    """All reports of a model, words as plain objects."""
    frames = iter_sample(model, spans, now=SAMPLE_NOW, indicators=indicators)
    words = dict.fromkeys(("indicator", "period", "status", "blank", "warning"), object)
    return pd.concat([frame.astype(words) for frame in frames], ignore_index=True)


def newest(reports: pd.DataFrame) -> pd.DataFrame:
    """What is known in the end."""
    ordered = reports.sort_values("known_at", kind="stable")
    return ordered.drop_duplicates(["indicator", "area_id", "period"], keep="last").sort_index(ignore_index=True)


@pytest.fixture(scope="session")
def sample_areas() -> pd.DataFrame:
    """The areas of the sample."""
    return made_areas()


@pytest.fixture(scope="session")
def make_model():
    """A model of other areas, another seed or another time."""
    return model_of


@pytest.fixture(scope="session")
def make_figures():
    """What is known in the end of a model, for some spans and indicators."""
    return lambda model, spans=SPANS, indicators=None: newest(reports_of(model, spans, indicators))


@pytest.fixture(scope="session")
def sample_model(sample_areas) -> Model:
    """Their model."""
    return model_of(sample_areas)


@pytest.fixture(scope="session")
def sample_reports(sample_model) -> pd.DataFrame:
    """All reports of every indicator."""
    return reports_of(sample_model)


@pytest.fixture(scope="session")
def sample_figures(sample_reports) -> pd.DataFrame:
    """What is known of every indicator in the end."""
    return newest(sample_reports)
