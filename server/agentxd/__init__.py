"""The daemon: agents work on a copy, their work comes back as proposals."""

__version__ = "0.1.0"
