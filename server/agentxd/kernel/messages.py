"""The transcript: messages, their parts, and what a provider streams."""

from typing import Any

from msgspec import Struct


class Text(Struct, frozen=True, tag="text"):
    """Plain words."""

    text: str


NO_OBJECT = "no_json_object"
"""Key under which arguments that were no JSON object are kept, so that they can be recorded."""


class Thinking(Struct, frozen=True, tag="thinking"):
    """Reasoning that a model showed; `signature` is the vendor's proof of origin."""

    text: str
    signature: str = ""


class ToolCall(Struct, frozen=True, tag="tool_call"):
    """One wish of the model to use a tool."""

    id: str
    name: str
    arguments: dict[str, Any]


class Observation(Struct, frozen=True, tag="observation"):
    """What a tool call returned, matched to it by `call_id`."""

    call_id: str
    output: str
    is_error: bool = False


Part = Text | Thinking | ToolCall | Observation


class Message(Struct, frozen=True):
    """One item of a transcript. `role` is user, assistant or tool."""

    role: str
    parts: tuple[Part, ...]


class Link(Struct, frozen=True):
    """One message in its place in the chain of a session."""

    id: str
    """`t3.m2`: the second message of task t3; `s4.m2` where it was brought in from a file."""
    parent: str
    """Id of the message before it, empty for the first."""
    message: Message
    at_ms: int = 0
    """Wall milliseconds, 0 where nobody knows."""
    model: str = ""
    """provider/model that wrote it; empty for what a person or a tool said."""


class Usage(Struct, frozen=True):
    """What a step cost: tokens, and micro-dollars (1e-6 USD)."""

    input_tokens: int = 0
    """Everything that was sent, whether it came out of a prompt cache or not."""
    output_tokens: int = 0
    """Everything that was answered, reasoning included."""
    cost_micros: int = 0
    cache_read_tokens: int = 0
    """The part of the input that a prompt cache held."""
    cache_write_tokens: int = 0
    """The part of the input that was put into a prompt cache."""


class ToolSpec(Struct, frozen=True):
    """What a model is told of a tool."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON Schema of the arguments."""
    risk: str = "read"
    """read, write (only inside the sandbox), run or ask."""


class ModelRequest(Struct, frozen=True):
    """Everything that a provider needs for one step."""

    model: str
    system: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    max_output_tokens: int = 16_384
    session: str = ""
    effort: str = ""
    """How much the model should think: none, low, medium, high; empty for its own measure."""


class TextDelta(Struct, frozen=True):
    """A piece of text as it streams."""

    text: str


class ThinkingDelta(Struct, frozen=True):
    """A piece of shown reasoning as it streams."""

    text: str


class Finished(Struct, frozen=True):
    """The end of a step: the whole message, why it ended, and what it cost."""

    message: Message
    stop_reason: str
    """end, tool_calls, length, refused."""
    usage: Usage = Usage()


class Waiting(Struct, frozen=True):
    """Nothing comes yet, and why: an attempt failed and another follows."""

    text: str


Delta = TextDelta | ThinkingDelta | Waiting | Finished
