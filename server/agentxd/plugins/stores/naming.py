"""Finds the contents that recorded events name."""

import re

_BLOB = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def blobs_in(event: bytes) -> set[str]:
    """Everything in the bytes of an event that may be a content id; a tree hash looks the same.

    Too many names keep a content too long; a name that is missed would lose one.
    """
    return {found.decode() for found in _BLOB.findall(event)}
