"""The context window: how large a request is, what fits, and what is put in place of too much."""
