"""Linters that a project uses already: found, run on the files of a change, and read."""
