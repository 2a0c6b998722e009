"""The embedder that the settings name, made when it is first needed, in the index worker."""

import os
import time
from collections.abc import Callable
from threading import Lock

from agentxd.kernel.errors import EmbedderError, ProviderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.indexing.wire import IndexSettings
from agentxd.plugins.providers.vendors import VENDORS
from agentxd.plugins.providers.worker.keys import find_key

NO_EMBEDDER = "none"
_AGAIN_S = 10.0
"""So long a failure stands: each search would pay for another attempt."""


class ChosenEmbedder:
    """Gives it to any thread, or None where none is wanted. Raises EmbedderError."""

    def __init__(
        self, settings: IndexSettings, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._now_s = now_s
        self._lock = Lock()
        self._made: Embedder | None = None
        self._failed: tuple[float, EmbedderError] | None = None

    def __call__(self) -> Embedder | None:
        """It, made by the first that asks."""
        if self._settings.embedder in ("", NO_EMBEDDER):
            return None
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def of_name(self, name: str) -> Embedder:
        """It, where its vectors are called so. Raises EmbedderError."""
        found = self()
        if found is None or found.name != name:
            raise EmbedderError(f"The embedder {name!r} is not the one that is chosen.")
        return found

    def _make(self) -> Embedder:
        if self._failed is not None and self._now_s() - self._failed[0] < _AGAIN_S:
            error = self._failed[1]
            raise EmbedderError(error.message, error.next_step)
        from agentxd.plugins.embedders.making import EmbedderSettings  # noqa: PLC0415  # heavy
        from agentxd.plugins.embedders.registry import make_embedder  # noqa: PLC0415  # heavy

        chosen = self._settings
        try:
            wishes = EmbedderSettings(
                model=chosen.embedder_model, url=chosen.embedder_url, key=_key_of(chosen.embedder)
            )
            return make_embedder(chosen.embedder, wishes)
        except EmbedderError as error:
            self._failed = self._now_s(), error
            raise


def _key_of(embedder: str) -> str:
    """The key of the vendor with the embedder's name, from where its models' is found."""
    vendor = VENDORS.get(embedder)
    if vendor is None:
        return ""
    try:
        return find_key(vendor, os.environ)
    except ProviderError as error:
        raise EmbedderError(error.message, error.next_step) from error
