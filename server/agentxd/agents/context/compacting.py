"""Compaction: the middle of a long transcript gives way to a summary; what binds stays verbatim."""

from collections.abc import Callable, Sequence

from msgspec.json import encode
from msgspec.structs import replace

from agentxd.agents.context.shortening import shortened
from agentxd.agents.context.window import window_of
from agentxd.agents.recording import Recorder
from agentxd.agents.stepping import Stepper
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.events import TranscriptCompacted
from agentxd.kernel.messages import Message, ModelRequest, Observation, Text, ToolCall

PLAN_TOOL = "plan"
_N_FIRST = 1
"""The goal with the rules of the project stays as it is."""
_TAIL_SHARE = 0.2
"""Of the effective window, for the newest messages."""
_SUMMARY_TOKENS = 4_096
_N_LISTED_LINES = 60
_LISTED = "The calls so far, the newest last:"
_ASK = """The conversation has become too long and its middle will be left out. Write down \
all that is needed to go on without it, in plain text and without calling a tool:
- what was asked and decided, and why
- which files matter, what was learnt about them, and what was changed in each
- which commands ran and how they ended, errors word by word
- what is still to be done, in order"""

_LEFT_OUT = "messages were left out here to make room; the log has them all.)"
_HAPPENED = "# What happened so far\n"
_PLAN = "# The plan, word by word\n"
_SAID = "# What the user said meanwhile, word by word\n"

Keep = Callable[[], Sequence[tuple[str, str]]]
"""(title, text): what must be put back verbatim besides the plan and the user's words."""


def keep_nothing() -> Sequence[tuple[str, str]]:
    """Nothing besides."""
    return ()


class Compactor:
    """Makes room in the transcript of one task."""

    def __init__(self, task: str, stepper: Stepper, record: Recorder, keep: Keep) -> None:
        self._task = task
        self._stepper = stepper
        self._record = record
        self._keep = keep

    async def fit(self, request: ModelRequest) -> ModelRequest:
        """The request, compacted where it has become too large for the window."""
        model = self._stepper.current.model
        window = window_of(model, request.max_output_tokens)
        if not window.is_nearly_full(self._stepper.estimate(request)):
            return request
        return await self.compact(request)

    async def compact(self, request: ModelRequest) -> ModelRequest:
        """The request with a summary in the place of its middle; the same where there is none.

        Raises BudgetExhaustedError and StorageError. A model that cannot sum up is replaced by a
        list of what was done.
        """
        tail = self._tail(request)
        first, last = request.messages[:_N_FIRST], request.messages[tail:]
        middle = request.messages[_N_FIRST:tail]
        if len(middle) <= 1:
            return request
        blocks = self._put_back(await self._summary(request), middle)
        message = Message("user", tuple(map(Text, blocks)))
        after = replace(request, messages=(*first, message, *map(shortened, last)))
        await self._record(
            TranscriptCompacted(
                self._task,
                message,
                len(first),
                len(last),
                len(middle),
                self._stepper.estimate(request),
                self._stepper.estimate(after),
            )
        )
        return after

    def _tail(self, request: ModelRequest) -> int:
        """Where the newest messages begin that stay; never between a call and its result."""
        model = self._stepper.current.model
        window = window_of(model, request.max_output_tokens)
        # a server that finds the prompt too long has a smaller window than it is known for
        limit = min(
            window.effective or self._stepper.estimate(request), self._stepper.estimate(request)
        )
        room = limit * _TAIL_SHARE
        tail, size = len(request.messages), 0.0
        for index in range(len(request.messages) - 1, _N_FIRST - 1, -1):
            one = replace(request, messages=(shortened(request.messages[index]),), system="")
            size += self._stepper.estimate(replace(one, tools=()))
            if size > room:
                break
            if request.messages[index].role != "tool":
                tail = index
        return tail

    async def _summary(self, request: ModelRequest) -> str:
        ask = Message("user", (Text(_ASK),))
        messages = (*map(shortened, request.messages), ask)
        wish = replace(request, messages=messages, max_output_tokens=_SUMMARY_TOKENS)
        try:
            finished = await self._stepper.take(wish, purpose="compact")
        except ProviderError:
            return _listed(request.messages[_N_FIRST:])
        texts = [part.text for part in finished.message.parts if isinstance(part, Text)]
        return "\n".join(texts).strip() or _listed(request.messages[_N_FIRST:])

    def _put_back(self, summary: str, middle: Sequence[Message]) -> list[str]:
        blocks = [f"({len(middle)} {_LEFT_OUT}", f"{_HAPPENED}{summary}"]
        if plan := newest_plan(middle):
            blocks.append(f"{_PLAN}{plan}")
        if said := [words for message in middle if (words := _said(message))]:
            blocks.append(_SAID + "\n---\n".join(said))
        return blocks + [f"# {title}\n{text}" for title, text in self._keep()]


def newest_plan(messages: Sequence[Message]) -> str:
    """The arguments of the last call of the plan tool, empty where there was none."""
    for message in reversed(messages):
        if _is_compacted(message):
            return _block(message, _PLAN)
        for part in reversed(message.parts):
            if isinstance(part, ToolCall) and part.name == PLAN_TOOL:
                return str(part.arguments.get("plan", ""))
    return ""


def _is_compacted(message: Message) -> bool:
    """Whether it stands for messages that were left out before."""
    first = message.parts[0] if message.parts else None
    return message.role == "user" and isinstance(first, Text) and first.text.endswith(_LEFT_OUT)


def _said(message: Message) -> str:
    """The user's words; of an earlier summary only these, or each would hold all before it."""
    if message.role != "user":
        return ""
    if _is_compacted(message):
        return _block(message, _SAID)
    return "\n".join(part.text for part in message.parts if isinstance(part, Text))


def _block(message: Message, title: str) -> str:
    texts = (part.text for part in message.parts if isinstance(part, Text))
    return next((text.removeprefix(title) for text in texts if text.startswith(title)), "")


def _listed(messages: Sequence[Message]) -> str:
    """Without a model's help: what was called, and how it ended."""
    errors = {
        part.call_id: part.is_error
        for message in messages
        for part in message.parts
        if isinstance(part, Observation)
    }
    before = (_block(message, _HAPPENED) for message in messages if _is_compacted(message))
    lines = [line for text in before for line in text.splitlines() if line != _LISTED]
    lines += [
        f"- {part.name} {_short(part)}{' (failed)' if errors.get(part.id) else ''}"
        for message in messages
        for part in message.parts
        if isinstance(part, ToolCall)
    ]
    return "\n".join([_LISTED, *lines[-_N_LISTED_LINES:]])


def _short(call: ToolCall) -> str:
    words = encode(call.arguments).decode()
    return words if len(words) <= 160 else words[:159] + "…"  # noqa: PLR2004
