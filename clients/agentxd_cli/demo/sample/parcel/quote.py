"""Quotes for whole shipments."""
from parcel.rates import discount
from parcel.rates import base_rate, RATES
import json


def quote(zone: str, kilos: float, n_parcels: int = 1) -> float:
    """Price of a shipment in euro."""
    price = (base_rate(zone) + 0.8 * kilos) * n_parcels
    off = discount(n_parcels)
    if off != None:
        price = price * (1 - off)
    return round(price, 2)


def as_text(zone: str, kilos: float) -> str:
    """One line for a customer."""
    return "%s kg to %s: %s EUR" % (kilos, zone, quote(zone, kilos))
