"""Documents of the scheme agentx-proposal: their names, and those that a client has read."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from agentxd.kernel.ids import proposal_of

_MAX = 200
"""So many of a client are remembered, the newest."""


class Contents:
    """What one client has read, so that it is told when it is out of date."""

    def __init__(self) -> None:
        self._uris: dict[str, None] = {}

    def note(self, uri: str) -> None:
        """It was read now."""
        self._uris.pop(uri, None)
        self._uris[uri] = None
        while len(self._uris) > _MAX:
            del self._uris[next(iter(self._uris))]

    def of(self, proposals: Iterable[str]) -> list[str]:
        """What was read of these proposals."""
        wanted = set(proposals)
        return [uri for uri in self._uris if _proposal(uri) in wanted]


def parts_of(uri: str) -> list[str]:
    """The names in agentx-proposal:/p1/proposed/path or agentx-proposal:/why/p1.2.md."""
    return unquote(urlsplit(uri).path).lstrip("/").split("/")


def _proposal(uri: str) -> str:
    first, *rest = parts_of(uri)
    is_told = first in ("why", "evidence") and rest
    return proposal_of(rest[0].removesuffix(".md")) if is_told else first
