"""Indicators: the catalogue, periods, observations, and each indicator as a layer of its own."""
