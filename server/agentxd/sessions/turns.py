"""What a turn of a session begins with: its history, its news, its waiting hunks, its inbox."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agentxd.kernel.errors import AgentxError
from agentxd.kernel.events import HunksCarried, MessageAdded
from agentxd.kernel.files import MODE_FILE
from agentxd.kernel.hunks import HunkState
from agentxd.kernel.messages import Link, Message, Text
from agentxd.kernel.ports import BlobStore, Sandbox
from agentxd.kernel.sandboxes import FileWrite, SandboxSpec
from agentxd.proposals.deciding import plan_accept
from agentxd.proposals.ledger import LedgerState, is_open
from agentxd.sessions.cases import case_of
from agentxd.sessions.chain import Chain, chained, for_model, whole
from agentxd.sessions.goals import RULES
from agentxd.sessions.journal import Journal
from agentxd.sessions.seen import Seen
from agentxd.sessions.state import State
from agentxd.sessions.talks import STEER, SessionState, hunks_of
from agentxd.tasks.running import Assignment
from agentxd.tasks.state import TaskOutcome, TaskState

_WORDS = {
    HunkState.ACCEPTED: "accepted",
    HunkState.APPLIED: "accepted: it is in the files now",
    HunkState.REJECTED: "rejected",
    HunkState.EDITED: "edited by the user",
    HunkState.CONFLICTED: "no longer merges",
    HunkState.UNDONE: "taken back after it had been accepted",
    HunkState.SUPERSEDED: "superseded",
}
_NEWS = "Since your last turn the user decided on what you proposed:"
_BROUGHT = (
    "What was said before comes from {source}. The files in your copy are the user's present ones:"
    " look again before you rely on what you saw then."
)
_CUT = "Your earlier turn was cut off: {cut}"
_LOST = (
    "Your last turn was ended before its work was proposed. Nothing that it changed is in your copy"
    " or in the user's files: do again what is still wanted."
)
_TAKEN_OVER = (
    "The user took your last turn over before it was done, and may have gone on by hand. What you"
    " had done was proposed; look at the files before you go on."
)
_CARRIED = (
    "What you proposed and what still waits for the user's decision is in your copy already:"
    " {names}. Go on from there; what you propose now takes its place."
)
_LEFT = "These no longer fit the user's present text and are not in your copy:"


class Turns:
    """Prepares the turns of every session."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        self._journal = journal
        self._blobs = blobs

    def dress(self, assignment: Assignment, task: TaskState) -> Assignment:
        """The assignment as a turn of its session."""
        state = self._journal.state
        session = state.sessions.get(task.session)
        if session is None or task.provider == RULES:
            return assignment
        view, notes = view_before(state, session, task.id)
        steered = [prompt.text for prompt in session.steered_into(task.id)]
        news = news_of(session, state.ledger)
        opening = (*notes, *news, "\n\n".join([task.goal, *steered]))
        dressed = replace(
            assignment,
            history=for_model(view),
            opening=opening,
            inbox=lambda: self._said(task),
        )
        if not _by_file(session, state.ledger):
            return dressed  # with nothing to carry the model need not wait for the sandbox
        carrier = _Carrier(self._journal, self._blobs, task)
        return replace(dressed, prepare=lambda: carrier.prepared(assignment), carry=carrier.carry)

    def _said(self, task: TaskState) -> Sequence[MessageAdded]:
        """Prompts that wait to join the turn under way, in the order in which they came."""
        session = self._journal.state.sessions[task.session]
        return [
            MessageAdded(task.id, Message("user", (Text(prompt.text),)), (prompt.id,))
            for prompt in session.waiting
            if prompt.queue_mode == STEER
        ]


def chain_of(state: State, session: SessionState, before: str = "") -> tuple[Chain, ...]:
    """What was brought, then each turn as one chain, every one behind the one before.

    `before` names a turn that is left out with all that come after it.
    """
    chains = [whole(session.brought)] if session.brought else []
    for name in session.tasks:
        if name == before:
            break
        last = next((chain.links[-1].id for chain in reversed(chains) if chain.links), "")
        task = state.tasks.tasks[name]
        chains.append(_turn_chain(task, last))
    return tuple(chains)


def _turn_chain(task: TaskState, parent: str) -> Chain:
    label = task.model_label or "/".join(filter(None, (task.provider, task.model)))
    links = chained(task.id, task.transcript)
    found = whole(links)
    named = tuple(
        Link(link.id, link.parent or parent, link.message, 0, label)
        if link.message.role == "assistant"
        else Link(link.id, link.parent or parent, link.message)
        for link in found.links
    )
    return Chain(named, found.cut)


def view_before(
    state: State, session: SessionState, task: str
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """What the model sees of the turns before `task`, and what it must know of them.

    A turn that was compacted stands for everything before it, but for the very first message.
    """
    chains = chain_of(state, session, task)
    first = chains[0].links[:1] if chains else ()
    turns = session.tasks[: session.tasks.index(task)]
    skipped = len(chains) - len(turns)  # one where something was brought
    compacted = [n for n, name in enumerate(turns) if state.tasks.tasks[name].n_compactions]
    begin = compacted[-1] + skipped if compacted else 0
    links = [link for chain in chains[begin:] for link in chain.links]
    if begin:
        links = [*first, *links]
    notes = [_CUT.format(cut=chain.cut) for chain in chains[-1:] if chain.cut]
    if turns and _has_lost_work(state.tasks.tasks[turns[-1]]):
        notes.append(_LOST)
    elif turns and state.tasks.tasks[turns[-1]].outcome is TaskOutcome.TAKEN_OVER:
        notes.append(_TAKEN_OVER)
    if session.brought and not turns:
        notes.append(_BROUGHT.format(source=session.source))
    return tuple(links), tuple(notes)


def _has_lost_work(task: TaskState) -> bool:
    """Whether it used tools and ended early, and nothing of that was proposed."""
    is_early = task.outcome not in (None, TaskOutcome.COMPLETED, TaskOutcome.NO_CHANGE)
    has_acted = any(message.role == "tool" for message in task.transcript)
    return is_early and has_acted and not task.proposals


def news_of(session: SessionState, ledger: LedgerState) -> tuple[str, ...]:
    """What a person decided on the session's hunks since its model was told last."""
    lines = list(_news_lines(session, ledger))
    return ("\n".join([_NEWS, *lines]),) if lines else ()


def _news_lines(session: SessionState, ledger: LedgerState) -> Iterator[str]:
    for name in hunks_of(session, ledger):
        status = ledger.hunks[name]
        told = session.told.get(name, HunkState.PROPOSED.value)
        is_own = status.state is HunkState.SUPERSEDED
        if status.state.value == told or is_own or status.state is HunkState.PROPOSED:
            continue
        words = _WORDS[status.state]
        has_reason = status.state in (HunkState.REJECTED, HunkState.CONFLICTED) and status.reason
        yield f"- {name} ({status.hunk.path}) {words}{f': {status.reason}' if has_reason else ''}"


class _Carrier:
    """Puts the hunks that wait for a decision into the sandbox of one turn."""

    def __init__(self, journal: Journal, blobs: BlobStore, task: TaskState) -> None:
        self._journal = journal
        self._blobs = blobs
        self._task = task
        self._modes: dict[str, int] = {}

    async def prepared(self, assignment: Assignment) -> SandboxSpec:
        """The tree of this moment; its modes are remembered."""
        spec = await assignment.prepare()
        self._modes = {path: entry.mode for path, entry in spec.snapshot.entries.items()}
        return spec

    async def carry(self, sandbox: Sandbox) -> str:
        """Write what merges; what the model must know, empty where nothing waits."""
        ledger = self._journal.state.ledger
        session = self._journal.state.sessions[self._task.session]
        done: list[str] = []
        left: dict[str, str] = {}
        for (proposal, path), names in _by_file(session, ledger).items():
            try:
                merged, clashes = await self._merge(sandbox, proposal, path, names)
            except AgentxError as error:
                merged, clashes = [], dict.fromkeys(names, error.message)
            done += merged
            left |= clashes
        if not done and not left:
            return ""
        await self._journal.record(HunksCarried(self._task.id, tuple(done), left))
        return _told(done, left, ledger)

    async def _merge(
        self, sandbox: Sandbox, proposal: str, path: str, names: Sequence[str]
    ) -> tuple[list[str], dict[str, str]]:
        """The open hunks of one file of a proposal, over what is in the sandbox now."""
        ledger = self._journal.state.ledger
        old_path = ledger.proposals[proposal].file(path).old_path
        place = path if not old_path or await sandbox.read(path) is not None else old_path
        seen = Seen(await sandbox.read(place), self._modes.get(place, MODE_FILE))
        case = await case_of(ledger, self._blobs, proposal, path, seen)
        plan = plan_accept(case, names)
        if plan.levels:
            writes = [FileWrite(path, plan.after, plan.after_mode)]
            if place != path:
                writes.append(FileWrite(place, None))
            await sandbox.write(writes)
            self._modes[path] = plan.after_mode
        return list(plan.levels), {clash.hunk: clash.reason for clash in plan.conflicts}


def _by_file(session: SessionState, ledger: LedgerState) -> dict[tuple[str, str], list[str]]:
    """Open hunks by proposal and path, oldest first."""
    files: dict[tuple[str, str], list[str]] = {}
    for name in hunks_of(session, ledger):
        status = ledger.hunks[name]
        if is_open(status.state):
            files.setdefault((status.proposal, status.hunk.path), []).append(name)
    return files


def _told(done: Sequence[str], left: dict[str, str], ledger: LedgerState) -> str:
    blocks = []
    if done:
        blocks.append(_CARRIED.format(names=_places(done, ledger)))
    if left:
        lines = [f"- {_places([name], ledger)}: {reason}" for name, reason in left.items()]
        blocks.append("\n".join([_LEFT, *lines]))
    return "\n\n".join(blocks)


def _places(names: Sequence[str], ledger: LedgerState) -> str:
    return ", ".join(f"{name} ({ledger.hunks[name].hunk.path})" for name in names)
