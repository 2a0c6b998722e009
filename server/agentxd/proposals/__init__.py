"""Hunks, their ledger and their evidence: pure rules about reviewable change."""
