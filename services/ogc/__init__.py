"""The OGC API at /ogc: collections, features and their descriptions."""

from services.ogc.routes import install

__all__ = ["install"]
