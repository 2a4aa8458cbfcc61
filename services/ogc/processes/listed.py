"""Every process, in the order of the list."""

from __future__ import annotations

from services.errors import NotFound
from services.ogc.processes import assign, carry, export, nearby, zonal
from services.ogc.processes.process import Process

PROCESSES: dict[str, Process] = {
    one.id: one for one in (zonal.process, carry.process, assign.process, nearby.process, export.process)
}

_NO_PROCESS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"


def known(name: str) -> Process:
    """Return a process; NotFound for one that is not there."""
    found = PROCESSES.get(name)
    if found is None:
        raise NotFound(f"Không có quy trình “{name[:60]}”.", f"There is no process “{name[:60]}”.", kind=_NO_PROCESS)
    return found
