"""OGC API – Environmental Data Retrieval: every indicator of every area as one collection."""
