"""Replay: the run again from its log alone, with every state hash compared."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from agentxd.kernel import events as e
from agentxd.kernel.messages import Observation, Text, ToolCall
from agentxd.kernel.ports import EventLog
from agentxd.sessions.state import STATE_KIND, State, empty_state, reduce, state_hash

_PAGE = 2_000
_LINE = 160


class Replay(Struct, frozen=True):
    """What a replay found."""

    n_records: int
    n_seals: int
    state_hash: str
    differences: tuple[str, ...]
    transcript: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every sealed hash was reached again."""
        return not self.differences


async def replay(log: EventLog, task: str = "", upto: int | None = None) -> Replay:
    """Fold the whole log and compare every seal; the transcript is of `task`, or of everything."""
    state, after, n_records, n_seals = empty_state(), 0, 0, 0
    differences: list[str] = []
    lines: list[str] = []
    while page := await log.read(after, _PAGE):
        for record in page:
            if upto is not None and record.seq > upto:
                break
            state, is_good = _step(state, record)
            n_records += 1
            n_seals += _is_comparable(record.event)
            if not is_good:
                differences.append(f"record {record.seq}: the state is not what was sealed")
            if _is_of(record.event, task):
                lines.extend(f"{record.seq:>6}  {line}" for line in told(record.event))
        after = page[-1].seq
    return Replay(n_records, n_seals, state_hash(state), tuple(differences), tuple(lines))


def _step(state: State, record: e.Record) -> tuple[State, bool]:
    if isinstance(record.event, e.StateSealed):
        is_other = not _is_comparable(record.event)  # an older AgentX sealed it
        return state, is_other or record.event.hash == state_hash(state)
    return reduce(state, record.event), True


def _is_comparable(event: e.Event) -> bool:
    return isinstance(event, e.StateSealed) and event.kind == STATE_KIND


def _is_of(event: e.Event, task: str) -> bool:
    own: str = getattr(event, "task", "")
    return task in ("", own)


def told(event: e.Event) -> Iterator[str]:
    """An event in words, for people; nothing for what only machines need."""
    if isinstance(event, e.StepCompleted):
        for part in event.message.parts:
            yield from _part_told(event.task, part)
    elif isinstance(event, e.ToolCallCompleted):
        yield from _part_told(event.task, event.observation)
    elif words := _WORDS.get(type(event)):
        yield words(event).rstrip()


_WORDS: dict[type[e.Event], Callable[[Any], str]] = {
    e.TaskCreated: lambda x: f"{x.task} goal: {x.goal} ({x.role}, {x.provider})",
    e.SnapshotTaken: lambda x: f"{x.task} snapshot {x.tree[:12]} of {x.n_files} files",
    e.SandboxOpened: lambda x: f"{x.task} sandbox {x.backend}",
    e.EvidenceRecorded: lambda x: (
        f"{x.task} {x.evidence.phase} `{x.evidence.command}` ended with {x.evidence.exit_code}"
    ),
    e.ProposalCreated: lambda x: f"{x.task} proposal {x.proposal} with {len(x.hunks)} hunks",
    e.TaskEnded: lambda x: f"{x.task} {x.outcome} {_short(x.reason)}",
    e.HunkAccepted: lambda x: f"{x.hunk} accepted by {x.by}",
    e.HunkRejected: lambda x: f"{x.hunk} rejected by {x.by} {_short(x.reason)}",
    e.HunkEdited: lambda x: f"{x.hunk} edited by {x.by}",
    e.HunkUndone: lambda x: f"{x.hunk} undone by {x.by}",
    e.HunkApplied: lambda x: f"{x.hunk} applied ({x.level})",
    e.HunkConflicted: lambda x: f"{x.hunk} conflicted: {_short(x.reason)}",
}


def _part_told(task: str, part: object) -> Iterator[str]:
    match part:
        case Text():
            yield f"{task} says: {_short(part.text)}"
        case ToolCall():
            yield f"{task} calls {part.name} {_short(str(part.arguments))}"
        case Observation():
            sign = "✗" if part.is_error else "→"
            yield f"{task} {sign} {_short(part.output)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"
