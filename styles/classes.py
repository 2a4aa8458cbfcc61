"""Classes of a choropleth: where figures are cut, and the rows of the legend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from styles.palette import BLANKS, EMPTY, SEQUENTIAL, STATES, Tone

Method = Literal["quantile", "natural", "equal"]
Numbers = NDArray[np.float64]

MOST = 7  # classes that an eye can still tell apart
_SLACK = {"quantile": 0.03, "natural": 0.01}  # share of the figures a cut may move over to become a rounder number
_SAMPLED = 800  # figures that natural breaks are sought among, evenly spread over the ranks


def breaks(values: Iterable[float], method: Method, n: int) -> list[float]:
    """Return the edges of at most `n` classes: round numbers, strictly rising, that hold every finite value.

    Class k holds edges[k] <= value < edges[k + 1], the last one its upper edge too, and with `quantile` and `natural`
    none is empty. Fewer distinct values give fewer classes, no finite value gives no edges. Quantiles put about as
    many values in each class; natural breaks are those of Fisher (1958) and Jenks (1977), least squares within.
    """
    data = np.sort(np.asarray(list(values), dtype=np.float64))
    data = data[np.isfinite(data)]
    if not len(data):
        return []
    distinct, counts = np.unique(data, return_counts=True)
    n = max(1, min(n, MOST, len(distinct)))
    if method == "equal":
        return _even(distinct[0], distinct[-1], n)
    before = np.concatenate([[0], counts.cumsum()[:-1]])  # values below each distinct one
    if method == "quantile":
        wanted = [int(np.abs(before - len(data) * k / n).argmin()) for k in range(1, n)]
    else:
        wanted = _natural(distinct, counts, n)
    inner = _cuts(distinct, before, sorted({w for w in wanted if w > 0}), _SLACK[method] * len(data))
    return [*_ends(distinct, inner)[:1], *inner, *_ends(distinct, inner)[1:]]


def _cuts(distinct: Numbers, before: NDArray[np.int64], wanted: Sequence[int], slack: float) -> list[float]:
    """Round numbers near the distinct values where new classes should begin; each leaves a value on either side."""
    made: list[float] = []
    first = 0  # the lowest distinct value of the class that the next cut ends
    for number, begin in enumerate(wanted):
        begin = max(begin, first + 1)
        last = len(distinct) - (len(wanted) - number)
        if begin > last:
            break
        # Nothing and something are different things: a cut just above zero does not move.
        near = np.flatnonzero(np.abs(before - before[begin]) <= slack * (distinct[begin - 1] != 0))
        low = max(int(near.min(initial=begin)), first + 1)
        high = min(int(near.max(initial=begin)), last)
        cut = _between(float(distinct[low - 1]), float(distinct[high]), distinct)
        made.append(cut)
        first = int(np.searchsorted(distinct, cut))
    return made


def _between(low: float, high: float, distinct: Numbers) -> float:
    """A round number in (low, high]; below the highest figure of all where there is room, as no class starts at 100 %."""
    cut = pretty(low, high)
    if cut == distinct[-1]:
        below = high - 1 if (distinct % 1 == 0).all() else low + 0.9 * (high - low)
        if low < below < high:
            return pretty(low, below)
    return cut


def _ends(distinct: Numbers, inner: Sequence[float]) -> tuple[float, float]:
    """The outer edges: round numbers at or a little beyond the extremes, never crossing zero."""
    low, high = float(distinct[0]), float(distinct[-1])
    room = 0.06 * (high - low) or abs(high) * 0.05 or 1.0
    start = low if low == 0 else pretty(low - room, low)
    end = high if high == 0 and inner else -pretty(-high - room, -high)
    if inner and end <= inner[-1]:  # the highest value stands alone on the last cut
        end = pretty(high, high + room)
    if low > 0:
        start = max(start, 0.0)
    if high < 0:
        end = min(end, 0.0)
    if start >= end:
        end = start + room
    return start, end


def _even(low: float, high: float, n: int) -> list[float]:
    """Edges at the multiples of one round step, as few as hold the range with at most `n` classes."""
    if low == high:
        return list(_ends(np.array([low]), []))
    power = math.floor(math.log10((high - low) / n))
    for exponent in (power - 1, power, power + 1, power + 2):
        for head in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8):
            step = head * 10.0**exponent
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            edges = [_clean(k * step, exponent - 1) for k in range(first, last + 1)]
            if 1 <= last - first <= n and edges[0] <= low and edges[-1] >= high:
                return edges
    return [low, high]


def _natural(distinct: Numbers, counts: NDArray[np.int64], n: int) -> list[int]:
    """Row numbers of the distinct values with which new classes begin, for the least squares within classes."""
    rows = np.arange(len(distinct))
    if len(distinct) > _SAMPLED:
        rows = np.unique(np.linspace(0, len(distinct) - 1, _SAMPLED).round().astype(int))
        counts = np.add.reduceat(counts, rows)
    x = distinct[rows] - distinct.mean()
    weight = np.concatenate([[0.0], np.cumsum(counts, dtype=float)])
    total = np.concatenate([[0.0], np.cumsum(x * counts)])
    square = np.concatenate([[0.0], np.cumsum(x * x * counts)])
    size = len(x)
    # best[j]: least sum of squares of the first j values in the classes so far; start[c][j]: where the last one begins.
    best = square[1:] - total[1:] ** 2 / weight[1:]
    best = np.concatenate([[0.0], best])
    starts: list[NDArray[np.int64]] = []
    for _ in range(n - 1):
        after, start = np.full(size + 1, np.inf), np.zeros(size + 1, dtype=np.int64)
        for j in range(1, size + 1):
            i = np.arange(j)
            cost = best[:j] + square[j] - square[i] - (total[j] - total[i]) ** 2 / (weight[j] - weight[i])
            start[j] = int(cost.argmin())
            after[j] = cost[start[j]]
        starts.append(start)
        best = after
    found: list[int] = []
    end = size
    for start in reversed(starts):
        end = int(start[end])
        found.append(int(rows[end]) if end < size else 0)
    return found


def pretty(low: float, high: float) -> float:
    """Return the number in (low, high] with the fewest digits, as near the middle as these digits allow."""
    if low < 0 <= high:
        return 0.0
    largest = max(abs(low), abs(high))
    power = math.ceil(math.log10(largest))
    for exponent in range(power, power - 16, -1):
        for head in (1.0, 0.5, 0.2):
            step = head * 10.0**exponent
            digits = exponent - (head < 1)
            for found in (round((low + high) / 2 / step) * step, math.floor(high / step) * step):
                clean = _clean(found, digits)
                if low < clean <= high:
                    return clean
    return high


def _clean(number: float, exponent: int) -> float:
    return float(round(number, -exponent)) if exponent > -300 else number


def legend_classes(edges: Sequence[float], decimals: int | None = None) -> list[dict[str, Any]]:
    """Return a legend row for each class: from, to, colour, colour_dark, label, label_en.

    An edge is written with the decimals it needs, at most two more than the `decimals` of the figures.
    """
    most = 6 if decimals is None else decimals + 2
    vi, en = ([number_text(edge, min(_digits(edge), most), lang) for edge in edges] for lang in ("vi", "en"))
    return [
        {
            "from": low,
            "to": high,
            "colour": tone.light,
            "colour_dark": tone.dark,
            "label": f"{vi[k]} – {vi[k + 1]}",
            "label_en": f"{en[k]} – {en[k + 1]}",
        }
        for k, ((low, high), tone) in enumerate(zip(pairwise(edges), ramp(len(edges) - 1), strict=True))
    ]


def ramp(n: int) -> tuple[Tone, ...]:
    """Return `n` colours, light for little to dark for much (the other way round on the dark theme)."""
    if n < 1:
        return ()
    least = min(SEQUENTIAL)
    if n < least:
        return (SEQUENTIAL[least][1],) if n == 1 else (SEQUENTIAL[least][0], SEQUENTIAL[least][-1])
    return SEQUENTIAL[n]


def target_classes(keys: Sequence[str] = tuple(STATES)) -> list[dict[str, Any]]:
    """Return a legend row for each state against a target, all or some; a row has no bounds, an area has its state."""
    return [
        {
            "key": key,
            "from": None,
            "to": None,
            "colour": tone.light,
            "colour_dark": tone.dark,
            "label": label,
            "label_en": label_en,
        }
        for key, (label, label_en, tone) in STATES.items()
        if key in keys
    ]


def blanks(*, carried: bool = False) -> list[dict[str, str]]:
    """Return a legend row for each of the five blanks: key, label, label_en, colour, colour_dark.

    `carried`: and for areas whose figures cannot be put together.
    """
    return [
        {"key": key, "label": label, "label_en": label_en, "colour": tone.light, "colour_dark": tone.dark}
        for key, label, label_en, tone in (EMPTY if carried else BLANKS)
    ]


def class_of(value: float, edges: Sequence[float]) -> int:
    """Return the class of a value between the outer edges; one beyond them falls in the nearest class."""
    return int(np.clip(np.searchsorted(np.asarray(edges), value, side="right") - 1, 0, len(edges) - 2))


def number_text(value: float, decimals: int | None = None, lang: str = "vi") -> str:
    """Write a number as people do: 1.234,5 in Vietnamese, 1,234.5 in English, with a true minus sign."""
    text = f"{value:,.{_digits(value) if decimals is None else decimals}f}"
    if lang != "en":
        text = text.translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−")


def _digits(value: float) -> int:
    """Decimals that a number needs, six at most."""
    return next((d for d in range(7) if math.isclose(round(value, d), value, rel_tol=1e-9, abs_tol=1e-12)), 6)
