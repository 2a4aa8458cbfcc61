"""Boundaries checked, on the terminal: the outlines of each structure, and what became of what."""

from __future__ import annotations

from datetime import date

import geopandas
import pandas as pd
from sqlalchemy import Connection, text

from boundaries.chain import Fault, faults, read_areas, read_links
from boundaries.importing.report import AREA_TOLERANCE, Report, examine_ground
from boundaries.mosaic import Standing, standing
from boundaries.succession import FLAGS, Measured, compare
from boundaries.vintages import VINTAGES, Vintage, vintage_on
from geo.crs import square_metres
from geo.errors import Problem
from services.boundary_report import ground as show_ground
from services.boundary_report import levels as show_levels
from services.boundary_report import warn_uncounted
from services.commands import amount, bad, facts, good, heading, listing, out, say
from services.database import transaction

LEAST_GAP_KM2 = 0.1  # a smaller hole between islands is water


def check_boundaries(on: date | None) -> bool:
    """Print what is wrong with the boundaries of a day, or of all times and the links between them; whether all is well."""
    wanted = VINTAGES if on is None else (vintage_on(on),)
    sound = True
    with transaction(write=False) as connection:
        held = {vintage: standing(connection, vintage.start) for vintage in wanted}
        if not any(areas.ids for areas in held.values()):
            raise Problem(
                "Chưa có ranh giới nào; hãy chạy toancanh demo.", "There are no boundaries yet; run toancanh demo."
            )
        for vintage, areas in held.items():
            if areas.ids:
                heading(say(vintage.title, vintage.title_en))
                sound &= _outlines(connection, vintage, areas)
        if on is None:
            names = read_areas(connection)
            links = read_links(connection)
            found = faults(names, links)
            compared = compare(connection)
            people = int((links.population_share.isna() & links.old_id.map(names.level).eq("commune")).sum())
            sound &= _links(names.full_name + " (" + names.code + ")", len(links), people, found, compared)
            warn_uncounted(connection)
    if sound:
        good(
            say(
                "Ranh giới khớp nhau, tỉnh đúng bằng các xã của mình.",
                "Outlines fit; provinces are exactly their communes.",
            )
        )
    return sound


def _outlines(connection: Connection, vintage: Vintage, areas: Standing) -> bool:
    """Report the outlines of one structure; whether they are sound."""
    rows = connection.execute(text("SELECT id, full_name, area_km2 FROM toancanh.area"))
    names, published = {}, {}
    for number, name, km2 in rows:
        names[number], published[number] = name, km2
    frame = geopandas.GeoDataFrame(
        {
            "code": areas.codes, "level": areas.levels, "parent_code": areas.provinces,
            "full_name": [names[i] for i in areas.ids], "geometry": areas.shapes,
        },
        crs=4326,
    )  # fmt: skip
    report = Report(levels={str(k): int(v) for k, v in frame["level"].value_counts().items()})
    districts = connection.execute(
        text("SELECT count(*) FROM toancanh.area WHERE level = 'district' AND valid_from = :start"),
        {"start": vintage.start},
    ).scalar_one()
    report.levels |= {"district": districts} if districts else {}
    examine_ground(report, frame)
    measured = square_metres(areas.shapes) / 1e6
    for i in (i for i, official in enumerate(areas.official) if official):
        stated = published[areas.ids[i]]
        if stated and abs(measured[i] / stated - 1) > AREA_TOLERANCE:
            report.areas.append((areas.codes[i], names[areas.ids[i]], stated, round(float(measured[i]), 2)))
    report.invalid = [
        (c, "") for c, ok in zip(areas.codes, geopandas.GeoSeries(areas.shapes).is_valid, strict=True) if not ok
    ]
    show_levels(report)
    show_ground(report)
    facts([(say("Ranh giới gần đúng", "Approximate outlines"), amount(areas.official.count(False)))])
    # Ground of unknown owner in an old survey stays a gap and is told; today's map must have none.
    gaps = vintage.until is None and report.gaps.get("km2", 0.0) > LEAST_GAP_KM2
    return not (report.overlaps.get("pairs") or gaps or report.invalid or report.outside)


def _links(names: pd.Series, count: int, unpeopled: int, found: list[Fault], compared: Measured) -> bool:
    """Report what became of what; whether no history forbids it."""
    heading(say("Liên kết giữa hai thời kỳ", "What became of what"))
    flags = compared.links.flag.value_counts()
    rows = [(say("Liên kết", "Links"), amount(count))]
    rows += [(say(*FLAGS[str(flag)]).capitalize(), amount(n)) for flag, n in flags.items() if flag]
    rows += [(say("Chưa đếm dân", "People not counted"), amount(unpeopled))]
    facts(rows)
    of = names.to_dict()
    for flag, words in FLAGS.items():
        some = compared.links[compared.links.flag == flag]
        listing(say(*words).capitalize(), [say("đơn vị cũ", "from"), say("đơn vị mới", "to"), "km²"],
                [(of[o], of[n], amount(km2, 2)) for o, n, km2 in zip(some.old_id, some.new_id, some.km2, strict=True)],
                mark="·")  # fmt: skip
    some = compared.unlisted.sort_values("share", ascending=False)
    listing(
        say("Đất đã chuyển mà danh mục không ghi", "Ground that passed and that no link names"),
        [say("đơn vị cũ", "from"), say("đơn vị mới", "to"), "km²", say("phần", "share")],
        [
            (of[old], of[new], amount(float(km2), 2), f"{share:.0%}")
            for old, new, km2, share in some[["old_id", "new_id", "km2", "share"]].itertuples(index=False)
        ],
    )
    for fault in found:
        listing(
            say(fault.vi, fault.en).capitalize(),
            [""],
            [(area,) for area in fault.areas],
            mark="✗" if fault.wrong else "!",
        )
    wrong = [fault for fault in found if fault.wrong]
    for fault in wrong:
        bad(f"{len(fault.areas)} {say(fault.vi, fault.en)}")
    if not found:
        out.print(f"  {say('Chuỗi kế thừa liền mạch.', 'The chain has no gap.')}")
    return not wrong
