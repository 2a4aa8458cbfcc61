"""What an area came from and what became of it, as links and as two sentences that need no explaining."""

from __future__ import annotations

from typing import Any

from services.gazetteer import Area, Link, Places

SHOWN = 12  # names in a sentence; the rest is counted


def family(places: Places, area: Area) -> dict[str, Any]:
    """Return predecessors and successors (the one with most people first) and the story of the area in both languages.

    `share` is the part of the old area's ground, `people` that of its people; 1 where it passed whole, None unknown.
    Where the people of one part are not known, all parts go by their ground.
    """
    came, became = _links(places, area, back=True), _links(places, area, back=False)
    story = _story(area, came, became)
    return {
        "predecessors": [_brief(one, link) for one, link in came],
        "successors": [_brief(one, link) for one, link in became],
        "story": story[0],
        "story_en": story[1],
    }


def _links(places: Places, area: Area, *, back: bool) -> list[tuple[Area, Link]]:
    """The areas at the other end; for a district, which has no links of its own, those of its communes put together."""
    table = places.predecessors if back else places.successors
    found = [(places.by_id[link.old_id if back else link.new_id], link) for link in table.get(area.id, [])]
    if not found and area.level == "district":
        found = _together(places, area, [li for one in places.inside(area, "commune") for li in table.get(one.id, [])])
    counted = all(link.inhabitants is not None for _, link in found)

    def size(link: Link) -> float:
        return (link.inhabitants if counted else link.ground or link.share) or 0.0

    return sorted(found, key=lambda pair: (-size(pair[1]), pair[0].code))


def _together(places: Places, area: Area, links: list[Link]) -> list[tuple[Area, Link]]:
    ends: dict[int, list[Link]] = {}
    for link in links:
        ends.setdefault(link.new_id, []).append(link)
    ground = {i: sum(link.ground or 0.0 for link in ways) for i, ways in ends.items()}
    known = all(link.inhabitants is not None for link in links)
    people = {i: sum(link.inhabitants or 0.0 for link in ways) if known else None for i, ways in ends.items()}
    everyone = sum(one or 0.0 for one in people.values())
    return [
        (
            places.by_id[i],
            Link(
                area.id, i, ground[i] / (sum(ground.values()) or 1.0), "divided",
                (people[i] or 0.0) / everyone if everyone else None, ground[i], people[i], "",
            ),
        )
        for i in ends
    ]  # fmt: skip


def _brief(area: Area, link: Link) -> dict[str, Any]:
    return {
        "id": area.id,
        "code": area.code,
        "name": area.name,
        "full_name": area.full_name,
        "name_en": area.name_en,
        "level": area.level,
        "province": area.province_code,
        "boundary": area.vintage.isoformat(),
        "share": link.share,
        "people": link.people,
        "relation": link.relation,
        "flag": link.flag,
    }


def _story(area: Area, came: list[tuple[Area, Link]], became: list[tuple[Area, Link]]) -> tuple[str, str]:
    vi, en = [], []
    if came:
        day = area.valid_from
        law = f" theo {area.resolution}" if area.resolution else ""
        if len(came) == 1 and came[0][1].relation == "whole" and came[0][0].name == area.name:
            vi.append(f"{area.full_name} giữ nguyên phạm vi của {_listed(came, 'vi')} trước ngày {day:%d/%m/%Y}{law}.")
            en.append(f"{area.name_en} has kept the ground of {came[0][0].name_en} since before {day}.")
        else:
            vi.append(f"{area.full_name} có từ ngày {day:%d/%m/%Y}, gồm {_listed(came, 'vi')}{law}.")
            en.append(f"{area.name_en} exists since {day}, made of {_listed(came, 'en')}.")
    if area.valid_to:
        vi.append(f"{area.full_name} kết thúc ngày {area.valid_to:%d/%m/%Y}.")
        en.append(f"{area.name_en} ended on {area.valid_to}.")
        if became:
            vi.append(f"Địa bàn nay thuộc {_listed(became, 'vi', heirs=True)}.")
            en.append(f"Its ground now belongs to {_listed(became, 'en', heirs=True)}.")
    if any(link.relation == "divided" for _, link in came) and area.valid_to is None:
        vi.append("Số liệu trước ngày đó của phần bị chia là ước tính và mang dấu ≈.")
        en.append("Earlier figures of the divided part are estimates and carry the mark ≈.")
    return " ".join(vi), " ".join(en)


def _listed(ends: list[tuple[Area, Link]], lang: str, *, heirs: bool = False) -> str:
    words = []
    counted = all(link.people is not None for _, link in ends if link.relation == "divided")
    measure = ("dân số" if counted else "diện tích") if lang == "vi" else "people" if counted else "ground"
    for one, link in ends[:SHOWN]:
        name = one.full_name[0].lower() + one.full_name[1:] if lang == "vi" else one.name_en
        part = link.people if counted else link.share
        if link.relation != "divided" or part is None:
            words.append(name)
        elif lang == "vi":
            share = f"({100 * part:.0f}\N{NO-BREAK SPACE}% {measure})"
            words.append(f"{name} {share}" if heirs else f"một phần {name} {share}")
        else:
            share = f"{100 * part:.0f}% of"
            words.append(f"{name} ({share} its {measure})" if heirs else f"{share} the {measure} of {name}")
    if len(ends) > SHOWN:
        more = len(ends) - SHOWN
        words.append(f"{more} đơn vị khác" if lang == "vi" else f"{more} others")
    last = " và " if lang == "vi" else " and "
    return ", ".join(words[:-1]) + last + words[-1] if len(words) > 1 else words[0]
