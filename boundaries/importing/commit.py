"""Examined outlines written into the database: fitted in, hierarchy exact, identities kept, all or nothing."""

from __future__ import annotations

from datetime import date

import geopandas
from sqlalchemy import Connection, insert

from boundaries import register
from boundaries.display import build_shapes
from boundaries.importing.fitting import Pieces, fit
from boundaries.importing.pieces import new_pieces
from boundaries.importing.reading import known
from boundaries.importing.report import Report
from boundaries.importing.writing import write_outlines
from boundaries.mosaic import mosaic, standing
from boundaries.regions import measure_overlaps
from boundaries.store import store_aliases, store_succession
from boundaries.succession import measure
from boundaries.tables import boundary_load
from boundaries.vintages import vintage_on


def commit(
    connection: Connection, areas: geopandas.GeoDataFrame, report: Report, *, on: date, path: str, source: str
) -> dict[str, int]:
    """Write examined areas (`report.examine`) inside the caller's transaction; return counts of what changed.

    A province whose communes are all there becomes exactly their union; where nearly all are, the others are fitted
    into what they leave of its outline; where few are, or none, its outline holds and its communes are fitted into it.
    Districts are the union of their communes. Approximate neighbours give way, ids of areas that stay are kept. Raises
    the report's first refusal. Shapes for display, what passed to what and what lies in which region are made anew; the load is recorded.
    """
    report.check()
    table, vintage = known(on), vintage_on(on)
    there = standing(connection, on)
    before = mosaic(there)
    communes = table[table["level"] == "commune"]
    new = new_pieces(
        areas, report.provinces, there, before, dict(zip(communes["code"], communes["district_code"], strict=True))
    )
    # What an old survey names after areas that ended before belonged to their neighbours, the survey does not say to which.
    fitted = fit(
        Pieces(before.codes, before.provinces, before.shapes, before.official),
        new,
        to_the_last=vintage.until is not None,
    )
    written = write_outlines(connection, fitted, there, areas=areas, table=table, vintage=vintage, source=source)
    report.change |= {"outlines_written": len(written.changed), "areas_added": len(written.added)}
    if written.added and vintage.until is None:
        names = register.aliases()
        store_aliases(connection, names[names["code"].isin(written.added)])
    shapes = build_shapes(connection, vintage.start, changed=written.changed)
    if written.added:
        links = register.succession()
        mine = links["new_code" if vintage.until is None else "old_code"]
        store_succession(connection, links[mine.isin(written.added)])
    measure(connection, written.changed)
    measure_overlaps(connection, changed=written.changed)
    connection.execute(insert(boundary_load).values(path=path, checksum=report.checksum, report=report.as_json()))
    return {"written": len(written.changed), "added": len(written.added), "shapes": shapes}
