"""Findings on a change: running rules, fingerprints, answers, reports. Pure."""
