"""Closed lists of words on the wire.

Open in Python: a value of a newer daemon still parses, and a wrong one gets the use case's own
error with a next step. Closed in the JSON Schema, in TypeScript and in Lua.
"""

from typing import Annotated, Any

from pydantic import Field


def _choice(*words: str) -> Any:
    return Field(json_schema_extra={"enum": list(words)})


ApprovalState = Annotated[str, _choice("waiting", "decided")]
CheckState = Annotated[str, _choice("ok", "warning", "error")]
StreamKind = Annotated[str, _choice("text", "thinking", "tool", "output", "notice")]
HunkKind = Annotated[str, _choice("text", "whole", "mode", "rename")]
HunkState = Annotated[
    str,
    _choice(
        "proposed",
        "edited",
        "accepted",
        "applied",
        "rejected",
        "superseded",
        "conflicted",
        "undone",
    ),
]
ProposalState = Annotated[
    str, _choice("open", "applied", "rejected", "partial", "conflicted", "superseded", "undone")
]
FileKind = Annotated[str, _choice("created", "deleted", "modified", "renamed")]
Encoding = Annotated[str, _choice("utf-8", "latin-1", "binary")]
EvidencePhase = Annotated[str, _choice("before", "after", "subset")]
TextSide = Annotated[str, _choice("base", "proposed", "current", "result")]
ApplyMode = Annotated[str, _choice("none", "all", "verified")]
SettingScope = Annotated[str, _choice("user", "project", "local")]
TaskState = Annotated[
    str,
    _choice(
        "pending",
        "running",
        "waiting",
        "paused",
        "completed",
        "no_change",
        "failed",
        "checks_failed",
        "denied",
        "budget_exhausted",
        "cancelled",
        "taken_over",
        "interrupted",
    ),
]
TranscriptRole = Annotated[str, _choice("user", "assistant", "tool")]
TranscriptKind = Annotated[str, _choice("text", "thinking", "tool_call", "observation")]
QueueMode = Annotated[str, _choice("", "steer", "interrupt", "queue", "collect")]
PromptFate = Annotated[str, _choice("started", "joins", "waits")]
SessionState = Annotated[str, _choice("idle", "running", "paused", "waiting", "interrupted")]
IndexState = Annotated[
    str,
    _choice("off", "starting", "listing", "reading", "embedding", "ready", "paused", "failed"),
]
SymbolKind = Annotated[
    str,
    _choice(
        "module",
        "namespace",
        "class",
        "struct",
        "interface",
        "trait",
        "enum",
        "member",
        "type",
        "function",
        "method",
        "constructor",
        "field",
        "constant",
        "variable",
        "macro",
        "heading",
        "key",
        "selector",
        "element",
    ),
]
Severity = Annotated[str, _choice("error", "warning", "note")]
ReviewerKind = Annotated[str, _choice("rules", "linter", "model")]
SeverityFloor = Annotated[str, _choice("", "error", "warning", "note")]
FilterMode = Annotated[str, _choice("", "added", "diff_context", "file", "nofilter")]
ChangeKind = Annotated[str, _choice("working", "staged", "range", "base")]
AnswerKind = Annotated[str, _choice("accepted", "false-positive", "later")]
