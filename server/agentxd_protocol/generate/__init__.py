"""Generates every other form of the wire: `python -m agentxd_protocol.generate`."""
