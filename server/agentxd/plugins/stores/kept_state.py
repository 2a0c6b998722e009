"""A folded state beside the log, so that a start folds only what came after it.

It is a cache: whatever is wrong with the file, the answer is None and everything is folded again.
"""

import logging
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from agentxd.plugins.stores.repair import sync_folder

_logger = logging.getLogger(__name__)


class KeptState(msgspec.Struct, frozen=True):
    """A state and the record up to which it was folded."""

    kind: str
    """Names the reducers and their version: a state of other ones is of no use."""
    seq: int
    hash: str
    """Of the record `seq`: a restored log may have another one there."""
    digest: str
    """SHA-256 of the content."""
    content: bytes


def path_of(log: Path) -> Path:
    """Where the state of this log lies."""
    return log.with_name(log.name + ".state")


def write_state(log: Path, kind: str, seq: int, hash_: str, content: bytes) -> None:
    """Keep the state instead of the one before, atomically. Raises OSError."""
    state = KeptState(kind, seq, hash_, sha256(content).hexdigest(), content)
    path = path_of(log)
    handle, draft = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(state))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
    sync_folder(path.parent)


def read_state(log: Path, kind: str) -> KeptState | None:
    """The state of these reducers, None where there is none or it is damaged."""
    try:
        state = msgspec.msgpack.decode(path_of(log).read_bytes(), type=KeptState)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        _logger.warning("the kept state is not used: %s", error)
        return None
    is_intact = sha256(state.content).hexdigest() == state.digest
    return state if is_intact and state.kind == kind else None
