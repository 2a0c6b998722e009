"""Embedders on a server: batches, retries, checks of what comes back; vendors bring the call."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.embedders.quantising import quantised

_MAX_TEXTS = 64
_MAX_CHARACTERS = 100_000
"""In one request: about 30,000 tokens."""
_LONGEST = 8_000
"""Characters of one text; what is behind them says little more."""
_SHORTEST = 200
_N_ATTEMPTS = 4
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_REST_S = 20.0
"""After a failed query the next ones are not even tried for so long: a search must not wait."""
_CUT = 0.5
_PROBE = "def dimensions(self) -> int:"


class TroubleError(EmbedderError):
    """A call failed; says whether the same one may succeed later. Stays inside this room."""

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        is_transient: bool = False,
        is_too_long: bool = False,
        retry_after_s: float = 0.0,
    ) -> None:
        super().__init__(message, next_step)
        self.is_transient = is_transient
        self.is_too_long = is_too_long
        self.retry_after_s = retry_after_s


class Server(Protocol):
    """One model on one server, as a vendor's adapter knows it."""

    vendor: str
    model: str
    url: str

    def embed(self, texts: Sequence[str], *, is_query: bool) -> Sequence[Sequence[float]]:
        """One row for each text. Raises TroubleError; a query may take a few seconds at most."""
        ...


class Prefixes(Struct, frozen=True):
    """What a model was trained to see in front of a text."""

    query: str = ""
    document: str = ""


PREFIXES = {
    "nomic-embed": Prefixes("search_query: ", "search_document: "),
    "mxbai-embed": Prefixes("Represent this sentence for searching relevant passages: "),
    "snowflake-arctic-embed": Prefixes("Represent this sentence for searching relevant passages: "),
    "bge-": Prefixes("Represent this sentence for searching relevant passages: "),
    "e5-": Prefixes("query: ", "passage: "),
    "embeddinggemma": Prefixes("task: code retrieval | query: ", "title: none | text: "),
    "qwen3-embedding": Prefixes(
        "Instruct: Given a question or a description, find the code that answers it\nQuery: "
    ),
}
"""Beginning of a part of a model's name to its prefixes; other models want none."""
_WITHOUT = ("bge-m3",)
_CONNECT_S = 5.0
_QUERY_S = 5.0


def waits_s(timeout_s: float, *, is_query: bool) -> tuple[float, float]:
    """How long an answer and a connection may take: whoever searches goes on without it soon."""
    longest_s = min(_QUERY_S, timeout_s) if is_query else timeout_s
    return longest_s, min(_CONNECT_S, longest_s)


def connected(server: Server, sleep: Callable[[float], None] = time.sleep) -> "RemoteEmbedder":
    """An embedder whose dimensions the server told, asked once. Raises EmbedderError."""
    rows = _numbers(server, server.embed([_PROBE], is_query=False), 1)
    return RemoteEmbedder(server, rows.shape[1], sleep)


class RemoteEmbedder:
    """An embedder whose vectors a server makes; blocks while it does."""

    def __init__(
        self, server: Server, dimensions: int, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.name = f"{server.vendor}/{server.model}"
        """Servers that serve the same model make the same vectors."""
        self.dimensions = dimensions
        self.is_cheap = False
        self._server = server
        self._sleep = sleep
        self._prefixes = prefixes_of(server.model)
        self._resting_until_s = 0.0
        self._last: EmbedderError | None = None

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row for each text; waits and tries again. Raises EmbedderError."""
        marked = [self._prefixes.document + _fit(text) for text in texts]
        return b"".join(quantised(self._patiently(batch)) for batch in _batches(marked))

    def query(self, text: str) -> bytes:
        """One int8 row, or soon an EmbedderError: whoever searches goes on without."""
        if self._last is not None and time.monotonic() < self._resting_until_s:
            raise self._last
        try:
            rows = self._checked([self._prefixes.query + _fit(text)], is_query=True)
        except EmbedderError as error:
            self._last, self._resting_until_s = error, time.monotonic() + _REST_S
            raise
        self._last = None
        return quantised(rows)

    def _patiently(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Several attempts; longer texts are cut where the server says that they are too long."""
        wait_s, n_attempts = _FIRST_WAIT_S, 0
        while True:
            try:
                return self._checked(texts, is_query=False)
            except TroubleError as error:
                longest = max(len(text) for text in texts)
                if error.is_too_long and longest > _SHORTEST:
                    texts = [text[: int(longest * _CUT)] for text in texts]
                    continue
                n_attempts += 1
                if not error.is_transient or n_attempts >= _N_ATTEMPTS:
                    raise
                self._sleep(min(_LONGEST_WAIT_S, max(wait_s, error.retry_after_s)))
                wait_s *= 2

    def _checked(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """As many rows as texts, each of the dimensions that there were before."""
        server = self._server
        found = _numbers(server, server.embed(texts, is_query=is_query), len(texts))
        if found.shape[1] != self.dimensions:
            raise EmbedderError(
                f"{server.vendor} gave vectors of {found.shape[1]} dimensions for {server.model},"
                f" and {self.dimensions} before.",
                "the model behind this name was changed: rebuild the index (agentxd index rebuild)",
            )
        return found


def _numbers(server: Server, rows: Sequence[Sequence[float]], n: int) -> NDArray[np.float32]:
    """So many rows of finite numbers. Raises TroubleError."""
    try:
        found = np.asarray(rows, np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        raise _nonsense(server, "rows that are no numbers or of different lengths") from error
    if found.ndim != 2 or len(found) != n or not found.shape[1]:  # noqa: PLR2004
        raise _nonsense(server, f"{len(rows)} rows for {n} texts")
    if not np.isfinite(found).all():
        raise _nonsense(server, "numbers that are not finite")
    return found


def _nonsense(server: Server, what: str) -> TroubleError:
    return TroubleError(
        f"{server.vendor} answered {what}.",
        f"check that {server.model} is an embedding model and what stands at {server.url}",
    )


def prefixes_of(model: str) -> Prefixes:
    """Of a model by its name, whoever hosts it."""
    name = model.lower().rpartition("/")[2]
    if name.startswith(_WITHOUT):
        return Prefixes()
    found = (
        one for start, one in PREFIXES.items() if name.startswith(start) or f"-{start}" in name
    )
    return next(found, Prefixes())


def _fit(text: str) -> str:
    """No server takes an empty text, few take long ones."""
    return text[:_LONGEST].replace("\0", " ").strip() or "."


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) >= _MAX_TEXTS or size + len(text) > _MAX_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
