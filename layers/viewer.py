"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["public", "staff"]


@dataclass(frozen=True)
class Viewer:
    """A reader of layers: the public, or staff known by a token.

    `provinces` limits staff to the rows of those province codes; empty means all.
    """

    name: str = "công chúng"
    role: Role = "public"
    provinces: tuple[str, ...] = ()

    @property
    def staff(self) -> bool:
        """Whether the viewer may read what is not public."""
        return self.role == "staff"


PUBLIC = Viewer()
