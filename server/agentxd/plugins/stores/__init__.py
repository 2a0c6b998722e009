"""Stores: the event log on SQLite, blobs on disk, and their fakes in memory."""
