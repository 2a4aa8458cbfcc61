"""OGC API – Processes: what GIS clients and scripts may let the server compute, at once or as a job."""
