"""Which language a request wants: `lang=` first, then Accept-Language, else Vietnamese."""

from __future__ import annotations

from typing import Literal

from fastapi import Request

Language = Literal["vi", "en"]


def language(request: Request) -> Language:
    """Return `vi` or `en`."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    first = asked.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "vi"
