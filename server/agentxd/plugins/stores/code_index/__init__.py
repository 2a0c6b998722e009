"""The index's database: contents taken apart, full text, names and vectors; a cache on disk."""
