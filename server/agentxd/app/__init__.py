"""Composition root: configuration, wiring and the daemon's life."""
