"""The made-up ground of sample figures: who lives where, smooth fields over the country, seasons and chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.indicators.periods import Period
from layers.indicators.sample_chance import Numbers, key, normal, uniform

TET_MONTHS = {2021: 2, 2022: 2, 2023: 1, 2024: 2, 2025: 1, 2026: 2, 2027: 2, 2028: 1, 2029: 2, 2030: 2}
# Share of the year's amount reached at the end of each month.
CURVES = {
    "invest": (0.02, 0.05, 0.11, 0.19, 0.27, 0.36, 0.45, 0.54, 0.64, 0.75, 0.86, 1.0),
    "revenue": (0.11, 0.18, 0.27, 0.36, 0.44, 0.52, 0.60, 0.68, 0.76, 0.85, 0.92, 1.0),
    "spend": (0.06, 0.12, 0.19, 0.26, 0.33, 0.41, 0.48, 0.56, 0.64, 0.73, 0.83, 1.0),
    "harvest": (0.17, 0.24, 0.27, 0.33, 0.47, 0.61, 0.68, 0.74, 0.80, 0.88, 0.96, 1.0),
}
# Communes with a border gate open to goods (current codes) and how many gates each border province has.
GATE_COMMUNES = frozenset(
    [
        "06712",
        "06841",
        "01447",
        "02647",
        "19432",
        "19594",
        "23377",
        "23872",
        "15013",
        "18196",
        "16837",
        "30769",
        "30520",
        "30385",
        "30341",
        "25280",
        "25681",
        "27793",
        "20056",
        "20704",
        "04045",
        "04222",
        "29929",
        "29971",
        "24736",
        "24682",
        "03356",
    ]
)
GATE_PROVINCES = {
    **{"04": 4, "08": 2, "11": 2, "12": 1, "14": 2, "15": 2, "20": 7, "22": 3, "38": 1, "40": 1, "42": 1},
    **{"44": 3, "46": 2, "48": 1, "51": 1, "52": 1, "66": 1, "68": 2, "75": 2, "80": 4, "82": 2, "91": 4},
}
# The coast line from Móng Cái to Hà Tiên, coarse (longitude, latitude).
COAST = (
    *((108.0, 21.5), (107.1, 20.95), (106.7, 20.6), (106.3, 20.1), (105.85, 19.6), (105.75, 18.8), (106.1, 18.2)),
    *((106.45, 17.7), (107.1, 17.0), (107.7, 16.5), (108.2, 16.1), (108.6, 15.6), (108.95, 15.1), (109.1, 14.5)),
    *((109.25, 13.75), (109.35, 13.0), (109.35, 12.5), (109.2, 12.0), (109.0, 11.5), (108.5, 11.1), (107.9, 10.7)),
    *((107.1, 10.4), (106.75, 10.3), (106.7, 9.9), (106.3, 9.4), (105.5, 9.1), (104.8, 8.6), (104.8, 9.3)),
    *((105.0, 9.95), (104.5, 10.4)),
)
# Places that everybody visits (longitude, latitude).
RESORTS = (
    *((108.44, 11.94), (108.25, 10.94), (109.20, 12.24), (103.97, 10.22), (107.05, 20.95), (103.84, 22.34)),
    *((108.24, 16.06), (108.33, 15.88), (107.58, 16.46), (107.08, 10.35), (105.85, 21.03), (106.70, 10.78)),
    *((105.92, 20.25), (107.05, 20.73), (106.28, 17.58), (109.22, 13.77), (106.60, 8.69), (108.93, 10.53)),
)
RESORT_PROVINCES = frozenset(("01", "15", "22", "31", "37", "46", "48", "56", "68", "79", "91"))
TOWN = {"phuong": 2.6, "thi_tran": 1.8, "xa": -2.1, "dac_khu": 0.0, "thanh_pho": 0.6, "tinh": -0.8}  # how urban
TYPICAL = {"phuong": (35_000, 14.0), "xa": (17_000, 95.0), "dac_khu": (6_000, 60.0)}  # people, km²
# Thousand people of each province as published in July 2025, used where no figure is given.
PROVINCE_PEOPLE = {
    **{"01": 8718, "04": 556, "08": 1865, "11": 653, "12": 495, "14": 1327, "15": 1779, "19": 1799, "20": 814},
    **{"22": 1430, "24": 3619, "25": 4023, "31": 4664, "33": 3568, "37": 4412, "38": 3761, "40": 3471, "42": 1623},
    **{"44": 1871, "46": 1236, "48": 3066, "51": 2162, "52": 3584, "56": 2244, "66": 3347, "68": 3873, "75": 4491},
    **{"79": 14003, "80": 3254, "82": 4370, "86": 4258, "91": 4952, "92": 4200, "96": 2607},
}
ISLANDS = {"20333": 0, "22736": 200}  # Hoàng Sa and Trường Sa: people, no guess by kind
POPULATION_GROWTH = 0.009


@dataclass(frozen=True)
class Ground:
    """Arrays by area (one row an area) from which all sample quantities grow."""

    areas: pd.DataFrame  # id, code, level, kind, parent_code, lon, lat, area_km2, population, name
    seed: int

    @cached_property
    def keys(self) -> npt.NDArray[np.uint64]:
        """A number for each area from its code, so that figures do not follow the row order."""
        return np.array([key(self.seed, code) for code in self.areas["code"]], dtype=np.uint64)

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
        lon = pd.to_numeric(self.areas["lon"]).fillna(107.0).to_numpy(float)
        lat = pd.to_numeric(self.areas["lat"]).fillna(16.0).to_numpy(float)
        return lon, lat

    @cached_property
    def urban_share(self) -> Numbers:
        """Share of people in towns, by kind of area."""
        centre = self.areas["kind"].map(TOWN)
        bent = centre.fillna(-1.0).to_numpy(float) + 0.4 * normal(key(self.seed, "urban"), self.keys)
        return np.asarray(1 / (1 + np.exp(-bent)))

    @cached_property
    def people(self) -> Numbers:
        """People now; where the published figure is missing or has lost digits, a typical one by kind."""
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
        lon, lat = self.place
        square = [((lon - x) ** 2 + (lat - y) ** 2) / 0.09**2 for x, y in RESORTS]
        whole = 0.5 * self.areas["code"].isin(RESORT_PROVINCES).to_numpy(float)
        return np.where(self.communes, np.exp(-np.minimum.reduce(square)), whole)

    def smooth(self, name: str) -> Numbers:
        """A field over the country with about zero mean and unit spread, waves of 40 to 300 km."""
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
        years = np.array([step.start.year + step.start.month / 12 for step in steps])
        grown = self.people[:, None] * (1 + POPULATION_GROWTH) ** (years - 2026)
        steady = np.ones(len(steps))
        shares = {"person": 1, "labour": 0.53, "adult": 0.72, "household": 1 / 3.4}
        shares |= {"child1": 0.016, "child5": 0.08, "age5": 0.016}
        if name in shares:
            return np.rint(grown * shares[name])
        if name in ("urban", "rural"):
            part = self.urban_share if name == "urban" else 1 - self.urban_share
            return np.rint(grown * part[:, None])
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

    def season(self, text: str, steps: Sequence[Period]) -> Numbers:
        """What a season named “name:strength” adds (to a logarithm, a logit or an index) by area and step."""
        name, _, strength = text.partition(":")
        middle = [step.start.month + (0.5 * (step.number > 0) if step.kind == "month" else 1.5) for step in steps]
        months = np.array(middle) % 12
        if name in CURVES or name in ("", "school") or any(step.kind == "year" for step in steps):
            return np.zeros((1, len(steps)))
        return float(strength) * self._wave(name, months, steps)

    def _wave(self, name: str, months: Numbers, steps: Sequence[Period]) -> Numbers:
        lat = self.place[1]
        # Rain peaks in July–August in the north, October–November on the central coast, September elsewhere.
        centre = np.exp(-(((lat - 15) / 2.6) ** 2)) * np.clip(self.coast * 1.6, 0, 1)
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
