"""What the daemon and the index worker say to each other, in frames of MessagePack."""

import msgspec
from msgspec import Raw, Struct

from agentxd.kernel.index import IndexStatus


class IndexSettings(Struct, frozen=True):
    """What an index is made of; a change of any of it is a fresh worker."""

    root: str
    place: str
    """Path of the database."""
    is_enabled: bool = True
    embedder: str = "static"
    embedder_model: str = ""
    embedder_url: str = ""
    max_file_bytes: int = 1_000_000
    max_bytes: int = 2_000_000_000
    n_readers: int = 0
    """Children that read during a large build; 0 for one a core, at most 4."""


class Begin(Struct, frozen=True, tag="begin"):
    """The first word to a worker."""

    settings: IndexSettings
    is_fresh: bool = False
    """Forget what is in the database."""
    is_careful: bool = False
    """The worker before this one died: read in children alone."""
    is_paused: bool = False


class Ask(Struct, frozen=True, tag="ask"):
    """A question; answered by Answered or Failed."""

    number: int
    kind: str
    """search, symbols, references, outline or map."""
    body: Raw


class Control(Struct, frozen=True, tag="control"):
    """pause or resume; answered by Answered or Failed."""

    number: int
    action: str


class Cancel(Struct, frozen=True, tag="cancel"):
    """Nobody waits for this answer any more."""

    number: int


class Shown(Struct, frozen=True, tag="shown"):
    """Unsaved texts by path; None where disk is the truth again."""

    texts: dict[str, str | None]


class Touched(Struct, frozen=True, tag="touched"):
    """These files changed on disk."""

    paths: tuple[str, ...]


class Answered(Struct, frozen=True, tag="answered"):
    """What was asked for."""

    number: int
    body: Raw


class Failed(Struct, frozen=True, tag="failed"):
    """Why there is no answer."""

    number: int
    message: str
    next_step: str = ""


class Told(Struct, frozen=True, tag="told"):
    """How the index is now."""

    status: IndexStatus


class Leaving(Struct, frozen=True, tag="leaving"):
    """The worker goes, because only a fresh one can go on."""

    reason: str
    is_fresh: bool = False
    """Whether the next one has to forget what is in the database."""


class ReferencesQuery(Struct, frozen=True):
    """Where a name is used."""

    name: str
    near: str = ""
    limit: int = 200


class OutlineQuery(Struct, frozen=True):
    """What a file defines."""

    path: str


ToWorker = Begin | Ask | Control | Cancel | Shown | Touched
FromWorker = Answered | Failed | Told | Leaving
_encoder = msgspec.msgpack.Encoder()


def encoded(message: object) -> bytes:
    """A message, ready for a frame."""
    return _encoder.encode(message)


def raw(value: object) -> Raw:
    """A value as the body of a message."""
    return Raw(_encoder.encode(value))


def to_worker_decoder() -> msgspec.msgpack.Decoder[ToWorker]:
    """Reads what the daemon says."""
    return msgspec.msgpack.Decoder(ToWorker)


def from_worker_decoder() -> msgspec.msgpack.Decoder[FromWorker]:
    """Reads what the worker says."""
    return msgspec.msgpack.Decoder(FromWorker)
