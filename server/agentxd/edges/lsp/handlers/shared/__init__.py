"""What several methods need; no method is here."""
