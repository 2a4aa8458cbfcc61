"""OGC API – Coverages: rasters cut, scaled and carried to another system."""
