"""Vector tiles at their OGC addresses."""

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    """Add the tiles to the application."""
