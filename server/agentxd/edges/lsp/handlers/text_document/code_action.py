"""textDocument/codeAction: what can be done about hunks, findings and questions at the cursor."""

from collections.abc import Iterator, Sequence

from agentxd.edges.lsp.approving import is_told_by_actions
from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.finding_actions import finding_actions, is_wanted
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of
from agentxd.edges.lsp.publishing import taken_hunks
from agentxd.sessions.views import HunkView

_WIDTH = 60


async def handle(connection: Connection, params: Json) -> list[Json]:
    """For the findings that the selection touches, its hunks (hunk, file, proposal), questions."""
    path, views = await open_hunks_of(connection, params)
    first, last = (int(params["range"][side]["line"]) for side in ("start", "end"))
    only = (params.get("context") or {}).get("only")
    actions = await finding_actions(connection, path, (first, last), only) if path else []
    touched = [view for view in views if view.start_line <= last and first <= view.end_line]
    actions += _about_hunks(path, touched)
    if path and is_wanted("agentx.undo", only):
        for view in await taken_hunks(connection, path):
            if view.start_line <= last and first < max(view.end_line, view.start_line + 1):
                actions.append(_action("undo", f"hunk {view.status.hunk.id}", view.status.hunk.id))
    actions += _questions(connection)
    return [found for found in actions if is_wanted(found["kind"], only)]


def _about_hunks(path: str, touched: Sequence[HunkView]) -> Iterator[Json]:
    names = {view.status.hunk.id: f"hunk {view.status.hunk.id}" for view in touched}
    for target, name in names.items():
        for verb in ("accept", "reject"):
            yield _action(verb, name, target)
    for target in names:
        yield _action("why", f"is {target} there?", target)
        yield _action("evidence", f"for {target}", target)
    for proposal in dict.fromkeys(view.status.proposal for view in touched):
        for target, name in (
            (f"{proposal}:{path}", f"{proposal} in this file"),
            (proposal, proposal),
        ):
            for verb in ("accept", "reject"):
                yield _action(verb, name, target)


def _questions(connection: Connection) -> Iterator[Json]:
    """What waits for a person, in an editor that can show no question with buttons."""
    if not is_told_by_actions(connection):
        return
    for approval in connection.application.journal.state.tasks.waiting():
        subject = " ".join(approval.subject.split())
        subject = subject if len(subject) <= _WIDTH else subject[: _WIDTH - 1] + "…"
        for option in approval.options:
            title = f"AgentX: {option} ({approval.id}: {subject})"
            yield _command(title, "agentx.approve", [approval.id, option])


def _action(verb: str, name: str, target: str) -> Json:
    return _command(f"AgentX: {verb} {name}", f"agentx.{verb}", [target])


def _command(title: str, command: str, arguments: list[str]) -> Json:
    return {
        "title": title,
        "kind": command,
        "command": {"title": title, "command": command, "arguments": arguments},
    }
