"""What the index worker and its reading children say to each other."""

import msgspec
from msgspec import Struct

from agentxd.plugins.indexing.worker.taking import Taken


class Order(Struct, frozen=True, array_like=True):
    """Read these files."""

    number: int
    paths: tuple[str, ...]
    is_hash_only: bool = False


class Delivery(Struct, frozen=True, array_like=True):
    """What became of them."""

    number: int
    taken: msgspec.Raw
    """Of kind Taken; taken apart where there is time for it."""


def taken_of(body: msgspec.Raw) -> Taken:
    """Raises MsgspecError."""
    return msgspec.msgpack.decode(body, type=Taken)
