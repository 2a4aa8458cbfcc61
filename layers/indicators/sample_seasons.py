"""What the time of year adds to a sample quantity: rain and drought, Tết, the tourist season, the end of the year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers
from layers.indicators.sample_ground import Ground
from layers.indicators.sample_places import CURVES, TET_MONTHS


def season(ground: Ground, text: str, steps: Sequence[Period]) -> Numbers:
    """What a season named “name:strength” adds (to a logarithm, a logit or an index) by area and step."""
    name, _, strength = text.partition(":")
    middle = [step.start.month + (0.5 * (step.number > 0) if step.kind == "month" else 1.5) for step in steps]
    months = np.array(middle) % 12
    if name in CURVES or name in ("", "school") or any(step.kind == "year" for step in steps):
        return np.zeros((1, len(steps)))
    return float(strength) * _wave(ground, name, months, steps)


def _wave(ground: Ground, name: str, months: Numbers, steps: Sequence[Period]) -> Numbers:
    lat = ground.place[1]
    # Rain peaks in July–August in the north, October–November on the central coast, September elsewhere.
    centre = np.exp(-(((lat - 15) / 2.6) ** 2)) * np.clip(ground.coast * 1.6, 0, 1)
    wet = (np.where(lat > 18.5, 8.0, 9.2) + 1.9 * centre)[:, None]

    def peak(month: float | Numbers, width: float = 1.0) -> Numbers:
        wave = np.cos(2 * np.pi * (months - month) / 12)
        return np.asarray(np.sign(wave) * np.abs(wave) ** width)

    match name:
        case "tet":
            hit = [step.start.month <= TET_MONTHS.get(step.start.year, 2) <= step.last_day.month for step in steps]
            return -np.array([hit], dtype=float)
        case "rain" | "dengue":
            return peak(wet)
        case "rainlag":
            return peak(wet + 2)
        case "dry":
            return -peak(wet)
        case "tourism":
            return np.asarray(np.atleast_2d(0.8 * peak(7.3, 1.5) + 0.35 * peak(1.5)))
        case "yearend":
            return np.array([[(step.last_day.month - 6.5) / 5.5 for step in steps]])
        case "q4":
            return np.array([[step.last_day.month / 4.5 - 5 / 3 for step in steps]])
        case "hfmd":
            return np.cos(2 * np.pi * (months - 4.3) / 6)[None, :]
        case "smog":
            return np.asarray(peak(1.2) * np.clip((lat - 10) / 11, 0.2, 1)[:, None])
        case "lean" | "harvest_months":
            return np.atleast_2d(peak(3.3 if name == "lean" else 6.0))
        case _:
            raise KeyError(f"no season {name!r}")
