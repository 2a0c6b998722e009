"""The third composition root: one review, from the request to the exit code."""
