"""The METHODS table: every method of the wire, once."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from importlib import import_module

from agentxd_protocol.base import Wire


class Direction(Enum):
    """Who sends it."""

    REQUEST = "client request"
    NOTIFICATION = "server notification"


@dataclass(frozen=True)
class Method:
    """One row of the table. Its types are loaded when they are first asked for: a start is not."""

    name: str
    params_name: str
    """File and class within this package: `task.TaskRef`."""
    result_name: str
    """Empty for a notification."""
    direction: Direction
    since: str
    doc: str

    @cached_property
    def params(self) -> type[Wire]:
        """What is sent."""
        return _type(self.params_name)

    @cached_property
    def result(self) -> type[Wire] | None:
        """What is answered."""
        return _type(self.result_name) if self.result_name else None


def _type(name: str) -> type[Wire]:
    module, _, kind = name.partition(".")
    found: type[Wire] = getattr(import_module(f"agentxd_protocol.{module}"), kind)
    return found


def _request(name: str, params: str, result: str, doc: str) -> Method:
    return Method(name, params, result, Direction.REQUEST, "1.0", doc)


def _notification(name: str, params: str, doc: str) -> Method:
    return Method(name, params, "", Direction.NOTIFICATION, "1.0", doc)


METHODS: tuple[Method, ...] = (
    _request(
        "agentx/connection/authenticate",
        "daemon.AuthenticateParams",
        "base.Empty",
        "Show the token of a TCP connection; must come first there.",
    ),
    _request("agentx/daemon/status", "base.Empty", "daemon.StatusResult", "How the daemon is."),
    _request(
        "agentx/daemon/stop",
        "daemon.StopDaemonParams",
        "daemon.StopDaemonResult",
        "Ask the daemon to leave.",
    ),
    _request(
        "agentx/daemon/diagnose",
        "base.Empty",
        "daemon.DiagnoseResult",
        "Look at every part and say how it is.",
    ),
    _request(
        "agentx/goal/run", "task.RunGoalParams", "task.RunGoalResult", "Start work on a goal."
    ),
    _request("agentx/task/list", "base.Empty", "task.ListTasksResult", "All tasks."),
    _request(
        "agentx/task/get", "task.TaskRef", "task.GetTaskResult", "One task with its transcript."
    ),
    _request(
        "agentx/usage/get",
        "usage.GetUsageParams",
        "usage.GetUsageResult",
        "What models cost, by day, role and model.",
    ),
    _request("agentx/task/cancel", "task.TaskRef", "task.CancelTaskResult", "Stop a running task."),
    _request(
        "agentx/task/pause",
        "task.TaskRef",
        "task.TaskResult",
        "Halt a task at its next edge; its sandbox is kept and its time stands still.",
    ),
    _request(
        "agentx/task/resume",
        "task.ResumeTaskParams",
        "task.CancelTaskResult",
        "Let a paused task go on, or run an interrupted one again; or drop it.",
    ),
    _request(
        "agentx/task/takeOver",
        "task.TaskRef",
        "task.TaskResult",
        "End the agent's work at its next edge and keep it as a proposal: a person goes on.",
    ),
    _request(
        "agentx/session/prompt",
        "session.PromptSessionParams",
        "session.PromptSessionResult",
        "Say something to a session: a new turn, or what its queue mode makes of it.",
    ),
    _request("agentx/session/list", "base.Empty", "session.ListSessionsResult", "All sessions."),
    _request(
        "agentx/session/get",
        "session.SessionRef",
        "session.GetSessionResult",
        "One session with its transcript as a chain.",
    ),
    _request(
        "agentx/session/set",
        "session.SetSessionParams",
        "session.SessionResult",
        "Set queue mode, provider or model of the coming turns.",
    ),
    _request(
        "agentx/session/stop",
        "session.SessionRef",
        "session.TurnResult",
        "End the turn under way at once and keep its work as a proposal.",
    ),
    _request(
        "agentx/session/resume",
        "session.SessionRef",
        "session.TurnResult",
        "Go on with what is paused, waits or was interrupted.",
    ),
    _request(
        "agentx/session/fork",
        "session.ForkSessionParams",
        "session.NewSessionResult",
        "Begin a session with the transcript of another, up to any message or event.",
    ),
    _request(
        "agentx/session/export",
        "session.SessionRef",
        "session.ExportSessionResult",
        "The transcript as JSON Lines, without secrets.",
    ),
    _request(
        "agentx/session/import",
        "session.ImportSessionParams",
        "session.NewSessionResult",
        "Begin a session with an exported transcript.",
    ),
    _request(
        "agentx/session/record",
        "session.RecordRunParams",
        "session.RecordRunResult",
        "A task or session as a conversation that the scripted provider plays.",
    ),
    _request(
        "agentx/proposal/list",
        "proposal.ListProposalsParams",
        "proposal.ListProposalsResult",
        "Proposals with hunks and evidence.",
    ),
    _request(
        "agentx/proposal/get", "proposal.ProposalRef", "proposal.GetProposalResult", "One proposal."
    ),
    _request(
        "agentx/proposal/text",
        "proposal.GetTextParams",
        "proposal.GetTextResult",
        "One side of a proposed file.",
    ),
    _request(
        "agentx/hunk/accept",
        "proposal.DecideHunksParams",
        "proposal.DecideHunksResult",
        "Merge hunks into what the user sees now.",
    ),
    _request(
        "agentx/hunk/reject",
        "proposal.DecideHunksParams",
        "proposal.DecideHunksResult",
        "Refuse hunks; no text changes.",
    ),
    _request(
        "agentx/hunk/undo",
        "proposal.DecideHunksParams",
        "proposal.DecideHunksResult",
        "Take back exactly these hunks, or say why that cannot be.",
    ),
    _request(
        "agentx/hunk/edit",
        "proposal.EditHunkParams",
        "proposal.EditHunkResult",
        "Replace the proposed lines of a hunk.",
    ),
    _request(
        "agentx/evidence/get",
        "proposal.EvidenceRef",
        "proposal.GetEvidenceResult",
        "Evidence with its whole output.",
    ),
    _request(
        "agentx/approval/list",
        "approval.ListApprovalsParams",
        "approval.ListApprovalsResult",
        "Questions that wait for a person.",
    ),
    _request(
        "agentx/approval/decide",
        "approval.DecideApprovalParams",
        "approval.DecideApprovalResult",
        "Answer one; the first answer wins.",
    ),
    _request(
        "agentx/event/read",
        "event.ReadEventsParams",
        "event.ReadEventsResult",
        "Records after a cursor.",
    ),
    _request(
        "agentx/event/subscribe",
        "event.SubscribeEventsParams",
        "event.SubscribeEventsResult",
        "Follow the log from a cursor.",
    ),
    _request(
        "agentx/event/replay",
        "event.ReplayParams",
        "event.ReplayResult",
        "Rebuild from the log and compare the state hashes.",
    ),
    _request("agentx/index/status", "base.Empty", "index.IndexResult", "How the index is."),
    _request(
        "agentx/index/pause",
        "base.Empty",
        "index.IndexResult",
        "Read and embed no more until it is resumed; what is there still answers.",
    ),
    _request("agentx/index/resume", "base.Empty", "index.IndexResult", "Go on after a pause."),
    _request(
        "agentx/index/rebuild",
        "base.Empty",
        "index.IndexResult",
        "Throw the index away and make it again.",
    ),
    _request(
        "agentx/index/search",
        "search.SearchIndexParams",
        "search.SearchIndexResult",
        "Pieces of code for a question in words or code, unsaved text included.",
    ),
    _request(
        "agentx/index/symbols",
        "search.FindSymbolsParams",
        "search.FindSymbolsResult",
        "Definitions by name.",
    ),
    _request(
        "agentx/index/references",
        "search.FindReferencesParams",
        "search.FindReferencesResult",
        "Where a name is used.",
    ),
    _request(
        "agentx/index/map",
        "index.MapIndexParams",
        "index.MapIndexResult",
        "The definitions that matter most, as text under a budget of tokens.",
    ),
    _request(
        "agentx/review/run",
        "inspection.RunReviewParams",
        "inspection.RunReviewResult",
        "Review a change by rules; shown as diagnostics on request.",
    ),
    _request(
        "agentx/review/answer",
        "inspection.AnswerFindingParams",
        "inspection.AnswerFindingResult",
        "Answer a finding, in a file of the repository: it is not raised again.",
    ),
    _request(
        "agentx/review/fix",
        "inspection.FixFindingsParams",
        "inspection.FixFindingsResult",
        "Propose the fixes that findings carry, with evidence of the checks.",
    ),
    _request(
        "agentx/review/model",
        "review.ModelReviewParams",
        "review.ModelReviewResult",
        "Let models read a change, without tools; what they find cites lines that exist.",
    ),
    _request(
        "agentx/model/list",
        "model.ListModelsParams",
        "model.ListModelsResult",
        "Ask the providers which models they have, now.",
    ),
    _request(
        "agentx/setting/get", "base.Empty", "setting.GetSettingsResult", "Effective settings."
    ),
    _request(
        "agentx/setting/set",
        "setting.SetSettingParams",
        "setting.GetSettingsResult",
        "Set one setting.",
    ),
    _notification(
        "agentx/event/published", "event.PublishedNotification", "New records of the event log."
    ),
    _notification(
        "agentx/part/streamed", "event.StreamedNotification", "A piece of text of a running task."
    ),
    _notification(
        "agentx/proposal/changed", "proposal.ChangedNotification", "Hunks changed their state."
    ),
    _notification(
        "agentx/task/settled", "task.SettledNotification", "What a task's end brings is done."
    ),
    _notification(
        "agentx/index/changed", "index.IndexResult", "How the index gets on, as it does."
    ),
)
"""Every method; `generate` and the edges read it."""

BY_NAME: dict[str, Method] = {method.name: method for method in METHODS}
"""Look-up by name."""
