"""OGC API – Styles: how collections look as MapLibre style, SLD and QGIS project."""
