"""What the daemon and the worker say to each other: messages in frames, length first."""

import msgspec
from msgspec import Struct

from agentxd.kernel.messages import Finished, ModelRequest
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.workers import frames


class Warm(Struct, frozen=True, tag="warm"):
    """Load the SDK of an endpoint and make its client."""

    endpoint: Endpoint


class Start(Struct, frozen=True, tag="start"):
    """Begin a stream."""

    stream: int
    endpoint: Endpoint
    request: ModelRequest


class AskModels(Struct, frozen=True, tag="ask_models"):
    """Which models the server has; answered by Models or Failed."""

    stream: int
    endpoint: Endpoint


class Cancel(Struct, frozen=True, tag="cancel"):
    """Nobody listens to this stream any more."""

    stream: int


class Piece(Struct, frozen=True, tag="delta"):
    """A piece of text or shown reasoning."""

    stream: int
    text: str
    is_thinking: bool = False
    is_waiting: bool = False
    """No text of the model: why nothing comes yet."""


class Ended(Struct, frozen=True, tag="finished"):
    """The last of a stream that went well."""

    stream: int
    finished: Finished


class Failed(Struct, frozen=True, tag="failed"):
    """The last of a stream that went wrong; the fields of a ProviderError."""

    stream: int
    message: str
    next_step: str = ""
    kind: str = ""
    retry_after_s: float | None = None


class Models(Struct, frozen=True, tag="models"):
    """Names of the models that the server told."""

    stream: int
    names: tuple[str, ...]


ToWorker = Warm | Start | AskModels | Cancel
FromWorker = Piece | Ended | Failed | Models
_encoder = msgspec.msgpack.Encoder()


def encoded(message: ToWorker | FromWorker) -> bytes:
    """A message, ready for a frame."""
    return _encoder.encode(message)


def framed(message: ToWorker | FromWorker) -> bytes:
    """A message with its length before it."""
    return frames.framed(encoded(message))


def to_worker_decoder() -> msgspec.msgpack.Decoder[ToWorker]:
    """Reads what the daemon says."""
    return msgspec.msgpack.Decoder(ToWorker)


def from_worker_decoder() -> msgspec.msgpack.Decoder[FromWorker]:
    """Reads what the worker says."""
    return msgspec.msgpack.Decoder(FromWorker)
