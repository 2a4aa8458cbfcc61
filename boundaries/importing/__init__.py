"""Official outlines taken in: read, examined, fitted into the map without gaps, and stored."""
