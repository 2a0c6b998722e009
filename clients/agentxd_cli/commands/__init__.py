"""Subcommands, one noun a file."""
