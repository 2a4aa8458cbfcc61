"""Everything that figures are read from, handed to a route as one."""

from __future__ import annotations

from dataclasses import dataclass

from services.carried import Carried
from services.database import Reader
from services.figures import Figures
from services.gazetteer import Places
from services.journal import Journal
from services.states import States


@dataclass(frozen=True, slots=True)
class Books:
    """The areas of one revision, and what reads figures of them."""

    reader: Reader
    places: Places
    figures: Figures
    carried: Carried
    states: States

    @property
    def journal(self) -> Journal:
        """The journal of figures."""
        return self.carried.journal
