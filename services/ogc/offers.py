"""Every standard of the OGC API that this server keeps, in the order of its documents."""

from __future__ import annotations

from services.ogc.coverages import offer as coverages
from services.ogc.editing import offer as editing
from services.ogc.edr import offer as edr
from services.ogc.features import offer as features
from services.ogc.figures import sdmx_offer as sdmx
from services.ogc.maps import offer as maps
from services.ogc.offer import Offer
from services.ogc.processes import offer as processes
from services.ogc.records import offer as records
from services.ogc.styles import offer as styles
from services.tiles import offer as tiles

OFFERS: tuple[Offer, ...] = (
    coverages.OFFER,
    edr.OFFER,
    records.OFFER,
    features.OFFER,
    editing.OFFER,
    maps.OFFER,
    tiles.OFFER,
    processes.OFFER,
    sdmx.OFFER,
    styles.OFFER,
)
