"""What an embedder is made with, and what makes one: the shape that third parties fill in."""

from collections.abc import Callable

from msgspec import Struct

from agentxd.kernel.index_ports import Embedder


class EmbedderSettings(Struct, frozen=True):
    """What a user may say about an embedder; each one takes what concerns it."""

    model: str = ""
    """Name of a model where the embedder has several."""
    url: str = ""
    """Of a server that embeds, where the embedder is one."""
    key: str = ""
    """What that server lets us in with."""
    timeout_s: float = 60.0
    """How long one answer of it may take, in seconds."""


EmbedderMaker = Callable[[EmbedderSettings], Embedder]
"""What an entry point of the group `agentxd.embedders` names. Cheap; may raise EmbedderError."""
