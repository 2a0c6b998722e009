"""Version of the wire; a client with another major is refused with a clear message."""

PROTOCOL_VERSION = "1.0"
