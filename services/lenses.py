"""Lenses: present figures seen by the areas of before the reform, or by any loaded set of regions."""

from __future__ import annotations

from dataclasses import dataclass

from boundaries.links import System
from boundaries.vintages import VINTAGES
from services.errors import BadParameter
from services.gazetteer import Places


@dataclass(frozen=True)
class Lens:
    """A way to look: its name in addresses, words, areas, and the collection whose tiles draw it."""

    id: str
    title: str
    title_en: str
    system: System
    collection: str


FORMER = (
    Lens("former-province", "Tỉnh cũ", "Former provinces", System(VINTAGES[0].start, "province"), "former-provinces"),
    Lens("former-district", "Huyện cũ", "Former districts", System(VINTAGES[0].start, "district"), "former-districts"),
    Lens("former-commune", "Xã cũ", "Former communes", System(VINTAGES[0].start, "commune"), "former-communes"),
)


def lenses(places: Places) -> list[Lens]:
    """Return the lenses there are areas for: former structures first, then region sets by name."""
    sets = [
        Lens(one.slug, one.title, one.title_en, System(one.slug, "region"), "regions") for one in places.region_sets
    ]
    return [one for one in FORMER if places.all(one.system.level, VINTAGES[0])] + sets


def lens(places: Places, name: str) -> Lens:
    """Return a lens by its name; BadParameter says which there are."""
    there = lenses(places)
    found = next((one for one in there if one.id == name), None)
    if found is None:
        names = ", ".join(one.id for one in there)
        raise BadParameter(
            "lens", f"Không có lăng kính “{name}”; hiện có: {names}.", f"There is no lens “{name}”; there are: {names}."
        )
    return found
