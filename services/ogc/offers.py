"""Every standard of the OGC API that this server keeps, in the order of its documents."""

from __future__ import annotations

from services.ogc import (
    coverages,
    editing_offer,
    edr_offer,
    feature_offer,
    maps_offer,
    processes,
    records,
    sdmx_offer,
    styles_offer,
)
from services.ogc.offer import Offer
from services.tiles import offer as tile_offer

OFFERS: tuple[Offer, ...] = (
    coverages.OFFER,
    edr_offer.OFFER,
    records.OFFER,
    feature_offer.OFFER,
    editing_offer.OFFER,
    maps_offer.OFFER,
    tile_offer.OFFER,
    processes.OFFER,
    sdmx_offer.OFFER,
    styles_offer.OFFER,
)
