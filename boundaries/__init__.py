"""Administrative areas as they were on any date."""
