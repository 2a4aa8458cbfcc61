"""What a target asks: a year's target of any shorter period."""

from __future__ import annotations

from layers.indicators import periods
from layers.indicators.periods import Period


def due(value: float, rule: str, period: Period) -> float:
    """Return what a yearly target asks of one period of that year.

    The rule “level” asks the same of each period, “share” an even part, “to_date” the part so far.
    """
    whole = periods.of("year", period.start)
    days = (whole.end - whole.start).days
    monthly = period.kind in periods.MONTHS_OF
    if rule == "to_date":
        return value * (period.last_day.month / 12 if monthly else (period.end - whole.start).days / days)
    if rule == "share":
        length = (period.end - period.start).days / days
        return value * (periods.MONTHS_OF[period.kind] / 12 if monthly else length)
    return value
