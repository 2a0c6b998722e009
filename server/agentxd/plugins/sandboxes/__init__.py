"""Sandbox back ends: where agents' commands run, on a copy, away from the user's files."""
