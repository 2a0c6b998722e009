"""Providers: who an agent's steps come from."""
