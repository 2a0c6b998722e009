"""Postage for small parcels."""
