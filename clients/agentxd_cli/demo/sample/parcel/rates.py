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
