"""What the catalogue declares of an indicator, as the client tells it to people."""

from __future__ import annotations

from datetime import date
from typing import Any

from layers.indicators.catalogue import Against, Indicator, against_plans, indicators
from layers.indicators.targets import PLANS


def definition(one: Indicator) -> dict[str, Any]:
    """Return formula with its parts, rules, calendar, source, owners, plans, bands and limits."""
    return {
        "formula": _formula(one) if one.is_ratio else None,
        "space_rule": one.space_rule,
        "time_rule": one.time_rule,
        "calendar": one.calendar,
        "source_system": one.source_system,
        "owner": one.owner,
        "owners": [{"name": who.name, "since": _day(who.since), "until": _day(who.until)} for who in one.owners],
        "basis": one.basis,
        "public": one.public,
        "plans": [_plan(plan) for plan in against_plans(one)],
        "bands": list(one.bands),
        "target_low": one.target_low,
        "target_high": one.target_high,
        "low": one.low,
        "high": one.high,
        "limit_low": one.limit_low,
        "limit_high": one.limit_high,
    }


def _formula(one: Indicator) -> dict[str, Any]:
    return {
        "numerator": one.numerator_name,
        "numerator_en": one.numerator_name_en,
        "numerator_code": one.numerator if one.numerator in indicators else None,
        "denominator": one.denominator_name,
        "denominator_en": one.denominator_name_en,
        "denominator_code": one.denominator if one.denominator in indicators else None,
        "scale": one.scale,
    }


def _plan(against: Against) -> dict[str, Any]:
    title, title_en = PLANS.get(against.plan, (against.plan, against.plan))
    rate = against.rate.code if against.rate else None
    return {"plan": against.plan, "title": title, "title_en": title_en, "planned": against.planned.code, "rate": rate}


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
