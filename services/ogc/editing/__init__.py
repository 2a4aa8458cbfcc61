"""OGC API – Features Part 4: features created, replaced, updated and deleted by staff, with their history."""
