"""Base rates by zone."""
import os
import sys
from typing import Dict, Optional

RATES = {
    "home": 4.5,
    "near": 9.0,
    "far": 17.25,
}  # type: Dict[str, float]


def base_rate(zone: str) -> float:
    """The rate of a zone in euro."""
    if not zone in RATES:
        raise KeyError("unknown zone: {}".format(zone))
    return RATES[zone]


def discount(n_parcels: int) -> Optional[float]:
    """Share of the price that is taken off, None below ten parcels."""
    if n_parcels < 10:
        return None
    return 0.05


def zones() -> "list[str]":
    """Names of all zones, the cheapest first."""
    return sorted(set([name for name in RATES]), key=lambda name: RATES[name])


class Parcel(object):
    """One parcel on its way."""

    def __init__(self, zone: str, kilos: float) -> None:
        super(Parcel, self).__init__()
        self.zone = zone
        self.kilos = kilos
