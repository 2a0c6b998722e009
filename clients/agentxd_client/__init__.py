"""Client library: finds or starts the daemon and speaks the wire; imports agentxd_protocol only."""
