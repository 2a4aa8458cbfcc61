"""The family of an ended area: its parts by people where they are known, else by ground, with the unit in words."""

from __future__ import annotations

from datetime import date

import pytest

from services.family import family
from services.gazetteer import Area, Link, Places

OLD, NEW = date(2008, 8, 1), date(2025, 7, 1)
FOREST, TOWN = 5, 6


def _area(number: int, level: str, name: str, day: date, parent: int | None) -> Area:
    ended = NEW if day == OLD else None
    return Area(
        id=number, code=f"{number:05d}", level=level, kind="xa", name=name, full_name=f"Xã {name}", name_en=f"{name} Commune",
        province_code="68", parent_id=parent, vintage=day, valid_from=day, valid_to=ended, resolution="", area_km2=1.0,
        source="", approximate=False, folded=name.lower(), bbox=(0, 0, 1, 1), label=(0, 0),
    )  # fmt: skip


def _places(people: dict[int, float | None]) -> Places:
    """A district of two communes: a large forest of few people became one area, a small town of many another."""
    areas = [
        _area(1, "district", "Huyện", OLD, None), _area(2, "commune", "Một", OLD, 1), _area(3, "commune", "Hai", OLD, 1),
        _area(FOREST, "commune", "Rừng", NEW, None), _area(TOWN, "commune", "Chợ", NEW, None),
    ]  # fmt: skip
    everyone = sum(one or 0 for one in people.values())
    links = [
        Link(2, new, ground / 100, "divided", None if there is None else there / everyone, ground, there, "")
        for (new, there), ground in zip(people.items(), (90.0, 10.0), strict=True)
    ] + [Link(3, FOREST, 1.0, "whole", 1.0, 5.0, None if people[TOWN] is None else 10, "")]
    return Places(areas, [], links, [])


@pytest.mark.parametrize(
    ("people", "first", "said"),
    [
        ({FOREST: 100.0, TOWN: 900.0}, "00006", ("xã Chợ (90\N{NO-BREAK SPACE}% dân số)", "(10% of its people)")),
        ({FOREST: 100.0, TOWN: None}, "00005", ("xã Rừng (90\N{NO-BREAK SPACE}% diện tích)", "(10% of its ground)")),
    ],
)
def test_parts_of_an_ended_commune_go_by_people_where_all_are_known(
    people: dict[int, float | None], first: str, said: tuple[str, str]
) -> None:
    told = family(_places(people), _places(people).by_id[2])
    assert told["successors"][0]["code"] == first
    assert said[0] in told["story"]
    assert said[1] in told["story_en"]


def test_a_district_adds_up_the_people_of_its_communes() -> None:
    places = _places({FOREST: 100.0, TOWN: 900.0})
    told = family(places, places.by_id[1])["successors"]
    assert [one["code"] for one in told] == ["00006", "00005"]
    assert [one["people"] for one in told] == pytest.approx([900 / 1010, 110 / 1010])
    assert [one["share"] for one in told] == pytest.approx([10 / 105, 95 / 105])
