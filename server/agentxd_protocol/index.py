"""The index: how it is, what steers it, and the map that is made of it."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import IndexState


class Coverage(Wire):
    """How much of the workspace an answer could know of."""

    state: IndexState
    n_files: int
    """Files that belong into the index."""
    n_files_done: int
    """Those whose newest content is in it."""
    n_chunks: int
    n_vectors: int
    """Chunks that have a vector."""


class IndexResult(Wire):
    """How the index is."""

    state: IndexState
    message: str
    """Why it is off, paused or failed, or what was wrong and is mended."""
    next_step: str
    n_files: int
    """Files that belong into the index."""
    n_files_done: int
    """Those whose newest content is in it."""
    n_chunks: int
    n_symbols: int
    n_vectors: int
    """Chunks that have a vector of `embedder`."""
    embedder: str
    """Whose vectors answer now; empty for none."""
    next_embedder: str
    """Whose vectors are being made meanwhile; empty for none."""
    bytes: int
    """Size of the index on disk."""
    max_bytes: int
    left_out: dict[str, int]
    """Reason to the number of files that are not in it because of that."""
    languages: dict[str, int]
    """Language to the number of files."""
    worker_pid: int
    """The process that reads, parses and answers; 0 where there is none."""


class MapIndexParams(Wire):
    """Ask for a map of the repository: the definitions that matter most."""

    task: str = ""
    """A goal in words; what it mentions moves up."""
    paths: list[str] = []
    """Files under work; what they use moves up."""
    max_tokens: int = 1_024


class MapIndexResult(Wire):
    """The map, as text."""

    text: str
    n_tokens: int
    """An estimate."""
    n_files: int
    """How many files the text shows."""
    coverage: Coverage
