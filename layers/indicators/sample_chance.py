"""Chance that can be repeated: numbers that follow from words and keys alone, never from an order or a clock."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def key(*parts: str | int) -> np.uint64:
    """A 64-bit number that stands for some words, the same on every machine."""
    text = "\x1f".join(map(str, parts)).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))


def uniform(salt: np.uint64, *keys: npt.NDArray[np.uint64]) -> Numbers:
    """Numbers in [0, 1) that depend on the salt and the broadcast keys alone, not on any order."""
    with np.errstate(over="ignore"):
        x = np.asarray(salt)
        for one in keys:  # splitmix64 steps
            x = x + one * np.uint64(0x9E3779B97F4A7C15)
            x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            x = x ^ (x >> np.uint64(31))
    return np.asarray((x >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def normal(salt: np.uint64, *keys: npt.NDArray[np.uint64]) -> Numbers:
    """Standard normal numbers from two uniform ones (Box and Muller), cut at ±3."""
    first = 1 - uniform(salt, *keys)
    second = uniform(salt ^ np.uint64(0xA5A5A5A5A5A5A5A5), *keys)
    return np.asarray(np.clip(np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second), -3, 3))


def poisson(mean: Numbers, chance: Numbers) -> Numbers:
    """Counts with this mean at these quantiles; exact by inversion below 12, rounded normal above."""
    chance = np.broadcast_to(chance, mean.shape)
    spread = np.sqrt(np.maximum(mean, 0))
    # Logistic quantiles with the variance of a normal: close enough for counts this large, and cheap.
    bent = np.log(np.clip(chance, 1e-9, 1 - 1e-9) / np.clip(1 - chance, 1e-9, 1)) * (np.sqrt(3) / np.pi)
    result = np.maximum(np.rint(mean + spread * np.clip(bent, -3.5, 3.5)), 0)
    few = mean < 12
    m, u = np.maximum(mean[few], 0), chance[few]
    term = np.exp(-m)
    total, count = term.copy(), np.zeros_like(m)
    for step in range(1, 60):
        more = u > total
        if not more.any():
            break
        count[more] = step
        term = term * m / step
        total = total + term
    result[few] = count
    return np.asarray(result, dtype=np.float64)


def binomial(of: Numbers, share: Numbers, chance: Numbers) -> Numbers:
    """How many of `of` things belong to a share; the rarer side is counted so that extremes stay right."""
    of = np.broadcast_to(of, share.shape)
    rare = np.minimum(share, 1 - share)
    counted = np.minimum(poisson(of * rare, chance), of)
    return np.asarray(np.where(share <= 0.5, counted, of - counted), dtype=np.float64)
