"""Indicators for machines: pictures of areas, tables of indicators side by side, SDMX-CSV."""
