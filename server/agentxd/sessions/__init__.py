"""Use cases: what an edge calls to run a goal, decide a hunk, read the log or replay it."""
