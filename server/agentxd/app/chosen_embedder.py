"""The embedder that the settings name, made when it is first needed, in the index worker."""

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from agentxd.kernel.errors import EmbedderError, ProviderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.registry import make_embedder
from agentxd.plugins.indexing.wire import IndexSettings

NO_EMBEDDER = "none"
_AGAIN_S = 10.0
"""So long a failure stands: each search would pay for another attempt."""
_DOOR = re.compile("[/-]")
"""What follows an embedder's own name in the name of its vectors: `ollama/NAME`, `static-v1`."""


class ChosenEmbedder:
    """Gives it to any thread, or None where none is wanted. Raises EmbedderError."""

    def __init__(
        self,
        settings: IndexSettings,
        make: Callable[[str, EmbedderSettings], Embedder] = make_embedder,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._make = make
        self._now_s = now_s
        self._lock = Lock()
        self._made: dict[str, Embedder] = {}
        self._failed: dict[str, tuple[float, EmbedderError]] = {}

    def __call__(self) -> Embedder | None:
        """It, made by the first that asks."""
        chosen = self._settings
        if chosen.embedder in ("", NO_EMBEDDER):
            return None
        return self._of(chosen.embedder, chosen.embedder_model, chosen.embedder_url)

    def of_name(self, name: str) -> Embedder:
        """The one whose vectors are called so: it, or one that was chosen before it.

        Raises EmbedderError.
        """
        with suppress(EmbedderError):  # one that is down does not silence the one before it
            chosen = self()
            if chosen is not None and chosen.name == name:
                return chosen
        found = self._of(_DOOR.split(name)[0], name.partition("/")[2], "")
        if found.name != name:
            raise EmbedderError(f"The embedder of the vectors {name!r} is not here any more.")
        return found

    def _of(self, door: str, model: str, url: str) -> Embedder:
        key = f"{door} {model} {url}"
        with self._lock:
            if key not in self._made:
                self._check(key)
                try:
                    wishes = EmbedderSettings(model=model, url=url, key=_key_of(door))
                    self._made[key] = self._make(door, wishes)
                except EmbedderError as error:
                    self._failed[key] = self._now_s(), error
                    raise
            return self._made[key]

    def _check(self, key: str) -> None:
        """A failure stands for a while."""
        at_s, error = self._failed.get(key, (-_AGAIN_S, None))
        if error is not None and self._now_s() - at_s < _AGAIN_S:
            raise EmbedderError(error.message, error.next_step)


def _key_of(embedder: str) -> str:
    """The key of the vendor with the embedder's name, from where its models' is found."""
    if embedder == "static":  # it asks nobody, and starts sooner
        return ""
    from agentxd.plugins.providers.vendors import VENDORS  # noqa: PLC0415  # seldom needed
    from agentxd.plugins.providers.worker.keys import find_key  # noqa: PLC0415  # seldom needed

    vendor = VENDORS.get(embedder)
    if vendor is None:
        return ""
    try:
        return find_key(vendor, os.environ)
    except ProviderError as error:
        raise EmbedderError(error.message, error.next_step) from error
