"""The rest of the demonstration's figures, module by module after the first start; stopped at any time, it goes on later."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator
from datetime import date

from sqlalchemy import Connection, Engine, text

from layers.indicators.catalogue import Indicator, load
from layers.indicators.quality_store import refresh as refresh_quality
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, analyse, indicator_ids
from services.demo import SAMPLE_SOURCE
from services.demo_figures import FIRST, NATION, SHORT_SINCE, Sample, afterwards, loaded, provinces

Progress = Callable[[int, int, str], None]
"""Called with the modules that are done, all there are, and the name of the next."""

LOCK = 20250703  # one filling at a time
PATIENCE = 15  # how far the database's process steps back behind those who read


def untold(home: str) -> tuple[date, date]:
    """Return a span of time in which no period begins that is told at once, and one of each module that comes later."""
    return (date(NATION.year, 1, 1), date(NATION.year + 1, 1, 1)) if home == "VN" else (FIRST, SHORT_SINCE)


def missing(engine: Engine, home: str) -> list[tuple[str, list[Indicator]]]:
    """Return the modules, by title, whose older figures are not there yet; none where there is no demo of this province.

    Every module tells something at once. One that does not has nothing to tell here: border gates of a province inland.
    """
    first, end = untold(home)
    with engine.connect() as connection:
        if not _is_demo(connection):
            return []
        ever = _told(connection, provinces(home), date.min, date.max)
        there = _told(connection, provinces(home), first, end)
    modules, listed = load()
    grouped = [(module.title, [one for one in listed if one.module == module.id]) for module in modules]
    codes = [{one.code for one in some} for _, some in grouped]
    return [one for one, named in zip(grouped, codes, strict=True) if named & ever and not named & there]


def fill(
    engine: Engine,
    *,
    home: str,
    modules: Collection[str] | None = None,
    progress: Progress = lambda *_: None,
    kindly: bool = False,
) -> int:
    """Make what is missing of some modules (by title) or all, each in one transaction; return how many figures.

    Nothing is done while another process fills. `kindly` lets the database's process step back: only of the private
    cluster, whose processes are this machine's.
    """
    count = 0
    with _alone(engine) as alone:
        todo = [one for one in missing(engine, home) if modules is None or one[0] in modules] if alone else []
        if not todo:
            return 0
        with engine.begin() as connection:
            sample = Sample(loaded(connection), home)
        for done, (title, some) in enumerate(todo):
            progress(done, len(todo), title)
            with engine.begin() as connection:
                if kindly:
                    _step_back(connection)
                source = add_provenance(connection, SAMPLE_SOURCE)
                count += sample.write(connection, afterwards(home), some, source)
                numbers = indicator_ids(connection)
                refresh(connection, {numbers[one.code] for one in some})
        progress(len(todo), len(todo), "")
        with engine.begin() as connection:
            analyse(connection)
            refresh_quality(connection)
    return count


def _is_demo(connection: Connection) -> bool:
    found = connection.execute(
        text("SELECT EXISTS (SELECT FROM toancanh.provenance WHERE title = :title)"), {"title": SAMPLE_SOURCE}
    )
    return bool(found.scalar_one())


def _told(connection: Connection, where: Collection[str], first: date, end: date) -> set[str]:
    """The indicators that have sample figures of a span in some provinces, by code."""
    return set(
        connection.execute(
            text(
                "SELECT i.code FROM toancanh.indicator i WHERE EXISTS (SELECT FROM toancanh.observation o "
                "WHERE o.province_code = ANY(:where) AND o.indicator_id = i.id AND o.period_start >= :first AND o.period_start < :end AND o.sample)"
            ),
            {"where": sorted(where), "first": first, "end": end},
        ).scalars()
    )


@contextlib.contextmanager
def _alone(engine: Engine) -> Iterator[bool]:
    with engine.connect() as connection:
        got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one())
        connection.commit()  # the lock is the session's, no transaction stays open beside the work
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()


def _step_back(connection: Connection) -> None:
    """Let the process that serves this connection wait for others."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, PATIENCE)
