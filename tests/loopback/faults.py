"""Everything that goes wrong between a client and a model, each by its name in one table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from loopback.answers import Act, Answer, Call, Item, Refusal, Stop, Text, Usage, answer, call
from loopback.wires.base import Trouble

Damage = Callable[[list[bytes]], Iterable[Item]]
"""What becomes of the pieces of a healthy body."""


@dataclass(frozen=True)
class Refused:
    """The server answers with an error instead of a model's words."""

    trouble: Trouble
    headers: dict[str, str] = field(default_factory=dict)
    html: bool = False
    """A proxy's page where the vendor would write JSON."""


@dataclass(frozen=True)
class Broken:
    """A healthy answer that is damaged on its way."""

    answer: Answer
    damage: Damage


@dataclass(frozen=True)
class BrokenOff:
    """A healthy beginning, then an error within the stream."""

    answer: Answer
    trouble: Trouble


@dataclass(frozen=True)
class Elsewhere:
    """No server that speaks is behind the URL; `kind` names the URL, see `ModelServer.url_of`."""

    kind: str


Ill = Refused | Broken | BrokenOff | Elsewhere | Answer


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    name: str
    says: str
    ill: Ill

    def but(self, **changes: Any) -> "Fault":
        """The same with some fields of its inner value changed, for instance `headers=…`."""
        return replace(self, ill=replace(self.ill, **changes))


TOLD = answer("The parser reads one line at a time and keeps what is left over.")
FOREIGN = answer("Größe: 5 µm – naïve café, 日本語のテキスト, and 🦊🦉 at the end.")
HUGE = Answer((Text(("x" * 2_000_000,)),))
READ = call("read", path="src/parcel/cart.py")


def reset(pieces: list[bytes]) -> Iterator[Item]:
    """Half of it, then a TCP reset; the pause lets the client read the half."""
    yield from pieces[: len(pieces) // 2]
    yield 0.05
    yield Act.RESET


def stall(pieces: list[bytes]) -> Iterator[Item]:
    """Half of it, then silence."""
    yield from pieces[: len(pieces) // 2]
    yield Act.STALL


def cut_short(pieces: list[bytes]) -> Iterable[Item]:
    """Half of it, then an orderly end."""
    return pieces[: len(pieces) // 2]


def malform(pieces: list[bytes]) -> Iterable[Item]:
    """One event in the middle loses the end of its JSON, a single object its second half."""
    middle = len(pieces) // 2
    bad = pieces[middle].rstrip(b"\n")
    tail = pieces[middle][len(bad) :]
    rest = pieces[middle + 1 :] if tail else []
    return [*pieces[:middle], bad[: len(bad) * 2 // 3] + tail, *rest]


def split_characters(pieces: list[bytes]) -> Iterator[Item]:
    """Each character of more than one byte is torn between two chunks."""
    data, start = b"".join(pieces), 0
    for at, byte in enumerate(data):
        if byte & 0b1100_0000 == 0b1000_0000:  # a byte that goes on with a character
            yield data[start:at]
            yield 0.001
            start = at
    yield data[start:]


def drip(pieces: list[bytes]) -> Iterator[Item]:
    """Few bytes at a time."""
    data = b"".join(pieces)
    for start in range(0, len(data), 64):
        yield data[start : start + 64]
        yield 0.005


def go_on(pieces: list[bytes]) -> Iterable[Item]:
    """A delta from the middle comes once more before the last event and after it."""
    extra = pieces[len(pieces) // 2]
    if not extra.endswith(b"\n"):
        return [*pieces, extra]
    return chain(pieces[:-1], [extra, pieces[-1], extra])


def refused(
    status: int,
    message: str,
    code: str = "",
    words: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Refused:
    """An error; `words` are those of single vendors (`openai` for both of its wires)."""
    return Refused(Trouble(status, message, code, tuple((words or {}).items())), headers or {})


TOO_LONG = {
    "openai": "Your input exceeds the context window of this model. Please adjust your input.",
    "ollama": "the prompt exceeds the available context size",
}
BAD_KEY = {"openai": "Incorrect API key provided: loopback.", "ollama": "unauthorized"}
NO_MODEL = {
    "anthropic": "model: no-such-model",
    "openai": "The model `no-such-model` does not exist or you do not have access to it.",
}

ROWS: dict[str, tuple[str, Ill]] = {
    "400": ("the request is not valid", refused(400, "messages: Input should be a valid list")),
    "400_context": (
        "the prompt is longer than the window",
        refused(
            400,
            "prompt is too long: 210000 tokens > 200000 maximum",
            "context_length_exceeded",
            TOO_LONG,
        ),
    ),
    "401": ("the key is wrong", refused(401, "invalid x-api-key", words=BAD_KEY)),
    "402": ("no money is left", refused(402, "Your credit balance is too low to access the API.")),
    "403": ("the key may not do this", refused(403, "Your API key does not have permission.")),
    "404_model": (
        "the model does not exist",
        refused(404, "model 'no-such-model' not found", words=NO_MODEL),
    ),
    "408": ("the server waited too long", refused(408, "Request timed out.")),
    "409": ("another request was faster", refused(409, "The resource was changed meanwhile.")),
    "413": ("the request is too large", refused(413, "Request exceeds the maximum size")),
    "422": ("the request cannot be processed", refused(422, "tools.0.name: String is too long")),
    "429": ("too many requests, for an unknown time", refused(429, "Rate limit reached.")),
    "429_retry_after": (
        "too many requests, for a known time",
        refused(429, "Rate limit reached. Please try again in 1s.", headers={"retry-after": "1"}),
    ),
    "429_quota": (
        "the quota is used up, so trying again is no use",
        refused(
            429,
            "You exceeded your current quota.",
            "insufficient_quota",
            headers={"x-should-retry": "false"},
        ),
    ),
    "500": ("the server failed", refused(500, "Internal server error")),
    "502": ("a proxy got no answer", refused(502, "Bad gateway")),
    "502_html": ("a proxy shows a page", Refused(Trouble(502, "Bad gateway"), html=True)),
    "503": ("the service is down", refused(503, "Service unavailable")),
    "504": ("a proxy waited too long", refused(504, "Gateway timeout")),
    "529": ("the service is overloaded", refused(529, "Overloaded")),
    "200_html": ("a page of somebody else's", Refused(Trouble(200, "Welcome"), html=True)),
    "connection_refused": ("nobody listens", Elsewhere("refused")),
    "dns_failure": ("the host does not exist", Elsewhere("dns")),
    "tls_failure": ("the server does not speak TLS", Elsewhere("tls")),
    "connection_dropped": ("closed before a word", Elsewhere("dropped")),
    "reset_mid_stream": ("a TCP reset in the middle", Broken(TOLD, reset)),
    "stall_mid_stream": ("silence in the middle", Broken(TOLD, stall)),
    "cut_mid_stream": ("an orderly end in the middle", Broken(TOLD, cut_short)),
    "error_mid_stream": (
        "an error event in the middle",
        BrokenOff(TOLD, Trouble(529, "Overloaded", "server_error")),
    ),
    "malformed_event": ("an event without the end of its JSON", Broken(TOLD, malform)),
    "split_utf8": ("characters torn between chunks; healthy", Broken(FOREIGN, split_characters)),
    "huge_line": ("a line of 2 MB; healthy", HUGE),
    "slow_drip": ("few bytes at a time; healthy", Broken(TOLD, drip)),
    "content_after_stop": ("words after the last", Broken(TOLD, go_on)),
    "truncated_arguments": (
        "the model ran out of tokens within a tool call",
        answer(Call("edit", '{"path": "src/parcel/cart.py", "old": "total ='), stop=Stop.LENGTH),
    ),
    "invalid_arguments": (
        "the arguments are no JSON although the model was done",
        answer(Call("edit", "{'path': 'src/parcel/cart.py'}")),
    ),
    "unknown_tool": ("a tool that nobody offered", answer(call("teleport", to="the moon"))),
    "duplicate_tool_ids": (
        "two calls with one id",
        answer(replace(READ, id="call_twice"), Call("list", {"path": "."}, "call_twice")),
    ),
    "empty_answer": ("no word and no call", answer(usage=Usage(output=1))),
    "refusal": (
        "the model declines",
        answer(Refusal(("I cannot ", "help with that.")), stop=Stop.REFUSAL),
    ),
    "length_stop": ("the model ran out of tokens", answer("It begins with", stop=Stop.LENGTH)),
    "prompt_truncated": (
        "fewer tokens were read than sent, without a word",
        answer("Which file do you mean?", usage=Usage(input=5)),
    ),
}
"""Name to what it is and what is played."""

FAULTS: dict[str, Fault] = {name: Fault(name, says, ill) for name, (says, ill) in ROWS.items()}


def fault(name: str, **changes: Any) -> Fault:
    """A row of the table, changed where wanted. Raises KeyError."""
    return FAULTS[name].but(**changes) if changes else FAULTS[name]
