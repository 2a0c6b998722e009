"""Child processes that are spoken to in frames; what every worker of the daemon shares."""
