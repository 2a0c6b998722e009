"""The root of all events."""

from msgspec import Struct


class Event(Struct, frozen=True, tag_field="type", tag=True, omit_defaults=True):
    """Root of all events; the tag on the wire is the class name."""
