"""Manifests and lock files of seven package managers, read by pure functions."""
