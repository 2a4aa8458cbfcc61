"""The JSON that the map client reads."""

from __future__ import annotations

from services.api import (
    areas,
    card,
    counts,
    explain,
    forecast,
    indicators,
    modules,
    profile,
    quality,
    ranking,
    series,
    start,
    values,
    verdict,
)
from services.api.at_hand import AtHand
from services.cache import Answers
from services.carried import Carried
from services.figures import Figures
from services.front import Front
from services.gazetteer import Gazetteer
from services.linkage import Linkage
from services.neighbours import Neighbours
from services.states import States


def install(app: Front) -> None:
    """Add the routes under /api and what they read from."""
    app.state.gazetteer = Gazetteer(app.state.reader, app.state.revisions)
    app.state.figures = Figures(app.state.reader, app.state.revisions)
    app.state.linkage = Linkage(app.state.reader, app.state.revisions)
    app.state.carried = Carried(app.state.reader, app.state.revisions, app.state.figures, app.state.linkage)
    app.state.states = States(app.state.reader, app.state.figures)
    app.state.neighbours = Neighbours(app.state.reader, app.state.revisions)
    app.state.answers = Answers(32 * 2**20)
    app.state.at_hand = AtHand(app.state.answers, app.state.revisions)
    app.serve_at_hand(app.state.at_hand.find)
    app.serve_first("/api/indicators/{code}/values", values.get_values_first)
    for part in (
        start,
        areas,
        profile,
        indicators,
        values,
        card,
        series,
        ranking,
        explain,
        modules,
        forecast,
        quality,
        counts,
        verdict,
    ):
        app.include_router(part.router, prefix="/api", tags=["api"])
