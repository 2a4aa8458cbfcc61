"""What a shared map shows: an indicator in a period over the areas inside one area, and how each is filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shapely.geometry.base import BaseGeometry

from boundaries.vintages import Vintage
from layers.indicators.catalogue import Indicator
from layers.indicators.periods import Period
from layers.indicators.states import State
from styles import classes
from styles.palette import EMPTY, STATES

Method = Literal["target", "quantile", "natural", "equal"]
Level = Literal["province", "commune"]
NO_TARGET = "#e3e3df"
"""Fill of an area with a figure but no target, where figures are shown against targets."""


def fills(view: View) -> list[str]:
    """Return the colour of each place, the same as on the screen."""
    ramp = [tone.light for tone in classes.ramp(len(view.edges) - 1)]
    blank = {key: tone.light for key, _, _, tone in EMPTY}

    def fill(place: Place) -> str:
        if place.value is None:
            return blank[place.blank or "no_data"]
        if view.method == "target":
            return NO_TARGET if place.state is None else STATES[place.state][2].light
        return ramp[place.klass or 0]

    return [fill(place) for place in view.places]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """An area as it is drawn: shape and label point in EPSG:4326."""

    id: int
    code: str
    level: str
    kind: str
    name: str
    full_name: str
    name_en: str
    approximate: bool
    source: str
    province_code: str
    shape: BaseGeometry
    label: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """How a figure came to an area it was not collected for: method, share estimated, error band, sources; or why not."""

    method: str
    method_en: str
    estimated: float
    low: float | None
    high: float | None
    sources: tuple[str, ...]
    sources_en: tuple[str, ...]
    refused: str | None
    refused_en: str | None


@dataclass(frozen=True, kw_only=True)
class Place(Outline):
    """An area with its figure: a value or the reason why there is none, and its class (or state against the target)."""

    value: float | None = None
    blank: str | None = None
    warning: str | None = None
    numerator: float | None = None
    denominator: float | None = None
    target: float | None = None
    state: State | None = None
    klass: int | None = None
    carried: Carriage | None = None


@dataclass(frozen=True, kw_only=True)
class View:
    """One map: an indicator in a period over the areas inside one area; `whole` is the figure of that area itself.

    `lens`: its title in both languages; `origin`: in words, the areas that carried figures were collected for.
    """

    indicator: Indicator
    area_code: str
    area: str
    area_en: str
    level: str
    period: Period
    vintage: Vintage
    method: Method
    edges: tuple[float, ...]
    selected: int | None
    whole: float | None
    places: tuple[Place, ...]
    context: tuple[Outline, ...]
    sources: tuple[str, ...]
    known_at: datetime | None
    sample: bool
    lens: tuple[str, str] | None = None
    origin: tuple[str, str] | None = None

    @property
    def approximate(self) -> bool:
        """Whether any outline drawn is an approximation."""
        return any(place.approximate for place in self.places)
