"""Makes one old message smaller without changing what it says of its calls."""

from msgspec.structs import replace

from agentxd.kernel.messages import Message, Observation, Part

_LONGEST_CHARS = 6_000
_HEAD_CHARS, _TAIL_CHARS = 2_000, 3_000


def shortened(message: Message) -> Message:
    """The message with the middle of long outputs left out."""
    return replace(message, parts=tuple(map(_part, message.parts)))


def _part(part: Part) -> Part:
    if not isinstance(part, Observation) or len(part.output) <= _LONGEST_CHARS:
        return part
    n_left_out = len(part.output) - _HEAD_CHARS - _TAIL_CHARS
    output = (
        f"{part.output[:_HEAD_CHARS]}\n({n_left_out} characters left out to make room)\n"
        f"{part.output[-_TAIL_CHARS:]}"
    )
    return replace(part, output=output)
