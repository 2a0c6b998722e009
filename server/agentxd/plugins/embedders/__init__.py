"""Embedders: texts into vectors, one embedder a file."""
