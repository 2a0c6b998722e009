"""The wire of AgentX, written once: models, the METHODS table, settings and error codes."""

from agentxd_protocol.version import PROTOCOL_VERSION

__all__ = ["PROTOCOL_VERSION"]
