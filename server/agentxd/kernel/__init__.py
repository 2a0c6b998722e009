"""Values, events, errors and ports that every other room stands on; no I/O."""
