"""The process in which vendors' SDKs live, and the daemon's end of it."""
