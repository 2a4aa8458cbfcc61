"""Filters in CQL2 (Features Part 3): read as text or JSON, checked against the fields, written as SQL with binds."""
