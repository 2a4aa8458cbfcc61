"""The catalogue: every layer, in drawing order from bottom to top."""

from collections.abc import Mapping
from types import MappingProxyType

from layers import areas, cameras, citizen_reports, data_quality, planning_zones, projects
from layers.layer import Layer

FEATURES: tuple[Layer, ...] = (
    planning_zones.layer,
    projects.layer,
    citizen_reports.layer,
    cameras.layer,
)
COMPUTED: tuple[Layer, ...] = (data_quality.layer,)
"""Made of what else is there: read like the others, never loaded."""
AREAS: tuple[Layer, ...] = (
    areas.provinces,
    areas.communes,
    areas.former_provinces,
    areas.former_districts,
    areas.former_communes,
    areas.regions,
)

catalogue: Mapping[str, Layer] = MappingProxyType({layer.id: layer for layer in (*AREAS, *COMPUTED, *FEATURES)})
