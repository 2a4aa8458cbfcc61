"""Plausible invented features for a demo, told apart from real ones by the column `sample` that the loader sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd

from layers.samples import cameras, citizen_reports, planning_zones, projects

Sample = Callable[..., gpd.GeoDataFrame]
"""`sample(areas, *, seed, today)`: communes of one province -> features with `area_id`, both in EPSG:4326."""

SAMPLES: Mapping[str, Sample] = MappingProxyType(
    {
        "planning-zones": planning_zones.sample,
        "projects": projects.sample,
        "citizen-reports": citizen_reports.sample,
        "cameras": cameras.sample,
    }
)
"""Layer id -> the function that invents its features; each is a pure function of areas, seed and day."""
