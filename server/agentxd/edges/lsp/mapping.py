"""Domain values as wire types."""

import json
from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from agentxd_protocol import approval as wire_approval
from agentxd_protocol import event as wire_event
from agentxd_protocol import proposal as wire
from agentxd_protocol import task as wire_task

from agentxd.kernel.events import Record, encode_event
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.messages import Message, Observation, Text, Thinking, ToolCall
from agentxd.sessions.goals import Goals
from agentxd.sessions.journal import Journal
from agentxd.sessions.state import State
from agentxd.sessions.views import HunkView, ProposalView
from agentxd.tasks.state import (
    ALLOW,
    ALWAYS,
    DENY,
    NEVER,
    SETTING_OF,
    ApprovalState,
    TaskState,
)


def uri_of(root: str, path: str) -> str:
    """File URI of a path of the workspace."""
    return "file://" + quote(f"{root}/{path}")


def hunk(view: HunkView, author: str) -> wire.Hunk:
    """A hunk for clients."""
    status = view.status
    return wire.Hunk(
        id=status.hunk.id,
        proposal_id=status.proposal,
        path=status.hunk.path,
        kind=status.hunk.kind.value,
        state=status.state.value,
        author=author,
        start_line=view.start_line,
        end_line=view.end_line,
        old_text=view.old_text,
        new_text=view.new_text,
        encoding=view.encoding,
        reason=status.reason,
        level=status.level,
        ours_text=view.ours_text,
        theirs_text=view.theirs_text,
    )


def evidence(found: Evidence, *, is_expired: bool = False) -> wire.Evidence:
    """Evidence for clients."""
    return wire.Evidence(
        id=found.id,
        command=found.command,
        phase=found.phase,
        tree=found.tree,
        exit_code=found.exit_code,
        duration_ms=found.duration_ms,
        tail=found.tail,
        backend=found.backend,
        hunk_ids=list(found.hunks),
        is_expired=is_expired,
    )


def proposal(view: ProposalView, root: str) -> wire.Proposal:
    """A proposal for clients."""
    status = view.proposal
    files = [
        wire.ProposedFile(
            path=file.path,
            uri=uri_of(root, file.path),
            kind=file.kind.value,
            old_path=file.old_path,
            is_binary=file.is_binary,
            hunk_ids=[
                found.status.hunk.id for found in view.hunks if found.status.hunk.path == file.path
            ],
        )
        for file in status.files
    ]
    modes = {file.path: file for file in status.files}
    return wire.Proposal(
        id=status.id,
        task_id=status.task,
        title=status.title,
        state=view.state,
        author=status.author,
        tree_before=status.tree_before,
        tree_after=status.tree_after,
        created_ms=view.created_ms,
        files=files,
        hunks=[
            hunk(found, status.author).model_copy(
                update={
                    "old_mode": modes[found.status.hunk.path].base_mode,
                    "new_mode": modes[found.status.hunk.path].new_mode,
                    "old_path": modes[found.status.hunk.path].old_path,
                }
            )
            for found in view.hunks
        ],
        evidence=[
            evidence(
                found, is_expired=view.is_expired or (view.is_edited and found.phase == "after")
            )
            for found in view.evidence
        ],
    )


def hunks(views: Sequence[HunkView], journal: Journal) -> list[wire.Hunk]:
    """Hunks of any proposals."""
    proposals = journal.state.ledger.proposals
    return [hunk(view, proposals[view.status.proposal].author) for view in views]


def task(state: TaskState, journal: Journal, goals: Goals) -> wire_task.Task:
    """A task for clients."""
    ended_ms = journal.time_of(f"{state.id}:TaskEnded")
    return wire_task.Task(
        id=state.id,
        session_id=state.session,
        goal=state.goal,
        role=state.role,
        provider=state.provider,
        model=state.model,
        state=state.status,
        reason=state.reason,
        next_step=state.next_step,
        error_code=state.error,
        sandbox=state.backend,
        is_sandbox_unsafe=state.is_sandbox_unsafe,
        proposal_ids=list(state.proposals),
        n_steps=state.n_steps,
        input_tokens=state.usage.input_tokens,
        output_tokens=state.usage.output_tokens,
        cost_micros=state.usage.cost_micros,
        cache_read_tokens=state.usage.cache_read_tokens,
        model_label=state.model_label,
        model_ms=state.model_ms,
        tool_ms=state.tool_ms,
        n_compactions=state.n_compactions,
        started_ms=journal.time_of(f"{state.id}:TaskStarted"),
        ended_ms=ended_ms,
        is_settled=not goals.is_running(state.id),
        is_pausing=state.is_pausing,
        is_being_taken_over=state.is_being_taken_over,
        paused_at_ms=0 if state.outcome else state.paused_at_ms,
        paused_ms=_paused_ms(state, ended_ms),
    )


def _paused_ms(state: TaskState, ended_ms: int) -> int:
    """What ended while it was paused stood still until then."""
    is_last = state.outcome is not None and 0 < state.paused_at_ms < ended_ms
    return state.paused_ms + (ended_ms - state.paused_at_ms if is_last else 0)


def transcript(messages: Sequence[Message]) -> list[wire_task.TranscriptItem]:
    """A transcript, part by part."""
    return [_item(message.role, part) for message in messages for part in message.parts]


def _item(role: str, part: Text | Thinking | ToolCall | Observation) -> wire_task.TranscriptItem:
    if isinstance(part, ToolCall):
        return wire_task.TranscriptItem(
            role=role,
            kind="tool_call",
            text=json.dumps(part.arguments, ensure_ascii=False),
            tool=part.name,
            call_id=part.id,
        )
    if isinstance(part, Observation):
        return wire_task.TranscriptItem(
            role=role,
            kind="observation",
            text=part.output,
            call_id=part.call_id,
            is_error=part.is_error,
        )
    kind = "thinking" if isinstance(part, Thinking) else "text"
    return wire_task.TranscriptItem(role=role, kind=kind, text=part.text)


_TITLES = {
    ALLOW: "Allow once",
    ALWAYS: "Always allow",
    DENY: "Deny once",
    NEVER: "Never allow",
}


def _choice(state: ApprovalState, option: str, place: str) -> wire_approval.ApprovalChoice:
    rules = state.rules(option)
    is_ours = {ALLOW, DENY} <= set(state.options)
    return wire_approval.ApprovalChoice(
        option=option,
        title=_TITLES.get(option, option) if is_ours else option,
        rules=list(rules),
        setting=SETTING_OF[option] if rules else "",
        place=place if rules else "",
    )


def approval(state: ApprovalState, journal: Journal, place: str = "") -> wire_approval.Approval:
    """An approval for clients; `place` is the file that the rule of an answer goes to."""
    return wire_approval.Approval(
        id=state.id,
        task_id=state.task,
        subject=state.subject,
        why=state.why,
        rule=state.rule,
        options=list(state.options),
        state="waiting" if state.is_waiting else "decided",
        decision=state.decision,
        by=state.by,
        created_ms=journal.time_of(f"{state.id}:ApprovalRequested"),
        expires_ms=state.expires_ms,
        choices=[_choice(state, option, place) for option in state.options],
        note=state.note,
    )


def snapshot(
    state: State, journal: Journal, goals: Goals, place: str = ""
) -> wire_event.StateSnapshot:
    """The whole state without texts."""
    ledger = state.ledger
    briefs = [
        wire_event.ProposalBrief(
            id=proposal.id,
            task_id=proposal.task,
            title=proposal.title,
            state=ledger.proposal_state(proposal.id),
            hunk_states={name: ledger.hunks[name].state.value for name in proposal.hunks},
        )
        for proposal in ledger.proposals.values()
    ]
    return wire_event.StateSnapshot(
        tasks=[task(found, journal, goals) for found in state.tasks.tasks.values()],
        approvals=[approval(found, journal, place) for found in state.tasks.waiting()],
        proposals=briefs,
    )


def record(found: Record) -> wire_event.EventRecord:
    """A record of the log for clients."""
    data = msgspec.json.decode(encode_event(found.event))
    kind = data.pop("type")
    return wire_event.EventRecord(
        seq=found.seq, at_ms=found.at_ms, type=kind, data=data, hash=found.hash
    )


def is_wanted(found: Record, types: Sequence[str], task_id: str) -> bool:
    """Whether a subscription or a reader asked for this record."""
    name = type(found.event).__name__
    return (not types or name in types) and (
        not task_id or getattr(found.event, "task", "") == task_id
    )
