"""Which model does the next step: an ordered chain, its health, and the reasons of a choice."""
