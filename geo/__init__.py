"""The ground: coordinate systems, vector reading, repair and the PostGIS feature table."""
