"""Findings on a change: running rules, judging what they found, reporting it."""
