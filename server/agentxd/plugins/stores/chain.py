"""The hash chain of the event log: each record's hash covers the one before it."""

from collections.abc import Iterable
from hashlib import sha256

from msgspec import Struct

GENESIS = "0" * 64

Row = tuple[int, int, bytes, str]
"""seq, at_ms, event bytes, hash."""


class Head(Struct, frozen=True):
    """The newest link."""

    seq: int = 0
    hash: str = GENESIS
    at_ms: int = 0


def link(previous: str, seq: int, at_ms: int, event: bytes) -> str:
    """SHA-256 over the previous hash, seq, at_ms and the event's bytes, in hex."""
    return sha256(b"%s %d %d %s" % (previous.encode(), seq, at_ms, event)).hexdigest()


def follow(head: Head, rows: Iterable[Row]) -> tuple[Head, str]:
    """How far the rows continue the chain from `head`, and why not further ("" at the end)."""
    for seq, at_ms, event, hash_ in rows:
        if seq != head.seq + 1:
            return head, f"record {head.seq + 1} is missing"
        if not isinstance(event, bytes) or hash_ != link(head.hash, seq, at_ms, event):
            return head, f"record {seq} does not match its hash"
        head = Head(seq, hash_, at_ms)
    return head, ""
