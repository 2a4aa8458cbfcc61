"""The made-up ground of sample figures: who lives where, smooth fields over the country, seasons and chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as declare
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse  # type: ignore[import-untyped]

from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers, key, normal, uniform
from layers.indicators.sample_places import (
    COAST,
    GATE_COMMUNES,
    GATE_PROVINCES,
    ISLANDS,
    POPULATION_GROWTH,
    PROVINCE_PEOPLE,
    RESORT_PROVINCES,
    RESORTS,
    TOWN,
    TYPICAL,
)

PEOPLE = {
    **{"person": 1.0, "labour": 0.53, "adult": 0.72, "household": 1 / 3.4},
    **{"child1": 0.016, "child5": 0.08, "age5": 0.016},
}  # shares of all people
ON_THE_GROUND = ("km2", "ha", "forest", "farm")  # quantities that areas share by ground, others by people


@dataclass(frozen=True)
class Roots:
    """What former areas and those of today have in common: a former one is a part of the ground that it became.

    So figures run on through a reform: what all former parts report together is what their heirs report.
    """

    ground: Ground  # of today's areas
    heirs: npt.NDArray[np.intp]  # row of the area of today that took most of its people
    people: sparse.csr_array  # former × today's: the part of the people of today's area that lived in the former one
    land: sparse.csr_array  # the same of the ground

    @classmethod
    def of(cls, areas: pd.DataFrame, ground: Ground, links: pd.DataFrame) -> Roots:
        """Return the roots of former areas (code); `links` have old_code, new_code and weights of land and people.

        A link of an area that is not among these is left out; ValueError where a former area has none.
        """
        old, new = pd.Index(areas["code"]), pd.Index(ground.areas["code"])
        table = links[links["old_code"].isin(old) & links["new_code"].isin(new)]
        rows, columns = old.get_indexer(table["old_code"]), new.get_indexer(table["new_code"])
        if len(set(rows)) < len(old):
            raise ValueError("a former area without an heir has no figures")
        shape = (len(old), len(new))
        land, people = (_parts(table[name].to_numpy(float), rows, columns, shape) for name in ("land", "people"))
        heirs = people.multiply(ground.people[None, :].clip(1)).tocsr().argmax(axis=1)
        return cls(ground, np.asarray(heirs, dtype=np.intp).ravel(), people, land)


def _parts(
    weight: Numbers, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], shape: tuple[int, int]
) -> sparse.csr_array:
    whole = np.bincount(columns, weight, minlength=shape[1])
    return sparse.csr_array((weight / whole[columns], (rows, columns)), shape=shape)


@dataclass(frozen=True)
class Ground:
    """Arrays by area (one row an area) from which all sample quantities grow."""

    areas: (
        pd.DataFrame
    )  # id, code, level, kind, parent_code; of today's also lon, lat, area_km2, population (may be NaN)
    seed: int
    roots: Roots | None = None  # of former areas, which then have the ground of their heirs
    waves: dict[str, Numbers] = declare(default_factory=dict)

    @cached_property
    def keys(self) -> npt.NDArray[np.uint64]:
        """A number for each area from its code, so that figures do not follow the row order."""
        return np.array([key(self.seed, code) for code in self.areas["code"]], dtype=np.uint64)

    @cached_property
    def lineage(self) -> npt.NDArray[np.uint64]:
        """The number of the area of today that each area is or became."""
        return self.roots.ground.keys[self.roots.heirs] if self.roots else self.keys

    def apart(self, name: str, size: float, *, adds: bool) -> Numbers:
        """What sets former parts of one area apart: about `size`, nought on average over the people of their heir.

        `adds` says that it is added to a figure, else it is an exponent that multiplies one.
        """
        if self.roots is None:
            return np.zeros(len(self.areas))
        own, heirs, people = size * normal(key(self.seed, name, "apart"), self.keys), self.roots.heirs, self.people
        people = np.maximum(people, 1)
        mean = np.bincount(heirs, people * (own if adds else np.exp(own)))[heirs] / np.bincount(heirs, people)[heirs]
        return np.asarray(own - (mean if adds else np.log(mean)))

    @cached_property
    def communes(self) -> npt.NDArray[np.bool_]:
        """Which rows are communes."""
        return np.asarray(self.areas["level"] == "commune")

    @cached_property
    def parents(self) -> npt.NDArray[np.intp]:
        """Row of the parent among these areas, -1 where it is not among them."""
        provinces = ~self.communes
        rows = dict(zip(self.areas["code"][provinces], np.flatnonzero(provinces), strict=True))
        parents = zip(self.areas["parent_code"], self.communes, strict=True)
        return np.array([rows.get(code, -1) if below else -1 for code, below in parents], dtype=np.intp)

    @cached_property
    def place(self) -> tuple[Numbers, Numbers]:
        """Longitude and latitude in degrees; the middle of the country where unknown."""
        if self.roots:
            lon, lat = self.roots.ground.place
            return lon[self.roots.heirs], lat[self.roots.heirs]
        lon = pd.to_numeric(self.areas["lon"]).fillna(107.0).to_numpy(float)
        lat = pd.to_numeric(self.areas["lat"]).fillna(16.0).to_numpy(float)
        return lon, lat

    @cached_property
    def urban_share(self) -> Numbers:
        """Share of people in towns, by kind of area."""
        if self.roots:
            return self.roots.ground.urban_share[self.roots.heirs]
        centre = self.areas["kind"].map(TOWN)
        bent = centre.fillna(-1.0).to_numpy(float) + 0.4 * normal(key(self.seed, "urban"), self.keys)
        return np.asarray(1 / (1 + np.exp(-bent)))

    @cached_property
    def people(self) -> Numbers:
        """People now; where the published figure is missing or has lost digits, a typical one by kind."""
        if self.roots:
            return np.asarray(self.roots.people @ self.roots.ground.people)
        wobble = np.exp(0.3 * normal(key(self.seed, "people"), self.keys))
        kinds = self.areas["kind"].map({kind: one for kind, (one, _) in TYPICAL.items()}).fillna(0)
        published = self.areas["code"].map(PROVINCE_PEOPLE).fillna(2_800).to_numpy(float) * 1000
        typical = np.where(self.communes, kinds.to_numpy(float) * wobble, published)
        given = pd.to_numeric(self.areas["population"]).to_numpy(float)
        floor = np.where(self.areas["kind"] == "dac_khu", 50, np.where(self.communes, 1_500, 300_000))
        with np.errstate(invalid="ignore"):
            known = given >= floor
        for code in set(self.areas["parent_code"][self.communes]):
            inside = self.communes & np.asarray(self.areas["parent_code"] == code)
            if code in PROVINCE_PEOPLE and inside.sum() > 20 and not known[inside].any():
                typical[inside] *= PROVINCE_PEOPLE[code] * 1000 / typical[inside].sum()
        islands = self.areas["code"].map(ISLANDS).to_numpy(float)
        return np.rint(np.where(known, given, np.where(np.isnan(islands), typical, islands)))

    @cached_property
    def km2(self) -> Numbers:
        """Area in km²; a typical one by kind where the published figure is missing or nil."""
        if self.roots:
            return np.asarray(self.roots.land @ self.roots.ground.km2)
        typical = self.areas["kind"].map({kind: one for kind, (_, one) in TYPICAL.items()}).fillna(9_700.0)
        given = pd.to_numeric(self.areas["area_km2"]).to_numpy(float)
        with np.errstate(invalid="ignore"):
            return np.where(given > 0.05, given, typical.to_numpy(float))

    @cached_property
    def coast(self) -> Numbers:
        """1 on the shore, falling to 0 some 80 km inland."""
        return np.asarray(np.exp(-self._to_sea / 25))

    @cached_property
    def high(self) -> Numbers:
        """0 in the lowlands, near 1 in the mountains, guessed from the distance to the sea and the two deltas."""
        lon, lat = self.place
        inland = 1 - np.exp(-np.maximum(self._to_sea - 25, 0) / 60)
        southern = np.clip((11.3 - lat) * 2, 0, 1) * np.clip((107.3 - lon) * 2, 0, 1)
        northern = np.exp(-(((lon - 106.0) / 0.6) ** 2) - ((lat - 20.7) / 0.5) ** 2)
        return np.asarray(inland * (1 - southern) * (1 - northern))

    @cached_property
    def _to_sea(self) -> Numbers:
        lon, lat = self.place
        along = np.linspace(0, len(COAST) - 1, 20 * len(COAST))
        x, y = (np.interp(along, np.arange(len(COAST)), [point[axis] for point in COAST]) for axis in (0, 1))
        east = (lon[:, None] - x) * 111.3 * np.cos(np.radians(lat))[:, None]
        return np.asarray(np.hypot(east, (lat[:, None] - y) * 110.6).min(axis=1))

    @cached_property
    def _resort(self) -> Numbers:
        """1 at a famous resort, falling to 0 some 25 km away; a province with one has 0.5 as a whole."""
        if self.roots:
            return self.roots.ground._resort[self.roots.heirs]
        lon, lat = self.place
        square = [((lon - x) ** 2 + (lat - y) ** 2) / 0.09**2 for x, y in RESORTS]
        whole = 0.5 * self.areas["code"].isin(RESORT_PROVINCES).to_numpy(float)
        return np.where(self.communes, np.exp(-np.minimum.reduce(square)), whole)

    def smooth(self, name: str) -> Numbers:
        """A field over the country with about zero mean and unit spread, waves of 40 to 300 km."""
        if name not in self.waves:
            self.waves[name] = self._smooth(name)
        return self.waves[name]

    def _smooth(self, name: str) -> Numbers:
        lon, lat = self.place
        total, same = np.zeros_like(lon), np.ones(1, dtype=np.uint64)
        for wave in range(7):
            a, b, c = (uniform(key(self.seed, "wave", name, wave, part), same)[0] for part in "abc")
            length = 0.4 * 7.5**a  # degrees
            turn = 2 * np.pi * b
            total += np.cos(2 * np.pi * ((lon * np.cos(turn) + lat * np.sin(turn)) / length + c))
        return np.asarray(total * np.sqrt(2 / 7))

    def field(self, name: str) -> Numbers:
        """A named field that related indicators share, e.g. wealth or governance; a minus turns it round."""
        if name.startswith("-"):
            return -self.field(name[1:])
        high, coast, town = self.high - 0.4, self.coast - 0.3, self.urban_share - 0.4
        match name:
            case "high":
                return np.asarray(1.8 * high)
            case "coast":
                return np.asarray(2.5 * coast)
            case "remote":
                return np.asarray(1.2 * high - town + 0.4 * self.smooth(name))
            case "wealth":
                return np.asarray(1.2 * town - 0.6 * high + 0.3 * coast + 0.4 * self.smooth(name))
            case "governance":
                return np.asarray(0.7 * self.smooth(name) + 0.3 * self.field("wealth"))
            case "digital":
                return np.asarray(0.4 * self.smooth(name) + 0.5 * self.field("governance") + 0.5 * self.field("wealth"))
            case "tourism":
                drawn = 0.6 * self.smooth(name) + 0.6 * coast + 0.4 * high + 2.2 * self._resort
                return np.where(self.communes, drawn, 0.5 * drawn)  # a whole province evens out
            case _:
                return self.smooth(name)

    def quantity(self, name: str, steps: Sequence[Period]) -> Numbers:
        """A ground quantity by area and step: people of some kind, land in ha, number of communes, gates …"""
        if self.roots:
            parts = self.roots.land if name in ON_THE_GROUND else self.roots.people
            shared = np.asarray(parts @ self.roots.ground.quantity(name, steps))
            return np.rint(shared) if name in (*PEOPLE, "urban", "rural") else shared
        years = np.array([step.start.year + step.start.month / 12 for step in steps])
        grown = self.people[:, None] * (1 + POPULATION_GROWTH) ** (years - 2026)
        steady = np.ones(len(steps))
        if part := PEOPLE.get(name):
            return np.rint(grown * part)
        if name in ("urban", "rural"):
            live_so = self.urban_share if name == "urban" else 1 - self.urban_share
            return np.rint(grown * live_so[:, None])
        if name == "tourist":
            return np.asarray(grown * np.exp(1.1 * self.field("tourism"))[:, None])
        return np.asarray(self._steady(name)[:, None] * steady)

    def _steady(self, name: str) -> Numbers:
        count = np.where(self.communes, 1.0, np.maximum(np.rint(self.people / 33_000), 1))
        forest = 0.75 / (1 + np.exp(-(3.5 * (self.high - 0.55) - 3.0 * (self.urban_share - 0.3))))
        match name:
            case "one":
                return count
            case "rural_one":
                return np.where(self.communes, self.areas["kind"] == "xa", np.rint(count * 0.75)).astype(float)
            case "province":
                return np.where(self.communes, 0.0, 1.0)
            case "gate":
                code = self.areas["code"]
                counts = np.where(self.communes, code.isin(GATE_COMMUNES), code.map(GATE_PROVINCES).fillna(0))
                return counts.astype(float)
            case "km2":
                return self.km2
            case "ha":
                return np.asarray(self.km2 * 100)
            case "forest":
                return np.round(self.km2 * 100 * forest, 1)
            case "farm":
                return np.round(self.km2 * 100 * (0.85 - forest) * (1 - 0.75 * self.urban_share), 1)
            case _:
                raise KeyError(f"no ground quantity {name!r}")
